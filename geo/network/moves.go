package network

import (
	"cmp"
	"slices"
)

// Moves say where the nodes and edges of a graph stand in one that was made from it by Patch: what they are for is
// Graph.Carry. They hold no graph, and take a few words for each place that changed.
type Moves struct {
	nodes, edges moves
	// ends are the nodes of the new graph at which an edge of the old one was that is gone or made anew.
	ends []int32
}

// Still are the moves from a graph to itself.
func (g *Graph) Still() *Moves {
	return &Moves{nodes: moves{}.add(0, 0, int32(len(g.nodes))), edges: moves{}.add(0, 0, int32(len(g.edges)))}
}

// Then are the moves of two patches, one after the other.
func (m *Moves) Then(next *Moves) *Moves {
	ends := map[int32]bool{}
	for _, node := range m.ends {
		if to := next.nodes.at(node); to != none {
			ends[to] = true
		}
	}
	for _, node := range next.ends {
		ends[node] = true
	}
	return &Moves{nodes: m.nodes.then(next.nodes), edges: m.edges.then(next.edges), ends: sortedKeys(ends)}
}

// Edge is where an edge of the old graph stands; ok is false where it is gone or made anew.
func (m *Moves) Edge(e int32) (to int32, ok bool) {
	to = m.edges.at(e)
	return to, to != none
}

// moves say where numbers went, in ascending order of both. What no move holds is gone, or new.
type moves []move

// move is so many numbers that follow each other before and after.
type move struct{ from, to, count int32 }

// none stands where a number would.
const none = -1

// add appends a move, or makes the last one longer.
func (m moves) add(from, to, count int32) moves {
	if count <= 0 {
		return m
	}
	if n := len(m); n > 0 && m[n-1].from+m[n-1].count == from && m[n-1].to+m[n-1].count == to {
		m[n-1].count += count
		return m
	}
	return append(m, move{from, to, count})
}

// at is where a number went; none where it is gone.
func (m moves) at(i int32) int32 {
	n, ok := slices.BinarySearchFunc(m, i, func(v move, i int32) int { return cmp.Compare(v.from, i) })
	if !ok {
		n--
	}
	if n < 0 || i >= m[n].from+m[n].count {
		return none
	}
	return i - m[n].from + m[n].to
}

// all is where each of so many numbers went.
func (m moves) all(count int) []int32 {
	list := filled(count, none)
	for _, v := range m {
		for i := range v.count {
			list[v.from+i] = v.to + i
		}
	}
	return list
}

// back are the moves from the new numbers to the old ones.
func (m moves) back() moves {
	back := make(moves, len(m))
	for i, v := range m {
		back[i] = move{v.to, v.from, v.count}
	}
	return back
}

// still tells whether all of so many numbers stay.
func (m moves) still(count int) bool {
	return count == 0 && len(m) == 0 || len(m) == 1 && m[0] == move{0, 0, int32(count)}
}

// then are moves after which others follow.
func (m moves) then(next moves) (both moves) {
	n := 0
	for _, v := range m {
		for n > 0 && next[n-1].from+next[n-1].count > v.to {
			n--
		}
		for ; n < len(next) && next[n].from < v.to+v.count; n++ {
			from, until := max(v.to, next[n].from), min(v.to+v.count, next[n].from+next[n].count)
			both = both.add(from-v.to+v.from, from-next[n].from+next[n].to, until-from)
		}
	}
	return both
}

// gaps yields the numbers below count to which nothing went.
func (m moves) gaps(count int, yield func(i int32)) {
	next := int32(0)
	for _, v := range append(slices.Clip(m), move{to: int32(count)}) {
		for ; next < v.to; next++ {
			yield(next)
		}
		next = v.to + v.count
	}
}

func filled(n int, with int32) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = with
	}
	return list
}
