package valid

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
)

// edge is a segment with all rings that run along it; a ring that runs there and back
// stands twice.
type edge struct {
	a, b  vertex
	rings []int32
}

// arrangement is how edges, which meet at their ends alone, divide the plane into
// faces. Half-edge 2e runs along edge e from a to b, 2e+1 back; each has its face on
// the left. Face 0 is the one without bounds.
type arrangement struct {
	edges []edge
	next  []int32 // half-edge: that which follows around the face
	face  []int32 // of each half-edge
	faces int
}

// arrange sorts cut segments into edges and finds the faces. The cost is that of sorting,
// and, where parts hang together nowhere, of the edges above each other.
func arrange(segments []segment) *arrangement {
	slices.SortFunc(segments, func(s, t segment) int {
		return cmp.Or(compare(s.a, t.a), compare(s.b, t.b), cmp.Compare(s.ring, t.ring))
	})
	a := &arrangement{}
	for _, s := range segments {
		if n := len(a.edges); n > 0 && a.edges[n-1].a == s.a && a.edges[n-1].b == s.b {
			a.edges[n-1].rings = append(a.edges[n-1].rings, s.ring)
			continue
		}
		a.edges = append(a.edges, edge{s.a, s.b, []int32{s.ring}})
	}
	a.connect()
	a.findFaces()
	return a
}

func (a *arrangement) from(h int32) vertex {
	if e := &a.edges[h>>1]; h&1 == 0 {
		return e.a
	} else {
		return e.b
	}
}

func (a *arrangement) to(h int32) vertex { return a.from(h ^ 1) }

// connect finds for each half-edge the next around its face: where it ends, the first
// clockwise from the way back.
func (a *arrangement) connect() {
	around := make([]int32, 2*len(a.edges))
	for h := range around {
		around[h] = int32(h)
	}
	slices.SortFunc(around, func(h, k int32) int {
		p := a.from(h)
		return cmp.Or(compare(p, a.from(k)), byAngle(p, a.to(h), a.to(k)))
	})
	a.next = make([]int32, len(around))
	for from := 0; from < len(around); {
		to := from + 1
		for to < len(around) && a.from(around[to]) == a.from(around[from]) {
			to++
		}
		for i := from; i < to; i++ {
			before := i - 1
			if before < from {
				before = to - 1
			}
			a.next[around[i]^1] = around[before]
		}
		from = to
	}
}

// byAngle orders two directions from p counter-clockwise, from the east on.
func byAngle(p, q, r vertex) int {
	if low, other := below(p, q), below(p, r); low != other {
		if other {
			return -1
		}
		return 1
	}
	return -cmp.Compare(side(p, q, r), 0)
}

func below(p, q vertex) bool { return q.y < p.y || q.y == p.y && q.x < p.x }

// findFaces walks all cycles. One that runs counter-clockwise bounds a face from the
// outside; any other is the outline of edges that hang together, seen from the face
// that they lie in.
func (a *arrangement) findFaces() {
	a.face = make([]int32, len(a.next))
	for h := range a.face {
		a.face[h] = -1
	}
	a.faces = 1
	var outlines []int32 // a half-edge of each, at its least vertex
	for h := range a.next {
		if a.face[h] != -1 {
			continue
		}
		least, turn := int32(h), sum{}
		first := a.from(int32(h))
		mark := int32(a.faces)
		for k := int32(h); ; {
			a.face[k] = mark
			turn.add(side(first, a.from(k), a.to(k)))
			if compare(a.from(k), a.from(least)) < 0 {
				least = k
			}
			if k = a.next[k]; k == int32(h) {
				break
			}
		}
		if turn.positive() {
			a.faces++
			continue
		}
		outlines = append(outlines, least)
		a.mark(int32(h), -2-int32(len(outlines)-1))
	}
	a.place(outlines)
}

// mark gives a cycle a face.
func (a *arrangement) mark(h, face int32) {
	for k := h; ; {
		a.face[k] = face
		if k = a.next[k]; k == h {
			return
		}
	}
}

// place finds the face in which each outline lies: that above the nearest edge below
// its least vertex. That edge may be of another outline, whose own face it is then.
func (a *arrangement) place(outlines []int32) {
	under := a.edgesBelow(outlines)
	faces := make([]int32, len(outlines))
	done := make([]bool, len(outlines))
	var find func(n int) int32
	find = func(n int) int32 {
		if done[n] {
			return faces[n]
		}
		done[n] = true
		if e := under[n]; e >= 0 {
			if faces[n] = a.face[2*e]; faces[n] < 0 {
				faces[n] = find(int(-2 - faces[n]))
			}
		}
		return faces[n]
	}
	for n := range outlines {
		find(n)
	}
	for n, h := range outlines {
		a.mark(h, faces[n])
	}
}

// edgesBelow are the nearest edges below the least vertices of outlines, −1 for none.
// An edge runs from west to east, so that its first half-edge has its left above.
func (a *arrangement) edgesBelow(outlines []int32) []int32 {
	under := make([]int32, len(outlines))
	order := make([]int, len(outlines))
	for n := range outlines {
		under[n], order[n] = -1, n
	}
	slices.SortFunc(order, func(n, m int) int { return compare(a.from(outlines[n]), a.from(outlines[m])) })
	var open []int32
	e := 0
	for _, n := range order {
		p := a.from(outlines[n])
		for ; e < len(a.edges) && a.edges[e].a.x <= p.x; e++ { // which are sorted
			open = append(open, int32(e))
		}
		kept := open[:0]
		for _, k := range open {
			c := &a.edges[k]
			if c.b.x <= p.x {
				continue
			}
			kept = append(kept, k)
			if side(c.a, c.b, p) > 0 && (under[n] < 0 || a.above(k, under[n])) {
				under[n] = k
			}
		}
		open = kept
	}
	return under
}

// above tells which of two edges is the higher where both are.
func (a *arrangement) above(e, f int32) bool {
	p, q := &a.edges[e], &a.edges[f]
	if p.a.x >= q.a.x {
		if s := side(q.a, q.b, p.a); s != 0 {
			return s > 0
		}
		return side(q.a, q.b, p.b) > 0
	}
	if s := side(p.a, p.b, q.a); s != 0 {
		return s < 0
	}
	return side(p.a, p.b, q.b) < 0
}

// sum adds up words without losing a bit.
type sum struct{ high, low int64 }

func (s *sum) add(n int64) {
	low, carry := bits.Add64(uint64(s.low), uint64(n), 0)
	s.low = int64(low)
	s.high += n>>63 + int64(carry)
}

func (s *sum) positive() bool { return s.high > 0 || s.high == 0 && s.low != 0 }

// groups joins faces to sets: those on both sides of an edge that bar does not keep
// apart are one. The least face of a set stands for it.
func (a *arrangement) groups(bar func(e int) bool) []int32 {
	parent := make([]int32, a.faces)
	for f := range parent {
		parent[f] = int32(f)
	}
	find := func(f int32) int32 {
		for parent[f] != f {
			parent[f] = parent[parent[f]]
			f = parent[f]
		}
		return f
	}
	for e := range a.edges {
		if !bar(e) {
			p, q := find(a.face[2*e]), find(a.face[2*e+1])
			parent[max(p, q)] = min(p, q)
		}
	}
	for f := range parent {
		parent[f] = find(int32(f))
	}
	return parent
}

// cycle is a boundary that comes to no vertex twice.
type cycle struct {
	halves []int32
	face   int32 // the group on its left
	outer  bool  // counter-clockwise
}

// cycles walks the boundaries of groups of faces, each with its group on the left, and
// parts them where they come to a vertex again.
func (a *arrangement) cycles(group []int32) (all []cycle) {
	bounds := func(h int32) bool { return group[a.face[h]] != group[a.face[h^1]] }
	seen := make([]bool, len(a.next))
	for h := range a.next {
		if seen[h] || !bounds(int32(h)) {
			continue
		}
		var path []int32
		at := map[vertex]int{}
		for k := int32(h); !seen[k]; {
			seen[k] = true
			at[a.from(k)] = len(path)
			path = append(path, k)
			if n, been := at[a.to(k)]; been {
				loop := slices.Clone(path[n:])
				for _, l := range loop {
					delete(at, a.from(l))
				}
				path = path[:n]
				all = append(all, cycle{loop, group[a.face[k]], a.turnsLeft(loop)})
			}
			k = a.next[k]
			for !bounds(k) { // within the group: on around the vertex
				k = a.next[k^1]
			}
		}
	}
	sort.SliceStable(all, func(i, k int) bool { return all[i].outer && !all[k].outer })
	return all
}

func (a *arrangement) turnsLeft(halves []int32) bool {
	turn := sum{}
	for _, h := range halves {
		turn.add(side(a.from(halves[0]), a.from(h), a.to(h)))
	}
	return turn.positive()
}
