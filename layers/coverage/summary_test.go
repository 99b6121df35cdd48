package coverage_test

import (
	"fmt"
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// fifty puts villages of 100 people at the seat: some with power, some without, the
// rest with nothing on record; of each a share with tap water.
func fifty(t *testing.T, yes, no, unknown int, tap any) *world {
	w := newWorld(t).road(values{"year": 2017}, at(0, 0), at(1000, 0))
	for i := range yes + no + unknown {
		v := values{"code": fmt.Sprintf("611002001%03d", 200+i), "tap_water_rate": tap}
		if i < yes+no {
			v["power"] = i < yes
		}
		w.village(at(0, 0), v)
	}
	return w
}

func TestATargetIsMetMissedOrUnknown(t *testing.T) {
	for _, c := range []struct {
		name             string
		yes, no, unknown int
		tap              any
		service          service.ID
		want             service.State
		low, high        float64
	}{
		{"everybody", 50, 0, 0, nil, service.Power, service.Reached, 100, 100},
		{"all but one", 49, 1, 0, nil, service.Power, service.Not, 98, 98},
		{"one unknown could tip it", 49, 0, 1, nil, service.Power, service.Unknown, 98, 100},
		{"one unknown cannot mend it", 48, 1, 1, nil, service.Power, service.Not, 96, 98},
		{"more than 90 % have taps", 50, 0, 0, 90.1, service.Water, service.Reached, 90.1, 90.1},
		{"90 % are not more than 90 %", 50, 0, 0, 90.0, service.Water, service.Not, 90, 90},
		{"nobody counted taps", 50, 0, 0, nil, service.Water, service.Unknown, 0, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fifty(t, c.yes, c.no, c.unknown, c.tap).compute(2017, service.Builtin())
			got := r.Summarise(c.service, coverage.ByTown)[0].Targets[0]
			if got.State != c.want || fmt.Sprintf("%.2f %.2f", got.Value.Float(), got.UpTo) != fmt.Sprintf("%.2f %.2f", c.low, c.high) {
				t.Errorf("%v, from %v to %v", got.State, got.Value.Float(), got.UpTo)
			}
		})
	}
}

func TestPeopleWithoutACountAreSaidToBeMissing(t *testing.T) {
	w := newWorld(t).village(at(0, 0), values{"power": true}).
		village(at(0, 0), values{"power": true, "population": nil}).
		village(at(0, 0), values{"power": false, "county": nil, "town": nil})
	list := w.compute(2017, service.Builtin()).Summarise(service.Power, coverage.ByCounty)
	if len(list) != 2 || list[0].Code != "" || list[0].Villages[service.Not] != 1 {
		t.Fatalf("villages of no county stand apart: %+v", list)
	}
	if s := list[1]; s.Name != "甲县" || s.Villages[service.Reached] != 2 || s.People[service.Reached] != 100 || s.Unpeopled != 1 {
		t.Errorf("%+v", s)
	}
}

func TestACountyHasItsOwnChecklist(t *testing.T) {
	w := newWorld(t)
	w.list["county"] = nil
	w.add(
		"county", nil,
		values{"code": "611002", "name": "甲县", "rural_population": 1000, "poor_population": 29, "rural_income": 7000, "province_income": 10000},
	)
	w.road(values{"year": 2017}, at(0, 0), at(1000, 0)).
		village(at(0, 0), with(values{"tap_water_rate": 90.0, "safe_housing_rate": 96.9, "households": 30, "fibre": nil}))
	states := map[string]service.State{}
	for _, c := range w.compute(2017, service.Builtin()).CountyExit()[0] {
		states[c.Code] = c.State
	}
	for code, want := range map[string]service.State{
		"county_incidence": service.Reached, "county_income": service.Reached,
		"county_road": service.Reached, "county_tap_water": service.Reached,
		"county_power": service.Reached, "county_housing": service.Not, "county_insured": service.Unknown, "county_fibre": service.Unknown,
	} {
		if states[code] != want {
			t.Errorf("%s is %v, want %v", code, states[code], want)
		}
	}
}

func TestRollUpsOfTheDemoAddUp(t *testing.T) {
	r := compute(t, demotest.Snapshot(t), 2017)
	for _, declared := range r.Services.Services {
		s := declared.ID
		for _, by := range []coverage.By{coverage.ByTown, coverage.ByCounty, coverage.ByCity} {
			villages, people := 0, int64(0)
			for _, a := range r.Summarise(s, by) {
				for state := range a.Villages {
					villages, people = villages+a.Villages[state], people+a.People[state]
				}
			}
			if villages != r.Villages.Len() || people != 1_950_000 {
				t.Errorf("%v by %s: %d villages, %d people", s, by, villages, people)
			}
		}
	}
	if city := r.Summarise(service.Road, coverage.ByCity); len(city) != 1 || city[0].Code != "611000" {
		t.Errorf("%+v", city)
	}
}
