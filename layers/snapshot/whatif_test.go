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
