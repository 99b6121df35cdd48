package network_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cuntu/cuntu/geo/network"
)

// without is the subset less an edge.
func without(g *network.Graph, over *network.Subset, e int32) *network.Subset {
	return g.Where(func(i int32, _ network.Attributes) bool { return i != e && over.Has(i) })
}

func TestBridgesAreTheEdgesThatComponentsFallApartWithout(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 60 {
		g := build(tangle(r, 1+r.IntN(30), 2000)...)
		over := g.Where(func(int32, network.Attributes) bool { return r.IntN(8) > 0 })
		var want []int32
		for e := range int32(g.Edges()) {
			if over.Has(e) && without(g, over, e).Components() > over.Components() {
				want = append(want, e)
			}
		}
		if got := g.Bridges(over); !slices.Equal(got, want) {
			t.Fatalf("bridges %v, want %v", got, want)
		}
	}
}

func TestCutEdgesPartTheirLoadsFromTheRoots(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	cuts := 0
	for range 60 {
		g := build(tangle(r, 3+r.IntN(30), 2000)...)
		edge := func() int32 { return int32(r.IntN(g.Edges())) }
		roots := []int32{edge(), edge()}
		var loads []network.Load
		for range 20 {
			l := network.Load{Edge: edge(), Weight: float64(1 + r.IntN(100))}
			for range r.IntN(3) {
				l.Also = append(l.Also, edge())
			}
			loads = append(loads, l)
		}
		want, behind := map[int32]float64{}, map[int32][]int32{}
		for e := range int32(g.Edges()) {
			if w, list := lost(g, e, roots, loads); w > 0 {
				want[e], behind[e] = w, list
			}
		}
		all := g.CutOff(nil, roots, loads)
		got := all.List
		cuts += len(got)
		if len(got) != len(want) {
			t.Fatalf("%d cut edges, want %d", len(got), len(want))
		}
		for i, c := range got {
			if want[c.Edge] != c.Weight || c.Row != g.Edge(c.Edge).Row || i > 0 && c.Weight > got[i-1].Weight {
				t.Fatalf("edge %d cuts off %v, want %v", c.Edge, c.Weight, want[c.Edge])
			}
			if list := slices.Sorted(slices.Values(all.Behind(c))); !slices.Equal(list, behind[c.Edge]) {
				t.Fatalf("behind edge %d lie %v, want %v", c.Edge, list, behind[c.Edge])
			}
		}
	}
	if cuts == 0 {
		t.Error("nothing was ever cut off")
	}
}

// lost is the weight that reaches a root with the edge and not without it, and the loads.
func lost(g *network.Graph, cut int32, roots []int32, loads []network.Load) (sum float64, list []int32) {
	reached := func(over *network.Subset) map[int32]bool {
		is := map[int32]bool{}
		for _, e := range roots {
			is[over.Component(g.Edge(e).A)], is[over.Component(g.Edge(e).B)] = true, true
		}
		return is
	}
	all, rest := g.All(), without(g, g.All(), cut)
	before, after := reached(all), reached(rest)
	for n, l := range loads {
		was, is := false, false
		for _, edge := range append([]int32{l.Edge}, l.Also...) {
			e := g.Edge(edge)
			was = was || before[all.Component(e.A)]
			// Of another edge whose ends the cut parts there is none; of the cut edge itself
			// the load lies behind it.
			is = is || before[all.Component(e.A)] && after[rest.Component(e.A)] && after[rest.Component(e.B)]
		}
		if was && !is {
			sum, list = sum+l.Weight, append(list, int32(n))
		}
	}
	return sum, list
}

func TestWithoutRootsNothingIsCutOff(t *testing.T) {
	g := build(road(1, paved, 0, 0, 100, 0), road(2, paved, 100, 0, 200, 0))
	if got := g.CutOff(nil, nil, []network.Load{{Edge: 1, Weight: 5}}); len(got.List) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestADeepRoadNeedsNoDeepStack(t *testing.T) {
	var segments []network.Segment
	for i := range 50_000 {
		segments = append(segments, road(uint32(i), paved, float64(i), 0, float64(i+1), 0))
	}
	g := build(segments...)
	if n := len(g.Bridges(nil)); n != len(segments) {
		t.Errorf("%d bridges", n)
	}
}
