package location

import (
	"cmp"
	"math"
	"slices"
)

// item is a client that a site could serve at a gain.
type item struct {
	client int32
	gain   float64
	load   Load
	part   float64 // of it that the knapsack takes
}

// knapsack is the most that a site can gain: with the load in one unit relaxed at a
// time, the least of the relaxations is a bound for both together. Items keep the
// parts that the one which binds the most takes.
type knapsack struct {
	whole bool // items are taken whole or not at all
	kept  []float64
	trial []bool
	best  []bool
	steps int
}

// mostSteps is after how many steps an exact knapsack is given up for its linear bound.
const mostSteps = 3000

func (k *knapsack) solve(items []item, capacity Load, exact bool) float64 {
	total := 0.0
	var load Load
	for n := range items {
		total += items[n].gain
		load = load.plus(items[n].load)
		items[n].part = 1
	}
	best, first := total, true
	for u := range Units {
		if load[u] <= capacity[u] {
			continue
		}
		slices.SortFunc(items, func(a, b item) int {
			return cmp.Or(cmp.Compare(b.gain*a.load[u], a.gain*b.load[u]), cmp.Compare(a.client, b.client))
		})
		v := k.linear(items, capacity[u], u)
		if exact && k.whole {
			v = k.exact(items, capacity[u], u, v)
		}
		if first || v < best-1e-12*math.Abs(best) {
			best, first = min(best, v), false
			k.keep(items)
		} else {
			k.restore(items)
		}
	}
	return best
}

// keep and restore save the parts by client, since units sort differently.
func (k *knapsack) keep(items []item) {
	for len(k.kept) < len(items) {
		k.kept = append(k.kept, 0)
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.client, b.client) })
	for n := range items {
		k.kept[n] = items[n].part
	}
}

func (k *knapsack) restore(items []item) {
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.client, b.client) })
	for n := range items {
		if n < len(k.kept) {
			items[n].part = k.kept[n]
		}
	}
}

// linear takes the best items by gain a load, the last of them in part (Dantzig).
func (k *knapsack) linear(items []item, room float64, u int) (sum float64) {
	for n := range items {
		it := &items[n]
		switch {
		case it.load[u] <= room:
			it.part = 1
			room -= it.load[u]
		case room > 0:
			it.part = room / it.load[u]
			room = 0
		default:
			it.part = 0
		}
		sum += it.part * it.gain
	}
	return sum
}

// exact takes items whole, by a search with the linear bound (Horowitz and Sahni);
// where that takes too long the linear bound stays.
func (k *knapsack) exact(items []item, capacity float64, u int, linear float64) float64 {
	n := len(items)
	k.trial = append(k.trial[:0], make([]bool, n)...)
	k.best = append(k.best[:0], make([]bool, n)...)
	k.steps = 0
	best := -1.0
	tolerance := 1e-9 * (1 + capacity)
	var search func(at int, room, gain float64) bool
	search = func(at int, room, gain float64) bool {
		if k.steps++; k.steps > mostSteps {
			return false
		}
		// The items from at on, as far as they fit, one after the other.
		bound, r, m := gain, room, at
		for ; m < n && items[m].load[u] <= r+tolerance; m++ {
			bound += items[m].gain
			r -= items[m].load[u]
		}
		if m < n {
			bound += items[m].gain * max(0, r) / items[m].load[u]
		}
		if bound <= best+1e-9*(1+math.Abs(best)) {
			return true
		}
		if at == n {
			best = gain
			copy(k.best, k.trial)
			return true
		}
		if items[at].load[u] <= room+tolerance {
			k.trial[at] = true
			if !search(at+1, room-items[at].load[u], gain+items[at].gain) {
				return false
			}
			k.trial[at] = false
		}
		return search(at+1, room, gain)
	}
	if !search(0, capacity, 0) {
		return linear
	}
	for i := range items {
		items[i].part = 0
		if k.best[i] {
			items[i].part = 1
		}
	}
	return best
}
