package layers

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
)

// Near is a feature at a distance from a place.
type Near struct {
	Table  *Table
	Row    uint32
	Metres float64   // to the nearest point of the feature; 0 inside a polygon
	Place  orb.Point // that point, in degrees
}

// Near is the k features nearest to p by geodesic metres, nearest first, none
// farther than limit metres. Features equally far come by row. It costs some
// microseconds, growing with k and the logarithm of the layer.
func (t *Table) Near(p orb.Point, k int, limit float64) []Near {
	if k <= 0 {
		return nil
	}
	origin := geo.At(p)
	measure := func(row uint32) (metres float64, place orb.Point) {
		shape := t.Shape(row)
		if len(shape.Points) == 1 { // most layers are points
			place = shape.Points[0].LonLat()
			return origin.Distance(place), place
		}
		hit := origin.Nearest(shape)
		return hit.Metres, hit.Place
	}
	dist := func(row uint32) float64 { metres, _ := measure(row); return metres }
	var room [64]index.Found
	few := t.tree.Few(room[:0], p, k, limit, dist)
	found := make([]Near, len(few))
	for i, f := range few {
		_, place := measure(f.ID)
		found[i] = Near{t, f.ID, f.Metres, place}
	}
	return found
}
