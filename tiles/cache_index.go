package tiles

import (
	"fmt"
	"slices"
	"sync"

	"github.com/cuntu/cuntu/tiles/maptile"
)

// index finds the kept tiles that a shape reaches into: by zoom and number, each
// with its one or few combinations of layers. It has a lock of its own, under which
// the cache is never called.
type index struct {
	mu    sync.Mutex
	zooms [maptile.MaxZoom + 1]map[[2]uint32][]*Built
}

func (x *index) add(b *Built) {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := b.key.tile
	if x.zooms[t.Z] == nil {
		x.zooms[t.Z] = map[[2]uint32][]*Built{}
	}
	at := [2]uint32{t.X, t.Y}
	x.zooms[t.Z][at] = append(x.zooms[t.Z][at], b)
}

// remove forgets just this build of a tile, not one that took its place.
func (x *index) remove(b *Built) {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := b.key.tile
	at := [2]uint32{t.X, t.Y}
	list := slices.DeleteFunc(slices.Clone(x.zooms[t.Z][at]), func(o *Built) bool { return o == b })
	if len(list) == 0 {
		delete(x.zooms[t.Z], at)
		return
	}
	x.zooms[t.Z][at] = list
}

func (x *index) all() (found []*Built) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, zoom := range x.zooms {
		for _, list := range zoom {
			found = append(found, list...)
		}
	}
	return found
}

// reached lists the kept tiles that a shape of a layer reaches into. At each zoom it
// goes through the tiles around the shape or through those kept, whichever are fewer.
func (x *index) reached(r *reach) (found []*Built) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for z, kept := range x.zooms {
		if len(kept) == 0 {
			continue
		}
		from, to := r.tiles(uint8(z))
		if wide, high := int64(to.X-from.X)+1, int64(to.Y-from.Y)+1; wide*high > int64(len(kept)) {
			for at, list := range kept {
				if at[0] >= from.X && at[0] <= to.X && at[1] >= from.Y && at[1] <= to.Y {
					found = reachedOf(found, r, list)
				}
			}
			continue
		}
		for X := from.X; X <= to.X; X++ {
			for Y := from.Y; Y <= to.Y; Y++ {
				found = reachedOf(found, r, kept[[2]uint32{X, Y}])
			}
		}
	}
	return found
}

func reachedOf(found []*Built, r *reach, list []*Built) []*Built {
	if len(list) == 0 || !r.touches(list[0].key.tile, true) {
		return found
	}
	plain := r.touches(list[0].key.tile, false)
	for _, b := range list {
		if (plain || b.key.selects()) && b.key.has(r.layer.ID) {
			found = append(found, b)
		}
	}
	return found
}

func panicError(p any) error { return fmt.Errorf("making a tile: %v", p) }
