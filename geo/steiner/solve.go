package steiner

import (
	"context"
	"math/rand/v2"
)

// Effort is how much work a search may be.
type Effort struct {
	Rounds   int // of ascent, search and removal
	Moves    int // of local search, in all
	Branches int // of the proof, where the rounds leave a gap
}

// Thorough and Quick are efforts: for an answer, and for one step of many.
var (
	Thorough = Effort{Rounds: 24, Moves: 20_000, Branches: 400}
	Quick    = Effort{Rounds: 3, Moves: 600}
)

// Solve finds a cheap tree and a bound. With a thorough effort the two mostly meet on
// road networks. The error is ErrUnreachable, that of the context, or of a problem that
// is none.
func Solve(ctx context.Context, p *Problem, effort Effort) (Tree, error) {
	if err := p.check(); err != nil {
		return Tree{}, err
	}
	s := solver{p: p, effort: effort, best: Tree{Cost: Must}}
	g := s.begin()
	g, s.parts = shrink(g, s.parts, nil)
	g, err := s.run(ctx, g)
	if err != nil {
		return Tree{}, err
	}
	if branches := s.effort.Branches; branches > 0 && s.best.Bound < s.best.Cost {
		done, err := s.branch(ctx, g, &branches)
		if err != nil {
			return Tree{}, err
		}
		if done {
			s.best.Bound = s.best.Cost
		}
	}
	if s.best.Cost >= Must {
		return Tree{}, ErrUnreachable
	}
	return s.best, nil
}

type solver struct {
	p      *Problem
	effort Effort
	parts  []made
	best   Tree
}

// begin is the problem as a graph. What can be left out becomes a node of its own, so
// that nothing passes through it by the arc that leaves it out.
func (s *solver) begin() *graph {
	g := &graph{nodes: s.p.Nodes, root: s.p.Root}
	add := func(e Edge, own int32) {
		g.edges, g.origin = append(g.edges, e), append(g.origin, int32(len(s.parts)))
		s.parts = append(s.parts, made{own: own})
	}
	for i, e := range s.p.Edges {
		add(e, int32(i))
	}
	g.terminal = make([]bool, g.nodes)
	for i, t := range s.p.Terminals {
		if t.Penalty >= Must {
			g.terminal[t.Node] = true
			continue
		}
		leaf := int32(g.nodes)
		g.nodes++
		g.terminal = append(g.terminal, true)
		add(Edge{A: g.root, B: leaf, Cost: t.Penalty, OneWay: true}, int32(leavesOut-i))
		add(Edge{A: t.Node, B: leaf, OneWay: true}, joint)
	}
	return g
}

// run searches in rounds on ever smaller graphs.
func (s *solver) run(ctx context.Context, g *graph) (*graph, error) {
	random := rand.New(rand.NewPCG(1, 2))
	moves := s.effort.Moves
	stale := 0
	for round := 0; round < s.effort.Rounds && s.best.Bound < s.best.Cost && stale < 6; round++ {
		var tilt []int64
		if round > 0 {
			tilt = make([]int64, g.nodes)
			for i := range tilt {
				tilt[i] = random.Int64N(int64(8 + 8*round))
			}
		}
		a := newAscent(g)
		ok, err := a.run(ctx, tilt)
		if err != nil {
			return g, err
		}
		if !ok { // of cheaper trees, that is: there is none
			s.best.Bound = s.best.Cost
			return g, nil
		}
		s.best.Bound = max(s.best.Bound, min(s.best.Cost, a.bound))
		before := s.best
		if moves, err = s.search(ctx, g, a, moves); err != nil {
			return g, err
		}
		s.best.Bound = max(s.best.Bound, min(s.best.Cost, a.bound))
		next, parts := s.narrow(g, a)
		if stale++; len(next.edges) < len(g.edges)*19/20 || s.best.Cost < before.Cost || s.best.Bound > before.Bound {
			stale = 0
		}
		g, s.parts = next, parts
	}
	return g, nil
}

// narrow leaves out what no cheaper tree can use.
func (s *solver) narrow(g *graph, a *ascent) (*graph, []made) {
	useless := a.useless(s.best.Cost)
	return shrink(g, s.parts, func(arc int32) bool { return !useless(arc) })
}

// search grows trees from what the ascent has paid for, and improves the best.
func (s *solver) search(ctx context.Context, g *graph, a *ascent, moves int) (int, error) {
	w := newGrower(g)
	var best tree
	best.cost = Must
	for _, cost := range []func(arc int32) int64{
		func(arc int32) int64 {
			if a.reduced[arc] > 0 {
				return Must
			}
			return g.edges[arc>>1].Cost
		},
		func(arc int32) int64 { return min(Must, g.edges[arc>>1].Cost/8+a.reduced[arc]) },
		func(arc int32) int64 {
			if g.closed(arc) {
				return Must
			}
			return g.edges[arc>>1].Cost
		},
	} {
		if !w.grow(cost) {
			continue
		}
		if t, ok := w.span(); ok && t.cost < best.cost {
			best = t
		}
	}
	if best.cost >= Must {
		return moves, nil
	}
	best, moves, err := w.improve(ctx, best, moves)
	if err != nil {
		return moves, err
	}
	if best.cost < s.best.Cost {
		s.take(g, best)
	}
	return moves, nil
}

// take keeps a tree in terms of the problem.
func (s *solver) take(g *graph, t tree) {
	s.best = Tree{Cost: t.cost, Bound: s.best.Bound}
	for _, arc := range t.arcs {
		s.best.Uses = unfold(s.parts, g.origin[arc>>1], arc&1 == 1, s.best.Uses, &s.best.Left)
	}
	s.best.Uses = once(s.best.Uses)
}
