package steiner

import "slices"

// tree is the arcs of a tree, each after that by which its tail is reached.
type tree struct {
	arcs []int32
	cost int64
}

// grower makes trees; its room is used again and again.
type grower struct {
	*graph
	dist    []int64
	via     []int32
	in      []bool
	waiting queue
	key     []int64
	reached []bool
	keep    []int64
	skip    []int64
	// Of a terminal from which no arc leads on: spare is the cheapest arc to it from the
	// root itself, by which it is left out, and penalty its cost; Must where there is none.
	leaf    []bool
	spare   []int32
	penalty []int64
}

func newGrower(g *graph) *grower {
	n := g.nodes
	w := &grower{
		graph: g, dist: make([]int64, n), via: make([]int32, n), in: make([]bool, n), key: make([]int64, n), reached: make([]bool, n),
		keep: make([]int64, n), skip: make([]int64, n), leaf: make([]bool, n), spare: make([]int32, n), penalty: make([]int64, n),
	}
	for node := range int32(n) {
		w.leaf[node], w.penalty[node] = g.terminal[node], Must
		for _, arc := range g.out(node) {
			w.leaf[node] = w.leaf[node] && g.closed(arc)
			if in := arc ^ 1; g.head(arc) == g.root && !g.closed(in) && g.edges[in>>1].Cost < w.penalty[node] {
				w.spare[node], w.penalty[node] = in, g.edges[in>>1].Cost
			}
		}
		if !w.leaf[node] {
			w.penalty[node] = Must
		}
	}
	return w
}

// grow takes the terminals into a tree one after the other, each by the cheapest path
// from what it has (Takahashi and Matsuyama 1980), at the costs given by arc: Must
// closes one. It marks the tree's nodes in in. ok is false where a terminal has no way.
func (g *grower) grow(cost func(arc int32) int64) bool {
	for i := range g.dist {
		g.dist[i], g.via[i], g.in[i] = Must, -1, false
	}
	g.waiting = g.waiting[:0]
	take := func(node int32) {
		g.in[node], g.dist[node] = true, 0
		g.waiting.push(item{0, node})
	}
	take(g.root)
	for left := g.wanted; left > 0; {
		if len(g.waiting) == 0 {
			return false
		}
		it := g.waiting.pop()
		if it.cost > g.dist[it.node] {
			continue
		}
		if g.terminal[it.node] && !g.in[it.node] {
			left--
			for node := it.node; !g.in[node]; node = g.tail(g.via[node]) {
				// A terminal on the way was popped before this one, or costs as much.
				if node != it.node && g.terminal[node] {
					left--
				}
				take(node)
			}
			continue
		}
		for _, arc := range g.out(it.node) {
			c := cost(arc)
			if v := g.head(arc); c < Must && it.cost+c < g.dist[v] {
				g.dist[v], g.via[v] = it.cost+c, arc
				g.waiting.push(item{g.dist[v], v})
			}
		}
	}
	return true
}

// span is the cheapest tree over the nodes marked in in (Prim 1957), pruned of what
// costs more than it joins. Nodes that lead nowhere come last, each by its cheapest arc.
// ok is false where a terminal is not reached.
func (g *grower) span() (t tree, ok bool) {
	for i := range g.key {
		g.key[i], g.via[i], g.reached[i] = Must, -1, false
	}
	g.waiting = g.waiting[:0]
	g.key[g.root] = 0
	g.waiting.push(item{0, g.root})
	arcs := make([]int32, 0, 64)
	for len(g.waiting) > 0 {
		it := g.waiting.pop()
		if g.reached[it.node] {
			continue
		}
		if it.node != g.root {
			arcs = append(arcs, g.via[it.node])
		}
		g.reached[it.node] = true
		for _, arc := range g.out(it.node) {
			v, c := g.head(arc), g.edges[arc>>1].Cost
			if !g.in[v] || g.reached[v] || g.closed(arc) || g.leaf[v] && it.node == g.root || c >= g.key[v] {
				continue
			}
			if g.key[v], g.via[v] = c, arc; !g.leaf[v] {
				g.waiting.push(item{c, v})
			}
		}
	}
	for v, is := range g.terminal {
		switch {
		case !is || g.reached[v]:
		case g.leaf[v] && g.via[v] >= 0:
			arcs = append(arcs, g.via[v])
		case g.penalty[v] >= Must:
			return tree{}, false
		}
	}
	return g.prune(arcs), true
}

// prune drops the branches that join no terminal, and those that cost more than the
// penalties of what they join: the best of all trees within this one.
func (g *grower) prune(arcs []int32) tree {
	// keep and skip are the costs of what hangs below a node: with it, and without.
	for _, arc := range arcs {
		v := g.head(arc)
		g.keep[v], g.skip[v] = 0, 0
		if g.terminal[v] {
			g.skip[v] = g.penalty[v]
		}
	}
	g.keep[g.root], g.skip[g.root] = 0, 0
	for _, arc := range slices.Backward(arcs) {
		u, v := g.tail(arc), g.head(arc)
		with := g.keep[v] + g.edges[arc>>1].Cost
		g.keep[u] += min(with, g.skip[v])
		g.skip[u] = min(Must, g.skip[u]+g.skip[v])
	}
	var t tree
	for i := range g.in {
		g.in[i] = false
	}
	g.in[g.root] = true
	for _, arc := range arcs {
		u, v := g.tail(arc), g.head(arc)
		if g.in[u] && g.keep[v]+g.edges[arc>>1].Cost < g.skip[v] {
			g.in[v] = true
			t.arcs = append(t.arcs, arc)
			t.cost += g.edges[arc>>1].Cost
		}
	}
	for v, is := range g.terminal {
		if is && !g.in[v] {
			g.in[v] = true
			t.arcs = append(t.arcs, g.spare[v])
			t.cost += g.penalty[v]
		}
	}
	return t
}
