package location

// relaxed is what is left of a model where some sites are fixed: the free sites and
// the arcs that are cheaper than the client's best sure thing, which is its last
// resort or the nearest of the sites fixed open. Taking those together into one
// alternative makes the relaxation stronger than if each had arcs of its own.
type relaxed struct {
	ascent
	start []int32
	site  []int32 // numbers in free
	cost  []float64
}

// newRelaxed leaves out the clients that are dropped, who cost nothing; nil for none.
func newRelaxed(m *model, fixed []Fixed, dropped []bool) *relaxed {
	r := &relaxed{ascent: newAscent(m, fixed), start: make([]int32, 1, m.clients+1)}
	local := make([]int32, m.sites)
	for j, f := range fixed {
		local[j] = -1
		if f == Open {
			local[j] = -2
		}
	}
	for k, j := range r.free {
		local[j] = int32(k)
	}
	for i := range m.clients {
		if dropped != nil && dropped[i] {
			r.sure[i] = 0
		}
		for a := m.start[i]; a < m.start[i+1] && m.cost[a] < r.sure[i]; a++ {
			switch k := local[m.site[a]]; {
			case k == -2:
				r.sure[i] = m.cost[a]
			case k >= 0:
				r.site, r.cost = append(r.site, k), append(r.cost, m.cost[a])
			}
		}
		r.start = append(r.start, int32(len(r.site)))
	}
	return r
}

// bound is the Lagrangian at the multipliers, which it first brings down to where
// they are of any use. It leaves the sites chosen, the reduced costs and the slope.
func (r *relaxed) bound(u []float64) float64 {
	clear(r.reduced)
	sum := r.base
	for k, j := range r.free {
		r.reduced[k] = r.m.opening[j]
	}
	for i := range u {
		u[i] = max(0, min(u[i], r.sure[i]))
		v := u[i]
		sum += v
		for a, end := r.start[i], r.start[i+1]; a < end; a++ {
			c := r.cost[a]
			if c >= v {
				break
			}
			r.reduced[r.site[a]] += c - v
		}
	}
	sum += r.choose()
	r.plain = sum
	for i := range u {
		s := 1.0
		v := u[i]
		for a, end := r.start[i], r.start[i+1]; a < end; a++ {
			if r.cost[a] >= v {
				break
			}
			if r.chosen[r.site[a]] {
				s--
			}
		}
		if s == 1 && v >= r.sure[i] {
			s = 0 // served by its sure thing at no gain
		}
		r.slope[i] = s
	}
	return sum
}
