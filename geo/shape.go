package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Kind is the dimension of a shape.
type Kind uint8

// The kinds of shape. None is a feature without a place.
const (
	None Kind = iota
	Points
	Lines
	Polygons
)

// Shape is one feature's quantised geometry, as a view into an arena: it is
// never written to.
//
// Points holds every vertex, part after part; Ends[i] is the index in Points at
// which part i ends. A part is a point, a line of two or more vertices, or a
// ring. A ring does not repeat its first vertex at the end. Outer rings run
// clockwise on the map (positive signed area with Y down, as in vector tiles)
// and holes the other way, each hole after the outer ring it lies in, so
// orientation alone tells where a polygon begins.
type Shape struct {
	Kind   Kind
	Points []Point
	Ends   []uint32
}

// Part is the vertices of part i.
func (s Shape) Part(i int) []Point {
	from := uint32(0)
	if i > 0 {
		from = s.Ends[i-1]
	}
	return s.Points[from:s.Ends[i]]
}

// Box is the smallest box around the shape; Empty for a shape without points.
func (s Shape) Box() Box {
	b := Empty
	for _, p := range s.Points {
		b = b.Extend(p)
	}
	return b
}

// Equal tells whether two shapes have the same vertices in the same order.
func (s Shape) Equal(o Shape) bool {
	if s.Kind != o.Kind || len(s.Points) != len(o.Points) || len(s.Ends) != len(o.Ends) {
		return false
	}
	for i := range s.Ends {
		if s.Ends[i] != o.Ends[i] {
			return false
		}
	}
	for i := range s.Points {
		if s.Points[i] != o.Points[i] {
			return false
		}
	}
	return true
}

// Area2 is twice the signed area of a ring in square units: positive when the
// ring runs clockwise on the map. Its sign is exact, and so is its value below
// 2⁶²: int64 arithmetic wraps, but comes out right when the sum fits.
func Area2(ring []Point) float64 {
	if len(ring) < 3 {
		return 0
	}
	var exact int64
	var rough float64
	o := ring[0]
	px, py := int64(ring[1].X)-int64(o.X), int64(ring[1].Y)-int64(o.Y)
	for _, q := range ring[2:] {
		qx, qy := int64(q.X)-int64(o.X), int64(q.Y)-int64(o.Y)
		exact += px*qy - qx*py
		rough += float64(px)*float64(qy) - float64(qx)*float64(py)
		px, py = qx, qy
	}
	if math.Abs(rough) < 1<<62 {
		return float64(exact)
	}
	return rough
}

// Geometry is the shape in degrees: a single geometry where there is one part,
// else its Multi form; nil for kind None.
func (s Shape) Geometry() orb.Geometry {
	switch s.Kind {
	case Points:
		if len(s.Points) == 1 {
			return s.Points[0].LonLat()
		}
		return orb.MultiPoint(lonLats(s.Points, false))
	case Lines:
		lines := make(orb.MultiLineString, len(s.Ends))
		for i := range lines {
			lines[i] = lonLats(s.Part(i), false)
			if len(lines[i]) == 1 { // the grid left one vertex of it
				lines[i] = append(lines[i], lines[i][0])
			}
		}
		if len(lines) == 1 {
			return lines[0]
		}
		return lines
	case Polygons:
		var polys orb.MultiPolygon
		for i := range s.Ends {
			ring := orb.Ring(lonLats(s.Part(i), true))
			if Area2(s.Part(i)) >= 0 || len(polys) == 0 {
				polys = append(polys, nil)
			}
			last := len(polys) - 1
			polys[last] = append(polys[last], ring)
		}
		if len(polys) == 1 {
			return polys[0]
		}
		return polys
	}
	return nil
}

// lonLats gives GeoJSON its order: a ring closed and, since north is up in
// degrees, turned so that outer rings run anticlockwise (RFC 7946, 3.1.6). A ring
// without area has no direction and keeps the order it has.
func lonLats(points []Point, ring bool) []orb.Point {
	out := make([]orb.Point, 0, len(points)+1)
	turn := ring && Area2(points) != 0
	for i := range points {
		if turn {
			i = (len(points) - i) % len(points)
		}
		out = append(out, points[i].LonLat())
	}
	if ring && len(out) > 0 {
		out = append(out, out[0])
	}
	return out
}
