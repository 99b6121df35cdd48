package geo

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

// ErrNotFinite is the error of a coordinate that is NaN or infinite.
var ErrNotFinite = errors.New("geometry has a coordinate that is not a finite number")

// NewShape quantises a geometry in degrees. Repeated vertices go and rings are
// oriented. A line or ring that the grid reduces to nothing keeps the vertices it
// has left, so that no feature vanishes; a hole without area goes, and so do
// parts without vertices and the holes of a polygon whose outer ring has none.
// Rings may be given closed or open. Nil is the empty shape of kind None;
// collections and coordinates that are not finite are errors.
//
// What it makes comes back unchanged from NewShape(s.Geometry()): sending back
// what was served moves nothing.
func NewShape(g orb.Geometry) (Shape, error) {
	points, ends, kind, err := AppendShape(nil, nil, g)
	return Shape{kind, points, ends}, err
}

// AppendShape is NewShape into arenas that the caller owns; it allocates only
// when they are full. What it appends to points and ends is the new shape's Points
// and Ends, so the ends count from the shape's own first vertex:
//
//	from, part := len(points), len(ends)
//	points, ends, kind, err = AppendShape(points, ends, g)
//	shape := Shape{kind, points[from:], ends[part:]}
//
// On an error both come back as they were.
func AppendShape(points []Point, ends []uint32, g orb.Geometry) ([]Point, []uint32, Kind, error) {
	a := arena{points: points, ends: ends, start: len(points)}
	kind, err := a.add(g)
	if err != nil {
		return points, ends, None, err
	}
	return a.points, a.ends, kind, nil
}

// arena is where one shape grows; it starts at points[start].
type arena struct {
	points []Point
	ends   []uint32
	start  int
}

func (a *arena) add(g orb.Geometry) (Kind, error) {
	switch g := g.(type) {
	case nil:
		return None, nil
	case orb.Point:
		return Points, a.addPoint(g)
	case orb.MultiPoint:
		for _, p := range g {
			if err := a.addPoint(p); err != nil {
				return None, err
			}
		}
		return Points, nil
	case orb.LineString:
		return Lines, a.addLine(g)
	case orb.MultiLineString:
		for _, line := range g {
			if err := a.addLine(line); err != nil {
				return None, err
			}
		}
		return Lines, nil
	case orb.Ring:
		_, err := a.addRing(g, false)
		return Polygons, err
	case orb.Polygon:
		return Polygons, a.addPolygon(g)
	case orb.MultiPolygon:
		for _, polygon := range g {
			if err := a.addPolygon(polygon); err != nil {
				return None, err
			}
		}
		return Polygons, nil
	case orb.Bound:
		return Polygons, a.addPolygon(g.ToPolygon())
	}
	return None, fmt.Errorf("geometry type %s is not one of point, line and polygon", g.GeoJSONType())
}

func (a *arena) endPart() { a.ends = append(a.ends, uint32(len(a.points)-a.start)) }

func (a *arena) addPoint(p orb.Point) error {
	if !finite(p) {
		return ErrNotFinite
	}
	a.points = append(a.points, Quantise(p))
	a.endPart()
	return nil
}

func (a *arena) addLine(vertices []orb.Point) error {
	part, err := a.addVertices(vertices)
	if len(part) > 0 {
		a.endPart()
	}
	return err
}

func (a *arena) addPolygon(polygon orb.Polygon) error {
	for i, ring := range polygon {
		ok, err := a.addRing(ring, i > 0)
		if err != nil {
			return err
		}
		if i == 0 && !ok {
			return allFinite(polygon[1:])
		}
	}
	return nil
}

// addRing tells whether the ring was added.
func (a *arena) addRing(ring orb.Ring, hole bool) (bool, error) {
	part, err := a.addVertices(ring)
	if err != nil || len(part) == 0 {
		return false, err
	}
	if last := len(part) - 1; last > 0 && part[last] == part[0] {
		a.points, part = a.points[:len(a.points)-1], part[:last]
	}
	area := Area2(part)
	if hole && area == 0 {
		a.points = a.points[:len(a.points)-len(part)]
		return false, nil
	}
	if hole && area > 0 || !hole && area < 0 {
		for l, r := 1, len(part)-1; l < r; l, r = l+1, r-1 {
			part[l], part[r] = part[r], part[l]
		}
	}
	a.endPart()
	return true, nil
}

// addVertices appends the vertices without repetitions and returns them.
func (a *arena) addVertices(vertices []orb.Point) ([]Point, error) {
	from := len(a.points)
	for _, v := range vertices {
		if !finite(v) {
			return nil, ErrNotFinite
		}
		if p := Quantise(v); len(a.points) == from || p != a.points[len(a.points)-1] {
			a.points = append(a.points, p)
		}
	}
	return a.points[from:], nil
}

// finite tells whether neither coordinate is NaN or infinite, either of which
// minus itself is NaN.
func finite(p orb.Point) bool { return p[0]-p[0]+p[1]-p[1] == 0 }

func allFinite(rings []orb.Ring) error {
	for _, ring := range rings {
		for _, v := range ring {
			if !finite(v) {
				return ErrNotFinite
			}
		}
	}
	return nil
}
