package shape

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// mostCoordinate is beyond every place on earth in any unit. Programs write the lowest
// number there is, −1.8·10³⁰⁸, where they know none.
const mostCoordinate = 1e30

var (
	errEmpty  = errors.New("is empty")
	errMember = errors.New("is a collection with a member that is null or empty")
)

// Sound gives nil for a geometry that is nowhere and an error for one that no reader
// should pass on: without vertices, with a coordinate that is no number, with a member
// that is missing. Empty parts of a multiple geometry are left out. Every reader's
// geometries go through it.
func Sound(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.Point:
		if !Known(g[0]) && !Known(g[1]) {
			return nil, nil
		}
		return g, Numbers(1, g)
	case orb.MultiPoint:
		return soundPoints(g, g)
	case orb.LineString:
		return soundPoints(g, g)
	case orb.Polygon:
		out, err := soundRings(g)
		if err == nil && len(out) == 0 {
			err = errEmpty
		}
		return out, err
	case orb.MultiLineString:
		var out orb.MultiLineString
		for _, l := range g {
			if len(l) > 0 {
				out = append(out, l)
			}
		}
		if len(out) == 0 {
			return nil, errEmpty
		}
		n := 1
		for _, l := range out {
			if err := Numbers(n, l...); err != nil {
				return nil, err
			}
			n += len(l)
		}
		return out, nil
	case orb.MultiPolygon:
		var out orb.MultiPolygon
		for _, p := range g {
			rings, err := soundRings(p)
			if err != nil {
				return nil, err
			}
			if len(rings) > 0 {
				out = append(out, rings)
			}
		}
		if len(out) == 0 {
			return nil, errEmpty
		}
		return out, nil
	case orb.Collection:
		return soundMembers(g)
	}
	return nil, fmt.Errorf("is a %s, which cannot be read", g.GeoJSONType())
}

func soundPoints(points []orb.Point, g orb.Geometry) (orb.Geometry, error) {
	if len(points) == 0 {
		return nil, errEmpty
	}
	return g, Numbers(1, points...)
}

// soundRings leaves out rings without vertices; nothing is left where the outer one
// has none.
func soundRings(p orb.Polygon) (orb.Polygon, error) {
	if len(p) == 0 || len(p[0]) == 0 {
		return nil, nil
	}
	var out orb.Polygon
	n := 1
	for _, r := range p {
		if len(r) == 0 {
			continue
		}
		if err := Numbers(n, r...); err != nil {
			return nil, err
		}
		n += len(r)
		out = append(out, r)
	}
	return out, nil
}

func soundMembers(g orb.Collection) (orb.Geometry, error) {
	if len(g) == 0 {
		return nil, errEmpty
	}
	out := make(orb.Collection, len(g))
	for i, member := range g {
		m, err := Sound(member)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return nil, errMember
		}
		out[i] = m
	}
	return out, nil
}

// Known tells a coordinate or measure from NaN, infinity and what stands for them.
func Known(f float64) bool { return math.Abs(f) < mostCoordinate }

// Numbers checks that coordinates are numbers; n is the number of the first vertex.
func Numbers(n int, points ...orb.Point) error {
	for i, p := range points {
		if !Known(p[0]) || !Known(p[1]) {
			return fmt.Errorf("has the coordinates %v, %v at vertex %d; allowed are numbers", p[0], p[1], n+i)
		}
	}
	return nil
}
