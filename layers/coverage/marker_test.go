package coverage_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type published struct {
	snap  *snapshot.Snapshot
	delta snapshot.Delta
}

func (p published) mark(t *testing.T, id int64, field string) string {
	t.Helper()
	village, _ := p.snap.Table("village")
	row, ok := village.Find(id)
	if !ok {
		t.Fatalf("no village %d", id)
	}
	return village.Get(row, field).String()
}

// A broken road gives new tiles to the villages behind it and to no others.
func TestMarksFollowTheDataVillageByVillage(t *testing.T) {
	w := newWorld(t).village(at(500, 0), nil).village(at(4000, 0), nil)
	w.road(nil, at(0, 0), at(2000, 0)).road(nil, at(2000, 0), at(4000, 0))
	out := make(chan published, 10)
	m := coverage.NewMarker(&coverage.Cache{}, &roads.Cache{}, func(s *snapshot.Snapshot, d snapshot.Delta) { out <- published{s, d} })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	next := func() published {
		t.Helper()
		select {
		case p := <-out:
			return p
		case <-time.After(20 * time.Second):
			t.Fatal("nothing is published")
			return published{}
		}
	}
	snap := w.snapshot()
	m.Hear(snap, nil)
	if p := next(); p.delta != nil || p.mark(t, 1, "cov_road") != "" || p.mark(t, 1, "population") != "100" {
		t.Errorf("at first: %+v", p.delta)
	}
	p := next()
	if ids := p.delta["village"].IDs; !slices.Equal(ids, []int64{1, 2}) || p.mark(t, 1, "cov_road") != "reached" ||
		p.mark(t, 2, "cov_road") != "reached" ||
		p.mark(t, 2, "cov_water") != "unknown" {
		t.Errorf("once computed: %v", ids)
	}
	var told snapshot.Delta
	defer m.Listen(func(d snapshot.Delta) { told = d })()

	road, _ := snap.Table("road")
	f := road.Feature(1)
	f.Values[road.Layer.Field("surface")] = layers.Text("土路")
	broken, delta, err := snap.Apply([]layers.Change{{Layer: "road", ID: f.ID, Feature: &f}})
	if err != nil {
		t.Fatal(err)
	}
	m.Hear(broken, delta)
	if p := next(); p.delta["road"] == nil || p.delta["village"] != nil || p.mark(t, 2, "cov_road") != "reached" {
		t.Errorf("the edit itself: %+v", p.delta)
	}
	p = next()
	if v := p.delta["village"]; len(p.delta) != 1 || !slices.Equal(v.IDs, []int64{2}) || len(v.Shapes) != 1 ||
		p.mark(t, 2, "cov_road") != "not" ||
		p.mark(t, 1, "cov_road") != "reached" {
		t.Errorf("behind the broken road: %+v", p.delta)
	}
	table, err := m.AsOf(2017)
	if err != nil || (published{snap: broken.With(table)}).mark(t, 2, "cov_road") != "not" {
		t.Errorf("as of a year: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if told["village"] == nil {
		t.Error("listeners hear nothing")
	}
}
