package intake

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
)

// TestWhatIsMendedCrossesNothing tries all pairs of segments, the slow way.
func TestWhatIsMendedCrossesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 9).Draw(t, "vertices")
		ring := make(orb.Ring, n)
		for i := range ring {
			ring[i] = orb.Point{109 + float64(rapid.IntRange(0, 30).Draw(t, "x"))/100, 33 + float64(rapid.IntRange(0, 30).Draw(t, "y"))/100}
		}
		g, trouble := mend(orb.Polygon{ring})
		if trouble != nil && !trouble.warning {
			return // reported to a person
		}
		parts, ok := g.(orb.MultiPolygon)
		if p, one := g.(orb.Polygon); one {
			parts, ok = orb.MultiPolygon{p}, true
		}
		if !ok || len(parts) == 0 {
			t.Fatalf("%v was made %v", ring, g)
		}
		for _, p := range parts {
			r := p[0]
			if r[0] != r[len(r)-1] || len(r) < 4 {
				t.Fatalf("%v is no ring", r)
			}
			for i := range len(r) - 1 {
				for k := i + 2; k < len(r)-1; k++ {
					if i == 0 && k == len(r)-2 {
						continue
					}
					a, b := segment{i, r[i], r[i+1]}, segment{k, r[k], r[k+1]}
					d1, d2, d3, d4 := side(a.p, a.q, b.p), side(a.p, a.q, b.q), side(b.p, b.q, a.p), side(b.p, b.q, a.q)
					const flat = 1e-13 // of degrees squared: what rounding a crossing may leave
					if d1*d2 < 0 && d3*d4 < 0 && min(abs(d1), abs(d2), abs(d3), abs(d4)) > flat {
						t.Fatalf("%v was mended to %v, which crosses itself", ring, r)
					}
				}
			}
			if geo.Area(p) <= 0 {
				t.Fatalf("%v has no area", p)
			}
		}
	})
}

func abs(f float64) float64 { return max(f, -f) }
