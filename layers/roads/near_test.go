package roads

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// country is a random net of roads with towns beside it: some of the net is missing, so
// that it falls into islands, and some towns lie off it.
func country(t testing.TB, r *rand.Rand, side, towns int) *snapshot.Snapshot {
	t.Helper()
	b := snapshot.NewBuilder(catalog)
	add := func(layer string, id int64, g orb.Geometry, v values) {
		l, _ := catalog.Layer(layer)
		f := layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
		for name, value := range v {
			f.Values[l.Field(name)] = value
		}
		if err := b.Add(l, &f); err != nil {
			t.Fatal(err)
		}
	}
	corner := make(map[[2]int]orb.Point)
	for x := range side + 1 {
		for y := range side + 1 {
			corner[[2]int{x, y}] = orb.Point{110 + 0.03*(float64(x)+0.6*r.Float64()), 33 + 0.03*(float64(y)+0.6*r.Float64())}
		}
	}
	id := int64(0)
	for x := range side {
		for y := range side {
			for _, to := range [][2]int{{x + 1, y}, {x, y + 1}} {
				if id++; r.IntN(3) > 0 {
					add("road", id, orb.LineString{corner[[2]int{x, y}], corner[to]}, values{
						"grade":   layers.Text(grades[r.IntN(len(grades))]),
						"surface": layers.Text([]string{"水泥", "土路"}[r.IntN(2)]),
						"kind":    layers.Text([]string{"road", "road", "bridge", "cableway"}[r.IntN(4)]),
					})
				}
			}
		}
	}
	for i := range towns {
		var g orb.Geometry
		if i%10 > 0 { // else it is on no map
			g = orb.Point{110 + 0.03*float64(side)*r.Float64(), 33 + 0.03*float64(side)*r.Float64()}
		}
		add("town", int64(i+1), g, values{"code": layers.Text(fmt.Sprintf("611002%03d", i)), "name": layers.Text("镇")})
	}
	return b.Snapshot()
}

// bruteNear asks for a way to every single feature.
func bruteNear(
	t testing.TB, n *Network, table *snapshot.Table, p orb.Point, k int, most float64, by network.Metric,
) (ways []float64, rows []uint32) {
	t.Helper()
	type found struct {
		cost, way float64
		row       uint32
	}
	var all []found
	for row := range table.Rows {
		shape := table.Shape(row)
		if len(shape.Points) == 0 {
			continue
		}
		way, err := n.Graph.Route(t.Context(), p, shape.Label().LonLat(), n.Query(by))
		if err != nil {
			t.Fatal(err)
		}
		if way.State == network.Reached {
			all = append(all, found{way.Cost, way.Way, row})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if a.cost != b.cost {
			return int(math.Copysign(1, a.cost-b.cost))
		}
		return int(a.row) - int(b.row)
	})
	all = slices.DeleteFunc(all[:min(k, len(all))], func(f found) bool { return f.way > most })
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.way, b.way) })
	for _, f := range all {
		ways, rows = append(ways, f.way), append(rows, f.row)
	}
	return ways, rows
}

func TestNearIsWhatAskingForEveryWayFinds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		side := rapid.IntRange(1, 8).Draw(rt, "side")
		snap := country(t, r, side, rapid.IntRange(0, 120).Draw(rt, "towns"))
		n := Build(snap, 2020)
		table, _ := snap.Table("town")
		k := rapid.IntRange(1, 12).Draw(rt, "k")
		by := rapid.SampledFrom([]network.Metric{network.ByMetres, network.ByMinutes}).Draw(rt, "metric")
		most := rapid.SampledFrom([]float64{math.Inf(1), 0, 30, 8000}).Draw(rt, "most")
		points := make([]orb.Point, rapid.SampledFrom([]int{1, 9, 8 * k}).Draw(rt, "points")) // one by one, and in a field
		for i := range points {
			points[i] = orb.Point{109.98 + 0.03*float64(side)*r.Float64(), 32.98 + 0.03*float64(side)*r.Float64()}
		}
		got, err := n.Near(t.Context(), table, points, k, most, by)
		if err != nil {
			rt.Fatal(err)
		}
		for i, p := range points {
			ways, rows := bruteNear(t, n, table, p, k, most, by)
			if len(ways) == 0 {
				if len(got[i].Ways) != 1 || got[i].Ways[0].State == network.Reached {
					rt.Fatalf("%v: %+v, want nothing", p, got[i])
				}
				continue
			}
			if len(got[i].Ways) != len(ways) {
				rt.Fatalf("%v: %d found, want %d", p, len(got[i].Ways), len(ways))
			}
			for j, way := range got[i].Ways {
				if way.Way != ways[j] || got[i].Features[j].Row != rows[j] || way.State != network.Reached {
					rt.Fatalf("%v: the %dth is row %d at %v, want %d at %v", p, j, got[i].Features[j].Row, way.Way, rows[j], ways[j])
				}
			}
		}
	})
}

func TestNearSaysWhyThereIsNothing(t *testing.T) {
	b := snapshot.NewBuilder(catalog)
	roadLayer, _ := catalog.Layer("road")
	townLayer, _ := catalog.Layer("town")
	island := orb.LineString{{110.5, 33.5}, {110.51, 33.5}}
	for i, line := range []orb.LineString{street(0), street(1), island} {
		f := feature(t, int64(i+1), line, nil)
		if err := b.Add(roadLayer, &f); err != nil {
			t.Fatal(err)
		}
	}
	f := layers.Feature{ID: 1, Geometry: orb.Point{110.02, 33.501}, Values: make([]layers.Value, len(townLayer.Fields))}
	if err := b.Add(townLayer, &f); err != nil {
		t.Fatal(err)
	}
	snap := b.Snapshot()
	n := Build(snap, 2020)
	table, _ := snap.Table("town")
	for _, c := range []struct {
		name string
		from orb.Point
		most float64
		want network.State
	}{
		{"on the town's road", orb.Point{110, 33.5}, math.Inf(1), network.Reached},
		{"too far on the town's road", orb.Point{110, 33.5}, 500, network.BeyondLimit},
		{"on an island", orb.Point{110.505, 33.501}, math.Inf(1), network.Unconnected},
		{"on an island, with a limit", orb.Point{110.505, 33.501}, 500, network.Unconnected},
		{"far from any road", orb.Point{110.3, 33.8}, math.Inf(1), network.OffNetwork},
	} {
		for _, copies := range []int{1, 8} { // one by one, and all in one field
			got, err := n.Near(t.Context(), table, slices.Repeat([]orb.Point{c.from}, copies), 1, c.most, network.ByMetres)
			if err != nil {
				t.Fatal(err)
			}
			if way := got[0].Ways[0]; way.State != c.want || way.From.Edge < 0 {
				t.Errorf("%s, %d times: %v from %+v, want %v", c.name, copies, way.State, way.From, c.want)
			}
		}
	}
}
