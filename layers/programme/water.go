package programme

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/coverage"
)

// assignWater joins villages to waterworks that can serve all their people besides those
// that they serve, each by a pipe of its own along the roads. With whole villages this is
// the generalised assignment problem. Its bound is that with villages that may be parted
// among works, a flow of least cost.
func (p *Plan) assignWater(ctx context.Context, wanted []int) error {
	w := &waterworks{Plan: p, rate: p.Result.Rules.Programme.PipeWanKm.Value}
	w.works = p.Result.SpareWater()
	for _, v := range wanted {
		if p.Result.Villages.People[v] < 0 {
			p.leave(v, Unsure)
			continue
		}
		w.villages = append(w.villages, v)
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
		chosen = w.within(chosen)
		return w.finish(ctx, chosen, true)
	}
	return w.finish(ctx, chosen, false)
}

// waterworks is the assignment: villages and works by their positions, pipes in
// millimetres.
type waterworks struct {
	*Plan
	works    []coverage.SpareWater
	villages []int
	pipes    [][]pipe // by village, the shortest first
	rate     float64  // 10,000 yuan a km
	budget   int64    // millimetres
}

type pipe struct {
	works int
	mm    int64
}

// pipeQuery asks for the length of pipes: the ends off the road count as they are.
func (w *waterworks) pipeQuery() network.Query {
	q := w.Result.Network.Query(network.ByMetres)
	q.FootWeight, q.Limit = 1, w.Result.Rules.Programme.MaxPipeM.Value
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
			for n, works := range w.works {
				if works.People < w.people(i) || origin.Distance(works.At) > q.Limit {
					continue
				}
				if a := field.At(works.At); a.State == network.Reached {
					w.pipes[i] = append(w.pipes[i], pipe{n, int64(math.Round(a.Cost * 1e3))})
				}
			}
			slices.SortFunc(w.pipes[i], func(a, b pipe) int { return cmp.Or(cmp.Compare(a.mm, b.mm), cmp.Compare(a.works, b.works)) })
			return ctx.Err()
		})
	}
	return workers.Wait()
}

func (w *waterworks) people(i int) int64 { return int64(people(w.Result, w.villages[i])) }

// choice is by village the position of its pipe in pipes; -1 for none.
type choice []int

func (w *waterworks) length(c choice) (mm int64) {
	for i, k := range c {
		if k >= 0 {
			mm += w.pipes[i][k].mm
		}
	}
	return mm
}

func (w *waterworks) spare(c choice) []int64 {
	spare := make([]int64, len(w.works))
	for n := range w.works {
		spare[n] = w.works[n].People
	}
	for i, k := range c {
		if k >= 0 {
			spare[w.pipes[i][k].works] -= w.people(i)
		}
	}
	return spare
}

// assign gives villages their works: by regret, mended, and then time and again for a
// few of them anew, kept where more people are served or as many by shorter pipes.
func (w *waterworks) assign(ctx context.Context) (choice, error) {
	best := make(choice, len(w.villages))
	spare := w.spare(nil)
	for i := range best {
		best[i] = -1
	}
	w.regret(best, spare, everyone(len(best)))
	w.mend(best, spare)
	random := rand.New(rand.NewPCG(1, 2))
	const tries, few = 10_000, 9
	for n := 0; n < tries && len(best) > 0; n++ {
		if n&255 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c, room := slices.Clone(best), slices.Clone(spare)
		var left []int
		for _, i := range w.around(random, 2+random.IntN(few)) {
			if c[i] >= 0 {
				room[w.pipes[i][c[i]].works] += w.people(i)
				c[i] = -1
			}
			left = append(left, i)
		}
		random.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
		for first := random.IntN(len(left) + 1); len(left) > first && first > 0; first-- { // these have first choice
			w.regret(c, room, left[first-1:first])
		}
		w.regret(c, room, slices.DeleteFunc(slices.Clone(left), func(i int) bool { return c[i] >= 0 }))
		for _, i := range left {
			w.move(c, room, i)
		}
		if p, q := w.served(c), w.served(best); p > q || p == q && w.length(c) < w.length(best) {
			best, spare = c, room
		}
	}
	return best, nil
}

func everyone(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// around picks villages that may want the same works as one picked at random.
func (w *waterworks) around(random *rand.Rand, few int) (list []int) {
	first := random.IntN(len(w.villages))
	wants := map[int]bool{}
	for _, p := range w.pipes[first][:min(3, len(w.pipes[first]))] {
		wants[p.works] = true
	}
	list = append(list, first)
	for _, i := range random.Perm(len(w.villages)) {
		if len(list) == few {
			break
		}
		if i != first && slices.ContainsFunc(w.pipes[i][:min(6, len(w.pipes[i]))], func(p pipe) bool { return wants[p.works] }) {
			list = append(list, i)
		}
	}
	return list
}

func (w *waterworks) served(c choice) (people int64) {
	for i, k := range c {
		if k >= 0 {
			people += w.people(i)
		}
	}
	return people
}

// regret gives those left their works, the village first that would lose most by its
// second choice.
func (w *waterworks) regret(c choice, spare []int64, left []int) {
	left = slices.Clone(left)
	for len(left) > 0 {
		best, worst, at := -1, int64(-1), 0
		for n, i := range left {
			first, second := -1, int64(math.MaxInt64/4)
			for k, p := range w.pipes[i] {
				if spare[p.works] < w.people(i) {
					continue
				}
				if first >= 0 {
					second = p.mm
					break
				}
				first = k
			}
			if first >= 0 {
				second -= w.pipes[i][first].mm
			}
			if first >= 0 && second > worst {
				best, worst, at = first, second, n
			}
		}
		if best < 0 {
			return
		}
		w.put(c, spare, left[at], best)
		left = slices.Delete(left, at, at+1)
	}
}

// mend shortens a choice: a village goes to nearer works that can take it, or can when
// one of theirs goes elsewhere; so do villages that have none yet.
func (w *waterworks) mend(c choice, spare []int64) {
	for again := true; again; {
		again = false
		for i := range c {
			again = w.move(c, spare, i) || again
		}
	}
}

func (w *waterworks) move(c choice, spare []int64, i int) bool {
	for k, p := range w.pipes[i] {
		if c[i] >= 0 && k >= c[i] {
			break
		}
		if spare[p.works] >= w.people(i) {
			w.put(c, spare, i, k)
			return true
		}
		for j := range c {
			if j == i || c[j] < 0 || w.pipes[j][c[j]].works != p.works || spare[p.works]+w.people(j) < w.people(i) {
				continue
			}
			for m, other := range w.pipes[j] {
				room := spare[other.works]
				if c[i] >= 0 && w.pipes[i][c[i]].works == other.works {
					room += w.people(i)
				}
				gain := w.pipes[j][c[j]].mm - other.mm
				if c[i] >= 0 {
					gain += w.pipes[i][c[i]].mm - p.mm
				}
				if other.works == p.works || room < w.people(j) || c[i] >= 0 && gain <= 0 {
					continue
				}
				w.put(c, spare, j, m)
				w.put(c, spare, i, k)
				return true
			}
		}
	}
	return false
}

func (w *waterworks) put(c choice, spare []int64, i, k int) {
	if c[i] >= 0 {
		spare[w.pipes[i][c[i]].works] += w.people(i)
	}
	c[i] = k
	spare[w.pipes[i][k].works] -= w.people(i)
}

// within takes what serves the most people for the budget: pipe by pipe the best for its
// length among those that still fit, from all pipes or from those of a choice.
func (w *waterworks) within(full choice) choice {
	var best choice
	most := int64(-1)
	for _, only := range []bool{false, true} {
		c := make(choice, len(w.villages))
		for i := range c {
			c[i] = -1
		}
		spare, budget, people := w.spare(nil), w.budget, int64(0)
		for {
			at, ratio := -1, -1.
			pick := 0
			for i := range c {
				if c[i] >= 0 {
					continue
				}
				for k, p := range w.pipes[i] {
					if only && k != full[i] || spare[p.works] < w.people(i) {
						continue
					}
					if r := float64(w.people(i)) / float64(max(1, p.mm)); p.mm <= budget && r > ratio {
						at, ratio, pick = i, r, k
					}
					break
				}
			}
			if at < 0 {
				break
			}
			w.put(c, spare, at, pick)
			budget -= w.pipes[at][pick].mm
			people += w.people(at)
		}
		if people > most {
			best, most = c, people
		}
	}
	return best
}

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
		w.Works = append(w.Works, Work{Villages: []int{w.villages[i]}, Stretches: []Stretch{s}, Supply: w.works[w.pipes[i][c[i]].works].Row})
	}
	var err error
	if math.IsInf(w.Budget, 1) {
		w.Bound, err = w.least(ctx, order)
		if w.By == Wan {
			w.Bound *= w.rate
		}
		return err
	}
	w.Bound, err = w.most(ctx)
	return err
}

func (w *waterworks) stretch(ctx context.Context, i int, p pipe) (Stretch, error) {
	at, _ := w.Result.Villages.At(w.villages[i])
	works := w.works[p.works]
	q := w.pipeQuery()
	q.Limit = 0
	route, err := w.Result.Network.Graph.Route(ctx, works.At, at, q)
	if err != nil {
		return Stretch{}, err
	}
	line := append(append(orb.LineString{works.At}, route.Line...), at)
	metres := float64(p.mm) / 1e3
	return Stretch{Kind: Pipe, Metres: metres, Wan: metres / 1e3 * w.rate, Estimated: true, Line: line}, nil
}

// shares are what each person of a village takes of its pipe, in fractions of a
// millimetre.
const shares = 1 << 12

// parted is the least cost of serving the villages if they may be parted among works, in
// millimetres, where leaving a person out costs price, if that is not negative.
func (w *waterworks) parted(ctx context.Context, villages []int, price int64) (float64, error) {
	first, last := int32(len(villages)+1), int32(len(villages)+len(w.works)+1)
	f := newFlow(int(last) + 1)
	for n, i := range villages {
		people := w.people(i)
		f.join(0, int32(n)+1, people, 0)
		for _, p := range w.pipes[i] {
			f.join(int32(n)+1, first+int32(p.works), people, p.mm*shares/max(1, people))
		}
		if price >= 0 {
			f.join(int32(n)+1, last, people, price)
		}
	}
	for n, works := range w.works {
		f.join(first+int32(n), last, works.People, 0)
	}
	_, cost, err := f.run(ctx.Err)
	return float64(cost) / shares, err
}

// least is a bound on the kilometres that serve the villages.
func (w *waterworks) least(ctx context.Context, villages []int) (float64, error) {
	mm, err := w.parted(ctx, villages, -1)
	return mm / 1e6, err
}

// most is a bound on the people that the budget serves, by prices for a person as in
// bargain.
func (w *waterworks) most(ctx context.Context) (float64, error) {
	var all []int
	people := 0.
	for i := range w.villages {
		if len(w.pipes[i]) > 0 {
			all = append(all, i)
			people += float64(w.people(i))
		}
	}
	bound := people
	low, high := 0., 1e9*shares
	for range 24 {
		price := int64(math.Sqrt(max(1, low) * high))
		cost, err := w.parted(ctx, all, price)
		if err != nil {
			return 0, err
		}
		one := float64(price) / shares
		this := people + (float64(w.budget)-cost)/one
		bound = min(bound, math.Floor(this+1e-6))
		// The bound is convex in 1/price: go on to the side on which it falls.
		near, err := w.parted(ctx, all, price+max(1, price/64))
		if err != nil {
			return 0, err
		}
		if people+(float64(w.budget)-near)/(float64(price+max(1, price/64))/shares) < this {
			low = float64(price)
		} else {
			high = float64(price)
		}
		if high/max(1, low) < 1.02 {
			break
		}
	}
	return bound, nil
}
