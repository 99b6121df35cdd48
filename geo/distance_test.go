package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func TestErr(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, d := range []float64{0.1, 10, 1000, 10e3, 30e3, 50e3, 70e3, 100e3, 200e3} {
		worst, abs := 0.0, 0.0
		for range 100000 {
			a := orb.Point{r.Float64()*360 - 180, math.Asin(r.Float64()*2-1) / radians}
			b := Destination(a, r.Float64()*360, d)
			exact := karney(a, b)
			x, y := spotAt(a), spotAt(b)
			got := arc(&x, &y, chordSquared(&x, &y))
			worst = max(worst, math.Abs(got-exact)/exact)
			abs = max(abs, math.Abs(got-exact))
		}
		t.Log(d, worst, abs)
	}
}
