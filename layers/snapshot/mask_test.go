package snapshot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// TestAMaskedTableIsTheOneLoadedWithoutWhatIsHidden edits a table behind a mask at random, and compares what is made from
// the one before with a table that has never held what is hidden.
func TestAMaskedTableIsTheOneLoadedWithoutWhatIsHidden(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	catalog := layers.Builtin()
	l, _ := catalog.Layer("village")
	features := map[int64]layers.Feature{}
	var changes []layers.Change
	for id := int64(1); id <= 3000; id++ {
		f := randomVillage(r, l, id)
		features[id], changes = f, append(changes, layers.Change{Layer: l.ID, ID: id, Feature: &f})
	}
	snap, _, err := snapshot.NewBuilder(catalog).Snapshot().Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	hides := func(field string) bool { return field == "poor_population" }
	var masked snapshot.Masked
	for range 20 {
		table, _ := snap.Table(l.ID)
		mask := snapshot.Mask{
			Gone:  hides,
			Blank: map[string]func(uint32) bool{"population": func(row uint32) bool { return table.ID(row)%3 == 0 }},
			Rows:  func(row uint32) bool { return table.ID(row)%5 != 0 },
		}
		masked = table.Mask(mask, masked)
		expectMasked(t, masked.Table, features, l)

		changes = changes[:0]
		for range 1 + r.IntN(20) {
			id := 1 + r.Int64N(3300)
			f := randomVillage(r, l, id)
			if features[id] = f; r.IntN(4) == 0 {
				delete(features, id)
				changes = append(changes, layers.Change{Layer: l.ID, ID: id})
				continue
			}
			changes = append(changes, layers.Change{Layer: l.ID, ID: id, Feature: &f})
		}
		if snap, _, err = snap.Apply(changes); err != nil {
			t.Fatal(err)
		}
	}
}

func randomVillage(r *rand.Rand, l *layers.Layer, id int64) layers.Feature {
	place := orb.Point{109 + r.Float64(), 33 + r.Float64()}
	f := layers.Feature{ID: id, Geometry: place, Values: make([]layers.Value, len(l.Fields))}
	f.Values[l.Field("code")] = layers.Text(fmt.Sprintf("6110%08d", id))
	f.Values[l.Field("name")] = layers.Text(fmt.Sprint("村", r.IntN(100)))
	f.Values[l.Field("population")] = layers.Int(r.Int64N(2000))
	f.Values[l.Field("poor_population")] = layers.Int(r.Int64N(300))
	return f
}

func expectMasked(t *testing.T, table *snapshot.Table, features map[int64]layers.Feature, l *layers.Layer) {
	t.Helper()
	if table.Layer.Field("poor_population") >= 0 || len(table.Layer.Ratios) > 0 {
		t.Fatal("the layer tells of a field that is gone")
	}
	seen := 0
	for row := range table.Rows {
		id := table.ID(row)
		f, ok := features[id]
		if !ok || id%5 == 0 {
			t.Fatalf("village %d can be seen", id)
		}
		seen++
		for i, field := range table.Layer.Fields {
			want := f.Values[l.Field(field.ID)]
			if field.ID == "population" && id%3 == 0 {
				want = layers.Null
			}
			if got := table.Value(row, i); got != want {
				t.Fatalf("village %d: %s is %v, not %v", id, field.ID, got, want)
			}
		}
		found := false
		for at := range table.Shape(row).Points {
			p := table.Shape(row).Points[at]
			table.Search(geo.Box{Min: p, Max: p}, func(other uint32) bool {
				found = found || other == row
				return true
			})
		}
		if !found {
			t.Fatalf("village %d is not found by its place", id)
		}
	}
	want := 0
	for id := range features {
		if id%5 != 0 {
			want++
		}
	}
	if seen != want || table.Len() != want {
		t.Fatalf("%d villages can be seen and %d are counted, not %d", seen, table.Len(), want)
	}
	if _, ok := table.Find(5); ok {
		t.Fatal("a hidden village is found by its id")
	}
}

func TestAMaskedSnapshotHasNoLayerOfWhichNothingIsLeft(t *testing.T) {
	catalog := layers.Builtin()
	snap := snapshot.NewBuilder(catalog).Snapshot()
	tables := slices.Clone(snap.Tables())
	at := slices.Index(catalog.IDs(), "road")
	tables[at] = nil
	masked := snap.Masked(tables)
	if _, ok := masked.Table("road"); ok {
		t.Error("the hidden layer is there")
	}
	if _, ok := masked.Catalog.Layer("road"); ok {
		t.Error("the catalogue tells of the hidden layer")
	}
	if masked.Whole() != snap || len(masked.Catalog.Layers) != len(catalog.Layers)-1 {
		t.Error("something else is hidden too")
	}
}
