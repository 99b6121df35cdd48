package coverage

import (
	"sync"
	"testing"

	"github.com/cuntu/cuntu/layers"
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
	for year := 2018; year < 2018+2*keptYears; year++ {
		if r, err := c.Get(snap, nets, year); err != nil || r.Year != year {
			t.Fatal(err)
		}
	}
	count := 0
	for range c.results.All() {
		count++
	}
	if count != keptYears {
		t.Errorf("%d results kept", count)
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
