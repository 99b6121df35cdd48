package steiner

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// exact is the least cost by dynamic programming over subsets of the terminals
// (Dreyfus and Wagner 1971), directed, and over which of them are left out.
func exact(p *Problem) int64 {
	n, k := p.Nodes, len(p.Terminals)
	cost := make([][]int64, n) // of ways
	for i := range cost {
		cost[i] = make([]int64, n)
		for j := range cost[i] {
			if i != j {
				cost[i][j] = Must
			}
		}
	}
	for _, e := range p.Edges {
		cost[e.A][e.B] = min(cost[e.A][e.B], e.Cost)
		if !e.OneWay {
			cost[e.B][e.A] = min(cost[e.B][e.A], e.Cost)
		}
	}
	for m := range n {
		for i := range n {
			for j := range n {
				cost[i][j] = min(cost[i][j], cost[i][m]+cost[m][j])
			}
		}
	}
	tree := make([][]int64, 1<<k) // by subset and node from which it is reached
	best := int64(math.MaxInt64)
	for set := range tree {
		tree[set] = make([]int64, n)
		var left int64
		for i, t := range p.Terminals {
			if set>>i&1 == 0 {
				left = min(Must, left+t.Penalty)
			}
		}
		for v := range n {
			tree[set][v] = Must
			if set == 0 {
				tree[set][v] = 0
			}
		}
		for i, t := range p.Terminals {
			if set == 1<<i {
				for v := range n {
					tree[set][v] = cost[v][t.Node]
				}
			}
		}
		merged := make([]int64, n)
		for v := range n {
			merged[v] = tree[set][v]
			for part := (set - 1) & set; part > 0; part = (part - 1) & set {
				merged[v] = min(merged[v], tree[part][v]+tree[set^part][v])
			}
		}
		for v := range n {
			for u := range n {
				tree[set][v] = min(tree[set][v], cost[v][u]+merged[u])
			}
		}
		best = min(best, tree[set][p.Root]+left)
	}
	return best
}

// random is a problem of both ways but for the root's and the terminals' edges: half of
// the terminals are groups, nodes of their own that several others serve. One in oneWay
// of the other edges, where it is not 0, is open one way alone.
func random(r *rand.Rand, nodes, edges, terminals, oneWay int) *Problem {
	p := &Problem{Nodes: nodes, Root: int32(r.IntN(nodes))}
	for range edges {
		p.Edges = append(p.Edges, Edge{
			A:      int32(r.IntN(nodes)),
			B:      int32(r.IntN(nodes)),
			Cost:   int64(r.IntN(20)),
			OneWay: oneWay > 0 && r.IntN(oneWay) == 0,
		})
	}
	p.Edges = append(p.Edges, Edge{A: p.Root, B: int32(r.IntN(nodes)), Cost: int64(r.IntN(3)), OneWay: true})
	for _, node := range r.Perm(nodes)[:min(nodes-1, terminals)] {
		penalty := Must
		if r.IntN(2) == 0 {
			penalty = int64(r.IntN(40))
		}
		if int32(node) == p.Root || r.IntN(2) == 0 {
			for range 1 + r.IntN(3) {
				p.Edges = append(p.Edges, Edge{A: int32(r.IntN(nodes)), B: int32(p.Nodes), Cost: int64(r.IntN(2)), OneWay: true})
			}
			node = p.Nodes
			p.Nodes++
		}
		p.Terminals = append(p.Terminals, Terminal{int32(node), penalty})
	}
	return p
}

// checkTree goes over a tree as a stranger would.
func checkTree(t *testing.T, p *Problem, got Tree) {
	t.Helper()
	reached, cost := map[int32]bool{p.Root: true}, int64(0)
	for _, u := range got.Uses {
		e := p.Edges[u.Edge]
		from, to := e.A, e.B
		if u.Backward {
			from, to = to, from
		}
		if u.Backward && e.OneWay || !reached[from] || reached[to] {
			t.Fatalf("edge %d does not go on from the tree", u.Edge)
		}
		reached[to] = true
		cost += e.Cost
	}
	left := map[int]bool{}
	for _, i := range got.Left {
		left[i] = true
		cost += p.Terminals[i].Penalty
	}
	for i, terminal := range p.Terminals {
		if !reached[terminal.Node] && !left[i] {
			t.Errorf("terminal %d is neither reached nor left out", i)
		}
	}
	if cost != got.Cost {
		t.Errorf("the tree costs %d and says %d", cost, got.Cost)
	}
}

func TestSmallProblemsAreSolvedAndBoundsNeverCrossTheOptimum(t *testing.T) {
	for _, c := range []struct {
		name   string
		oneWay int
		solved float64 // the share of which the optimum is found, at least
	}{
		{"streets", 0, 1},
		{"streets of which every fourth is one way", 4, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 7))
			solved, all, impossible := 0, 0, 0
			for n := range 2000 {
				p := random(r, 3+r.IntN(9), 4+r.IntN(24), 1+r.IntN(6), c.oneWay)
				want := exact(p)
				got, err := Solve(t.Context(), p, Thorough)
				if errors.Is(err, ErrUnreachable) {
					if impossible++; want < Must {
						t.Fatalf("%d: unreachable; want %d", n, want)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				checkTree(t, p, got)
				if all++; got.Cost == want {
					solved++
				}
				if got.Cost < want || got.Bound > want {
					t.Fatalf("%d: a tree of %d and a bound of %d; the optimum is %d\n%+v", n, got.Cost, got.Bound, want, p)
				}
			}
			if all < 1000 || float64(solved) < c.solved*float64(all) {
				t.Errorf("%d of %d solved, %d impossible", solved, all, impossible)
			}
		})
	}
}

// grid is a street grid with random lengths.
func grid(r *rand.Rand, side, terminals int) *Problem {
	p := &Problem{Nodes: side * side}
	for i := range side * side {
		if i%side+1 < side {
			p.Edges = append(p.Edges, Edge{A: int32(i), B: int32(i + 1), Cost: 100 + r.Int64N(900)})
		}
		if i+side < side*side {
			p.Edges = append(p.Edges, Edge{A: int32(i), B: int32(i + side), Cost: 100 + r.Int64N(900)})
		}
	}
	for _, node := range r.Perm(side*side - 1)[:terminals] {
		p.Terminals = append(p.Terminals, Terminal{int32(node + 1), Must})
	}
	return p
}

func TestATreeOverAGridIsProvenNearlyCheapest(t *testing.T) {
	p := grid(rand.New(rand.NewPCG(3, 4)), 30, 60)
	got, err := Solve(t.Context(), p, Thorough)
	if err != nil {
		t.Fatal(err)
	}
	checkTree(t, p, got)
	if gap := float64(got.Cost-got.Bound) / float64(got.Cost); gap > 0.02 {
		t.Errorf("a gap of %.1f %%", 100*gap)
	}
	t.Logf("%d, bound %d", got.Cost, got.Bound)
}

func TestAStoppedSearchSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Solve(ctx, grid(rand.New(rand.NewPCG(3, 4)), 30, 90), Thorough); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func BenchmarkGrid(b *testing.B) {
	p := grid(rand.New(rand.NewPCG(3, 4)), 30, 60)
	for b.Loop() {
		got, err := Solve(b.Context(), p, Thorough)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(100*float64(got.Cost-got.Bound)/float64(got.Cost), "%gap")
	}
}

// By worth for cost a far village with many people comes before a near one with few; by
// nearness it does not. Both keep to the budget, and what is there costs nothing.
func TestGreedyTakesWhatIsBestForItsCostWithinTheBudget(t *testing.T) {
	// 0 —5— 1 —5— 2, 0 —4— 3; 1 and 2 are worth 10 and 90, 3 is worth 5.
	p := &Problem{
		Nodes: 4, Edges: []Edge{{A: 0, B: 1, Cost: 5}, {A: 1, B: 2, Cost: 5}, {A: 3, B: 0, Cost: 4}},
		Terminals: []Terminal{{1, Must}, {2, Must}, {3, Must}},
	}
	worth := []int64{10, 90, 5}
	for _, c := range []struct {
		name   string
		from   []Use
		budget int64
		worth  []int64
		left   []int
		cost   int64
	}{
		{"best first", nil, 10, worth, []int{2}, 10},
		{"nearest first", nil, 10, nil, []int{1}, 9},
		{"room for all", nil, 100, worth, nil, 14},
		{"no room", nil, 3, worth, []int{0, 1, 2}, 0},
		{"goes on from a tree", []Use{{Edge: 2, Backward: true}}, 9, worth, []int{1}, 9},
	} {
		got, err := Greedy(t.Context(), p, c.from, c.budget, c.worth)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Left, c.left) || got.Cost != c.cost {
			t.Errorf("%s: left %v for %d, want %v for %d", c.name, got.Left, got.Cost, c.left, c.cost)
		}
	}
}

// What a reduced problem is solved by solves the problem, for the same cost.
func TestAReducedProblemHasTheSameSolutions(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for range 500 {
		p := random(r, 3+r.IntN(12), 4+r.IntN(24), 1+r.IntN(5), 6)
		want := exact(p)
		small, err := Reduce(p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Solve(t.Context(), &small.Problem, Thorough)
		if want >= Must {
			if !errors.Is(err, ErrUnreachable) {
				t.Fatalf("solved what cannot be: %v", err)
			}
			continue
		}
		if err != nil || got.Cost != want || len(small.Edges) > len(p.Edges) {
			t.Fatalf("%d by %d edges, want %d by %d: %v", got.Cost, len(small.Edges), want, len(p.Edges), err)
		}
		got.Uses = small.Unfold(got.Uses)
		checkTree(t, p, got)
	}
}
