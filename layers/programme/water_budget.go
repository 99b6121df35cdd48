package programme

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// within takes what serves the most people for the budget: pipe by pipe the best for its
// length among those that still fit, from all pipes or from those of a choice; and then
// time and again with a few others, kept where more people are served, or as many by
// shorter pipes.
func (w *waterworks) within(ctx context.Context, full choice) (choice, error) {
	best := w.nothing()
	for _, only := range []choice{nil, full} {
		c := w.nothing()
		w.fill(&filling{c, w.spare(nil), w.budget}, only, func() float64 { return 1 })
		if w.served(c) > w.served(best) {
			best = c
		}
	}
	const tries, few = 8_000, 8
	random := rand.New(rand.NewPCG(3, 4))
	people, mm := w.served(best), w.length(best)
	for n := range tries {
		if n&255 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f := &filling{slices.Clone(best), w.spare(best), w.budget - mm}
		for range 1 + random.IntN(few) {
			if i := random.IntN(len(f.choice)); f.choice[i] >= 0 {
				w.drop(f, i)
			}
		}
		w.fill(f, nil, func() float64 { return 0.6 + random.Float64() })
		for i := range f.choice {
			for f.choice[i] >= 0 && w.shorten(f, i) {
			}
		}
		w.fill(f, nil, func() float64 { return 1 })
		if p, l := w.served(f.choice), w.length(f.choice); p > people || p == people && l < mm {
			best, people, mm = f.choice, p, l
		}
	}
	return best, nil
}

func (w *waterworks) nothing() choice {
	c := make(choice, len(w.villages))
	for i := range c {
		c[i] = -1
	}
	return c
}

// filling is a choice with what is left of the works' room and of the budget.
type filling struct {
	choice choice
	spare  []int64
	budget int64
}

func (w *waterworks) drop(f *filling, i int) {
	p := w.pipes[i][f.choice[i]]
	f.spare[p.works] += w.people(i)
	f.budget += p.mm
	f.choice[i] = -1
}

// shorten takes a shorter pipe for which there is room.
func (w *waterworks) shorten(f *filling, i int) bool {
	for k, p := range w.pipes[i][:f.choice[i]] {
		if f.spare[p.works] >= w.people(i) {
			w.drop(f, i)
			w.put(f.choice, f.spare, i, k)
			f.budget -= p.mm
			return true
		}
	}
	return false
}

// fill adds the shortest pipe that works have room for to one village after another, that
// first which serves the most people for its length times what weigh says; or of a village
// only its pipe in a choice.
func (w *waterworks) fill(f *filling, only choice, weigh func() float64) {
	weights := make([]float64, len(f.choice))
	for i := range weights {
		weights[i] = weigh()
	}
	for {
		at, pick, ratio := -1, 0, 0.
		for i, k := range f.choice {
			if k >= 0 {
				continue
			}
			for k, p := range w.pipes[i] {
				if only != nil && k != only[i] || f.spare[p.works] < w.people(i) {
					continue
				}
				if r := weights[i] * float64(w.people(i)) / float64(max(1, p.mm)); p.mm <= f.budget && r > ratio {
					at, pick, ratio = i, k, r
				}
				break
			}
		}
		if at < 0 {
			return
		}
		w.put(f.choice, f.spare, at, pick)
		f.budget -= w.pipes[at][pick].mm
	}
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

// most is a bound on the people that the budget serves; c serves so many. Of each price for
// a person the least cost of pipes and of those left out gives a bound, as in bargain. Which
// price gives the best is found where villages may be parted, and the bound there improved
// with whole villages.
func (w *waterworks) most(ctx context.Context, c choice) (float64, error) {
	var all []int
	people := 0.
	for i := range w.villages {
		if len(w.pipes[i]) > 0 {
			all = append(all, i)
			people += float64(w.people(i))
		}
	}
	of := func(price, cost float64) float64 { return people + (float64(w.budget)-cost)/(price/shares) }
	bound, best := people, int64(0)
	low, high := 0., 1e9*shares
	for range 24 {
		price := int64(math.Sqrt(max(1, low) * high))
		cost, err := w.parted(ctx, all, price)
		if err != nil {
			return 0, err
		}
		this := of(float64(price), cost)
		if this < bound {
			bound, best = this, price
		}
		// The bound is convex in 1/price: go on to the side on which it falls.
		more := price + max(1, price/64)
		near, err := w.parted(ctx, all, more)
		if err != nil {
			return 0, err
		}
		if of(float64(more), near) < this {
			low = float64(price)
		} else {
			high = float64(price)
		}
		if high/max(1, low) < 1.02 {
			break
		}
	}
	for _, times := range []float64{1, 0.93, 1.07} {
		price := float64(best) * times
		if best == 0 {
			break
		}
		leave, cost := make([]int64, len(all)), w.length(c)
		for n, i := range all {
			if leave[n] = int64(price / shares * float64(w.people(i))); c[i] < 0 {
				cost += leave[n]
			}
		}
		cost, err := w.least(ctx, all, leave, cost)
		if err != nil {
			return 0, err
		}
		bound = min(bound, of(price, float64(cost)))
	}
	return math.Floor(bound + 1e-6), nil
}
