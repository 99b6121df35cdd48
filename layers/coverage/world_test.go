package coverage_test

import (
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type values map[string]any

// world gathers the features of a made-up county for a test.
type world struct {
	t       *testing.T
	catalog *layers.Catalog
	list    map[string][]layers.Feature
}

// newWorld begins with a county and its seat at the place that at(0, 0) is.
func newWorld(t *testing.T) *world {
	w := &world{t: t, catalog: service.Builtin().Extend(layers.Builtin()), list: map[string][]layers.Feature{}}
	w.add("county", nil, values{"code": "611002", "name": "甲县"})
	w.add("town", at(0, 0), values{"code": "611002001", "name": "城关", "county": "611002", "kind": "county_seat"})
	return w
}

// at is a place some metres east and north of the seat.
func at(east, north float64) orb.Point {
	return orb.Point{110 + east/92_710, 33.7 + north/110_900}
}

func (w *world) add(layer string, g orb.Geometry, v values) *world {
	w.t.Helper()
	l, _ := w.catalog.Layer(layer)
	f := layers.Feature{ID: int64(len(w.list[layer]) + 1), Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	demotest.Set(w.t, l, &f, v)
	if err := l.Check(&f); err != nil {
		w.t.Fatal(err)
	}
	w.list[layer] = append(w.list[layer], f)
	return w
}

// road lays a road through places; values change one that is hardened and stands.
func (w *world) road(v values, line ...orb.Point) *world {
	all := values{"surface": "水泥", "status": "existing", "grade": "四级", "kind": "road", "county": "611002"}
	for k, x := range v {
		all[k] = x
	}
	return w.add("road", orb.LineString(line), all)
}

// village puts a village; values say what is on record of it.
func (w *world) village(p orb.Geometry, v values) *world {
	all := values{
		"code":       "611002001" + string(rune('2')) + "0" + string(rune('0'+len(w.list["village"]))),
		"name":       "村",
		"town":       "611002001",
		"county":     "611002",
		"population": 100,
	}
	for k, x := range v {
		all[k] = x
	}
	return w.add("village", p, all)
}

func (w *world) snapshot() *snapshot.Snapshot {
	w.t.Helper()
	b := snapshot.NewBuilder(w.catalog)
	for _, l := range w.catalog.Layers {
		for i := range w.list[l.ID] {
			if err := b.Add(l, &w.list[l.ID][i]); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return b.Snapshot()
}

func (w *world) compute(year int, rules *service.Catalog) *coverage.Result {
	w.t.Helper()
	snap := w.snapshot()
	r, err := coverage.Compute(w.t.Context(), snap, roads.Build(snap, year), rules)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}
