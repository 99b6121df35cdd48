package coverage_test

import (
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/coverage"
)

func TestTheShippedRulesAreWhatTheSourcesSay(t *testing.T) {
	r := coverage.Default()
	for _, l := range []struct {
		limit  coverage.Limit
		want   float64
		source string
	}{
		{r.Road.ReachM, 500, ""},
		{r.Road.RuralAccessM, 2000, "SDG 9.1.1"},
		{r.Water.QuantityL, 60, "T/CHES 18-2018"},
		{r.Water.QuantityBasicL, 35, "T/CHES 18-2018"},
		{r.Water.DryQuantityL, 40, "T/CHES 18-2018"},
		{r.Water.DryQuantityBasicL, 20, "T/CHES 18-2018"},
		{r.Water.FetchMin, 10, "T/CHES 18-2018"},
		{r.Water.FetchBasicMin, 20, "T/CHES 18-2018"},
		{r.Water.Guarantee, 95, "T/CHES 18-2018"},
		{r.Water.GuaranteeBasic, 90, "T/CHES 18-2018"},
		{r.Broadband.Mbps, 12, "规划"},
		{r.Exit.Incidence, 3, "陕西省"},
		{r.Exit.OfCounty.Income, 70, "陕西省"},
		{r.Exit.OfCounty.Road, 97, "陕西省"},
		{r.Target.TapWater, 90, "规划"},
		{r.Target.Guarantee, 95, "规划"},
	} {
		if l.limit.Value != l.want || !strings.Contains(l.limit.Source, l.source) || l.limit.Source == "" {
			t.Errorf("%+v, want %v by %s", l.limit, l.want, l.source)
		}
	}
}

func TestAFileChangesOnlyWhatItNames(t *testing.T) {
	r, err := coverage.Parse(strings.NewReader("road: {reach_m: {value: 300, source: 某省}}\n"))
	if err != nil || r.Road.ReachM != (coverage.Limit{Value: 300, Source: "某省"}) || r.Water.QuantityL.Value != 60 {
		t.Errorf("%+v %v", r, err)
	}
	if r, err = coverage.Parse(strings.NewReader("")); err != nil || r.Road.ReachM.Value != 500 {
		t.Errorf("an empty file: %v", err)
	}
}

func TestABadRuleIsNamedWithWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"roads: {}", "line 1: roads: no such key; allowed are records, road, water"},
		{"road:\n  reech_m: {value: 1, source: a}", "line 2: road.reech_m: no such key; allowed are reach_m, seat_reach_m"},
		{"road: {reach_m: {value: 1, sauce: a}}", "road.reach_m.sauce: no such key; allowed are value, source"},
		{"road: {reach_m: 500}", "road.reach_m: must be a mapping"},
		{"road: {reach_m: {value: 500}}", "road.reach_m: needs a value and the source"},
		{"road: {reach_m: {value: far, source: a}}", `road.reach_m: "far" is not a number from 1 to 20000`},
		{"road: {reach_m: {value: .nan, source: a}}", `road.reach_m: ".nan" is not a number`},
		{"water: {guarantee: {value: 101, source: a}}", `"101" is not a number from 0 to 100`},
		{"water: {quantity_l: {value: 30, source: a}}", "water.quantity_l: must be at least water.quantity_basic_l"},
		{"exit: {village: {values: [raod], source: a}}", `exit.village: "raod" is not one of incidence, income_rising`},
		{"exit: {village: {values: road, source: a}}", "exit.village: values must be a list"},
		{"road: {}\nroad: {}", "road: is given twice"},
		{"- road", "rules: must be a mapping"},
		{"road: {}\n---\nroad: {}", "one is allowed"},
		{"road: [", "yaml"},
	} {
		if _, err := coverage.Parse(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.file, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("road: {reach_m: {value: 300, source: 某省}}")
	f.Add("exit: {village: {values: [road, water], source: a}}")
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, file string) {
		if r, err := coverage.Parse(strings.NewReader(file)); (r == nil) == (err == nil) {
			t.Errorf("%v %v", r, err)
		}
	})
}
