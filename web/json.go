package web

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/served"
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

// featureJSON is a feature as GeoJSON with every field, nulls included, in the
// catalogue's order; derived are the values of its derived fields, if any. Its geometry is its own, or the place for its label.
func featureJSON(t *snapshot.Table, row uint32, derived []layers.Value, label bool) ([]byte, error) {
	b := append([]byte(nil), `{"type":"Feature","layer":`...)
	b = served.AppendText(b, t.Layer.ID)
	b = append(b, `,"id":`...)
	b = strconv.AppendInt(b, t.ID(row), 10)
	shape := t.Shape(row)
	if box := served.BoundsOf(shape.Box()); box != nil && shape.Kind != geo.Points {
		bbox, err := json.Marshal(box)
		if err != nil {
			return nil, err
		}
		b = append(append(b, `,"bbox":`...), bbox...)
	}
	b = append(b, `,"geometry":`...)
	geometry := shape.Geometry()
	if label && geometry != nil {
		geometry = shape.Pole().LonLat()
	}
	g, err := json.Marshal(served.GeometryOf(geometry))
	if err != nil {
		return nil, err
	}
	b = append(append(b, g...), `,"properties":{`...)
	property := func(first bool, id string, value layers.Value) error {
		b = append(served.AppendText(served.AppendComma(b, first), id), ':')
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
