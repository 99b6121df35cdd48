package network

import (
	"math"
	"sync"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
)

// Graph is a noded network. It is made by Build or by Patch and never changes.
//
// Segments and nodes are numbered along a Z-order curve, a segment's edges and
// vertices stand one after another, and an edge's ends and weights share 16 bytes:
// a search that spreads over the map stays in few pages of memory and pays one cache
// miss an edge. The other end of an edge is a^b^here, so an adjacency list needs to
// name only edges.
type Graph struct {
	tolerance float64     // metres
	nodes     []geo.Point // one of the ends that meet there
	first     []uint32    // of each node's edges in around; one more than nodes
	around    []int32     // edges, in ascending order at each node

	edges  []edge
	line   []int32  // of each edge
	vertex []uint32 // of each edge's first vertex in points; one more than edges
	points []geo.Point
	put    []uint64 // bits by point: put in where a line is split, not given

	lines     []Attributes
	lineEdge  []int32 // of each line's first edge; one more than lines
	tree      *index.Tree
	slots     []uint32 // by line: the id in tree; nil where it is the line's number
	slotCount uint32   // one more than the greatest of them

	all     *Subset
	scratch *sync.Pool // of *search, for questions that touch a small part
}

func newScratch(g *Graph) *sync.Pool { return &sync.Pool{New: func() any { return newSearch(g) }} }

type edge struct {
	a, b   int32  // nodes, in the direction of the geometry
	mm, ms uint32 // length, and time to travel it
}

func (e *edge) other(node int32) int32 { return e.a ^ e.b ^ node }

// Edge is one edge of the graph, for reading.
type Edge struct {
	Attributes
	A, B            int32 // nodes, in the direction of the geometry
	Metres, Minutes float64
}

// Nodes is the number of nodes, and Edges that of edges; both count from 0.
func (g *Graph) Nodes() int { return len(g.nodes) }

// Edges is the number of edges.
func (g *Graph) Edges() int { return len(g.edges) }

// Edge is the edge with the number.
func (g *Graph) Edge(e int32) Edge {
	d := &g.edges[e]
	return Edge{g.lines[g.line[e]], d.a, d.b, metres(int64(d.mm)), minutes(int64(d.ms))}
}

// NodePlace is where a node lies, in degrees; the edges that meet there end within
// the tolerance of it, or of each other.
func (g *Graph) NodePlace(node int32) orb.Point { return g.nodes[node].LonLat() }

// At lists the edges that end at a node; a view that must not be written to. An edge
// that begins and ends there is listed twice.
func (g *Graph) At(node int32) []int32 { return g.around[g.first[node]:g.first[node+1]] }

// only is the edge that ends at a node where there is but one, which ends there once.
func (g *Graph) only(node int32) (e int32, ok bool) {
	e = none
	for _, at := range g.At(node) {
		if g.all.Has(at) {
			if e != none {
				return none, false
			}
			e = at
		}
	}
	return e, e != none
}

// Line is an edge's geometry; a view that must not be written to.
func (g *Graph) Line(e int32) []geo.Point {
	to := g.vertex[e+1]
	if g.lineEdge[g.line[e]+1] != e+1 {
		to++ // the next edge of the segment begins where this one ends
	}
	return g.points[g.vertex[e]:to]
}

// given appends a line's vertices as they were given, before it was split.
func (g *Graph) given(vertices []geo.Point, line int32) []geo.Point {
	for i := g.vertex[g.lineEdge[line]]; i < g.vertex[g.lineEdge[line+1]]; i++ {
		if g.put[i>>6]>>(i&63)&1 == 0 {
			vertices = append(vertices, g.points[i])
		}
	}
	return vertices
}

// lineBox is the box around a line.
func (g *Graph) lineBox(line int32) geo.Box {
	box := geo.Empty
	for _, p := range g.points[g.vertex[g.lineEdge[line]]:g.vertex[g.lineEdge[line+1]]] {
		box = box.Extend(p)
	}
	return box
}

func metres(mm int64) float64  { return float64(mm) / 1e3 }
func minutes(ms int64) float64 { return float64(ms) / 60e3 }

// Stretch is the geometry of a part of an edge, between two places so many metres from
// its first node; at least two points.
func (g *Graph) Stretch(e int32, fromM, toM float64) orb.LineString {
	length := g.edges[e].mm
	mm := func(m float64) uint32 { return min(length, uint32(max(0, math.Round(m*1e3)))) }
	line, _ := g.draw(nil, leg{e, mm(fromM), mm(toM)})
	if len(line) == 1 {
		line = append(line, line[0])
	}
	return line
}

// Offset is how many metres along its segment's line an edge begins, and where that
// line does: of a segment of several lines it tells which.
func (g *Graph) Offset(e int32) (metres float64, start geo.Point) {
	first := g.lineEdge[g.line[e]]
	var mm int64
	for i := first; i < e; i++ {
		mm += int64(g.edges[i].mm)
	}
	return float64(mm) / 1e3, g.points[g.vertex[first]]
}
