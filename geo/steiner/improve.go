package steiner

import "context"

// improve makes a tree cheaper by local search, until no single move does or the moves
// are used up.
//
// The moves are those of Uchoa and Werneck (2010), each tried by growing and spanning
// anew with what is left of the tree for nothing: simpler, and slower by a constant.
func (g *grower) improve(ctx context.Context, t tree, moves int) (tree, int, error) {
	s := search{grower: g, best: t, moves: moves, used: make([]bool, len(g.edges)), inside: make([]bool, g.nodes)}
	s.adopt(t)
	for improved := true; improved && s.moves > 0; {
		improved = false
		for _, step := range []func() bool{s.exchange, s.eliminate, s.insert} {
			if ctx.Err() != nil {
				return s.best, s.moves, ctx.Err()
			}
			improved = step() || improved
		}
	}
	return s.best, s.moves, nil
}

type search struct {
	*grower
	best   tree
	moves  int
	used   []bool // edges of the best tree
	inside []bool // its nodes
}

func (s *search) adopt(t tree) {
	s.best = t
	clear(s.used)
	clear(s.inside)
	s.inside[s.root] = true
	for _, arc := range t.arcs {
		s.used[arc>>1], s.inside[s.head(arc)] = true, true
	}
}

// try grows with the tree for nothing but for what is banned.
func (s *search) try(banned func(arc int32) bool) bool {
	s.moves--
	ok := s.grow(func(arc int32) int64 {
		switch e := arc >> 1; {
		case s.closed(arc) || banned(arc):
			return Must
		case s.used[e]:
			return 0
		default:
			return s.edges[e].Cost
		}
	})
	return ok && s.settle()
}

// settle spans the nodes in in and takes the tree if it is cheaper.
func (s *search) settle() bool {
	t, ok := s.span()
	if !ok || t.cost >= s.best.cost {
		return false
	}
	s.adopt(t)
	return true
}

// exchange cuts each path of the tree between two of its branches or terminals.
func (s *search) exchange() (improved bool) {
	for n := 0; n < len(s.best.arcs) && s.moves > 0; n++ {
		arc := s.best.arcs[n]
		degree := s.degrees()
		// A path is cut once: at its last arc.
		if v := s.head(arc); degree[v] == 2 && !s.terminal[v] {
			continue
		}
		path := map[int32]bool{arc >> 1: true}
		entered := s.entered()
		for u := s.tail(arc); u != s.root && degree[u] == 2 && !s.terminal[u]; u = s.tail(entered[u]) {
			path[entered[u]>>1] = true
		}
		improved = s.try(func(arc int32) bool { return path[arc>>1] }) || improved
	}
	return improved
}

func (s *search) degrees() []int32 {
	degree := make([]int32, s.nodes)
	for _, arc := range s.best.arcs {
		degree[s.tail(arc)]++
		degree[s.head(arc)]++
	}
	return degree
}

// entered is, by node, the arc of the tree by which it is reached.
func (s *search) entered() []int32 {
	arcs := make([]int32, s.nodes)
	for _, arc := range s.best.arcs {
		arcs[s.head(arc)] = arc
	}
	return arcs
}

// eliminate forbids each node of the tree at which it branches.
func (s *search) eliminate() (improved bool) {
	degree := s.degrees()
	for node := range int32(s.nodes) {
		if degree[node] < 3 || node == s.root || s.terminal[node] || !s.inside[node] || s.moves <= 0 {
			continue
		}
		improved = s.try(func(arc int32) bool { return s.head(arc) == node }) || improved
	}
	return improved
}

// insert tries each node beside the tree in it.
func (s *search) insert() (improved bool) {
	for node := range int32(s.nodes) {
		if s.inside[node] || s.moves <= 0 {
			continue
		}
		beside := 0
		for _, arc := range s.out(node) {
			if s.inside[s.head(arc)] {
				beside++
			}
		}
		if beside < 2 {
			continue
		}
		s.moves--
		copy(s.in, s.inside)
		s.in[node] = true
		improved = s.settle() || improved
	}
	return improved
}
