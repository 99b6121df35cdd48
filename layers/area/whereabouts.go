package area

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Whereabouts are the codes of all areas that a feature of a layer lies in: those that it names, the lowest first, with those
// above them. One that names none lies in the county around its middle.
func (x *Index) Whereabouts(l *layers.Layer, value func(field int) layers.Value, shape geo.Shape) (codes []string) {
	named := false
	for _, field := range fieldsOf(l) {
		code := value(field).Text()
		if code == "" {
			continue
		}
		named = true
		if isOwn(l, field) {
			codes = append(codes, code)
			continue
		}
		path := x.Path(code)
		for _, a := range path {
			codes = append(codes, a.Code)
		}
		if tellsCounty(path) {
			return codes
		}
	}
	if !named {
		codes = x.around(shape)
	}
	return codes
}

// AmongPlaces is Among, but that rows which name no area are judged by the county around their middle.
func (x *Index) AmongPlaces(t *snapshot.Table, some func(code string) bool) func(row uint32) bool {
	named, fields := x.Among(t, some), fieldsOf(t.Layer)
	return func(row uint32) bool {
		for _, field := range fields {
			if _, ok := t.Key(row, field); ok {
				return named(row)
			}
		}
		for _, code := range x.around(t.Shape(row)) {
			if some(code) {
				return true
			}
		}
		return false
	}
}

// around are the county in which the middle of a shape lies, and the areas above it.
func (x *Index) around(shape geo.Shape) (codes []string) {
	if x.counties == nil || len(shape.Points) == 0 {
		return nil
	}
	for _, near := range x.counties.Near(shape.Label().LonLat(), 1, 0) {
		for _, a := range x.Path(x.counties.Get(near.Row, "code").Text()) {
			codes = append(codes, a.Code)
		}
	}
	return codes
}
