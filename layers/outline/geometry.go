package outline

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"github.com/cuntu/cuntu/geo"
)

// geomOf is a shape's polygons in the map's own units, which are whole numbers: what neighbours share is the same in both.
func geomOf(s geo.Shape) geom.Geometry {
	var polygons []geom.Polygon
	var rings []geom.LineString
	flush := func() {
		if len(rings) > 0 {
			polygons = append(polygons, geom.NewPolygon(rings))
		}
		rings = nil
	}
	for i := range s.Ends {
		part := s.Part(i)
		if geo.Area2(part) >= 0 {
			flush()
		}
		flat := make([]float64, 0, 2*len(part)+2)
		for k := range len(part) + 1 {
			p := part[k%len(part)]
			flat = append(flat, float64(p.X), float64(p.Y))
		}
		rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
	}
	flush()
	return geom.NewMultiPolygon(polygons).AsGeometry()
}

// polygonsOf are the parts of a geometry that have an area.
func polygonsOf(g geom.Geometry) (list []geom.Polygon) {
	switch g.Type() {
	case geom.TypePolygon:
		return []geom.Polygon{g.MustAsPolygon()}
	case geom.TypeMultiPolygon:
		m := g.MustAsMultiPolygon()
		for i := range m.NumPolygons() {
			list = append(list, m.PolygonN(i))
		}
	case geom.TypeGeometryCollection:
		c := g.MustAsGeometryCollection()
		for i := range c.NumGeometries() {
			list = append(list, polygonsOf(c.GeometryN(i))...)
		}
	}
	return list
}

// orbOf is a polygon of geomOf's plane in degrees.
func orbOf(p geom.Polygon) orb.Polygon {
	ring := func(l geom.LineString) orb.Ring {
		s := l.Coordinates()
		r := make(orb.Ring, s.Length())
		for i := range r {
			xy := s.GetXY(i)
			r[i] = degrees(xy.X, xy.Y)
		}
		return r
	}
	polygon := orb.Polygon{ring(p.ExteriorRing())}
	for i := range p.NumInteriorRings() {
		polygon = append(polygon, ring(p.InteriorRingN(i)))
	}
	return polygon
}

// degrees are those of a place between whole units: in a unit of 9 mm the map is flat.
func degrees(x, y float64) orb.Point {
	low := geo.Point{X: int32(math.Floor(x)), Y: int32(math.Floor(y))}
	a := low.LonLat()
	b := geo.Point{X: low.X + 1, Y: low.Y + 1}.LonLat()
	return orb.Point{a[0] + (x-float64(low.X))*(b[0]-a[0]), a[1] + (y-float64(low.Y))*(b[1]-a[1])}
}
