package history

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Conflict is a cell that cannot be settled: what was there, what one wants and what stands there now. Nothing is
// overwritten where there is one.
type Conflict struct {
	Layer string
	ID    int64
	Field string // GeometryPart for the geometry, "" for the feature as a whole

	Base, Mine, Theirs layers.Value // of a field
	// Of the geometry; of the feature as a whole those that are not there are nil.
	BaseFeature, MineFeature, TheirsFeature *layers.Feature
}

// Merge brings two edits of a feature together, cell by cell, by the state that both began with: what one alone changed is
// taken, as is what both changed alike. What both changed differently is a conflict, and stays as theirs has it. A feature
// that is not there is nil; to delete what the other one has changed is a conflict of the whole. The geometry is one cell.
func Merge(l *layers.Layer, base, theirs, mine *layers.Feature) (*layers.Feature, []Conflict) {
	switch {
	case theirs == nil && mine == nil:
		return nil, nil
	case base == nil && theirs == nil:
		return mine, nil
	case base == nil && mine == nil:
		return theirs, nil
	case theirs == nil:
		if Same(l, base, mine) {
			return nil, nil
		}
		return nil, []Conflict{whole(l, base, theirs, mine)}
	case mine == nil:
		if Same(l, base, theirs) {
			return nil, nil
		}
		return theirs, []Conflict{whole(l, base, theirs, mine)}
	case base == nil:
		base = &layers.Feature{ID: mine.ID, Values: make([]layers.Value, len(l.Fields))}
	}
	merged := Copy(theirs)
	var conflicts []Conflict
	for i := range l.Fields {
		b, t, m := base.Values[i], theirs.Values[i], mine.Values[i]
		switch {
		case m == b || m == t:
		case t == b:
			merged.Values[i] = m
		default:
			conflicts = append(conflicts, Conflict{Layer: l.ID, ID: theirs.ID, Field: l.Fields[i].ID, Base: b, Mine: m, Theirs: t})
		}
	}
	switch b, t, m := base.Geometry, theirs.Geometry, mine.Geometry; {
	case SamePlace(m, b) || SamePlace(m, t):
	case SamePlace(t, b):
		merged.Geometry = m
	default:
		c := whole(l, base, theirs, mine)
		c.Field = GeometryPart
		conflicts = append(conflicts, c)
	}
	return merged, conflicts
}

func whole(l *layers.Layer, base, theirs, mine *layers.Feature) Conflict {
	c := Conflict{Layer: l.ID, BaseFeature: base, MineFeature: mine, TheirsFeature: theirs}
	for _, f := range []*layers.Feature{base, theirs, mine} {
		if f != nil {
			c.ID = f.ID
		}
	}
	return c
}

// Same tells whether two features have the same values and place.
func Same(l *layers.Layer, a, b *layers.Feature) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.Equal(a.Values[:len(l.Fields)], b.Values[:len(l.Fields)]) && SamePlace(a.Geometry, b.Geometry)
}

// SamePlace tells whether two geometries are the same as far as Cuntu serves them, which is to 9 mm: who sends back what was
// served moves nothing.
func SamePlace(a, b orb.Geometry) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if a.GeoJSONType() != b.GeoJSONType() {
		return false
	}
	if orb.Equal(a, b) {
		return true
	}
	one, errOne := geo.NewShape(a)
	two, errTwo := geo.NewShape(b)
	return errOne == nil && errTwo == nil && one.Kind == two.Kind && slices.Equal(one.Points, two.Points) && slices.Equal(one.Ends, two.Ends)
}
