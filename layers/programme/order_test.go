package programme

import (
	"math/rand/v2"
	"testing"

	"github.com/cuntu/cuntu/geo/steiner"
	"github.com/cuntu/cuntu/geo/trial"
)

// area is the sum over what is spent of all that is gained by then, for an order.
func area(nodes []int32, cost, gain map[int32]int64) (sum int64) {
	spent := int64(0)
	for _, n := range nodes {
		spent += cost[n]
		sum -= gain[n] * spent // later is worse
	}
	return sum
}

func TestTheOrderOfWorksGainsTheMostOverTheirCourse(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for n := range trial.Part(300) {
		nodes := 2 + r.IntN(6)
		var edges []steiner.Edge
		var uses []steiner.Use
		parent, cost, gain := map[int32]int32{}, map[int32]int64{}, map[int32]int64{}
		for i := int32(1); i < int32(nodes); i++ {
			e := steiner.Edge{A: int32(r.IntN(int(i))), B: i, Cost: int64(r.IntN(9))}
			parent[i], cost[i] = e.A, e.Cost
			if r.IntN(3) > 0 {
				gain[i] = int64(r.IntN(100))
			}
			back := r.IntN(2) == 0
			if back {
				e.A, e.B = e.B, e.A
			}
			edges, uses = append(edges, e), append(uses, steiner.Use{Edge: i - 1, Backward: back})
		}
		got := order(0, uses, edges, gain)
		place := map[int32]int{}
		for i, node := range got {
			place[node] = i
		}
		if len(place) != nodes || got[0] != 0 {
			t.Fatalf("%d: %v of %d nodes", n, got, nodes)
		}
		for node, above := range parent {
			if place[above] > place[node] {
				t.Fatalf("%d: %v before %v", n, node, above)
			}
		}
		best := int64(-1 << 60)
		var try func(list []int32, in map[int32]bool)
		try = func(list []int32, in map[int32]bool) {
			if len(list) == nodes {
				best = max(best, area(list, cost, gain))
			}
			for i := int32(1); i < int32(nodes); i++ {
				if !in[i] && in[parent[i]] {
					in[i] = true
					try(append(list, i), in)
					in[i] = false
				}
			}
		}
		try([]int32{0}, map[int32]bool{0: true})
		if a := area(got, cost, gain); a != best {
			t.Errorf("%d: %d, the best order has %d", n, a, best)
		}
	}
}
