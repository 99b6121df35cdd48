package programme_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
)

// asSaid fails the test unless coverage finds, with the works applied, just what the
// programme says.
func asSaid(t *testing.T, w *world, p *programme.Plan) {
	t.Helper()
	out, err := programme.WhatIf(t.Context(), w.snapshot(), p.Result, p.Parts(p.Works))
	if err != nil {
		t.Fatal(err)
	}
	said := map[int]bool{}
	for _, work := range p.Works {
		for _, v := range work.Villages {
			said[v] = true
		}
	}
	for v, state := range out.After.States[service.Road] {
		if before := p.Result.States[service.Road][v] == service.Reached; (state == service.Reached) != (said[v] || before) {
			t.Errorf("village %d is %v; before %v, said %v: %+v", v, state, before, said[v], out.After.Why(service.Road, v))
		}
	}
}

func TestProgrammesOfRoads(t *testing.T) {
	for _, c := range []struct {
		name   string
		lay    func(w *world)
		metres float64 // of works
		joined int
		kinds  string
		left   string
	}{
		{"a road is hardened as far as it passes the village", func(w *world) {
			w.road("水泥", at(0, 0), at(1000, 0)).road("土路", at(1000, 0), at(9000, 0)).village(at(5000, 100), 100)
		}, 4000, 1, "harden", ""},
		{"two villages share what they both need", func(w *world) {
			w.road("水泥", at(0, 0), at(1000, 0)).road("土路", at(1000, 0), at(5000, 0)).village(at(4000, 0), 100).village(at(5000, 0), 50)
		}, 4000, 2, "harden harden", ""},
		{"a gap of sixty metres", func(w *world) {
			w.road("水泥", at(0, 0), at(3000, 0)).road("砂石", at(3000, 0), at(3060, 0)).road("水泥", at(3060, 0), at(9000, 0)).village(at(9000, 0), 100)
		}, 60, 1, "harden", ""},
		{"no road: a straight link, half as long again", func(w *world) {
			w.road("水泥", at(0, 0), at(3000, 0)).village(at(3000, 2000), 100)
		}, 3000, 1, "link", ""},
		{"a link to an earth road, which is hardened up to it", func(w *world) {
			w.road("水泥", at(0, 0), at(900, 0)).road("土路", at(900, 0), at(10_000, 0)).village(at(2900, 600), 100)
		}, 2000 + 900, 1, "harden link", ""},
		{"roads on an island share a link", func(w *world) {
			w.road("水泥", at(0, 0), at(900, 0)).road("土路", at(3000, 3000), at(5000, 3000)).village(at(3000, 3000), 100).village(at(5000, 3000), 100)
		}, -1, 2, "", ""},
		{"a cableway is no road", func(w *world) {
			w.road("水泥", at(0, 0), at(900, 0)).add("road", nil, values{"kind": "cableway"}).village(at(900, 1000), 100)
		}, 1500, 1, "link", ""},
		{"too far from everything", func(w *world) {
			w.road("水泥", at(0, 0), at(900, 0)).village(at(60_000, 0), 100)
		}, 0, 0, "", "no_way"},
		{"the seat itself has no hardened road", func(w *world) {
			w.road("土路", at(0, 100), at(4000, 100)).village(at(4000, 0), 100)
		}, 4000, 1, "harden", ""},
		{"nobody lacks anything", func(w *world) { w.road("水泥", at(0, 0), at(900, 0)).village(at(900, 0), 100) }, 0, 0, "", ""},
		{"no road and nobody", func(*world) {}, 0, 0, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.lay(w)
			p := plan(t, compute(t, w.snapshot(), 2017), service.Road, programme.Km, math.Inf(1))
			var kinds, left []string
			for _, work := range p.Works {
				for _, s := range work.Stretches {
					kinds = append(kinds, string(s.Kind))
				}
			}
			for _, l := range p.Left {
				left = append(left, l.Why)
			}
			if c.metres >= 0 && math.Abs(p.Total.Km*1e3-c.metres) > 15 || p.Total.Villages != c.joined ||
				c.kinds != "" && strings.Join(kinds, " ") != c.kinds || strings.Join(left, " ") != c.left {
				t.Errorf("%.1f m for %d villages, %v, left %v", p.Total.Km*1e3, p.Total.Villages, kinds, left)
			}
			asSaid(t, w, p)
		})
	}
}

// A village is to have a way to its own county seat, not to any.
func TestEachVillageIsJoinedToItsOwnSeat(t *testing.T) {
	w := newWorld(t).county("611021", at(20_000, 0))
	w.road("水泥", at(0, 0), at(1000, 0)).road("水泥", at(20_000, 0), at(12_000, 0))
	w.road("土路", at(1000, 0), at(11_000, 0)).road("土路", at(11_000, 0), at(12_000, 0))
	w.villageOf("611002", at(11_000, 0), 300) // a kilometre from the other seat's road
	r := compute(t, w.snapshot(), 2017)
	p := plan(t, r, service.Road, programme.Km, math.Inf(1))
	if p.Total.Villages != 1 || p.Total.Km < 9.9 || p.Bound > p.Total.Km {
		t.Errorf("%+v, bound %v", p.Total, p.Bound)
	}
	asSaid(t, w, p)
	w.villageOf("611021", at(6000, 0), 200)
	p = plan(t, compute(t, w.snapshot(), 2017), service.Road, programme.Km, math.Inf(1))
	if p.Total.Villages != 2 {
		t.Errorf("%+v, left %v", p.Total, p.Left)
	}
	asSaid(t, w, p)
}

func TestMoneyIsTheRoadsOwnOrTheRulesOfItsClass(t *testing.T) {
	w := newWorld(t).road("水泥", at(0, 0), at(1000, 0)).road("土路", at(1000, 0), at(5000, 0)).village(at(3000, 0), 100)
	p := plan(t, compute(t, w.snapshot(), 2017), service.Road, programme.Wan, math.Inf(1))
	if math.Abs(p.Total.Wan-100) > 0.5 || !p.Works[0].Estimated || math.Abs(p.Bound-p.Total.Wan) > 0.01 {
		t.Errorf("2 km at 50: %+v, bound %v", p.Total, p.Bound)
	}
	l, _ := w.catalog.Layer("road")
	w.list["road"][1].Values[l.Field("cost_wan")] = layers.Float(1000)
	p = plan(t, compute(t, w.snapshot(), 2017), service.Road, programme.Wan, math.Inf(1))
	if math.Abs(p.Total.Wan-500) > 2 || p.Works[0].Estimated {
		t.Errorf("half of 1000: %+v", p.Total)
	}
}

func TestAStoppedProgrammeSaysSo(t *testing.T) {
	snap := demotest.Snapshot(t)
	r, err := coverage.Compute(t.Context(), snap, roads.Build(snap, 2017), service.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range programme.Services {
		if _, err := programme.Make(ctx, r, programme.Ask{Service: s, By: programme.Km, Budget: math.Inf(1)}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: %v", s, err)
		}
	}
	if _, err := programme.Make(t.Context(), r, programme.Ask{Service: "tv", By: programme.Km, Budget: 1}); err == nil {
		t.Error("a programme of television")
	}
}
