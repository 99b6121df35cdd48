package demo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
)

// roadGraph is the segments as a graph whose nodes are the lines' ends.
type roadGraph struct {
	node  map[orb.Point]int32
	ends  [][2]int32 // of each segment
	at    [][]int32  // segments at each node
	sized []float64  // metres of each segment
}

func newRoadGraph(segments []segment) *roadGraph {
	g := &roadGraph{node: map[orb.Point]int32{}}
	number := func(p orb.Point) int32 {
		n, ok := g.node[p]
		if !ok {
			n = int32(len(g.at))
			g.node[p] = n
			g.at = append(g.at, nil)
		}
		return n
	}
	for k := range segments {
		line := segments[k].line
		a, b := number(line[0]), number(line[len(line)-1])
		g.ends = append(g.ends, [2]int32{a, b})
		g.at[a] = append(g.at[a], int32(k))
		if a != b {
			g.at[b] = append(g.at[b], int32(k))
		}
		g.sized = append(g.sized, segments[k].metres)
	}
	return g
}

// away is the metres by road from a node to all others; MaxFloat32 where there is
// no way.
func (g *roadGraph) away(from int32, open func(int32) bool) []float32 {
	d := make([]float32, len(g.at))
	for i := range d {
		d[i] = math.MaxFloat32
	}
	d[from] = 0
	q := ground.CellHeap{{Cost: 0, Cell: from}}
	for len(q) > 0 {
		c := q.Pop()
		if c.Cost > d[c.Cell] {
			continue
		}
		for _, s := range g.at[c.Cell] {
			if !open(s) {
				continue
			}
			to := g.ends[s][0]
			if to == c.Cell {
				to = g.ends[s][1]
			}
			if v := c.Cost + float32(g.sized[s]); v < d[to] {
				d[to] = v
				q.Push(ground.CellCost{Cost: v, Cell: to})
			}
		}
	}
	return d
}

// join puts the nodes that open segments connect under one representative.
func (g *roadGraph) join(open func(int32) bool) []int32 {
	parent := make([]int32, len(g.at))
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for k, e := range g.ends {
		if open(int32(k)) {
			if a, b := find(e[0]), find(e[1]); a != b {
				parent[max(a, b)] = min(a, b)
			}
		}
	}
	for i := range parent {
		parent[i] = find(int32(i))
	}
	return parent
}

// reach is how near a road must be to serve a village, metres, as in the coverage
// rules.
const reach = 500.0

// Beside lists, for each place, the segments within reach.
func (w *world) segmentsNear(places []plane.XY) [][]int32 {
	buckets := map[[2]int][]int{} // of places, by squares as wide as the reach
	for k, p := range places {
		buckets[bucketOf(p)] = append(buckets[bucketOf(p)], k)
	}
	out := make([][]int32, len(places))
	for s := range w.segments {
		line := w.segments[s].line
		for j := 1; j < len(line); j++ {
			a, b := plane.ToPlane(line[j-1]), plane.ToPlane(line[j])
			from := bucketOf(plane.XY{X: min(a.X, b.X) - reach, Y: min(a.Y, b.Y) - reach})
			to := bucketOf(plane.XY{X: max(a.X, b.X) + reach, Y: max(a.Y, b.Y) + reach})
			for x := from[0]; x <= to[0]; x++ {
				for y := from[1]; y <= to[1]; y++ {
					for _, k := range buckets[[2]int{x, y}] {
						if n := len(out[k]); (n == 0 || out[k][n-1] != int32(s)) && fromEdge(places[k], a, b) <= reach {
							out[k] = append(out[k], int32(s))
						}
					}
				}
			}
		}
	}
	return out
}

// fromEdge is the distance from p to the line from a to b.
func fromEdge(p, a, b plane.XY) float64 {
	d := b.Sub(a)
	if l := d.X*d.X + d.Y*d.Y; l > 0 {
		o := p.Sub(a)
		a = a.To(b, min(max((o.X*d.X+o.Y*d.Y)/l, 0), 1))
	}
	return p.Distance(a)
}
