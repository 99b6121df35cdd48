package postgis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkLoad loads a table and has PostgreSQL copy the same table to
// /dev/null, turn by turn; ratio is the time of the first over that of the
// second. DESIGN.md allows 3.
func BenchmarkLoad(b *testing.B) {
	for _, c := range []struct {
		layer    string
		n        int
		vertices int
	}{{"road", 100_000, 20}, {"village", 50_000, 1}} {
		b.Run(c.layer, func(b *testing.B) {
			db := migrated(b)
			s := open(b, db)
			hand := psql(b, db)
			l, _ := layers.Builtin().Layer(c.layer)
			maker := storetest.NewMaker(1)
			_, err := s.Apply(b.Context(), func(yield func(layers.Edit, error) bool) {
				for i := range c.n {
					f := maker.Feature(l)
					for n, field := range l.Fields { // names and notes of an ordinary length
						if field.Type == layers.TypeText && len(field.Values) == 0 {
							f.Values[n] = layers.Text(fmt.Sprintf("商州区杨斜镇第%d", i))
						}
					}
					f.Geometry = orb.Point{110, 33}
					if c.vertices > 1 {
						line := make(orb.LineString, c.vertices)
						for v := range line {
							line[v] = orb.Point{110 + float64(i)*1e-5, 33 + float64(v)*1e-5}
						}
						f.Geometry = line
					}
					if !yield(layers.Edit{Op: layers.Insert, Layer: c.layer, Feature: f}, nil) {
						return
					}
				}
			})
			if err != nil {
				b.Fatal(err)
			}
			run(b, hand, `VACUUM (ANALYZE, FREEZE) cuntu.`+c.layer)
			var load, copied time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				if n, _ := count(b, s); n != c.n {
					b.Fatalf("%d features", n)
				}
				load += time.Since(start)
				b.StopTimer()
				start = time.Now()
				run(b, hand, `COPY cuntu.`+c.layer+` TO '/dev/null'`)
				copied += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(load)/float64(copied), "ratio")
			b.ReportMetric(float64(b.N*c.n)/load.Seconds(), "features/s")
		})
	}
}
