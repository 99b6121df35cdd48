// Package valid makes polygons valid in the sense of OGC 06-103r4 (6.1.11): rings that
// cross nothing, holes within their outer ring, parts that do not overlap.
//
// Polygons flow in and polygons flow out, in degrees or any other plane. What broken
// rings enclose is read as PostGIS's ST_MakeValid reads it, by the lines alone; where
// that agrees with neither of the other two readings (a place is inside when it lies
// within an odd number of rings; when it lies within an outer ring and none of its
// holes), or makes land of what no outer ring encloses, the polygons are refused with
// the place, for only a person can say what is meant.
//
// All is reckoned on a grid in whole numbers, so that what lies left of what is exact.
// Polygons that are valid come back as they were, to the last digit.
package valid

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Made is what became of polygons.
type Made struct {
	Polygons orb.MultiPolygon
	Changed  bool
	At       orb.Point // where they were broken, if they were
}

// RefusedError tells that what the rings mean is in doubt.
type RefusedError struct {
	At     orb.Point
	Reason string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the polygon is broken at %.6f, %.6f: %s", e.At[0], e.At[1], e.Reason)
}

// The reasons of a RefusedError.
const (
	Doubtful = "what its rings enclose there can be read in several ways"
	Outside  = "a hole reaches out of its outer ring"
	Tangled  = "its rings cross too often to be told apart"
)

// Make gives polygons that are valid and cover what the given ones mean. Rings are
// closed and have three different vertices or more; the first of a polygon is its outer
// one. area measures a ring; pieces and holes of less than least are left out of what
// is made, and doubts about no more are none.
//
// It takes some n log n steps for n vertices, and more where many segments lie above
// each other.
func Make(polygons orb.MultiPolygon, area func(orb.Ring) float64, least float64) (Made, error) {
	g := newGrid(polygons)
	rings := ringsOf(polygons)
	segments := g.segments(rings)
	met, ok := node(&segments)
	if !ok {
		return Made{}, &RefusedError{g.degrees(segments[0].a), Tangled}
	}
	if !met && len(rings) == 1 {
		return Made{Polygons: polygons}, nil
	}
	a := arrange(segments)
	r := readings{arrangement: a, rings: rings, size: a.sizes(g, area)}
	inside, err := r.settle(g, least)
	if err != nil {
		return Made{}, err
	}
	if at, broken := r.broken(inside, len(polygons)); broken {
		return Made{a.outline(inside).polygons(g, area, least), true, g.degrees(at)}, nil
	}
	return Made{Polygons: polygons}, nil
}

// ring is one of all rings, and which polygon it belongs to.
type ring struct {
	orb.Ring
	part  int32
	outer bool
}

func ringsOf(polygons orb.MultiPolygon) (all []ring) {
	for part, p := range polygons {
		for i, r := range p {
			all = append(all, ring{r, int32(part), i == 0})
		}
	}
	return all
}
