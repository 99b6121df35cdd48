package location

import (
	"cmp"
	"math"
	"slices"
)

// diagnose looks for what can be seen to be impossible without a search, where
// everybody must be served: reach first, then size, then room in all.
func (p *Problem) diagnose() []Shortage {
	var all []Shortage
	if n := p.fixedOpen(); p.Most > 0 && n > p.Most {
		all = append(all, Shortage{TooManyOpen, -1, -1, float64(n - p.Most), true})
	}
	if p.LeaveOut > 0 || p.Kind == Cover {
		return all
	}
	for i := range p.Clients {
		if s, bad := p.unreached(i); bad {
			all = append(all, s)
		}
	}
	if len(all) > 0 {
		return all
	}
	for u := range Units {
		if s, bad := p.lacks(u); bad {
			all = append(all, s)
		}
	}
	return all
}

func (p *Problem) fixedOpen() (n int) {
	for _, s := range p.Sites {
		if s.Fixed == Open {
			n++
		}
	}
	return n
}

// Unreached tells why a client can be served from no site whatever is open, and by
// how much it fails.
func (p *Problem) Unreached(client int) (Shortage, bool) { return p.unreached(client) }

func (p *Problem) unreached(i int) (Shortage, bool) {
	c := &p.Clients[i]
	// The order in which the arcs fail: closed, group, distance, size.
	inGroup, inReach := false, false
	nearest := math.Inf(1)
	short := Shortage{Constraint: TooLarge, Client: i, By: math.Inf(1), Proven: true}
	anyOpen := false
	for _, a := range c.Arcs {
		s := &p.Sites[a.Site]
		if s.Fixed == Closed {
			continue
		}
		anyOpen = true
		if p.SameGroup && s.Group != c.Group {
			continue
		}
		inGroup = true
		nearest = min(nearest, a.Distance)
		if a.Distance > p.farthest() {
			continue
		}
		inReach = true
		worst, unit := 0.0, -1
		if !p.Split {
			for u, l := range c.Load {
				if lack := l - s.Capacity[u]; lack > worst+1e-9*(1+l) {
					worst, unit = lack, u
				}
			}
		}
		if unit < 0 {
			return Shortage{}, false
		}
		if worst < short.By {
			short.By, short.Unit = worst, unit
		}
	}
	switch {
	case !anyOpen && len(c.Arcs) > 0:
		return Shortage{NoSite, i, -1, 0, true}, true
	case !anyOpen:
		return Shortage{OutOfReach, i, -1, math.Inf(1), true}, true
	case !inGroup:
		return Shortage{OutOfGroup, i, -1, 0, true}, true
	case !inReach:
		return Shortage{OutOfReach, i, -1, nearest - p.farthest(), true}, true
	}
	return short, true
}

// lacks tells whether the largest sites that may be open together hold too little of
// a unit.
func (p *Problem) lacks(u int) (Shortage, bool) {
	need := 0.0
	for i := range p.Clients {
		need += p.Clients[i].Load[u]
	}
	have, room := 0.0, p.Most
	if room == 0 {
		room = len(p.Sites)
	}
	var free []float64
	for _, s := range p.Sites {
		switch s.Fixed {
		case Open:
			have += s.Capacity[u]
			room--
		case Free:
			free = append(free, s.Capacity[u])
		}
	}
	slices.SortFunc(free, func(a, b float64) int { return cmp.Compare(b, a) })
	for _, c := range free[:max(0, min(room, len(free)))] {
		have += c
	}
	if have < need-1e-9*(1+need) {
		return Shortage{TooLittle, -1, u, need - have, true}, true
	}
	return Shortage{}, false
}
