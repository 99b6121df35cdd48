package intake_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

// office is a store with two counties side by side, 0.5° wide each, and a few towns
// and villages.
type office struct {
	t     *testing.T
	store data.Store
	intake.Importer
}

func inFile(t *testing.T) *office {
	t.Helper()
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "office.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	return newOffice(t, store)
}

func inPostGIS(t *testing.T) *office {
	t.Helper()
	url := pgtest.URL(t)
	if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	store, err := postgis.Open(t.Context(), url, layers.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return newOffice(t, store)
}

// onBoth runs a test on both kinds of store.
func onBoth(t *testing.T, test func(t *testing.T, o *office)) {
	t.Run("GeoPackage", func(t *testing.T) { test(t, inFile(t)) })
	t.Run("PostGIS", func(t *testing.T) { test(t, inPostGIS(t)) })
}

func newOffice(t *testing.T, store data.Store) *office {
	t.Helper()
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t, store, intake.Importer{Store: store, Catalog: layers.Builtin()}}
	square := func(west float64) orb.Polygon {
		return orb.Polygon{{{west, 33.4}, {west + 0.5, 33.4}, {west + 0.5, 34}, {west, 34}, {west, 33.4}}}
	}
	o.put("county", square(109.5), "code", "611002", "name", "商州区")
	o.put("county", square(110), "code", "611021", "name", "洛南县")
	o.put("town", orb.Point{109.9, 33.87}, "code", "611002001", "name", "城关街道", "county", "611002", "kind", "county_seat")
	o.put("town", orb.Point{109.7, 33.7}, "code", "611002101", "name", "夜村镇", "county", "611002", "kind", "town")
	o.put("town", orb.Point{110.1, 33.9}, "code", "611021001", "name", "城关街道", "county", "611021", "kind", "county_seat")
	o.put("town", orb.Point{110.3, 33.7}, "code", "611021101", "name", "景村镇", "county", "611021", "kind", "town")
	village := func(code, name string, lon, lat float64) {
		o.put("village", orb.Point{lon, lat}, "code", code, "name", name, "county", code[:6], "town", code[:9])
	}
	village("611002001201", "东店子村", 109.9, 33.85)
	village("611002001202", "杏树园村", 109.91, 33.86)
	village("611002101201", "西荆村", 109.7, 33.7)
	village("611021001201", "柳林村", 110.1, 33.85)
	village("611021101201", "柳林村", 110.31, 33.71)
	village("611021101202", "大庙村", 110.3, 33.72)
	return o
}

// put adds a feature with texts for values.
func (o *office) put(layer string, g orb.Geometry, values ...string) {
	o.t.Helper()
	l, _ := o.Catalog.Layer(layer)
	f := layers.Feature{Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	for i := 0; i < len(values); i += 2 {
		f.Values[l.Field(values[i])] = layers.Text(values[i+1])
	}
	if _, err := o.store.Apply(o.t.Context(), data.Edits(layers.Edit{Op: layers.Insert, Layer: layer, Feature: f})); err != nil {
		o.t.Fatal(err)
	}
}

// state is all that a store holds, documents included.
type state struct {
	features map[string]map[int64]layers.Feature
	docs     []data.Document
}

func (o *office) state() state {
	o.t.Helper()
	s := state{features: map[string]map[int64]layers.Feature{}}
	_, err := o.store.Load(o.t.Context(), func(l *layers.Layer, f *layers.Feature) error {
		if s.features[l.ID] == nil {
			s.features[l.ID] = map[int64]layers.Feature{}
		}
		s.features[l.ID][f.ID] = layers.Feature{ID: f.ID, Geometry: orb.Clone(f.Geometry), Values: append([]layers.Value{}, f.Values...)}
		return nil
	})
	if err == nil {
		s.docs, err = o.store.ListDocuments(o.t.Context(), "")
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// same fails where features are not as they were.
func (o *office) same(before state) {
	o.t.Helper()
	if after := o.state(); !reflect.DeepEqual(before.features, after.features) {
		o.t.Errorf("the features are not as they were: %v, then %v", before.features, after.features)
	}
}

// get finds a feature by its code and gives a value.
func (o *office) get(layer, code, field string) any {
	o.t.Helper()
	l, _ := o.Catalog.Layer(layer)
	for _, f := range o.state().features[layer] {
		if f.Values[l.Field("code")].Text() == code {
			if field == "geometry" {
				return f.Geometry
			}
			return f.Values[l.Field(field)].Any()
		}
	}
	o.t.Fatalf("there is no %s %s", layer, code)
	return nil
}
