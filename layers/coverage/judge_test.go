package coverage_test

import (
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
)

func TestJudgeFindsTheStatesThatComputeFinds(t *testing.T) {
	snap := demotest.Snapshot(t)
	for _, year := range []int{2016, 2020} {
		whole := compute(t, snap, year)
		quick, err := coverage.Judge(t.Context(), snap, roads.Build(snap, year), service.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		for s := range whole.States {
			for i, state := range whole.States[s] {
				if quick.States[s][i] != state {
					t.Fatalf("%d: village %d: %v, want %v", year, i, quick.States[s][i], state)
				}
			}
		}
	}
}
