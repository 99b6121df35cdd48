package steiner

import "slices"

// reducer shrinks a graph where no cheapest tree can suffer.
type reducer struct {
	*graph
	made  []made
	alive []bool // edges
	at    [][]int32
	queue []int32
	dirty []bool
}

// shrink drops dead ends, makes one edge of chains and of edges side by side, and gives
// the graph of what is left. keep, where not nil, tells which arcs are still of use.
func shrink(g *graph, parts []made, keep func(arc int32) bool) (*graph, []made) {
	small, parts, _ := renumber(g, parts, keep)
	return small, parts
}

// renumber shrinks and tells which number each node has now; -1 for none.
func renumber(g *graph, parts []made, keep func(arc int32) bool) (*graph, []made, []int32) {
	r := &reducer{graph: g, made: parts, alive: make([]bool, len(g.edges)), at: make([][]int32, g.nodes), dirty: make([]bool, g.nodes)}
	open := g.open(keep)
	for i := range g.edges {
		e := &g.edges[i]
		forth, back := open[e.A], !e.OneWay && open[e.B]
		if keep != nil {
			forth, back = forth && keep(int32(2*i)), back && keep(int32(2*i+1))
		}
		if e.A == e.B || !forth && !back {
			continue
		}
		if !forth {
			e.A, e.B = e.B, e.A
			r.made = append(r.made, made{own: several, one: g.origin[i], oneBack: true, two: -1})
			g.origin[i] = int32(len(r.made) - 1)
		}
		e.OneWay = !forth || !back
		r.link(int32(i))
	}
	for node := range g.nodes {
		r.touch(int32(node))
	}
	for len(r.queue) > 0 {
		node := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		r.dirty[node] = false
		r.simplify(node)
	}
	return r.rest()
}

// open tells which nodes the root reaches over the arcs to be kept.
func (g *graph) open(keep func(arc int32) bool) []bool {
	if g.first == nil {
		g.index()
	}
	open, queue := make([]bool, g.nodes), []int32{g.root}
	for open[g.root] = true; len(queue) > 0; queue = queue[1:] {
		for _, arc := range g.out(queue[0]) {
			if v := g.head(arc); !open[v] && !g.closed(arc) && (keep == nil || keep(arc)) {
				open[v] = true
				queue = append(queue, v)
			}
		}
	}
	return open
}

func (r *reducer) link(e int32) {
	r.alive[e] = true
	r.at[r.edges[e].A] = append(r.at[r.edges[e].A], e)
	r.at[r.edges[e].B] = append(r.at[r.edges[e].B], e)
}

func (r *reducer) touch(node int32) {
	if !r.dirty[node] {
		r.dirty[node] = true
		r.queue = append(r.queue, node)
	}
}

func (r *reducer) drop(e int32) {
	r.alive[e] = false
	r.touch(r.edges[e].A)
	r.touch(r.edges[e].B)
}

// around is what is left around a node, and drops the dearer of edges side by side.
func (r *reducer) edgesAt(node int32) []int32 {
	kept := r.at[node][:0]
	for _, e := range r.at[node] {
		if !r.alive[e] {
			continue
		}
		double := false
		for k, o := range kept {
			if r.sameWay(e, o) {
				if double = true; r.edges[e].Cost < r.edges[o].Cost {
					r.drop(o)
					kept[k] = e
				} else {
					r.drop(e)
				}
				break
			}
		}
		if !double {
			kept = append(kept, e)
		}
	}
	r.at[node] = kept
	return kept
}

func (r *reducer) sameWay(e, o int32) bool {
	a, b := &r.edges[e], &r.edges[o]
	if a.OneWay != b.OneWay {
		return false
	}
	return a.A == b.A && a.B == b.B || !a.OneWay && a.A == b.B && a.B == b.A
}

func (r *reducer) simplify(node int32) {
	if node == r.root {
		return
	}
	edges := r.edgesAt(node)
	if r.terminal[node] || len(edges) == 0 {
		return
	}
	for _, e := range edges {
		if d := &r.edges[e]; d.Cost == 0 && (d.A == r.root || !d.OneWay && d.B == r.root) {
			r.swallow(node, e)
			return
		}
	}
	if len(edges) == 1 {
		r.drop(edges[0])
		return
	}
	if len(edges) != 2 {
		return
	}
	x, y := edges[0], edges[1]
	ex, ey := r.edges[x], r.edges[y]
	if ex.OneWay && ey.OneWay && (ex.A == node) == (ey.A == node) {
		r.drop(x) // nothing can pass
		r.drop(y)
		return
	}
	// The one by which the new edge begins is that which leads here.
	if ex.OneWay && ex.A == node || ey.OneWay && ey.B == node {
		x, y, ex, ey = y, x, ey, ex
	}
	joined := Edge{A: ex.A, B: ey.B, Cost: ex.Cost + ey.Cost, OneWay: ex.OneWay || ey.OneWay}
	part := made{own: several, one: r.origin[x], two: r.origin[y]}
	if ex.A == node {
		joined.A, part.oneBack = ex.B, true
	}
	if ey.B == node {
		joined.B, part.twoBack = ey.A, true
	}
	r.drop(x)
	r.drop(y)
	if joined.A == joined.B {
		return
	}
	r.add(joined, part)
}

// swallow makes a node part of the root, which reaches it for nothing by an edge. Edges
// from it now come from the root, by way of that one.
func (r *reducer) swallow(node, free int32) {
	back := r.edges[free].A == node
	for _, x := range slices.Clone(r.at[node]) {
		e := r.edges[x]
		if x != free && r.alive[x] && (e.A == node || !e.OneWay) && e.A != r.root && e.B != r.root {
			part := made{own: several, one: r.origin[free], oneBack: back, two: r.origin[x], twoBack: e.B == node}
			joined := Edge{A: r.root, B: e.B, Cost: e.Cost, OneWay: true}
			if e.B == node {
				joined.B = e.A
			}
			r.add(joined, part)
		}
	}
	for _, x := range r.at[node] {
		if r.alive[x] {
			r.drop(x)
		}
	}
}

func (r *reducer) add(e Edge, part made) {
	r.made = append(r.made, part)
	r.edges, r.origin, r.alive = append(r.edges, e), append(r.origin, int32(len(r.made)-1)), append(r.alive, false)
	r.link(int32(len(r.edges) - 1))
	r.touch(e.B)
}

// rest is the graph of what is left, with its nodes numbered anew.
func (r *reducer) rest() (*graph, []made, []int32) {
	number := make([]int32, r.graph.nodes)
	g := &graph{}
	for node := range number {
		number[node] = -1
		if int32(node) == r.root || r.terminal[node] || len(r.edgesAt(int32(node))) > 0 {
			number[node] = int32(g.nodes)
			g.nodes++
			g.terminal = append(g.terminal, r.terminal[node])
			if r.terminal[node] {
				g.wanted++
			}
		}
	}
	g.root = number[r.root]
	for i, e := range r.edges {
		if r.alive[i] {
			e.A, e.B = number[e.A], number[e.B]
			g.edges, g.origin = append(g.edges, e), append(g.origin, r.origin[i])
		}
	}
	g.index()
	return g, r.made, number
}

// once drops the edges that lead to where the tree has been: those of the root's parts,
// which several edges of a reduced graph may stand for.
func once(uses []Use) []Use {
	seen := map[int32]bool{}
	return slices.DeleteFunc(uses, func(u Use) bool {
		was := seen[u.Edge]
		seen[u.Edge] = true
		return was
	})
}

// unfold appends the problem's edges that a made edge stands for, in the order in which
// they are passed, and reports the terminals left out.
func unfold(parts []made, n int32, back bool, uses []Use, left *[]int) []Use {
	m := &parts[n]
	switch {
	case m.own >= 0:
		return append(uses, Use{m.own, back})
	case m.own <= leavesOut:
		*left = append(*left, int(leavesOut-m.own))
		return uses
	case m.own == joint:
		return uses
	case m.two < 0:
		return unfold(parts, m.one, m.oneBack != back, uses, left)
	case back:
		uses = unfold(parts, m.two, !m.twoBack, uses, left)
		return unfold(parts, m.one, !m.oneBack, uses, left)
	}
	uses = unfold(parts, m.one, m.oneBack, uses, left)
	return unfold(parts, m.two, m.twoBack, uses, left)
}
