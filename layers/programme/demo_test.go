package programme_test

import (
	"math"
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func compute(t testing.TB, snap *snapshot.Snapshot, year int) *coverage.Result {
	t.Helper()
	r, err := coverage.Compute(t.Context(), snap, roads.Build(snap, year), service.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func plan(t testing.TB, r *coverage.Result, s service.ID, by programme.Measure, budget float64) *programme.Plan {
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
	snap, all := demotest.Snapshot(t), math.Inf(1)
	results := map[int]*coverage.Result{}
	for _, c := range []struct {
		year    int
		service service.ID
		budget  float64
	}{
		{2014, service.Road, all}, {2017, service.Road, 30}, {
			2017, service.Road, all,
		}, {2017, service.Broadband, all}, {2017, service.Water, all}, {2017, service.Water, 300},
	} {
		if results[c.year] == nil {
			results[c.year] = compute(t, snap, c.year)
		}
		r := results[c.year]
		p := plan(t, r, c.service, programme.Km, c.budget)
		if p.Gap > 0.01 {
			t.Errorf("%+v: a gap of %.3f", c, p.Gap)
		}
		out, err := programme.WhatIf(t.Context(), snap, r, p.Parts(p.Works))
		if err != nil {
			t.Fatal(err)
		}
		gained := map[int]bool{}
		for _, change := range out.Changed {
			gained[change.Village] = gained[change.Village] || change.Service == c.service && change.After == service.Reached
		}
		said := map[int]bool{}
		for _, w := range p.Works {
			for _, v := range w.Villages {
				if said[v] {
					t.Errorf("%+v: village %d gains twice", c, v)
				}
				if said[v] = true; !gained[v] {
					t.Errorf("%+v: village %d gains nothing", c, v)
				}
			}
		}
		if len(said) < 40 || len(said) != p.Total.Villages || len(said)+len(p.Left) < p.Lacking.Villages {
			t.Errorf("%+v: %d villages gain and %d are left of %d", c, len(said), len(p.Left), p.Lacking.Villages)
		}
		for _, change := range out.Changed {
			if change.After == service.Not || change.Before.Passes() && !change.After.Passes() {
				t.Errorf("%+v: village %d: %v is %v, was %v", c, change.Village, change.Service, change.After, change.Before)
			}
			if change.Service == c.service && !said[change.Village] {
				t.Errorf("%+v: village %d gains, unsaid", c, change.Village)
			}
		}
	}
}
