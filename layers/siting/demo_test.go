package siting_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/siting"
)

// prefecture is the demo with its ground, made once.
type prefecture struct {
	snap   *layers.Snapshot
	net    *roads.Network
	ground *dem.Model
}

var made *prefecture

func demoPrefecture(t testing.TB) *prefecture {
	t.Helper()
	if made != nil {
		return made
	}
	p, err := demo.New(demo.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	catalog := layers.Builtin()
	b := layers.NewBuilder(catalog)
	for e, err := range p.Edits() {
		if err != nil {
			t.Fatal(err)
		}
		l, _ := catalog.Layer(e.Layer)
		if err := b.Add(l, &e.Feature); err != nil {
			t.Fatal(err)
		}
	}
	ground := p.Terrain()
	tiles, err := elevation.DrawnTiles(context.Background(), ground.Bound(), 6, ground.Height)
	if err != nil {
		t.Fatal(err)
	}
	model, err := dem.New(tiles, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	snap := b.Snapshot()
	made = &prefecture{snap, roads.Build(snap, 2018), model}
	return made
}

func TestTheDemoIsSearched(t *testing.T) {
	p := demoPrefecture(t)
	c := siting.Default()
	began := time.Now()
	s, err := siting.NewSurvey(t.Context(), p.snap, p.net, p.ground, c, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("survey %v", time.Since(began))
	county, _ := p.snap.Table("county")
	row, _ := county.FindCode("611002")
	plots, err := c.GridPlots(county.Shape(row), 500, 0)
	if err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	m, err := s.Measure(t.Context(), plots, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d plots in %v", len(plots), time.Since(began))
	_ = m
	plot, err := c.PlotAt(orb.Point{109.94, 33.86}, 500)
	if err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	e, err := s.Evaluate(t.Context(), plot, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("one in %v: total %v (%v to %v)", time.Since(began), e.Total, e.Low, e.High)
	for n := range e.Values {
		t.Logf("%s %.1f -> %.0f  %s", c.List[n].ID, e.Values[n], e.Scores[n], e.Notes[n].Zh)
	}
	for _, ch := range e.Changes {
		t.Logf("%+v", ch)
	}
	_ = math.Pi
}
