package location

import (
	"math"
	"slices"
)

// ascent is what the relaxations with and without capacities share: the free sites,
// which of them the relaxation opens, and the way to better multipliers.
type ascent struct {
	m     *model
	given []Fixed // as it was made
	free  []int32 // the model's sites
	base  float64 // opening what is fixed open
	plain float64 // the bound at hand that the reduced costs belong to
	room  int     // how many of the free ones may be opened
	sure  []float64

	reduced []float64 // of each free site, at the multipliers at hand
	order   []int32
	chosen  []bool
	often   []float64 // how often a site was chosen of late
	slope   []float64
	move    []float64
}

// lagrangian is a relaxation of the constraint that each client is served once.
type lagrangian interface {
	// bound is the least value at the multipliers, which it first brings down to where
	// they are of any use. It leaves the sites chosen, the reduced costs and the slope.
	bound(u []float64) float64
	state() *ascent
}

func newAscent(m *model, fixed []Fixed) ascent {
	a := ascent{m: m, given: slices.Clone(fixed), sure: slices.Clone(m.leave), room: m.most}
	for j, f := range fixed {
		switch f {
		case Free:
			a.free = append(a.free, int32(j))
		case Open:
			a.base += m.opening[j]
			a.room--
		}
	}
	k := len(a.free)
	a.reduced, a.order, a.chosen, a.often = make([]float64, k), make([]int32, k), make([]bool, k), make([]float64, k)
	a.slope, a.move = make([]float64, m.clients), make([]float64, m.clients)
	a.room = max(0, min(a.room, k))
	return a
}

func (r *ascent) state() *ascent { return r }

// choose opens the sites that gain the most, as many as may be, and returns the sum
// of their reduced costs.
func (r *ascent) choose() (sum float64) {
	for k := range r.order {
		r.order[k], r.chosen[k] = int32(k), false
	}
	r.sort()
	for _, k := range r.order[:r.room] {
		if r.reduced[k] >= 0 {
			break
		}
		r.chosen[k] = true
		sum += r.reduced[k]
	}
	return sum
}

// sort orders the sites by reduced cost, then by number.
func (r *ascent) sort() {
	slices.SortFunc(r.order, func(a, b int32) int {
		if r.reduced[a] != r.reduced[b] {
			if r.reduced[a] < r.reduced[b] {
				return -1
			}
			return 1
		}
		return int(a - b)
	})
}

// fixing marks the sites that no solution better than best opens, or closes.
func (r *ascent) fixing(bound, best float64, fixed []Fixed) (n int) {
	room := 0
	for room < r.room && r.chosen[r.order[room]] {
		room++
	}
	last, next := 0.0, 0.0 // the dearest chosen, the cheapest not chosen
	if room == r.room && room > 0 {
		last = r.reduced[r.order[room-1]]
	}
	if room < len(r.order) {
		next = min(0, r.reduced[r.order[room]])
	}
	for k, j := range r.free {
		if fixed[j] != Free {
			continue
		}
		switch {
		case r.room == 0 || !r.chosen[k] && r.m.proves(bound+max(0, r.reduced[k]-last), best):
			fixed[j] = Closed
			n++
		case r.chosen[k] && r.m.proves(bound-r.reduced[k]+next, best):
			fixed[j] = Open
			n++
		}
	}
	return n
}

// climb is one search for good multipliers.
type climb struct {
	steps   int
	patient int     // steps without a better bound before the pace is halved
	pace    float64 // the first
	slowest float64 // the pace at which it ends
	// better is told each time the bound has risen.
	better func(bound float64)
}

// raise lifts the bound by steps along the slope (Held, Wolfe and Crowder 1974),
// each mixed with the one before, towards a value that solutions reach. u ends as
// the best multipliers found. fixed is where sites get fixed on the way.
func (c climb) raise(run *run, l lagrangian, u []float64, target func() float64, fixed []Fixed) float64 {
	r := l.state()
	best := math.Inf(-1)
	at := slices.Clone(u)
	pace, quiet := c.pace, 0
	clear(r.move)
	for step := 0; step < c.steps; step++ {
		bound := l.bound(at)
		for k, chosen := range r.chosen {
			r.often[k] *= 0.95
			if chosen {
				r.often[k] += 0.05
			}
		}
		if bound > best+1e-9*math.Abs(best) {
			quiet = 0
		} else {
			quiet++
		}
		if bound > best {
			best = bound
			copy(u, at)
			if c.better != nil {
				c.better(bound)
			}
			r.fixing(r.plain, target(), fixed)
			if r.m.proves(bound, target()) {
				return best
			}
		}
		if quiet >= c.patient {
			quiet, pace = 0, pace/2
			copy(at, u)
			clear(r.move)
			if pace < c.slowest {
				break
			}
			continue
		}
		norm := 0.0
		for i, s := range r.slope {
			if (s < 0 && at[i] <= 0) || (s > 0 && at[i] >= r.sure[i]) {
				s = 0
			}
			r.move[i] = s*r.m.scale[i] + 0.5*r.move[i] // in units of the scale
			norm += r.move[i] * r.move[i]
		}
		if norm == 0 || run.over() {
			break
		}
		aim := target()
		if math.IsInf(aim, 1) {
			aim = bound + math.Abs(bound)*0.1 + 1
		}
		length := pace * max(aim-bound, 1e-3*math.Abs(aim)+1e-6) / norm
		for i := range at {
			at[i] += length * r.move[i] * r.m.scale[i]
		}
	}
	return best
}

// count is how many of the free sites are free yet.
func (r *ascent) count(fixed []Fixed) (n int) {
	for _, j := range r.free {
		if fixed[j] == Free {
			n++
		}
	}
	return n
}

// opened is the set that the relaxation chose, with what was fixed open when it was
// made. What has been fixed since may not fit beside that.
func (r *ascent) opened(open []bool) {
	for j, f := range r.given {
		open[j] = f == Open
	}
	for k, j := range r.free {
		open[j] = r.chosen[k]
	}
}
