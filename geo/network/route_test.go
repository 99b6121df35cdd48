package network_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/trial"
)

// slack is what may lie between the oracle's costs and the graph's: the oracle looks for
// the places where long pieces meet on the ellipsoid, the graph on the map.
const slack = 0.06

func near(a, b float64) bool { return a == b || math.Abs(a-b) < slack }

func TestCostsAreThoseOfTheModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range trial.Part(300) {
		metric := network.Metric(round % 2)
		segments := tangle(r, 1+r.IntN(14), 3000)
		g := build(segments...)
		o := newOracle(segments, network.DefaultTolerance, metric)
		q := network.Query{Metric: metric, MaxSnap: 600}
		var places []orb.Point
		for range 8 {
			places = append(places, at(3000*r.Float64(), 3000*r.Float64()))
		}
		for i, p := range places[:4] {
			field, err := g.Reach(t.Context(), places[4:], q)
			if err != nil {
				t.Fatal(err)
			}
			least := math.Inf(1)
			for _, to := range places[4:] {
				want := o.between(p, to, q.MaxSnap)
				least = min(least, want)
				route, err := g.Route(t.Context(), p, to, q)
				if err != nil {
					t.Fatal(err)
				}
				if !near(route.Cost, want) {
					t.Fatalf("round %d: from place %d %v costs %v, want %v", round, i, route.State, route.Cost, want)
				}
				check(t, g, route, p, to, q)
			}
			got := field.Route(p)
			if !near(got.Cost, least) {
				t.Fatalf("round %d: the nearest to place %d costs %v, want %v", round, i, got.Cost, least)
			}
			if got.Source >= 0 {
				check(t, g, got, p, places[4+got.Source], q)
			}
		}
	}
}

// check holds a route's evidence against itself.
func check(t *testing.T, g *network.Graph, r network.Route, from, to orb.Point, q network.Query) {
	t.Helper()
	if r.State != network.Reached {
		if !math.IsInf(r.Cost, 1) || r.Source != -1 || len(r.Steps) > 0 {
			t.Fatalf("no way, yet %+v", r)
		}
		return
	}
	walk := r.From.WalkM + r.To.WalkM
	road, drive, soft := 0., 0., 0.
	for i, s := range r.Steps {
		road, drive = road+s.Metres, drive+s.Minutes
		if !s.Hardened {
			soft += s.Metres
		}
		if d := geo.Length(r.Line[s.Begin : s.End+1]); math.Abs(d-s.Metres) > 0.03+1e-4*s.Metres {
			t.Fatalf("step %d is %v m long, its line %v", i, s.Metres, d)
		}
		if i > 0 {
			if gap := geo.Distance(r.Line[r.Steps[i-1].End], r.Line[s.Begin]); gap > 0.5 {
				t.Fatalf("step %d begins %v m from the end of the last one", i, gap)
			}
		}
	}
	for _, end := range []struct {
		snap  network.Snap
		point orb.Point
		line  orb.Point
	}{{r.From, from, r.Line[0]}, {r.To, to, r.Line[len(r.Line)-1]}} {
		if d := geo.Distance(end.point, end.snap.Place); math.Abs(d-end.snap.WalkM) > 1e-6 || d > q.MaxSnap {
			t.Fatalf("the walk is %v m, not %v", end.snap.WalkM, d)
		}
		if gap := geo.Distance(end.line, end.snap.Place); gap > 0.5 {
			t.Fatalf("the line ends %v m from the snap", gap)
		}
		if g.Edge(end.snap.Edge).Row != end.snap.Row {
			t.Fatal("the snap's row is not its edge's")
		}
	}
	if r.From.Component() != r.To.Component() {
		t.Fatal("a way between two components")
	}
	cost, measure := road+network.DefaultFootWeight*walk, r.Metres
	if q.Metric == network.ByMinutes {
		cost, measure = drive+walk*0.06/network.DefaultFootKmh*network.DefaultFootTimeWeight, r.Minutes
	}
	if !near(r.Way, measure) {
		t.Fatalf("the way is %v, its parts %v", r.Way, measure)
	}
	if !near(cost, r.Cost) || !near(road+walk, r.Metres) || !near(drive+walk*0.06/4, r.Minutes) || !near(soft, r.UnhardenedM) {
		t.Fatalf("the steps add up to %v m, %v min, %v unhardened, cost %v; the route says %v, %v, %v, %v",
			road+walk, drive+walk*0.06/4, soft, cost, r.Metres, r.Minutes, r.UnhardenedM, r.Cost)
	}
}

// seeded draws the seed of a random network, which rapid makes smaller.
func seeded(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
}

func TestAddingARoadMakesNobodyWorseOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := seeded(t)
		n := rapid.IntRange(2, 25).Draw(t, "segments")
		segments := tangle(r, n, 3000)
		q := network.Query{Metric: network.Metric(r.IntN(2)), MaxSnap: 200 + 800*r.Float64()}
		tolerance := network.DefaultTolerance * float64(r.IntN(2))
		slack := 0.004 // millimetres that rounding may add
		if q.Metric == network.ByMinutes {
			slack = 0.0002
		}
		var before *network.Field
		source := []orb.Point{at(3000*r.Float64(), 3000*r.Float64())}
		places := make([]orb.Point, 30)
		for i := range places {
			places[i] = at(3000*r.Float64(), 3000*r.Float64())
		}
		for k := range segments {
			field, err := network.Build(slices.Values(segments[:k+1]), tolerance).Reach(t.Context(), source, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range places {
				if before == nil {
					break
				}
				was, is := before.At(p), field.At(p)
				if is.Cost > was.Cost+slack+tolerance {
					t.Fatalf("road %d raised the cost from %v to %v", k, was.Cost, is.Cost)
				}
			}
			before = field
		}
	})
}

func TestCostsAreSymmetricAndKeepTheTriangle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := seeded(t)
		g := build(tangle(r, rapid.IntRange(2, 30).Draw(t, "segments"), 3000)...)
		q := network.Query{Metric: network.Metric(r.IntN(2)), MaxSnap: 1e-3}
		node := func() orb.Point { return g.NodePlace(int32(r.IntN(g.Nodes()))) }
		cost := func(p, q2 orb.Point) float64 {
			route, err := g.Route(t.Context(), p, q2, q)
			if err != nil {
				t.Fatal(err)
			}
			return route.Cost
		}
		a, b, c := node(), node(), node()
		if ab, ba := cost(a, b), cost(b, a); ab != ba {
			t.Fatalf("%v there, %v back", ab, ba)
		}
		// A place within a millimetre of a node, and not at it, is a millimetre off.
		if ac, abc := cost(a, c), cost(a, b)+cost(b, c); ac > abc+0.002 {
			t.Fatalf("%v direct, %v by way of another", ac, abc)
		}
	})
}

func TestALaneThatLeadsNowhereIsNotTaken(t *testing.T) {
	house := []float64{0, 100}
	main := road(1, paved, -1000, 0, 5000, 0)
	lane := road(2, paved, -50, 110, 50, 110)
	for _, g := range []*network.Graph{build(main), build(main, lane)} {
		r, err := g.Route(t.Context(), at(house[0], house[1]), at(4000, 0), network.Query{})
		if err != nil {
			t.Fatal(err)
		}
		if r.From.Row != 1 || math.Abs(r.From.WalkM-100) > 0.5 || math.Abs(r.Metres-4100) > 10 {
			t.Errorf("%+v", r)
		}
	}
}

func TestAWaySaysWhyThereIsNone(t *testing.T) {
	g := build(road(1, paved, 0, 0, 1000, 0), road(2, paved, 0, 5000, 1000, 5000))
	for _, c := range []struct {
		name  string
		from  orb.Point
		limit float64
		state network.State
		row   uint32
		walk  float64
	}{
		{"on the same road", at(900, 0), 0, network.Reached, 1, 0},
		{"on another component", at(900, 5100), 0, network.Unconnected, 2, 100},
		{"too far off", at(900, 2500), 0, network.OffNetwork, 1, 2500},
		{"too far along", at(900, 0), 500, network.BeyondLimit, 1, 0},
		{"on another continent", orb.Point{10, 50}, 0, network.OffNetwork, 0, math.Inf(1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := network.Query{Limit: c.limit}
			field, err := g.Reach(t.Context(), []orb.Point{at(100, 0)}, q)
			if err != nil {
				t.Fatal(err)
			}
			route, err := g.Route(t.Context(), c.from, at(100, 0), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []network.Answer{field.At(c.from), field.Route(c.from).Answer, route.Answer} {
				if got.State != c.state || got.From.Row != c.row || !(got.From.WalkM == c.walk || math.Abs(got.From.WalkM-c.walk) < c.walk/100+0.1) {
					t.Errorf("%v, %+v", got.State, got.From)
				}
			}
		})
	}
}

func TestSubsetsAndWeightsAreKept(t *testing.T) {
	soft := paved
	soft.Hardened = false
	g := build(
		road(1, paved, 0, 0, 1000, 0), road(2, soft, 1000, 0, 2000, 0), road(3, paved, 2000, 0, 3000, 0),
		road(4, paved, 1000, 0, 1000, 3000), road(5, paved, 1000, 3000, 2000, 3000), road(6, paved, 2000, 3000, 2000, 0))
	hard := g.Where(func(_ int32, a network.Attributes) bool { return a.Hardened })
	weights := make([]uint32, g.Edges())
	for e := range weights {
		if a := g.Edge(int32(e)); !a.Hardened {
			weights[e] = uint32(1000 * a.Metres)
		}
	}
	for _, c := range []struct {
		name             string
		q                network.Query
		cost, metres, un float64
	}{
		{"all", network.Query{}, 3000, 3000, 1000},
		{"hardened only", network.Query{Over: hard}, 9000, 9000, 0},
		{"hardened for nothing", network.Query{Weights: weights}, 0, 9000, 0},
	} {
		r, err := g.Route(t.Context(), at(0, 0), at(3000, 0), c.q)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.Cost-c.cost) > 30 || math.Abs(r.Metres-c.metres) > 30 || math.Abs(r.UnhardenedM-c.un) > 5 {
			t.Errorf("%s: cost %v, %v m, %v unhardened", c.name, r.Cost, r.Metres, r.UnhardenedM)
		}
	}
}

func TestTheFirstOfEquallyFarSourcesWins(t *testing.T) {
	g := build(road(1, paved, 0, 0, 1000, 0), road(2, paved, 1000, 0, 2000, 0))
	sources := []orb.Point{at(2000, 0), at(0, 0), at(0, 0)}
	for range 2 {
		field, err := g.Reach(t.Context(), sources, network.Query{})
		if err != nil {
			t.Fatal(err)
		}
		if got := field.At(at(100, 0)); got.Source != 1 {
			t.Errorf("source %d", got.Source)
		}
	}
}

func TestNonsenseIsAnError(t *testing.T) {
	g, other := build(road(1, paved, 0, 0, 1000, 0)), build()
	for _, q := range []network.Query{{MaxSnap: -1}, {Limit: math.NaN()}, {FootKmh: -4}, {Over: other.All()}, {Weights: make([]uint32, 7)}} {
		if _, err := g.Route(t.Context(), at(0, 0), at(1, 1), q); err == nil {
			t.Errorf("%+v is taken", q)
		}
	}
}
