package programme_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type values map[string]any

// world gathers the features of a made-up county for a test.
type world struct {
	t       *testing.T
	catalog *layers.Catalog
	list    map[string][]layers.Feature
}

// newWorld begins with a county and its seat at the place that at(0, 0) is.
func newWorld(t *testing.T) *world {
	w := &world{t: t, catalog: service.Builtin().Extend(layers.Builtin()), list: map[string][]layers.Feature{}}
	return w.county("611002", at(0, 0))
}

func (w *world) county(code string, seat orb.Point) *world {
	w.add("county", nil, values{"code": code, "name": code})
	return w.add("town", seat, values{"code": code + "001", "name": "城关", "county": code, "kind": "county_seat"})
}

// at is a place some metres east and north of the seat.
func at(east, north float64) orb.Point {
	return orb.Point{110 + east/92_710, 33.7 + north/110_900}
}

func (w *world) add(layer string, g orb.Geometry, v values) *world {
	w.t.Helper()
	l, _ := w.catalog.Layer(layer)
	f := layers.Feature{ID: int64(len(w.list[layer]) + 1), Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	demotest.Set(w.t, l, &f, v)
	if err := l.Check(&f); err != nil {
		w.t.Fatal(err)
	}
	w.list[layer] = append(w.list[layer], f)
	return w
}

func (w *world) road(surface string, line ...orb.Point) *world {
	return w.add(
		"road", orb.LineString(line),
		values{"surface": surface, "status": "existing", "grade": "四级", "kind": "road", "class": "村道", "county": "611002"},
	)
}

func (w *world) village(p orb.Point, people int) *world {
	return w.villageOf("611002", p, people)
}

func (w *world) villageOf(county string, p orb.Point, people int) *world {
	n := len(w.list["village"])
	return w.add("village", p, values{
		"code": fmt.Sprintf("%s001%03d", county, 200+n), "name": fmt.Sprintf("村%d", n), "county": county, "population": people,
	})
}

func (w *world) snapshot() *snapshot.Snapshot {
	w.t.Helper()
	b := snapshot.NewBuilder(w.catalog)
	for _, l := range w.catalog.Layers {
		for i := range w.list[l.ID] {
			if err := b.Add(l, &w.list[l.ID][i]); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return b.Snapshot()
}

// randomWorld is villages at the crossings of earth roads, some of which are hardened. No
// road passes a village but at its ends, so that roads are hardened whole.
func randomWorld(t *testing.T, r *rand.Rand, soft int) *world {
	w := newWorld(t).road("水泥", at(0, 0), at(900, 0))
	crossings := []orb.Point{at(900, 0)}
	for len(crossings) < 6 {
		crossings = append(crossings, at(1500+r.Float64()*12_000, (r.Float64()-0.5)*12_000))
	}
	lay := func(surface string, a, b int) bool {
		shape, err := geo.NewShape(orb.LineString{crossings[a], crossings[b]})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range crossings {
			origin := geo.At(p)
			if i != a && i != b && origin.Nearest(shape).Metres < 510 {
				return false
			}
		}
		w.road(surface, crossings[a], crossings[b])
		return true
	}
	joined := 0
	for i, p := range crossings[1:] {
		w.village(p, 100+r.IntN(900))
		if lay("土路", r.IntN(i+1), i+1) { // each hangs together with one before
			joined++
		}
	}
	for tries := 0; len(w.list["road"])-1 < soft; tries++ {
		if joined < 5 || tries > 1000 {
			return randomWorld(t, r, soft)
		}
		if a, b := r.IntN(len(crossings)), r.IntN(len(crossings)); a != b {
			lay("砂石", a, b)
		}
	}
	if a, b := r.IntN(len(crossings)), r.IntN(len(crossings)); a != b {
		lay("水泥", a, b)
	}
	return w
}

// The oracle hardens every set of roads there is and asks coverage who is reached.
func TestSmallProgrammesAreThoseOfTryingEverySet(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	const soft = 8
	for n := range 10 {
		w := randomWorld(t, r, soft)
		snap := w.snapshot()
		before := compute(t, snap, 2017)
		type set struct {
			metres float64
			people int
			all    bool
		}
		var sets []set
		for bits := range 1 << soft {
			var s set
			var parts []programme.Part
			for i := range soft {
				if bits>>i&1 == 1 {
					parts = append(parts, programme.Part{Road: int64(i + 2)})
					line := w.list["road"][i+1].Geometry.(orb.LineString)
					s.metres += geo.Distance(line[0], line[1])
				}
			}
			after, err := programme.WhatIf(t.Context(), snap, before, parts)
			if err != nil {
				t.Fatal(err)
			}
			s.all = true
			for i, state := range after.After.States[service.Road] {
				if before.States[service.Road][i] == service.Reached {
					continue
				}
				if state == service.Reached {
					s.people += int(before.Villages.People[i])
				} else {
					s.all = false
				}
			}
			sets = append(sets, s)
		}
		least := math.Inf(1)
		for _, s := range sets {
			if s.all {
				least = min(least, s.metres)
			}
		}
		all := plan(t, before, service.Road, programme.Km, math.Inf(1))
		if math.Abs(all.Total.Km*1e3-least) > 0.5 || all.Bound*1e3 > least+0.5 || all.Gap > 1e-6 || len(all.Left) > 0 {
			t.Errorf("%d: all for %.1f m, bound %.1f; the least is %.1f", n, all.Total.Km*1e3, all.Bound*1e3, least)
		}
		for _, share := range []float64{0.15, 0.4, 0.7, 0.95} {
			budget, most := share*least/1e3, 0
			for _, s := range sets {
				if s.metres <= budget*1e3 {
					most = max(most, s.people)
				}
			}
			got := plan(t, before, service.Road, programme.Km, budget)
			if got.Total.People != most || got.Bound < float64(most) || got.Total.Km > budget+1e-6 {
				t.Errorf("%d: %d people within %.3f km, bound %v; the best is %d", n, got.Total.People, budget, got.Bound, most)
			}
		}
	}
}

func TestOnTheDemoTheProgrammeBeatsNearestFirst(t *testing.T) {
	r := compute(t, demotest.Snapshot(t), 2017)
	ask := programme.Ask{Service: service.Road, By: programme.Km, Budget: math.Inf(1)}
	_, all, err := programme.NearestFirst(t.Context(), r, ask)
	if err != nil {
		t.Fatal(err)
	}
	best := plan(t, r, service.Road, programme.Km, math.Inf(1))
	if best.Total.Km >= all {
		t.Errorf("%.1f km for all; nearest first takes %.1f", best.Total.Km, all)
	}
	t.Logf("all: %.1f km, nearest first %.1f", best.Total.Km, all)
	for _, share := range []float64{0.02, 0.1, 0.25, 0.5, 0.75} {
		ask.Budget = share * best.Total.Km
		people, _, err := programme.NearestFirst(t.Context(), r, ask)
		if err != nil {
			t.Fatal(err)
		}
		got := plan(t, r, ask.Service, ask.By, ask.Budget)
		if got.Total.People <= people || got.Gap > 0.05 || got.Total.Km > ask.Budget {
			t.Errorf("%.1f km: %d people, a gap of %.4f; nearest first serves %d", ask.Budget, got.Total.People, got.Gap, people)
		}
		t.Logf("%.1f km: %d people, at most %.0f; nearest first %d", ask.Budget, got.Total.People, got.Bound, people)
	}
	// The order of all the works, too, is ahead of nearest first on the way.
	for _, share := range []float64{0.05, 0.1, 0.25, 0.5, 0.75} {
		ask.Budget = share * best.Total.Km
		people, _, err := programme.NearestFirst(t.Context(), r, ask)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, work := range best.Works {
			if work.Sum.Km <= ask.Budget {
				sum = work.Sum.People
			}
		}
		if sum <= people {
			t.Errorf("after %.1f km %d people; nearest first %d", ask.Budget, sum, people)
		}
	}
}
