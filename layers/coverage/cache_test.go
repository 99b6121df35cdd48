package coverage

import (
	"context"
	"sync"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func TestACacheComputesOnceForAYearAndForgetsOldStates(t *testing.T) {
	snap, nets := snapshot.NewBuilder(service.Builtin().Extend(layers.Builtin())).Snapshot(), &roads.Cache{}
	var c Cache
	var all [8]*Result
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() { all[i], _ = c.Get(snap, nets, 2017) })
	}
	wait.Wait()
	for _, r := range all {
		if r == nil || r != all[0] {
			t.Fatal("computed more than once, or not at all")
		}
	}
	for year := 2018; year < 2018+2*resultLimit.Most; year++ {
		if r, err := c.Get(snap, nets, year); err != nil || r.Year != year {
			t.Fatal(err)
		}
	}
	count := 0
	for range c.results.All() {
		count++
	}
	if count != resultLimit.Most {
		t.Errorf("%d results kept", count)
	}
	for edges, want := range map[int64]int{roads.KeptEdges: 2, roads.KeptEdges / 4: 4, 1000: resultLimit.Most} {
		limit := resultLimit
		limit.Weight = func(*Result) int64 { return edges }
		var large kept.Cache[int, *Result]
		for year := range resultLimit.Most + 1 {
			_, _ = large.Get(t.Context(), year, limit, func(context.Context) (*Result, error) { return &Result{}, nil })
		}
		var years []int
		for year := range large.All() {
			years = append(years, year)
		}
		if len(years) != want || years[0] != resultLimit.Most {
			t.Errorf("of %d edges the results of %v kept, want %d", edges, years, want)
		}
	}
	last, _ := c.Get(snap, nets, 2029)
	same := func(layer string) bool {
		l, _ := snap.Catalog.Layer(layer)
		f := layers.Feature{ID: 1, Values: make([]layers.Value, len(l.Fields))}
		next, _, err := snap.Apply([]layers.Change{{Layer: layer, ID: 1, Feature: &f}})
		if err != nil {
			t.Fatal(err)
		}
		r, _ := c.Get(next, nets, 2029)
		return r == last
	}
	if !same("park") {
		t.Error("an edit of parks made it forget")
	}
	if same("village") {
		t.Error("an edit of villages did not")
	}
}
