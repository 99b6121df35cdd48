package programme

import (
	"context"
	"math"

	"github.com/cuntu/cuntu/geo/steiner"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// NearestFirst is how many people the usual way of planning serves: time and again the
// village that takes the least to join.
func NearestFirst(ctx context.Context, r *coverage.Result, ask Ask) (people int, cost float64, err error) {
	p := &Plan{Ask: ask, Result: r}
	draw := newRoadSketch
	if ask.Service == service.Broadband {
		draw = func(r *coverage.Result, wanted []int, by Measure) (*sketch, error) {
			return newFibreSketch(r, wanted, by, p.lines())
		}
	}
	s, err := draw(r, p.wanted(), ask.By)
	if err != nil {
		return 0, 0, err
	}
	s.dropUnreachable()
	f := finder{sketch: s}
	t := f.tree(func(entry) bool { return true }, s.targets)
	budget := int64(math.MaxInt64 / 16)
	if !math.IsInf(ask.Budget, 1) {
		budget = ask.By.inUnits(ask.Budget)
	}
	tree, err := steiner.Greedy(ctx, t.problem, nil, budget, nil)
	for _, w := range t.worth {
		people += int(w)
	}
	for _, i := range tree.Left {
		people -= int(t.worth[i])
	}
	return people, ask.By.told(tree.Cost), err
}
