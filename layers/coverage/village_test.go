package coverage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// good is what a village with safe water and broadband has on record.
var good = values{
	"water_quantity": 80, "water_fetch_min": 0, "water_guarantee": 97.0, "water_quality_ok": true, "water_year": 2012,
	"fibre": true, "mbps": 50, "broadband_year": 2013, "power": true, "clinic": true, "school": true, "culture_square": true,
	"tv": true, "cooperative": true, "income_rising": true, "poverty": true, "poor_population": 2, "exit_status": "未退出",
}

func with(changes values) values {
	v := values{}
	for k, x := range good {
		v[k] = x
	}
	for k, x := range changes {
		v[k] = x
	}
	return v
}

func TestAVillageIsJudgedByWhatIsOnRecord(t *testing.T) {
	const dry = `water: {dry_counties: {values: ["611002"], source: test}}`
	for _, c := range []struct {
		name    string
		service service.ID
		change  values
		rules   string
		year    int
		want    service.State
	}{
		{"all well", service.Water, nil, "", 2017, service.Reached},
		{"60 L is enough", service.Water, values{"water_quantity": 60}, "", 2017, service.Reached},
		{"less than 60 L is basic", service.Water, values{"water_quantity": 59.9}, "", 2017, service.Basically},
		{"35 L is basic", service.Water, values{"water_quantity": 35}, "", 2017, service.Basically},
		{"less than 35 L is not", service.Water, values{"water_quantity": 34.9}, "", 2017, service.Not},
		{"in a dry county 40 L is enough", service.Water, values{"water_quantity": 40}, dry, 2017, service.Reached},
		{"in a dry county 20 L is basic", service.Water, values{"water_quantity": 20}, dry, 2017, service.Basically},
		{"ten minutes are enough", service.Water, values{"water_fetch_min": 10}, "", 2017, service.Reached},
		{"eleven are basic", service.Water, values{"water_fetch_min": 11}, "", 2017, service.Basically},
		{"twenty-one are not", service.Water, values{"water_fetch_min": 21}, "", 2017, service.Not},
		{
			"a tap in every home spares the time", service.Water,
			values{"water_fetch_min": nil, "tap_water_rate": 100.0},
			"", 2017,
			service.Reached,
		},
		{"a tap in most homes does not", service.Water, values{"water_fetch_min": nil, "tap_water_rate": 99.0}, "", 2017, service.Unknown},
		{"a guarantee of 95 is enough", service.Water, values{"water_guarantee": 95.0}, "", 2017, service.Reached},
		{"of 90 is basic", service.Water, values{"water_guarantee": 90.0}, "", 2017, service.Basically},
		{"of less is not", service.Water, values{"water_guarantee": 89.9}, "", 2017, service.Not},
		{"bad water is not", service.Water, values{"water_quality_ok": false}, "", 2017, service.Not},
		{"unknown is no pass", service.Water, values{"water_quality_ok": nil}, "", 2017, service.Unknown},
		{"unknown is no basic pass either", service.Water, values{"water_quality_ok": nil, "water_quantity": 40}, "", 2017, service.Unknown},
		{"unknown mends no failure", service.Water, values{"water_quality_ok": nil, "water_quantity": 10}, "", 2017, service.Not},
		{"not before its year", service.Water, nil, "", 2011, service.Not},
		{"planned works are not yet there", service.Water, values{"water_quantity": 10, "water_year": 2019}, "", 2018, service.Not},
		{"from their year on they are, by the plan", service.Water, values{"water_quantity": 10, "water_year": 2019}, "", 2019, service.Reached},
		{"works that the survey saw prove nothing", service.Water, values{"water_quantity": 10, "water_year": 2016}, "", 2019, service.Not},
		{"fibre and speed", service.Broadband, nil, "", 2017, service.Reached},
		{"12 Mbit/s are enough", service.Broadband, values{"mbps": 12}, "", 2017, service.Reached},
		{"fibre too slow", service.Broadband, values{"mbps": 11.9}, "", 2017, service.Not},
		{"speed without fibre", service.Broadband, values{"fibre": false}, "", 2017, service.Not},
		{"unknown speed", service.Broadband, values{"mbps": nil}, "", 2017, service.Unknown},
		{"4G is told aside", service.Broadband, values{"mobile_4g": false}, "", 2017, service.Reached},
		{
			"4G counts where rules say so", service.Broadband,
			values{"mobile_4g": false},
			`broadband: {mobile_needed: {values: ["yes"], source: test}}`, 2017, service.Not,
		},
		{"power", service.Power, values{"power": false}, "", 2017, service.Not},
		{"unknown clinic", "clinic", values{"clinic": nil}, "", 2017, service.Unknown},
		{"exit with all ticks", service.Exit, nil, "", 2017, service.Reached},
		{"each criterion is a veto", service.Exit, values{"cooperative": false}, "", 2017, service.Not},
		{"an unknown one leaves it open", service.Exit, values{"income_rising": nil}, "", 2017, service.Unknown},
		{"basic water will do", service.Exit, values{"water_quantity": 40}, "", 2017, service.Reached},
		{"three in a hundred are too many", service.Exit, values{"poor_population": 3}, "", 2017, service.Not},
		{
			"who is still poor counts, not the register", service.Exit,
			values{"poor_population": 30, "remaining_poor": 2},
			"", 2017,
			service.Reached,
		},
		{
			"three in a hundred still poor are too many, struck off or not", service.Exit,
			values{"remaining_poor": 3, "exit_status": "已销号"},
			"",
			2017, service.Not,
		},
		{"registers keep those who have left", service.Exit, values{"poor_population": 30, "exit_status": "已销号"}, "", 2017, service.Unknown},
		{"no poverty village, no exit", service.Exit, values{"poverty": false}, "", 2017, service.Inapplicable},
		{"perhaps a poverty village", service.Exit, values{"poverty": nil}, "", 2017, service.Unknown},
		{
			"fewer criteria by other rules", service.Exit,
			values{"cooperative": false},
			`exit: {village: {values: [road, water], source: test}}`, 2017, service.Reached,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := service.Parse(strings.NewReader(c.rules))
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t).road(values{"year": 2017}, at(0, 0), at(1000, 0)).village(at(1000, 100), with(c.change))
			r := w.compute(c.year, rules)
			if c.year < 2017 { // the road, built in 2017, is what dates the records
				r.Surveyed = 2017
			}
			if got := r.States[c.service][0]; got != c.want {
				t.Errorf("%v, want %v: %s", got, c.want, why(r, c.service, 0))
			}
		})
	}
}

func why(r *coverage.Result, s service.ID, i int) string {
	var list []string
	for _, c := range r.Why(s, i) {
		list = append(list, fmt.Sprintf("%s %v %q", c.Code, c.State, c.Sentence().En))
	}
	return strings.Join(list, "; ")
}

func TestEvidenceTellsValueLimitYearAndField(t *testing.T) {
	w := newWorld(t).road(values{"year": 2017}, at(0, 0), at(1000, 0)).village(at(1000, 100), with(values{"water_quantity": 42, "mbps": nil}))
	r := w.compute(2017, service.Builtin())
	c := r.Why(service.Water, 0)[0]
	if c.Code != "water_quantity" || c.Value.Float() != 42 || c.Limit != 60 || c.Basic != 35 || c.Year != 2017 ||
		c.Field != "water_quantity" ||
		!strings.Contains(c.Source, "T/CHES 18-2018") {
		t.Errorf("%+v", c)
	}
	for _, want := range []struct{ got, want string }{
		{c.Sentence().Zh, "人均日供水量 42 升，要求 ≥ 60 升，基本达标 ≥ 35 升：基本达标（2017 年）"},
		{c.Sentence().En, "water a person a day 42 L; asked ≥ 60 L, basically ≥ 35 L: basically reached (2017)"},
		{r.Why(service.Broadband, 0)[1].Sentence().En, "bandwidth: not on record; asked ≥ 12 Mbit/s"},
		{r.Why(service.Road, 0)[0].Sentence().En, "an unbroken hardened road to the county seat lies 100 m away; asked ≤ 500 m (2017)"},
		{r.Why(service.Exit, 0)[0].Sentence().En, "poverty incidence 2%; asked < 3%: reached (2017)"},
	} {
		if want.got != want.want {
			t.Errorf("%q, want %q", want.got, want.want)
		}
	}
}

func TestATowerInReachGives4G(t *testing.T) {
	w := newWorld(t).village(at(1000, 0), with(values{"mobile_4g": nil})).village(at(9000, 0), with(nil))
	w.add("broadband", at(2000, 0), values{"name": "基站", "kind": "tower", "radius_m": 1500, "status": "existing"})
	w.add("broadband", at(9000, 10), values{"name": "基站", "kind": "tower", "radius_m": 1500, "status": "planned", "year": 2019})
	for year, want := range map[int][2]service.State{2017: {service.Reached, service.Not}, 2019: {service.Reached, service.Reached}} {
		r := w.compute(year, service.Builtin())
		for i := range want {
			list := r.Why(service.Broadband, i)
			if c := list[len(list)-1]; c.State != want[i] || !c.Aside {
				t.Errorf("%d: village %d: %+v", year, i, c)
			}
		}
	}
}

func TestTheNearestSupplyIsOneThatStands(t *testing.T) {
	w := newWorld(t).village(at(0, 0), with(values{"water_quantity": 1, "fibre": false, "clinic": false}))
	w.village(at(0, 0), with(nil))
	w.add("water", at(300, 0), values{"name": "在建", "status": "building", "year": 2018})
	w.add("water", at(900, 0), values{"name": "已建", "status": "existing", "year": 2010})
	w.add("broadband", at(100, 0), values{"name": "塔", "kind": "tower", "status": "existing"})
	w.add("broadband", at(700, 0), values{"name": "点", "kind": "node", "status": "existing"})
	w.add("facility", at(200, 0), values{"name": "店", "kind": "shop", "status": "existing", "year": 2017})
	w.add("facility", at(600, 0), values{"name": "室", "kind": "clinic", "status": "existing"})
	r := w.compute(2017, service.Builtin())
	for service, want := range map[service.ID]string{service.Water: "已建 900", service.Broadband: "点 700", "clinic": "室 600"} {
		s := r.Supplies[service][0]
		if got := fmt.Sprintf("%s %.0f", s.Table.Get(s.Row[0], "name").Text(), s.Metres[0]); got != want {
			t.Errorf("%v: %s, want %s", service, got, want)
		}
		if s.Metres[1] == s.Metres[1] {
			t.Errorf("%v: a supply for who does not lack it", service)
		}
	}
}

func TestAVillageWithoutPlaceIsJudgedByItsFields(t *testing.T) {
	r := newWorld(t).village(orb.Geometry(nil), with(nil)).compute(2017, service.Builtin())
	if r.States[service.Road][0] != service.Unknown || r.States[service.Water][0] != service.Reached ||
		r.States[service.Exit][0] != service.Unknown {
		t.Errorf("%v", r.States)
	}
}
