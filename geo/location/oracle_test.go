package location

import (
	"math"
	"math/rand/v2"
)

// oracle is the best value by trying every set of open sites and, with capacities,
// every assignment; split clients by a textbook simplex. ok is false where nothing
// serves everybody that must be served.
func oracle(p *Problem) (best float64, ok bool) {
	best = math.Inf(1)
	if p.Kind == Cover {
		best = math.Inf(-1)
	}
	for set := range 1 << len(p.Sites) {
		open, count, allowed, cost := make([]bool, len(p.Sites)), 0, true, 0.0
		for j, s := range p.Sites {
			open[j] = set>>j&1 == 1
			if open[j] {
				count++
				cost += s.Cost
			}
			allowed = allowed && !(open[j] && s.Fixed == Closed) && !(!open[j] && s.Fixed == Open)
		}
		if !allowed || p.Most > 0 && count > p.Most {
			continue
		}
		switch p.Kind {
		case Cover:
			v, _ := oracleServe(p, open, p.farthest(), func(*Client, float64) float64 { return 0 }, func(c *Client) float64 { return c.Weight })
			total := 0.0
			for _, c := range p.Clients {
				total += c.Weight
			}
			best, ok = max(best, total-v), true
		case Median:
			v, served := oracleServe(p, open, p.farthest(), func(c *Client, d float64) float64 { return c.Weight * d }, func(c *Client) float64 {
				if p.LeaveOut > 0 {
					return p.LeaveOut * c.Weight
				}
				return math.Inf(1)
			})
			if served && v+cost < best {
				best, ok = v+cost, true
			}
		case SetCover:
			_, served := oracleServe(
				p, open, p.farthest(), func(*Client, float64) float64 { return 0 }, func(*Client) float64 { return math.Inf(1) },
			)
			if cost == 0 && !pricedSites(p) {
				cost = float64(count)
			}
			if served && cost < best {
				best, ok = cost, true
			}
		case Center:
			for _, c := range p.Clients {
				for _, a := range c.Arcs {
					if a.Distance > p.farthest() || a.Distance >= best {
						continue
					}
					_, served := oracleServe(
						p, open, a.Distance, func(*Client, float64) float64 { return 0 }, func(*Client) float64 { return math.Inf(1) },
					)
					if served {
						best, ok = a.Distance, true
					}
				}
			}
		}
	}
	return best, ok
}

func pricedSites(p *Problem) bool {
	for _, s := range p.Sites {
		if s.Cost > 0 {
			return true
		}
	}
	return false
}

// oracleServe is the least cost of serving from the open sites.
func oracleServe(
	p *Problem, open []bool, farthest float64, price func(*Client, float64) float64, leave func(*Client) float64,
) (float64, bool) {
	if p.Split {
		return oracleLP(p, open, farthest, price, leave)
	}
	best := math.Inf(1)
	load := make([]Load, len(p.Sites))
	var next func(i int, sum float64)
	next = func(i int, sum float64) {
		if sum >= best {
			return
		}
		if i == len(p.Clients) {
			best = sum
			return
		}
		c := &p.Clients[i]
		for _, a := range c.Arcs {
			if !open[a.Site] || !p.may(c, a, farthest) || !fits(load[a.Site], c.Load, p.Sites[a.Site].Capacity) {
				continue
			}
			was := load[a.Site]
			load[a.Site] = was.plus(c.Load)
			next(i+1, sum+price(c, a.Distance))
			load[a.Site] = was
		}
		next(i+1, sum+leave(c))
	}
	next(0, 0)
	return best, !math.IsInf(best, 1)
}

// oracleLP is the same with split clients, by a tableau with Bland's rule. Leaving
// out at an infinite cost is charged a sum that shows.
func oracleLP(
	p *Problem, open []bool, farthest float64, price func(*Client, float64) float64, leave func(*Client) float64,
) (float64, bool) {
	const huge = 1e7
	n := len(p.Clients)
	type column struct {
		cost float64
		a    []float64
	}
	var rhs []float64
	row := map[[2]int]int{}
	for range n {
		rhs = append(rhs, 1)
	}
	for j, s := range p.Sites {
		for u, c := range s.Capacity {
			if open[j] && !math.IsInf(c, 1) {
				row[[2]int{j, u}] = len(rhs)
				rhs = append(rhs, c)
			}
		}
	}
	var columns []column
	var basis []int
	for i := range p.Clients { // leaving out: the first basis, feasible
		a := make([]float64, len(rhs))
		a[i] = 1
		basis = append(basis, len(columns))
		columns = append(columns, column{min(huge, leave(&p.Clients[i])), a})
	}
	for r := n; r < len(rhs); r++ {
		a := make([]float64, len(rhs))
		a[r] = 1
		basis = append(basis, len(columns))
		columns = append(columns, column{0, a})
	}
	for i := range p.Clients {
		c := &p.Clients[i]
		for _, arc := range c.Arcs {
			if !open[arc.Site] || !p.may(c, arc, farthest) {
				continue
			}
			a := make([]float64, len(rhs))
			a[i] = 1
			for u, l := range c.Load {
				if r, ok := row[[2]int{arc.Site, u}]; ok {
					a[r] = l
				}
			}
			columns = append(columns, column{price(c, arc.Distance), a})
		}
	}
	m := len(rhs)
	t := make([][]float64, m)
	for r := range t {
		t[r] = make([]float64, len(columns)+1)
		for k, c := range columns {
			t[r][k] = c.a[r]
		}
		t[r][len(columns)] = rhs[r]
	}
	for {
		enter := -1
		for k, c := range columns {
			d := c.cost
			for r, b := range basis {
				d -= columns[b].cost * t[r][k]
			}
			if d < -1e-7 {
				enter = k
				break
			}
		}
		if enter < 0 {
			break
		}
		out, least := -1, math.Inf(1)
		for r := range t {
			if t[r][enter] > 1e-9 {
				if q := t[r][len(columns)] / t[r][enter]; q < least-1e-12 || q < least+1e-12 && basis[r] < basis[out] {
					out, least = r, q
				}
			}
		}
		by := t[out][enter]
		for k := range t[out] {
			t[out][k] /= by
		}
		for r := range t {
			if f := t[r][enter]; r != out && f != 0 {
				for k := range t[r] {
					t[r][k] -= f * t[out][k]
				}
			}
		}
		basis[out] = enter
	}
	value, served := 0.0, true
	for r, b := range basis {
		value += columns[b].cost * t[r][len(columns)]
		served = served && (columns[b].cost < huge || t[r][len(columns)] < 1e-7)
	}
	return value, served
}

// randomProblem is a small one, with any of what a problem can have.
func randomProblem(r *rand.Rand) *Problem {
	p := &Problem{Kind: Kind(r.IntN(4)), Split: r.IntN(3) == 0}
	n, m := 3+r.IntN(5), 2+r.IntN(4)
	if r.IntN(3) > 0 || p.Kind == Center {
		p.Most = 1 + r.IntN(m)
	}
	if r.IntN(2) == 0 || p.Kind == Cover || p.Kind == SetCover {
		p.MaxDistance = float64(30 + r.IntN(60))
	}
	p.SameGroup = r.IntN(6) == 0
	if p.Kind == Median && r.IntN(3) == 0 {
		p.LeaveOut = float64(20 + r.IntN(60))
	}
	capacitated, second, broken := r.IntN(3) > 0, r.IntN(2) == 0, r.IntN(3) == 0
	number := func(least, n int) float64 {
		v := float64(least + r.IntN(n))
		if broken {
			v += math.Round(r.Float64()*1000) / 1000
		}
		return v
	}
	for range m {
		s := Site{Capacity: Unlimited(), Group: r.IntN(2), Fixed: [...]Fixed{Free, Free, Free, Free, Free, Open, Closed}[r.IntN(7)]}
		if capacitated {
			s.Capacity[0] = number(8, 25)
			if second {
				s.Capacity[1] = number(20, 80)
			}
		}
		if r.IntN(2) == 0 {
			s.Cost = number(0, 60)
		}
		p.Sites = append(p.Sites, s)
	}
	if p.Kind == SetCover && r.IntN(2) == 0 {
		for j := range p.Sites {
			p.Sites[j].Cost = 0
		}
	}
	for range n {
		c := Client{Weight: number(1, 9), Group: r.IntN(2), Load: Load{number(1, 12), number(3, 40)}}
		for j := range m {
			if r.IntN(10) > 0 {
				c.Arcs = append(c.Arcs, Arc{j, number(0, 100)})
			}
		}
		p.Clients = append(p.Clients, c)
	}
	return p
}
