package coverage_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

func TestAVillageNeedsAnUnbrokenHardenedRoad(t *testing.T) {
	earth, ford := values{"surface": "土路"}, values{"surface": "砂石"}
	for _, c := range []struct {
		name string
		lay  func(w *world)
		want string // state and code
		gapM float64
	}{
		{"all of cement", func(w *world) { w.road(nil, at(0, 0), at(4000, 0)) }, "reached road_reached", 0},
		{"asphalt after cement", func(w *world) {
			w.road(nil, at(0, 0), at(2000, 0)).road(values{"surface": "沥青"}, at(2000, 0), at(4000, 0))
		}, "reached road_reached", 0},
		{"a ford half way", func(w *world) {
			w.road(nil, at(0, 0), at(2000, 0)).road(ford, at(2000, 0), at(2300, 0)).road(nil, at(2300, 0), at(4000, 0))
		}, "not road_cut_off", 300},
		{"a way round the ford", func(w *world) {
			w.road(nil, at(0, 0), at(2000, 0)).road(
				ford, at(2000, 0), at(2300, 0),
			).road(nil, at(2300, 0), at(4000, 0)).road(nil, at(2000, 0), at(2150, 900), at(2300, 0))
		}, "reached road_reached", 0},
		{
			"earth for the last stretch", func(w *world) { w.road(nil, at(0, 0), at(3000, 0)).road(earth, at(3000, 0), at(4000, 0)) },
			"not road_far", 1000,
		},
		{
			"earth for less than the reach", func(w *world) { w.road(nil, at(0, 0), at(3600, 0)).road(earth, at(3600, 0), at(4000, 0)) },
			"reached road_reached", 0,
		},
		{"a bridge not yet built", func(w *world) {
			w.road(nil, at(0, 0), at(2000, 0)).road(
				values{"status": "planned", "year": 2019, "kind": "bridge"}, at(2000, 0), at(2100, 0),
			).road(nil, at(2100, 0), at(4000, 0))
		}, "not road_detached", 0},
		{
			"roads that cross without meeting", func(w *world) { w.road(nil, at(0, 0), at(4000, 3000)).road(nil, at(2000, 3000), at(4000, 0)) },
			"not road_cut_off", -1,
		},
		{"only a cableway", func(w *world) { w.road(values{"kind": "cableway"}, at(0, 0), at(4000, 0)) }, "not road_far", -1},
		{"an expressway that cannot be entered", func(w *world) {
			w.road(values{"grade": "高速", "surface": "沥青"}, at(-5000, 100), at(9000, 100)).road(nil, at(0, 0), at(-5000, 100))
		}, "not road_far", -1},
		{"an expressway on the way", func(w *world) {
			w.road(
				nil, at(0, 0), at(500, 0),
			).road(values{"grade": "高速", "surface": "沥青"}, at(500, 0), at(3000, 0)).road(nil, at(3000, 0), at(4000, 0))
		}, "reached road_reached", 0},
		{
			"a road whose surface nobody knows", func(w *world) { w.road(values{"surface": nil}, at(0, 0), at(4000, 0)) },
			"unknown road_unrecorded", 0,
		},
		{"a road that nobody says stands", func(w *world) { w.road(values{"status": nil}, at(0, 0), at(4000, 0)) }, "unknown road_unrecorded", 0},
		{"an unknown surface beside a known way", func(w *world) {
			w.road(nil, at(0, 0), at(4000, 0)).road(values{"surface": nil}, at(0, 0), at(4000, 500))
		}, "reached road_reached", 0},
		{
			"a stub at the seat's point", func(w *world) { w.road(nil, at(-5, 0), at(5, 0)).road(nil, at(0, 300), at(4000, 0)) },
			"reached road_reached", 0,
		},
		{"a seat some way off the network", func(w *world) { w.road(nil, at(1500, 0), at(4000, 0)) }, "reached road_reached", 0},
		{"no road at all", func(*world) {}, "unknown road_no_network", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).village(at(4000, 0), nil)
			c.lay(w)
			r := w.compute(2017, service.Builtin())
			if got := r.States[service.Road][0].String() + " " + r.Why(service.Road, 0)[0].Code; got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			got := float64(r.Way(0).UnhardenedM)
			if c.gapM > 0 && math.Abs(got-c.gapM) > 1 || c.gapM < 0 && !math.IsNaN(got) || c.gapM == 0 && got > 0 {
				t.Errorf("%v m unhardened, want %v", got, c.gapM)
			}
			sum := 0.0
			for _, g := range r.Way(0).Gaps {
				sum += float64(g.Metres)
			}
			if c.gapM > 0 && math.Abs(sum-c.gapM) > 1 {
				t.Errorf("gaps of %v m", sum)
			}
		})
	}
}

func TestTheBestWayOutHasTheFewestUnhardenedMetres(t *testing.T) {
	// 300 m of earth on a way of 8 km beat 900 m on one of 4 km.
	w := newWorld(t).village(at(4000, 0), nil).
		road(nil, at(0, 0), at(2900, 0)).road(values{"surface": "土路", "name": "短"}, at(2900, 0), at(3800, 0)).road(nil, at(3800, 0), at(4000, 0)).
		road(nil, at(0, 0), at(0, 2000), at(3500, 2000)).
		road(values{"surface": "砂石", "name": "长"}, at(3500, 2000), at(3500, 1700)).road(nil, at(3500, 1700), at(3800, 0))
	r := w.compute(2017, service.Builtin())
	gaps := r.Way(0).Gaps
	if len(gaps) != 1 || r.Network.Table.Get(gaps[0].Row, "name").Text() != "长" || math.Abs(float64(gaps[0].Metres)-300) > 1 {
		t.Errorf("%+v", gaps)
	}
	route, err := r.WayOut(t.Context(), 0)
	if err != nil || math.Abs(route.UnhardenedM-300) > 1 || route.Metres < 7000 || len(route.Line) < 4 {
		t.Errorf("%+v %v", route, err)
	}
}

func TestTheWayLeadsToTheVillagesOwnSeat(t *testing.T) {
	w := newWorld(t)
	w.add("county", nil, values{"code": "611021", "name": "乙县"})
	w.add("town", at(5000, 0), values{"code": "611021001", "name": "城关", "county": "611021", "kind": "county_seat"})
	w.road(nil, at(0, 0), at(1000, 0)).road(values{"surface": "土路"}, at(1000, 0), at(3000, 0)).road(nil, at(3000, 0), at(5000, 0))
	w.village(at(4000, 0), nil).
		village(at(4000, 0), values{"county": "611021", "town": nil}).
		village(at(4000, 0), values{"county": "611022", "town": nil})
	r := w.compute(2017, service.Builtin())
	if got := r.States[service.Road]; !slices.Equal(got, []service.State{service.Not, service.Reached, service.Unknown}) {
		t.Errorf("%v", got)
	}
	if got := r.Way(0).UnhardenedM; math.Abs(float64(got)-2000) > 1 {
		t.Errorf("%v m", got)
	}
}

func TestTownsNeedAGradeAndHamletsAWay(t *testing.T) {
	w := newWorld(t).road(values{"surface": "土路", "grade": "等外"}, at(0, 0), at(4000, 0)).road(values{"grade": "三级"}, at(0, 0), at(0, 4000)).
		road(values{"grade": nil}, at(0, 0), at(-4000, 0))
	for i, p := range [][2]float64{{4000, 0}, {0, 4000}, {-4000, 0}, {4000, 4000}} {
		w.add("town", at(p[0], p[1]), values{"code": "61100210" + string(rune('1'+i)), "name": "镇", "county": "611002", "kind": "town"})
		w.add("hamlet", at(p[0], p[1]), values{"name": "组", "county": "611002"})
	}
	r := w.compute(2017, service.Builtin())
	reached, not, unknown := service.Reached, service.Not, service.Unknown
	if !slices.Equal(byID(r.TownPlaces, r.TownRoad), []service.State{reached, not, reached, unknown, not}) {
		t.Errorf("towns, the seat first: %v", byID(r.TownPlaces, r.TownRoad))
	}
	if !slices.Equal(byID(r.Hamlets, r.HamletRoad), []service.State{reached, reached, reached, not}) {
		t.Errorf("hamlets: %v", byID(r.Hamlets, r.HamletRoad))
	}
}

// byID puts the states of places in the order of the places' ids.
func byID(p *coverage.Places, states []service.State) []service.State {
	sorted := make([]service.State, len(states))
	for i, row := range p.Rows {
		sorted[p.Table.ID(row)-1] = states[i]
	}
	return sorted
}

func TestRuralAccessCountsPeopleWhereTheyLive(t *testing.T) {
	w := newWorld(t).road(nil, at(0, 0), at(1000, 0)).road(values{"surface": "土路"}, at(1000, 0), at(9000, 0))
	w.village(at(1000, 1900), values{"code": "611002001201"}).village(at(9000, 0), values{"code": "611002001202", "population": 300})
	w.add("hamlet", at(500, 0), values{"name": "近", "village": "611002001202", "county": "611002", "population": 60})
	w.add("hamlet", at(9000, 500), values{"name": "远", "village": "611002001202", "county": "611002", "population": 40})
	s := w.compute(2017, service.Builtin()).Summarise(service.Road, coverage.ByCounty)[0]
	if *s.ByVillage != (coverage.AccessIndex{Low: 25, High: 25}) || *s.ByHamlet != (coverage.AccessIndex{Low: 40, High: 40}) {
		t.Errorf("%+v %+v", s.ByVillage, s.ByHamlet)
	}
}

func TestAWiderReachTakesInMore(t *testing.T) {
	rules, err := service.Parse(strings.NewReader("road: {reach_m: {value: 1100, source: test}}"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t).village(at(4000, 0), nil).road(nil, at(0, 0), at(3000, 0))
	if r := w.compute(2017, rules); r.States[service.Road][0] != service.Reached {
		t.Errorf("%s", why(r, service.Road, 0))
	}
}
