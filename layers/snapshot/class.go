package snapshot

import (
	"cmp"

	"github.com/cuntu/cuntu/layers"
)

// classLevel finds the first zoom that shows a feature of a layer by its class.
type classLevel struct {
	none  uint8
	rules []classRule
}

type classRule struct {
	field int
	value string
	level uint8
}

func classLevelOf(l *layers.Layer) classLevel {
	c := classLevel{none: uint8(l.MinZoom)}
	for _, r := range l.Draw.Classes {
		if f := l.Field(r.Field); f >= 0 {
			c.rules = append(c.rules, classRule{f, r.Value, uint8(max(l.MinZoom, min(l.MaxZoom, r.Zoom)))})
		}
	}
	return c
}

func (c *classLevel) of(values []layers.Value) uint8 {
	for i := range c.rules {
		if r := &c.rules[i]; values[r.field].Is(r.value) {
			return r.level
		}
	}
	return c.none
}

func (c *classLevel) ofRow(t *Table, row uint32) uint8 {
	for i := range c.rules {
		if r := &c.rules[i]; t.Value(row, r.field).Is(r.value) {
			return r.level
		}
	}
	return c.none
}

// maxFirst is how many orders decide between two features before their ids do.
const maxFirst = 4

// standing is where a feature stands among others in the order that Thin gives.
type thinOrder struct {
	by [maxFirst]float64
	id int64
}

func (t *Table) thinOrder(row uint32) (s thinOrder) {
	for i, f := range t.Layer.Draw.Thin.First[:min(maxFirst, len(t.Layer.Draw.Thin.First))] {
		v := t.Get(row, f.Field)
		switch {
		case v.IsNull():
			s.by[i] = -1e300
		case f.Value == "":
			s.by[i] = v.Float()
		case v.Is(f.Value):
			s.by[i] = 1
		}
	}
	s.id = t.ID(row)
	return s
}

func (s *thinOrder) before(o *thinOrder) bool {
	for i := range s.by {
		if s.by[i] != o.by[i] {
			return s.by[i] > o.by[i]
		}
	}
	return s.id < o.id
}

// spot is a point feature on the way to its level.
type spot struct {
	place uint64 // its number in the Z-order
	order thinOrder
	row   uint32
}

func compareSpots(a, b spot) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.order.id, b.order.id))
}
