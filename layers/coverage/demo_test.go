package coverage_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func compute(t testing.TB, snap *snapshot.Snapshot, year int) *coverage.Result {
	t.Helper()
	r, err := coverage.Compute(t.Context(), snap, roads.Build(snap, year), service.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// BenchmarkCompute measures a full recomputation: over the demo, and that it stays
// linear over a hundred times as much. Networks are built anew by themselves.
func BenchmarkCompute(b *testing.B) {
	per := 0. // ns a village over the demo
	for _, scale := range []int{1, 10, 100} {
		b.Run(strconv.Itoa(scale), func(b *testing.B) {
			snap := demotest.Of(b, demo.Generate(demo.Options{Seed: 1, Scale: scale}))
			network, rules := roads.Build(snap, 2017), service.Builtin()
			var r *coverage.Result
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if r, err = coverage.Compute(b.Context(), snap, network, rules); err != nil {
					b.Fatal(err)
				}
			}
			each := float64(b.Elapsed().Nanoseconds()) / float64(b.N*r.Villages.Len())
			if per == 0 {
				per = each
			}
			b.ReportMetric(each, "ns/village")
			b.ReportMetric(each/per, "ratio")
			b.ReportMetric(2, "at-most")
		})
	}
}

// BenchmarkAfterAnEdit measures what a result costs after one road was given another surface, where all years of a plan were
// asked for before: the present year's, and the other five. The ratio is of the first to what it costs when all is computed.
func BenchmarkAfterAnEdit(b *testing.B) {
	for _, scale := range []int{1, 10, 100} {
		b.Run(strconv.Itoa(scale), func(b *testing.B) {
			snap := demotest.Of(b, demo.Generate(demo.Options{Seed: 1, Scale: scale}))
			var nets roads.Cache
			var results coverage.Cache
			years := func(from, to int) time.Duration {
				began := time.Now()
				for year := from; year <= to; year++ {
					if _, err := results.Get(snap, &nets, year); err != nil {
						b.Fatal(err)
					}
				}
				return time.Since(began)
			}
			cold := years(2018, 2018)
			more := years(2015, 2020)
			t, _ := snap.Table("road")
			surface, rows := t.Layer.Field("surface"), slices.Collect(t.Rows)
			var one, six time.Duration
			for i := 0; b.Loop(); i++ {
				f := t.Feature(rows[i*7919%len(rows)])
				f.Values[surface] = layers.Text([]string{"水泥", "土路"}[i%2])
				var err error
				if snap, _, err = snap.Apply([]layers.Change{{Layer: "road", ID: f.ID, Feature: &f}}); err != nil {
					b.Fatal(err)
				}
				one += years(2018, 2018)
				six += years(2015, 2020)
			}
			b.ReportMetric(one.Seconds()/float64(b.N)/cold.Seconds(), "ratio")
			b.ReportMetric(0.05, "at-most")
			b.ReportMetric(cold.Seconds()*1e3, "ms-cold")
			b.ReportMetric(more.Seconds()*1e3, "ms-five-more-cold")
			b.ReportMetric(one.Seconds()*1e3/float64(b.N), "ms-one-year")
			b.ReportMetric(six.Seconds()*1e3/float64(b.N), "ms-five-more-after")
		})
	}
}
