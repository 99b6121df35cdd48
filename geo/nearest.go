package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Hit is the place of a shape that lies nearest to an origin.
type Hit struct {
	Metres float64   // +Inf for a shape without vertices
	Place  orb.Point // in degrees

	// The place lies in part Part on the edge from its vertex Vertex to the next
	// (of a ring, after the last comes the first), at Fraction of the edge's length
	// on the map. For points Fraction is 0. Inside a polygon, Part and Vertex are −1.
	Part, Vertex int
	Fraction     float64

	Inside bool // the origin lies in a polygon
}

// Nearest is the place of the shape that lies nearest to p, in degrees.
func (s Shape) Nearest(p orb.Point) Hit {
	o := At(p)
	return o.Nearest(s)
}

// Nearest is the place of the shape that lies nearest to the origin. Edges are
// straight on the map, in Web Mercator, as tiles show them; against geodesics
// between the same vertices a 1 km edge at 34° N is off by 1.3 cm at its middle.
// Metres is Distance to the place, 0 inside a polygon and not in its holes. The
// place is the true nearest one to a micrometre of Metres nearby, and to 10⁻⁷ of it
// beyond 100 km. It allocates nothing.
//
// The first pass over the edges takes the nearest in the plane, where an edge
// costs a few nanoseconds; its true distance then tells how far in the plane
// something nearer may still be, and only edges within that are measured.
func (o *Origin) Nearest(s Shape) Hit {
	f := finder{o: o, hit: Hit{Metres: math.Inf(1), Part: -1, Vertex: -1}}
	if s.Kind == Polygons && s.surrounds(o.x/toRadians, -o.m/toRadians) {
		f.hit.Metres, f.hit.Place, f.hit.Inside = 0, o.place, true
		return f.hit
	}
	first, firstPart, firstVertex := math.Inf(1), -1, -1
	for part := range s.Ends {
		vertices := s.Part(part)
		for i := range edges(s.Kind, vertices) {
			a, b := edge(vertices, i)
			if d := o.planar(a, b); d < first {
				first, firstPart, firstVertex = d, part, i
			}
		}
	}
	if firstPart < 0 {
		return f.hit
	}
	a, b := edge(s.Part(firstPart), firstVertex)
	f.measure(a, b, firstPart, firstVertex)
	reach := f.reach()
	for part := range s.Ends {
		vertices := s.Part(part)
		for i := range edges(s.Kind, vertices) {
			if part == firstPart && i == firstVertex {
				continue
			}
			if a, b := edge(vertices, i); o.planar(a, b) <= reach {
				f.measure(a, b, part, i)
				reach = f.reach()
			}
		}
	}
	return f.hit
}

// edges is the number of edges that a part has; a single vertex is an edge to
// itself.
func edges(kind Kind, part []Point) int {
	if n := len(part); kind == Polygons && n > 2 || n <= 1 {
		return n
	}
	return len(part) - 1
}

func edge(part []Point, i int) (a, b Point) {
	a = part[i]
	if i++; i < len(part) {
		return a, part[i]
	}
	return a, part[0]
}

// surrounds tells whether a place, in fractional units, lies in the polygons.
// Since holes run against outer rings, their windings sum to zero in a hole and
// outside, and overlapping polygons do no harm.
func (s Shape) surrounds(x, y float64) bool {
	winding := 0
	for part := range s.Ends {
		ring := s.Part(part)
		if len(ring) < 3 {
			continue
		}
		a := ring[len(ring)-1]
		for _, b := range ring {
			if below := float64(a.Y) <= y; below != (float64(b.Y) <= y) {
				ax, ay := float64(a.X)-x, float64(a.Y)-y
				bx, by := float64(b.X)-x, float64(b.Y)-y
				if side := ax*by - bx*ay; below && side > 0 {
					winding++
				} else if !below && side < 0 {
					winding--
				}
			}
			a = b
		}
	}
	return winding != 0
}
