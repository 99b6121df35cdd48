package clip

import (
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// Vertex is a place in a tile's units that may lie far outside the tile.
type Vertex struct{ X, Y int64 }

// The buffered tile. Coordinates are whole, so clipping at the half units beyond
// it keeps the same vertices and never meets one on the border: each vertex is in
// or out, each crossing is one, and no case is degenerate.
const (
	Lo, Hi         = -maptile.Buffer, maptile.Extent + maptile.Buffer
	border         = float64(Lo) - .5
	farBorder      = float64(Hi) + .5
	side           = farBorder - border
	left, right    = 1, 2
	above, beneath = 4, 8
)

// Outside tells on which sides of the buffered tile v lies; 0 is inside.
func (v Vertex) Outside() (code uint8) {
	if v.X < Lo {
		code = left
	} else if v.X > Hi {
		code = right
	}
	if v.Y < Lo {
		code |= above
	} else if v.Y > Hi {
		code |= beneath
	}
	return code
}

func (v Vertex) Point() Point { return Point{int32(v.X), int32(v.Y)} }

// Shapes holds clipped geometry, part after part.
type Shapes struct {
	Points []Point
	Ends   []int32
}

func (s *Shapes) Reset() { s.Points, s.Ends = s.Points[:0], s.Ends[:0] }

func (s *Shapes) Part(i int) []Point {
	from := int32(0)
	if i > 0 {
		from = s.Ends[i-1]
	}
	return s.Points[from:s.Ends[i]]
}

// Append appends a part.
func (s *Shapes) Append(part []Point) {
	s.Points = append(s.Points, part...)
	s.Ends = append(s.Ends, int32(len(s.Points)))
}

func (s *Shapes) Open() int {
	if n := len(s.Ends); n > 0 {
		return int(s.Ends[n-1])
	}
	return 0
}

// Add appends a vertex to the open part unless it repeats the last one.
func (s *Shapes) Add(p Point) {
	if n := len(s.Points); n == s.Open() || s.Points[n-1] != p {
		s.Points = append(s.Points, p)
	}
}

// EndLine closes the open part, or drops it when it has no length.
func (s *Shapes) EndLine() {
	from := s.Open()
	if len(s.Points)-from < 2 {
		s.Points = s.Points[:from]
		return
	}
	s.Ends = append(s.Ends, int32(len(s.Points)))
}

// Line appends what of a line lies in the buffered tile; a line that leaves
// and comes back gives several parts. Its first vertex always has rank 0.
func Line(s *Shapes, g *maptile.Grid, line []geo.Point, ranks []uint8) {
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
func wholeLine(s *Shapes, g *maptile.Grid, line []geo.Point, ranks []uint8) bool {
	from := len(s.Points)
	s.Points = slices.Grow(s.Points, len(line))[:from+len(line)]
	out := s.Points[from:]
	ranks = ranks[:len(line)]
	up, down, addX, addY, detail := g.Up&63, g.Down&63, g.AddX, g.AddY, uint32(g.Detail)
	outside, n := int64(0), 0
	for i, p := range line {
		x := (int64(p.X)<<up + addX) >> down
		y := (int64(p.Y)<<up + addY) >> down
		outside |= (x - Lo) | (Hi - x) | (y - Lo) | (Hi - y)
		out[n] = Point{int32(x), int32(y)}
		n += int((uint32(ranks[i]) - detail - 1) >> 31) // 1 where the rank is no more than detail
	}
	if outside < 0 {
		s.Points = s.Points[:from]
		return false
	}
	last := 0
	for _, p := range out[1:n] {
		if p != out[last] {
			last++
			out[last] = p
		}
	}
	s.Points = s.Points[:from+last+1]
	if last == 0 && g.Detail == maptile.Everything && out[0].X < Hi {
		s.Points = append(s.Points, Point{out[0].X + 1, out[0].Y})
	}
	s.EndLine()
	return true
}

func cutLine(s *Shapes, g *maptile.Grid, line []geo.Point, ranks []uint8) {
	last := Vertex{g.X(line[0]), g.Y(line[0])}
	code := last.Outside()
	if code == 0 {
		s.Add(last.Point())
	}
	ranks = ranks[:len(line)] // spares the loop its check
	for i, p := range line {
		if ranks[i] > g.Detail {
			continue
		}
		v := Vertex{g.X(p), g.Y(p)}
		if v == last {
			continue
		}
		c := v.Outside()
		switch {
		case c|code == 0:
			s.Points = append(s.Points, v.Point())
		case c&code != 0: // both beyond one side
		default:
			if from, to, ok := cut(last, v); ok {
				s.Add(from.at)
				s.Add(to.at)
			}
			if c != 0 {
				s.EndLine()
			}
		}
		last, code = v, c
	}
	s.EndLine()
}

// end is where the part of a segment inside the buffered tile begins or ends.
// place is where along the border it crosses, -1 for a vertex inside.
type end struct {
	at    Point
	place float64
}

// cut is the part of a segment inside the buffered tile (Liang and Barsky, 1984).
// A crossing is computed from the same end whichever way the segment runs, so
// that two neighbours' common line stays common.
func cut(a, b Vertex) (from, to end, ok bool) {
	if b.X < a.X || b.X == a.X && b.Y < a.Y {
		to, from, ok = cut(b, a)
		return from, to, ok
	}
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
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
	if a.X < Lo {
		enter((border-float64(a.X))/dx, 3)
	}
	if b.X > Hi {
		leave((farBorder-float64(a.X))/dx, 1)
	}
	if a.Y < Lo {
		enter((border-float64(a.Y))/dy, 0)
	} else if a.Y > Hi {
		enter((farBorder-float64(a.Y))/dy, 2)
	}
	if b.Y < Lo {
		leave((border-float64(a.Y))/dy, 0)
	} else if b.Y > Hi {
		leave((farBorder-float64(a.Y))/dy, 2)
	}
	if t0 >= t1 {
		return end{}, end{}, false
	}
	from, to = end{a.Point(), -1}, end{b.Point(), -1}
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
func crossing(a Vertex, dx, dy, t float64, at int) end {
	along := func(from int64, d float64) float64 {
		return max(border, min(farBorder, float64(from)+float64(d*t)))
	}
	switch at {
	case 0:
		x := along(a.X, dx)
		return end{Point{snap(x), Lo}, x - border}
	case 1:
		y := along(a.Y, dy)
		return end{Point{Hi, snap(y)}, side + y - border}
	case 2:
		x := along(a.X, dx)
		return end{Point{snap(x), Hi}, 2*side + farBorder - x}
	}
	y := along(a.Y, dy)
	return end{Point{Lo, snap(y)}, 3*side + farBorder - y}
}

func snap(v float64) int32 { return int32(max(Lo, min(Hi, math.Floor(v+.5)))) }
