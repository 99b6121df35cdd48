package tiles

import (
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// vertex is a place in a tile's units that may lie far outside the tile.
type vertex struct{ x, y int64 }

// The buffered tile. Coordinates are whole, so clipping at the half units beyond
// it keeps the same vertices and never meets one on the border: each vertex is in
// or out, each crossing is one, and no case is degenerate.
const (
	lo, hi         = -Buffer, Extent + Buffer
	border         = float64(lo) - .5
	farBorder      = float64(hi) + .5
	side           = farBorder - border
	left, right    = 1, 2
	above, beneath = 4, 8
)

// outside tells on which sides of the buffered tile v lies; 0 is inside.
func (v vertex) outside() (code uint8) {
	if v.x < lo {
		code = left
	} else if v.x > hi {
		code = right
	}
	if v.y < lo {
		code |= above
	} else if v.y > hi {
		code |= beneath
	}
	return code
}

func (v vertex) point() point { return point{int32(v.x), int32(v.y)} }

// shapes holds clipped geometry, part after part.
type shapes struct {
	points []point
	ends   []int32
}

func (s *shapes) reset() { s.points, s.ends = s.points[:0], s.ends[:0] }

func (s *shapes) part(i int) []point {
	from := int32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.points[from:s.ends[i]]
}

// append appends a part.
func (s *shapes) append(part []point) {
	s.points = append(s.points, part...)
	s.ends = append(s.ends, int32(len(s.points)))
}

func (s *shapes) open() int {
	if n := len(s.ends); n > 0 {
		return int(s.ends[n-1])
	}
	return 0
}

// add appends a vertex to the open part unless it repeats the last one.
func (s *shapes) add(p point) {
	if n := len(s.points); n == s.open() || s.points[n-1] != p {
		s.points = append(s.points, p)
	}
}

// endLine closes the open part, or drops it when it has no length.
func (s *shapes) endLine() {
	from := s.open()
	if len(s.points)-from < 2 {
		s.points = s.points[:from]
		return
	}
	s.ends = append(s.ends, int32(len(s.points)))
}

// clipLine appends what of a line lies in the buffered tile; a line that leaves
// and comes back gives several parts. Its first vertex always has rank 0.
func clipLine(s *shapes, g *grid, line []geo.Point, ranks []uint8) {
	if len(line) > 0 && !wholeLine(s, g, line, ranks) {
		cutLine(s, g, line, ranks)
	}
}

// wholeLine appends a line that lies in the buffered tile as a whole, as most do, and
// tells whether it does. Whether a vertex shows at a zoom is as good as random, so
// the loop asks nothing: it writes each vertex and goes on to the next place behind
// those that show; one sign bit gathers whether any was outside.
//
// Where nothing is left out, a line that is too short for the grid is one unit long.
func wholeLine(s *shapes, g *grid, line []geo.Point, ranks []uint8) bool {
	from := len(s.points)
	s.points = slices.Grow(s.points, len(line))[:from+len(line)]
	out := s.points[from:]
	ranks = ranks[:len(line)]
	up, down, addX, addY, detail := g.up&63, g.down&63, g.addX, g.addY, uint32(g.detail)
	outside, n := int64(0), 0
	for i, p := range line {
		x := (int64(p.X)<<up + addX) >> down
		y := (int64(p.Y)<<up + addY) >> down
		outside |= (x - lo) | (hi - x) | (y - lo) | (hi - y)
		out[n] = point{int32(x), int32(y)}
		n += int((uint32(ranks[i]) - detail - 1) >> 31) // 1 where the rank is no more than detail
	}
	if outside < 0 {
		s.points = s.points[:from]
		return false
	}
	last := 0
	for _, p := range out[1:n] {
		if p != out[last] {
			last++
			out[last] = p
		}
	}
	s.points = s.points[:from+last+1]
	if last == 0 && g.detail == everything && out[0].x < hi {
		s.points = append(s.points, point{out[0].x + 1, out[0].y})
	}
	s.endLine()
	return true
}

func cutLine(s *shapes, g *grid, line []geo.Point, ranks []uint8) {
	last := vertex{g.x(line[0]), g.y(line[0])}
	code := last.outside()
	if code == 0 {
		s.add(last.point())
	}
	ranks = ranks[:len(line)] // spares the loop its check
	for i, p := range line {
		if ranks[i] > g.detail {
			continue
		}
		v := vertex{g.x(p), g.y(p)}
		if v == last {
			continue
		}
		c := v.outside()
		switch {
		case c|code == 0:
			s.points = append(s.points, v.point())
		case c&code != 0: // both beyond one side
		default:
			if from, to, ok := cut(last, v); ok {
				s.add(from.at)
				s.add(to.at)
			}
			if c != 0 {
				s.endLine()
			}
		}
		last, code = v, c
	}
	s.endLine()
}

// end is where the part of a segment inside the buffered tile begins or ends.
// place is where along the border it crosses, -1 for a vertex inside.
type end struct {
	at    point
	place float64
}

// cut is the part of a segment inside the buffered tile (Liang and Barsky, 1984).
// A crossing is computed from the same end whichever way the segment runs, so
// that two neighbours' common line stays common.
func cut(a, b vertex) (from, to end, ok bool) {
	if b.x < a.x || b.x == a.x && b.y < a.y {
		to, from, ok = cut(b, a)
		return from, to, ok
	}
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	t0, t1 := 0., 1.
	side0, side1 := -1, -1
	enter := func(t float64, side int) {
		if t > t0 {
			t0, side0 = t, side
		}
	}
	leave := func(t float64, side int) {
		if t < t1 {
			t1, side1 = t, side
		}
	}
	if a.x < lo {
		enter((border-float64(a.x))/dx, 3)
	}
	if b.x > hi {
		leave((farBorder-float64(a.x))/dx, 1)
	}
	if a.y < lo {
		enter((border-float64(a.y))/dy, 0)
	} else if a.y > hi {
		enter((farBorder-float64(a.y))/dy, 2)
	}
	if b.y < lo {
		leave((border-float64(a.y))/dy, 0)
	} else if b.y > hi {
		leave((farBorder-float64(a.y))/dy, 2)
	}
	if t0 >= t1 {
		return end{}, end{}, false
	}
	from, to = end{a.point(), -1}, end{b.point(), -1}
	if side0 >= 0 {
		from = crossing(a, dx, dy, t0, side0)
	}
	if side1 >= 0 {
		to = crossing(a, dx, dy, t1, side1)
	}
	return from, to, true
}

// crossing is the place where a segment meets a side: 0 above, 1 right, 2
// beneath, 3 left. The conversions keep the compiler from fusing a product and a
// sum, which would round otherwise on another processor.
func crossing(a vertex, dx, dy, t float64, at int) end {
	along := func(from int64, d float64) float64 {
		return max(border, min(farBorder, float64(from)+float64(d*t)))
	}
	switch at {
	case 0:
		x := along(a.x, dx)
		return end{point{snap(x), lo}, x - border}
	case 1:
		y := along(a.y, dy)
		return end{point{hi, snap(y)}, side + y - border}
	case 2:
		x := along(a.x, dx)
		return end{point{snap(x), hi}, 2*side + farBorder - x}
	}
	y := along(a.y, dy)
	return end{point{lo, snap(y)}, 3*side + farBorder - y}
}

func snap(v float64) int32 { return int32(max(lo, min(hi, math.Floor(v+.5)))) }
