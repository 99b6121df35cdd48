package network

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
)

// noder finds where lines meet.
type noder struct {
	tolerance float64 // metres
	lines     [][]geo.Point
	grid      *grid
	end       []int32 // place, by 2·line, and 2·line+1 for its last vertex
	node      []int32 // of each place
	nodes     []geo.Point
	shared    []shared // by line
	splits    []split  // by line
	last      square
}

// split is a node on the inside of a line.
type split struct {
	line, node int32
	piece      int32   // the line's vertex before it
	fraction   float64 // of the piece
	off        float64 // units between the line and the node
	along      float64 // units from the line's first vertex; set by tidy
}

// square is the one looked up last: mostly the next piece lies in it too.
type square struct {
	column, row uint32
	from, to    int
	known       bool
}

// smallestSquare is the side in metres of the squares in which ends are looked for:
// long enough that most pieces of road stay within one or two, short enough that
// few ends lie in one.
const smallestSquare = 64

func newNoder(lines [][]geo.Point, tolerance float64) *noder {
	n := &noder{tolerance: tolerance, lines: lines}
	ends := make([]coded, 0, 2*len(lines))
	finest := math.Inf(1)
	for i, line := range lines {
		a, b := line[0], line[len(line)-1]
		ends = append(ends, coded{curve.MortonOf(a), uint32(2 * i)}, coded{curve.MortonOf(b), uint32(2*i + 1)})
		finest = min(finest, metresPerUnit(a))
	}
	sortCoded(ends)
	n.end = make([]int32, len(ends))
	var codes []uint64
	for i, e := range ends {
		if i == 0 || e.code != codes[len(codes)-1] {
			codes = append(codes, e.code)
		}
		n.end[e.id] = int32(len(codes) - 1)
	}
	side := max(smallestSquare, 8*tolerance) / finest
	n.grid = newGrid(codes, uint(min(31, bits.Len64(uint64(min(side, 1<<31))))))
	return n
}

// join makes one node of all ends that lie within the tolerance of each other,
// directly or by way of others: that does not depend on the order of the segments.
func (n *noder) join() {
	sets := newForest(len(n.grid.codes))
	for u, code := range n.grid.codes {
		if n.tolerance <= 0 {
			break
		}
		p := curve.MortonPoint(code)
		r := n.tolerance / metresPerUnit(p)
		n.visit(p, p, r, func(v int32) {
			if int(v) > u && apart(p, curve.MortonPoint(n.grid.codes[v])) <= r {
				sets.union(int32(u), v)
			}
		})
	}
	n.node = make([]int32, len(n.grid.codes))
	for u := range n.node {
		// The root of a set is its first place, which has been here already.
		if root := sets.find(int32(u)); int(root) == u {
			n.node[u] = int32(len(n.nodes))
			n.nodes = append(n.nodes, curve.MortonPoint(n.grid.codes[u]))
		} else {
			n.node[u] = n.node[root]
		}
	}
}

func apart(p, q geo.Point) float64 {
	return math.Hypot(float64(p.X)-float64(q.X), float64(p.Y)-float64(q.Y))
}

// visit yields every end that may lie within r units of the piece from a to b. It
// walks the squares along the piece row by row.
func (n *noder) visit(a, b geo.Point, r float64, yield func(place int32)) {
	ax, ay := unsigned(a)
	bx, by := unsigned(b)
	if ay > by {
		ax, ay, bx, by = bx, by, ax, ay
	}
	x0, y0, x1, y1 := float64(ax), float64(ay), float64(bx), float64(by)
	side := float64(uint64(1) << n.grid.cell)
	for row := n.toSquare(y0 - r); row <= n.toSquare(y1+r); row++ {
		from, to := x0, x1 // of the piece, within the row and r of it
		if y1-y0 > side {
			low, high := float64(row)*side-r, float64(row+1)*side+r
			from = x0 + (x1-x0)*max(0, min(1, (low-y0)/(y1-y0)))
			to = x0 + (x1-x0)*max(0, min(1, (high-y0)/(y1-y0)))
		}
		for column := n.toSquare(min(from, to) - r); column <= n.toSquare(max(from, to)+r); column++ {
			if s := &n.last; !s.known || s.column != column || s.row != row {
				s.from, s.to = n.grid.square(column, row)
				s.column, s.row, s.known = column, row, true
			}
			for v := n.last.from; v < n.last.to; v++ {
				yield(int32(v))
			}
		}
	}
}

func (n *noder) toSquare(v float64) uint32 {
	return uint32(max(0, min(math.MaxUint32, v))) >> n.grid.cell
}

// cut finds the nodes on the insides of lines.
func (n *noder) cut() {
	var found []split
	shared := n.shared
	for l, line := range n.lines {
		found = found[:0]
		for ; len(shared) > 0 && int(shared[0].line) == l; shared = shared[1:] {
			found = append(found, split{line: int32(l), node: shared[0].node, piece: shared[0].vertex - 1, fraction: 1})
		}
		r := max(n.tolerance/metresPerUnit(line[0]), 1) // the grid rounds a touch to within a unit
		start, end := n.end[2*l], n.end[2*l+1]
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			n.visit(a, b, r, func(place int32) {
				if place == start && i == 1 || place == end && i == len(line)-1 {
					return
				}
				if t, off := foot(a, b, curve.MortonPoint(n.grid.codes[place])); off <= r {
					found = append(found, split{line: int32(l), node: n.node[place], piece: int32(i - 1), fraction: t, off: off})
				}
			})
		}
		if len(found) > 0 {
			n.splits = append(n.splits, n.tidy(l, found, 3*r)...)
		}
	}
}

// foot is where on the piece from a to b p lies nearest, and how far off.
func foot(a, b, p geo.Point) (fraction, off float64) {
	dx, dy := float64(b.X)-float64(a.X), float64(b.Y)-float64(a.Y)
	px, py := float64(p.X)-float64(a.X), float64(p.Y)-float64(a.Y)
	if l2 := dx*dx + dy*dy; l2 > 0 {
		fraction = max(0, min(1, (px*dx+py*dy)/l2))
	}
	return fraction, math.Hypot(px-fraction*dx, py-fraction*dy)
}

// tidy sorts a line's splits along it and leaves one of those that are of the same
// node, within close units of each other, and none so near to the line's own end at
// the node.
func (n *noder) tidy(l int, found []split, close float64) []split {
	line := n.lines[l]
	along := make([]float64, len(line))
	for i := 1; i < len(line); i++ {
		along[i] = along[i-1] + apart(line[i-1], line[i])
	}
	for i := range found {
		s := &found[i]
		s.along = along[s.piece] + s.fraction*(along[s.piece+1]-along[s.piece])
	}
	slices.SortFunc(found, func(a, b split) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.along, b.along), cmp.Compare(a.piece, b.piece))
	})
	start, end, length := n.node[n.end[2*l]], n.node[n.end[2*l+1]], along[len(along)-1]
	kept := found[:0]
	for i, s := range found {
		switch {
		case s.node == start && s.along <= close, s.node == end && s.along >= length-close:
		case len(kept) > 0 && i > 0 && kept[len(kept)-1].node == s.node && s.along-kept[len(kept)-1].along <= close:
			if s.off < kept[len(kept)-1].off {
				kept[len(kept)-1] = s
			}
		default:
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b split) int {
		return cmp.Or(cmp.Compare(a.piece, b.piece), cmp.Compare(a.fraction, b.fraction), cmp.Compare(a.node, b.node))
	})
	return kept
}
