package snapshot

import (
	"testing"

	"github.com/cuntu/cuntu/layers"
	"pgregory.net/rapid"
)

func TestAlterEqualsApplyAndLeavesTheSnapshotAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := mixed()
		var features []*layers.Feature
		for id := range rapid.Int64Range(0, 20).Draw(t, "features") {
			features = append(features, drawFeature(t, id+1))
		}
		snap := build(t, c, features...)
		before, _ := snap.Table("mixed")
		was := map[int64]*layers.Feature{}
		for _, f := range features {
			was[f.ID] = f
		}
		want := map[int64]*layers.Feature{}
		for id, f := range was {
			want[id] = f
		}
		var changes []layers.Change
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			id := rapid.Int64Range(1, 25).Draw(t, "id")
			change := layers.Change{Layer: "mixed", ID: id}
			if delete(want, id); rapid.Bool().Draw(t, "put") {
				change.Feature = drawFeature(t, id)
				want[id] = change.Feature
			}
			changes = append(changes, change)
		}
		altered, err := snap.WhatIf(changes)
		if err != nil {
			t.Fatal(err)
		}
		after, _ := altered.Table("mixed")
		same(t, after, want)
		same(t, before, was)
	})
}

func TestJoinedFieldsStandBesideTheirFeaturesAndNowhereElse(t *testing.T) {
	c := mixed()
	var features []*layers.Feature
	rapid.Check(t, func(t *rapid.T) {
		features = features[:0]
		for id := range rapid.Int64Range(1, 1100).Draw(t, "features") { // more than a page
			features = append(features, &layers.Feature{ID: id + 1, Values: make([]layers.Value, 7)})
		}
		snap := build(t, c, features...)
		plain, _ := snap.Table("mixed")
		joined := snap.WithFields("mixed", []layers.Field{{ID: "twice", Type: layers.TypeInt, Tile: true}, {ID: "parity", Type: layers.TypeText}}, nil, func(row uint32, f int) layers.Value {
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
