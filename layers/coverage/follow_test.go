package coverage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// land is a small country with random roads, places and works, to be edited at random.
type land struct {
	*testing.T
	*rand.Rand
	snap *snapshot.Snapshot
	next map[string]int64 // ids
}

const (
	landSide = 7     // crossings of the grid of roads
	landStep = 0.012 // degrees between them, some 1,200 m
)

func newLand(t *testing.T, seed uint64) *land {
	w := &land{T: t, Rand: rand.New(rand.NewPCG(seed, 18)), next: map[string]int64{}}
	w.snap = snapshot.NewBuilder(service.Builtin().Extend(layers.Builtin())).Snapshot()
	for c := range 3 {
		w.apply(w.change("county", nil, map[string]any{"code": fmt.Sprintf("61100%d", c+2), "name": "县", "rural_population": 1000 * c}))
		for k := range 2 {
			kind := []string{"county_seat", "town"}[k]
			w.apply(w.change("town", w.place(), map[string]any{
				"code": w.townCode(c, k), "name": "镇", "county": fmt.Sprintf("61100%d", c+2), "kind": kind,
			}))
		}
	}
	for range 90 {
		w.apply(w.road())
	}
	for range 30 {
		w.apply(w.village())
		w.apply(w.hamlet(), w.hamlet())
	}
	for range 8 {
		w.apply(w.works())
	}
	return w
}

func (w *land) townCode(county, town int) string { return fmt.Sprintf("61100%d00%d", county+2, town+1) }

func (w *land) place() orb.Point {
	return orb.Point{110 + landStep*landSide*w.Float64(), 33 + landStep*landSide*w.Float64()}
}

func (w *land) crossing(x, y int) orb.Point {
	return orb.Point{110 + landStep*float64(x), 33 + landStep*float64(y)}
}

// change is a new feature.
func (w *land) change(layer string, g orb.Geometry, v map[string]any) layers.Change {
	w.next[layer]++
	l, _ := w.snap.Catalog.Layer(layer)
	f := layers.Feature{ID: w.next[layer], Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	demotest.Set(w, l, &f, v)
	return layers.Change{Layer: layer, ID: f.ID, Feature: &f}
}

// pick is one of several.
func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func (w *land) roadFields() map[string]any {
	return map[string]any{
		"surface": pick[any](w.Rand, "水泥", "水泥", "沥青", "土路", nil),
		"status":  pick[any](w.Rand, "existing", "existing", "planned", nil),
		"year":    pick[any](w.Rand, nil, nil, 2016, 2017, 2018), "grade": pick[any](w.Rand, "四级", "三级", "高速", "等外", nil),
		"kind": pick(w.Rand, "road", "road", "road", "bridge", "cableway"),
	}
}

func (w *land) line() orb.LineString {
	x, y := w.IntN(landSide), w.IntN(landSide)
	line := orb.LineString{w.crossing(x, y)}
	for range 1 + w.IntN(3) {
		if w.IntN(2) == 0 {
			x += pick(w.Rand, -1, 1)
		} else {
			y += pick(w.Rand, -1, 1)
		}
		line = append(line, w.crossing(x, y))
	}
	return line
}

func (w *land) road() layers.Change { return w.change("road", w.line(), w.roadFields()) }

func (w *land) villageFields() map[string]any {
	c := w.IntN(3)
	return map[string]any{
		"name": "村", "town": w.townCode(c, w.IntN(2)), "county": fmt.Sprintf("61100%d", pick(w.Rand, c, w.IntN(3))+2),
		"population": pick[any](w.Rand, nil, 0, 80, 300), "tap_water_rate": pick[any](w.Rand, nil, 40.0, 95.0),
		"mbps": pick[any](w.Rand, nil, 4.0, 20.0), "fibre": pick[any](w.Rand, nil, true, false),
		"poverty":    pick[any](w.Rand, nil, true, false),
		"water_year": pick[any](w.Rand, nil, nil, 2017, 2018),
	}
}

func (w *land) village() layers.Change {
	v := w.villageFields()
	v["code"] = fmt.Sprintf("611002001%03d", w.next["village"]+1)
	var g orb.Geometry
	if w.IntN(12) > 0 {
		g = w.place()
	}
	return w.change("village", g, v)
}

func (w *land) hamletFields() map[string]any {
	return map[string]any{
		"name": "组", "village": fmt.Sprintf("611002001%03d", 1+w.IntN(40)), "county": fmt.Sprintf("61100%d", w.IntN(3)+2),
		"population": pick[any](w.Rand, nil, 0, 20, 60),
	}
}

func (w *land) hamlet() layers.Change { return w.change("hamlet", w.place(), w.hamletFields()) }

func (w *land) worksFields(layer string) map[string]any {
	v := map[string]any{"status": pick[any](w.Rand, "existing", "planned"), "year": pick[any](w.Rand, nil, 2015, 2017, 2018)}
	switch layer {
	case "broadband":
		v["kind"], v["radius_m"] = pick(w.Rand, "tower", "node"), pick(w.Rand, 800.0, 2500.0)
	case "water":
		v["capacity_m3d"] = 100.0
	case "facility":
		v["kind"] = pick(w.Rand, "clinic", "school")
	case "pipe":
		v["kind"] = pick[any](w.Rand, nil, "raw", "main", "branch")
	}
	return v
}

func (w *land) works() layers.Change {
	layer := pick(w.Rand, "broadband", "water", "facility", "pipe", "cable")
	return w.change(layer, w.worksPlace(layer), w.worksFields(layer))
}

func (w *land) worksPlace(layer string) orb.Geometry {
	if layer == "pipe" || layer == "cable" {
		return w.line()
	}
	return w.place()
}

func (w *land) apply(changes ...layers.Change) {
	w.Helper()
	next, _, err := w.snap.Apply(changes)
	if err != nil {
		w.Fatal(err)
	}
	w.snap = next
}

// edit changes one feature of a layer, or adds or takes away one.
func (w *land) edit() {
	layer := pick(
		w.Rand, "road", "road", "road", "road", "village", "village", "hamlet", "broadband", "water", "facility", "pipe", "cable", "town", "park",
	)
	t, _ := w.snap.Table(layer)
	rows := slices.Collect(t.Rows)
	kind := w.IntN(6)
	if kind < 2 && layer != "town" && layer != "park" { // added
		switch layer {
		case "road":
			w.apply(w.road())
		case "village":
			w.apply(w.village())
		case "hamlet":
			w.apply(w.hamlet())
		default:
			w.apply(w.works())
		}
		return
	}
	if len(rows) == 0 {
		return
	}
	f := t.Feature(rows[w.IntN(len(rows))])
	if kind == 2 && layer != "town" {
		w.apply(layers.Change{Layer: layer, ID: f.ID})
		return
	}
	var fields map[string]any
	switch layer {
	case "road":
		if fields = w.roadFields(); kind == 3 {
			f.Geometry = w.line()
		}
		if kind == 4 { // an upgrade on the very same line
			w.next["road"]++
			f.ID = w.next["road"]
		}
	case "village":
		if fields = w.villageFields(); kind == 3 {
			f.Geometry = w.place()
		}
	case "hamlet":
		fields = w.hamletFields()
	case "town":
		if kind == 3 {
			f.Geometry = w.place()
		}
		fields = map[string]any{"kind": pick(w.Rand, "county_seat", "town")}
	default:
		if fields = w.worksFields(layer); kind == 3 {
			f.Geometry = w.worksPlace(layer)
		}
	}
	demotest.Set(w, t.Layer, &f, fields)
	w.apply(layers.Change{Layer: layer, ID: f.ID, Feature: &f})
}

// told is all that a result says, in the words of ids.
func told(t *testing.T, r *Result) map[string]any {
	t.Helper()
	all := map[string]any{"year": r.Year, "surveyed": r.Surveyed, "people": r.Villages.People, "seats": r.Seats}
	say := func(what string, v any) { all[what] = fmt.Sprintf("%+v", v) }
	for _, s := range r.Services.Services {
		say("states of "+string(s.ID), r.States[s.ID])
		for i := range r.Villages.Rows {
			say(fmt.Sprintf("why of %s, village %d", s.ID, i), r.Why(s.ID, i))
		}
		for _, by := range []By{ByTown, ByCounty, ByCity} {
			summaries := r.Summarise(s.ID, by)
			for n := range summaries {
				h, v := summaries[n].ByHamlet, summaries[n].ByVillage
				summaries[n].ByHamlet, summaries[n].ByVillage = nil, nil
				if h != nil && v != nil {
					say(fmt.Sprintf("access %s %s", by, summaries[n].Code), []AccessIndex{*h, *v})
				}
			}
			say(fmt.Sprintf("summary of %s by %s", s.ID, by), summaries)
		}
		byRoad, err := r.SupplyByRoad(s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for what, list := range map[string][]*Supply{"supply": r.Supplies[s.ID], "supply by road": byRoad} {
			for n, supply := range list {
				for i, row := range supply.Row {
					if supply.Metres[i] > 0 {
						say(fmt.Sprintf("%s %d of %s, village %d", what, n, s.ID, i), []any{supply.Table.ID(row), supply.Metres[i]})
					}
				}
			}
		}
	}
	for i := range r.Villages.Rows {
		way := r.Way(i)
		way.Gaps = slices.Clone(way.Gaps)
		for n := range way.Gaps {
			way.Gaps[n].Row = uint32(r.Network.Table.ID(way.Gaps[n].Row))
		}
		say(fmt.Sprintf("way of village %d", i), way)
		say(fmt.Sprintf("nearest road of village %d", i), r.Roads.NearestM[i])
		if r.Roads.NearestM[i] >= 0 {
			say(fmt.Sprintf("nearest road's id of village %d", i), r.Network.Table.ID(r.Roads.NearestRow[i]))
		}
	}
	say("hamlets' road", r.HamletRoad)
	say("towns' road", r.TownRoad)
	var cableways []int64
	for _, row := range r.Cableways {
		cableways = append(cableways, r.Network.Table.ID(row))
	}
	slices.Sort(cableways)
	say("cableways", cableways)
	say("counties' exit", r.CountyExit())
	say("spare water", len(r.SpareWater()))
	return all
}

// TestAResultCarriedOnIsTheOneComputedAnew edits all layers at random and asks for some years after each edit. What the cache
// makes from earlier results must say just what is computed of the snapshot alone.
func TestTheFirstRoadIsTheEndOfThereBeingNone(t *testing.T) {
	w := newLand(t, 1)
	roadLayer, _ := w.snap.Table("road")
	var gone []layers.Change
	for row := range roadLayer.Rows {
		gone = append(gone, layers.Change{Layer: "road", ID: roadLayer.ID(row)})
	}
	w.apply(gone...)
	var c Cache
	var nets roads.Cache
	said := func() map[string]int {
		t.Helper()
		r, err := c.Get(w.snap, &nets, 2017)
		if err != nil {
			t.Fatal(err)
		}
		codes := map[string]int{}
		for i := range r.Villages.Len() {
			codes[r.Why(service.Road, i)[0].Code]++
		}
		return codes
	}
	if codes := said(); codes[roadNoNetwork] == 0 || codes[roadNoPlace] == 0 {
		t.Errorf("without roads: %v", codes)
	}
	w.apply(w.change("road", orb.LineString{{115, 38}, {115.01, 38}}, map[string]any{"surface": "水泥", "status": "existing"}))
	if codes := said(); codes[roadNoNetwork] != 0 || codes[roadNoPlace] == 0 {
		t.Errorf("with one far away: %v", codes)
	}
}

func TestAResultCarriedOnIsTheOneComputedAnew(t *testing.T) {
	judged, all := 0, 0
	for seed := range uint64(trial.Part(120)) {
		w := newLand(t, seed)
		var c Cache
		var nets roads.Cache
		for step := range 30 {
			for year := 2016; year <= 2018; year++ {
				if w.IntN(2) == 0 {
					continue
				}
				got, err := c.Get(w.snap, &nets, year)
				if err != nil {
					t.Fatal(err)
				}
				want, err := Compute(context.Background(), w.snap, roads.Build(w.snap, year), c.Services)
				if err != nil {
					t.Fatal(err)
				}
				judged, all = judged+got.judged, all+got.Villages.Len()
				is, should := told(t, got), told(t, want)
				for what, v := range should {
					if !reflect.DeepEqual(is[what], v) {
						t.Fatalf("seed %d, step %d, %d: %s is %v, computed anew %v", seed, step, year, what, is[what], v)
					}
				}
			}
			w.edit()
		}
	}
	if judged > all/2 {
		t.Errorf("of %d judgments %d were made anew", all, judged)
	}
}
