package programme

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo/steiner"
)

// alongRoads makes a programme of a sketch.
func (p *Plan) alongRoads(ctx context.Context, draw func() (*sketch, error)) error {
	s, err := draw()
	if err != nil {
		return err
	}
	p.Left = append(p.Left, s.left...)
	for _, v := range s.dropUnreachable() {
		p.leave(v, NoWay)
	}
	if len(s.targets) == 0 {
		p.Bound = math.NaN()
		return nil
	}
	f := finder{sketch: s, budget: p.By.inUnits(p.Budget), unlimited: math.IsInf(p.Budget, 1)}
	found, err := f.forest(ctx)
	if err != nil {
		return err
	}
	p.Works, p.Bound = found.works, found.bound
	for _, v := range found.left {
		p.leave(v, OverBudget)
	}
	return nil
}

// dropUnreachable takes out the targets to which nothing leads, and lists their villages.
func (s *sketch) dropUnreachable() (villages []int) {
	next := make([][]int32, s.nodes)
	for _, e := range s.edges {
		if next[e.A] = append(next[e.A], e.B); !e.OneWay {
			next[e.B] = append(next[e.B], e.A)
		}
	}
	seen := make([]bool, s.nodes)
	var queue []int32
	for _, e := range s.roots {
		if !seen[e.node] {
			seen[e.node] = true
			queue = append(queue, e.node)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, n := range next[queue[0]] {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	s.targets = slices.DeleteFunc(s.targets, func(t target) bool {
		if !seen[t.node] {
			villages = append(villages, t.village)
		}
		return !seen[t.node]
	})
	return villages
}

// finder looks for the best forest: one tree, where one place is a beginning for all
// counties, or else a tree for each.
type finder struct {
	*sketch
	budget    int64
	unlimited bool
}

// result is what a finder finds.
type result struct {
	works []Work
	left  []int   // villages over the budget
	bound float64 // as Plan.Bound
}

// forest joins every village to the seat of its own county. It takes all beginnings for
// one first: that makes the bound, which holds for the stricter problem too, and mostly
// every village ends up with its own county's. If not, it begins only where all counties
// can, and if there is no such place with each county by itself.
func (f *finder) forest(ctx context.Context) (result, error) {
	all := f.tree(func(entry) bool { return true }, f.targets)
	found, err := all.solve(ctx)
	if err != nil || all.rightly(found.tree) {
		return all.result(found), err
	}
	shared := f.shared()
	if len(shared) > 0 {
		some := f.tree(func(e entry) bool { return shared[e.node] }, f.targets)
		if again, err := some.solve(ctx); err == nil {
			out := some.result(again)
			out.bound = all.result(found).bound
			return out, nil
		} else if ctx.Err() != nil {
			return result{}, err
		}
	}
	out, err := f.countyByCounty(ctx)
	out.bound = all.result(found).bound
	return out, err
}

// shared are the nodes at which the programme of every county may begin.
func (f *finder) shared() map[int32]bool {
	counties := map[int32]bool{}
	for _, t := range f.targets {
		counties[f.r.Villages.County[t.village]] = true
	}
	at := map[int32]map[int32]bool{}
	for _, e := range f.roots {
		if at[e.node] == nil {
			at[e.node] = map[int32]bool{}
		}
		at[e.node][e.county] = true
	}
	shared := map[int32]bool{}
	for node, own := range at {
		all := true
		for c := range counties {
			all = all && (own[c] || own[-1])
		}
		if all {
			shared[node] = true
		}
	}
	return shared
}

// countyByCounty joins each county to its own seat, with what the ones before have built
// for nothing. The works come by what they gain for their cost.
func (f *finder) countyByCounty(ctx context.Context) (out result, err error) {
	by := map[int32][]target{}
	for _, t := range f.targets {
		c := f.r.Villages.County[t.village]
		by[c] = append(by[c], t)
	}
	built := map[int32]bool{}
	left := *f
	for _, c := range slices.Sorted(maps.Keys(by)) {
		t := left.tree(func(e entry) bool { return e.county == c || e.county < 0 }, by[c])
		for e := range built {
			t.problem.Edges[e].Cost = 0
		}
		found, err := t.solve(ctx)
		if err != nil {
			return out, err
		}
		part := t.result(found)
		for _, u := range found.tree.Uses {
			if int(u.Edge) < len(f.edges) {
				if !built[u.Edge] {
					left.budget -= f.edges[u.Edge].Cost
				}
				built[u.Edge] = true
			}
		}
		out.works, out.left = append(out.works, part.works...), append(out.left, part.left...)
	}
	return out, nil
}

// oneTree is a sketch's problem with one root.
type oneTree struct {
	*finder
	problem *steiner.Problem
	targets []target
	worth   []int64 // people, by target
}

func (f *finder) tree(begins func(entry) bool, targets []target) *oneTree {
	t := &oneTree{finder: f, targets: targets}
	root := f.nodes
	t.problem = &steiner.Problem{Nodes: int(f.nodes) + 1, Root: root, Edges: slices.Clone(f.edges)}
	for _, e := range f.roots {
		if begins(e) {
			t.problem.Edges = append(t.problem.Edges, steiner.Edge{A: root, B: e.node, OneWay: true})
		}
	}
	for _, target := range targets {
		t.problem.Terminals = append(t.problem.Terminals, steiner.Terminal{Node: target.node, Penalty: steiner.Must})
		t.worth = append(t.worth, int64(people(f.r, target.village)))
	}
	return t
}

// solved is a tree and what is proven of it: the least cost without a budget, the most
// people with one.
type solved struct {
	tree  steiner.Tree
	bound float64
}

func (t *oneTree) solve(ctx context.Context) (solved, error) {
	if !t.unlimited {
		return t.withinBudget(ctx)
	}
	tree, err := steiner.Solve(ctx, t.problem, steiner.Thorough)
	return solved{tree, t.by.told(tree.Bound)}, err
}

// rightly tells whether every village of a tree is joined to its own county's seat.
func (t *oneTree) rightly(tree steiner.Tree) bool {
	at := map[int32][]int32{}
	for _, e := range t.roots {
		at[e.node] = append(at[e.node], e.county)
	}
	first := map[int32]int32{} // by node: where its way from the root begins
	for _, u := range tree.Uses {
		from, to := ends(t.problem.Edges, u)
		if first[to] = to; from != t.problem.Root {
			first[to] = first[from]
		}
	}
	for _, target := range t.targets {
		node, reached := first[target.node]
		county := t.r.Villages.County[target.village]
		if reached && !slices.Contains(at[node], county) && !slices.Contains(at[node], -1) {
			return false
		}
	}
	return true
}

// result puts a tree into words.
func (t *oneTree) result(found solved) result {
	out := result{bound: found.bound}
	gain, target := map[int32]int64{}, map[int32]int{}
	for i, own := range t.targets {
		gain[own.node], target[own.node] = t.worth[i], own.village
	}
	for _, i := range found.tree.Left {
		out.left = append(out.left, t.targets[i].village)
	}
	by := map[int32]int32{} // by node: the edge that leads to it
	for _, u := range found.tree.Uses {
		_, to := ends(t.problem.Edges, u)
		by[to] = u.Edge
	}
	var pending []Stretch
	for _, node := range order(t.problem.Root, found.tree.Uses, t.problem.Edges, gain) {
		if e, ok := by[node]; ok && int(e) < len(t.pieces) {
			if s, ok := t.stretch(t.pieces[e]); ok {
				pending = append(pending, s)
			}
		}
		village, ok := target[node]
		if !ok {
			continue
		}
		if last := len(out.works) - 1; len(pending) == 0 && last >= 0 {
			out.works[last].Villages = append(out.works[last].Villages, village)
			continue
		}
		out.works = append(out.works, Work{Villages: []int{village}, Stretches: mergeStretches(pending)})
		pending = nil
	}
	return out
}

// mergeStretches makes one of the stretches of a road that follow each other.
func mergeStretches(list []Stretch) (out []Stretch) {
	slices.SortStableFunc(list, func(a, b Stretch) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Row, b.Row), cmp.Compare(a.FromM, b.FromM))
	})
	for _, s := range list {
		if n := len(out) - 1; n >= 0 && s.Kind != Link && s.Row == out[n].Row && s.Kind == out[n].Kind && math.Abs(s.FromM-out[n].ToM) < 0.002 &&
			out[n].ToM > 0 {
			last := &out[n]
			last.ToM, last.Metres, last.Wan, last.Estimated = s.ToM, last.Metres+s.Metres, last.Wan+s.Wan, last.Estimated || s.Estimated
			last.Line = append(slices.Clone(last.Line), s.Line[1:]...)
			continue
		}
		out = append(out, s)
	}
	return out
}
