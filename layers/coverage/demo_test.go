package coverage_test

import (
	"strconv"
	"testing"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/demo/demotest"
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
