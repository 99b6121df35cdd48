package location

import (
	"math"
	"slices"
)

// capRelaxed is the relaxation with capacities: each site that is not closed is a
// knapsack of the clients that it serves at a gain. Where everybody must be served,
// the sites opened must hold them all, too, which is a second bound of its own.
type capRelaxed struct {
	ascent
	split bool
	exact bool // solve the knapsacks of whole clients exactly
	opens []int32
	items [][]item // of each site
	sack  knapsack
	part  []float64 // how far each site is opened
	need  Load      // in all; 0 where clients may be left out
}

func newCapRelaxed(m *model, fixed []Fixed, split bool) *capRelaxed {
	r := &capRelaxed{
		ascent: newAscent(m, fixed), split: split, items: make([][]item, m.sites),
		part: make([]float64, m.sites), sack: knapsack{whole: !split},
	}
	for j, f := range fixed {
		if f == Open {
			r.opens = append(r.opens, int32(j))
		}
	}
	must := m.must > 0
	for i := range m.clients {
		must = must && m.leave[i] >= m.must
		r.need = r.need.plus(m.load[i])
	}
	if !must {
		r.need = Load{}
	}
	return r
}

func (r *capRelaxed) bound(u []float64) float64 {
	m := r.m
	for j := range r.items {
		r.items[j] = r.items[j][:0]
	}
	sum := r.base
	for i := range u {
		u[i] = max(0, min(u[i], r.sure[i]))
		v := u[i]
		sum += v
		for a, end := m.start[i], m.start[i+1]; a < end && m.cost[a] < v; a++ {
			j := m.site[a]
			r.items[j] = append(r.items[j], item{client: int32(i), gain: v - m.cost[a], load: m.load[i]})
		}
	}
	clear(r.part)
	for _, j := range r.opens {
		r.part[j] = 1
		sum -= r.sack.solve(r.items[j], m.capacity[j], r.exact)
	}
	for k, j := range r.free {
		r.reduced[k] = m.opening[j] - r.sack.solve(r.items[j], m.capacity[j], r.exact)
	}
	best := sum + r.choose()
	if unit, short := r.short(); short {
		best = sum + r.priceRoom(unit)
	}
	r.plain = best
	r.takeChosen()
	r.lean(u)
	return best
}

func (r *capRelaxed) takeChosen() {
	for k, j := range r.free {
		r.part[j] = 0
		if r.chosen[k] {
			r.part[j] = 1
		}
	}
}

// short is the unit that the sites chosen hold the least of, of what is needed.
func (r *capRelaxed) short() (unit int, short bool) {
	worst := 1 - 1e-9
	for u, need := range r.need {
		have := r.held(u)
		for k, j := range r.free {
			if r.chosen[k] {
				have += r.m.capacity[j][u]
			}
		}
		if need > 0 && have/need < worst {
			unit, worst, short = u, have/need, true
		}
	}
	return unit, short
}

func (r *capRelaxed) held(u int) (have float64) {
	for _, j := range r.opens {
		have += r.m.capacity[j][u]
	}
	return have
}

// priceRoom relaxes, too, that the sites opened hold what is needed of a unit: room
// gets the price that makes the bound greatest, found by halving. It leaves the reduced
// costs and the choice at that price, and returns the bound's part of the free sites;
// +Inf where no choice holds what is needed.
func (r *capRelaxed) priceRoom(u int) float64 {
	lack := r.need[u] - r.held(u)
	plain := slices.Clone(r.reduced)
	at := func(price float64) (value, have float64) {
		for k, j := range r.free {
			r.reduced[k] = plain[k] - price*min(r.m.capacity[j][u], r.need[u])
		}
		value = price*lack + r.choose()
		for k, j := range r.free {
			if r.chosen[k] {
				have += min(r.m.capacity[j][u], r.need[u])
			}
		}
		return value, have
	}
	low, high := 0.0, 1e-6
	for _, j := range r.free {
		high = max(high, r.m.opening[j]/max(1e-9, r.m.capacity[j][u]))
	}
	for tries := 0; ; tries++ {
		if _, have := at(high); have >= lack*(1-1e-9) {
			break
		}
		if tries == 60 {
			return math.Inf(1)
		}
		low, high = high, 4*high
	}
	best, price := math.Inf(-1), 0.0
	for range 25 {
		middle := (low + high) / 2
		value, have := at(middle)
		if value > best {
			best, price = value, middle
		}
		if have < lack {
			low = middle
		} else {
			high = middle
		}
	}
	if value, _ := at(high); value > best {
		price = high
	}
	best, _ = at(price)
	return best
}

// lean is the slope: by how much each client is served too little.
func (r *capRelaxed) lean(u []float64) {
	for i := range r.slope {
		r.slope[i] = 1
	}
	for j, part := range r.part {
		if part == 0 {
			continue
		}
		for _, it := range r.items[j] {
			r.slope[it.client] -= part * it.part
		}
	}
	for i, s := range r.slope {
		if s > 0 && u[i] >= r.sure[i] {
			r.slope[i] = 0
		}
	}
}
