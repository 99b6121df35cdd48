package progress

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func TestStepsComeToAStageAndTellWhatCouldNotFollow(t *testing.T) {
	step := func(what, date string, more ...string) Step {
		s := Step{Act: procedure.Act{Step: what, Date: date, By: "某单位"}}
		if len(more) > 0 {
			s.Result = more[0]
			s.ExitYear, _ = strconv.Atoi(more[0])
		}
		return s
	}
	const Planned, Claimed, Checked Stage = "planned", "claimed", "checked"
	for _, c := range []struct {
		name  string
		steps []Step
		stage Stage
		out   int
		wrong []What
	}{
		{"nothing", nil, NoStage, 0, nil},
		{"planned", []Step{step("planned", "2016-03-01", "2017")}, Planned, 0, nil},
		{"in any order of entry", []Step{
			step("struck_off", "2017-12-01"), step(
				"checked", "2017-10-01", "passed",
			), step("planned", "2016-03-01", "2017"), step("claimed", "2017-08-01"),
		}, StruckOff, 2017, nil},
		{"all on one day", []Step{
			step("struck_off", "2018-01-05"), step("checked", "2018-01-05", "passed"), step("claimed", "2018-01-05"), step("planned", "2018-01-05"),
		}, StruckOff, 2018, nil},
		{"a check that fails and one that does not", []Step{
			step("planned", "2016-03-01"), step("claimed", "2017-05-01"), step(
				"checked", "2017-06-01", "failed",
			), step("claimed", "2017-09-01"), step("checked", "2017-10-01", "passed"),
		}, Checked, 0, nil},
		{
			"a check that fails",
			[]Step{step("planned", "2016-03-01"), step("claimed", "2017-05-01"), step("checked", "2017-06-01", "failed")},
			Returned, 0, nil,
		},
		{
			"a check without a result",
			[]Step{step("planned", "2016-03-01"), step("claimed", "2017-05-01"), step("checked", "2017-06-01")},
			Returned, 0, nil,
		},
		{"struck off after a failed check", []Step{
			step("planned", "2016-03-01"), step("claimed", "2017-05-01"), step("checked", "2017-06-01", "failed"), step("struck_off", "2017-07-01"),
		}, StruckOff, 2017, []What{Skipped}},
		{"struck off and claimed again", []Step{
			step("planned", "2016-03-01"), step(
				"claimed", "2016-05-01",
			), step("checked", "2016-06-01", "passed"), step("struck_off", "2016-07-01"), step("claimed", "2018-05-01"),
		}, Claimed, 0, nil},
		{"out of nowhere", []Step{step("claimed", "2017-01-01"), step("checked", "2017-02-01", "passed")}, Checked, 0, []What{Skipped}},
		{
			"checked before it was claimed",
			[]Step{step("planned", "2016-01-01"), step("checked", "2017-02-01", "passed"), step("claimed", "2017-03-01")},
			Claimed, 0,
			[]What{Skipped},
		},
	} {
		h := History{Steps: c.steps}
		h.replay(exitOf(nil), layers.Builtin())
		var wrong []What
		for _, w := range h.Wrong {
			wrong = append(wrong, w.What)
		}
		if h.Stage != c.stage || h.OutYear != c.out || !slices.Equal(wrong, c.wrong) {
			t.Errorf("%s: stage %q, out in %d, wrong %v", c.name, h.Stage, h.OutYear, wrong)
		}
	}
}

func TestAVillageWhoseFieldsAndStepsDisagreeIsTold(t *testing.T) {
	step := func(what, date, result string, year int) Step {
		return Step{Act: procedure.Act{Step: what, Date: date, Result: result}, ExitYear: year}
	}
	out := []Step{
		step("planned", "2016-03-01", "", 2017),
		step("claimed", "2017-05-01", "", 0),
		step("checked", "2017-06-01", "passed", 0),
		step("struck_off", "2017-07-01", "", 0),
	}
	for i := range out {
		out[i].ID = int64(i + 1)
	}
	for _, c := range []struct {
		name    string
		steps   []Step
		poverty bool
		status  string
		year    int
		want    []What
	}{
		{"all agrees", out, true, "已销号", 2017, nil},
		{"the field lags behind", out, true, "待核查", 2017, []What{StatusDiffers}},
		{"the field is ahead", out[:2], true, "已销号", 2017, []What{StatusDiffers}},
		{"another year", out, true, "已销号", 2018, []What{YearDiffers}},
		{"nobody wrote a step", nil, true, "已销号", 2017, []What{NotRecorded}},
		{"not out and no step", nil, true, "未退出", 2017, nil},
		{"no poverty village", out[:1], false, "", 0, []What{NoPovertyVillage}},
	} {
		h := &History{Steps: c.steps, recorded: true}
		h.replay(exitOf(nil), layers.Builtin())
		var got []What
		for _, x := range h.Contradictions(c.poverty, c.status, c.year) {
			got = append(got, x.What)
			if s := x.Sentence(); s.Zh == "" || s.En == "" {
				t.Errorf("%s: no words for %v", c.name, x.What)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestStandingsAreByTheTargetAndTheCalendar(t *testing.T) {
	for _, c := range []struct {
		planned, actual float64
		over            bool
		want            Standing
	}{
		{100, 100, true, OnTime},
		{100, 100.9, true, OnTime},
		{100, 101, true, Ahead},
		{100, 99.9, true, Late},
		{100, 99.9, false, Open},
		{0, 0, true, OnTime},
		{0, 3, false, Ahead},
		{97, 97 - 1e-12, true, OnTime},
	} {
		if got := standing(c.planned, c.actual, c.over); got != c.want {
			t.Errorf("%v of %v, over %v: %q", c.actual, c.planned, c.over, got)
		}
	}
}

// region is two counties of one prefecture with a poverty village each and one more.
func region(t *testing.T, rows map[string][]map[string]layers.Value) *snapshot.Snapshot {
	t.Helper()
	catalog := service.Builtin().Extend(layers.Builtin())
	b := snapshot.NewBuilder(catalog)
	for _, l := range catalog.Layers {
		for n, values := range rows[l.ID] {
			f := layers.Feature{ID: int64(n + 1), Values: make([]layers.Value, len(l.Fields))}
			for id, v := range values {
				f.Values[l.Field(id)] = v
			}
			if err := b.Add(l, &f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Snapshot()
}

type values = map[string]layers.Value

var text, whole, yes = layers.Text, layers.Int, layers.Bool(true)

func target(area, indicator string, year int64, value float64) values {
	return values{"area": text(area), "indicator": text(indicator), "year": whole(year), "value": layers.Float(value)}
}

func compute(t *testing.T, snap *snapshot.Snapshot, ask Ask) *Report {
	t.Helper()
	cover := func(year int) (*coverage.Result, error) {
		return coverage.Compute(t.Context(), snap, roads.Build(snap, year), service.Builtin())
	}
	r, err := Compute(t.Context(), snap, Cover{Whole: cover, States: cover}, &Cache{}, ask)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTargetsComeFromRowsFromPartsAndFromTheVillagesThemselves(t *testing.T) {
	village := func(code, county, status string, year, poor int64) values {
		v := values{
			"code":            text(code),
			"name":            text(code),
			"county":          text(county),
			"poverty":         yes,
			"exit_status":     text(status),
			"poor_population": whole(poor),
		}
		if year > 0 {
			v["exit_year"] = whole(year)
		}
		return v
	}
	counties := []values{
		{"code": text("420101"), "name": text("甲县"), "exit_year": whole(2019)},
		{"code": text("420102"), "name": text("乙县"), "exit_year": whole(2018), "exit_status": text("已销号")},
	}
	villages := []values{
		village("420101001001", "420101", "已销号", 2016, 100),
		village("420101001002", "420101", "待核查", 2017, 80),
		village("420102001001", "420102", "未退出", 2018, 60),
		village("420102001002", "420102", "", 0, 50),
	}
	rows := map[string][]map[string]layers.Value{
		"county":  counties,
		"village": villages,
		"facility": {{
			"name":   text("校"),
			"kind":   text("school"),
			"status": text("existing"),
			"year":   whole(2017),
		}},
		"target": {
			target("420101", "people_out", 2016, 90), target("420101", "people_out", 2017, 70), target("420102", "people_out", 2018, 110),
			target("420100", "road", 2017, 80), target("420102", "road", 2017, 60), target("420102", "road", 2018, 95),
			target("420101", "villages_out", 2016, 1), target("420101", "villages_out", 2017, 2),
			target("420101", "people_out", 2017, 75), // entered again
		},
	}
	r := compute(t, region(t, rows), Ask{Year: 2018, Today: time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC)})
	if r.Recorded != 2017 || r.Closed != 2017 || !slices.Equal(r.Years, []int{2015, 2016, 2017, 2018}) {
		t.Fatalf("recorded %d, closed %d, years %v", r.Recorded, r.Closed, r.Years)
	}
	area := func(code string) *Area {
		return &r.Areas[slices.IndexFunc(r.Areas, func(a Area) bool { return a.Code == code })]
	}
	for _, c := range []struct {
		area      string
		indicator Indicator
		year      int
		planned   layers.Value
		basis     Basis
	}{
		{"420101", PeopleOut, 2018, layers.Float(165), ByPlan},
		{"420100", PeopleOut, 2015, layers.Float(0), ByParts},
		{"420100", PeopleOut, 2017, layers.Float(165), ByParts},
		{"420100", PeopleOut, 2018, layers.Float(275), ByParts},
		{"420100", Road, 2016, layers.Null, NoBasis},
		{"420101", Road, 2018, layers.Float(80), Above},
		{"420102", Road, 2018, layers.Float(95), ByPlan},
		{"420100", VillagesOut, 2018, layers.Float(3), OwnYears}, // only one county has a plan
		{"420102", VillagesOut, 2017, layers.Float(0), OwnYears},
		{"420100", CountiesOut, 2018, layers.Float(1), OwnYears},
		{"420100", PeopleMoved, 2018, layers.Null, NoBasis},
	} {
		p := area(c.area).Indicators[c.indicator].Series[c.year-2015]
		if p.Planned != c.planned || p.PlannedBasis != c.basis {
			t.Errorf("%s %v by %d: %v from %q, want %v from %q", c.area, c.indicator, c.year, p.Planned, p.PlannedBasis, c.planned, c.basis)
		}
	}
	var states []VillageState
	for _, v := range r.Villages {
		states = append(states, v.State)
	}
	if !slices.Equal(states, []VillageState{Out, Overdue, Due, Unplanned}) {
		t.Errorf("states %v", states)
	}
	if len(r.Contradictions) != 1 || r.Contradictions[0].What != PlanDiffers || r.Contradictions[0].Code != "420101" {
		t.Errorf("the plan has two villages in 2017 where there is one: %v", r.Contradictions)
	}
	out := area("420100").Indicators[VillagesOut]
	if out.Actual.Float() != 1 || out.ActualYear != 2017 || out.Standing != Open || out.Needed.Float() != 2 || out.Pace.Float() != 0.5 {
		t.Errorf("%+v", out)
	}
}

func TestACacheComputesAYearOnceAndForgetsOldStates(t *testing.T) {
	snap := region(t, map[string][]map[string]layers.Value{"target": {target("420100", "road", 2017, 80), target("420100", "road", 2019, 90)}})
	var mu sync.Mutex
	asked, whole := map[int]int{}, map[int]int{}
	cover := Cover{
		Whole: func(year int) (*coverage.Result, error) {
			whole[year]++
			return coverage.Compute(t.Context(), snap, roads.Build(snap, year), service.Builtin())
		},
		States: func(year int) (*coverage.Result, error) { // of several years at a time
			mu.Lock()
			asked[year]++
			mu.Unlock()
			return coverage.Judge(t.Context(), snap, roads.Build(snap, year), service.Builtin())
		},
	}
	var cache Cache
	for range 3 {
		if _, err := Compute(t.Context(), snap, cover, &cache, Ask{Year: 2018, Today: time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC)}); err != nil {
			t.Fatal(err)
		}
	}
	if asked[2016] != 1 || asked[2019] != 1 || asked[2018] != 1 || whole[2018] != 3 || len(whole) != 1 {
		t.Errorf("asked for %v, and the whole of %v", asked, whole)
	}
	l, _ := snap.Catalog.Layer("road")
	next, _, err := snap.Apply(
		[]layers.Change{{Layer: "road", ID: 1, Feature: &layers.Feature{ID: 1, Values: make([]layers.Value, len(l.Fields))}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compute(t.Context(), next, cover, &cache, Ask{Year: 2018, Today: time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC)}); err != nil ||
		asked[2016] != 2 {
		t.Errorf("after an edit of roads: %v, %v", asked, err)
	}
}

func TestThePlanBeginsTheYearBeforeItsFirstTarget(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		targets []layers.Value
		years   []int
	}{
		{"without targets", nil, []int{2026, 2027, 2028, 2029, 2030}},
		{"with targets", []layers.Value{layers.Int(2018), layers.Int(2016), {}}, []int{2015, 2016, 2017, 2018}},
		{"with targets of no year", []layers.Value{{}}, []int{2026, 2027, 2028, 2029, 2030}},
	} {
		catalog := layers.Builtin()
		target, _ := catalog.Layer("target")
		b := snapshot.NewBuilder(catalog)
		for i, year := range c.targets {
			f := &layers.Feature{ID: int64(i + 1), Values: make([]layers.Value, len(target.Fields))}
			f.Values[target.Field("year")] = year
			if err := b.Add(target, f); err != nil {
				t.Fatal(err)
			}
		}
		if got := PlanYears(b.Snapshot(), now); !slices.Equal(got, c.years) {
			t.Errorf("%s: %v, want %v", c.name, got, c.years)
		}
	}
}
