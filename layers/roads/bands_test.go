package roads

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
)

// Each town's cost is that of the one best way asked for by itself; a town is in the area
// of a limit if it costs clearly less, and the areas grow with the limits.
func TestBandsAreWhatEveryWayByItselfSays(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	inside, outside := 0, 0
	for round := range 4 {
		snap := country(t, r, 6, 60)
		n := Build(snap, 2020)
		towns, _ := snap.Table("town")
		by := network.Metric(round % 2)
		limits := []float64{10, 20, 40}
		slack := 1.5 // minutes
		if by == network.ByMetres {
			limits, slack = []float64{4000, 8000, 16000}, 500
		}
		from := orb.Point{}
		for from == (orb.Point{}) {
			if shape := towns.Shape(uint32(r.IntN(60))); len(shape.Points) > 0 {
				from = shape.Label().LonLat()
			}
		}
		b, err := n.Bands(t.Context(), from, limits, by, towns, func(uint32) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Within) != towns.Len() || len(b.Areas) != len(limits) {
			t.Fatalf("%d towns of %d in %d areas", len(b.Within), towns.Len(), len(b.Areas))
		}
		want := make([]int, len(limits))
		for i, reach := range b.Within {
			if len(towns.Shape(reach.Row).Points) == 0 {
				if !math.IsInf(reach.Way, 1) {
					t.Errorf("round %d: a town without a place costs %v", round, reach.Way)
				}
				continue
			}
			at := towns.Shape(reach.Row).Label().LonLat()
			way, err := n.Graph.Route(t.Context(), from, at, n.Query(by))
			if err != nil {
				t.Fatal(err)
			}
			if (way.State == network.Reached) != (reach.State == network.Reached) ||
				way.State == network.Reached && math.Abs(way.Way-reach.Way) > 1e-6 {
				t.Errorf("round %d: a town is %v away (%v), its way %v (%v)", round, reach.Way, reach.State, way.Way, way.State)
			}
			if i > 0 && reach.Way < b.Within[i-1].Way {
				t.Errorf("round %d: %v after %v", round, reach.Way, b.Within[i-1].Way)
			}
			for k, limit := range limits {
				if way.State == network.Reached && way.Way <= limit {
					want[k]++
				}
				in := planar.MultiPolygonContains(b.Areas[k], at)
				if reach.State == network.Reached && reach.Way < limit-slack && !in && reach.Way > slack {
					t.Errorf("round %d: a town that costs %v of %v lies outside", round, reach.Way, limit)
				}
				if in {
					inside++
				} else {
					outside++
				}
			}
		}
		checkNesting(t, &b, limits, want)
	}
	if inside == 0 || outside == 0 {
		t.Errorf("%d inside and %d outside: nothing was tried", inside, outside)
	}
}

func checkNesting(t *testing.T, b *Bands, limits []float64, want []int) {
	t.Helper()
	before := 0.
	for k, limit := range limits {
		if got := b.Before(limit); got != want[k] {
			t.Errorf("%d towns within %v, want %d", got, limit, want[k])
		}
		if a := geo.Area(b.Areas[k]); a < before {
			t.Errorf("%v m² within %v, less than before: %v", a, limit, before)
		} else {
			before = a
		}
	}
}

func TestWithoutARoadThereAreNoBands(t *testing.T) {
	snap := country(t, rand.New(rand.NewPCG(1, 1)), 3, 5)
	towns, _ := snap.Table("town")
	b, err := Build(
		snap, 2020,
	).Bands(t.Context(), orb.Point{10, 10}, []float64{10, 20}, network.ByMinutes, towns, func(uint32) bool { return true })
	if err != nil || b.Areas[0] != nil || b.Before(math.MaxFloat64) != 0 || b.From.Edge != -1 {
		t.Errorf("%+v, %v", b, err)
	}
}
