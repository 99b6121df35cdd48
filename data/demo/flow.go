package demo

import "math"

// flow is how water runs over a grid: where each cell drains to (-1 for an
// outlet or a cell outside), an order in which a cell comes after the one it
// drains to, and the area in m² that drains through it.
type flow struct {
	down  []int32
	order []int32
	area  []float32
}

// flood raises pits until every active cell drains to an outlet and gives each
// the neighbour it drains by (priority flood, Barnes et al. 2014). Filled ground
// rises away from the outlet by a slope of its own in each cell, so that water
// finds winding ways across it.
func flood(g *grid, z []float32, active func(int) bool, outlets []int32, down []int32, seed uint64) {
	seen := make([]bool, len(z))
	q := make(cellHeap, 0, len(outlets)*4)
	for _, i := range outlets {
		seen[i] = true
		q.push(cellCost{z[i], i})
	}
	off, metres := g.offsets()
	for len(q) > 0 {
		c := q.pop()
		if g.rim(int(c.cell)) {
			continue
		}
		for k := range off {
			n := int(c.cell) + off[k]
			if seen[n] || !active(n) {
				continue
			}
			seen[n] = true
			down[n] = c.cell
			p := g.center(n)
			own := 0.5 + 0.5*fractal(seed, p.x/2600, p.y/2600, 3)
			z[n] = max(z[n], c.cost+float32(metres[k]*0.06*own*own))
			q.push(cellCost{z[n], int32(n)})
		}
	}
}

// steepest points every free cell down its steepest slope, each slope weighed by
// chance: on a grid of eight directions water would else run in straight and
// parallel lines.
func steepest(g *grid, z []float32, free []bool, down []int32, seed uint64) {
	off, metres := g.offsets()
	for i := range z {
		if !free[i] {
			continue
		}
		best, to := float32(0), int32(-1)
		h := hash(seed, i)
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
func (f *flow) arrange(g *grid, active func(int) bool) {
	n := len(f.down)
	first := make([]int32, n+1) // donors of i are list[first[i]:first[i+1]]
	for i, d := range f.down {
		if d >= 0 && active(i) {
			first[d+1]++
		}
	}
	for i := range n {
		first[i+1] += first[i]
	}
	list := make([]int32, first[n])
	fill := make([]int32, n)
	for i, d := range f.down {
		if d >= 0 && active(i) {
			list[first[d]+fill[d]] = int32(i)
			fill[d]++
		}
	}
	f.order = f.order[:0]
	for i, d := range f.down {
		if d < 0 && active(i) {
			f.order = append(f.order, int32(i))
		}
	}
	for k := 0; k < len(f.order); k++ {
		i := f.order[k]
		f.order = append(f.order, list[first[i]:first[i+1]]...)
	}
	for i := range f.area {
		f.area[i] = float32(g.cell * g.cell)
	}
	for k := len(f.order) - 1; k >= 0; k-- {
		i := f.order[k]
		if d := f.down[i]; d >= 0 {
			f.area[d] += f.area[i]
		}
	}
}

type cellCost struct {
	cost float32
	cell int32
}

// cellHeap is a binary heap by cost; ties go by cell, so that the order is the
// same whatever was pushed first. It is not container/heap, which allocates an
// interface value for each of millions of cells.
type cellHeap []cellCost

func (h cellHeap) less(a, b int) bool {
	return h[a].cost < h[b].cost || h[a].cost == h[b].cost && h[a].cell < h[b].cell
}
func (h cellHeap) swap(a, b int) { h[a], h[b] = h[b], h[a] }
func (h *cellHeap) push(c cellCost) {
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

func (h *cellHeap) pop() cellCost {
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

const noHeight = math.MaxFloat32
