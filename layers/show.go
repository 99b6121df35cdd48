package layers

import (
	"cmp"

	"github.com/cuntu/cuntu/geo"
)

// Show says which features of a layer tiles hold before the layer's MaxZoom, at
// which they hold all. The zero Show holds all from MinZoom on.
//
// What a tile shows of a feature never depends on the tile: a feature has one
// level, the first zoom that shows it, and keeps showing from there on, so nothing
// comes and goes while the map is moved.
type Show struct {
	Classes []Class  `json:"classes,omitempty"`
	Thin    *Thin    `json:"thin,omitempty"`
	Cluster *Cluster `json:"cluster,omitempty"`
	Merge   int      `json:"merge,omitempty"` // before this zoom lines whose values agree are one feature, without id
}

// Class shows features from a zoom on, by the value of a field. The first class
// of a layer that a feature is of counts; one of none shows from MinZoom on.
type Class struct {
	Field string `json:"field"`
	Value string `json:"value"`
	Zoom  int    `json:"zoom"`
}

// Thin shows points where there is room: at zooms before Below, the first one of
// each cell of a grid of Units, a power of two, of a tile's 4096. The cells of a
// zoom are four to one of the zoom before, so what shows at a zoom shows at the next.
type Thin struct {
	Below int     `json:"below"`
	Units int     `json:"units"`
	First []First `json:"first"`
}

// First puts features in order: those whose field has the value come first or,
// where there is no value, those whose field is a greater number. Null is last.
type First struct {
	Field string `json:"field"`
	Value string `json:"value,omitempty"`
}

// Cluster shows counts instead of points: at zooms before Below, one point for
// each cell of a grid of Units, a power of two, of a tile's 4096.
type Cluster struct {
	Below int   `json:"below"`
	Units int   `json:"units"`
	Sums  []Sum `json:"sums"`
}

// Sum is a property of a cluster: how many of its features have the value in the
// field or, where there is no value, the sum of the field's numbers.
type Sum struct {
	ID    string `json:"id"`
	Title Words  `json:"title"`
	Field string `json:"field"`
	Value string `json:"value,omitempty"`
}

// CountID is the property of a cluster that says of how many features it is.
const CountID = "count"

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

func classLevelOf(l *Layer) classLevel {
	c := classLevel{none: uint8(l.MinZoom)}
	for _, r := range l.Show.Classes {
		if f := l.Field(r.Field); f >= 0 {
			c.rules = append(c.rules, classRule{f, r.Value, uint8(max(l.MinZoom, min(l.MaxZoom, r.Zoom)))})
		}
	}
	return c
}

func (c *classLevel) of(values []Value) uint8 {
	for i := range c.rules {
		if r := &c.rules[i]; values[r.field].is(r.value) {
			return r.level
		}
	}
	return c.none
}

func (c *classLevel) ofRow(t *Table, row uint32) uint8 {
	for i := range c.rules {
		if r := &c.rules[i]; t.Value(row, r.field).is(r.value) {
			return r.level
		}
	}
	return c.none
}

// is compares with a value as a catalogue writes it.
func (v Value) is(s string) bool {
	if v.kind == TextKind {
		return v.text == s
	}
	return v.kind != NullKind && v.String() == s
}

// maxFirst is how many orders decide between two features before their ids do.
const maxFirst = 4

// standing is where a feature stands among others in the order that Thin gives.
type standing struct {
	by [maxFirst]float64
	id int64
}

func (t *Table) standing(row uint32) (s standing) {
	for i, f := range t.Layer.Show.Thin.First[:min(maxFirst, len(t.Layer.Show.Thin.First))] {
		v := t.Get(row, f.Field)
		switch {
		case v.IsNull():
			s.by[i] = -1e300
		case f.Value == "":
			s.by[i] = v.Float()
		case v.is(f.Value):
			s.by[i] = 1
		}
	}
	s.id = t.ID(row)
	return s
}

func (s *standing) before(o *standing) bool {
	for i := range s.by {
		if s.by[i] != o.by[i] {
			return s.by[i] > o.by[i]
		}
	}
	return s.id < o.id
}

// cellBits is the width of a cell of units at a zoom, as a power of two in quanta.
func cellBits(units, zoom int) int {
	bits := 20 - zoom
	for ; units > 1; units /= 2 {
		bits++
	}
	return max(0, min(32, bits))
}

// Cell is the cell of a grid of units at a zoom in which a place lies.
func Cell(p geo.Point, units, zoom int) geo.Box {
	bits := cellBits(units, zoom)
	mask := int64(1)<<bits - 1
	x, y := (int64(p.X)+1<<31)&^mask-1<<31, (int64(p.Y)+1<<31)&^mask-1<<31
	return geo.Box{
		Min: geo.Point{X: int32(x), Y: int32(y)},
		Max: geo.Point{X: int32(x + mask), Y: int32(y + mask)},
	}
}

// morton interleaves the bits of a place, so that each cell of each zoom is a run.
func morton(p geo.Point) uint64 {
	return spread(uint32(p.X)^1<<31) | spread(uint32(p.Y)^1<<31)<<1
}

func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// spot is a point feature on the way to its level.
type spot struct {
	place    uint64 // morton
	standing standing
	row      uint32
}

func compareSpots(a, b spot) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.standing.id, b.standing.id))
}
