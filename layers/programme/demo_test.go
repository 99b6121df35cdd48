package programme_test

import (
	"math"
	"sync"
	"testing"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/roads"
)

var demoSnapshot = sync.OnceValues(func() (*layers.Snapshot, error) {
	catalog := layers.Builtin()
	b := layers.NewBuilder(catalog)
	for edit, err := range demo.Generate(demo.Options{Seed: 1}) {
		if err != nil {
			return nil, err
		}
		l, _ := catalog.Layer(edit.Layer)
		if err := b.Add(l, &edit.Feature); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(), nil
})

func compute(t testing.TB, snap *layers.Snapshot, year int) *coverage.Result {
	t.Helper()
	r, err := coverage.Compute(t.Context(), snap, roads.Build(snap, year), coverage.Default())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func theDemo(t testing.TB) *layers.Snapshot {
	t.Helper()
	snap, err := demoSnapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func plan(t testing.TB, r *coverage.Result, s coverage.Service, by programme.Measure, budget float64) *programme.Plan {
	t.Helper()
	p, err := programme.Make(t.Context(), r, programme.Ask{Service: s, By: by, Budget: budget})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What the programme says it brings, coverage finds once it is applied; and all others
// keep what they have.
func TestAProgrammeAppliedReachesEverybodyItSays(t *testing.T) {
	snap := theDemo(t)
	for _, year := range []int{2014, 2017} {
		r := compute(t, snap, year)
		for _, service := range []coverage.Service{coverage.Road, coverage.Broadband} {
			for _, budget := range []float64{30, math.Inf(1)} {
				p := plan(t, r, service, programme.Km, budget)
				out, err := programme.WhatIf(t.Context(), snap, r, p.Parts(p.Works))
				if err != nil {
					t.Fatal(err)
				}
				said := map[int]bool{}
				for _, w := range p.Works {
					for _, v := range w.Villages {
						said[v] = true
						if got := out.After.States[service][v]; got != coverage.Reached {
							t.Errorf("%d %v within %v km: village %d is %v: %v", year, service, budget, v, got, out.After.Why(service, v))
						}
					}
				}
				more := 0
				for _, c := range out.Changed {
					if c.After == coverage.Not || c.Before.Passes() && !c.After.Passes() {
						t.Errorf("%d %v within %v km: village %d: %v is %v, was %v", year, service, budget, c.Village, c.Service, c.After, c.Before)
					}
					if c.Service == service && !said[c.Village] {
						more++
					}
				}
				t.Logf("%d %v within %v km: %d said, %d more gain", year, service, budget, len(said), more)
				if len(said) < 20 {
					t.Errorf("only %d villages gain: too little was tested", len(said))
				}
			}
		}
	}
}
