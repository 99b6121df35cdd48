package location

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// packing is a solution with capacities while it is being worked on: which sites are
// open, and which one client is whole at. A client at no site is at its last resort.
type packing struct {
	m       *model
	at      []int32 // each client's site; -1 is its last resort
	open    []bool
	count   int
	load    []Load
	members [][]int32
	place   []int32 // of a client among the members
	value   float64
	dense   []float64 // cost of client × site, where that fits into memory
}

// densest is how many costs are kept as a matrix: 320 MB of them.
const densest = 40_000_000

func newPacking(m *model) *packing {
	p := &packing{
		m: m, at: make([]int32, m.clients), open: make([]bool, m.sites), load: make([]Load, m.sites),
		members: make([][]int32, m.sites), place: make([]int32, m.clients),
	}
	for i := range p.at {
		p.at[i] = -1
		p.value += m.leave[i]
	}
	if m.clients*m.sites <= densest {
		p.dense = make([]float64, m.clients*m.sites)
		for k := range p.dense {
			p.dense[k] = math.Inf(1)
		}
		for i := range m.clients {
			for a := m.start[i]; a < m.start[i+1]; a++ {
				p.dense[i*m.sites+int(m.site[a])] = m.cost[a]
			}
		}
	}
	return p
}

// cost of serving a client from a site, which may be forbidden: +Inf.
func (p *packing) cost(i, j int32) float64 {
	m := p.m
	if j < 0 {
		return m.leave[i]
	}
	if p.dense != nil {
		return p.dense[int(i)*m.sites+int(j)]
	}
	at, end := m.bySite.start[j], m.bySite.start[j+1]
	k := at + int32(sort.Search(int(end-at), func(k int) bool { return m.bySite.client[at+int32(k)] >= i }))
	if k < end && m.bySite.client[k] == i {
		return m.bySite.cost[k]
	}
	return math.Inf(1)
}

// fits tells whether a site has room for a load.
func (p *packing) fits(j int32, l Load) bool { return fits(p.load[j], l, p.m.capacity[j]) }

func fits(have, more, capacity Load) bool {
	for u := range have {
		if have[u]+more[u] > capacity[u]+1e-9*(1+math.Abs(have[u])) {
			return false
		}
	}
	return true
}

func (l Load) plus(o Load) Load {
	for u := range l {
		l[u] += o[u]
	}
	return l
}

func (l Load) minus(o Load) Load {
	for u := range l {
		l[u] -= o[u]
	}
	return l
}

func (p *packing) turn(j int32, open bool) {
	if p.open[j] == open {
		return
	}
	p.open[j] = open
	if open {
		p.count++
		p.value += p.m.opening[j]
	} else {
		p.count--
		p.value -= p.m.opening[j]
	}
}

// move brings a client to a site, or to its last resort.
func (p *packing) move(i, to int32) {
	from := p.at[i]
	if from == to {
		return
	}
	p.value += p.cost(i, to) - p.cost(i, from)
	if from >= 0 {
		list := p.members[from]
		last := list[len(list)-1]
		list[p.place[i]], p.place[last] = last, p.place[i]
		p.members[from] = list[:len(list)-1]
		p.load[from] = p.load[from].minus(p.m.load[i])
		if len(p.members[from]) == 0 {
			p.load[from] = Load{} // what rounding left
		}
	}
	if to >= 0 {
		p.place[i] = int32(len(p.members[to]))
		p.members[to] = append(p.members[to], i)
		p.load[to] = p.load[to].plus(p.m.load[i])
	}
	p.at[i] = to
}

// insert finds sites for clients that have none, among some sites, the client first
// that has the most to lose; heavy mixes the size of the load into that order.
func (p *packing) insert(clients, sites []int32, heavy float64) {
	m := p.m
	type item struct {
		client int32
		regret float64
	}
	items := make([]item, len(clients))
	for n, i := range clients {
		c1, c2 := m.leave[i], m.leave[i]
		for _, j := range sites {
			switch c := p.cost(i, j); {
			case c < c1:
				c1, c2 = c, c1
			case c < c2:
				c2 = c
			}
		}
		size := 0.0
		for u, l := range m.load[i] {
			if c := m.capacity[sites[0]][u]; l > 0 && c > 0 && !math.IsInf(c, 1) {
				size = max(size, l/c)
			}
		}
		regret := c2 - c1
		if m.must > 0 && c2 >= m.must {
			regret = c1 // all its sites are here; what matters is that it gets one
		}
		items[n] = item{i, regret * math.Pow(size+1e-3, heavy)}
	}
	slices.SortFunc(items, func(a, b item) int {
		return cmp.Or(cmp.Compare(b.regret, a.regret), cmp.Compare(a.client, b.client))
	})
	for _, it := range items {
		to, best := int32(-1), m.leave[it.client]
		for _, j := range sites {
			if c := p.cost(it.client, j); c < best && p.fits(j, m.load[it.client]) {
				to, best = j, c
			}
		}
		p.move(it.client, to)
	}
}

// polish shifts clients to cheaper sites, and swaps them, among some sites until
// neither helps. It returns the work it did.
func (p *packing) polish(clients, sites []int32) (work int) {
	m := p.m
	for better := true; better; {
		better = false
		for _, i := range clients {
			from := p.at[i]
			now := p.cost(i, from)
			for _, j := range sites {
				c := p.cost(i, j)
				work++
				if j == from || c >= now {
					continue
				}
				if p.fits(j, m.load[i]) {
					p.move(i, j)
					from, now, better = j, c, true
					continue
				}
				work += len(p.members[j])
				if k := p.swapFor(i, from, j, now-c); k >= 0 {
					p.move(k, -1)
					p.move(i, j)
					p.move(k, from)
					from, now, better = j, c, true
				}
			}
		}
	}
	return work
}

// swapFor is the member of a site that makes room for client i best by going where
// that is now, for less than it gains; -1 for none.
func (p *packing) swapFor(i, from, j int32, gain float64) int32 {
	m := p.m
	room := p.load[j].plus(m.load[i])
	var back Load
	if from >= 0 {
		back = p.load[from].minus(m.load[i])
	}
	pick, least := int32(-1), gain-slack(gain)
	for _, k := range p.members[j] {
		loss := p.cost(k, from) - p.cost(k, j)
		if loss >= least || !fits(room.minus(m.load[k]), Load{}, m.capacity[j]) {
			continue
		}
		if from >= 0 && !fits(back, m.load[k], m.capacity[from]) {
			continue
		}
		pick, least = k, loss
	}
	return pick
}
