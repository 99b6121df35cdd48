// Package simplify says at which zoom a map needs a vertex or a point: ranks of the vertices of lines and polygons, and
// the cells in which points make room for each other. Quantised geometry goes in, a zoom or a cell comes out; it knows
// of no features, layers or tiles.
package simplify

import (
	"cmp"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// A rank, one byte a vertex beside the vertices themselves, is the first zoom at
// which a tile needs the vertex: left out at any zoom before, it moves the outline by
// no more than rankUnits of a tile's 4096. So a tile walks past what it does not
// draw instead of simplifying it each time, and tiles side by side agree.
//
// Ranks are those of Douglas and Peucker (1973), whose tolerance at a vertex, never
// more than at the split above it, gives all zooms in one pass. Two areas that share
// a border simplify it alike: rings are taken apart at nodes, vertices at which not
// all borders go the same two ways, and what lies between two nodes is ranked from
// the one to the other whichever ring it is part of (Bostock's TopoJSON, 2013).
const (
	ToleranceUnits = 4  // half a pixel of a tile drawn at 512
	rankNever      = 32 // in line with its neighbours: only where all is drawn
)

// rankOf is the first zoom at which a distance is more than the tolerance: the
// smallest z where rankUnits · 2^(20-z) is less.
func rankOf(quanta float64) uint8 {
	if quanta == 0 {
		return rankNever
	}
	fraction, exponent := math.Frexp(quanta / ToleranceUnits)
	if fraction == .5 {
		exponent--
	}
	return uint8(max(0, min(rankNever-1, 21-exponent)))
}

// Ranker ranks vertices. Its slices are kept from one shape to the next.
type Ranker struct {
	arc   []geo.Point
	ranks []uint8
	spans []rankSpan
	nodes []int
}

type rankSpan struct {
	from, to int
	limit    float64
}

// Rank ranks a shape's vertices. For polygons, nodes knows the borders around.
func (r *Ranker) Rank(s geo.Shape, nodes *Nodes, ranks []uint8) {
	from := uint32(0)
	for i, to := range s.Ends {
		part, out := s.Points[from:to], ranks[from:to]
		switch s.Kind {
		case geo.Lines:
			r.line(part, out)
		case geo.Polygons:
			r.ring(part, out, nodes)
			if i == 0 || geo.Area2(part) >= 0 {
				keepThree(part, out)
			}
		default:
			clear(out)
		}
		from = to
	}
}

func (r *Ranker) line(line []geo.Point, ranks []uint8) {
	r.begin()
	r.arc = append(r.arc, line...)
	r.rank(func(i int) *uint8 { return &ranks[i] })
}

// ring ranks what lies between nodes; a ring without any starts at its least vertex.
func (r *Ranker) ring(ring []geo.Point, ranks []uint8, nodes *Nodes) {
	r.nodes = r.nodes[:0]
	least := 0
	for i, p := range ring {
		if nodes.has(p) {
			r.nodes = append(r.nodes, i)
		}
		if comparePoints(p, ring[least]) < 0 {
			least = i
		}
	}
	if len(r.nodes) == 0 {
		r.nodes = append(r.nodes, least)
	}
	n := len(ring)
	for k, from := range r.nodes {
		to := r.nodes[(k+1)%len(r.nodes)]
		if to <= from {
			to += n
		}
		r.begin()
		for i := from; i <= to; i++ {
			r.arc = append(r.arc, ring[i%n])
		}
		r.rank(func(i int) *uint8 { return &ranks[(from+i)%n] })
	}
}

func (r *Ranker) begin() { r.arc = r.arc[:0] }

// rank ranks the arc, from the same end whichever way it was given, and tells each
// rank to where at says.
func (r *Ranker) rank(at func(i int) *uint8) {
	n := len(r.arc)
	backward := n > 1 && cmp.Or(comparePoints(r.arc[0], r.arc[n-1]), comparePoints(r.arc[1], r.arc[n-2])) > 0
	if backward {
		slices.Reverse(r.arc)
	}
	r.ranks = slices.Grow(r.ranks[:0], n)[:n]
	r.split()
	for i, rank := range r.ranks {
		if backward {
			i = n - 1 - i
		}
		*at(i) = rank
	}
}

// split finds the tolerance of each vertex of the arc; its ends have rank 0.
func (r *Ranker) split() {
	last := len(r.arc) - 1
	r.ranks[0], r.ranks[last] = 0, 0
	r.spans = append(r.spans[:0], rankSpan{0, last, math.Inf(1)})
	for len(r.spans) > 0 {
		s := r.spans[len(r.spans)-1]
		r.spans = r.spans[:len(r.spans)-1]
		if s.to-s.from < 2 {
			continue
		}
		far, most := farthest(r.arc[s.from : s.to+1])
		limit := min(s.limit, most)
		r.ranks[s.from+far] = rankOf(limit)
		r.spans = append(r.spans, rankSpan{s.from, s.from + far, limit}, rankSpan{s.from + far, s.to, limit})
	}
}

// farthest is the inner vertex that lies farthest from the segment between the
// ends, and how far. Conversions keep products from being fused with sums, so that
// every processor finds the same one.
func farthest(arc []geo.Point) (at int, quanta float64) {
	a, b := arc[0], arc[len(arc)-1]
	ax, ay := float64(a.X), float64(a.Y)
	dx, dy := float64(b.X)-ax, float64(b.Y)-ay
	length2 := float64(dx*dx) + float64(dy*dy)
	at, most := 1, -1.
	for i := 1; i < len(arc)-1; i++ {
		px, py := float64(arc[i].X)-ax, float64(arc[i].Y)-ay
		along := float64(px*dx) + float64(py*dy)
		var d2 float64 // times length2, where that is not 0
		switch {
		case length2 == 0:
			d2 = float64(px*px) + float64(py*py)
		case along <= 0:
			d2 = (float64(px*px) + float64(py*py)) * length2
		case along >= length2:
			qx, qy := px-dx, py-dy
			d2 = (float64(qx*qx) + float64(qy*qy)) * length2
		default:
			cross := float64(px*dy) - float64(py*dx)
			d2 = cross * cross
		}
		if d2 > most {
			at, most = i, d2
		}
	}
	if length2 > 0 {
		most /= length2
	}
	return at, math.Sqrt(most)
}

// keepThree sees that a ring keeps three vertices, without which it has no area, at
// every zoom: those of the lowest ranks.
func keepThree(ring []geo.Point, ranks []uint8) {
	kept := 0
	for _, rank := range ranks {
		if rank == 0 {
			kept++
		}
	}
	for ; kept < min(3, len(ring)); kept++ {
		best := -1
		for i, rank := range ranks {
			if rank > 0 && (best < 0 || cmp.Or(cmp.Compare(rank, ranks[best]), comparePoints(ring[i], ring[best])) < 0) {
				best = i
			}
		}
		ranks[best] = 0
	}
}

func comparePoints(a, b geo.Point) int {
	return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
}

// Nodes knows of each vertex whether all rings that pass it go the same two ways.
// It is an open hash table of 16 bytes a place, since a layer may have millions of
// vertices and drops the set once they are ranked.
type Nodes struct {
	places []nodePlace
	used   int
	within geo.Box // vertices elsewhere do not matter
}

type nodePlace struct {
	at    geo.Point
	ways  uint32 // a hash of the two neighbours, in no order; 0: free
	split bool
}

// NewNodes has room for a number of vertices, and grows where there are more.
func NewNodes(vertices int, within geo.Box) *Nodes {
	size := 16
	for size < vertices+vertices/2 {
		size *= 2
	}
	return &Nodes{places: make([]nodePlace, size), within: within}
}

// Add adds the rings of a polygon.
func (n *Nodes) Add(s geo.Shape) {
	for i := range s.Ends {
		ring := s.Part(i)
		for k, p := range ring {
			if n.within.Contains(p) {
				n.addVertex(p, ring[(k+len(ring)-1)%len(ring)], ring[(k+1)%len(ring)])
			}
		}
	}
}

func (n *Nodes) addVertex(p, before, after geo.Point) {
	ways := hashPoint(before)*hashPoint(after) | 1 // commutes
	place := n.find(p)
	switch {
	case place.ways == 0:
		*place = nodePlace{at: p, ways: ways}
		if n.used++; n.used > len(n.places)*3/4 {
			n.grow()
		}
	case place.ways != ways:
		place.split = true
	}
}

func (n *Nodes) grow() {
	old := n.places
	n.places = make([]nodePlace, 2*len(old))
	for _, place := range old {
		if place.ways != 0 {
			*n.find(place.at) = place
		}
	}
}

func (n *Nodes) find(p geo.Point) *nodePlace {
	mask := uint32(len(n.places) - 1)
	for i := hashPoint(p) & mask; ; i = (i + 1) & mask {
		if place := &n.places[i]; place.ways == 0 || place.at == p {
			return place
		}
	}
}

// Empty tells whether no ring has been added.
func (n *Nodes) Empty() bool { return n.used == 0 }

// Within is the box outside of which vertices do not matter.
func (n *Nodes) Within() geo.Box { return n.within }

// Meets tells whether a polygon passes a vertex of a ring that was added.
func (n *Nodes) Meets(s geo.Shape) bool {
	return s.Kind == geo.Polygons && slices.ContainsFunc(s.Points, func(p geo.Point) bool { return n.find(p).ways != 0 })
}

// has tells whether p is a node.
func (n *Nodes) has(p geo.Point) bool { return n.find(p).split }

func hashPoint(p geo.Point) uint32 {
	h := (uint64(uint32(p.X))<<32 | uint64(uint32(p.Y))) * 0x9e3779b97f4a7c15
	h = (h ^ h>>29) * 0xbf58476d1ce4e5b9
	return uint32(h>>32) | 1
}
