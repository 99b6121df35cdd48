package service_test

import (
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/service"
)

func TestTheShippedRulesAreWhatTheSourcesSay(t *testing.T) {
	r := service.DefaultRules()
	for _, l := range []struct {
		limit  service.Limit
		want   float64
		source string
	}{
		{r.Limit("road.reach_m"), 500, ""},
		{r.Limit("road.rural_access_m"), 2000, "SDG 9.1.1"},
		{r.Limit("water.quantity_l"), 60, "T/CHES 18-2018"},
		{r.Limit("water.quantity_basic_l"), 35, "T/CHES 18-2018"},
		{r.Limit("water.dry_quantity_l"), 40, "T/CHES 18-2018"},
		{r.Limit("water.dry_quantity_basic_l"), 20, "T/CHES 18-2018"},
		{r.Limit("water.fetch_min"), 10, "T/CHES 18-2018"},
		{r.Limit("water.fetch_basic_min"), 20, "T/CHES 18-2018"},
		{r.Limit("water.guarantee"), 95, "T/CHES 18-2018"},
		{r.Limit("water.guarantee_basic"), 90, "T/CHES 18-2018"},
		{r.Limit("broadband.mbps"), 12, "规划"},
		{r.Limit("exit.incidence"), 3, "陕西省"},
		{r.Limit("exit.county_income"), 70, "陕西省"},
		{r.Limit("exit.county_road"), 97, "陕西省"},
		{r.Limit("target.tap_water"), 90, "规划"},
		{r.Limit("target.guarantee"), 95, "规划"},
	} {
		if l.limit.Value != l.want || !strings.Contains(l.limit.Source, l.source) || l.limit.Source == "" {
			t.Errorf("%+v, want %v by %s", l.limit, l.want, l.source)
		}
	}
}

func TestAFileChangesOnlyWhatItNames(t *testing.T) {
	c, err := service.Parse(strings.NewReader("road: {reach_m: {value: 300, source: 某省}}\n"))
	if err != nil || c.Rules.Limit("road.reach_m") != (service.Limit{Value: 300, Source: "某省"}) ||
		c.Rules.Limit("water.quantity_l").Value != 60 {
		t.Errorf("%+v %v", c, err)
	}
	if c, err = service.Parse(strings.NewReader("")); err != nil || c.Rules.Limit("road.reach_m").Value != 500 {
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
		if _, err := service.Parse(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.file, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("road: {reach_m: {value: 300, source: 某省}}")
	f.Add("exit: {village: {values: [road, water], source: a}}")
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, file string) {
		if c, err := service.Parse(strings.NewReader(file)); (c == nil) == (err == nil) {
			t.Errorf("%v %v", c, err)
		}
	})
}
