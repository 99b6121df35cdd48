package demo

import (
	"math"

	"github.com/cuntu/cuntu/data/demo/ground"
)

// finder looks for cheapest ways over the ground. Its arrays are kept from one
// search to the next and told apart by a stamp, so that a search costs what it
// visits.
type finder struct {
	ground *ground.Ground
	net    *network
	rough  []float32 // cost of a metre in each cell on level ground
	cost   []float32
	from   []int8
	stamp  []int32
	round  int32
	heap   ground.CellHeap
	off    [8]int
	metres [8]float64
}

// wish is what one search is to find.
type wish struct {
	starts []int32
	allow  func(int) bool   // cells that may be entered
	stop   func(int32) bool // the first settled cell for which it holds ends the search
	reuse  float32          // what a metre of existing road costs beside a new one
	grade  float32          // how much steepness is shunned; 1 for a country road
	limit  float32          // cost beyond which the search gives up; 0 for none
}

func newFinder(g *ground.Ground, n *network) *finder {
	f := &finder{ground: g, net: n}
	size := len(g.Z)
	f.rough, f.cost = make([]float32, size), make([]float32, size)
	f.from, f.stamp = make([]int8, size), make([]int32, size)
	f.off, f.metres = g.Grid.Offsets()
	for i := range f.rough {
		// Roads keep to the valley, but not to the river's bed.
		r := 1 + 1.2*min(1, g.Above[i]/160)
		switch area := g.Flow.Area[i]; {
		case g.Course[i] >= 0 && area > 60e6:
			r += 3
		case area > ground.ThirdArea:
			r += 1.5
		case area > ground.MappedArea:
			r += 0.5
		}
		f.rough[i] = r
	}
	return f
}

// find is the cell where the search stopped, or -1. The way to it can be read by
// path until the next find.
func (f *finder) find(w wish) int32 {
	f.round++
	f.heap = f.heap[:0]
	for _, s := range w.starts {
		f.visit(s, 0, -1)
	}
	g := f.ground
	for len(f.heap) > 0 {
		c := f.heap.Pop()
		i := int(c.Cell)
		if c.Cost > f.cost[i] {
			continue
		}
		if w.stop != nil && w.stop(c.Cell) {
			return c.Cell
		}
		if w.limit > 0 && c.Cost > w.limit {
			return -1
		}
		if g.Grid.Rim(i) {
			continue
		}
		for k := range 8 {
			n := i + f.off[k]
			if !w.allow(n) {
				continue
			}
			run := float32(f.metres[k])
			step := run * (f.rough[i] + f.rough[n]) / 2
			if f.net != nil && f.net.has(i, k) {
				step = run * w.reuse
			} else {
				if f.net != nil && k&1 == 1 && f.net.crosses(i, k) {
					continue
				}
				rise := (g.Z[n] - g.Z[i]) / run
				rise *= rise
				step *= 1 + w.grade*(1.5*float32(math.Sqrt(float64(rise)))+70*rise)
			}
			f.visit(int32(n), c.Cost+step, int8(k))
		}
	}
	return -1
}

func (f *finder) visit(i int32, cost float32, from int8) {
	if f.stamp[i] == f.round && f.cost[i] <= cost {
		return
	}
	f.stamp[i], f.cost[i], f.from[i] = f.round, cost, from
	f.heap.Push(ground.CellCost{Cost: cost, Cell: i})
}

// path is the cells from i back to the start.
func (f *finder) path(i int32) []int32 {
	out := []int32{i}
	for f.from[i] >= 0 {
		i -= int32(f.off[f.from[i]])
		out = append(out, i)
	}
	return out
}
