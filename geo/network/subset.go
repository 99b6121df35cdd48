package network

// Subset is a choice of a graph's edges, with the components that they form. It is
// made once for many questions, takes a bit an edge and 4 bytes a node, and is never
// written to again.
type Subset struct {
	bits      []uint64 // nil: all
	component []int32  // by node
	count     int
}

// All is every edge of the graph.
func (g *Graph) All() *Subset { return g.all }

// Where is the subset of the edges that keep is true for. It costs a few
// nanoseconds an edge.
func (g *Graph) Where(keep func(e int32, a Attributes) bool) *Subset {
	bits := make([]uint64, (len(g.edges)+63)/64)
	for e := range g.edges {
		if keep(int32(e), g.lines[g.line[e]]) {
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

// Component numbers the component that a node lies in: from 0, in the order of their
// first nodes. A node without a chosen edge is one of its own.
func (s *Subset) Component(node int32) int32 { return s.component[node] }

// Components is the number of components.
func (s *Subset) Components() int { return s.count }
