package network

import (
	"iter"
	"math"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
	"github.com/cuntu/cuntu/geo/index"
)

// DefaultTolerance is, in metres, how far ends may lie apart and still meet: ten
// times what rounding to the grid may move them, and far less than a ditch.
const DefaultTolerance = 0.1

// Build makes the graph of the segments, whose ends meet within tolerance metres; see
// the package's comment for how. A tolerance of 0 joins what meets on the grid.
//
// It reads the segments once, keeps nothing of their shapes and gives the same graph
// for the same segments in the same order, at 3 to 5 µs a segment of seven vertices. After an edit Patch
// makes the next graph while the last one goes on answering.
func Build(segments iter.Seq[Segment], tolerance float64) *Graph {
	lines, attributes := collect(segments)
	g := node(lines, attributes, tolerance)
	g.connect()
	g.tree = &index.Tree{}
	items := make([]index.Item, len(lines))
	for l := range items {
		items[l] = index.Item{Box: g.lineBox(int32(l)), ID: uint32(l)}
	}
	g.tree.Load(items)
	g.slotCount = uint32(len(items))
	g.all = g.subset(nil)
	g.scratch = newScratch(g)
	return g
}

// node makes the nodes and edges of lines, which are sorted along the Z-order of their first vertices.
func node(lines [][]geo.Point, attributes []Attributes, tolerance float64) *Graph {
	n := newNoder(lines, tolerance)
	n.join()
	n.share(attributes)
	n.cut()
	g := &Graph{tolerance: tolerance, nodes: n.nodes, lines: attributes}
	g.addEdges(n)
	return g
}

// collect copies the segments' lines into one arena and sorts them along the
// Z-order of their first vertices.
func collect(segments iter.Seq[Segment]) ([][]geo.Point, []Attributes) {
	var points []geo.Point
	var ends []uint64
	var given []Attributes
	for s := range segments {
		if s.Shape.Kind != geo.Lines {
			continue
		}
		for i := range s.Shape.Ends {
			if part := s.Shape.Part(i); len(part) > 1 {
				points = append(points, part...)
				ends = append(ends, uint64(len(points)))
				given = append(given, s.Attributes)
			}
		}
	}
	order := make([]coded, len(ends))
	start := func(i uint32) uint64 {
		if i == 0 {
			return 0
		}
		return ends[i-1]
	}
	for i := range order {
		order[i] = coded{curve.MortonOf(points[start(uint32(i))]), uint32(i)}
	}
	sortCoded(order)
	lines, attributes := make([][]geo.Point, len(order)), make([]Attributes, len(order))
	for i, o := range order {
		lines[i], attributes[i] = points[start(o.id):ends[o.id]], given[o.id]
	}
	return lines, attributes
}

// addEdges makes the edges of each line, split where the noder found nodes.
func (g *Graph) addEdges(n *noder) {
	vertices := len(n.splits)
	for _, line := range n.lines {
		vertices += len(line)
	}
	m := len(n.lines) + len(n.splits)
	g.points = make([]geo.Point, 0, vertices)
	g.put = make([]uint64, vertices/64+1)
	g.edges, g.line, g.vertex = make([]edge, 0, m), make([]int32, 0, m), make([]uint32, 0, m+1)
	g.lineEdge = make([]int32, 0, len(n.lines)+1)
	splits := n.splits
	for l, line := range n.lines {
		var own int
		for own < len(splits) && int(splits[own].line) == l {
			own++
		}
		g.lineEdge = append(g.lineEdge, int32(len(g.edges)))
		w := edgeWriter{Graph: g, line: int32(l), node: n.node[n.end[2*l]], speed: g.lines[l].speed()}
		w.write(line, splits[:own], n.node[n.end[2*l+1]])
		splits = splits[own:]
	}
	g.lineEdge = append(g.lineEdge, int32(len(g.edges)))
	g.vertex = append(g.vertex, uint32(len(g.points)))
	g.put = g.put[:(len(g.points)+63)/64]
}

// edgeWriter writes the edges of one line. It rounds the way from the line's start,
// not the length of each edge, so that the edges' lengths add up to the line's
// however it is split.
type edgeWriter struct {
	*Graph
	line   int32
	node   int32 // at which the edge begins
	from   uint32
	way    float64 // metres from the line's start
	mm, ms uint32  // at the edge's start
	speed  float64
}

func (w *edgeWriter) write(line []geo.Point, splits []split, last int32) {
	w.from = uint32(len(w.points))
	w.points = append(w.points, line[0])
	if len(splits) == 0 {
		w.points = append(w.points, line[1:]...)
		w.way = geo.Shape{Kind: geo.Lines, Points: line, Ends: []uint32{uint32(len(line))}}.Length()
		w.close(last, w.way)
		return
	}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := geo.Distance(a.LonLat(), b.LonLat())
		for len(splits) > 0 && int(splits[0].piece) == i-1 {
			s := splits[0]
			foot := geo.Point{
				X: int32(math.Round(float64(a.X) + s.fraction*(float64(b.X)-float64(a.X)))),
				Y: int32(math.Round(float64(a.Y) + s.fraction*(float64(b.Y)-float64(a.Y)))),
			}
			w.add(foot, true)
			w.close(s.node, w.way+length*share(a, foot, b))
			w.from = uint32(len(w.points) - 1)
			splits = splits[1:]
		}
		w.way += length
		w.add(b, false)
	}
	w.close(last, w.way)
}

// share is how much of the way from a to b by the foot comes before it: a piece's
// metres are not spread evenly over its units, nor does the foot lie on it exactly.
func share(a, foot, b geo.Point) float64 {
	before, after := geo.Distance(a.LonLat(), foot.LonLat()), geo.Distance(foot.LonLat(), b.LonLat())
	if before+after == 0 {
		return 0
	}
	return before / (before + after)
}

// add appends a vertex unless it is the last one again. One that is both put in and
// given counts as given.
func (w *edgeWriter) add(p geo.Point, put bool) {
	last := len(w.points) - 1
	if p == w.points[last] {
		if !put {
			w.put[last>>6] &^= 1 << (last & 63)
		}
		return
	}
	w.points = append(w.points, p)
	if last++; put {
		w.put[last>>6] |= 1 << (last & 63)
	}
}

// close ends the edge at a node, way metres from the line's start.
func (w *edgeWriter) close(node int32, way float64) {
	mm := max(w.mm, whole(way*1e3))
	ms := max(w.ms, whole(way*3600/w.speed))
	w.edges = append(w.edges, edge{w.node, node, mm - w.mm, ms - w.ms})
	w.Graph.line = append(w.Graph.line, w.line)
	w.vertex = append(w.vertex, w.from)
	w.node, w.mm, w.ms = node, mm, ms
}

func whole(v float64) uint32 { return uint32(min(math.MaxUint32, math.Round(v))) }

// connect lists the edges around each node.
func (g *Graph) connect() {
	g.first = make([]uint32, len(g.nodes)+1)
	for i := range g.edges {
		g.first[g.edges[i].a+1]++
		g.first[g.edges[i].b+1]++
	}
	for i := range g.nodes {
		g.first[i+1] += g.first[i]
	}
	g.around = make([]int32, 2*len(g.edges))
	next := make([]uint32, len(g.nodes))
	copy(next, g.first)
	for i := range g.edges {
		for _, node := range [2]int32{g.edges[i].a, g.edges[i].b} {
			g.around[next[node]] = int32(i)
			next[node]++
		}
	}
}
