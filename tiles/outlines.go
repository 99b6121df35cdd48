package tiles

import (
	"maps"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// withOutlines is a delta that has, of places that changed, their outlines too, before and after, and of outlines the places: tiles
// that draw places by their outlines show the values of the ones in the shapes of the others.
func withOutlines(before, after *snapshot.Snapshot, delta snapshot.Delta) snapshot.Delta {
	if delta == nil || before == nil {
		return delta
	}
	next := delta
	for _, l := range after.Catalog.Layers {
		places, outlines := delta[l.Outlines], delta[l.ID]
		if l.Outlines == "" || places == nil && outlines == nil {
			continue
		}
		touched := &snapshot.Touched{}
		if outlines != nil {
			*touched = *outlines
		}
		touched.Shapes = slices.Clone(touched.Shapes)
		for _, snap := range []*snapshot.Snapshot{before, after} {
			of, ok := snap.Table(l.Outlines)
			by, there := snap.Table(l.ID)
			if !ok || !there {
				continue
			}
			touched.Shapes = appendOthers(touched.Shapes, of, by, places)
			touched.Shapes = appendOthers(touched.Shapes, by, of, outlines)
		}
		if len(touched.Shapes) > 0 {
			next = maps.Clone(next)
			next[l.ID] = touched
		}
	}
	return next
}

// appendOthers adds the shapes in another table of what changed, by its code.
func appendOthers(shapes []geo.Shape, t, other *snapshot.Table, changed *snapshot.Touched) []geo.Shape {
	if changed == nil {
		return shapes
	}
	for _, id := range changed.IDs {
		row, ok := t.Find(id)
		if !ok {
			continue
		}
		if at, ok := other.FindCode(t.Get(row, "code").Text()); ok {
			if s := other.Shape(at); len(s.Points) > 0 {
				shapes = append(shapes, s)
			}
		}
	}
	return shapes
}
