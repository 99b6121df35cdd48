package network

import (
	"context"

	"github.com/paulmach/orb"
)

// label is what a search knows of a node: the least cost found so far, the place it
// comes from, and by which edge. The zero label is of a node not met.
type label struct {
	cost   int64
	origin int32 // index of the place
	via    int32 // the edge plus 1, or atPlace where the way begins
}

const atPlace = -1

// labels are a search's labels by node, in pages that are made when first written to.
// Since nodes are numbered along the map, a search that spreads over a county of a
// national graph touches the pages of that county.
type labels struct {
	pages []*page
	used  []int32
	free  []*page
}

const pageBits = 9 // 512 nodes, 8 KiB

type page [1 << pageBits]label

func (l *labels) get(node int32) label {
	if p := l.pages[node>>pageBits]; p != nil {
		return p[node&(1<<pageBits-1)]
	}
	return label{}
}

func (l *labels) at(node int32) *label {
	p := l.pages[node>>pageBits]
	if p == nil {
		if n := len(l.free); n > 0 {
			p, l.free = l.free[n-1], l.free[:n-1]
			*p = page{}
		} else {
			p = new(page)
		}
		l.pages[node>>pageBits] = p
		l.used = append(l.used, node>>pageBits)
	}
	return &p[node&(1<<pageBits-1)]
}

func (l *labels) reset() {
	for _, i := range l.used {
		l.free = append(l.free, l.pages[i])
		l.pages[i] = nil
	}
	l.used = l.used[:0]
}

// item is a node waiting to be settled.
type item struct {
	cost         int64
	origin, node int32
}

func (a item) before(b item) bool {
	if a.cost != b.cost {
		return a.cost < b.cost
	}
	if a.origin != b.origin {
		return a.origin < b.origin
	}
	return a.node < b.node
}

// frontier is a heap of four children, whose two levels fit the cache lines that a
// binary heap needs for one.
type frontier []item

func (f *frontier) push(it item) {
	h := append(*f, it)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !it.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = it
	*f = h
}

func (f *frontier) pop() item {
	h := *f
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*f = h
	i := 0
	for {
		kid := 4*i + 1
		if kid >= len(h) {
			break
		}
		for k := kid + 1; k < min(kid+4, len(h)); k++ {
			if h[k].before(h[kid]) {
				kid = k
			}
		}
		if !h[kid].before(last) {
			break
		}
		h[i] = h[kid]
		i = kid
	}
	if len(h) > 0 {
		h[i] = last
	}
	return top
}

// search is Dijkstra's algorithm (1959) from places, whose costs are the pairs of
// cost and origin in their order: equal costs go to the place that stands first. A
// node may wait several times; all but the first are passed over.
type search struct {
	labels
	waiting frontier
	places  []place
}

func newSearch(g *Graph) *search {
	return &search{labels: labels{pages: make([]*page, (len(g.nodes)+1<<pageBits-1)>>pageBits)}}
}

func (s *search) reset() {
	s.labels.reset()
	s.waiting, s.places = s.waiting[:0], nil
}

// begin puts the ends of the places' edges into the frontier.
func (s *search) begin(p *plan, places []place) {
	s.places = places
	for i := range places {
		at := &places[i]
		d := &p.g.edges[at.edge]
		way := p.stretch(at.edge, at.mm)
		s.offer(d.a, at.walk+way, int32(i), atPlace, p.limit)
		s.offer(d.b, at.walk+p.weight(at.edge)-way, int32(i), atPlace, p.limit)
	}
}

func (s *search) offer(node int32, cost int64, origin, via int32, limit int64) {
	if cost > limit {
		return
	}
	l := s.at(node)
	if l.via != 0 && (l.cost < cost || l.cost == cost && l.origin <= origin) {
		return
	}
	*l = label{cost, origin, via}
	s.waiting.push(item{cost, origin, node})
}

// next is the cost of the node to be settled next.
func (s *search) next() (int64, bool) {
	for len(s.waiting) > 0 {
		it := s.waiting[0]
		if l := s.get(it.node); l.cost == it.cost && l.origin == it.origin {
			return it.cost, true
		}
		s.waiting.pop()
	}
	return 0, false
}

// settle takes the next node and offers its neighbours; next has been true.
func (s *search) settle(p *plan) item {
	it := s.waiting.pop()
	for _, e := range p.g.At(it.node) {
		if p.Over.Has(e) {
			s.offer(p.g.edges[e].other(it.node), it.cost+p.weight(e), it.origin, e+1, p.limit)
		}
	}
	return it
}

// meeting is a search from two ends and the best way found so far: by a node at
// which they met, or straight along an edge on which both have a place.
type meeting struct {
	*plan
	ends     [2]*search
	cost     int64
	node     int32 // -1: along from.edge
	from, to place
}

// straight looks for edges on which both points have a place.
func (m *meeting) straight(starts, stops []place) {
	on := make(map[int32][]int, len(stops))
	for i := range stops {
		on[stops[i].edge] = append(on[stops[i].edge], i)
	}
	for _, from := range starts {
		for _, i := range on[from.edge] {
			to := stops[i]
			cost := from.walk + to.walk + abs(m.stretch(from.edge, from.mm)-m.stretch(to.edge, to.mm))
			if cost < m.cost {
				m.cost, m.from, m.to = cost, from, to
			}
		}
	}
}

func (m *meeting) run(ctx context.Context) error {
	for n := 0; ; n++ {
		a, more := m.ends[0].next()
		b, moreToo := m.ends[1].next()
		if !more || !moreToo || a+b >= m.cost {
			return nil
		}
		side := 0
		if b < a {
			side = 1
		}
		it := m.ends[side].settle(m.plan)
		m.meet(it, m.ends[1-side])
		if n&0xffff == 0xffff && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// meet tries the way by a node that one search settles and the other has at least
// met. That suffices: of two neighbours on the best way, settled by one search each,
// whichever is settled later has a label from the other's side by then.
func (m *meeting) meet(it item, other *search) {
	if l := other.get(it.node); l.via != 0 && it.cost+l.cost < m.cost {
		m.cost, m.node = it.cost+l.cost, it.node
	}
}

func (m *meeting) route(from, to orb.Point, starts, stops []place) Route {
	if m.cost > m.limit {
		a := unanswered(m.why(starts, stops))
		a.From, a.To = m.evidence(from, starts), m.evidence(to, stops)
		return m.unreached(a)
	}
	if m.node < 0 {
		return m.plan.route(m.reachedBy(m.cost, &m.from, &m.to), []leg{{m.from.edge, m.from.mm, m.to.mm}})
	}
	start := &m.ends[0].places[m.ends[0].get(m.node).origin]
	stop := &m.ends[1].places[m.ends[1].get(m.node).origin]
	legs := m.ends[0].chain(m.plan, nil, m.node)
	for i, j := 0, len(legs)-1; i <= j; i, j = i+1, j-1 {
		legs[i], legs[j] = leg{legs[j].edge, legs[j].to, legs[j].from}, leg{legs[i].edge, legs[i].to, legs[i].from}
	}
	return m.plan.route(m.reachedBy(m.cost, start, stop), m.ends[1].chain(m.plan, legs, m.node))
}

func (m *meeting) why(starts, stops []place) State {
	switch {
	case len(starts) == 0 || len(stops) == 0:
		return OffNetwork
	case len(m.connected(starts, stops)) == 0:
		return Unconnected
	}
	return BeyondLimit
}

func (m *meeting) evidence(p orb.Point, places []place) Snap {
	if len(places) == 0 {
		return m.nearest(p)
	}
	return m.snap(&places[0])
}
