package location

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Solve searches for the best solution, within the options' limit. An error is an
// *Infeasible where nothing solves the problem or nothing was found, else what is
// wrong with the input. Where the context ends the search, the best so far is
// returned, marked as cut.
func Solve(ctx context.Context, problem *Problem, o Options) (*Solution, error) {
	own := *problem
	p := &own
	if err := p.check(); err != nil {
		return nil, err
	}
	if short := p.diagnose(); len(short) > 0 {
		return nil, &Infeasible{Shortages: short, Left: left(short)}
	}
	s := &solver{run: newRun(ctx, o), p: p, capacitated: p.capacitated()}
	switch p.Kind {
	case Cover:
		return s.cover()
	case Center:
		return s.center()
	case SetCover:
		return s.setCover()
	default:
		return s.median()
	}
}

func left(short []Shortage) (list []int) {
	for _, s := range short {
		if s.Client >= 0 {
			list = append(list, s.Client)
		}
	}
	return list
}

type solver struct {
	run         *run
	p           *Problem
	capacitated bool
}

// outcome is what the search of a model came to.
type outcome struct {
	value, bound float64
	open         []bool
	parts        []share // with capacities
	nodes        int
}

// search solves a model. enough ends it as soon as a solution is no dearer; cutoff,
// where it is finite, is the value that solutions are sought below.
func (s *solver) search(m *model, enough, cutoff float64, phase string) outcome {
	if s.capacitated {
		m.whole = m.whole && !s.p.Split
		t := newCapTree(s.run, m, s.p.Split)
		t.enough, t.phase = enough, phase
		t.solve()
		return outcome{t.best, t.bound, t.open, t.parts, t.nodes}
	}
	covering := m.covering()
	if covering {
		m = m.reduced()
	}
	t := newTree(s.run, m)
	t.covering = covering
	t.enough, t.cutoff, t.phase = enough, cutoff, phase
	t.solve(s.run.effort(20_000))
	return outcome{value: t.best, bound: t.bound, open: t.open, nodes: t.nodes}
}

func (s *solver) median() (*Solution, error) {
	p := s.p
	m := newModel(p, p.farthest(), func(c *Client, d float64) float64 { return c.Weight * d })
	for j := range p.Sites {
		m.opening[j] = p.Sites[j].Cost
	}
	for i := range p.Clients {
		m.leave[i] = math.Inf(1)
		if p.LeaveOut > 0 {
			m.leave[i] = p.LeaveOut * p.Clients[i].Weight
		}
	}
	m.finish()
	out := s.search(m, math.Inf(-1), math.Inf(1), "branch and bound")
	if m.must > 0 && out.value >= m.must {
		return nil, s.leftover(out, m)
	}
	return s.solution(m, out, out.value, out.bound), nil
}

func (s *solver) setCover() (*Solution, error) {
	p := s.p
	m := newModel(p, p.farthest(), func(*Client, float64) float64 { return 0 })
	priced := slices.ContainsFunc(p.Sites, func(s Site) bool { return s.Cost > 0 })
	for j := range p.Sites {
		if m.opening[j] = 1; priced {
			m.opening[j] = p.Sites[j].Cost
		}
	}
	for i := range m.leave {
		m.leave[i] = math.Inf(1)
	}
	m.finish()
	out := s.search(m, math.Inf(-1), math.Inf(1), "branch and bound")
	if m.must > 0 && out.value >= m.must {
		return nil, s.leftover(out, m)
	}
	return s.solution(m, out, out.value, out.bound), nil
}

func (s *solver) cover() (*Solution, error) {
	p := s.p
	m := newModel(p, p.farthest(), func(*Client, float64) float64 { return 0 })
	total := 0.0
	for i := range m.leave {
		m.leave[i] = p.Clients[i].Weight
		total += m.leave[i]
	}
	m.finish()
	s.run.shape = func(value, bound float64, phase string) Progress {
		return Progress{total - value, total - bound, phase}
	}
	out := s.search(m, math.Inf(-1), math.Inf(1), "branch and bound")
	return s.solution(m, out, total-out.value, total-out.bound), nil
}

// leftover explains a problem that no solution was found for: how much weight is
// left over when as much as possible is served, or how many sites are missing.
func (s *solver) leftover(out outcome, m *model) error {
	proven := out.bound >= m.must || math.IsInf(out.bound, 1)
	inf := &Infeasible{}
	most := Problem{
		Kind:        Cover,
		Clients:     slices.Clone(s.p.Clients),
		Sites:       s.p.Sites,
		Most:        s.p.Most,
		MaxDistance: s.p.MaxDistance,
		SameGroup:   s.p.SameGroup,
		Split:       s.p.Split,
	}
	for i := range most.Clients {
		c := &most.Clients[i]
		if c.Weight = c.Load[0] + c.Load[1]; c.Weight == 0 {
			c.Weight = 1
		}
	}
	served := &solver{run: s.run, p: &most, capacitated: s.capacitated}
	sol, err := served.cover()
	if err != nil {
		return err
	}
	total := 0.0
	for i := range most.Clients {
		total += most.Clients[i].Weight
	}
	kind := NoAssignment
	if !s.capacitated {
		kind = TooFewSites
	}
	// At least so much is left over; where that is not proven, as much as was found.
	by := total - sol.Bound
	if by <= slack(total) {
		by = total - sol.Value
	} else {
		proven = true
	}
	if kind == TooFewSites {
		by = s.missingSites()
	}
	inf.Left = sol.Left
	inf.Shortages = []Shortage{{Constraint: kind, Client: -1, Unit: -1, By: by, Proven: proven}}
	return inf
}

// missingSites is how many more sites than may be open serve everybody, at least.
func (s *solver) missingSites() float64 {
	fewest := *s.p
	fewest.Kind, fewest.Most, fewest.Sites = SetCover, 0, slices.Clone(s.p.Sites)
	for j := range fewest.Sites {
		fewest.Sites[j].Cost = 0
	}
	c := &solver{run: s.run, p: &fewest}
	sol, err := c.setCover()
	if err != nil {
		return math.NaN()
	}
	return max(1, sol.Bound-float64(s.p.Most))
}

// solution reads an outcome. What the costs do not say, such as whether a covered
// client goes to its nearest site, is decided by the distances.
func (s *solver) solution(m *model, out outcome, value, bound float64) *Solution {
	sol := &Solution{Value: value, Bound: bound, Cut: s.run.cut, Nodes: out.nodes}
	sol.Optimal = m.proves(out.bound, out.value)
	if sol.Optimal {
		sol.Bound = value
	}
	for j, o := range out.open {
		if o {
			sol.Open = append(sol.Open, j)
		}
	}
	if s.capacitated {
		s.flows(sol, out.parts)
	} else {
		s.nearest(sol, out.open, m)
	}
	return sol
}

// nearest sends everybody to the nearest open site, without capacities.
func (s *solver) nearest(sol *Solution, open []bool, m *model) {
	for i := range s.p.Clients {
		c := &s.p.Clients[i]
		best := Arc{-1, math.Inf(1)}
		for _, a := range c.Arcs {
			if open[a.Site] && s.p.may(c, a, s.p.farthest()) && (a.Distance < best.Distance || a.Distance == best.Distance && a.Site < best.Site) {
				best = a
			}
		}
		if best.Site < 0 || (s.p.Kind == Median && c.Weight*best.Distance > m.leave[i]) {
			sol.Left = append(sol.Left, i)
			continue
		}
		sol.Flows = append(sol.Flows, Flow{i, best.Site, 1, best.Distance})
	}
}

// flows reads the parts of a solution with capacities.
func (s *solver) flows(sol *Solution, parts []share) {
	if !s.p.Split && s.p.Kind != Median {
		parts = s.tidy(sol.Open, parts)
	}
	served := make([]float64, len(s.p.Clients))
	for _, f := range parts {
		if f.site < 0 {
			continue
		}
		d := math.Inf(1)
		for _, a := range s.p.Clients[f.client].Arcs {
			if a.Site == int(f.site) {
				d = min(d, a.Distance)
			}
		}
		served[f.client] += f.part
		sol.Flows = append(sol.Flows, Flow{int(f.client), int(f.site), f.part, d})
	}
	for i, part := range served {
		if part < 1-1e-7 {
			sol.Left = append(sol.Left, i)
		}
	}
	slices.SortFunc(sol.Flows, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Site, b.Site))
	})
}

// tidy brings whole clients nearer within the same open sites, serving the same ones.
func (s *solver) tidy(open []int, parts []share) []share {
	by := newModel(s.p, s.p.farthest(), func(_ *Client, d float64) float64 { return d })
	for i := range by.leave {
		by.leave[i] = math.Inf(1)
	}
	by.finish()
	r := newRuin(s.run, by)
	for _, j := range open {
		r.p.turn(int32(j), true)
	}
	for _, f := range parts {
		r.p.move(f.client, f.site)
	}
	r.polishServed()
	for n := range parts {
		parts[n].site = r.p.at[parts[n].client]
	}
	return parts
}

// polishServed shifts and swaps those who are served.
func (r *ruin) polishServed() {
	var near []int32
	for i := range int32(r.m.clients) {
		if r.p.at[i] < 0 {
			continue
		}
		near = r.near(near[:0], i, 6)
		one := [1]int32{i}
		r.work += r.p.polish(one[:], near)
	}
}
