package steiner

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
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
		p.Edges = append(p.Edges, Edge{A: int32(r.IntN(nodes)), B: int32(r.IntN(nodes)), Cost: int64(r.IntN(20)), OneWay: oneWay > 0 && r.IntN(oneWay) == 0})
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
	p := grid(rand.New(rand.NewPCG(3, 4)), 50, 150)
	for b.Loop() {
		got, err := Solve(b.Context(), p, Thorough)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(100*float64(got.Cost-got.Bound)/float64(got.Cost), "%gap")
	}
}
