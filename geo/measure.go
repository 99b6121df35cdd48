package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"
)

// Length is the length in metres of a geometry's lines along geodesics between
// their vertices; of a polygon, its perimeter with holes; of points, 0.
func Length(g orb.Geometry) float64 {
	var sum float64
	switch g := g.(type) {
	case orb.LineString:
		for i := 1; i < len(g); i++ {
			sum += Distance(g[i-1], g[i])
		}
	case orb.MultiLineString:
		for _, line := range g {
			sum += Length(line)
		}
	case orb.Ring:
		if sum = Length(orb.LineString(g)); len(g) > 0 {
			sum += Distance(g[len(g)-1], g[0])
		}
	case orb.Polygon:
		for _, ring := range g {
			sum += Length(ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			sum += Length(polygon)
		}
	case orb.Bound:
		return Length(g.ToPolygon())
	case orb.Collection:
		for _, member := range g {
			sum += Length(member)
		}
	}
	return sum
}

// Area is the area in square metres of a geometry's polygons on WGS 84, whose
// edges are geodesics (Karney 2013, section 6), holes taken off; of points and
// lines, 0. The direction of rings does not matter.
func Area(g orb.Geometry) float64 {
	var sum float64
	switch g := g.(type) {
	case orb.Ring:
		return ringArea(g)
	case orb.Polygon:
		for i, ring := range g {
			if i == 0 {
				sum = ringArea(ring)
			} else {
				sum -= ringArea(ring)
			}
		}
		return max(sum, 0)
	case orb.MultiPolygon:
		for _, polygon := range g {
			sum += Area(polygon)
		}
	case orb.Bound:
		return Area(g.ToPolygon())
	case orb.Collection:
		for _, member := range g {
			sum += Area(member)
		}
	}
	return sum
}

func ringArea(ring orb.Ring) float64 {
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	if len(ring) < 3 {
		return 0
	}
	p := geodesic.WGS84.PolygonInit(false)
	for _, v := range ring {
		p.AddPoint(v[1], v[0])
	}
	var area float64
	p.Compute(false, true, &area, nil)
	return math.Abs(area)
}

// Length is the length in metres of a shape's lines; of polygons, their
// perimeter with holes; of points, 0.
func (s Shape) Length() float64 {
	if s.Kind != Lines && s.Kind != Polygons {
		return 0
	}
	var sum float64
	for i := range s.Ends {
		part := s.Part(i)
		if len(part) == 0 {
			continue
		}
		first := part[0].LonLat()
		start := spotAt(first)
		a, p := first, start
		for _, v := range part[1:] {
			b := v.LonLat()
			q := spotAt(b)
			sum += between(a, b, &p, &q)
			a, p = b, q
		}
		if s.Kind == Polygons {
			sum += between(a, first, &p, &start)
		}
	}
	return sum
}

// DegreeMetres is how many metres a degree of longitude and one of latitude are
// long at a latitude.
func DegreeMetres(lat float64) (east, north float64) {
	sin, cos := math.Sincos(lat * radians)
	w := math.Sqrt(1 - eccentricity*sin*sin)
	return semiMajor / w * cos * radians, semiMajor * (1 - eccentricity) / (w * w * w) * radians
}
