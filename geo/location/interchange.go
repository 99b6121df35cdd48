package location

import (
	"container/heap"
	"math"
)

// interchange improves a set of open sites by opening, closing and swapping one at
// a time until none of that helps. What a swap gains is put together from what
// opening gains, what closing loses, and the clients that both touch, after
// Resende and Werneck (2007): a look at one new site costs as much as the clients
// it could serve second best.
type interchange struct {
	m      *model
	open   []bool
	count  int
	first  []int32 // each client's site; -1 is its last resort
	second []int32
	d1, d2 []float64
	loss   []float64 // of closing a site
	extra  []float64 // what a swap with the site at hand loses less
	seen   []int32   // sites with an extra
	value  float64
}

func newInterchange(m *model) *interchange {
	return &interchange{
		m: m, open: make([]bool, m.sites), first: make([]int32, m.clients), second: make([]int32, m.clients),
		d1: make([]float64, m.clients), d2: make([]float64, m.clients),
		loss: make([]float64, m.sites), extra: make([]float64, m.sites),
	}
}

// improve makes the best it can of the set, which it changes. It ends early when
// stop says so.
func (x *interchange) improve(open []bool, stop func() bool) float64 {
	copy(x.open, open)
	x.count = 0
	for _, o := range x.open {
		if o {
			x.count++
		}
	}
	x.recount()
	x.fill()
	for quiet, j := 0, 0; quiet < x.m.sites; j++ {
		if j == x.m.sites {
			j = 0
		}
		if j&63 == 0 && stop() {
			break
		}
		if x.try(j) {
			quiet = 0
		} else {
			quiet++
		}
	}
	copy(open, x.open)
	return x.value
}

// fill opens sites while there is room and somebody gains by it, the one that gains
// most first. What a site gains only shrinks as others open, so that a gain counted
// earlier is a bound, and few are counted anew for each that is opened.
func (x *interchange) fill() {
	if x.count >= x.m.most {
		return
	}
	var queue gains
	for j := range x.m.sites {
		if !x.open[j] && x.m.fixed[j] == Free {
			queue = append(queue, gainOf{int32(j), x.gain(j)})
		}
	}
	heap.Init(&queue)
	for x.count < x.m.most && len(queue) > 0 {
		top := &queue[0]
		g := x.gain(int(top.site))
		if g < top.gain-slack(g) {
			top.gain = g
			heap.Fix(&queue, 0)
			continue
		}
		if g <= slack(x.value) {
			return
		}
		x.change(int(top.site), -1)
		heap.Pop(&queue)
	}
}

// gainOf is what opening a site would save, at most.
type gainOf struct {
	site int32
	gain float64
}

// gains is a heap with the greatest first.
type gains []gainOf

func (g gains) Len() int { return len(g) }
func (g gains) Less(a, b int) bool {
	return g[a].gain > g[b].gain || g[a].gain == g[b].gain && g[a].site < g[b].site
}
func (g gains) Swap(a, b int) { g[a], g[b] = g[b], g[a] }
func (g *gains) Push(v any)   { *g = append(*g, v.(gainOf)) }
func (g *gains) Pop() any {
	last := len(*g) - 1
	v := (*g)[last]
	*g = (*g)[:last]
	return v
}

func (x *interchange) gain(j int) float64 {
	m := x.m
	g := -m.opening[j]
	for a := m.bySite.start[j]; a < m.bySite.start[j+1]; a++ {
		if c := m.bySite.cost[a]; c < x.d1[m.bySite.client[a]] {
			g += x.d1[m.bySite.client[a]] - c
		}
	}
	return g
}

// try makes the best move that concerns site j, if one helps.
func (x *interchange) try(j int) bool {
	m := x.m
	if m.fixed[j] != Free {
		return false
	}
	least := slack(x.value)
	if x.open[j] {
		if x.loss[j] < -least {
			x.change(-1, j)
			return true
		}
		return false
	}
	gain := -m.opening[j]
	x.seen = x.seen[:0]
	for a := m.bySite.start[j]; a < m.bySite.start[j+1]; a++ {
		i, c := m.bySite.client[a], m.bySite.cost[a]
		if c >= x.d2[i] {
			continue
		}
		r := x.first[i]
		if c < x.d1[i] {
			gain += x.d1[i] - c
		}
		if r >= 0 {
			if x.extra[r] == 0 {
				x.seen = append(x.seen, r)
			}
			x.extra[r] += x.d2[i] - max(x.d1[i], c)
		}
	}
	out, best := -1, gain
	if x.count >= m.most {
		best = math.Inf(-1)
	}
	for r, o := range x.open {
		if o && m.fixed[r] == Free {
			if g := gain - x.loss[r] + x.extra[r]; g > best+least {
				out, best = r, g
			}
		}
	}
	for _, r := range x.seen {
		x.extra[r] = 0
	}
	if best <= least {
		return false
	}
	x.change(j, out)
	return true
}

// change opens one site and closes another; -1 for none.
func (x *interchange) change(in, out int) {
	m := x.m
	if in >= 0 {
		x.open[in] = true
		x.count++
	}
	if out >= 0 {
		x.open[out] = false
		x.count--
		for a := m.bySite.start[out]; a < m.bySite.start[out+1]; a++ {
			if i := m.bySite.client[a]; x.first[i] == int32(out) || x.second[i] == int32(out) {
				x.nearest(int(i))
			}
		}
	}
	if in >= 0 {
		for a := m.bySite.start[in]; a < m.bySite.start[in+1]; a++ {
			if i := m.bySite.client[a]; m.bySite.cost[a] < x.d2[i] && x.first[i] != int32(in) && x.second[i] != int32(in) {
				x.nearest(int(i))
			}
		}
	}
	x.sum()
}

func (x *interchange) recount() {
	for i := range x.m.clients {
		x.nearest(i)
	}
	x.sum()
}

// nearest finds a client's two cheapest open sites, its last resort among them.
func (x *interchange) nearest(i int) {
	m := x.m
	x.first[i], x.second[i] = -1, -1
	x.d1[i], x.d2[i] = m.leave[i], m.leave[i]
	for a := m.start[i]; a < m.start[i+1]; a++ {
		if m.cost[a] >= m.leave[i] {
			return
		}
		if !x.open[m.site[a]] {
			continue
		}
		if x.first[i] < 0 {
			x.first[i], x.d1[i] = m.site[a], m.cost[a]
			continue
		}
		x.second[i], x.d2[i] = m.site[a], m.cost[a]
		return
	}
}

func (x *interchange) sum() {
	x.value = 0
	for j, o := range x.open {
		x.loss[j] = 0
		if o {
			x.value += x.m.opening[j]
			x.loss[j] = -x.m.opening[j]
		}
	}
	for i, r := range x.first {
		x.value += x.d1[i]
		if r >= 0 {
			x.loss[r] += x.d2[i] - x.d1[i]
		}
	}
}
