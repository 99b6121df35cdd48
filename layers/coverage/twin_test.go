package coverage_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// twin is the road rule as one would say it: from the roads within reach of the seat
// walk over all hardened roads that share an end, and see whether one comes within reach
// of the village. It knows nothing of the network.
type twin struct {
	roads    *snapshot.Table
	hardened map[uint32]bool
	at       map[geo.Point][]uint32 // hardened roads by their ends
}

func newTwin(snap *snapshot.Snapshot, year int) *twin {
	t, _ := snap.Table("road")
	w := &twin{roads: t, hardened: map[uint32]bool{}, at: map[geo.Point][]uint32{}}
	for row := range t.Rows {
		surface, kind := t.Get(row, "surface").Text(), t.Get(row, "kind").Text()
		there := t.Get(row, "status").Text() == "existing"
		if y := t.Get(row, "year"); !y.IsNull() {
			there = y.Int() <= int64(year)
		}
		if there && (surface == "沥青" || surface == "水泥") && kind != "cableway" {
			w.hardened[row] = true
			for _, end := range w.ends(row) {
				w.at[end] = append(w.at[end], row)
			}
		}
	}
	return w
}

func (w *twin) ends(row uint32) [2]geo.Point {
	points := w.roads.Shape(row).Points
	return [2]geo.Point{points[0], points[len(points)-1]}
}

// near lists the hardened roads within 500 m that can be entered.
func (w *twin) near(p *coverage.Places, i int) (rows []uint32) {
	at, _ := p.At(i)
	origin, about := geo.At(at), orb.Bound{Min: at, Max: at}.Pad(0.006) // degrees, some 550 m
	for row := range func(yield func(uint32) bool) { w.roads.Search(geo.QuantiseBound(about), yield) } {
		if w.hardened[row] && w.roads.Get(row, "grade").Text() != "高速" && origin.Nearest(w.roads.Shape(row)).Metres <= 500 {
			rows = append(rows, row)
		}
	}
	return rows
}

// from walks from some roads over all that hang together with them.
func (w *twin) from(rows []uint32) map[uint32]bool {
	seen := map[uint32]bool{}
	for queue := slices.Clone(rows); len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		for _, end := range w.ends(queue[0]) {
			queue = append(queue, w.at[end]...)
		}
	}
	return seen
}

// reached tells which villages have a road.
func (w *twin) reached(r *coverage.Result) []bool {
	seats := map[int32][]uint32{}
	for i, row := range r.TownPlaces.Rows {
		if r.TownPlaces.Table.Get(row, "kind").Text() == "county_seat" {
			county := r.TownPlaces.County[i]
			seats[county] = append(seats[county], w.near(r.TownPlaces, i)...)
		}
	}
	joined := map[int32]map[uint32]bool{}
	for county, rows := range seats {
		joined[county] = w.from(rows)
	}
	out := make([]bool, r.Villages.Len())
	for i := range out {
		out[i] = slices.ContainsFunc(w.near(r.Villages, i), func(row uint32) bool { return joined[r.Villages.County[i]][row] })
	}
	return out
}

func agreeWithTwin(t *testing.T, snap *snapshot.Snapshot, r *coverage.Result) {
	t.Helper()
	for i, want := range newTwin(snap, r.Year).reached(r) {
		if got := r.States[service.Road][i] == service.Reached; got != want {
			t.Errorf(
				"%d: village %s: %v, want %v: %s", r.Year, r.Villages.Table.Get(r.Villages.Rows[i], "code").Text(), got, want,
				why(r, service.Road, i),
			)
		}
	}
}

func TestTheRoadRuleIsThatOfItsTwin(t *testing.T) {
	for _, year := range []int{2014, 2017, 2018, 2020} {
		snap := demotest.Snapshot(t)
		agreeWithTwin(t, snap, compute(t, snap, year))
	}
}

// A segment that turns to gravel takes the road from exactly the villages behind it.
func TestABrokenSegmentCutsOffTheVillagesBehindIt(t *testing.T) {
	snap := demotest.Snapshot(t)
	before := compute(t, snap, 2017)
	roads := before.Network.Table
	rows := cutRows(t, before)
	if len(rows) < 5 {
		t.Fatalf("%d segments with villages behind them", len(rows))
	}
	rows = append(rows, slices.Sorted(maps.Keys(newTwin(snap, 2017).hardened))[1000:1003]...) // and some without
	cut := 0
	for _, row := range rows {
		f := roads.Feature(row)
		f.Values[roads.Layer.Field("surface")] = layers.Text("砂石")
		next, _, err := snap.Apply([]layers.Change{{Layer: "road", ID: f.ID, Feature: &f}})
		if err != nil {
			t.Fatal(err)
		}
		after := compute(t, next, 2017)
		agreeWithTwin(t, next, after)
		for i, was := range before.States[service.Road] {
			now := after.States[service.Road][i]
			if was != now {
				cut++
			}
			if was != service.Reached && now == service.Reached {
				t.Errorf("breaking road %d gave village %d one", f.ID, i)
			}
			if now == service.Not && after.Way(i).UnhardenedM+1 < before.Way(i).UnhardenedM {
				t.Errorf("breaking road %d shortened what village %d lacks", f.ID, i)
			}
		}
	}
	if cut < 10 {
		t.Errorf("%d villages were cut off: too little was tested", cut)
	}
}

// cutRows is some roads without which villages would lose theirs: the ones with the most
// villages behind them, and some with fewer.
func cutRows(t *testing.T, r *coverage.Result) (rows []uint32) {
	t.Helper()
	g := r.Network.Graph
	edges := func(p *coverage.Places, wanted func(i int) bool) (list []int32) {
		for i := range p.Rows {
			at, _ := p.At(i)
			snaps, err := g.Snap(at, network.Query{Over: r.Network.Hardened, MaxSnap: 500})
			if err != nil {
				t.Fatal(err)
			}
			if wanted(i) && len(snaps) > 0 {
				list = append(list, snaps[0].Edge)
			}
		}
		return list
	}
	roots := edges(r.TownPlaces, func(i int) bool {
		return r.TownPlaces.Table.Get(r.TownPlaces.Rows[i], "kind").Text() == "county_seat"
	})
	var loads []network.Load
	for _, e := range edges(r.Villages, func(i int) bool { return r.States[service.Road][i] == service.Reached }) {
		loads = append(loads, network.Load{Edge: e, Weight: 1})
	}
	cuts := g.CutOff(r.Network.Hardened, roots, loads).List
	for n := 0; n < len(cuts); n += 1 + len(cuts)/6 {
		rows = append(rows, cuts[n].Row)
	}
	return rows
}
