package valid_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/valid"
)

// coast is a ring of n vertices that winds as a river does.
func coast(n int) orb.Ring {
	r := make(orb.Ring, 0, n+1)
	for i := range n {
		angle := 2 * math.Pi * float64(i) / float64(n)
		d := 0.4 + 0.02*math.Sin(900*angle) + 0.05*math.Sin(7*angle)
		r = append(r, orb.Point{109 + d*math.Cos(angle), 33 + d*math.Sin(angle)})
	}
	return append(r, r[0])
}

// BenchmarkMake makes polygons valid that are so already, and one that is broken in one
// place; ns/vertex is what an import pays.
func BenchmarkMake(b *testing.B) {
	holes := orb.Polygon{coast(1000)}
	for i := range 4000 {
		x, y := 108.8+0.006*float64(i%64), 32.8+0.006*float64(i/64)
		holes = append(holes, orb.Ring{{x, y}, {x, y + 0.004}, {x + 0.004, y + 0.004}, {x + 0.004, y}, {x, y}})
	}
	broken := coast(100_000)
	broken[50_000], broken[50_001] = broken[50_001], broken[50_000]
	for _, c := range []struct {
		name     string
		polygons orb.MultiPolygon
		changed  bool
	}{
		{"ring", orb.MultiPolygon{{coast(100_000)}}, false},
		{"holes", orb.MultiPolygon{holes}, false},
		{"broken", orb.MultiPolygon{{broken}}, true},
	} {
		vertices := 0
		for _, p := range c.polygons {
			for _, r := range p {
				vertices += len(r)
			}
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				made, err := valid.Make(c.polygons, area, 0)
				if err != nil || made.Changed != c.changed {
					b.Fatal(made.Changed, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*vertices), "ns/vertex")
		})
	}
}
