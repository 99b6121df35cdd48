package index

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Found is an item at its distance in metres.
type Found struct {
	Metres float64
	ID     uint32
}

// Few appends to dst the k items nearest to p at most metres away, in the order of
// Nearest and with its dist. It is the faster way where k is small: it searches a
// square that, were items spread evenly, would hold some more than k, and a larger
// one until k of them are nearer than anything outside of it can be. Where a square
// holds far too many, it asks Within after all.
func (t *Tree) Few(dst []Found, p orb.Point, k int, metres float64, dist func(id uint32) float64) []Found {
	if k <= 0 || t.Len() == 0 {
		return dst
	}
	start := len(dst)
	if k <= fewMost {
		if found, ok := t.bySquares(dst, p, k, metres, dist); ok {
			return found
		}
	}
	t.Within(p, metres, dist, func(id uint32, metres float64) bool {
		dst = append(dst, Found{metres, id})
		return len(dst)-start < k
	})
	return dst
}

// fewMost is the greatest k for which squares are tried.
const fewMost = 256

// bySquares is Few where no square holds far too many; ok tells. What lies in a square is
// measured in the order of its boxes' bounds, until k items are nearer than the next bound.
func (t *Tree) bySquares(dst []Found, p orb.Point, k int, metres float64, dist func(id uint32) float64) (found []Found, ok bool) {
	origin, centre, limit := geo.At(p), geo.Quantise(p), 16*k+64
	var room [96]Found // most questions need no more
	for reach := t.reach(k); ; reach *= 2 {
		square := squareAround(centre, reach)
		bounds := room[:0]
		least, greatest := corners(square)
		t.base.Search(least, greatest, func(least, most [2]float64, id uint32) bool {
			bounds = append(bounds, Found{origin.Bound(boxOf(least, most)), t.id(id)})
			return len(bounds) <= limit
		})
		if len(bounds) > limit {
			return nil, false
		}
		safe := outside(&origin, square)
		near := nearest(dst, bounds, k, min(metres, math.Nextafter(safe, 0)), dist)
		if len(near)-len(dst) == k || safe > metres || math.IsInf(safe, 1) {
			return near, true
		}
	}
}

// nearest appends to dst the k nearest of what may be as near as its bounds say, none of them
// farther than metres.
func nearest(dst, bounds []Found, k int, metres float64, dist func(id uint32) float64) []Found {
	slices.SortFunc(bounds, before)
	start := len(dst)
	for _, b := range bounds {
		if full := len(dst)-start == k; b.Metres > metres || full && b.Metres > dst[len(dst)-1].Metres {
			break
		}
		f := Found{dist(b.ID), b.ID}
		if !(f.Metres <= metres) || math.IsInf(f.Metres, 1) { // NaN too
			continue
		}
		at, _ := slices.BinarySearchFunc(dst[start:], f, before)
		if dst = slices.Insert(dst, start+at, f); len(dst)-start > k {
			dst = dst[:start+k]
		}
	}
	return dst
}

func before(a, b Found) int { return cmp.Or(cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.ID, b.ID)) }

// reach is half the side, in quanta, of a square that would hold 2k items spread
// evenly over the tree's box.
func (t *Tree) reach(k int) float64 {
	b := t.Box()
	w, h := float64(b.Max.X)-float64(b.Min.X)+1, float64(b.Max.Y)-float64(b.Min.Y)+1
	return max(1, math.Sqrt(w*h*2*float64(k)/float64(t.Len()))/2)
}

func squareAround(p geo.Point, reach float64) geo.Box {
	to := func(v int32, by float64) int32 {
		return int32(max(math.MinInt32, min(math.MaxInt32, float64(v)+by)))
	}
	return geo.Box{
		Min: geo.Point{X: to(p.X, -reach), Y: to(p.Y, -reach)},
		Max: geo.Point{X: to(p.X, reach), Y: to(p.Y, reach)},
	}
}

// outside is a distance in metres that nothing outside of the box falls short of:
// +Inf where the box is the world.
func outside(o *geo.Origin, b geo.Box) float64 {
	least := math.Inf(1)
	strip := func(s geo.Box) { least = min(least, o.Bound(s)) }
	if w := geo.World; b.Min.X > w.Min.X {
		strip(geo.Box{Min: w.Min, Max: geo.Point{X: b.Min.X - 1, Y: w.Max.Y}})
	}
	if w := geo.World; b.Max.X < w.Max.X {
		strip(geo.Box{Min: geo.Point{X: b.Max.X + 1, Y: w.Min.Y}, Max: w.Max})
	}
	if w := geo.World; b.Min.Y > w.Min.Y {
		strip(geo.Box{Min: geo.Point{X: b.Min.X, Y: w.Min.Y}, Max: geo.Point{X: b.Max.X, Y: b.Min.Y - 1}})
	}
	if w := geo.World; b.Max.Y < w.Max.Y {
		strip(geo.Box{Min: geo.Point{X: b.Min.X, Y: b.Max.Y + 1}, Max: geo.Point{X: b.Max.X, Y: w.Max.Y}})
	}
	return least
}
