package cql2

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// System is a coordinate system that geometries are given in. A nil System is degrees of
// longitude and latitude.
type System struct {
	// ToDegrees moves a place, its coordinates in the order of the system's axes, to degrees of longitude and latitude of
	// WGS 84; NaN where it is no place of the system.
	ToDegrees func(orb.Point) orb.Point
	// Angles tells that coordinates are degrees, so that a box may lie across 180°; NorthFirst that latitude or northing
	// comes first.
	Angles, NorthFirst bool
}

// edgePieces is into how many pieces the edge of a box is cut where it is not straight on the map.
const edgePieces = 32

// Box is the box between two corners, the first coordinates of which are the least ones: an area in degrees, or a line
// or point where the corners agree. Of angles the west may be east of the east: such a box lies across 180° and is two.
func (s *System) Box(corners [4]float64) (orb.Geometry, error) {
	if s != nil && s.NorthFirst {
		corners = [4]float64{corners[1], corners[0], corners[3], corners[2]}
	}
	west, south, east, north := corners[0], corners[1], corners[2], corners[3]
	switch {
	case south > north:
		return nil, fmt.Errorf("the south of a box, %v, is not above its north, %v", south, north)
	case s != nil && !s.Angles && west > east:
		return nil, fmt.Errorf("the west of a box, %v, is not above its east, %v", west, east)
	}
	box := func(west, east float64) orb.Polygon {
		return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}.ToPolygon()
	}
	var g orb.Geometry
	switch a, b := (orb.Point{west, south}), (orb.Point{east, north}); {
	case a == b:
		g = a
	case west == east || south == north:
		g = orb.LineString{a, b}
	case west < east:
		g = box(west, east)
	default:
		g = orb.MultiPolygon{box(west, 180), box(-180, east)}
	}
	if s == nil {
		return g, nil
	}
	return s.moved(g)
}

// moved is a box of the system in degrees. Its edges are cut into pieces, since they may be curved on the map.
func (s *System) moved(g orb.Geometry) (orb.Geometry, error) {
	toDegrees := s.ToDegrees
	if s.NorthFirst {
		toDegrees = func(p orb.Point) orb.Point { return s.ToDegrees(orb.Point{p[1], p[0]}) }
	}
	pieces := edgePieces
	if s.Angles {
		pieces = 1
	}
	cut := func(line []orb.Point) (moved []orb.Point) {
		for i, p := range line[:len(line)-1] {
			for k := range pieces {
				at := float64(k) / float64(pieces)
				moved = append(moved, toDegrees(orb.Point{p[0] + at*(line[i+1][0]-p[0]), p[1] + at*(line[i+1][1]-p[1])}))
			}
		}
		return append(moved, toDegrees(line[len(line)-1]))
	}
	switch box := g.(type) {
	case orb.Point:
		g = toDegrees(box)
	case orb.LineString:
		g = orb.LineString(cut(box))
	case orb.Polygon:
		g = orb.Polygon{cut(box[0])}
	case orb.MultiPolygon:
		g = orb.MultiPolygon{{cut(box[0][0])}, {cut(box[1][0])}}
	}
	if !geo.Finite(g) {
		return nil, errors.New("the box reaches beyond the coordinate system")
	}
	return g, nil
}
