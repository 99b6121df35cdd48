package programme

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// randomWater is an assignment of a few villages to fewer works.
func randomWater(r *rand.Rand) *waterworks {
	n, m := 2+r.IntN(5), 1+r.IntN(3)
	result := &coverage.Result{Villages: &coverage.Places{}, Services: service.Builtin()}
	w := &waterworks{Plan: &Plan{Result: result}, pipes: make([][]pipe, n), rate: 10}
	for range m {
		w.works = append(w.works, coverage.SpareWater{People: int64(r.IntN(1000))})
	}
	for i := range n {
		result.Villages.People = append(result.Villages.People, int32(50+r.IntN(400)))
		w.villages = append(w.villages, i)
		for k := range m {
			if r.IntN(5) > 0 && w.works[k].People >= w.people(i) {
				w.pipes[i] = append(w.pipes[i], pipe{works: k, mm: int64(1000 + r.IntN(9000))})
			}
		}
		for a := range w.pipes[i] { // the shortest first
			for b := range w.pipes[i][:a] {
				if w.pipes[i][b].mm > w.pipes[i][a].mm {
					w.pipes[i][a], w.pipes[i][b] = w.pipes[i][b], w.pipes[i][a]
				}
			}
		}
	}
	return w
}

// each goes over all choices that the works have room for.
func (w *waterworks) each(yield func(c choice)) {
	c := make(choice, len(w.villages))
	var go1 func(i int, spare []int64)
	go1 = func(i int, spare []int64) {
		if i == len(c) {
			yield(c)
			return
		}
		c[i] = -1
		go1(i+1, spare)
		for k, p := range w.pipes[i] {
			if spare[p.works] >= w.people(i) {
				spare[p.works] -= w.people(i)
				c[i] = k
				go1(i+1, spare)
				spare[p.works] += w.people(i)
			}
		}
		c[i] = -1
	}
	go1(0, w.spare(nil))
}

func TestWaterIsAssignedAsByTryingEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	bounds, lengths := int64(0), int64(0)
	for n := range trial.Part(300) {
		w := randomWater(r)
		got, err := w.assign(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		most, least := int64(0), int64(0)
		w.each(func(c choice) {
			if p, mm := w.served(c), w.length(c); p > most || p == most && mm < least {
				most, least = p, mm
			}
		})
		if w.served(got) != most || w.length(got) != least {
			t.Errorf("%d: %d people over %d mm; the best is %d over %d", n, w.served(got), w.length(got), most, least)
		}
		for i, room := range w.spare(got) {
			if room < 0 {
				t.Errorf("%d: works %d lack room for %d", n, i, -room)
			}
		}
		var all []int
		for i, k := range got {
			if k >= 0 {
				all = append(all, i)
			}
		}
		bound, err := w.least(t.Context(), all, nil, w.length(got))
		if err != nil || bound > w.length(got) {
			t.Errorf("%d: a bound of %d mm above %d: %v", n, bound, w.length(got), err)
		}
		bounds, lengths = bounds+bound, lengths+w.length(got)
	}
	if share := float64(bounds) / float64(lengths); !(share > 0.98) {
		t.Errorf("the bounds come to %.3f of the best", share)
	}
}

func TestAKnapsackIsPackedAsByTryingEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for n := range trial.Part(500) {
		items := make([]want, r.IntN(12))
		for i := range items {
			items[i] = want{village: i, people: int64(r.IntN(300)), gain: int64(1 + r.IntN(9000))}
		}
		room, most := int64(r.IntN(1200)), int64(0)
		for set := range 1 << len(items) {
			people, gain := int64(0), int64(0)
			for i, v := range items {
				if set>>i&1 == 1 {
					people, gain = people+v.people, gain+v.gain
				}
			}
			if people <= room {
				most = max(most, gain)
			}
		}
		k := newKnapsack(items, room)
		if got := k.solve(); got != most {
			t.Errorf("%d: %d, the best is %d", n, got, most)
		}
		if k.bound < most {
			t.Errorf("%d: a bound of %d below %d", n, k.bound, most)
		}
	}
}

func TestWaterWithinABudgetIsNearTheBestAndBelowTheBound(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	sum, best := int64(0), int64(0)
	for n := range trial.Part(300) {
		w := randomWater(r)
		full, err := w.assign(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.budget = w.length(full) * int64(1+r.IntN(9)) / 10
		got, err := w.within(t.Context(), full)
		if err != nil {
			t.Fatal(err)
		}
		if w.length(got) > w.budget {
			t.Errorf("%d: %d mm for a budget of %d", n, w.length(got), w.budget)
		}
		most := int64(0)
		w.each(func(c choice) {
			if w.length(c) <= w.budget {
				most = max(most, w.served(c))
			}
		})
		bound, err := w.most(t.Context(), got)
		if err != nil || bound < float64(most) {
			t.Errorf("%d: a bound of %v people, below the best of %d: %v", n, bound, most, err)
		}
		sum, best = sum+w.served(got), best+most
	}
	if share := float64(sum) / float64(best); share < 0.95 || math.IsNaN(share) {
		t.Errorf("%.3f of the best", share)
	}
	t.Logf("%d of %d", sum, best)
}
