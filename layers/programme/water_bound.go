package programme

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// least is a bound on the millimetres of pipe that serve the villages, each by one works;
// length is what is known to do. leave, unless it is nil, is by village what leaving it out
// costs instead.
//
// Without the condition that each village is served once, where serving it is paid for
// with a price instead, every works alone picks the villages that pay it best: a knapsack.
// What the villages pay, less what the works earn, is no more than the pipes cost, whatever
// the prices (Lagrange; for this problem Fisher, Jaikumar and Van Wassenhove 1986). Prices
// rise where nobody picks a village and fall where several do, by steps as Polyak (1969)
// has them. Prices are whole millimetres, so that the bound is exact.
func (w *waterworks) least(ctx context.Context, villages []int, leave []int64, length int64) (int64, error) {
	l := newPrices(w, villages, leave)
	best, theta, idle := int64(math.MinInt64), 1., 0
	at := slices.Clone(l.price)
	for n := range 1200 {
		if n&15 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		bound := l.relax()
		if idle++; bound > best {
			best, idle = bound, 0
			copy(at, l.price)
		}
		if idle == 25 { // the steps are too long
			theta, idle = theta/2, 0
			copy(l.price, at)
			bound = l.relax()
		}
		if best >= length || theta < 1e-4 || !l.step(theta*float64(length-bound)) {
			break
		}
	}
	return best, nil
}

// prices is the relaxation: what each village pays, and which works pick it for that.
type prices struct {
	w        *waterworks
	villages []int
	price    []int64 // by village
	leave    []int64 // by village; nil where none may be left out
	picks    [][]int // of each village: the works that pick it; one past them for leaving it
	wants    [][]want
	order    []want // room for a works' wants
}

// want is a village that may join a works.
type want struct {
	village    int // position in prices.villages
	people, mm int64
	gain       int64
}

func newPrices(w *waterworks, villages []int, leave []int64) *prices {
	l := &prices{
		w:        w,
		villages: villages,
		leave:    leave,
		price:    make([]int64, len(villages)),
		picks:    make([][]int, len(villages)),
		wants:    make([][]want, len(w.works)),
	}
	for n, i := range villages {
		for k, p := range w.pipes[i] {
			if k < 2 { // the second choice, where there is one
				l.price[n] = p.mm
			}
			l.wants[p.works] = append(l.wants[p.works], want{village: n, people: w.people(i), mm: p.mm})
		}
	}
	return l
}

// relax lets each works pick and is the bound.
func (l *prices) relax() int64 {
	bound := int64(0)
	for n := range l.price {
		bound += l.price[n]
		l.picks[n] = l.picks[n][:0]
		if l.leave != nil && l.price[n] > l.leave[n] {
			bound -= l.price[n] - l.leave[n]
			l.picks[n] = append(l.picks[n], len(l.w.works))
		}
	}
	for works, wants := range l.wants {
		l.order = l.order[:0]
		for _, v := range wants {
			if v.gain = l.price[v.village] - v.mm; v.gain > 0 {
				l.order = append(l.order, v)
			}
		}
		k := newKnapsack(l.order, l.w.works[works].People)
		bound -= k.solve()
		for n, v := range k.items {
			if k.best[n] {
				l.picks[v.village] = append(l.picks[v.village], works)
			}
		}
	}
	return bound
}

// step changes the prices along the subgradient, so that by its slope they would win so
// much; false says that each village is picked once, so that there is nothing to win.
func (l *prices) step(win float64) bool {
	norm := 0.
	for _, picks := range l.picks {
		miss := float64(1 - len(picks))
		norm += miss * miss
	}
	if norm == 0 {
		return false
	}
	for n, picks := range l.picks {
		l.price[n] += int64(win / norm * float64(1-len(picks)))
	}
	return true
}

// knapsack finds what gains the most of what has room together, by branching on the items
// in the order of their gain for each person (Horowitz and Sahni 1974).
type knapsack struct {
	items []want
	taken []bool
	best  []bool
	most  int64
	room  int64
	steps int
	bound int64 // where there were too many steps
}

// knapsackSteps is how many branches are looked at before the bound with parted items
// stands in for the best. Tens of villages take some hundred.
const knapsackSteps = 20_000

func newKnapsack(items []want, room int64) *knapsack {
	slices.SortFunc(items, func(a, b want) int {
		return cmp.Or(cmp.Compare(b.gain*max(1, a.people), a.gain*max(1, b.people)), cmp.Compare(a.village, b.village))
	})
	return &knapsack{items: items, taken: make([]bool, len(items)), best: make([]bool, len(items)), room: room}
}

// solve is the most that can be gained, or where that takes too long no less; best says by
// which items, as far as it was found.
func (k *knapsack) solve() int64 {
	k.bound = k.relaxed(0, k.room)
	k.branch(0, k.room, 0)
	if k.steps > knapsackSteps {
		return k.bound
	}
	return k.most
}

// relaxed is the gain from items on where the last may be parted, rounded up.
func (k *knapsack) relaxed(from int, room int64) (gain int64) {
	for _, v := range k.items[from:] {
		if v.people > room {
			return gain + (v.gain*room+v.people-1)/v.people
		}
		room -= v.people
		gain += v.gain
	}
	return gain
}

func (k *knapsack) branch(n int, room, gain int64) {
	if gain > k.most {
		k.most = gain
		copy(k.best, k.taken)
	}
	if k.steps++; k.steps > knapsackSteps || n == len(k.items) || gain+k.relaxed(n, room) <= k.most {
		return
	}
	if v := k.items[n]; v.people <= room {
		k.taken[n] = true
		k.branch(n+1, room-v.people, gain+v.gain)
		k.taken[n] = false
	}
	k.branch(n+1, room, gain)
}
