package location

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// plane is a problem of points in a square, where every point is a client and a site.
func plane(n, most int, capacity float64) *Problem {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	p := &Problem{Most: most}
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range n {
		xs[i], ys[i] = r.Float64()*100, r.Float64()*100
	}
	for i := range n {
		row := make([]float64, n)
		for j := range n {
			row[j] = math.Hypot(xs[i]-xs[j], ys[i]-ys[j])
		}
		p.Clients = append(p.Clients, Client{Weight: 1, Load: Load{float64(1 + r.IntN(20)), 1}, Arcs: Dense(row)})
		p.Sites = append(p.Sites, Site{Capacity: Load{capacity, math.Inf(1)}})
	}
	return p
}

func TestALimitEndsTheSearchWithTheBestSoFar(t *testing.T) {
	split := plane(250, 20, 150)
	split.Split = true
	for name, p := range map[string]*Problem{"with capacities": plane(250, 20, 150), "split": split} {
		told := 0
		sol, err := Solve(context.Background(), p, Options{Limit: 300 * time.Millisecond, Progress: func(p Progress) {
			if told++; p.Bound > p.Value*(1+1e-9) {
				t.Errorf("%s: told a bound of %v above %v", name, p.Bound, p.Value)
			}
		}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !sol.Cut || sol.Optimal || sol.Bound > sol.Value || told == 0 {
			t.Errorf("%s: cut %v, optimal %v, %v, bound %v, told %d times", name, sol.Cut, sol.Optimal, sol.Value, sol.Bound, told)
		}
		if err := verify(p, sol); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACancelledContextEndsTheSearchAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := plane(400, 30, 150)
	begin := time.Now()
	if sol, err := Solve(ctx, p, Options{}); err == nil && !sol.Cut {
		t.Error("a cancelled search is not marked as cut")
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestOneSeedGivesOneAnswer(t *testing.T) {
	p := plane(60, 6, 130)
	var answers []*Solution
	for _, seed := range []uint64{1, 1, 2} {
		sol, err := Solve(context.Background(), p, Options{Seed: seed, Effort: 0.05})
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(p, sol); err != nil {
			t.Error(err)
		}
		answers = append(answers, sol)
	}
	if !reflect.DeepEqual(answers[0], answers[1]) {
		t.Error("two runs with one seed differ")
	}
	if a, b := answers[0], answers[2]; b.Bound > a.Value*(1+1e-9) || a.Bound > b.Value*(1+1e-9) {
		t.Errorf("the bounds %v and %v cross the values %v and %v", a.Bound, b.Bound, a.Value, b.Value)
	}
}

func TestNumbersWithoutMeaningAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(p *Problem){
		"a negative distance":    func(p *Problem) { p.Clients[0].Arcs[0].Distance = -1 },
		"a distance of no value": func(p *Problem) { p.Clients[0].Arcs[0].Distance = math.NaN() },
		"a site that is not":     func(p *Problem) { p.Clients[0].Arcs[0].Site = 99 },
		"a negative weight":      func(p *Problem) { p.Clients[1].Weight = -1 },
		"a load without end":     func(p *Problem) { p.Clients[1].Load[0] = math.Inf(1) },
		"a negative capacity":    func(p *Problem) { p.Sites[1].Capacity[1] = -1 },
		"a negative cost":        func(p *Problem) { p.Sites[1].Cost = -1 },
		"a negative number":      func(p *Problem) { p.Most = -1 },
		"an unknown kind":        func(p *Problem) { p.Kind = 9 },
	} {
		p := plane(5, 2, 99)
		spoil(p)
		if sol, err := Solve(context.Background(), p, Options{}); err == nil {
			t.Errorf("%s gives %+v", name, sol)
		}
	}
}
