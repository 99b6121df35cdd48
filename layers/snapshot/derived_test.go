package snapshot

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/layers"
)

func TestDerivedFieldsStandBesideTheirFeaturesAndNowhereElse(t *testing.T) {
	c := mixed()
	c.Layers[0].Derived = []layers.Field{{ID: "twice", Type: layers.TypeInt, Tile: true}, {ID: "parity", Type: layers.TypeText}}
	var features []*layers.Feature
	rapid.Check(t, func(t *rapid.T) {
		features = features[:0]
		for id := range rapid.Int64Range(1, 1100).Draw(t, "features") { // more than a page
			features = append(features, &layers.Feature{ID: id + 1, Values: make([]layers.Value, 7)})
		}
		snap := build(t, c, features...)
		plain, _ := snap.Table("mixed")
		joined := snap.WithDerived("mixed", func(row uint32, f int) layers.Value {
			if f == 0 {
				return layers.Int(2 * plain.ID(row))
			}
			return layers.Text([]string{"even", "odd"}[plain.ID(row)&1])
		})
		wide, _ := joined.Table("mixed")
		for row := range wide.Rows {
			id := wide.ID(row)
			if wide.Get(row, "twice") != layers.Int(2*id) || wide.Get(row, "parity").Text() != []string{"even", "odd"}[id&1] {
				t.Fatalf("feature %d: %v %v", id, wide.Get(row, "twice"), wide.Get(row, "parity"))
			}
		}
		if plain.Layer.Field("twice") >= 0 || len(c.Layers[0].Fields) != 7 {
			t.Fatal("the layer itself has the fields")
		}
	})
}

// TestDerivedFieldsAreTakenOverWhereNothingChanged edits features and their derived values, and derives each table from the
// one before.
func TestDerivedFieldsAreTakenOverWhereNothingChanged(t *testing.T) {
	c := mixed()
	c.Layers[0].Derived = []layers.Field{{ID: "parity", Type: layers.TypeText}}
	rapid.Check(t, func(t *rapid.T) {
		snap := build(t, c)
		var features []layers.Change
		for id := range int64(3 * pageRows) {
			f := &layers.Feature{ID: id + 1, Values: make([]layers.Value, 7)}
			features = append(features, layers.Change{Layer: "mixed", ID: f.ID, Feature: f})
		}
		apply := func(changes ...layers.Change) *Table {
			next, _, err := snap.Apply(changes)
			if err != nil {
				t.Fatal(err)
			}
			snap = next
			table, _ := snap.Table("mixed")
			return table
		}
		values := map[int64]string{}
		table := apply(features...)
		value := func(row uint32, _ int) layers.Value { return layers.Text(values[table.ID(row)]) }
		derived := table.Derive(value, Derived{}, nil)
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			var changed []uint32
			for range rapid.IntRange(0, 3).Draw(t, "values") {
				id := rapid.Int64Range(1, int64(table.rowCount())).Draw(t, "of")
				if row, ok := table.Find(id); ok {
					values[id] = rapid.SampledFrom([]string{"even", "odd", "neither"}).Draw(t, "value")
					changed = append(changed, row)
				}
			}
			before := table
			id := rapid.Int64Range(1, int64(len(features)+3)).Draw(t, "id")
			change := layers.Change{Layer: "mixed", ID: id}
			if rapid.Bool().Draw(t, "there") {
				change.Feature = &layers.Feature{ID: id, Values: make([]layers.Value, 7)}
			}
			table = apply(change)
			was := derived
			derived = table.Derive(value, derived, changed)
			shared := 0
			for n := range min(len(before.pages), len(table.pages)) {
				if derived.Table.pages[n] == was.Table.pages[n] {
					shared++
				}
			}
			if shared == 0 && len(changed) < 2 {
				t.Fatal("no page was taken over")
			}
			for row := range table.Rows {
				if got := derived.Table.Get(row, "parity").Text(); got != values[table.ID(row)] {
					t.Fatalf("feature %d has %q, not %q", table.ID(row), got, values[table.ID(row)])
				}
			}
		}
	})
}
