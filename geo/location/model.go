package location

import (
	"cmp"
	"math"
	"slices"
)

// model is the one form that every kind is brought into: open sites, at most some
// of them, so that opening, serving and leaving out cost least.
//
// Arcs stand client by client, the cheapest first, because a relaxation reads of
// each client only those that are cheaper than its multiplier. A client's last
// resort, leave, is an arc to a site that is always open and costs nothing to open.
type model struct {
	clients, sites int
	start          []int32 // of each client's arcs; one more at the end
	site           []int32
	cost           []float64
	opening        []float64
	leave          []float64
	// scale is the size of each client's costs against the others': what a multiplier is
	// counted in, so that steps suit large and small clients alike.
	scale []float64
	most  int // of the free ones and the fixed together
	fixed []Fixed
	whole bool // all costs are whole numbers, so bounds may be rounded up
	// must is the part of leave that stands for an impossibility: where a solution costs
	// as much, somebody is left out who must not be. 0 where nobody must be served.
	must float64

	// With capacities.
	load     []Load
	capacity []Load

	bySite transpose
}

// transpose lists arcs site by site, in the order of clients.
type transpose struct {
	start  []int32
	client []int32
	cost   []float64
}

// newModel brings the arcs within the farthest distance into a model whose arc
// from a client at a distance costs price(client, distance).
func newModel(p *Problem, farthest float64, price func(c *Client, d float64) float64) *model {
	m := &model{
		clients: len(p.Clients), sites: len(p.Sites), most: p.Most,
		start: make([]int32, 1, len(p.Clients)+1), opening: make([]float64, len(p.Sites)),
		leave: make([]float64, len(p.Clients)), scale: make([]float64, len(p.Clients)), fixed: make([]Fixed, len(p.Sites)),
		load: make([]Load, len(p.Clients)), capacity: make([]Load, len(p.Sites)),
	}
	if m.most == 0 || m.most > m.sites {
		m.most = m.sites
	}
	for j, s := range p.Sites {
		m.fixed[j], m.capacity[j] = s.Fixed, s.Capacity
	}
	type arc struct {
		site int32
		cost float64
	}
	var arcs []arc
	for i := range p.Clients {
		c := &p.Clients[i]
		m.load[i], m.scale[i] = c.Load, 1
		if (p.Kind == Median || p.Kind == Cover) && c.Weight > 0 {
			m.scale[i] = c.Weight
		}
		arcs = arcs[:0]
		for _, a := range c.Arcs {
			if p.may(c, a, farthest) {
				arcs = append(arcs, arc{int32(a.Site), price(c, a.Distance)})
			}
		}
		slices.SortFunc(arcs, func(a, b arc) int {
			return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.site, b.site))
		})
		for _, a := range arcs {
			m.site, m.cost = append(m.site, a.site), append(m.cost, a.cost)
		}
		m.start = append(m.start, int32(len(m.site)))
	}
	return m
}

// finish fills in what follows from the costs. Clients whose leave is infinite must
// be served: theirs becomes a sum that no solution that serves them reaches.
func (m *model) finish() {
	total := 1.0
	for i := range m.clients {
		worst := 0.0
		for a := m.start[i]; a < m.start[i+1]; a++ {
			worst = max(worst, m.cost[a])
		}
		if !math.IsInf(m.leave[i], 1) {
			worst = max(worst, m.leave[i])
		}
		total += worst
	}
	for _, f := range m.opening {
		total += f
	}
	total = math.Ceil(total)
	m.whole = true
	for i := range m.leave {
		if math.IsInf(m.leave[i], 1) {
			m.leave[i], m.must = total, total
		}
		m.whole = m.whole && m.leave[i] == math.Trunc(m.leave[i])
	}
	for _, list := range [][]float64{m.cost, m.opening} {
		for _, c := range list {
			if c != math.Trunc(c) {
				m.whole = false
			}
		}
	}
	m.transpose()
}

func (m *model) transpose() {
	t := transpose{start: make([]int32, m.sites+1), client: make([]int32, len(m.site)), cost: make([]float64, len(m.site))}
	for _, j := range m.site {
		t.start[j+1]++
	}
	for j := range m.sites {
		t.start[j+1] += t.start[j]
	}
	at := slices.Clone(t.start)
	for i := range m.clients {
		for a := m.start[i]; a < m.start[i+1]; a++ {
			j := m.site[a]
			t.client[at[j]], t.cost[at[j]] = int32(i), m.cost[a]
			at[j]++
		}
	}
	m.bySite = t
}

// slack is how far rounding may take a sum of the value's size.
func slack(value float64) float64 { return 1e-6 + 1e-10*math.Abs(value) }

// lift is the least value a solution can have whose value is at least bound.
func (m *model) lift(bound float64) float64 {
	if m.whole {
		return math.Ceil(bound - slack(bound))
	}
	return bound
}

// proves tells whether a lower bound leaves no room for a solution better than best.
func (m *model) proves(bound, best float64) bool {
	if math.IsInf(best, 1) {
		return false
	}
	return m.lift(bound) >= best-slack(best)
}

// cheapest is the client's cheapest arc to an open site, -1 for its last resort.
func (m *model) cheapest(i int, open []bool) (site int, cost float64) {
	for a := m.start[i]; a < m.start[i+1]; a++ {
		if m.cost[a] >= m.leave[i] {
			break
		}
		if open[m.site[a]] {
			return int(m.site[a]), m.cost[a]
		}
	}
	return -1, m.leave[i]
}

// value is what a set of open sites costs without capacities.
func (m *model) value(open []bool) float64 {
	sum := 0.0
	for j, o := range open {
		if o {
			sum += m.opening[j]
		}
	}
	for i := range m.clients {
		_, c := m.cheapest(i, open)
		sum += c
	}
	return sum
}
