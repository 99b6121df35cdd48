package postgis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkHistory writes 100,000 features with history and, its triggers laid aside, without, turn by turn; ratio is the
// time of the first over that of the second. It is of the store alone: an import reads, checks and keeps what undoes it besides.
func BenchmarkHistory(b *testing.B) {
	const many = 100_000
	for _, c := range []struct {
		layer    string
		vertices int
		filled   float64 // share of the fields that have a value
	}{{"road", 20, 1}, {"village", 1, 0.4}, {"village", 1, 1}} {
		b.Run(fmt.Sprintf("%s/%.0f%%", c.layer, 100*c.filled), func(b *testing.B) {
			l, _ := layers.Builtin().Layer(c.layer)
			list := make([]layers.Edit, many)
			maker := storetest.NewMaker(1)
			for i := range list {
				f := maker.Feature(l)
				for n := range l.Fields {
					if !l.Fields[n].Required && float64(n) >= c.filled*float64(len(l.Fields)) {
						f.Values[n] = layers.Null
					} else if l.Fields[n].Type == layers.TypeText && len(l.Fields[n].Values) == 0 {
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
				list[i] = layers.Edit{Op: layers.Insert, Layer: c.layer, Feature: f}
			}
			write := func(record bool) time.Duration {
				database := migrated(b)
				s := open(b, database)
				defer s.Close()
				if !record {
					run(b, psql(b, database), `ALTER TABLE cuntu.`+c.layer+` DISABLE TRIGGER cuntu_history_insert`)
				}
				start := time.Now()
				if _, err := s.Write(b.Context(), data.Writing{Edits: data.Edits(list...), By: data.Authorship{Actor: "u1"}}); err != nil {
					b.Fatal(err)
				}
				return time.Since(start)
			}
			var with, without time.Duration
			for b.Loop() {
				with += write(true)
				without += write(false)
			}
			b.ReportMetric(float64(with)/float64(without), "ratio")
			b.ReportMetric(1.6, "at-most")
			b.ReportMetric(float64(many*b.N)/with.Seconds(), "features/s")
		})
	}
}
