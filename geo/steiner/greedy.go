package steiner

import "context"

// Reduced is a problem made smaller where nothing can be lost, with the same terminals.
type Reduced struct {
	Problem
	parts  []made
	origin []int32
}

// Reduce makes a problem smaller that is to be asked several times, with other penalties.
func Reduce(p *Problem) (*Reduced, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	g := &graph{nodes: p.Nodes, root: p.Root, terminal: make([]bool, p.Nodes)}
	var parts []made
	for i, e := range p.Edges {
		g.edges, g.origin = append(g.edges, e), append(g.origin, int32(i))
		parts = append(parts, made{own: int32(i)})
	}
	for _, t := range p.Terminals {
		g.terminal[t.Node] = true
	}
	small, parts, number := renumber(g, parts, nil)
	r := &Reduced{Problem: Problem{Nodes: small.nodes, Edges: small.edges, Root: small.root}, parts: parts, origin: small.origin}
	for _, t := range p.Terminals {
		r.Terminals = append(r.Terminals, Terminal{number[t.Node], t.Penalty})
	}
	return r, nil
}

// Unfold is a tree of the reduced problem in edges of the one that it was made from.
func (r *Reduced) Unfold(uses []Use) (out []Use) {
	for _, u := range uses {
		out = unfold(r.parts, r.origin[u.Edge], u.Backward, out, nil)
	}
	return once(out)
}

// Greedy goes on from a tree of the problem within a budget for edges: time and again it
// takes the path that gains the most worth for its cost, or where worth is nil the
// cheapest path to a terminal, until none fits. Worth is by terminal; all terminals that
// a path passes count. Penalties play no part: Cost is that of the edges, Left whom it
// does not reach. On a tree that has room it is a good end of a search; from no tree at
// all it is what a planner would do by hand.
func Greedy(ctx context.Context, p *Problem, from []Use, budget int64, worth []int64) (Tree, error) {
	if err := p.check(); err != nil {
		return Tree{}, err
	}
	w := newWalker(p, worth)
	for _, u := range from {
		w.take(u.Edge, u.Backward)
	}
	for {
		if err := ctx.Err(); err != nil {
			return Tree{}, err
		}
		node, ok := w.next(budget - w.tree.Cost)
		if !ok {
			break
		}
		w.path(node)
	}
	for i, t := range p.Terminals {
		if !w.in[t.Node] {
			w.tree.Left = append(w.tree.Left, i)
		}
	}
	return w.tree, nil
}

// walker grows a tree over a problem as it was given.
type walker struct {
	*grower
	worth []int64 // by node
	tree  Tree
}

func newWalker(p *Problem, worth []int64) *walker {
	g := &graph{nodes: p.Nodes, root: p.Root, terminal: make([]bool, p.Nodes), edges: p.Edges}
	g.index()
	w := &walker{grower: newGrower(g)}
	if worth != nil {
		w.worth = make([]int64, p.Nodes)
	}
	for i, t := range p.Terminals {
		if g.terminal[t.Node] = true; worth != nil {
			w.worth[t.Node] = worth[i]
		}
	}
	w.in[p.Root] = true
	return w
}

func (w *walker) take(edge int32, back bool) {
	arc := 2 * edge
	if back {
		arc++
	}
	w.in[w.head(arc)] = true
	w.tree.Uses = append(w.tree.Uses, Use{edge, back})
	w.tree.Cost += w.edges[edge].Cost
}

// next spreads from the tree as far as the budget goes and is the end of the best path.
func (w *walker) next(budget int64) (best int32, ok bool) {
	w.waiting = w.waiting[:0]
	for v := range w.dist {
		w.dist[v], w.via[v], w.keep[v] = Must, -1, 0
		if w.in[v] {
			w.dist[v] = 0
			w.waiting = append(w.waiting, item{0, int32(v)}) // in order: a heap
		}
	}
	ratio := -1.
	for len(w.waiting) > 0 {
		it := w.waiting.pop()
		v := it.node
		if it.cost > w.dist[v] {
			continue
		}
		if w.terminal[v] && !w.in[v] {
			if w.worth == nil || it.cost == 0 {
				return v, true
			}
		}
		w.gather(v)
		if w.worth != nil && w.keep[v] > 0 && !w.in[v] {
			if r := float64(w.keep[v]) / float64(it.cost); w.terminal[v] && r > ratio {
				best, ratio, ok = v, r, true
			}
		}
		for _, arc := range w.out(v) {
			u, cost := w.head(arc), it.cost+w.edges[arc>>1].Cost
			if !w.closed(arc) && cost <= budget && cost < w.dist[u] {
				w.dist[u], w.via[u] = cost, arc
				w.waiting.push(item{cost, u})
			}
		}
	}
	return best, ok
}

// gather counts what the path to a node gains: whom it passes, and who is to be had from
// its nodes for nothing.
func (w *walker) gather(v int32) {
	if w.worth == nil || w.in[v] {
		return
	}
	before := int32(-1)
	if arc := w.via[v]; arc >= 0 {
		before = w.tail(arc)
		w.keep[v] = w.keep[before]
	}
	if w.terminal[v] {
		// One that its node gives for nothing is in that node's sum.
		if before < 0 || w.edges[w.via[v]>>1].Cost > 0 || w.in[before] {
			w.keep[v] += w.worth[v]
		}
	}
	for _, arc := range w.out(v) {
		if u := w.head(arc); u != before && w.terminal[u] && !w.in[u] && !w.closed(arc) && w.edges[arc>>1].Cost == 0 {
			w.keep[v] += w.worth[u]
		}
	}
}

// path takes the way to a node into the tree.
func (w *walker) path(node int32) {
	var arcs []int32
	for v := node; !w.in[v]; v = w.tail(w.via[v]) {
		arcs = append(arcs, w.via[v])
	}
	for i := len(arcs) - 1; i >= 0; i-- {
		w.take(arcs[i]>>1, arcs[i]&1 == 1)
	}
}
