package network_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/trial"
)

func TestACatchmentHoldsWhatCostsNoMore(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	inside := 0
	for round := range trial.Part(20) {
		g := build(tangle(r, 25, 5000)...)
		source := []orb.Point{at(5000*r.Float64(), 5000*r.Float64())}
		q := network.Query{Metric: network.ByMinutes, MaxSnap: 500}
		limit := 5 + 20*r.Float64()
		area, err := g.Catchment(t.Context(), source, limit, q)
		if err != nil {
			t.Fatal(err)
		}
		field, err := g.Reach(t.Context(), source, q)
		if err != nil {
			t.Fatal(err)
		}
		const slack = 1.0 // minutes: 67 m on foot, some three squares
		for range 500 {
			p := at(5000*r.Float64(), 5000*r.Float64())
			in := planar.MultiPolygonContains(area, p)
			way := field.At(p).Way
			if in {
				inside++
			}
			if way <= limit-slack && !in && field.At(p).From.WalkM < q.MaxSnap-30 {
				t.Fatalf("round %d: %v is %v of %v away and is left out", round, p, way, limit)
			}
		}
	}
	if inside == 0 {
		t.Error("nothing was ever inside")
	}
}

func TestACatchmentOfARoadIsItsBuffer(t *testing.T) {
	g := build(road(1, paved, -5000, 0, 5000, 0))
	// In 10 minutes: 5 km by road, less so much as is walked, and 667 m on foot.
	area, err := g.Catchment(t.Context(), []orb.Point{at(0, 0)}, 10, network.Query{Metric: network.ByMinutes})
	if err != nil {
		t.Fatal(err)
	}
	// A double kite with the walk's cone of slope 4/30, whose sides lean on the discs.
	walk, drive := 10*4./60*1000, 5000.
	sine := walk / drive
	want := 2*drive*walk*math.Sqrt(1-sine*sine) + walk*walk*2*math.Asin(sine)
	if got := geo.Area(area); len(area) != 1 || len(area[0]) != 1 || math.Abs(got/want-1) > 0.03 {
		t.Errorf("%d polygons, %v m², want %v", len(area), got, want)
	}
	if area[0][0].Orientation() != orb.CCW {
		t.Error("the outer ring runs clockwise")
	}
}

func TestACatchmentHasHoles(t *testing.T) {
	g := build(road(1, paved, 0, 0, 3000, 0, 3000, 3000, 0, 3000, 0, 0))
	area, err := g.Catchment(t.Context(), []orb.Point{at(0, 0)}, 60, network.Query{Metric: network.ByMinutes, MaxSnap: 300})
	if err != nil {
		t.Fatal(err)
	}
	if len(area) != 1 || len(area[0]) != 2 || planar.MultiPolygonContains(area, at(1500, 1500)) || area[0][1].Orientation() != orb.CW {
		t.Errorf("%d polygons", len(area))
	}
}

func TestNothingHasNoCatchment(t *testing.T) {
	g := build(road(1, paved, 0, 0, 3000, 0))
	area, err := g.Catchment(t.Context(), []orb.Point{at(0, 9000)}, 60, network.Query{})
	if area != nil || err != nil {
		t.Errorf("%v, %v", area, err)
	}
}

func TestAreasOfAFieldAreItsCatchments(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	for round := range 10 {
		g := build(tangle(r, 25, 5000)...)
		source := []orb.Point{at(5000*r.Float64(), 5000*r.Float64())}
		q := network.Query{Metric: network.ByMinutes, MaxSnap: 500}
		field, err := g.Reach(t.Context(), source, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range []float64{3, 8, 20} {
			want, err := g.Catchment(t.Context(), source, limit, q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := field.Area(t.Context(), limit)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := geo.Area(got), geo.Area(want); math.Abs(a-b) > 1e-6*b {
				t.Errorf("round %d, %v minutes: %v m² of the field, %v by itself", round, limit, a, b)
			}
		}
	}
}
