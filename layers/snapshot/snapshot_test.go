package snapshot

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// mixed is a layer with a field of every type and every kind of geometry.
func mixed() *layers.Catalog {
	return &layers.Catalog{Layers: []*layers.Layer{{
		ID:       "mixed",
		Geometry: []geo.Kind{geo.Points, geo.Lines, geo.Polygons},
		Fields: []layers.Field{
			{ID: "name", Type: layers.TypeText},
			{ID: "code", Type: layers.TypeCode},
			{ID: "list", Type: layers.TypeList},
			{ID: "int", Type: layers.TypeInt},
			{ID: "float", Type: layers.TypeFloat},
			{ID: "bool", Type: layers.TypeBool},
			{ID: "year", Type: layers.TypeYear},
		},
	}}}
}

func drawFeature(t *rapid.T, id int64) *layers.Feature {
	lonLat := func() orb.Point {
		return orb.Point{rapid.Float64Range(109, 111).Draw(t, "lon"), rapid.Float64Range(33, 34).Draw(t, "lat")}
	}
	f := &layers.Feature{ID: id, Values: []layers.Value{
		layers.Text(rapid.SampledFrom([]string{"", "东店子村", "007", "a"}).Draw(t, "name")),
		layers.Text(rapid.SampledFrom([]string{"611002", "011002001", "611002001001"}).Draw(t, "code")),
		layers.Text("school,clinic"),
		layers.Int(rapid.Int64().Draw(t, "int")),
		layers.Float(
			rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-99, 99), func(i int) float64 { return float64(i) / 10 })).Draw(t, "float"),
		),
		layers.Bool(rapid.Bool().Draw(t, "bool")),
		layers.Int(rapid.Int64Range(1990, 2020).Draw(t, "year")),
	}}
	for i := range f.Values {
		if rapid.IntRange(0, 3).Draw(t, "null") == 0 {
			f.Values[i] = layers.Null
		}
	}
	a := lonLat()
	switch rapid.IntRange(0, 4).Draw(t, "geometry") {
	case 0:
		f.Geometry = a
	case 1:
		f.Geometry = orb.LineString{a, lonLat(), lonLat()}
	case 2:
		f.Geometry = orb.Polygon{
			{a, {a[0] + .1, a[1]}, {a[0], a[1] + .1}, a},
			{{a[0] + .01, a[1] + .01}, {a[0] + .02, a[1] + .01}, {a[0] + .01, a[1] + .02}, {a[0] + .01, a[1] + .01}},
		}
	case 3:
		f.Geometry = orb.MultiPoint{a, lonLat()}
	}
	return f
}

// same fails the test unless the table holds just the features, by every way of
// asking.
func same(t fataler, got *Table, want map[int64]*layers.Feature) {
	t.Helper()
	if got.Len() != len(want) {
		t.Fatalf("table has %d features, want %d", got.Len(), len(want))
	}
	seen := map[int64]bool{}
	for row := range got.Rows {
		f := got.Feature(row)
		w := want[f.ID]
		if w == nil || seen[f.ID] {
			t.Fatalf("row %d has id %d, which is unknown or twice there", row, f.ID)
		}
		seen[f.ID] = true
		shape, err := geo.NewShape(w.Geometry)
		if err != nil {
			t.Fatalf("shape: %v", err)
		}
		if !got.Shape(row).Equal(shape) {
			t.Fatalf("id %d has shape %v, want %v", f.ID, got.Shape(row), shape)
		}
		if diff := cmp.Diff(w.Values, f.Values, cmp.Comparer(func(a, b layers.Value) bool { return a == b })); diff != "" {
			t.Fatalf("id %d: %s", f.ID, diff)
		}
		if found, ok := got.Find(f.ID); !ok || found != row {
			t.Fatalf("Find(%d) = %d, %v, want %d", f.ID, found, ok, row)
		}
	}
	box := geo.QuantiseBound(orb.Bound{Min: orb.Point{109.5, 33.3}, Max: orb.Point{110.5, 33.6}})
	var found, expected []int64
	for row := range func(y func(uint32) bool) { got.Search(box, y) } {
		found = append(found, got.ID(row))
	}
	for id, f := range want {
		s, _ := geo.NewShape(f.Geometry)
		if b := s.Box(); !b.IsEmpty() && b.Intersects(box) {
			expected = append(expected, id)
		}
	}
	slices.Sort(found)
	slices.Sort(expected)
	if !slices.Equal(found, expected) {
		t.Fatalf("Search found %v, want %v", found, expected)
	}
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func build(t fataler, c *layers.Catalog, features ...*layers.Feature) *Snapshot {
	t.Helper()
	b := NewBuilder(c)
	for _, f := range features {
		if err := b.Add(c.Layers[0], f); err != nil {
			t.Fatalf("add: %v", err)
		}
	}
	return b.Snapshot()
}

func TestApplyEqualsARebuildAndLeavesTheOldSnapshotAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := mixed()
		state := map[int64]*layers.Feature{}
		var first []*layers.Feature
		for range rapid.IntRange(0, 30).Draw(t, "features") {
			id := rapid.Int64Range(1, 100).Draw(t, "id")
			if state[id] == nil {
				state[id] = drawFeature(t, id)
				first = append(first, state[id])
			}
		}
		snap := build(t, c, first...)
		for range rapid.IntRange(1, 8).Draw(t, "batches") {
			before, snapBefore := maps.Clone(state), snap
			var changes []layers.Change
			for range rapid.IntRange(0, 10).Draw(t, "changes") {
				id := rapid.Int64Range(1, 120).Draw(t, "id")
				if rapid.IntRange(0, 2).Draw(t, "op") == 0 {
					delete(state, id)
					changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: nil})
					continue
				}
				state[id] = drawFeature(t, id)
				changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: state[id]})
			}
			next, delta, err := snap.Apply(changes)
			if err != nil {
				t.Fatalf("apply: %v", err)
			}
			same(t, next.tables[0], state)
			same(t, snapBefore.tables[0], before)
			for id := range state {
				changed := before[id] == nil || !identical(before[id], state[id])
				touched := delta["mixed"] != nil && slices.Contains(delta["mixed"].IDs, id)
				if changed != touched {
					t.Fatalf("id %d changed: %v, touched: %v", id, changed, touched)
				}
			}
			snap = next
		}
	})
}

func identical(a, b *layers.Feature) bool {
	x, _ := geo.NewShape(a.Geometry)
	y, _ := geo.NewShape(b.Geometry)
	return x.Equal(y) && slices.Equal(a.Values, b.Values)
}

func TestManyPagesInAndOutOfOrder(t *testing.T) {
	c := mixed()
	state := map[int64]*layers.Feature{}
	var list []*layers.Feature
	put := func(id int64) *layers.Feature {
		f := &layers.Feature{ID: id, Geometry: orb.Point{109 + float64(id%2000)/1000, 33.5}, Values: []layers.Value{
			layers.Text(
				fmt.Sprint("村", id%7),
			), layers.Text(fmt.Sprintf("%012d", id)), layers.Null, layers.Int(id), layers.Float(float64(id) / 10), layers.Bool(id%2 == 0),
			layers.Int(2000),
		}}
		state[id] = f
		return f
	}
	for id := int64(1); id <= 5000; id++ {
		list = append(list, put(id*2))
	}
	snap := build(t, c, list...)
	same(t, snap.tables[0], state)
	var changes []layers.Change
	for id := int64(1); id <= 9000; id += 3 { // new, between and behind
		changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: put(id)})
	}
	for id := int64(2); id <= 8000; id += 4 {
		delete(state, id)
		changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: nil})
	}
	snap, _, err := snap.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	same(t, snap.tables[0], state)
	changes = nil
	for id := int64(1); id <= 12000; id++ { // until it is compacted
		if id%5 != 0 {
			delete(state, id)
			changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: nil})
		}
	}
	if snap, _, err = snap.Apply(changes); err != nil {
		t.Fatal(err)
	}
	same(t, snap.tables[0], state)
	if rows := snap.tables[0].rowCount(); rows != snap.tables[0].Len() {
		t.Errorf("%d rows for %d features: not compacted", rows, snap.tables[0].Len())
	}
}

func TestKeyStandsForTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []*layers.Feature
		for id := range int64(rapid.IntRange(2, 40).Draw(t, "n")) {
			list = append(list, drawFeature(t, id+1))
		}
		table := build(t, mixed(), list...).tables[0]
		for f := range table.Layer.Fields {
			byKey := map[uint64]layers.Value{}
			for row := range table.Rows {
				key, ok := table.Key(row, f)
				v := table.Value(row, f)
				if ok == v.IsNull() {
					t.Fatalf("field %d: key ok %v for %v", f, ok, v)
				}
				if old, seen := byKey[key]; ok && seen && old != v {
					t.Fatalf("field %d: key %d stands for %v and %v", f, key, old, v)
				}
				if ok {
					byKey[key] = v
				}
			}
		}
	})
}

func TestReadersNeverWaitNorSeeHalfAnEdit(t *testing.T) {
	c := mixed()
	var list []*layers.Feature
	for id := int64(1); id <= 3000; id++ {
		list = append(
			list,
			&layers.Feature{
				ID:       id,
				Geometry: orb.Point{110, 33.5},
				Values:   []layers.Value{layers.Text("v0"), layers.Null, layers.Null, layers.Int(0), layers.Null, layers.Null, layers.Null},
			},
		)
	}
	var current atomic.Pointer[Snapshot]
	current.Store(build(t, c, list...))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				table := current.Load().tables[0]
				generation := table.Value(0, 3).Int()
				for row := range func(y func(uint32) bool) { table.Search(geo.World, y) } {
					if got := table.Value(row, 3).Int(); got != generation {
						t.Errorf("row %d is of generation %d beside %d", row, got, generation)
						return
					}
				}
			}
		})
	}
	for generation := int64(1); generation <= 20; generation++ {
		var changes []layers.Change
		for id := int64(1); id <= 3000; id++ {
			changes = append(
				changes,
				layers.Change{
					Layer: "mixed",
					ID:    id,
					Feature: &layers.Feature{
						ID:       id,
						Geometry: orb.Point{110 + float64(generation)/100, 33.5},
						Values: []layers.Value{
							layers.Text(fmt.Sprint("v", generation)), layers.Null, layers.Null, layers.Int(generation), layers.Null, layers.Null,
							layers.Null,
						},
					},
				},
			)
		}
		next, _, err := current.Load().Apply(changes)
		if err != nil {
			t.Fatal(err)
		}
		current.Store(next)
	}
	close(done)
	readers.Wait()
}

func TestApplyKeepsGoodChangesBesideBadOnes(t *testing.T) {
	snap := build(t, layers.Builtin())
	good := &layers.Feature{ID: 1, Geometry: orb.Point{110, 33}, Values: make([]layers.Value, len(snap.tables[2].Layer.Fields))}
	bad := &layers.Feature{
		ID:       2,
		Geometry: orb.LineString{{110, 33}, {110, 34}},
		Values:   make([]layers.Value, len(snap.tables[2].Layer.Fields)),
	}
	next, delta, err := snap.Apply(
		[]layers.Change{
			{Layer: "village", ID: 1, Feature: good}, {Layer: "village", ID: 2, Feature: bad}, {Layer: "nowhere", ID: 3, Feature: nil},
		},
	)
	if err == nil {
		t.Error("a line as a village and an unknown layer raise no error")
	}
	if table, _ := next.Table("village"); table.Len() != 1 || len(delta["village"].IDs) != 1 {
		t.Errorf("next has %d villages", table.Len())
	}
}
