package location

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestEveryKindIsAsGoodAsTryingEverything(t *testing.T) {
	feasible, impossible := 0, 0
	for seed := range uint64(1500) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 7)))
		want, ok := oracle(p)
		sol, err := Solve(context.Background(), p, Options{})
		var inf *Infeasible
		switch {
		case errors.As(err, &inf):
			if impossible++; ok {
				t.Errorf("problem %d (%v, split %v): %v; there is a solution of %v", seed, p.Kind, p.Split, err, want)
			} else if len(inf.Shortages) == 0 || !inf.Shortages[0].Proven || math.IsNaN(inf.Shortages[0].By) {
				t.Errorf("problem %d (%v): infeasible without a proof: %+v", seed, p.Kind, inf.Shortages)
			}
			continue
		case err != nil:
			t.Fatalf("problem %d: %v", seed, err)
		case !ok:
			t.Errorf("problem %d (%v): found %v where there is no solution", seed, p.Kind, sol.Value)
			continue
		}
		feasible++
		if err := verify(p, sol); err != nil {
			t.Errorf("problem %d (%v): %v", seed, p.Kind, err)
		}
		tolerance := 1e-6 * (1 + math.Abs(want))
		if math.Abs(sol.Value-want) > tolerance {
			t.Errorf(
				"problem %d (%v, split %v, capacities %v): value %v, bound %v, want %v", seed, p.Kind, p.Split, p.capacitated(), sol.Value,
				sol.Bound, want,
			)
		}
		if p.Kind == Cover && sol.Bound < want-tolerance || p.Kind != Cover && sol.Bound > want+tolerance {
			t.Errorf("problem %d (%v, split %v): the bound %v crosses the best, %v", seed, p.Kind, p.Split, sol.Bound, want)
		}
		if !sol.Optimal {
			t.Errorf("problem %d (%v, split %v): not proven: %v, bound %v", seed, p.Kind, p.Split, sol.Value, sol.Bound)
		}
	}
	if feasible < 700 || impossible < 150 {
		t.Errorf("%d problems with a solution and %d without: too few to tell", feasible, impossible)
	}
}
