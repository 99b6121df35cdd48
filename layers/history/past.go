// Package history says what became of features over time: what a layer held before, how two people's edits are merged, and
// how a past change is put back.
//
// Past changes flow in, as a store has recorded them; features, edits and conflicts flow out. It keeps nothing, and knows
// neither who did something nor where it is stored.
package history

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// GeometryPart names the geometry where cells are named by their fields.
const GeometryPart = "geometry"

// Past is one change of one feature, as it was recorded.
//
// Before and After hold values by field: of an update the fields that differ, with their nulls; of an insert or a delete all
// that are not null. So it is with the geometries, which are both nil where the geometry stayed.
type Past struct {
	Seq    int64 // a store's changes in their order; clocks have no say in it
	Layer  string
	ID     int64
	Op     layers.Op // Insert, Update or Delete
	Before map[string]layers.Value
	After  map[string]layers.Value

	GeometryBefore orb.Geometry
	GeometryAfter  orb.Geometry
}

// Moved tells whether the geometry changed.
func (p *Past) Moved() bool { return p.GeometryBefore != nil || p.GeometryAfter != nil }

// Fields are the ids of the fields that changed, in the layer's order. Fields that the layer has no more are left out.
func (p *Past) Fields(l *layers.Layer) []string {
	var ids []string
	for i := range l.Fields {
		id := l.Fields[i].ID
		_, was := p.Before[id]
		if _, is := p.After[id]; was || is {
			ids = append(ids, id)
		}
	}
	return ids
}

// feature makes a whole feature out of cells.
func feature(l *layers.Layer, id int64, cells map[string]layers.Value, g orb.Geometry) *layers.Feature {
	f := &layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	set(l, f, cells)
	return f
}

// set writes cells into a feature.
func set(l *layers.Layer, f *layers.Feature, cells map[string]layers.Value) {
	for id, v := range cells {
		if i := l.Field(id); i >= 0 {
			f.Values[i] = v
		}
	}
}

// Copy is a feature that shares nothing that may be changed.
func Copy(f *layers.Feature) *layers.Feature {
	return &layers.Feature{ID: f.ID, Geometry: orb.Clone(f.Geometry), Values: slices.Clone(f.Values)}
}
