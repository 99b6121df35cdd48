package network

import "slices"

// Subset is a choice of a graph's edges, with the components that they form. It is
// made once for many questions, takes a bit an edge and 4 bytes a node, and is never
// written to again.
type Subset struct {
	bits      []uint64 // nil: all
	component []int32  // by node
	count     int
}

// All is every edge of the graph, or of its view.
func (g *Graph) All() *Subset { return g.all }

// View is the graph as though it had none but the edges of a subset. Nodes and edges keep their numbers; those that are not
// of the view are still counted.
func (g *Graph) View(all *Subset) *Graph {
	v := *g
	v.all = all
	return &v
}

// Where is the subset of the edges that keep is true for; it is asked for those of the view alone. It costs a few
// nanoseconds an edge.
func (g *Graph) Where(keep func(e int32, a Attributes) bool) *Subset {
	bits := make([]uint64, (len(g.edges)+63)/64)
	for e := range g.edges {
		if g.all.Has(int32(e)) && keep(int32(e), g.lines[g.line[e]]) {
			bits[e>>6] |= 1 << (e & 63)
		}
	}
	return g.subset(bits)
}

func (g *Graph) subset(bits []uint64) *Subset {
	s := &Subset{bits: bits, component: make([]int32, len(g.nodes))}
	sets := newForest(len(g.nodes))
	for e := range g.edges {
		if s.Has(int32(e)) {
			sets.union(g.edges[e].a, g.edges[e].b)
		}
	}
	for node := range g.nodes {
		if root := sets.find(int32(node)); int(root) == node {
			s.component[node] = int32(s.count)
			s.count++
		} else {
			s.component[node] = s.component[root]
		}
	}
	return s
}

// Has tells whether the edge is chosen.
func (s *Subset) Has(e int32) bool { return s.bits == nil || s.bits[e>>6]>>(e&63)&1 != 0 }

// IsEmpty tells whether no edge is chosen.
func (s *Subset) IsEmpty() bool {
	if s.bits == nil {
		return len(s.component) == 0 // a node is an end of an edge
	}
	return !slices.ContainsFunc(s.bits, func(word uint64) bool { return word != 0 })
}

// Component numbers the component that a node lies in: from 0, in the order of their
// first nodes. A node without a chosen edge is one of its own.
func (s *Subset) Component(node int32) int32 { return s.component[node] }

// Components is the number of components.
func (s *Subset) Components() int { return s.count }
