package web

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func writeJSON(w http.ResponseWriter, v any) error { return writeJSONStatus(w, http.StatusOK, v) }

func writeJSONStatus(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a caller that is gone needs no answer
	return nil
}

// degreeDigits keeps served coordinates within a millimetre of the grid point
// they stand for, so that quantising them again gives the same point.
const degreeDigits = 1e8

func roundDegrees(v float64) float64 { return math.Round(v*degreeDigits) / degreeDigits }

func appendComma(b []byte, first bool) []byte {
	if first {
		return b
	}
	return append(b, ',')
}

func appendJSONText(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string always marshals
	return append(b, quoted...)
}

// bounds is [west, south, east, north]; nil where the box is empty.
func bounds(b geo.Box) []float64 {
	if b.IsEmpty() {
		return nil
	}
	d := b.Bound()
	return []float64{roundDegrees(d.Min[0]), roundDegrees(d.Min[1]), roundDegrees(d.Max[0]), roundDegrees(d.Max[1])}
}

// featureJSON is a feature as GeoJSON with every field, nulls included, in the
// catalogue's order; derived are the values of its derived fields, if any.
func featureJSON(t *snapshot.Table, row uint32, derived []layers.Value) ([]byte, error) {
	b := append([]byte(nil), `{"type":"Feature","layer":`...)
	b = appendJSONText(b, t.Layer.ID)
	b = append(b, `,"id":`...)
	b = strconv.AppendInt(b, t.ID(row), 10)
	shape := t.Shape(row)
	if box := bounds(shape.Box()); box != nil && shape.Kind != geo.Points {
		bbox, err := json.Marshal(box)
		if err != nil {
			return nil, err
		}
		b = append(append(b, `,"bbox":`...), bbox...)
	}
	b = append(b, `,"geometry":`...)
	g, err := geometryJSON(shape.Geometry())
	if err != nil {
		return nil, err
	}
	b = append(append(b, g...), `,"properties":{`...)
	property := func(first bool, id string, value layers.Value) error {
		b = append(appendJSONText(appendComma(b, first), id), ':')
		v, err := json.Marshal(value)
		b = append(b, v...)
		return err
	}
	for i, f := range t.Layer.Fields {
		if err := property(i == 0, f.ID, t.Value(row, i)); err != nil {
			return nil, err
		}
	}
	for i, v := range derived {
		if err := property(false, t.Layer.Derived[i].ID, v); err != nil {
			return nil, err
		}
	}
	return append(b, "}}\n"...), nil
}

func geometryJSON(g orb.Geometry) ([]byte, error) {
	if g == nil {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Type        string       `json:"type"`
		Coordinates orb.Geometry `json:"coordinates"`
	}{g.GeoJSONType(), orb.Round(g, int(degreeDigits))})
}
