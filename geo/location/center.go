package location

import (
	"math"
	"slices"
)

// center finds the least worst distance by a search over the distances there are:
// at each it asks whether few enough sites serve everybody within it. What is
// proven impossible raises the bound, what is found lowers the value.
func (s *solver) center() (*Solution, error) {
	p := s.p
	distances := s.distances()
	if len(distances) == 0 {
		return &Solution{Optimal: true, Open: fixedSites(p)}, nil
	}
	low, high := -1, len(distances)-1 // proven impossible, and found
	shape := func(_, _ float64, phase string) Progress {
		return Progress{distances[high], distances[min(low+1, high)], phase}
	}
	s.run.shape = shape
	best, m := s.within(distances[high])
	if best.value >= s.served(m) {
		return nil, s.leftover(outcome{value: best.value, bound: s.asMust(best, m)}, m)
	}
	high = s.worst(best, distances, high)
	nodes := best.nodes
	unknown := low // proven impossible, or undecided
	for unknown+1 < high && !s.run.over() {
		// Few sites are needed at a long distance, so that is the quicker question.
		at := unknown + (high-unknown)/2
		out, model := s.within(distances[at])
		nodes += out.nodes
		switch {
		case out.value < s.served(model):
			best, m = out, model
			high = s.worst(out, distances, at)
		case out.bound >= s.served(model):
			if unknown == low {
				low = at
			}
			unknown = at
		default:
			unknown = at
		}
	}
	best.nodes = nodes
	bound := distances[min(low+1, high)]
	limited := *p
	limited.MaxDistance = distances[high]
	if distances[high] == 0 {
		limited.MaxDistance = math.SmallestNonzeroFloat64
	}
	done := &solver{run: s.run, p: &limited, capacitated: s.capacitated}
	sol := done.solution(m, best, distances[high], bound)
	sol.Bound = bound
	sol.Optimal = bound == sol.Value
	return sol, nil
}

func fixedSites(p *Problem) (open []int) {
	for j, s := range p.Sites {
		if s.Fixed == Open {
			open = append(open, j)
		}
	}
	return open
}

// within asks for few enough sites that serve everybody within a distance.
func (s *solver) within(distance float64) (outcome, *model) {
	m := newModel(s.p, distance, func(*Client, float64) float64 { return 0 })
	for i := range m.leave {
		m.leave[i] = math.Inf(1)
		if s.capacitated {
			m.leave[i] = 1 // leaving out costs; opening does not
		}
	}
	for j := range m.opening {
		if !s.capacitated {
			m.opening[j] = 1
		}
	}
	m.finish()
	if s.capacitated {
		return s.search(m, 0, math.Inf(1), "distances"), m
	}
	return s.search(m, float64(m.most), float64(m.most)+1, "distances"), m
}

// served is the value below which an outcome serves everybody.
func (s *solver) served(m *model) float64 {
	if s.capacitated {
		return 1e-6
	}
	return float64(m.most) + 1
}

func (s *solver) asMust(out outcome, m *model) float64 {
	if out.bound >= s.served(m) {
		return math.Inf(1)
	}
	return math.Inf(-1)
}

// worst is the place among the distances of the farthest that an outcome has.
func (s *solver) worst(out outcome, distances []float64, at int) int {
	far := 0.0
	if s.capacitated {
		for _, f := range out.parts {
			for _, a := range s.p.Clients[f.client].Arcs {
				if a.Site == int(f.site) {
					far = max(far, a.Distance)
				}
			}
		}
	} else {
		for i := range s.p.Clients {
			near := math.Inf(1)
			c := &s.p.Clients[i]
			for _, a := range c.Arcs {
				if out.open[a.Site] && s.p.may(c, a, distances[at]) {
					near = min(near, a.Distance)
				}
			}
			far = max(far, near)
		}
	}
	n, _ := slices.BinarySearch(distances, far)
	return min(n, at)
}

// distances lists those that can be the worst one: from the longest that some client
// has to go at least.
func (s *solver) distances() []float64 {
	p := s.p
	least := 0.0
	var all []float64
	for i := range p.Clients {
		near := math.Inf(1)
		for _, a := range p.Clients[i].Arcs {
			if p.may(&p.Clients[i], a, p.farthest()) {
				near = min(near, a.Distance)
				all = append(all, a.Distance)
			}
		}
		least = max(least, near)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	n, _ := slices.BinarySearch(all, least)
	return all[n:]
}
