package coverage_test

import (
	"sync"
	"testing"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
)

// demoSnapshot is the prefecture that `cuntu demo` makes, made once.
var demoSnapshot = sync.OnceValues(func() (*layers.Snapshot, error) {
	catalog := layers.Builtin()
	b := layers.NewBuilder(catalog)
	for edit, err := range demo.Generate(demo.Options{Seed: 1}) {
		if err != nil {
			return nil, err
		}
		l, _ := catalog.Layer(edit.Layer)
		if err := b.Add(l, &edit.Feature); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(), nil
})

func theDemo(t testing.TB) *layers.Snapshot {
	t.Helper()
	snap, err := demoSnapshot()
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func compute(t testing.TB, snap *layers.Snapshot, year int) *coverage.Result {
	t.Helper()
	r, err := coverage.Compute(t.Context(), snap, roads.Build(snap, year), coverage.Default())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func BenchmarkComputeOverTheDemo(b *testing.B) {
	snap := theDemo(b)
	network := roads.Build(snap, 2017)
	rules := coverage.Default()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := coverage.Compute(b.Context(), snap, network, rules); err != nil {
			b.Fatal(err)
		}
	}
}
