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
	Also   []int32 // further edges by any of which the load can leave
	Weight float64
}

// Cut is an edge and the weight that no root reaches without it.
type Cut struct {
	Edge   int32
	Row    uint32
	Weight float64

	from, to int32 // the nodes behind it, by the order in which they were met
}

// Cuts are the edges of which each alone parts a weight from all roots.
type Cuts struct {
	List  []Cut   // the greatest first
	at    []int32 // by place in loads: where it lies
	loads []int32 // by where they lie
}

// Behind lists the loads, by their positions, that a cut of the list parts from the roots.
func (c *Cuts) Behind(cut Cut) []int32 {
	from, _ := slices.BinarySearch(c.at, cut.from)
	to, _ := slices.BinarySearch(c.at, cut.to)
	return c.loads[from:to]
}

// CutOff finds the edges of which each alone parts a weight from all roots. Roots are
// edges: on those of the county seats' snaps everybody arrives. A load on a cut edge
// itself counts as cut off with it, and one of several edges when all of them are. A load
// that has no root even now counts nowhere, and neither does a load without weight.
//
// Linear time for all edges together, and its logarithm for a load of several.
func (g *Graph) CutOff(over *Subset, roots []int32, loads []Load) *Cuts {
	c := &Cuts{}
	if len(roots) == 0 {
		return c
	}
	t := g.spanning(over, roots)
	weight := make([]float64, len(g.nodes))
	type lying struct{ at, load int32 }
	var lie []lying
	var tops *ancestors
	for n, l := range loads {
		node := g.farEnd(t, l.Edge)
		for _, e := range l.Also {
			if other := g.farEnd(t, e); node < 0 {
				node = other
			} else if other >= 0 && other != node {
				if tops == nil {
					tops = g.ancestors(t)
				}
				node = tops.common(node, other)
			}
		}
		if node >= 0 {
			weight[node] += l.Weight
			lie = append(lie, lying{t.seen[node], int32(n)})
		}
	}
	slices.SortFunc(lie, func(a, b lying) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.load, b.load)) })
	for _, l := range lie {
		c.at, c.loads = append(c.at, l.at), append(c.loads, l.load)
	}
	size := make([]int32, len(g.nodes)) // of what hangs below
	for _, node := range slices.Backward(t.order) {
		size[node]++
		e := t.parent[node]
		if e < 0 {
			continue
		}
		if t.low[node] == t.seen[node] && weight[node] != 0 {
			c.List = append(c.List, Cut{e, g.lines[g.line[e]].Row, weight[node], t.seen[node], t.seen[node] + size[node]})
		}
		above := g.edges[e].other(node)
		weight[above] += weight[node]
		size[above] += size[node]
	}
	slices.SortFunc(c.List, func(a, b Cut) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Edge, b.Edge))
	})
	return c
}

// farEnd is the end of an edge that is farther down, so behind the edge if it is a
// bridge; if it is none, no bridge parts its ends. It is -1 where no root is reached.
func (g *Graph) farEnd(t *tree, e int32) int32 {
	d := &g.edges[e]
	if t.seen[d.a] == 0 || t.seen[d.b] == 0 {
		return -1
	}
	if t.seen[d.a] > t.seen[d.b] {
		return d.a
	}
	return d.b
}

// ancestors finds what lies above two nodes of a tree: between them, in the order in which
// nodes were met, the shallowest is a child of it. A tree of minima finds that one.
type ancestors struct {
	*Graph
	*tree
	depth []int32 // by node
	least []int32 // by place in a binary tree over the order: the shallowest node
}

func (g *Graph) ancestors(t *tree) *ancestors {
	n := len(t.order)
	a := &ancestors{Graph: g, tree: t, depth: make([]int32, len(g.nodes)), least: make([]int32, 2*n)}
	for i, node := range t.order {
		if e := t.parent[node]; e >= 0 {
			a.depth[node] = a.depth[g.edges[e].other(node)] + 1
		}
		a.least[n+i] = node
	}
	for i := n - 1; i > 0; i-- {
		a.least[i] = a.shallower(a.least[2*i], a.least[2*i+1])
	}
	return a
}

func (a *ancestors) shallower(x, y int32) int32 {
	if a.depth[y] < a.depth[x] {
		return y
	}
	return x
}

// common is the lowest node above both or one of them; a root's node, from which there is
// no way up, where they hang on different ones.
func (a *ancestors) common(x, y int32) int32 {
	if a.seen[x] > a.seen[y] {
		x, y = y, x
	}
	n := len(a.order)
	top := y
	for l, r := n+int(a.seen[x]), n+int(a.seen[y]); l < r; l, r = l/2, r/2 { // seen counts from 1
		if l&1 == 1 {
			top = a.shallower(top, a.least[l])
			l++
		}
		if r&1 == 1 {
			r--
			top = a.shallower(top, a.least[r])
		}
	}
	if a.depth[top] > a.depth[x] { // y hangs below x
		return x
	}
	if e := a.parent[top]; e >= 0 {
		return a.edges[e].other(top)
	}
	return top
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
