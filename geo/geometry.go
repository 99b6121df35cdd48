package geo

import "github.com/paulmach/orb"

// KindOf is the kind of shape that a geometry is; None for a collection, which no shape can be, and for nothing.
func KindOf(g orb.Geometry) Kind {
	switch g.(type) {
	case orb.Point, orb.MultiPoint:
		return Points
	case orb.LineString, orb.MultiLineString:
		return Lines
	case orb.Ring, orb.Polygon, orb.MultiPolygon, orb.Bound:
		return Polygons
	}
	return None
}

// Finite tells whether no coordinate of a geometry is NaN or infinite.
func Finite(g orb.Geometry) bool {
	return EachRun(g, func(vertices []orb.Point) bool {
		for _, p := range vertices {
			if !finite(p) {
				return false
			}
		}
		return true
	})
}

// EachRun calls fn for the vertices of each point, line and ring of a geometry until it says false, and tells whether it
// never did. The corners of a bound are a run.
func EachRun(g orb.Geometry, fn func(vertices []orb.Point) bool) bool {
	switch g := g.(type) {
	case orb.Point:
		return fn([]orb.Point{g})
	case orb.MultiPoint:
		return fn(g)
	case orb.LineString:
		return fn(g)
	case orb.MultiLineString:
		for _, line := range g {
			if !fn(line) {
				return false
			}
		}
	case orb.Ring:
		return fn(g)
	case orb.Polygon:
		for _, ring := range g {
			if !fn(ring) {
				return false
			}
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			if !EachRun(polygon, fn) {
				return false
			}
		}
	case orb.Bound:
		return fn([]orb.Point{g.Min, g.Max})
	case orb.Collection:
		for _, member := range g {
			if !EachRun(member, fn) {
				return false
			}
		}
	}
	return true
}
