package progress_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// prefecture is the demo as a snapshot and, for SQL to ask, as tables of SQLite.
type prefecture struct {
	snap *snapshot.Snapshot
	conn *sqlite.Conn
}

// thePrefecture is made once for all tests.
var thePrefecture = sync.OnceValues(func() (*prefecture, error) {
	conn, err := sqlite.OpenConn(":memory:")
	if err != nil {
		return nil, err
	}
	catalog := service.Builtin().Extend(layers.Builtin())
	b := snapshot.NewBuilder(catalog)
	asked := map[string]string{}
	for _, id := range []string{"county", "village", "site", "target", "exit_step"} {
		l, _ := catalog.Layer(id)
		var columns []string
		for _, f := range l.Fields {
			columns = append(columns, `"`+f.ID+`"`)
		}
		if err := sqlitex.Execute(conn, "CREATE TABLE "+id+" (id, "+strings.Join(columns, ", ")+")", nil); err != nil {
			return nil, err
		}
		asked[id] = "INSERT INTO " + id + " VALUES (?" + strings.Repeat(", ?", len(columns)) + ")"
	}
	for edit, err := range demo.Generate(demo.Options{Seed: 1}) {
		if err != nil {
			return nil, err
		}
		l, _ := catalog.Layer(edit.Layer)
		if err := b.Add(l, &edit.Feature); err != nil {
			return nil, err
		}
		if insert := asked[edit.Layer]; insert != "" {
			args := []any{edit.Feature.ID}
			for _, v := range edit.Feature.Values {
				args = append(args, v.Any())
			}
			if err := sqlitex.Execute(conn, insert, &sqlitex.ExecOptions{Args: args}); err != nil {
				return nil, err
			}
		}
	}
	return &prefecture{b.Snapshot(), conn}, nil
})

func newPrefecture(t *testing.T) *prefecture {
	t.Helper()
	p, err := thePrefecture()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// number is the single number that a query answers with.
func (p *prefecture) number(t *testing.T, sql string, args ...any) (n float64) {
	t.Helper()
	err := sqlitex.Execute(p.conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(s *sqlite.Stmt) error {
		n = s.ColumnFloat(0)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func covers(t *testing.T, snap *snapshot.Snapshot) progress.Cover {
	return progress.Cover{
		Whole: func(year int) (*coverage.Result, error) {
			return coverage.Compute(t.Context(), snap, roads.Build(snap, year), service.Builtin())
		},
		States: func(year int) (*coverage.Result, error) {
			return coverage.Judge(t.Context(), snap, roads.Build(snap, year), service.Builtin())
		},
	}
}

func (p *prefecture) cover(t *testing.T) progress.Cover {
	return covers(t, p.snap)
}

var today = time.Date(2018, 2, 1, 0, 0, 0, 0, time.UTC)

// within is the condition on a column that an area's code begins what it holds.
func within(column, code string) string {
	return fmt.Sprintf("substr(%s, 1, %d) = '%s'", column, len(strings.TrimSuffix(code, "00")), strings.TrimSuffix(code, "00"))
}

// outYear is the year in which a village v was struck off, in SQL.
const outYear = `CASE WHEN v.exit_status = '已销号' THEN
	(SELECT max(CAST(substr(date, 1, 4) AS INTEGER)) FROM exit_step s WHERE s.village = v.code AND s.step = 'struck_off') END`

func TestTheDemosProgressIsWhatSQLCounts(t *testing.T) {
	p := newPrefecture(t)
	var cache progress.Cache
	index := area.New(p.snap)
	for _, c := range []struct {
		year int
		in   area.Narrowing
		want map[progress.Level]int
	}{
		{0, area.Narrowing{}, map[progress.Level]int{progress.City: 1, progress.County: 7}},
		{2016, area.Narrowing{Area: "610000"}, map[progress.Level]int{progress.City: 1, progress.County: 7}},
		{2018, area.Narrowing{County: "611026"}, map[progress.Level]int{progress.County: 1, progress.Town: len(index.Children("611026"))}},
		{2018, area.Narrowing{Area: "611000", Town: index.Children("611026")[0].Code}, map[progress.Level]int{progress.Town: 1}},
	} {
		ask := progress.Ask{Year: c.year, In: c.in, Areas: index, Today: today}
		r, err := progress.Compute(t.Context(), p.snap, p.cover(t), &cache, ask)
		if err != nil {
			t.Fatal(err)
		}
		if ask.Year == 0 && r.Year != 2017 || r.Recorded != 2017 || r.Closed != 2017 || len(r.Years) != 6 || r.Years[0] != 2015 {
			t.Errorf("year %d, recorded %d, closed %d, years %v", r.Year, r.Recorded, r.Closed, r.Years)
		}
		if len(r.Contradictions) > 0 {
			t.Errorf("the demo contradicts itself: %v", r.Contradictions[:min(5, len(r.Contradictions))])
		}
		levels := map[progress.Level]int{}
		for _, a := range r.Areas {
			levels[a.Level]++
			p.checkStates(t, r, a)
			for _, i := range a.Indicators {
				p.checkIndicator(t, r, a, i)
			}
		}
		if !maps.Equal(levels, c.want) {
			t.Errorf("%+v has areas by level %v, not %v", c.in, levels, c.want)
		}
	}
}

// checkStates holds the villages by state against the same asked in SQL.
func (p *prefecture) checkStates(t *testing.T, r *progress.Report, a progress.Area) {
	t.Helper()
	state := fmt.Sprintf(
		`CASE WHEN (%s) <= %d THEN 'out' WHEN exit_year IS NULL THEN 'unplanned'
			WHEN exit_year <= %d THEN 'late' WHEN exit_year <= %d THEN 'due' ELSE 'later' END`,
		outYear, r.Year, min(r.Year, r.Closed), r.Year,
	)
	for s, name := range progress.VillageStateNames {
		want := p.number(t, "SELECT count(*) FROM village v WHERE poverty AND "+within("code", a.Code)+" AND "+state+" = ?", name)
		if a.Villages[s] != int(want) {
			t.Errorf("%d %s: %d villages are %s, SQL says %v", r.Year, a.Code, a.Villages[s], name, want)
		}
	}
}

func (p *prefecture) checkIndicator(t *testing.T, r *progress.Report, a progress.Area, i progress.Progress) {
	t.Helper()
	for _, pt := range i.Series {
		if i.Indicator.IsShare() {
			if pt.Planned.Float() != p.number(
				t, "SELECT value FROM target WHERE area = '611000' AND indicator = ? AND year = ?", i.Indicator.String(), pt.Year,
			) {
				t.Errorf("%s %v %d: planned %v", a.Code, i.Indicator, pt.Year, pt.Planned)
			}
			continue
		}
		planned := p.number(
			t, "SELECT sum(value) FROM target WHERE area = ? AND indicator = ? AND year <= ?", a.Code, i.Indicator.String(), pt.Year,
		)
		if a.Level == progress.Town {
			planned = p.number(t, "SELECT count(*) FROM village WHERE poverty AND exit_year <= ? AND "+within("code", a.Code), pt.Year)
		}
		if i.Indicator == progress.PeopleMoved && a.Level == progress.Town {
			planned = 0
		}
		if pt.Planned.Float() != planned {
			t.Errorf("%s %v %d: planned %v, SQL says %v", a.Code, i.Indicator, pt.Year, pt.Planned, planned)
		}
		if pt.Year > r.Recorded && !pt.Actual.IsNull() {
			t.Errorf("%s %v: %v is known of %d", a.Code, i.Indicator, pt.Actual, pt.Year)
		}
		if want, ok := p.actual(t, a.Code, i.Indicator, pt); ok && pt.Actual.Float() != want {
			t.Errorf("%s %v %d: %v, SQL says %v", a.Code, i.Indicator, pt.Year, pt.Actual, want)
		}
	}
}

// actual is what SQL counts; ok is false for what is not counted from records.
func (p *prefecture) actual(t *testing.T, code string, i progress.Indicator, pt progress.Point) (n float64, ok bool) {
	t.Helper()
	if pt.Basis == progress.Reported {
		return p.number(t, "SELECT sum(done) FROM target WHERE area = ? AND indicator = ? AND year <= ?", code, i.String(), pt.Year), true
	}
	if pt.Basis != progress.Records {
		return 0, false
	}
	switch i {
	case progress.VillagesOut:
		return p.number(t, "SELECT count(*) FROM village v WHERE poverty AND "+within("code", code)+" AND ("+outYear+") <= ?", pt.Year), true
	case progress.PeopleOut:
		if pt.Year < 2016 {
			return 0, true
		}
		return p.number(t, "SELECT sum(poor_population) - sum(remaining_poor) FROM village WHERE "+within("code", code)), true
	case progress.CountiesOut:
		return p.number(t, "SELECT count(*) FROM county WHERE exit_status = '已销号' AND exit_year <= ? AND "+within("code", code), pt.Year), true
	case progress.PeopleMoved:
		column := "county"
		if len(code) == 9 {
			column = "town"
		}
		return p.number(t, "SELECT sum(occupied) FROM site WHERE "+within(column, code)), true
	}
	return 0, false
}

func TestTheDemosSharesAreThoseOfItsCoverage(t *testing.T) {
	p := newPrefecture(t)
	r, err := progress.Compute(t.Context(), p.snap, p.cover(t), &progress.Cache{}, progress.Ask{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	for _, year := range []int{2016, 2019} {
		c, err := p.cover(t).Whole(year)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range r.Areas {
			for i, s := range map[progress.Indicator]service.ID{
				progress.Road: service.Road, progress.Water: service.Water, progress.Broadband: service.Broadband,
			} {
				good, all := 0, 0
				for v, row := range c.Villages.Rows {
					if strings.HasPrefix(c.Villages.Table.Get(row, "code").Text(), strings.TrimSuffix(a.Code, "00")) {
						all++
						if c.States[s][v].Passes() {
							good++
						}
					}
				}
				pt := a.Indicators[i].Series[year-r.Years[0]]
				if want := 100 * float64(good) / float64(all); pt.Actual.Float() != want || (pt.Basis == progress.Works) != (year == 2019) {
					t.Errorf("%s %v %d: %v by %q, want %v", a.Code, i, year, pt.Actual, pt.Basis, want)
				}
			}
		}
	}
	housing := r.Areas[0].Indicators[progress.SafeHousing]
	want := p.number(t, "SELECT sum(households * safe_housing_rate) / (SELECT sum(households) FROM village) FROM village")
	if d := housing.Actual.Float() - want; d > 1e-9 || d < -1e-9 || housing.ActualYear != 2017 {
		t.Errorf("safe housing %v in %d, SQL says %v", housing.Actual, housing.ActualYear, want)
	}
}

// TestProgressAfterEditsIsThatOfTheSnapshotAlone edits the demo and asks caches that know the states before.
func TestProgressAfterEditsIsThatOfTheSnapshotAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 18))
	snap := newPrefecture(t).snap
	var nets roads.Cache
	var results coverage.Cache
	var kept progress.Cache
	cover := progress.Cover{
		Whole:  func(year int) (*coverage.Result, error) { return results.Get(snap, &nets, year) },
		States: func(year int) (*coverage.Result, error) { return results.Judge(t.Context(), snap, &nets, year) },
	}
	ask := progress.Ask{Year: 2017, Today: today}
	for edit := range 3 {
		ask.Areas = area.New(snap)
		got, err := progress.Compute(t.Context(), snap, cover, &kept, ask)
		if err != nil {
			t.Fatal(err)
		}
		want, err := progress.Compute(t.Context(), snap, covers(t, snap), &progress.Cache{}, ask)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Areas, want.Areas) || !reflect.DeepEqual(got.Contradictions, want.Contradictions) {
			for i := range want.Areas {
				if !reflect.DeepEqual(got.Areas[i], want.Areas[i]) {
					t.Errorf("after %d edits %s is %+v, want %+v", edit, want.Areas[i].Code, got.Areas[i], want.Areas[i])
				}
			}
			t.FailNow()
		}
		snap = editVillages(t, r, snap)
	}
}

// editVillages changes what is on record of some villages and roads, and moves a village to another town.
func editVillages(t *testing.T, r *rand.Rand, snap *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	var changes []layers.Change
	change := func(layer string, values map[string]layers.Value) {
		table, _ := snap.Table(layer)
		rows := slices.Collect(table.Rows)
		f := table.Feature(rows[r.IntN(len(rows))])
		for field, v := range values {
			f.Values[table.Layer.Field(field)] = v
		}
		changes = append(changes, layers.Change{Layer: layer, ID: f.ID, Feature: &f})
	}
	for range 3 {
		change("village", map[string]layers.Value{"tap_water_rate": layers.Float(100 * r.Float64()), "safe_housing_rate": layers.Null})
		change("village", map[string]layers.Value{"fibre": layers.Bool(r.IntN(2) == 0), "households": layers.Int(r.Int64N(500))})
		change("road", map[string]layers.Value{"surface": layers.Text("土路")})
	}
	towns, _ := snap.Table("town")
	rows := slices.Collect(towns.Rows)
	to := rows[r.IntN(len(rows))]
	change("village", map[string]layers.Value{"town": towns.Get(to, "code"), "county": towns.Get(to, "county")})
	next, _, err := snap.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	return next
}
