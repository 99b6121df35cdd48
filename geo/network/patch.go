package network

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
	"github.com/cuntu/cuntu/geo/index"
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
// rows as Build was given their segments. The lines near the changes are noded again; all else is copied. ok is false where
// those are so many that Build is the cheaper way.
func (g *Graph) Patch(changes []Change, compare func(a, b uint32) int) (after *Graph, since *Moves, ok bool) {
	p := &patcher{old: g, compare: compare, gone: map[int32]bool{}, again: map[int32]bool{}, beside: map[int32]bool{}}
	p.sort(changes)
	p.findAgain()
	if !p.findBeside() {
		return nil, nil, false
	}
	p.node()
	p.arrange()
	p.number()
	after, since = p.build()
	return after, since, true
}

// isMuch tells whether so much is to be noded again that all may be.
func (p *patcher) isMuch() bool {
	return len(p.gone)+len(p.fresh)+len(p.again)+len(p.beside) > max(200, len(p.old.lines)/4)
}

// patcher makes the graph after some changes.
type patcher struct {
	old     *Graph
	compare func(a, b uint32) int

	gone      map[int32]bool // lines of the old graph
	fresh     []line         // that come, in the order of the graph's lines
	freshEnds index.Tree     // of those
	again     map[int32]bool // lines of the old graph whose nodes may change
	beside    map[int32]bool // lines of the old graph that nodes of those depend on, and do not change

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
	for id := range uint32(2 * len(p.fresh)) {
		end := p.freshEnd(id)
		p.freshEnds.Insert(geo.Box{Min: end, Max: end}, id)
	}
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
// one node with such an end, and lines that share an inner vertex with them. It is false where all that is too much.
func (p *patcher) findBeside() bool {
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
		if p.isMuch() {
			return false
		}
		var ends []geo.Point
		for i := 1; i < len(line); i++ {
			p.endsPast(line[i-1], line[i], func(_ int32, end geo.Point) { ends = append(ends, end) })
		}
		p.clusters(append(ends, line[0], line[len(line)-1]), add)
		for _, v := range line[1 : len(line)-1] {
			p.linesWith(v, add)
		}
	}
	return !p.isMuch()
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
			if onPiece(a, b, end, r) {
				yield(int32(l), end)
			}
		}
		return true
	})
	p.freshEnds.Search(widened(a, b, r), func(id uint32) bool {
		if end := p.freshEnd(id); onPiece(a, b, end, r) {
			yield(-1, end)
		}
		return true
	})
}

func onPiece(a, b, p geo.Point, r float64) bool {
	_, off := foot(a, b, p)
	return off <= r
}

// freshEnd is an end of a line that comes: the first one of line i has the id 2·i, the last one the next.
func (p *patcher) freshEnd(id uint32) geo.Point {
	points := p.fresh[id/2].points
	if id%2 == 0 {
		return points[0]
	}
	return points[len(points)-1]
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
			if onPiece(room[i-1], room[i], end, r) {
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
