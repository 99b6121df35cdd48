package layers

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Feature is one thing of one layer. Values run parallel to the layer's Fields.
type Feature struct {
	ID       int64
	Geometry orb.Geometry // degrees of WGS 84; nil where there is none
	Values   []Value

	// Unread are the parts of a store's row that cannot be read; they are null here. Whoever serves features leaves such a
	// one out. No edit has any.
	Unread []Unread
}

// Unread is a part of a store's row that cannot be read.
type Unread struct {
	Part string // a field's id, or "geometry"
	Err  error  // why; it does not tell the value
}

// Op is what an edit does.
type Op uint8

// The operations. Put inserts a feature under its own id or replaces the one
// that has it, whole.
const (
	Insert Op = iota + 1
	Update
	Delete
	Put
)

// Edit is one wish of a batch that a store applies whole or not at all.
//
// An Insert with ID 0 is given the next id by the store; with an ID it takes
// that one. An Update sets the fields listed in Set (by index; nil means all)
// and the geometry unless it is nil; one that is to take the geometry away says Unplace. A Delete needs the ID alone.
type Edit struct {
	Op      Op
	Layer   string
	Feature Feature
	Set     []int
	Unplace bool

	// Base, unless it is nil, lets an Update, Put or Delete happen only where the feature is there and in that state.
	Base *Base
}

// Change is what became of one feature in the store: its state now, or nil
// where it is gone.
type Change struct {
	Layer   string
	ID      int64
	Feature *Feature
}

// Check gives every value its field's type and checks the geometry's kind. The
// error is Faults; their part is "geometry" where that is at fault.
func (l *Layer) Check(f *Feature) error {
	if len(f.Values) != len(l.Fields) {
		return fmt.Errorf("a feature of layer %s has %d values, not %d", l.ID, len(l.Fields), len(f.Values))
	}
	for i := range l.Fields {
		v, err := l.Fields[i].Check(f.Values[i])
		if err != nil {
			return err
		}
		f.Values[i] = v
	}
	return l.CheckGeometry(f.Geometry)
}

// CheckGeometry says whether a feature of the layer may have the geometry. It
// may have none: a village whose place nobody has surveyed is still a village.
func (l *Layer) CheckGeometry(g orb.Geometry) error {
	if g == nil {
		return nil
	}
	s, err := geo.NewShape(g)
	if err != nil {
		return valueFault("geometry", Text(g.GeoJSONType()), err.Error())
	}
	if !l.Allows(s.Kind) || len(s.Points) == 0 {
		return valueFault("geometry", Text(g.GeoJSONType()), l.GeometryText())
	}
	if b := g.Bound(); b.Min[0] < -180 || b.Max[0] > 180 || b.Min[1] < -90 || b.Max[1] > 90 {
		reach := fmt.Sprintf("%v, %v to %v, %v", b.Min[0], b.Min[1], b.Max[0], b.Max[1])
		return valueFault("geometry", Text(reach), "within longitude -180 to 180 and latitude -90 to 90 in degrees")
	}
	return nil
}

// GeometryText says what geometry the layer allows.
func (l *Layer) GeometryText() string {
	names := map[geo.Kind]string{geo.Points: "a point", geo.Lines: "a line", geo.Polygons: "a polygon"}
	switch len(l.Geometry) {
	case 0:
		return "allowed: the layer has no geometry"
	case 1:
		return names[l.Geometry[0]]
	}
	return names[l.Geometry[0]] + " or " + names[l.Geometry[1]]
}
