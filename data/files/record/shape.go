package record

import (
	"slices"

	"github.com/paulmach/orb"
)

// Types of shapes in a shapefile; those with Z are 10 more, those with M 20.
const (
	ShapeNull       = 0
	ShapePoint      = 1
	ShapeLine       = 3
	ShapePolygon    = 5
	ShapeMultiPoint = 8
	ShapeMultiPatch = 31
)

// RingArea is twice the signed area, positive for counter-clockwise, reckoned from the first vertex so that large
// coordinates cost no digits.
func RingArea(p []orb.Point) (sum float64) {
	for i := 1; i+1 < len(p); i++ {
		sum += (p[i][0]-p[0][0])*(p[i+1][1]-p[0][1]) - (p[i+1][0]-p[0][0])*(p[i][1]-p[0][1])
	}
	return sum
}

// TurnRing is the ring running counter-clockwise for 1, clockwise for -1. It may reverse
// it in place.
func TurnRing(r orb.Ring, way float64) orb.Ring {
	if RingArea(r)*way < 0 {
		slices.Reverse(r)
	}
	return r
}
