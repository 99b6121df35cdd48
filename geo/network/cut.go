package network

import (
	"cmp"
	"slices"
)

// Bridges lists the edges without which their component would fall apart, in
// ascending order (Tarjan 1974). Linear time.
func (g *Graph) Bridges(over *Subset) []int32 {
	t := g.spanning(over, nil)
	var edges []int32
	for _, node := range t.order {
		if e := t.parent[node]; e >= 0 && t.low[node] == t.seen[node] {
			edges = append(edges, e)
		}
	}
	slices.Sort(edges)
	return edges
}

// Load is a weight, such as a village's people, at a place on an edge.
type Load struct {
	Edge   int32
	Weight float64
}

// Cut is an edge and the weight that no root reaches without it.
type Cut struct {
	Edge   int32
	Row    uint32
	Weight float64
}

// CutOff lists the edges of which each alone parts a weight from all roots, the
// greatest first. Roots are edges: on those of the county seats' snaps everybody
// arrives. A load on a cut edge itself counts as cut off with it. A load that has no
// root even now counts nowhere, and neither does a load without weight.
//
// Each load is taken to use its one edge. One with a second way to the network, on
// foot to another segment, is cut off less than this says; Reach over the rest tells
// exactly. Linear time for all edges together.
func (g *Graph) CutOff(over *Subset, roots []int32, loads []Load) []Cut {
	if len(roots) == 0 {
		return nil
	}
	t := g.spanning(over, roots)
	weight := make([]float64, len(g.nodes))
	for _, l := range loads {
		d := &g.edges[l.Edge]
		// The end that is farther down, so behind the edge if it is a bridge; if it is
		// none, no bridge parts its ends.
		if down := cmp.Compare(t.seen[d.a], t.seen[d.b]); down > 0 {
			weight[d.a] += l.Weight
		} else {
			weight[d.b] += l.Weight
		}
	}
	var cuts []Cut
	for _, node := range slices.Backward(t.order) {
		e := t.parent[node]
		if e < 0 {
			continue
		}
		if t.low[node] == t.seen[node] && weight[node] != 0 {
			cuts = append(cuts, Cut{e, g.lines[g.line[e]].Row, weight[node]})
		}
		weight[g.edges[e].other(node)] += weight[node]
	}
	slices.SortFunc(cuts, func(a, b Cut) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Edge, b.Edge))
	})
	return cuts
}

// tree is a depth-first forest. An edge outside it leads from a node to one of the
// nodes above.
type tree struct {
	order  []int32 // nodes, as met
	seen   []int32 // by node: 1 for the first; 0 for those not met
	parent []int32 // by node: the edge to the one above; −1 at a top
	low    []int32 // by node: the least seen that it or those below have an edge to
}

// spanning goes over the whole subset, or where there are roots over what they reach,
// as though all roots' ends were joined at the top.
func (g *Graph) spanning(over *Subset, roots []int32) *tree {
	if over == nil {
		over = g.all
	}
	n := len(g.nodes)
	t := &tree{make([]int32, 0, n), make([]int32, n), make([]int32, n), make([]int32, n)}
	at := make([]uint32, n) // the next edge to look at
	copy(at, g.first)
	for _, e := range roots {
		if over.Has(e) {
			t.low[g.edges[e].a], t.low[g.edges[e].b] = -1, -1
		}
	}
	for _, e := range roots {
		if over.Has(e) {
			g.descend(t, at, over, g.edges[e].a)
			g.descend(t, at, over, g.edges[e].b)
		}
	}
	for node := range g.nodes {
		if roots == nil {
			g.descend(t, at, over, int32(node))
		}
	}
	g.lows(t, over)
	return t
}

// descend walks depth first from a top, without recursion: a mountain road may be a
// million edges deep. The way back up is in parent.
func (g *Graph) descend(t *tree, at []uint32, over *Subset, top int32) {
	if t.seen[top] != 0 {
		return
	}
	meet := func(node, by int32) {
		t.order = append(t.order, node)
		t.seen[node], t.parent[node] = int32(len(t.order)), by
	}
	meet(top, -1)
	for node := top; ; {
		if at[node] == g.first[node+1] {
			if t.parent[node] < 0 {
				return
			}
			node = g.edges[t.parent[node]].other(node)
			continue
		}
		e := g.around[at[node]]
		at[node]++
		if next := g.edges[e].other(node); over.Has(e) && t.seen[next] == 0 {
			meet(next, e)
			node = next
		}
	}
}

// lows fills in low, from the bottom up. A root's is −1, above all.
func (g *Graph) lows(t *tree, over *Subset) {
	for _, node := range slices.Backward(t.order) {
		low := t.seen[node]
		if t.low[node] < 0 {
			low = -1
		}
		for _, e := range g.At(node) {
			if e == t.parent[node] || !over.Has(e) {
				continue
			}
			next := g.edges[e].other(node)
			if t.parent[next] == e {
				low = min(low, t.low[next])
			} else {
				low = min(low, t.seen[next])
			}
		}
		t.low[node] = low
	}
}
