package snapshot

import (
	"math"

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
	return t.NearWhere(p, k, limit, nil)
}

// NearWhere is Near among the rows that keep says yes to. It asks it of all rows that
// lie nearer than the last one found: where few are kept and many places asked for,
// Where is the cheaper way.
func (t *Table) NearWhere(p orb.Point, k int, limit float64, keep func(row uint32) bool) []Near {
	if k <= 0 {
		return nil
	}
	origin := geo.At(p)
	dist := func(row uint32) float64 {
		if keep != nil && !keep(row) {
			return math.Inf(1) // which the tree leaves out
		}
		shape := t.Shape(row)
		if len(shape.Points) == 1 { // most layers are points
			return origin.Distance(shape.Points[0].LonLat())
		}
		return origin.Nearest(shape).Metres
	}
	var room [64]index.Found
	few := t.tree.Few(room[:0], p, k, limit, dist)
	found := make([]Near, len(few))
	for i, f := range few {
		found[i] = Near{Table: t, Row: f.ID, Metres: f.Metres}
		if shape := t.Shape(f.ID); len(shape.Points) == 1 {
			found[i].Place = shape.Points[0].LonLat()
		} else {
			found[i].Place = origin.Nearest(shape).Place
		}
	}
	return found
}
