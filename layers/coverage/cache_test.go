package coverage

import (
	"sync"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func TestACacheComputesOnceForAYearAndForgetsOldStates(t *testing.T) {
	snap, nets := snapshot.NewBuilder(layers.Builtin()).Snapshot(), &roads.Cache{}
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
	for year := 2018; year < 2018+2*maxResults; year++ {
		if r, err := c.Get(snap, nets, year); err != nil || r.Year != year {
			t.Fatal(err)
		}
	}
	if len(c.kept) != maxResults {
		t.Errorf("%d results kept", len(c.kept))
	}
	for edges, want := range map[int64]int{roads.KeptEdges: 2, roads.KeptEdges / 4: 4, 1000: maxResults} {
		large := Cache{kept: make([]*cached, maxResults+1)}
		for i := range large.kept {
			large.kept[i] = &cached{year: i}
			large.kept[i].edges.Store(edges)
		}
		if large.drop(); len(large.kept) != want || large.kept[want-1].year != maxResults {
			t.Errorf("%d results of %d edges kept, want %d", len(large.kept), edges, want)
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
