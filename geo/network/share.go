package network

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
)

// shared is an inner vertex of a line that another line has too.
type shared struct{ line, vertex, node int32 }

// share makes nodes of the inner vertices that several lines have at the same place,
// but for bridges, tunnels and cableways, which pass over or under. One within the tolerance of an end is
// left out: all lines there are split at the end.
//
// Most vertices are no other line's. A filter of a few bits a vertex finds those that
// may be, so that only they are sorted.
func (n *noder) share(attributes []Attributes) {
	ends := len(n.nodes)
	filter := newTwice(n.inner(attributes, func(int32, int32, uint64) {}))
	n.inner(attributes, func(_, _ int32, code uint64) { filter.add(code) })
	var found []shared
	var order []coded
	n.inner(attributes, func(line, vertex int32, code uint64) {
		if filter.has(code) {
			order = append(order, coded{code, uint32(len(found))})
			found = append(found, shared{line: line, vertex: vertex})
		}
	})
	sortCoded(order)
	for len(order) > 0 {
		end := 1
		for end < len(order) && order[end].code == order[0].code {
			end++
		}
		several := found[order[0].id].line != found[order[end-1].id].line // equal ones are in the lines' order
		if several && !n.endsAt(order[0].code) {
			for _, o := range order[:end] {
				found[o.id].node = int32(len(n.nodes))
				n.shared = append(n.shared, found[o.id])
			}
			n.nodes = append(n.nodes, curve.MortonPoint(order[0].code))
		}
		order = order[end:]
	}
	slices.SortFunc(n.shared, func(a, b shared) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.vertex, b.vertex)) })
	n.sortNodes(ends)
}

// sortNodes numbers all nodes along the Z-order: those of ends, which come first, and those of shared vertices.
func (n *noder) sortNodes(ends int) {
	if ends == len(n.nodes) {
		return
	}
	moved, sorted := make([]int32, len(n.nodes)), make([]geo.Point, 0, len(n.nodes))
	for a, b := 0, ends; a < ends || b < len(n.nodes); {
		from := &a
		if a == ends || b < len(n.nodes) && curve.MortonOf(n.nodes[b]) < curve.MortonOf(n.nodes[a]) {
			from = &b
		}
		moved[*from] = int32(len(sorted))
		sorted = append(sorted, n.nodes[*from])
		*from++
	}
	n.nodes = sorted
	for i, node := range n.node {
		n.node[i] = moved[node]
	}
	for i := range n.shared {
		n.shared[i].node = moved[n.shared[i].node]
	}
}

// inner calls fn for each inner vertex that may be shared and tells how many there are.
func (n *noder) inner(attributes []Attributes, fn func(line, vertex int32, code uint64)) (count int) {
	for l, line := range n.lines {
		if attributes[l].Kind != Road {
			continue
		}
		for v := 1; v < len(line)-1; v++ {
			fn(int32(l), int32(v), curve.MortonOf(line[v]))
			count++
		}
	}
	return count
}

// endsAt tells whether an end lies within the tolerance of a place.
func (n *noder) endsAt(code uint64) (found bool) {
	p := curve.MortonPoint(code)
	r := max(n.tolerance/metresPerUnit(p), 1)
	n.visit(p, p, r, func(place int32) {
		found = found || apart(p, curve.MortonPoint(n.grid.codes[place])) <= r
	})
	return found
}

// twice is a filter that passes every code that was added twice, and a few others.
type twice struct {
	once, again []uint64
	shift       uint
}

// newTwice makes a filter for n codes: 8 to 16 bits each, twice.
func newTwice(n int) *twice {
	size := max(6, uint(bits.Len(uint(8*n))))
	return &twice{make([]uint64, 1<<size/64), make([]uint64, 1<<size/64), 64 - size}
}

func (t *twice) bit(code uint64) (word int, bit uint64) {
	h := code * 0x9e3779b97f4a7c15 >> t.shift // Fibonacci hashing
	return int(h >> 6), 1 << (h & 63)
}

func (t *twice) add(code uint64) {
	word, bit := t.bit(code)
	t.again[word] |= t.once[word] & bit
	t.once[word] |= bit
}

func (t *twice) has(code uint64) bool {
	word, bit := t.bit(code)
	return t.again[word]&bit != 0
}
