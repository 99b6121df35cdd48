package steiner

import (
	"context"
	"slices"
)

// branch decides of one node after the other whether the tree passes it, until no
// cheaper tree is left. It reports whether it came to an end within the branches.
func (s *solver) branch(ctx context.Context, g *graph, branches *int) (done bool, err error) {
	if *branches--; *branches < 0 {
		return false, nil
	}
	a := newAscent(g)
	ok, err := a.run(ctx, nil)
	if err != nil || !ok || a.bound >= s.best.Cost {
		return err == nil, err
	}
	if _, err = s.search(ctx, g, a, 40); err != nil {
		return false, err
	}
	node := a.doubtful()
	if node < 0 {
		if t, ok := g.arborescence(); ok && t.cost < s.best.Cost {
			s.take(g, t)
		}
		return true, nil
	}
	useless := a.useless(s.best.Cost)
	for _, passed := range []bool{true, false} {
		child := &graph{
			nodes:    g.nodes,
			root:     g.root,
			terminal: slices.Clone(g.terminal),
			edges:    slices.Clone(g.edges),
			origin:   slices.Clone(g.origin),
		}
		child.terminal[node] = passed
		child.index()
		next, parts := shrink(child, s.parts, func(arc int32) bool {
			return !useless(arc) && (passed || child.head(arc) != node && child.tail(arc) != node)
		})
		s.parts = parts
		if done, err = s.branch(ctx, next, branches); !done || err != nil {
			return false, err
		}
	}
	return true, nil
}

// doubtful is the node with the most paid ways in, that is no terminal.
func (a *ascent) doubtful() int32 {
	best, most := int32(-1), -1
	for node := range int32(a.nodes) {
		if a.terminal[node] || node == a.root {
			continue
		}
		ways := len(a.out(node))
		for _, arc := range a.out(node) {
			if a.reduced[arc^1] == 0 {
				ways += 1000
			}
		}
		if ways > most {
			best, most = node, ways
		}
	}
	return best
}
