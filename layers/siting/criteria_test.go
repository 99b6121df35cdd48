package siting_test

import (
	"math"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/siting"
)

func TestAFileChangesWhatItNames(t *testing.T) {
	c, err := siting.Parse(strings.NewReader(`
people: {value: 900, source: 本县}
criteria:
  - {id: slope, max: 20}
  - {id: park, weight: 0}
  - id: bank
    title: {zh: 银行, en: Bank}
    group: near
    measure: straight
    layer: facility
    where: kind = 'bank'
    curve: [[1000, 100], [9000, 0]]
    weight: 3
    source: 本县
`))
	if err != nil {
		t.Fatal(err)
	}
	was := siting.Default()
	slope, old := c.List[c.Index("slope")], was.List[was.Index("slope")]
	if *slope.Max != 20 || slope.Weight != old.Weight || len(slope.Curve) != len(old.Curve) || *old.Max != 25 {
		t.Errorf("slope %+v, shipped %+v", slope, old)
	}
	if c.People.Value != 900 || c.List[c.Index("park")].Weight != 0 || len(c.List) != len(was.List)+1 ||
		c.List[c.Index("bank")].Group != "near" {
		t.Errorf("%+v", c)
	}
}

func TestCriteriaThatAreNoneAreExplained(t *testing.T) {
	const bank = "criteria: [{id: bank, title: {zh: 银行, en: Bank}, group: near, measure: straight, " +
		"layer: facility, curve: [[0, 100]], source: x"
	for _, c := range []struct{ file, says string }{
		{"peeple: {}", "allowed are people"},
		{"people: {value: 0, source: x}", "people"},
		{"people: {value: 5}\npeople: {value: 6}", "people"},
		{"criteria: {}", "must be a list"},
		{"criteria: [{id: slope, colour: red}]", "colour"},
		{"criteria: [{id: slope, weight: -1}]", "weight"},
		{"criteria: [{id: slope, layer: town}]", "layer"},
		{"criteria: [{id: town, measure: miles}]", "unhardened"},
		{"criteria: [{id: town, group: far}]", "at_hand"},
		{"criteria: [{id: town, curve: [[5, 100], [5, 0]]}]", "ascend"},
		{"criteria: [{id: town, curve: [[5, 120]]}]", "0 to 100"},
		{"criteria: [{id: town, curve: []}]", "curve"},
		{bank + ", weight: .nan}]", "weight"},
		{"criteria: [{id: bank}]", "needs an id and a title"},
		{"- 3", "mapping"},
	} {
		if _, err := siting.Parse(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", c.file, err, c.says)
		}
	}
	if _, err := siting.Parse(strings.NewReader("")); err != nil {
		t.Error(err)
	}
}

func TestChangesNameTheirCriterion(t *testing.T) {
	c := siting.Default()
	for _, change := range []siting.Change{
		{Weights: map[string]float64{"moon": 1}},
		{Weights: map[string]float64{"town": math.NaN()}},
		{Curves: map[string]siting.Curve{"town": {}}},
		{Limits: map[string]siting.LimitChange{"moon": {}}},
	} {
		_, err := c.With(change)
		if err == nil || !strings.Contains(err.Error(), "town") {
			t.Errorf("%+v: %v", change, err)
		}
	}
	zero := 0.0
	next, err := c.With(
		siting.Change{Limits: map[string]siting.LimitChange{"town": {Max: &zero}}, Curves: map[string]siting.Curve{"park": {{1, 50}}}},
	)
	if err != nil || *next.List[next.Index("town")].Max != 0 || next.List[next.Index("park")].Curve.Score(99) != 50 ||
		c.List[c.Index("town")].Max != nil {
		t.Errorf("%v", err)
	}
}

func TestACurveIsStraightBetweenItsPoints(t *testing.T) {
	c := siting.Curve{{10, 100}, {20, 60}, {40, 0}}
	for v, want := range map[float64]float64{0: 100, 10: 100, 15: 80, 20: 60, 30: 30, 40: 0, 99: 0, math.Inf(1): 0} {
		if got := c.Score(v); got != want {
			t.Errorf("%v scores %v, not %v", v, got, want)
		}
	}
	for v, want := range map[float64]float64{15: 10, 25: 20, 60: 20, math.Inf(1): 20} {
		if got, ok := c.Better(v); got != want || !ok {
			t.Errorf("from %v the next better is %v, %v; not %v", v, got, ok, want)
		}
	}
	if _, ok := c.Better(5); ok {
		t.Error("there is better than the best")
	}
}

func FuzzCriteria(f *testing.F) {
	f.Add("criteria: [{id: slope, max: 20, curve: [[0, 100], [3, 5]]}]")
	f.Add("people: {value: 3, source: x}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := siting.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		values := make([]float64, len(c.List))
		if s := c.Score(values); s.Total < 0 || s.Total > 100.000001 {
			t.Errorf("%s: %v", text, s.Total)
		}
	})
}
