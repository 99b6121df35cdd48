package data

import (
	"cmp"
	"slices"
	"sync"

	"github.com/cuntu/cuntu/layers"
)

// roll is the list of the rows that are left out at this moment. It counts all of them, at 16 bytes a row, and keeps the
// words of the first mostTold.
type roll struct {
	catalog *layers.Catalog

	mu     sync.Mutex
	layers map[string][]outcast // by ascending id
	told   map[key]LeftOut
}

// mostTold is how many rows a roll keeps the codes, names and words of.
const mostTold = 1000

// key is a row of a layer.
type key struct {
	layer string
	id    int64
}

// outcast is a row that is left out, its field by index, -1 for the geometry.
type outcast struct {
	id     int64
	field  int16
	reason uint8 // index in reasons
}

var reasons = []Reason{Unreadable, WrongGeometry, OffEarth, BadGeometry, NotAllowed}

func newRoll(c *layers.Catalog) *roll {
	return &roll{catalog: c, layers: map[string][]outcast{}, told: map[key]LeftOut{}}
}

// add notes a row of a load, which come by ascending id.
func (r *roll) add(l *layers.Layer, out LeftOut) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tell(out)
	r.layers[l.ID] = append(r.layers[l.ID], outcastOf(l, out))
}

func (r *roll) tell(out LeftOut) {
	k := key{out.Layer, out.ID}
	if _, known := r.told[k]; known || len(r.told) < mostTold {
		r.told[k] = out
	}
}

// verdict is what became of a row: left out, or not there any more.
type verdict struct {
	outcast
	out bool
}

func outcastOf(l *layers.Layer, out LeftOut) outcast {
	return outcast{out.ID, int16(l.Field(out.Field)), uint8(slices.Index(reasons, out.Reason))}
}

// sift takes the features that their layers cannot hold out of changes, where they become deletions, and gives them too.
// What was left out and is good now, or gone, is off the roll.
func (r *roll) sift(changes []layers.Change) (good []layers.Change, bad []LeftOut) {
	good = slices.Clone(changes)
	verdicts := map[string][]verdict{}
	for i := range good {
		c := &good[i]
		l, known := r.catalog.Layer(c.Layer)
		if !known {
			continue // the snapshot says so
		}
		now := verdict{outcast: outcast{id: c.ID}}
		if c.Feature != nil {
			if left, ok := judge(l, c.Feature); !ok {
				bad, now, c.Feature = append(bad, left), verdict{outcastOf(l, left), true}, nil
			}
		}
		verdicts[l.ID] = append(verdicts[l.ID], now)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for layer, now := range verdicts {
		r.settle(layer, now)
	}
	for _, left := range bad {
		r.tell(left)
	}
	return good, bad
}

// settle brings a layer's rows up to date in one pass over them, and only where a verdict is about one.
func (r *roll) settle(layer string, verdicts []verdict) {
	slices.SortFunc(verdicts, func(a, b verdict) int { return cmp.Compare(a.id, b.id) })
	rest := r.layers[layer]
	find := func(id int64) (int, bool) {
		return slices.BinarySearchFunc(rest, id, func(o outcast, id int64) int { return cmp.Compare(o.id, id) })
	}
	concerned := func(v verdict) bool {
		_, found := find(v.id)
		return v.out || found
	}
	if !slices.ContainsFunc(verdicts, concerned) {
		return
	}
	next := make([]outcast, 0, len(rest)+len(verdicts))
	for _, v := range verdicts {
		n, found := find(v.id)
		next = append(next, rest[:n]...)
		if found {
			n++
		}
		rest = rest[n:]
		if v.out {
			next = append(next, v.outcast)
		} else {
			delete(r.told, key{layer, v.id})
		}
	}
	r.layers[layer] = append(next, rest...)
}

// counts are how many rows of each layer are left out, of those that have any.
func (r *roll) counts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[string]int{}
	for layer, rows := range r.layers {
		if len(rows) > 0 {
			all[layer] = len(rows)
		}
	}
	return all
}

// list is the first rows by layer, in the catalogue's order, and id.
func (r *roll) list(most int) []LeftOut {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := []LeftOut{}
	for _, l := range r.catalog.Layers {
		for _, row := range r.layers[l.ID] {
			if len(all) == most {
				return all
			}
			out, told := r.told[key{l.ID, row.id}]
			if !told {
				out = LeftOut{Layer: l.ID, ID: row.id, Field: geometryPart, Reason: reasons[row.reason], Detail: details[reasons[row.reason]]}
				if row.field >= 0 {
					out.Field = l.Fields[row.field].ID
				}
			}
			all = append(all, out)
		}
	}
	return all
}
