package ground

import (
	"math"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// Flow is how water runs over a grid: where each cell drains to (-1 for an
// outlet or a cell outside), an order in which a cell comes after the one it
// drains to, and the area in m² that drains through it.
type Flow struct {
	Down  []int32
	Order []int32
	Area  []float32
}

// flood raises pits until every active cell drains to an outlet and gives each
// the neighbour it drains by (priority flood, Barnes et al. 2014). Filled ground
// rises away from the outlet by a slope of its own in each cell, so that water
// finds winding ways across it.
func flood(g *plane.Grid, z []float32, active func(int) bool, outlets []int32, down []int32, seed uint64) {
	seen := make([]bool, len(z))
	q := make(CellHeap, 0, len(outlets)*4)
	for _, i := range outlets {
		seen[i] = true
		q.Push(CellCost{z[i], i})
	}
	off, metres := g.Offsets()
	for len(q) > 0 {
		c := q.Pop()
		if g.Rim(int(c.Cell)) {
			continue
		}
		for k := range off {
			n := int(c.Cell) + off[k]
			if seen[n] || !active(n) {
				continue
			}
			seen[n] = true
			down[n] = c.Cell
			p := g.Center(n)
			own := 0.5 + 0.5*plane.Fractal(seed, p.X/2600, p.Y/2600, 3)
			z[n] = max(z[n], c.Cost+float32(metres[k]*0.06*own*own))
			q.Push(CellCost{z[n], int32(n)})
		}
	}
}

// steepest points every free cell down its steepest slope, each slope weighed by
// chance: on a grid of eight directions water would else run in straight and
// parallel lines.
func steepest(g *plane.Grid, z []float32, free []bool, down []int32, seed uint64) {
	off, metres := g.Offsets()
	for i := range z {
		if !free[i] {
			continue
		}
		best, to := float32(0), int32(-1)
		h := plane.Hash(seed, i)
		for k := range off {
			n := i + off[k]
			luck := 0.6 + 0.8*float32(h>>(8*k)&255)/255
			if drop := luck * (z[i] - z[n]) / float32(metres[k]); drop > best {
				best, to = drop, int32(n)
			}
		}
		if to >= 0 {
			down[i] = to
		}
	}
}

// arrange orders the cells from the outlets upward and adds up drained areas.
func (f *Flow) arrange(g *plane.Grid, active func(int) bool) {
	n := len(f.Down)
	first := make([]int32, n+1) // donors of i are list[first[i]:first[i+1]]
	for i, d := range f.Down {
		if d >= 0 && active(i) {
			first[d+1]++
		}
	}
	for i := range n {
		first[i+1] += first[i]
	}
	list := make([]int32, first[n])
	fill := make([]int32, n)
	for i, d := range f.Down {
		if d >= 0 && active(i) {
			list[first[d]+fill[d]] = int32(i)
			fill[d]++
		}
	}
	f.Order = f.Order[:0]
	for i, d := range f.Down {
		if d < 0 && active(i) {
			f.Order = append(f.Order, int32(i))
		}
	}
	for k := 0; k < len(f.Order); k++ {
		i := f.Order[k]
		f.Order = append(f.Order, list[first[i]:first[i+1]]...)
	}
	for i := range f.Area {
		f.Area[i] = float32(g.Cell * g.Cell)
	}
	for k := len(f.Order) - 1; k >= 0; k-- {
		i := f.Order[k]
		if d := f.Down[i]; d >= 0 {
			f.Area[d] += f.Area[i]
		}
	}
}

type CellCost struct {
	Cost float32
	Cell int32
}

// CellHeap is a binary heap by cost; ties go by cell, so that the order is the
// same whatever was pushed first. It is not container/heap, which allocates an
// interface value for each of millions of cells.
type CellHeap []CellCost

func (h CellHeap) less(a, b int) bool {
	return h[a].Cost < h[b].Cost || h[a].Cost == h[b].Cost && h[a].Cell < h[b].Cell
}
func (h CellHeap) swap(a, b int) { h[a], h[b] = h[b], h[a] }
func (h *CellHeap) Push(c CellCost) {
	s := append(*h, c)
	i := len(s) - 1
	for i > 0 {
		p := (i - 1) / 2
		if !s.less(i, p) {
			break
		}
		s.swap(i, p)
		i = p
	}
	*h = s
}

func (h *CellHeap) Pop() CellCost {
	s := *h
	top := s[0]
	n := len(s) - 1
	s[0] = s[n]
	s = s[:n]
	for i := 0; ; {
		l := 2*i + 1
		if l >= n {
			break
		}
		if l+1 < n && s.less(l+1, l) {
			l++
		}
		if !s.less(l, i) {
			break
		}
		s.swap(i, l)
		i = l
	}
	*h = s
	return top
}

const NoHeight = math.MaxFloat32
