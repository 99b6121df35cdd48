package web

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/progress"
)

// ProgressAnswer is a report to be written. JSON has all of it: areas with their
// indicators by year, the villages of the states asked for, and what the records
// disagree on. CSV and XLSX have the rows of one table.
type ProgressAnswer struct {
	Report *progress.Report
	Table  string // one of ProgressTables
	States []progress.VillageState
	Called string // what is in the name of the village, its town or county; "" for all
}

type pointJSON struct {
	Year         int            `json:"year"`
	Planned      layers.Value   `json:"planned"`
	PlannedBasis progress.Basis `json:"planned_basis,omitempty"`
	Actual       layers.Value   `json:"actual"`
	UpTo         layers.Value   `json:"up_to"` // of a share of which a part is unknown
	Basis        progress.Basis `json:"basis,omitempty"`
}

type indicatorJSON struct {
	Indicator  progress.Indicator `json:"indicator"`
	Unit       string             `json:"unit"`
	Planned    layers.Value       `json:"planned"` // by the end of the report's year
	Actual     layers.Value       `json:"actual"`
	UpTo       layers.Value       `json:"up_to"`
	ActualYear int                `json:"actual_year,omitempty"` // that actual is of
	Basis      progress.Basis     `json:"basis,omitempty"`
	Standing   progress.Standing  `json:"standing"` // "" without a target
	FinalYear  int                `json:"final_year,omitempty"`
	Final      layers.Value       `json:"final"`
	Needed     layers.Value       `json:"needed_per_year"` // still, to arrive
	Pace       layers.Value       `json:"pace_per_year"`   // so far
	Series     []pointJSON        `json:"series"`
}

type progressAreaJSON struct {
	Code       string          `json:"code"`
	Name       string          `json:"name"`
	Level      progress.Level  `json:"level"`
	Parent     string          `json:"parent,omitempty"`
	Villages   map[string]int  `json:"villages"` // poverty villages by state
	Indicators []indicatorJSON `json:"indicators"`
}

type lateJSON struct {
	ID         int64                 `json:"id"`
	Code       string                `json:"code"`
	Name       string                `json:"name"`
	Town       string                `json:"town"`
	TownName   string                `json:"town_name"`
	County     string                `json:"county"`
	CountyName string                `json:"county_name"`
	Lon        *float64              `json:"lon"`
	Lat        *float64              `json:"lat"`
	State      progress.VillageState `json:"state"`
	ExitYear   int                   `json:"exit_year,omitempty"`
	OutYear    int                   `json:"out_year,omitempty"`
	Status     string                `json:"exit_status"`
	Stage      progress.Stage        `json:"stage"`
	Since      string                `json:"since,omitempty"`
	Poor       layers.Value          `json:"poor_population"`
	Why        []criterionJSON       `json:"why"` // rules of exit that it fails
}

type contradictionJSON struct {
	Code  string        `json:"code"`
	Name  string        `json:"name"`
	What  progress.What `json:"what"`
	Date  string        `json:"date,omitempty"`
	Field string        `json:"field,omitempty"`
	Steps string        `json:"steps,omitempty"`
	Text  layers.Words  `json:"text"`
}

func newContradictionJSON(c progress.AreaContradiction, name string) contradictionJSON {
	return contradictionJSON{c.Code, name, c.What, c.Date, c.Field, c.Steps, c.Sentence()}
}

func rounded(v layers.Value) layers.Value {
	if v.IsNull() {
		return v
	}
	return layers.Float(round2(v.Float()))
}

func newProgressArea(a *progress.Area) progressAreaJSON {
	j := progressAreaJSON{Code: a.Code, Name: a.Name, Level: a.Level, Parent: a.Parent, Villages: map[string]int{}, Indicators: []indicatorJSON{}}
	for s, n := range a.Villages {
		j.Villages[progress.VillageState(s).String()] = n
	}
	for _, p := range a.Indicators {
		i := indicatorJSON{
			Indicator: p.Indicator, Unit: p.Indicator.Unit(), Planned: rounded(p.Planned), Actual: rounded(p.Actual), UpTo: rounded(p.UpTo),
			ActualYear: p.ActualYear, Basis: p.Basis, Standing: p.Standing, FinalYear: p.FinalYear, Final: rounded(p.Final),
			Needed: rounded(p.Needed), Pace: rounded(p.Pace),
		}
		for _, s := range p.Series {
			i.Series = append(i.Series, pointJSON{s.Year, rounded(s.Planned), s.PlannedBasis, rounded(s.Actual), rounded(s.UpTo), s.Basis})
		}
		j.Indicators = append(j.Indicators, i)
	}
	return j
}

func (a ProgressAnswer) newLate(v *progress.Village) lateJSON {
	r := a.Report.Coverage
	row := r.Villages.Rows[v.Index]
	t := r.Villages.Table
	j := lateJSON{
		ID: t.ID(row), Code: v.Code, Name: t.Get(row, "name").Text(), State: v.State, ExitYear: v.ExitYear, OutYear: v.OutYear,
		Status: v.Status, Stage: v.History.Stage, Since: v.History.Since, Poor: t.Get(row, "poor_population"), Why: criteriaJSON(a.Report.Why(v), everyCriterion),
	}
	if n := r.Villages.Town[v.Index]; n >= 0 {
		j.Town, j.TownName = r.Towns[n].Code, r.Towns[n].Name
	}
	if n := r.Villages.County[v.Index]; n >= 0 {
		j.County, j.CountyName = r.Counties[n].Code, r.Counties[n].Name
	}
	if at, ok := r.Villages.At(v.Index); ok {
		lon, lat := roundDegrees(at[0]), roundDegrees(at[1])
		j.Lon, j.Lat = &lon, &lat
	}
	return j
}

// villages are those of the states asked for, with what they are late by: by the year of their exit,
// those with the most poor first.
func (a ProgressAnswer) villages() []lateJSON {
	list := []lateJSON{}
	for k := range a.Report.Villages {
		v := &a.Report.Villages[k]
		if !slices.Contains(a.States, v.State) {
			continue
		}
		if j := a.newLate(v); strings.Contains(j.Name, a.Called) || strings.Contains(j.TownName, a.Called) || strings.Contains(j.CountyName, a.Called) {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, func(x, y lateJSON) int {
		return cmp.Or(cmp.Compare(x.ExitYear, y.ExitYear), cmp.Compare(y.Poor.Int(), x.Poor.Int()))
	})
	return list
}

func (a ProgressAnswer) contradictions() []contradictionJSON {
	names := map[string]string{}
	for _, c := range a.Report.Contradictions {
		names[c.Code] = ""
	}
	for _, area := range a.Report.Areas {
		names[area.Code] = area.Name
	}
	r := a.Report.Coverage
	if t := r.Villages.Table; t != nil {
		for _, row := range r.Villages.Rows {
			code := t.Get(row, "code").Text()
			if _, ok := names[code]; ok {
				names[code] = t.Get(row, "name").Text()
			}
		}
	}
	list := []contradictionJSON{}
	for _, c := range a.Report.Contradictions {
		list = append(list, newContradictionJSON(c, names[c.Code]))
	}
	return list
}

// Write writes the answer. The error is w's.
func (a ProgressAnswer) Write(w io.Writer, format string) error {
	if format != "json" {
		return a.writeTable(w, format)
	}
	areas := []progressAreaJSON{}
	for k := range a.Report.Areas {
		areas = append(areas, newProgressArea(&a.Report.Areas[k]))
	}
	p := a.Report
	return json.NewEncoder(w).Encode(map[string]any{
		"year": p.Year, "recorded": p.Recorded, "surveyed": p.Surveyed, "closed": p.Closed, "years": p.Years,
		"areas": areas, "villages": a.villages(), "contradictions": a.contradictions(),
	})
}

func (a ProgressAnswer) writeTable(w io.Writer, format string) error {
	switch a.Table {
	case "villages":
		return a.writeVillages(w, format)
	case "contradictions":
		return a.writeContradictions(w, format)
	}
	s, err := newSheet(w, format, "progress", "code", "name", "level", "indicator", "unit", "year:int",
		"planned:float", "actual:float", "up_to:float", "basis", "standing", "final_year:int", "final:float", "needed_per_year:float", "pace_per_year:float")
	if err != nil {
		return err
	}
	for k := range a.Report.Areas {
		area := newProgressArea(&a.Report.Areas[k])
		for _, i := range area.Indicators {
			series := i.Series
			if !slices.Contains(a.Report.Years, a.Report.Year) {
				series = append(series, pointJSON{Year: a.Report.Year, Planned: i.Planned})
			}
			for _, p := range series {
				values := []any{
					area.Code, area.Name, string(area.Level), i.Indicator.String(), i.Unit, p.Year,
					p.Planned.Any(), p.Actual.Any(), p.UpTo.Any(), string(p.Basis),
				}
				if p.Year == a.Report.Year {
					values = append(values, string(i.Standing), orNone(i.FinalYear), i.Final.Any(), i.Needed.Any(), i.Pace.Any())
				}
				if err := s.row(nil, values...); err != nil {
					return err
				}
			}
		}
	}
	return s.out.Close()
}

// orNone is a year, nil where there is none.
func orNone(year int) any {
	if year == 0 {
		return nil
	}
	return year
}

func (a ProgressAnswer) writeVillages(w io.Writer, format string) error {
	s, err := newSheet(w, format, "villages", "code", "name", "town", "county", "state", "exit_year:int", "exit_status", "stage", "since", "out_year:int", "poor_population:int", "lacks_zh", "lacks_en", "lon:float", "lat:float")
	if err != nil {
		return err
	}
	for _, v := range a.villages() {
		var zh, en []string
		for _, c := range v.Why {
			zh, en = append(zh, c.Text.Zh), append(en, c.Text.En)
		}
		err := s.row(nil, v.Code, v.Name, v.TownName, v.CountyName, v.State.String(), orNone(v.ExitYear), v.Status, string(v.Stage), v.Since,
			orNone(v.OutYear), v.Poor.Any(), strings.Join(zh, "；"), strings.Join(en, "; "), v.Lon, v.Lat)
		if err != nil {
			return err
		}
	}
	return s.out.Close()
}

func (a ProgressAnswer) writeContradictions(w io.Writer, format string) error {
	s, err := newSheet(w, format, "contradictions", "code", "name", "what", "date", "field", "steps", "text_zh", "text_en")
	if err != nil {
		return err
	}
	for _, c := range a.contradictions() {
		if err := s.row(nil, c.Code, c.Name, string(c.What), c.Date, c.Field, c.Steps, c.Text.Zh, c.Text.En); err != nil {
			return err
		}
	}
	return s.out.Close()
}
