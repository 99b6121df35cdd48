package coverage_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// The oracle breaks a road of the section and asks who has lost theirs.
func TestACriticalSectionIsWhatItsVillagesLoseTheirRoadWithout(t *testing.T) {
	snap := demotest.Snapshot(t)
	before := compute(t, snap, 2017)
	list, err := before.Critical(t.Context(), nil)
	if err != nil || len(list) < 100 {
		t.Fatalf("%d sections: %v", len(list), err)
	}
	roads := before.Network.Table
	tried := 0
	for n := 0; n < len(list) && tried < 12; n += 1 + len(list)/14 {
		s := list[n]
		// A road of one edge is broken where the section is.
		at := slices.IndexFunc(s.Edges, func(e int32) bool {
			edge := before.Network.Graph.Edge(e)
			return edge.Metres > 1 && edge.Metres > roads.Shape(edge.Row).Length()-0.5
		})
		if at < 0 {
			continue
		}
		tried++
		f := roads.Feature(before.Network.Graph.Edge(s.Edges[at]).Row)
		f.Values[roads.Layer.Field("surface")] = layers.Text("砂石")
		next, err := snap.WhatIf([]layers.Change{{Layer: "road", ID: f.ID, Feature: &f}})
		if err != nil {
			t.Fatal(err)
		}
		after := compute(t, next, 2017)
		var lost []int
		for i, was := range before.States[service.Road] {
			if was == service.Reached && after.States[service.Road][i] != service.Reached {
				lost = append(lost, i)
			}
		}
		if !slices.Equal(lost, s.Villages) {
			t.Errorf("without road %d the villages %v lose theirs, not %v", f.ID, lost, s.Villages)
		}
	}
	if tried < 5 {
		t.Errorf("only %d sections were tried", tried)
	}
}

func TestCriticalSectionsOfSomeVillagesAreThoseOfAllThatCutOneOfThemOff(t *testing.T) {
	result := compute(t, demotest.Snapshot(t), 2017)
	all, err := result.Critical(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[uint32]bool{}
	for i, row := range result.Villages.Rows {
		kept[row] = i%7 == 0
	}
	some, err := result.Critical(t.Context(), func(row uint32) bool { return kept[row] })
	if err != nil {
		t.Fatal(err)
	}
	behind := func(list []coverage.Critical) map[int32]string {
		by := map[int32]string{}
		for _, s := range list {
			villages := slices.DeleteFunc(slices.Clone(s.Villages), func(i int) bool { return i%7 != 0 })
			for _, e := range s.Edges {
				if len(villages) > 0 {
					by[e] = fmt.Sprint(villages)
				}
			}
		}
		return by
	}
	if want, got := behind(all), behind(some); len(want) < 100 || !maps.Equal(got, want) {
		t.Errorf("%d edges are critical for some villages, not %d", len(got), len(want))
	}
}

func TestARoadRoundLeavesNothingCritical(t *testing.T) {
	w := newWorld(t).village(at(4000, 0), nil).road(nil, at(0, 0), at(2000, 0)).road(nil, at(2000, 0), at(4000, 0))
	list, err := w.compute(2017, service.Builtin()).Critical(t.Context(), nil)
	if err != nil || len(list) != 1 || len(list[0].Edges) != 1 || list[0].People != 100 {
		t.Errorf("one road: %+v %v", list, err)
	}
	w.road(nil, at(0, 100), at(1000, 900), at(4000, 400)) // meets neither, but comes as near
	if list, err = w.compute(2017, service.Builtin()).Critical(t.Context(), nil); err != nil || len(list) != 0 {
		t.Errorf("two roads: %+v %v", list, err)
	}
}
