package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
)

func TestAroundHoldsWhateverIsAsNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		metres := math.Pow(10, rapid.Float64Range(0, 6).Draw(t, "magnitude"))
		box, whole := geo.Around(p, metres)
		degrees := metres / 110_000
		q := orb.Point{
			p[0] + degrees*rapid.Float64Range(-3, 3).Draw(t, "east")/math.Cos(p[1]*math.Pi/180),
			p[1] + degrees*rapid.Float64Range(-1.1, 1.1).Draw(t, "north"),
		}
		if q[1] < -85 || q[1] > 85 || !whole && math.Abs(q[0]) > 180 || geo.Distance(p, q) > metres {
			return
		}
		if at := geo.Quantise(q); !box.Intersects(geo.Box{Min: at, Max: at}) {
			t.Fatalf("%v lies %.3f m from %v, outside of %v", q, geo.Distance(p, q), p, box)
		}
	})
}
