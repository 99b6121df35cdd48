package coverage_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// demoSnapshot is the prefecture that `cuntu demo` makes, made once.
var demoSnapshot = sync.OnceValues(func() (*snapshot.Snapshot, error) { return generate(demo.Options{Seed: 1}) })

func generate(o demo.Options) (*snapshot.Snapshot, error) {
	catalog := service.Builtin().Extend(layers.Builtin())
	b := snapshot.NewBuilder(catalog)
	for edit, err := range demo.Generate(o) {
		if err != nil {
			return nil, err
		}
		l, _ := catalog.Layer(edit.Layer)
		if err := b.Add(l, &edit.Feature); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(), nil
}

func theDemo(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	snap, err := demoSnapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

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
			snap, err := generate(demo.Options{Seed: 1, Scale: scale})
			if err != nil {
				b.Fatal(err)
			}
			network, rules := roads.Build(snap, 2017), service.Builtin()
			var r *coverage.Result
			b.ReportAllocs()
			for b.Loop() {
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
