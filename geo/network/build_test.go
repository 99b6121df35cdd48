package network_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/trial"
)

func TestSegmentsJoinWhereTheyMeet(t *testing.T) {
	long := road(1, paved, 0, 0, 30000, 20000)
	ends := long.Shape.Points
	half := geo.Point{X: ends[0].X/2 + ends[1].X/2, Y: ends[0].Y/2 + ends[1].Y/2}.LonLat()
	for _, c := range []struct {
		name       string
		segments   []network.Segment
		edges      int
		components int
	}{
		{"nothing", nil, 0, 0},
		{"end to end", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 100, 0, 200, 0)}, 2, 1},
		{"ends a few centimetres apart", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 100.05, 0, 200, 0)}, 2, 1},
		{"ends farther apart than the tolerance", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 100.2, 0, 200, 0)}, 2, 2},
		{"an end on the inside of a piece", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 40, 0, 40, 100)}, 3, 1},
		{"an end at an inner vertex", []network.Segment{road(1, paved, 0, 0, 40, 0, 100, 0), road(2, paved, 40, 0, 40, 100)}, 3, 1},
		{"an end beside the inside", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 40, 0.08, 40, 100)}, 3, 1},
		{
			"two ends at one place inside",
			[]network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 40, 0, 40, 100), road(3, paved, 40, 0, 40, -100)},
			4, 1,
		},
		{"a bridge crosses another road", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 50, -50, 50, 50)}, 2, 2},
		{
			"a bridge with a vertex over one of the road",
			[]network.Segment{road(1, paved, 0, 0, 50, 0, 100, 0), road(2, over, 50, -50, 50, 0, 50, 50)},
			2, 2,
		},
		{
			"roads that cross with a vertex of both",
			[]network.Segment{road(1, paved, 0, 0, 50, 0, 100, 0), road(2, paved, 50, -50, 50, 0, 50, 50)},
			4, 1,
		},
		{
			"three roads with a vertex in one place",
			[]network.Segment{
				road(1, paved, 0, 0, 50, 0, 100, 0), road(2, paved, 50, -50, 50, 0, 50, 50), road(3, paved, 0, 50, 50, 0, 90, -50),
			},
			6, 1,
		},
		{
			"a third road that crosses them without a vertex",
			[]network.Segment{
				road(1, paved, 0, 0, 50, 0, 100, 0), road(2, paved, 50, -50, 50, 0, 50, 50), road(3, paved, 0, 50, 100, -50),
			},
			5, 2,
		},
		{
			"roads that cross with a vertex of both where a third ends",
			[]network.Segment{
				road(1, paved, 0, 0, 50, 0, 100, 0), road(2, paved, 50, -50, 50, 0, 50, 50), road(3, paved, 50, 0, 90, 90),
			},
			5, 1,
		},
		{
			"roads that share a stretch of two vertices",
			[]network.Segment{
				road(1, paved, 0, 0, 50, 0, 100, 0, 150, 0), road(2, paved, 50, -50, 50, 0, 100, 0, 100, 50),
			},
			6, 1,
		},
		{"a road that comes through its own vertex", []network.Segment{road(1, paved, 0, 0, 50, 0, 100, 50, 50, 90, 50, 0, 50, -50)}, 1, 1},
		{"a road that comes back to its own beginning", []network.Segment{road(1, paved, 0, 0, 100, 0, 100, 100, 0, 0)}, 1, 1},
		{"a road that ends on its own inside", []network.Segment{road(1, paved, 0, 0, 100, 0, 100, 100, 50, 100, 50, 0)}, 2, 1},
		{"the same road twice", []network.Segment{road(1, paved, 0, 0, 100, 0), road(2, paved, 0, 0, 100, 0)}, 2, 1},
		{"a road over part of another", []network.Segment{road(1, paved, 0, 0, 300, 0), road(2, paved, 100, 0, 200, 0)}, 4, 1},
		{"a piece through many squares", []network.Segment{long, segment(2, paved, orb.LineString{half, at(15000, 0)})}, 3, 1},
		{
			"a point and an empty shape",
			[]network.Segment{{}, {Shape: geo.Shape{Kind: geo.Points, Points: make([]geo.Point, 1), Ends: []uint32{1}}}},
			0, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := build(c.segments...)
			if g.Edges() != c.edges || g.All().Components() != c.components {
				t.Errorf("%d edges on %d components, want %d on %d", g.Edges(), g.All().Components(), c.edges, c.components)
			}
		})
	}
}

func TestEachPartOfASegmentIsALineOfItsOwn(t *testing.T) {
	a, b := road(7, paved, 0, 0, 100, 0), road(7, paved, 0, 50, 100, 50)
	both := a
	both.Shape.Points = slices.Concat(a.Shape.Points, b.Shape.Points)
	both.Shape.Ends = []uint32{2, 4}
	if g := build(both); g.Edges() != 2 || g.Edge(1).Row != 7 {
		t.Errorf("%d edges", g.Edges())
	}
}

func TestSplittingKeepsLengthsAndTimes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for range trial.Part(50) {
		segments := tangle(r, 60, 2000)
		g := build(segments...)
		length, duration, n := map[uint32]float64{}, map[uint32]float64{}, 0
		for e := range int32(g.Edges()) {
			edge := g.Edge(e)
			length[edge.Row] += edge.Metres
			duration[edge.Row] += edge.Minutes
			line := g.Line(e)
			shape := geo.Shape{Kind: geo.Lines, Points: line, Ends: []uint32{uint32(len(line))}}
			if d := shape.Length(); math.Abs(d-edge.Metres) > 0.02 {
				t.Fatalf("edge %d is %v m long, its geometry %v", e, edge.Metres, d)
			}
			for _, end := range []struct {
				node int32
				p    geo.Point
			}{{edge.A, line[0]}, {edge.B, line[len(line)-1]}} {
				if gap := geo.Distance(g.NodePlace(end.node), end.p.LonLat()); gap > 5*network.DefaultTolerance {
					t.Fatalf("edge %d ends %v m off its node", e, gap)
				}
				if !slices.Contains(g.At(end.node), e) {
					t.Fatalf("edge %d is not listed at its node", e)
				}
			}
			n++
		}
		for _, s := range segments {
			if want := s.Shape.Length(); math.Abs(length[s.Row]-want) > 0.0006 {
				t.Fatalf("the edges of segment %d are %v m long, it %v", s.Row, length[s.Row], want)
			}
			if want := s.Shape.Length() * 0.06 / float64(s.SpeedKmh); math.Abs(duration[s.Row]-want) > 1e-5 {
				t.Fatalf("the edges of segment %d take %v minutes, it %v", s.Row, duration[s.Row], want)
			}
		}
	}
}

func TestTheOrderOfTheSegmentsDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	edges := func(g *network.Graph) []string {
		var all []string
		for e := range int32(g.Edges()) {
			edge := g.Edge(e)
			a, b := g.NodePlace(edge.A), g.NodePlace(edge.B)
			all = append(all, fmt.Sprint(edge.Row, edge.Metres, edge.Minutes, a, b))
		}
		slices.Sort(all)
		return all
	}
	for range 30 {
		segments := tangle(r, 80, 1000)
		want := edges(build(segments...))
		r.Shuffle(len(segments), func(i, j int) { segments[i], segments[j] = segments[j], segments[i] })
		if !slices.Equal(edges(build(segments...)), want) {
			t.Fatal("another order gave other edges")
		}
	}
}

func TestNearMissesAreLooseEndsThatAlmostMeet(t *testing.T) {
	for _, c := range []struct {
		name     string
		segments []network.Segment
		rows     []uint32
		metres   float64
	}{
		{"an end short of a road", []network.Segment{road(1, paved, 0, 0, 500, 0), road(2, paved, 200, 8, 200, 300)}, []uint32{2}, 8},
		{"an end that meets it", []network.Segment{road(1, paved, 0, 0, 500, 0), road(2, paved, 200, 0, 200, 300)}, nil, 0},
		{"an end too far away", []network.Segment{road(1, paved, 0, 0, 500, 0), road(2, paved, 200, 30, 200, 300)}, nil, 0},
		{"a stub", []network.Segment{road(1, paved, 0, 0, 500, 0), road(2, paved, 200, 0, 200, 12)}, nil, 0},
		{
			"the end of a bend back to its road",
			[]network.Segment{road(1, paved, 0, 0, 500, 0), road(2, paved, 100, 0, 100, 200, 300, 200, 300, 5)},
			[]uint32{2},
			5,
		},
		{"two ends short of each other", []network.Segment{road(1, paved, 0, 0, 500, 0), road(2, paved, 510, 0, 900, 0)}, []uint32{1, 2}, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			misses, err := build(c.segments...).NearMisses(t.Context(), 20)
			if err != nil {
				t.Fatal(err)
			}
			var rows []uint32
			for _, m := range misses {
				rows = append(rows, m.Row)
				if math.Abs(m.Metres-c.metres) > 0.03 || math.Abs(geo.Distance(m.Place, m.Other.Place)-m.Metres) > 1e-6 || m.Other.Row == m.Row {
					t.Errorf("%+v", m)
				}
			}
			slices.Sort(rows)
			if !slices.Equal(rows, c.rows) {
				t.Errorf("rows %v, want %v", rows, c.rows)
			}
		})
	}
}
