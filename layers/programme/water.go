package programme

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/coverage"
)

// assignWater joins villages to waterworks that can serve all their people besides those
// that they serve, each by a pipe of its own along the roads, from the works or from a pipe
// that they feed. With whole villages this is the generalised assignment problem. How much
// more a pipe can carry than it does is not on record and not asked.
func (p *Plan) assignWater(ctx context.Context, wanted []int) error {
	w := &waterworks{Plan: p, rate: p.Result.Rules().Limit("programme.pipe_wan_km").Value}
	w.works = p.Result.SpareWater()
	for _, v := range wanted {
		if p.Result.Villages.People[v] < 0 {
			p.leave(v, Unsure)
			continue
		}
		w.villages = append(w.villages, v)
	}
	if lines := p.lines(); lines != nil && len(w.works) > 0 {
		w.mains = newMains(lines, w.works, p.Result.Water())
	}
	if err := w.measure(ctx); err != nil {
		return err
	}
	w.budget = math.MaxInt64 / 4
	if !math.IsInf(p.Budget, 1) {
		w.budget = p.By.inUnits(p.Budget)
		if p.By == Wan {
			w.budget = Km.inUnits(p.Budget / w.rate)
		}
	}
	chosen, err := w.assign(ctx)
	if err != nil {
		return err
	}
	if w.budget < w.length(chosen) {
		if chosen, err = w.within(ctx, chosen); err != nil {
			return err
		}
		return w.finish(ctx, chosen, true)
	}
	return w.finish(ctx, chosen, false)
}

// waterworks is the assignment: villages and works by their positions, pipes in
// millimetres.
type waterworks struct {
	*Plan
	works    []coverage.SpareWater
	mains    *mains // nil where there are none
	villages []int
	pipes    [][]pipe // by village, the shortest first
	rate     float64  // 10,000 yuan a km
	budget   int64    // millimetres
}

type pipe struct {
	works int
	mm    int64
	start start
}

// pipeQuery asks for the length of pipes: the ends off the road count as they are.
func (w *waterworks) pipeQuery() network.Query {
	q := w.Result.Network.Query(network.ByMetres)
	q.FootWeight, q.Limit = 1, w.Result.Rules().Limit("programme.max_pipe_m").Value
	return q
}

// measure finds the pipes that can be laid.
func (w *waterworks) measure(ctx context.Context) error {
	w.pipes = make([][]pipe, len(w.villages))
	g, q := w.Result.Network.Graph, w.pipeQuery()
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, v := range w.villages {
		workers.Go(func() error {
			at, _ := w.Result.Villages.At(v)
			field, err := g.Reach(ctx, []orb.Point{at}, q)
			if err != nil {
				return err
			}
			origin := geo.At(at)
			var tapped map[int]tapped
			if w.mains != nil {
				tapped = w.mains.tapped(field, at, q.Limit, func(n int) bool { return w.works[n].People >= w.people(i) })
			}
			for n, works := range w.works {
				if works.People < w.people(i) {
					continue
				}
				best, ok := tapped[n]
				if origin.Distance(works.At) <= q.Limit {
					if a := field.At(works.At); a.State == network.Reached && (!ok || a.Cost <= best.metres) {
						best.metres, best.start, ok = a.Cost, start{at: works.At, via: works.At}, true
					}
				}
				if ok {
					w.pipes[i] = append(w.pipes[i], pipe{n, mm(best.metres), best.start})
				}
			}
			slices.SortFunc(w.pipes[i], func(a, b pipe) int { return cmp.Or(cmp.Compare(a.mm, b.mm), cmp.Compare(a.works, b.works)) })
			return ctx.Err()
		})
	}
	return workers.Wait()
}

func (w *waterworks) people(i int) int64 { return int64(people(w.Result, w.villages[i])) }

// finish writes the works down, the best for its length first, and proves the bound.
func (w *waterworks) finish(ctx context.Context, c choice, limited bool) error {
	var order []int
	for i, k := range c {
		switch {
		case k >= 0:
			order = append(order, i)
		case len(w.pipes[i]) == 0:
			w.leave(w.villages[i], NoWay)
		case limited:
			w.leave(w.villages[i], OverBudget)
		default:
			w.leave(w.villages[i], NoCapacity)
		}
	}
	mm := func(i int) int64 { return w.pipes[i][c[i]].mm }
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.people(b)*mm(a), w.people(a)*mm(b)), cmp.Compare(a, b))
	})
	for _, i := range order {
		s, err := w.stretch(ctx, i, w.pipes[i][c[i]])
		if err != nil {
			return err
		}
		p := w.pipes[i][c[i]]
		w.Works = append(w.Works, Work{
			Villages: []int{w.villages[i]}, Stretches: []Stretch{s}, Supply: w.works[p.works].Row, Line: p.start.row, FromLine: p.start.onLine,
		})
	}
	var err error
	if math.IsInf(w.Budget, 1) {
		var mm int64
		mm, err = w.least(ctx, order, nil, w.length(c))
		w.Bound = float64(mm) / 1e6
		if w.By == Wan {
			w.Bound *= w.rate
		}
		return err
	}
	w.Bound, err = w.most(ctx, c)
	return err
}

func (w *waterworks) stretch(ctx context.Context, i int, p pipe) (Stretch, error) {
	at, _ := w.Result.Villages.At(w.villages[i])
	line := orb.LineString{p.start.at, at}
	if !p.start.straight {
		q := w.pipeQuery()
		q.Limit = 0
		route, err := w.Result.Network.Graph.Route(ctx, p.start.via, at, q)
		if err != nil {
			return Stretch{}, err
		}
		if line = (orb.LineString{p.start.at}); p.start.via != p.start.at {
			line = append(line, p.start.via)
		}
		line = append(append(line, route.Line...), at)
	}
	metres := float64(p.mm) / 1e3
	return Stretch{Kind: Pipe, Metres: metres, Wan: metres / 1e3 * w.rate, Estimated: true, Line: line}, nil
}
