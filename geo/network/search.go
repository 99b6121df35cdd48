package network

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
