package network

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Subset is a choice of a graph's edges, with the components that they form, which are found when they are first asked for. It
// takes a bit an edge and for its components 4 bytes a node.
type Subset struct {
	bits  []uint64 // nil: all
	nodes int      // of the graph

	find       sync.Once
	graph      *Graph // until the components are found
	components *atomic.Pointer[components]
}

// components are those of a subset, numbered in the order of their first nodes.
type components struct {
	of    []int32 // by node
	count int
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
	return &Subset{bits: bits, nodes: len(g.nodes), graph: g, components: &atomic.Pointer[components]{}}
}

// parts are the components.
func (s *Subset) parts() *components {
	if c := s.components.Load(); c != nil {
		return c
	}
	s.find.Do(func() {
		s.components.Store(s.graph.components(s))
		s.graph = nil
	})
	return s.components.Load()
}

// components joins the ends of a subset's edges.
func (g *Graph) components(s *Subset) *components {
	c, sets := &components{of: make([]int32, len(g.nodes))}, newForest(len(g.nodes))
	for e := range g.edges {
		if s.Has(int32(e)) {
			sets.union(g.edges[e].a, g.edges[e].b)
		}
	}
	for node := range g.nodes {
		if root := sets.find(int32(node)); int(root) == node {
			c.of[node] = int32(c.count)
			c.count++
		} else {
			c.of[node] = c.of[root]
		}
	}
	return c
}

// Alone is the subset without its graph, which Carry and Apart do without: it knows the components once the subset does.
func (s *Subset) Alone() *Subset {
	return &Subset{bits: s.bits, nodes: s.nodes, components: s.components}
}

// Has tells whether the edge is chosen.
func (s *Subset) Has(e int32) bool { return s.bits == nil || s.bits[e>>6]>>(e&63)&1 != 0 }

// IsEmpty tells whether no edge is chosen.
func (s *Subset) IsEmpty() bool {
	if s.bits == nil {
		return s.nodes == 0 // a node is an end of an edge
	}
	return !slices.ContainsFunc(s.bits, func(word uint64) bool { return word != 0 })
}

// Component numbers the component that a node lies in: from 0, in the order of their
// first nodes. A node without a chosen edge is one of its own.
func (s *Subset) Component(node int32) int32 { return s.parts().of[node] }

// Components is the number of components.
func (s *Subset) Components() int { return s.parts().count }

// forest is a union-find structure whose roots are the least members of their sets.
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) find(i int32) int32 {
	for f[i] != i {
		f[i] = f[f[i]] // halves the path
		i = f[i]
	}
	return i
}

func (f forest) union(a, b int32) {
	a, b = f.find(a), f.find(b)
	f[max(a, b)] = min(a, b)
}
