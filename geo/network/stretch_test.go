package network_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
)

// A segment that others split comes together again from its edges' stretches.
func TestStretchesOfAnEdgeLieWhereTheirMetresSay(t *testing.T) {
	g := build(road(1, paved, 0, 0, 1000, 0), road(2, paved, 400, 0, 400, 300), road(3, paved, 700, 0, 700, -300))
	total := 0.
	for e := range int32(g.Edges()) {
		edge := g.Edge(e)
		offset, start := g.Offset(e)
		if edge.Row == 1 {
			if math.Abs(offset-total) > 0.01 || start != g.Line(0)[0] && edge.Row == g.Edge(0).Row {
				t.Errorf("edge %d begins at %v from %v, want %v", e, offset, start, total)
			}
			total += edge.Metres
		}
		whole := g.Stretch(e, 0, edge.Metres)
		if got := length(whole); math.Abs(got-edge.Metres) > 0.02 {
			t.Errorf("edge %d: %v m of %v", e, got, edge.Metres)
		}
		half := g.Stretch(e, edge.Metres/4, edge.Metres/2)
		if got := length(half); math.Abs(got-edge.Metres/4) > 0.02 {
			t.Errorf("a quarter of edge %d: %v m of %v", e, got, edge.Metres)
		}
		if point := g.Stretch(e, 1, 1); len(point) != 2 || point[0] != point[1] {
			t.Errorf("a stretch without length: %v", point)
		}
	}
	if math.Abs(total-1000) > 5 {
		t.Errorf("the edges of the road make %v m", total)
	}
}

func length(line orb.LineString) (m float64) {
	for i := 1; i < len(line); i++ {
		m += geo.Distance(line[i-1], line[i])
	}
	return m
}

func TestSnapsOneByOneAreThoseAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	for range 100 {
		g := build(tangle(r, 1+r.IntN(30), 2000)...)
		over := g.Where(func(int32, network.Attributes) bool { return r.IntN(5) > 0 })
		at := g.NodePlace(int32(r.IntN(g.Nodes())))
		at[0] += (r.Float64() - 0.5) / 200
		q := network.Query{Over: over, MaxSnap: 50 + 1000*r.Float64()}
		want, err := g.Snap(at, q)
		if err != nil {
			t.Fatal(err)
		}
		stop := r.IntN(len(want) + 1)
		var got []network.Snap
		if err := g.SnapUntil(at, q, func(s network.Snap) bool {
			got = append(got, s)
			return len(got) != stop
		}); err != nil {
			t.Fatal(err)
		}
		if stop > 0 {
			want = want[:stop]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v, want %+v", got, want)
		}
	}
}
