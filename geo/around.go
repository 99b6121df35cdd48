package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Around is a box that holds every place within metres of p on its own side of the
// antimeridian; whole is false where some may lie beyond that.
func Around(p orb.Point, metres float64) (box Box, whole bool) {
	const degree = 110_500 // less metres than any degree of latitude has
	lat := metres / degree
	highest := math.Abs(p[1]) + lat
	lon := 180.
	if highest < 89 {
		lon = min(180, lat/math.Cos(highest*math.Pi/180))
	}
	box = QuantiseBound(orb.Bound{Min: orb.Point{p[0] - lon, p[1] - lat}, Max: orb.Point{p[0] + lon, p[1] + lat}})
	return box, p[0]-lon > -180 && p[0]+lon < 180
}
