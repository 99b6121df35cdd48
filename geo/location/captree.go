package location

import (
	"cmp"
	"math"
	"slices"
)

// capTree is branch and bound over which sites are open, with capacities. Solutions
// come from the ruin search and from the nodes where all sites are decided; there
// whole clients are packed by a search of their own and split ones by a linear
// programme.
type capTree struct {
	run   *run
	m     *model
	split bool
	ruin  *ruin
	best  float64
	open  []bool
	parts []share // of the best
	bound float64
	// enough ends the search as soon as a solution is no dearer.
	enough float64
	// undecided is the least bound of nodes that were given up.
	undecided float64
	nodes     int
	phase     string
}

// share is a part of a client at a site of the model; -1 is its last resort.
type share struct {
	client, site int32
	part         float64
}

func newCapTree(run *run, m *model, split bool) *capTree {
	return &capTree{
		run: run, m: m, split: split, ruin: newRuin(run, m), best: math.Inf(1), bound: math.Inf(-1),
		undecided: math.Inf(1), enough: math.Inf(-1), open: make([]bool, m.sites), phase: "branch and bound",
	}
}

func (t *capTree) target() float64 { return t.best }

// solve searches for a packing first, bounds it, and branches.
func (t *capTree) solve() {
	m := t.m
	room := m.most
	for _, f := range m.fixed {
		if f == Open {
			room--
		}
	}
	if room < 0 {
		return
	}
	root := treeNode{fixed: slices.Clone(m.fixed), u: make([]float64, m.clients), bound: math.Inf(-1)}
	t.first(root.u)
	t.climbRoot(&root)
	if m.proves(root.bound, t.best) || t.best <= t.enough {
		t.bound = t.lowest([]treeNode{root})
		return
	}
	t.bound = m.lift(root.bound) // where the search can stop
	t.search()
	if !t.run.over() {
		t.climbRoot(&root) // towards a nearer aim
	}
	list := []treeNode{root}
	budget := t.run.effort(max(10, 4_000_000/(len(m.site)+1)))
	for len(list) > 0 && t.best > t.enough && !t.run.over() && t.nodes < budget {
		// The node with the least bound first: solutions come from elsewhere, and so each
		// node raises what is proven.
		at := 0
		for k := range list {
			if list[k].bound < list[at].bound {
				at = k
			}
		}
		n := list[at]
		list = slices.Delete(list, at, at+1)
		if m.proves(n.bound, t.best) {
			continue
		}
		t.run.tell(t.best, min(m.lift(n.bound), t.best), t.phase)
		t.nodes++
		list = append(list, t.branch(&n)...)
	}
	t.bound = t.lowest(list)
}

func (t *capTree) lowest(stack []treeNode) float64 {
	low := min(t.best, t.undecided)
	for _, n := range stack {
		low = min(low, t.m.lift(n.bound))
	}
	return low
}

// first begins with sites as if there were no capacities, then fills up with the
// roomiest ones while there is too little room.
func (t *capTree) first(u []float64) {
	m := t.m
	open := make([]bool, m.sites)
	for j, f := range m.fixed {
		open[j] = f == Open
	}
	x := newInterchange(m)
	x.improve(open, t.run.over)
	for i := range u {
		u[i] = x.d2[i]
		if m.must > 0 && u[i] >= m.must {
			u[i] = x.d1[i]
		}
		if m.must > 0 && u[i] >= m.must {
			u[i] = 0
		}
	}
	t.ruin.begin(m.roomy(open))
	t.take()
}

// roomy opens more sites, or larger ones in place of small ones, until what is open
// holds everybody, as far as that is possible.
func (m *model) roomy(open []bool) []bool {
	var need, have Load
	count := 0
	for i := range m.clients {
		need = need.plus(m.load[i])
	}
	for j, o := range open {
		if o {
			have = have.plus(m.capacity[j])
			count++
		}
	}
	size := func(j int) float64 {
		s := math.Inf(1)
		for u := range need {
			if need[u] > 0 {
				s = min(s, m.capacity[j][u]/need[u])
			}
		}
		return s
	}
	var spare, used []int
	for j := range m.sites {
		if m.fixed[j] != Free {
			continue
		}
		if open[j] {
			used = append(used, j)
		} else {
			spare = append(spare, j)
		}
	}
	slices.SortFunc(spare, func(a, b int) int { return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a, b)) })
	slices.SortFunc(used, func(a, b int) int { return cmp.Or(cmp.Compare(size(a), size(b)), cmp.Compare(a, b)) })
	for n := 0; n < len(spare) && !fits(need, Load{}, have); n++ {
		j := spare[n]
		if count < m.most {
			count++
		} else {
			if len(used) == 0 || size(used[0]) >= size(j) {
				break
			}
			have = have.minus(m.capacity[used[0]])
			open[used[0]] = false
			used = used[1:]
		}
		open[j] = true
		have = have.plus(m.capacity[j])
	}
	return open
}

// search improves the packing by ruin and recreate, as long as it pays for a problem
// of this size: coolly at first, so that a short search has something; then hot enough
// that a site can be given up whose clients are many; and coolly from the best.
func (t *capTree) search() {
	r := t.ruin
	margin := max(2, min(6, 0.2*float64(t.m.clients)/float64(max(1, r.p.count))))
	n := t.m.clients
	budget := float64(t.run.effort(min(60_000_000+2_000_000*min(n, 700)+300_000*max(0, n-700), 2_500_000_000)))
	if n <= 20 {
		budget /= 200
	}
	enough := func(best float64) bool {
		t.run.tell(best, t.bound, "ruin and recreate")
		return best <= t.enough || t.m.proves(t.bound, best)
	}
	for _, phase := range [...]struct{ margin, budget float64 }{{margin / 16, 0.2}, {margin, 0.6}, {margin / 16, 0.2}} {
		r.search(int(phase.budget*budget), phase.margin, enough)
	}
	t.take()
}

// take keeps the packing that the ruin search has found; split clients gain by the
// linear programme over its sites.
func (t *capTree) take() {
	r := t.ruin
	if t.split {
		value, parts, ok := splitOver(t.run, t.m, r.open, r.at)
		if ok && value < t.best-slack(value) {
			t.best, t.parts = value, parts
			copy(t.open, r.open)
		}
		return
	}
	if r.best < t.best-slack(r.best) {
		t.best = r.best
		t.keepWhole(r.open, r.at)
	}
}

func (t *capTree) keepWhole(open []bool, at []int32) {
	copy(t.open, open)
	t.parts = t.parts[:0]
	for i, j := range at {
		t.parts = append(t.parts, share{int32(i), j, 1})
	}
}

// steps of a climb: fewer where little effort is wanted, but never so few that the
// bound means nothing.
func (t *capTree) steps(n int) int { return min(n, max(n/5, t.run.effort(n))) }

func (t *capTree) climbRoot(n *treeNode) {
	r := newCapRelaxed(t.m, n.fixed, t.split)
	c := climb{steps: t.steps(500), patient: 20, pace: 1, slowest: 1e-3, better: func(bound float64) {
		t.run.tell(t.best, bound, "relaxation")
	}}
	n.bound = max(n.bound, c.raise(t.run, r, n.u, t.target, n.fixed))
	if t.m.proves(n.bound, t.best) || t.run.over() {
		return
	}
	c = climb{steps: t.steps(150), patient: 12, pace: 0.3, slowest: 1e-2, better: c.better}
	r = newCapRelaxed(t.m, n.fixed, t.split)
	r.exact = !t.split
	n.bound = max(n.bound, c.raise(t.run, r, n.u, t.target, n.fixed))
}

func (t *capTree) branch(n *treeNode) []treeNode {
	r := newCapRelaxed(t.m, n.fixed, t.split)
	r.exact = !t.split
	before := len(r.free)
	n.bound = max(n.bound, climb{steps: t.steps(60), patient: 8, pace: 0.5, slowest: 0.03}.raise(t.run, r, n.u, t.target, n.fixed))
	if t.m.proves(n.bound, t.best) {
		return nil
	}
	if r.room == 0 {
		for j, f := range n.fixed {
			if f == Free {
				n.fixed[j] = Closed
			}
		}
	}
	if r.count(n.fixed) == 0 {
		t.leaf(n)
		return nil
	}
	if r.count(n.fixed) < before*3/4 {
		return []treeNode{*n}
	}
	pick, worth := -1, math.Inf(-1)
	for k, j := range r.free {
		if n.fixed[j] == Free {
			if w := min(r.often[k], 1-r.often[k]); w > worth {
				pick, worth = int(j), w
			}
		}
	}
	shut := treeNode{slices.Clone(n.fixed), slices.Clone(n.u), n.bound}
	shut.fixed[pick] = Closed
	n.fixed[pick] = Open
	return []treeNode{shut, *n}
}

// leaf decides a node where it is known which sites are open.
func (t *capTree) leaf(n *treeNode) {
	open := make([]bool, t.m.sites)
	count := 0
	for j, f := range n.fixed {
		if open[j] = f == Open; open[j] {
			count++
		}
	}
	if count > t.m.most {
		return
	}
	if t.split {
		at := make([]int32, t.m.clients)
		for i := range at {
			at[i] = -1
		}
		if value, parts, ok := splitOver(t.run, t.m, open, at); !ok {
			t.undecided = min(t.undecided, t.m.lift(n.bound))
		} else if value < t.best-slack(value) {
			t.best, t.parts = value, parts
			copy(t.open, open)
		}
		return
	}
	s := stow{m: t.m, best: t.best}
	if at, ok := s.solve(open); !ok {
		t.undecided = min(t.undecided, t.m.lift(n.bound))
	} else if at != nil {
		t.best = s.best
		t.keepWhole(open, at)
	}
}

// stow packs whole clients into given sites, exactly, by depth first.
type stow struct {
	m     *model
	best  float64
	order []int32
	rest  []float64 // the least that the clients from one on cost
	at    []int32
	found []int32
	load  []Load
	open  []bool
	steps int
}

const mostStowed = 300_000

// solve is the cheapest packing that is cheaper than best, nil if there is none; ok
// is false where the search was given up.
func (s *stow) solve(open []bool) (at []int32, ok bool) {
	m := s.m
	s.open, s.load, s.at = open, make([]Load, m.sites), make([]int32, m.clients)
	base := 0.0
	for j, o := range open {
		if o {
			base += m.opening[j]
		}
	}
	s.order = make([]int32, m.clients)
	for i := range s.order {
		s.order[i] = int32(i)
	}
	slices.SortFunc(s.order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.load[b][0]+m.load[b][1], m.load[a][0]+m.load[a][1]), cmp.Compare(a, b))
	})
	s.rest = make([]float64, m.clients+1)
	for n := m.clients - 1; n >= 0; n-- {
		_, c := m.cheapest(int(s.order[n]), open)
		s.rest[n] = s.rest[n+1] + c
	}
	ok = s.deeper(0, base)
	return s.found, ok
}

func (s *stow) deeper(n int, value float64) bool {
	if s.steps++; s.steps > mostStowed {
		return false
	}
	if s.m.proves(value+s.rest[n], s.best) {
		return true
	}
	if n == len(s.order) {
		s.best, s.found = value, slices.Clone(s.at)
		return true
	}
	i := s.order[n]
	m := s.m
	for a := m.start[i]; a < m.start[i+1] && m.cost[a] < m.leave[i]; a++ {
		j := m.site[a]
		if !s.open[j] || !fits(s.load[j], m.load[i], m.capacity[j]) {
			continue
		}
		was := s.load[j]
		s.load[j], s.at[i] = was.plus(m.load[i]), j
		if !s.deeper(n+1, value+m.cost[a]) {
			return false
		}
		s.load[j] = was
	}
	s.at[i] = -1
	return s.deeper(n+1, value+m.leave[i])
}
