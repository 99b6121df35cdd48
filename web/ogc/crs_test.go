package ogc_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// matcher tells which rows of a table a condition in CQL2 text holds of.
func matcher(t *testing.T, table *snapshot.Table, condition string) func(row uint32) bool {
	t.Helper()
	e, err := cql2.Parse(condition)
	if err != nil {
		t.Fatal(err)
	}
	f, err := e.Bind(table)
	if err != nil {
		t.Fatal(err)
	}
	return f.Match
}

// count is how many rows of a table a condition holds of.
func count(t *testing.T, table *snapshot.Table, condition string) (n int) {
	t.Helper()
	match := matcher(t, table, condition)
	for row := range table.Rows {
		if match(row) {
			n++
		}
	}
	return n
}

// Part 2, 6.3 /req/crs/fc-crs-action, /req/crs/ogc-crs-header: in every system that a collection lists, places stand where they
// are, in the order of its axes.
func TestEverySystemHasItsPlacesAndAxes(t *testing.T) {
	w := newWorld(t)
	var c collection
	w.read("/collections/village", &c)
	var plain feature
	w.read("/collections/village/items/1", &plain)
	want := place(t, plain.Geometry)
	for _, uri := range c.CRS {
		for _, path := range []string{"/collections/village/items/1?crs=", "/collections/village/items/1?f=jsonfg&crs="} {
			var f feature
			resp := w.read(path+uri, &f)
			if resp.Header.Get("Content-Crs") != "<"+uri+">" {
				t.Errorf("%s: Content-Crs is %s", uri, resp.Header.Get("Content-Crs"))
			}
			moved := f.Geometry
			if strings.Contains(path, "jsonfg") && !strings.Contains(uri, "CRS84") {
				if moved = f.Place; string(f.Geometry) != "null" {
					t.Errorf("%s: JSON-FG has a geometry beside the place: %s", uri, f.Geometry)
				}
			}
			got := place(t, moved)
			if !strings.Contains(uri, "CRS84") {
				system, err := crs.Parse(uri[strings.LastIndex(uri, "/")+1:])
				if err != nil {
					t.Fatal(err)
				}
				if system.NorthFirst() {
					got[0], got[1] = got[1], got[0]
				}
				got = system.ToWGS84(got)
			}
			if math.Abs(got[0]-want[0]) > 1e-7 || math.Abs(got[1]-want[1]) > 1e-7 {
				t.Errorf("%s: %v, not %v", uri, got, want)
			}
		}
	}
	if len(c.CRS) < 20 {
		t.Errorf("only %v", c.CRS)
	}
}

func place(t *testing.T, raw json.RawMessage) orb.Point {
	t.Helper()
	g, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return g.Geometry().(orb.Point)
}
