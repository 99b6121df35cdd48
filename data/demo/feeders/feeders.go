// Package feeders leads pipes, cables and power lines along roads, from where they are fed to those whom they serve.
//
// Lines of roads and places in degrees flow in; lines that part where their ways part flow out, the same for the same input. It
// knows nothing of layers or of what flows in the lines.
package feeders

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// Ways are the roads along which lines may run.
type Ways struct {
	edges []edge
	nodes []node
	index map[[2]int][]int32 // of nodes, by squares of squareM
}

type edge struct {
	line   []plane.XY
	ends   [2]int32
	metres float64
}

type node struct {
	at    plane.XY
	edges []int32
}

const (
	squareM = 1000
	// plainM is how far a line may run from the road's own course: it spares most vertices.
	plainM = 8
)

// New takes roads that meet at the ends of their lines.
func New(roads []orb.LineString) *Ways {
	w := &Ways{index: map[[2]int][]int32{}}
	number := map[orb.Point]int32{}
	of := func(p orb.Point) int32 {
		n, ok := number[p]
		if !ok {
			n = int32(len(w.nodes))
			number[p] = n
			at := plane.ToPlane(p)
			w.nodes = append(w.nodes, node{at: at})
			w.index[square(at)] = append(w.index[square(at)], n)
		}
		return n
	}
	for _, road := range roads {
		e := edge{ends: [2]int32{of(road[0]), of(road[len(road)-1])}}
		for i, p := range road {
			e.line = append(e.line, plane.ToPlane(p))
			if i > 0 {
				e.metres += e.line[i-1].Distance(e.line[i])
			}
		}
		for _, n := range e.ends {
			w.nodes[n].edges = append(w.nodes[n].edges, int32(len(w.edges)))
		}
		w.edges = append(w.edges, e)
	}
	return w
}

func square(p plane.XY) [2]int {
	return [2]int{int(math.Floor(p.X / squareM)), int(math.Floor(p.Y / squareM))}
}

// beside is the node nearest to a place, at most squareM away; -1 where there is none.
func (w *Ways) beside(p plane.XY) int32 {
	best, least := int32(-1), float64(squareM)
	home := square(p)
	for x := home[0] - 1; x <= home[0]+1; x++ {
		for y := home[1] - 1; y <= home[1]+1; y++ {
			for _, n := range w.index[[2]int{x, y}] {
				if d := w.nodes[n].at.Distance(p); d < least {
					best, least = n, d
				}
			}
		}
	}
	return best
}

// Line is a stretch of lines between two partings.
type Line struct {
	Line   orb.LineString
	Source int   // the position of that which feeds it
	Serves []int // the positions of the targets behind it, or at its end
}

// Lead leads lines from the nearest source to each target, at most so many metres by road. Shift moves all lines to the side, so
// that they do not lie in the roads.
func (w *Ways) Lead(sources, targets []plane.XY, most float64, shift plane.XY) []Line {
	t := w.grow(sources, most)
	for i, p := range targets {
		if n := w.beside(p); n >= 0 && t.source[n] >= 0 {
			t.at[n] = append(t.at[n], i)
		}
	}
	t.cut()
	l := leader{tree: t, sources: sources, targets: targets, shift: shift}
	for n := range w.nodes {
		if t.via[n] < 0 && t.source[n] >= 0 {
			l.from(int32(n))
		}
	}
	return l.lines
}

// tree is how each node is reached from its nearest source.
type tree struct {
	*Ways
	source   []int     // by node; -1 where none comes
	via      []int32   // by node: the edge that leads to it; -1 at a source and where none comes
	metres   []float64 // by node
	children [][]int32 // by node: nodes
	at       [][]int   // by node: targets
	serves   [][]int   // by node: targets there and behind it
}

func (w *Ways) grow(sources []plane.XY, most float64) *tree {
	n := len(w.nodes)
	t := &tree{
		Ways: w, source: make([]int, n), via: make([]int32, n), metres: make([]float64, n),
		children: make([][]int32, n), at: make([][]int, n), serves: make([][]int, n),
	}
	for i := range t.source {
		t.source[i], t.via[i], t.metres[i] = -1, -1, math.Inf(1)
	}
	var q queue
	for i, p := range sources {
		if n := w.beside(p); n >= 0 && t.source[n] < 0 {
			t.source[n], t.metres[n] = i, 0
			q = append(q, item{0, n})
		}
	}
	heap.Init(&q)
	for len(q) > 0 {
		it := heap.Pop(&q).(item)
		if it.metres > t.metres[it.node] {
			continue
		}
		for _, e := range w.nodes[it.node].edges {
			to, m := w.other(e, it.node), it.metres+w.edges[e].metres
			if m < t.metres[to] && m <= most {
				t.metres[to], t.source[to], t.via[to] = m, t.source[it.node], e
				heap.Push(&q, item{m, to})
			}
		}
	}
	return t
}

func (w *Ways) other(e, n int32) int32 {
	if w.edges[e].ends[0] == n {
		return w.edges[e].ends[1]
	}
	return w.edges[e].ends[0]
}

// cut leaves of the tree what leads to targets, the farthest nodes first.
func (t *tree) cut() {
	order := make([]int32, 0, len(t.nodes))
	for n := range t.nodes {
		if t.source[n] >= 0 {
			order = append(order, int32(n))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(t.metres[b], t.metres[a]) })
	for _, n := range order {
		t.serves[n] = append(t.serves[n], t.at[n]...)
		if e := t.via[n]; e >= 0 && len(t.serves[n]) > 0 {
			from := t.other(e, n)
			t.children[from] = append(t.children[from], n)
			t.serves[from] = append(t.serves[from], t.serves[n]...)
		}
	}
}

// leader draws the lines of a tree.
type leader struct {
	*tree
	sources, targets []plane.XY
	shift            plane.XY
	lines            []Line
}

// from draws the lines that lead on from a node: to the source and the targets beside it, and each way to where it parts.
func (l *leader) from(n int32) {
	at := l.nodes[n].at
	if l.via[n] < 0 && len(l.serves[n]) > 0 {
		l.add([]plane.XY{l.sources[l.source[n]], at}, n, l.serves[n])
	}
	for _, i := range l.at[n] {
		l.add([]plane.XY{at, l.targets[i]}, n, []int{i})
	}
	for _, child := range l.children[n] {
		line, to := l.along(nil, child), child
		for len(l.at[to]) == 0 && len(l.children[to]) == 1 {
			to = l.children[to][0]
			line = l.along(line, to)
		}
		l.add(line, n, l.serves[child])
		l.from(to)
	}
}

// along is a line led on to a node.
func (l *leader) along(line []plane.XY, to int32) []plane.XY {
	e := &l.edges[l.via[to]]
	next := slices.Clone(e.line)
	if e.ends[1] != to {
		slices.Reverse(next)
	}
	if len(line) > 0 {
		next = next[1:]
	}
	return append(line, next...)
}

func (l *leader) add(line []plane.XY, n int32, serves []int) {
	if len(line) == 2 && line[0].Distance(line[1]) < 1 {
		return // who lies on the road needs no line of their own
	}
	out := make(orb.LineString, len(line))
	for i, p := range line {
		out[i] = orb.Point{p.X + l.shift.X, p.Y + l.shift.Y}
	}
	out = simplify.DouglasPeucker(plainM).LineString(out)
	for i, p := range out {
		out[i] = plane.ToDegrees(plane.XY{X: p[0], Y: p[1]})
	}
	l.lines = append(l.lines, Line{out, l.source[n], slices.Clone(serves)})
}

type item struct {
	metres float64
	node   int32
}

type queue []item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].metres < q[j].metres }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
