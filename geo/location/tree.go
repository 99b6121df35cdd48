package location

import (
	"math"
	"slices"
)

// tree is branch and bound over which sites are open, without capacities.
type tree struct {
	run   *run
	m     *model
	inter *interchange
	best  float64
	open  []bool // of the best
	bound float64
	seen  map[uint64]bool // sets that interchange has begun from
	// cutoff is the value that solutions are sought below, where that is less than best.
	cutoff float64
	// enough ends the search as soon as a solution is no dearer.
	enough float64
	// covering tells that the model is one of set covering, which each node makes smaller.
	covering bool
	nodes    int
	phase    string
}

type treeNode struct {
	fixed []Fixed
	u     []float64
	bound float64
}

func newTree(run *run, m *model) *tree {
	return &tree{
		run: run, m: m, inter: newInterchange(m), best: math.Inf(1), bound: math.Inf(-1),
		cutoff: math.Inf(1), enough: math.Inf(-1), open: make([]bool, m.sites), seen: map[uint64]bool{}, phase: "branch and bound",
	}
}

func (t *tree) target() float64 { return min(t.best, t.cutoff) }

// offer takes a set of open sites, improves it if it is a new one, and keeps it if
// it is the best.
func (t *tree) offer(open []bool) {
	h := uint64(14695981039346656037)
	for j, o := range open {
		if o {
			h = (h ^ uint64(j)) * 1099511628211
		}
	}
	if t.seen[h] {
		return
	}
	t.seen[h] = true
	trial := slices.Clone(open)
	if v := t.inter.improve(trial, t.run.over); v < t.best-slack(v) {
		t.best = v
		copy(t.open, trial)
	}
}

// solve searches until the best is proven, the budget of nodes is spent, or the run
// is over.
func (t *tree) solve(nodes int) {
	m := t.m
	start := make([]bool, m.sites)
	room := m.most
	for j, f := range m.fixed {
		if f == Open {
			start[j] = true
			room--
		}
	}
	if room < 0 {
		t.bound = math.Inf(1) // more are fixed open than may be open
		return
	}
	t.offer(start)
	root := treeNode{fixed: slices.Clone(m.fixed), u: t.first(), bound: math.Inf(-1)}
	t.root(&root)
	t.bound = root.bound
	stack := []treeNode{root}
	for len(stack) > 0 {
		if t.best <= t.enough {
			break
		}
		n := stack[len(stack)-1]
		if m.proves(n.bound, t.target()) {
			stack = stack[:len(stack)-1]
			continue
		}
		if t.run.over() || t.nodes >= nodes {
			break
		}
		t.run.tell(t.best, t.lowest(stack), t.phase)
		stack = stack[:len(stack)-1]
		t.nodes++
		stack = append(stack, t.branch(&n)...)
	}
	t.bound = t.lowest(stack)
}

// lowest is the bound of all that is left to search.
func (t *tree) lowest(stack []treeNode) float64 {
	low := t.target()
	for _, n := range stack {
		low = min(low, t.m.lift(n.bound))
	}
	return low
}

// first are multipliers to begin with: what a client's second best site costs.
func (t *tree) first() []float64 {
	u := make([]float64, t.m.clients)
	for i := range u {
		u[i] = min(t.inter.d2[i], t.m.leave[i])
		if u[i] >= t.m.must && t.m.must > 0 {
			u[i] = t.inter.d1[i]
		}
	}
	return u
}

// root climbs for long, and offers the sets that it comes by.
func (t *tree) root(n *treeNode) {
	r := newRelaxed(t.m, n.fixed, nil)
	since := 0
	open := make([]bool, t.m.sites)
	c := climb{steps: 400, patient: 20, pace: 1.5, slowest: 1e-3, better: func(bound float64) {
		if since++; since%8 == 1 && len(t.seen) < 60 {
			r.opened(open)
			t.offer(open)
		}
		t.run.tell(t.best, bound, "relaxation")
	}}
	for range 40 {
		was := r.count(n.fixed)
		n.bound = max(n.bound, c.raise(t.run, r, n.u, t.target, n.fixed))
		left := r.count(n.fixed)
		if t.m.proves(n.bound, t.target()) || t.run.over() || left == 0 {
			return
		}
		if left > was*9/10 && c.pace < 0.2 {
			return
		}
		if left > was*9/10 {
			c.pace /= 4
		}
		r = newRelaxed(t.m, n.fixed, nil)
	}
}

// branch bounds a node again with what was fixed, and parts it in two on the site
// that the relaxation is least sure of.
func (t *tree) branch(n *treeNode) []treeNode {
	var dropped []bool
	if t.covering {
		d := newReducer(t.m, n.fixed)
		if !d.reduce() {
			return nil
		}
		n.fixed, dropped = d.fixed, d.dropped
	}
	r := newRelaxed(t.m, n.fixed, dropped)
	if len(r.free) == 0 || r.room <= 0 {
		t.leaf(n.fixed)
		return nil
	}
	before := len(r.free)
	n.bound = max(n.bound, climb{steps: 120, patient: 8, pace: 0.5, slowest: 0.02}.raise(t.run, r, n.u, t.target, n.fixed))
	if t.m.proves(n.bound, t.target()) {
		return nil
	}
	open := make([]bool, t.m.sites)
	r.bound(n.u)
	r.opened(open)
	if v := t.m.value(open); v < t.best-slack(v) {
		t.offer(open)
	}
	if r.count(n.fixed) < before*3/4 {
		return []treeNode{*n} // once more, with less
	}
	pick, worth := -1, math.Inf(-1)
	for k, j := range r.free {
		if n.fixed[j] == Free {
			if w := min(r.often[k], 1-r.often[k]); w > worth {
				pick, worth = int(j), w
			}
		}
	}
	if pick < 0 {
		t.leaf(n.fixed)
		return nil
	}
	shut := treeNode{slices.Clone(n.fixed), slices.Clone(n.u), n.bound}
	shut.fixed[pick] = Closed
	n.fixed[pick] = Open
	return []treeNode{shut, *n}
}

// leaf is a node where all is decided.
func (t *tree) leaf(fixed []Fixed) {
	open := make([]bool, t.m.sites)
	count := 0
	for j, f := range fixed {
		if open[j] = f == Open; f == Open {
			count++
		}
	}
	if count > t.m.most {
		return
	}
	if v := t.m.value(open); v < t.best-slack(v) {
		t.best = v
		copy(t.open, open)
	}
}
