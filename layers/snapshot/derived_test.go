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
