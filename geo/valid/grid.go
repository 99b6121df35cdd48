package valid

import (
	"cmp"
	"math"

	"github.com/paulmach/orb"
)

// finest is how many squares of the grid a degree has: each is 0.1 mm on the ground.
// Polygons wider than a degree have a coarser grid, so that coordinates have at most 30
// bits and products of their differences fit a word. It is a power of ten, so that
// decimals stay what they are, and lie on a line when they did.
const (
	finest   = 1e9
	mostBits = 30
)

// vertex is a point of the grid.
type vertex struct{ x, y int64 }

func compare(a, b vertex) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) }

// side is positive where c lies left of the line from a to b, 0 where on it.
func side(a, b, c vertex) int64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

// grid puts coordinates on whole numbers and back.
type grid struct {
	scale  float64 // squares to a degree
	origin vertex
}

func newGrid(polygons orb.MultiPolygon) *grid {
	b := polygons.Bound()
	width := max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
	g := &grid{scale: finest}
	for g.scale*width > 1<<mostBits-1 {
		g.scale /= 10
	}
	g.origin = g.vertex(b.Min)
	return g
}

func (g *grid) vertex(p orb.Point) vertex {
	return vertex{int64(math.Round(p[0]*g.scale)) - g.origin.x, int64(math.Round(p[1]*g.scale)) - g.origin.y}
}

func (g *grid) degrees(v vertex) orb.Point {
	return orb.Point{float64(v.x+g.origin.x) / g.scale, float64(v.y+g.origin.y) / g.scale}
}

// segments are those of all rings, with the lesser end first.
func (g *grid) segments(rings []ring) (all []segment) {
	for n, r := range rings {
		for i := 1; i < len(r.Ring); i++ {
			all = append(all, newSegment(g.vertex(r.Ring[i-1]), g.vertex(r.Ring[i]), int32(n)))
		}
	}
	return withoutPoints(all)
}
