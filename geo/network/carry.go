package network

import (
	"slices"
)

// Carry is the subset that Where(keep) gives, made from what it gave of a graph before: since says what moved from that
// one to this. again lists edges of this graph that did not move and for which keep may answer otherwise now. A nil keep
// keeps what before has, and all edges that are new.
//
// Components are found anew only around the edges that come and go: from their ends searches go out side by side, until
// those that were of one component have met, or all of them but one have seen all that they reach. That costs about the
// second largest of the components that one falls into, and a copy of 4 bytes a node.
//
// Where the components of before are not known those of the new one are found as Where's are.
func (g *Graph) Carry(before *Subset, since *Moves, keep func(e int32, a Attributes) bool, again []int32) *Subset {
	s := &carrier{Graph: g, Moves: since, after: g.subset(nil)}
	s.choose(before, keep, again)
	if s.before = before.components.Load(); s.before != nil {
		s.begin()
		s.search()
		s.after.components.Store(s.number())
		s.after.graph = nil
	}
	return s.after
}

type carrier struct {
	*Graph
	*Moves
	before *components
	after  *Subset

	joins   []int32         // edges of the new graph that may join what was not joined before
	origins []int32         // nodes of the new graph around which something changed
	seen    map[int32]int32 // by node that a search has seen: from which origin
	groups  forest          // of origins: those that have met
	known   []group         // by root of groups
}

// group is what searches from origins that have met know.
type group struct {
	seen    int     // nodes
	waiting []int32 // nodes to look around
	before  []int32 // components before that it holds nodes of
}

// choose finds the edges of the subset.
func (s *carrier) choose(before *Subset, keep func(e int32, a Attributes) bool, again []int32) {
	touched := map[int32]bool{}
	for _, node := range s.ends {
		touched[node] = true
	}
	if before.bits != nil {
		s.after.bits = make([]uint64, (len(s.Graph.edges)+63)/64)
		for _, m := range s.Moves.edges {
			copyBits(s.after.bits, int(m.to), before.bits, int(m.from), int(m.count))
		}
	}
	choose := func(e int32) {
		d := &s.Graph.edges[e]
		touched[d.a], touched[d.b] = true, true
		if s.after.bits != nil {
			s.after.bits[e>>6] &^= 1 << (e & 63)
			if !s.Graph.all.Has(e) || keep != nil && !keep(e, s.lines[s.line[e]]) {
				return
			}
			s.after.bits[e>>6] |= 1 << (e & 63)
		}
		s.joins = append(s.joins, e)
	}
	s.Moves.edges.gaps(len(s.Graph.edges), choose)
	for _, e := range again {
		choose(e)
	}
	s.origins = sortedKeys(touched)
}

// begin makes each origin a group.
func (s *carrier) begin() {
	s.groups, s.known, s.seen = newForest(len(s.origins)), make([]group, len(s.origins)), make(map[int32]int32, 2*len(s.origins))
	back := s.Moves.nodes.back()
	for i, node := range s.origins {
		s.known[i] = group{seen: 1, waiting: []int32{node}}
		if old := back.at(node); old != none {
			s.known[i].before = []int32{s.before.of[old]}
		}
		s.seen[node] = int32(i)
	}
}

// search goes out from the origins until the components are known: in rounds, in which each group that is still open may
// see twice as much as in the one before.
func (s *carrier) search() {
	for _, e := range s.joins {
		d := &s.Graph.edges[e]
		s.meet(s.groups.find(s.seen[d.a]), s.groups.find(s.seen[d.b]))
	}
	for most := 32; ; most *= 2 {
		open := s.open()
		if len(open) == 0 {
			return
		}
		for _, root := range open {
			s.expand(root, most)
		}
	}
}

// open are the groups that share a component of before with another one, where neither has seen all that it reaches.
func (s *carrier) open() (roots []int32) {
	holder, open := map[int32]int32{}, map[int32]bool{}
	for i := range s.known {
		root := int32(i)
		if s.groups.find(root) != root || len(s.known[i].waiting) == 0 {
			continue
		}
		for _, c := range s.known[i].before {
			if first, shared := holder[c]; shared {
				open[first], open[root] = true, true
			} else {
				holder[c] = root
			}
		}
	}
	return sortedKeys(open)
}

// expand looks around the nodes that wait in a group until it has seen so many.
func (s *carrier) expand(root int32, most int) {
	root = s.groups.find(root)
	for own := &s.known[root]; len(own.waiting) > 0 && own.seen < most; own = &s.known[root] {
		node := own.waiting[0]
		own.waiting = own.waiting[1:]
		for _, e := range s.Graph.At(node) {
			if s.after.Has(e) {
				root = s.reach(root, s.Graph.edges[e].other(node))
			}
		}
	}
}

// reach has a group see a node, and tells the root of what group it is then.
func (s *carrier) reach(root, node int32) int32 {
	if from, seen := s.seen[node]; seen {
		return s.meet(root, s.groups.find(from))
	}
	s.seen[node] = root
	own := &s.known[root]
	own.seen, own.waiting = own.seen+1, append(own.waiting, node)
	return root
}

// meet makes one group of two.
func (s *carrier) meet(a, b int32) int32 {
	if a == b {
		return a
	}
	s.groups.union(a, b)
	a, b = min(a, b), max(a, b)
	own, other := &s.known[a], &s.known[b]
	own.seen, own.waiting = own.seen+other.seen, append(own.waiting, other.waiting...)
	for _, c := range other.before {
		if !slices.Contains(own.before, c) {
			own.before = append(own.before, c)
		}
	}
	*other = group{}
	return a
}

// number numbers the components in the order of their first nodes.
func (s *carrier) number() *components {
	if s.isSame() {
		return s.before
	}
	// What a group that still had to look around did not see of its components is of it too. Groups stand behind the
	// components of before.
	groups := int32(s.before.count)
	become := make([]int32, s.before.count)
	for c := range become {
		become[c] = int32(c)
	}
	for root := range s.known {
		if own := &s.known[root]; len(own.waiting) > 0 {
			for _, c := range own.before {
				become[c] = groups + int32(root)
			}
		}
	}
	of := make([]int32, len(s.Graph.nodes))
	for _, m := range s.Moves.nodes {
		for i := range m.count {
			of[m.to+i] = become[s.before.of[m.from+i]]
		}
	}
	for node, origin := range s.seen { // among them all that are added
		of[node] = groups + s.groups.find(origin)
	}
	numbers, count := filled(s.before.count+len(s.known), none), int32(0)
	for node, c := range of {
		if numbers[c] == none {
			numbers[c] = count
			count++
		}
		of[node] = numbers[c]
	}
	return &components{of, int(count)}
}

// isSame tells whether nodes lie in the components in which they lay: none came or went, and each group is just one
// component of before.
func (s *carrier) isSame() bool {
	if !s.Moves.nodes.still(len(s.before.of)) || len(s.before.of) != len(s.Graph.nodes) {
		return false
	}
	met := map[int32]bool{}
	for i := range s.known {
		if s.groups.find(int32(i)) != int32(i) {
			continue
		}
		before := s.known[i].before
		if len(before) != 1 || met[before[0]] {
			return false
		}
		met[before[0]] = true
	}
	return true
}

// Apart lists nodes of the graph such that, but for them, nodes lie in one component of after just where they lay in one of
// before, a subset of a graph from which moves lead to this one; nodes that are added are left out. Of a component that fell
// apart, or of several that became one, it leaves out the largest part. It costs some passes over the nodes.
func (g *Graph) Apart(before, after *Subset, since *Moves) (nodes []int32) {
	const several = none - 1
	old, young := before.parts(), after.parts()
	if old == young {
		return nil
	}
	now, then := filled(old.count, none), filled(young.count, none) // the one component that each became, or was
	each := func(yield func(node, was, is int32)) {
		for _, m := range since.nodes {
			for i := range m.count {
				yield(m.to+i, old.of[m.from+i], young.of[m.to+i])
			}
		}
	}
	mark := func(of *int32, other int32) {
		switch *of {
		case none:
			*of = other
		case other:
		default:
			*of = several
		}
	}
	any := false
	each(func(_, was, is int32) {
		mark(&now[was], is)
		mark(&then[is], was)
		any = any || now[was] == several || then[is] == several
	})
	if !any {
		return nil
	}
	type pair struct{ was, is int32 }
	count := map[pair]int{}
	each(func(_, was, is int32) {
		if now[was] == several || then[is] == several {
			count[pair{was, is}]++
		}
	})
	largest, largestOf := map[int32]pair{}, map[int32]pair{} // by was, by is
	larger := func(in map[int32]pair, key int32, p pair) {
		best, ok := in[key]
		if n, most := count[p], count[best]; !ok || n > most || n == most && (p.was < best.was || p.was == best.was && p.is < best.is) {
			in[key] = p
		}
	}
	for p := range count {
		larger(largest, p.was, p)
		larger(largestOf, p.is, p)
	}
	each(func(node, was, is int32) {
		p := pair{was, is}
		if (now[was] == several || then[is] == several) && (largest[was] != p || largestOf[is] != p) {
			nodes = append(nodes, node)
		}
	})
	return nodes
}
