package geo

import (
	"fmt"
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
// ring runs clockwise on the map.
func Area2(ring []Point) float64 {
	var sum float64
	if len(ring) == 0 {
		return 0
	}
	o := ring[0]
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += (float64(p.X)-float64(o.X))*(float64(q.Y)-float64(o.Y)) - (float64(q.X)-float64(o.X))*(float64(p.Y)-float64(o.Y))
	}
	return sum
}

// NewShape quantises a geometry in degrees. Repeated vertices go, rings are
// oriented, and a line or ring that the grid reduces to nothing keeps the
// vertices it has left, so that no feature vanishes. A nil geometry is the
// empty shape of kind None; GeometryCollection and NaN or infinite coordinates
// are errors.
func NewShape(g orb.Geometry) (Shape, error) {
	var s Shape
	if g == nil {
		return s, nil
	}
	switch g := g.(type) {
	case orb.Point:
		s.Kind = Points
		s.addPart([]orb.Point{g}, false)
	case orb.MultiPoint:
		s.Kind = Points
		for i := range g {
			s.addPart(g[i:i+1], false)
		}
	case orb.LineString:
		s.Kind = Lines
		s.addPart(g, false)
	case orb.MultiLineString:
		s.Kind = Lines
		for _, l := range g {
			s.addPart(l, false)
		}
	case orb.Ring:
		s.Kind = Polygons
		s.addPolygon(orb.Polygon{g})
	case orb.Polygon:
		s.Kind = Polygons
		s.addPolygon(g)
	case orb.MultiPolygon:
		s.Kind = Polygons
		for _, p := range g {
			s.addPolygon(p)
		}
	case orb.Bound:
		return NewShape(g.ToPolygon())
	default:
		return s, fmt.Errorf("geometry type %s is not one of point, line and polygon", g.GeoJSONType())
	}
	if err := finite(g); err != nil {
		return Shape{}, err
	}
	return s, nil
}

func (s *Shape) addPolygon(p orb.Polygon) {
	for i, ring := range p {
		if s.addPart(ring, true); len(ring) == 0 {
			continue
		}
		part := s.Part(len(s.Ends) - 1)
		if a := Area2(part); (i == 0 && a < 0) || (i > 0 && a > 0) {
			for l, r := 1, len(part)-1; l < r; l, r = l+1, r-1 {
				part[l], part[r] = part[r], part[l]
			}
		}
	}
}

func (s *Shape) addPart(vertices []orb.Point, ring bool) {
	if len(vertices) == 0 {
		return
	}
	start := len(s.Points)
	for _, v := range vertices {
		if p := Quantise(v); len(s.Points) == start || p != s.Points[len(s.Points)-1] {
			s.Points = append(s.Points, p)
		}
	}
	if n := len(s.Points); ring && n-start > 1 && s.Points[n-1] == s.Points[start] {
		s.Points = s.Points[:n-1]
	}
	s.Ends = append(s.Ends, uint32(len(s.Points)))
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
// degrees, turned so that outer rings run anticlockwise (RFC 7946, 3.1.6).
func lonLats(points []Point, ring bool) []orb.Point {
	out := make([]orb.Point, 0, len(points)+1)
	for i := range points {
		if ring {
			i = (len(points) - i) % len(points)
		}
		out = append(out, points[i].LonLat())
	}
	if ring {
		out = append(out, out[0])
	}
	return out
}

func finite(g orb.Geometry) error {
	b := g.Bound()
	for _, v := range []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("geometry has a coordinate that is not a number")
		}
	}
	return nil
}
