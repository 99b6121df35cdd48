package programme

import (
	"context"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo/steiner"
)

// withinBudget looks for the tree that joins the most people for the budget.
//
// A price on each person who is left out makes of it the problem of the cheapest tree
// with penalties: the higher the price, the more are joined. For each price the bound B
// of that problem proves how many people a budget can serve: whoever serves P of all N
// pays cost + price × (N − P) ≥ B, so that P ≤ N + (budget − B) / price. The trees found
// on the way, cut to the budget or filled up to it, are the candidates.
func (t *oneTree) withinBudget(ctx context.Context) (solved, error) {
	reduced, err := steiner.Reduce(t.problem)
	if err != nil {
		return solved{}, err
	}
	b := bargain{oneTree: t, small: &reduced.Problem, bound: math.Inf(1)}
	for _, w := range t.worth {
		b.all += w
	}
	b.bound = float64(b.all)
	if err := b.byHand(ctx); err != nil {
		return solved{}, err
	}
	if err := b.prices(ctx); err != nil {
		return solved{}, err
	}
	if err := b.polish(ctx); err != nil {
		return solved{}, err
	}
	b.best.Uses = reduced.Unfold(b.best.Uses)
	return solved{b.best, b.bound}, nil
}

// bargain is the search for what a budget buys.
type bargain struct {
	*oneTree
	small *steiner.Problem
	all   int64 // people
	best  steiner.Tree
	some  bool
	bound float64
}

func (b *bargain) served(t steiner.Tree) int64 {
	people := b.all
	for _, i := range t.Left {
		people -= b.worth[i]
	}
	return people
}

// offer keeps a tree if it fits and serves more people than the best, or as many for less.
func (b *bargain) offer(t steiner.Tree) bool {
	if t.Cost > b.budget {
		return false
	}
	if p, q := b.served(t), b.served(b.best); !b.some || p > q ||
		p == q && (len(t.Left) < len(b.best.Left) || len(t.Left) == len(b.best.Left) && t.Cost < b.best.Cost) {
		b.best, b.some = t, true
		return true
	}
	return false
}

// byHand offers what goes on from nothing to the nearest, and to the best for its cost.
func (b *bargain) byHand(ctx context.Context) error {
	for _, worth := range [][]int64{nil, b.worth} {
		t, err := steiner.Greedy(ctx, b.small, nil, b.budget, worth)
		if err != nil {
			return err
		}
		b.offer(t)
	}
	return nil
}

// prices tries prices for a person, halving the span between one that buys too much and
// one that leaves room.
func (b *bargain) prices(ctx context.Context) error {
	low, high := 0., 0.
	if b.all > 0 {
		high = float64(max(1, b.budget)) / float64(b.all)
	}
	for n := 0; n < 14 && b.all > 0 && b.bound > float64(b.served(b.best)); n++ {
		price := high
		if low > 0 {
			price = math.Sqrt(low * high)
			if high/low < 1.005 {
				return nil
			}
		}
		t, err := b.price(ctx, price)
		if err != nil {
			return err
		}
		fits := t.Cost <= b.budget
		if fits && len(t.Left) == 0 {
			return nil
		}
		switch {
		case fits && low == 0: // still rising
			if high *= 4; price > 1e12 {
				return nil
			}
			if t.Cost > b.budget/2 {
				low = price
			}
		case fits:
			low = price
		case low == 0:
			low, high = price/64, price
		default:
			high = price
		}
	}
	return nil
}

// price finds the tree for one price, proves what it can of the budget and offers what it
// finds. Cost is that of the tree's edges alone.
func (b *bargain) price(ctx context.Context, price float64) (steiner.Tree, error) {
	p := *b.small
	p.Terminals = make([]steiner.Terminal, len(b.small.Terminals))
	for i, t := range b.small.Terminals {
		p.Terminals[i] = steiner.Terminal{Node: t.Node, Penalty: int64(price * float64(b.worth[i]))}
	}
	t, err := steiner.Solve(ctx, &p, steiner.Quick)
	if err != nil {
		return t, err
	}
	b.bound = min(b.bound, math.Floor(float64(b.all)+float64(b.budget-t.Bound)/price+1e-6))
	for _, i := range t.Left {
		t.Cost -= p.Terminals[i].Penalty
	}
	return t, b.fill(ctx, t)
}

// fill cuts a tree to the budget, fills it up and offers it.
func (b *bargain) fill(ctx context.Context, t steiner.Tree) error {
	uses := t.Uses
	if t.Cost > b.budget {
		uses = b.cut(t)
	}
	full, err := steiner.Greedy(ctx, b.small, uses, b.budget, b.worth)
	if err == nil {
		b.offer(full)
	}
	return err
}

// cut keeps of a tree what comes first by its order and fits.
func (b *bargain) cut(t steiner.Tree) []steiner.Use {
	gain := map[int32]int64{}
	for i, terminal := range b.small.Terminals {
		gain[terminal.Node] = b.worth[i]
	}
	by := map[int32]steiner.Use{}
	for _, u := range t.Uses {
		_, to := ends(b.small.Edges, u)
		by[to] = u
	}
	var kept, pending []steiner.Use
	in := map[int32]bool{b.small.Root: true}
	left, cost := b.budget, int64(0)
	for _, node := range order(b.small.Root, t.Uses, b.small.Edges, gain) {
		u, ok := by[node]
		if !ok {
			continue
		}
		if from, _ := ends(b.small.Edges, u); !in[from] {
			continue // hangs on what did not fit
		}
		in[node] = true
		pending, cost = append(pending, u), cost+b.small.Edges[u.Edge].Cost
		if gain[node] == 0 {
			continue
		}
		if cost <= left {
			kept, left = append(kept, pending...), left-cost
		} else {
			for _, u := range pending {
				_, to := ends(b.small.Edges, u)
				in[to] = false
			}
		}
		pending, cost = nil, 0
	}
	return kept
}

// polish joins the chosen villages anew as cheaply as it can and fills the room. Then it
// does without each of them in turn, for others that gain more.
func (b *bargain) polish(ctx context.Context) error {
	const fewTargets = 8
	if len(b.targets) <= fewTargets {
		return b.everySet(ctx)
	}
	out := make([]bool, len(b.targets))
	for better := true; better && float64(b.served(b.best)) < b.bound; {
		clear(out)
		for _, i := range b.best.Left {
			out[i] = true
		}
		before := b.served(b.best)
		if _, err := b.without(ctx, out, brief); err != nil {
			return err
		}
		for i := range b.targets {
			if out[i] || b.served(b.best) > before {
				continue
			}
			if err := b.exchange(ctx, i); err != nil {
				return err
			}
		}
		better = b.served(b.best) > before
	}
	return nil
}

// exchange takes a target's own branch from the best tree and fills up with others.
func (b *bargain) exchange(ctx context.Context, barred int) error {
	needed := map[int32]int{} // by node: branches and targets that hang on it
	for i, t := range b.small.Terminals {
		if i != barred {
			needed[t.Node]++
		}
	}
	var kept []steiner.Use
	for _, u := range slices.Backward(b.best.Uses) {
		from, to := ends(b.small.Edges, u)
		if needed[to] > 0 {
			needed[from]++
			kept = append(kept, u)
		}
	}
	slices.Reverse(kept)
	worth := slices.Clone(b.worth)
	worth[barred] = 0
	t, err := steiner.Greedy(ctx, b.small, kept, b.budget, worth)
	if err == nil {
		b.offer(t)
	}
	return err
}

// brief is the effort for one of very many trees.
var brief = steiner.Effort{Rounds: 1, Moves: 60}

// without joins those who are not out as cheaply as it can and fills up with others. It
// reports whether no other tree could join them for the budget if this one does not.
func (b *bargain) without(ctx context.Context, out []bool, effort steiner.Effort) (sure bool, err error) {
	p := *b.small
	p.Terminals = make([]steiner.Terminal, len(b.small.Terminals))
	for i, t := range b.small.Terminals {
		p.Terminals[i] = steiner.Terminal{Node: t.Node, Penalty: steiner.Must}
		if out[i] {
			p.Terminals[i].Penalty = 0
		}
	}
	t, err := steiner.Solve(ctx, &p, effort)
	if err != nil || t.Cost > b.budget {
		return t.Bound > b.budget, err
	}
	full, err := steiner.Greedy(ctx, b.small, t.Uses, b.budget, b.worth)
	if err == nil {
		b.offer(full)
	}
	return true, err
}

// everySet tries every set of targets: with few of them the answer is the best.
func (b *bargain) everySet(ctx context.Context) error {
	out, proven := make([]bool, len(b.targets)), true
	for set := range 1 << len(out) {
		people := b.all
		for i := range out {
			if out[i] = set>>i&1 == 1; out[i] {
				people -= b.worth[i]
			}
		}
		if people < b.served(b.best) {
			continue
		}
		sure, err := b.without(ctx, out, steiner.Thorough)
		if err != nil {
			return err
		}
		proven = proven && sure
	}
	if proven {
		b.bound = min(b.bound, float64(b.served(b.best)))
	}
	return nil
}
