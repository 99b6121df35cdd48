package network

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
)

// Change is a segment before and after it changes. One without lines is not there: Before of a segment that is added,
// After of one that is taken away.
type Change struct{ Before, After Segment }

// run is some lines of the graph that stood one after another in the old graph, or were made anew.
type run struct {
	anew             bool
	line, lines      int32 // the first in the old graph, or among those made anew; and how many they are
	edge, edges      int32 // theirs likewise
	vertex, vertices uint32
	toLine, toEdge   int32 // the first of each in the new graph
	toVertex         uint32
}

// Patch is the graph after the changes, which equals what Build makes of all its segments, and what moved. compare orders
// rows as Build was given their segments. The lines near the changes are noded again; all else is copied.
func (g *Graph) Patch(changes []Change, compare func(a, b uint32) int) (*Graph, *Moves) {
	p := &patcher{old: g, compare: compare, gone: map[int32]bool{}, again: map[int32]bool{}, beside: map[int32]bool{}}
	p.sort(changes)
	p.findAgain()
	p.findBeside()
	p.node()
	p.arrange()
	p.number()
	return p.build()
}

// patcher makes the graph after some changes.
type patcher struct {
	old     *Graph
	compare func(a, b uint32) int

	gone   map[int32]bool // lines of the old graph
	fresh  []line         // that come, in the order of the graph's lines
	again  map[int32]bool // lines of the old graph whose nodes may change
	beside map[int32]bool // lines of the old graph that nodes of those depend on, and do not change

	anew    *Graph         // of fresh, again and beside
	isAnew  []bool         // by its line: fresh or again
	oldLine []int32        // by its line; -1 of a fresh one
	runs    []run          // of the lines to come
	added   []geo.Point    // nodes, in order
	dropped map[int32]bool // nodes of the old graph
	moves   Moves
	nodes   []int32 // of the old graph: their numbers
	nodeOf  []int32 // of anew: their numbers
}

// line is a line that comes.
type line struct {
	points []geo.Point
	Attributes
}

func (l *line) code() uint64 { return curve.MortonOf(l.points[0]) }

// sort finds the lines that go and those that come.
func (p *patcher) sort(changes []Change) {
	for _, c := range changes {
		p.old.linesOf(c.Before, func(l int32) { p.gone[l] = true })
		eachLine(c.After, func(points []geo.Point) { p.fresh = append(p.fresh, line{points, c.After.Attributes}) })
	}
	slices.SortStableFunc(p.fresh, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.code(), b.code()), p.compare(a.Row, b.Row))
	})
}

// code is where along the Z-order a line of the graph stands.
func (g *Graph) code(line int32) uint64 { return curve.MortonOf(g.points[g.vertex[g.lineEdge[line]]]) }

// lineFrom is the first line whose code is not less than code.
func (g *Graph) lineFrom(code uint64) int32 {
	l, h := int32(0), int32(len(g.lines))
	for l < h {
		if m := (l + h) / 2; g.code(m) < code {
			l = m + 1
		} else {
			h = m
		}
	}
	return l
}

// linesOf yields the lines of a segment of the graph.
func (g *Graph) linesOf(s Segment, yield func(l int32)) {
	eachLine(s, func(points []geo.Point) {
		code := curve.MortonOf(points[0])
		for l := g.lineFrom(code); l < int32(len(g.lines)) && g.code(l) == code; l++ {
			if g.lines[l].Row == s.Row {
				yield(l)
			}
		}
	})
}

// EdgesOf are the edges of a segment of the graph.
func (g *Graph) EdgesOf(s Segment) (edges []int32) {
	g.linesOf(s, func(l int32) {
		for e := g.lineEdge[l]; e < g.lineEdge[l+1]; e++ {
			edges = append(edges, e)
		}
	})
	return edges
}

// lineEnds are the first and the last vertex of a line.
func (g *Graph) lineEnds(line int32) [2]geo.Point {
	last := g.Line(g.lineEdge[line+1] - 1)
	return [2]geo.Point{g.points[g.vertex[g.lineEdge[line]]], last[len(last)-1]}
}

// findAgain finds the lines whose nodes may change: they pass an end that comes or goes, or one that made one node with
// it, or share an inner vertex with a line that comes or goes.
func (p *patcher) findAgain() {
	changed := p.changed()
	var ends []geo.Point
	for _, line := range changed {
		ends = append(ends, line[0], line[len(line)-1])
	}
	for _, end := range p.clusters(ends, nil) {
		p.linesPast(end, func(l int32) { p.again[l] = true })
	}
	for _, line := range changed {
		for _, v := range line[1 : len(line)-1] {
			p.linesWith(v, func(l int32) { p.again[l] = true })
		}
	}
}

// changed are all lines that come or go.
func (p *patcher) changed() (lines [][]geo.Point) {
	for l := range p.gone {
		lines = append(lines, p.old.given(nil, l))
	}
	for i := range p.fresh {
		lines = append(lines, p.fresh[i].points)
	}
	return lines
}

// findBeside finds what the nodes of the lines noded again depend on: lines with an end on them, or with one that makes
// one node with such an end, and lines that share an inner vertex with them.
func (p *patcher) findBeside() {
	add := func(l int32) {
		if !p.again[l] {
			p.beside[l] = true
		}
	}
	var lines [][]geo.Point
	for l := range p.again {
		lines = append(lines, p.old.given(nil, l))
	}
	for i := range p.fresh {
		lines = append(lines, p.fresh[i].points)
	}
	for _, line := range lines {
		var ends []geo.Point
		for i := 1; i < len(line); i++ {
			p.endsPast(line[i-1], line[i], func(_ int32, end geo.Point) { ends = append(ends, end) })
		}
		p.clusters(append(ends, line[0], line[len(line)-1]), add)
		for _, v := range line[1 : len(line)-1] {
			p.linesWith(v, add)
		}
	}
}

// near is, in units, twice as far as ends may lie apart and still meet, so that rounding does not matter.
func (p *patcher) near(at geo.Point) float64 { return max(2*p.old.tolerance/metresPerUnit(at), 2) }

// clusters are the ends given and all that come near one of them, directly or by way of others. owner, where given, is
// told the lines of the old graph that they are ends of.
func (p *patcher) clusters(ends []geo.Point, owner func(l int32)) (all []geo.Point) {
	met := map[geo.Point]bool{}
	add := func(end geo.Point) {
		if !met[end] {
			met[end] = true
			all = append(all, end)
		}
	}
	for _, end := range ends {
		add(end)
	}
	for i := 0; i < len(all); i++ {
		p.endsPast(all[i], all[i], func(l int32, end geo.Point) {
			if add(end); owner != nil && l >= 0 {
				owner(l)
			}
		})
	}
	return all
}

// endsPast yields the ends that lie near the piece from a to b, of lines that stay and of those that come, of which l is -1.
func (p *patcher) endsPast(a, b geo.Point, yield func(l int32, end geo.Point)) {
	r := p.near(a)
	p.old.tree.Search(widened(a, b, r), func(l uint32) bool {
		if p.gone[int32(l)] {
			return true
		}
		for _, end := range p.old.lineEnds(int32(l)) {
			if _, off := foot(a, b, end); off <= r {
				yield(int32(l), end)
			}
		}
		return true
	})
	for i := range p.fresh {
		points := p.fresh[i].points
		for _, end := range [2]geo.Point{points[0], points[len(points)-1]} {
			if _, off := foot(a, b, end); off <= r {
				yield(-1, end)
			}
		}
	}
}

// linesPast yields the lines of the old graph that stay and pass near an end, or end there.
func (p *patcher) linesPast(end geo.Point, yield func(l int32)) {
	r := p.near(end)
	var room []geo.Point
	p.old.tree.Search(widened(end, end, r), func(id uint32) bool {
		l := int32(id)
		if p.gone[l] || p.again[l] {
			return true
		}
		room = p.old.given(room[:0], l)
		for i := 1; i < len(room); i++ {
			if _, off := foot(room[i-1], room[i], end); off <= r {
				yield(l)
				break
			}
		}
		return true
	})
}

// linesWith yields the lines of the old graph that stay and have an inner vertex at a place.
func (p *patcher) linesWith(v geo.Point, yield func(l int32)) {
	var room []geo.Point
	p.old.tree.Search(geo.Box{Min: v, Max: v}, func(id uint32) bool {
		l := int32(id)
		if p.gone[l] || p.again[l] || p.beside[l] {
			return true
		}
		if room = p.old.given(room[:0], l); slices.Contains(room[1:len(room)-1], v) {
			yield(l)
		}
		return true
	})
}

// widened is the box around a piece and r units more.
func widened(a, b geo.Point, r float64) geo.Box {
	box := geo.Empty.Extend(a).Extend(b)
	by := func(v int32, d float64) int32 { return int32(max(-1<<31, min(1<<31-1, float64(v)+d))) }
	return geo.Box{
		Min: geo.Point{X: by(box.Min.X, -r), Y: by(box.Min.Y, -r)},
		Max: geo.Point{X: by(box.Max.X, r), Y: by(box.Max.Y, r)},
	}
}

// node makes a graph of the lines that come, those whose nodes may change and those beside.
func (p *patcher) node() {
	type from struct {
		line
		old  int32
		anew bool
	}
	var all []from
	take := func(lines map[int32]bool, anew bool) {
		for l := range lines {
			all = append(all, from{line{p.old.given(nil, l), p.old.lines[l]}, l, anew})
		}
	}
	take(p.again, true)
	take(p.beside, false)
	slices.SortFunc(all, func(a, b from) int { return cmp.Compare(a.old, b.old) })
	for _, f := range p.fresh {
		all = append(all, from{f, -1, true})
	}
	slices.SortStableFunc(all, func(a, b from) int {
		return cmp.Or(cmp.Compare(a.code(), b.code()), p.compare(a.Row, b.Row))
	})
	lines, attributes := make([][]geo.Point, len(all)), make([]Attributes, len(all))
	for i, f := range all {
		lines[i], attributes[i] = f.points, f.Attributes
		p.isAnew, p.oldLine = append(p.isAnew, f.anew), append(p.oldLine, f.old)
	}
	p.anew = node(lines, attributes, p.old.tolerance)
}

// arrange puts the lines of the graph to come into their order.
func (p *patcher) arrange() {
	next := int32(0) // of the old graph
	copyTo := func(to int32) {
		for ; next < to; next++ {
			if p.gone[next] || p.again[next] {
				continue
			}
			p.extend(false, next)
		}
	}
	for l := range p.isAnew {
		if !p.isAnew[l] {
			continue
		}
		copyTo(p.place(int32(l)))
		p.extend(true, int32(l))
	}
	copyTo(int32(len(p.old.lines)))
}

// place is the line of the old graph before which a line of anew stands.
func (p *patcher) place(l int32) int32 {
	if p.oldLine[l] >= 0 {
		return p.oldLine[l]
	}
	code, row := p.anew.code(l), p.anew.lines[l].Row
	at := p.old.lineFrom(code)
	for at < int32(len(p.old.lines)) && p.old.code(at) == code && p.compare(p.old.lines[at].Row, row) < 0 {
		at++
	}
	return at
}

// extend adds a line to the last run, or begins one.
func (p *patcher) extend(anew bool, l int32) {
	g := p.old
	if anew {
		g = p.anew
	}
	edge, vertex := g.lineEdge[l], g.vertex[g.lineEdge[l]]
	edges, vertices := g.lineEdge[l+1]-edge, g.vertex[g.lineEdge[l+1]]-vertex
	if n := len(p.runs); n > 0 {
		if r := &p.runs[n-1]; r.anew == anew && r.line+r.lines == l {
			r.lines, r.edges, r.vertices = r.lines+1, r.edges+edges, r.vertices+vertices
			return
		}
	}
	p.runs = append(p.runs, run{anew: anew, line: l, lines: 1, edge: edge, edges: edges, vertex: vertex, vertices: vertices})
}

// number finds which nodes are added and dropped, and how all are numbered.
func (p *patcher) number() {
	used := map[geo.Point]bool{}
	for l, anew := range p.isAnew {
		if anew {
			p.anew.eachNode(int32(l), func(node int32) { used[p.anew.nodes[node]] = true })
		}
	}
	p.dropped = map[int32]bool{}
	for node := range p.ends() {
		if !used[p.old.nodes[node]] && !p.stays(node) {
			p.dropped[node] = true
		}
	}
	for at := range used {
		if _, ok := p.old.nodeAt(at); !ok {
			p.added = append(p.added, at)
		}
	}
	slices.SortFunc(p.added, func(a, b geo.Point) int { return cmp.Compare(curve.MortonOf(a), curve.MortonOf(b)) })
	p.renumber()
}

// ends are the nodes of the edges of the old graph that are made anew or gone.
func (p *patcher) ends() map[int32]bool {
	nodes := map[int32]bool{}
	for _, lines := range []map[int32]bool{p.gone, p.again} {
		for l := range lines {
			p.old.eachNode(l, func(node int32) { nodes[node] = true })
		}
	}
	return nodes
}

// stays tells whether a line that is not noded again meets a node of the old graph.
func (p *patcher) stays(node int32) bool {
	return slices.ContainsFunc(p.old.At(node), func(e int32) bool {
		l := p.old.line[e]
		return !p.gone[l] && !p.again[l]
	})
}

// eachNode yields the nodes along a line.
func (g *Graph) eachNode(line int32, yield func(node int32)) {
	for e := g.lineEdge[line]; e < g.lineEdge[line+1]; e++ {
		yield(g.edges[e].a)
		yield(g.edges[e].b)
	}
}

// nodeAt is the node whose place is the one given.
func (g *Graph) nodeAt(at geo.Point) (node int32, ok bool) {
	n, ok := slices.BinarySearchFunc(g.nodes, curve.MortonOf(at), func(p geo.Point, code uint64) int {
		return cmp.Compare(curve.MortonOf(p), code)
	})
	return int32(n), ok
}

// renumber numbers the nodes along the Z-order.
func (p *patcher) renumber() {
	next, to := int32(0), int32(0)
	keep := func(until int32) {
		p.moves.nodes = p.moves.nodes.add(next, to, until-next)
		next, to = until, to+until-next
	}
	drops, all := sortedKeys(p.dropped), int32(len(p.old.nodes))
	for added := p.added; len(added) > 0 || len(drops) > 0; {
		insert := all
		if len(added) > 0 {
			insert, _ = p.old.nodeAt(added[0])
		}
		if len(drops) > 0 && drops[0] < insert {
			keep(drops[0])
			drops, next = drops[1:], next+1
		} else {
			keep(insert)
			added, to = added[1:], to+1
		}
	}
	keep(all)
	p.nodes = p.moves.nodes.all(len(p.old.nodes))
	p.nodeOf = make([]int32, len(p.anew.nodes))
	for i, place := range p.anew.nodes {
		if old, ok := p.old.nodeAt(place); ok && p.nodes[old] >= 0 {
			p.nodeOf[i] = p.nodes[old]
		} else {
			p.nodeOf[i] = p.placeOfAdded(place)
		}
	}
}

// placeOfAdded is the number of a node that is added; -1 of one that lines beside alone meet.
func (p *patcher) placeOfAdded(at geo.Point) int32 {
	code := curve.MortonOf(at)
	i, ok := slices.BinarySearchFunc(p.added, code, func(p geo.Point, code uint64) int { return cmp.Compare(curve.MortonOf(p), code) })
	if !ok {
		return -1
	}
	before, _ := p.old.nodeAt(at)
	gone := int32(0)
	for node := range p.dropped {
		if node < before {
			gone++
		}
	}
	return before - gone + int32(i)
}

func sortedKeys(set map[int32]bool) []int32 {
	keys := make([]int32, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func eachLine(s Segment, yield func(points []geo.Point)) {
	if s.Shape.Kind != geo.Lines {
		return
	}
	for i := range s.Shape.Ends {
		if part := s.Shape.Part(i); len(part) > 1 {
			yield(part)
		}
	}
}
