package questions

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
)

// ProgressAsk asks how far the plan has come.
type ProgressAsk struct {
	Year int `min:"1900" max:"2100" zh:"到这一年底；缺省为记录所及的最后一年。" en:"As of its end; by default the last year on record."`
	Narrowed
	State  string `default:"late,due" zh:"列出哪些村，用逗号分隔：late 逾期、due 当年到期、later、out、unplanned。" en:"Villages to list, separated by commas."`
	Called string `name:"q" zh:"村、镇或县名里有这几个字。" en:"Only villages whose own, town's or county's name holds this text."`
	Table  string `one:"areas,villages,contradictions" default:"areas" zh:"csv 和 xlsx 里放什么。" en:"What csv and xlsx hold."`
}

func showProgress() *Question {
	return question.New(question.Name{
		ID: "progress", Path: "/api/progress", Command: "progress", Example: "table=areas",
		Title: layers.Words{Zh: "进度", En: "Progress"},
		Help:  layers.Words{Zh: "对照规划目标看实际完成，点名落后的村。", En: "Hold the plan against what was done, and name the villages behind it."},
	}, []string{question.JSON, question.CSV, question.XLSX}, func(ctx context.Context, w World, ask ProgressAsk) (Progress, error) {
		report, err := progress.Compute(ctx, w.Snap.Whole(), w.cover(ctx), &w.Progress, progress.Ask{
			Year:  ask.Year,
			In:    ask.areas(),
			Areas: w.Areas.Get(w.Snap),
			Exit:  w.exit(),
			Today: w.Now(),
		})
		if err != nil {
			return Progress{}, err
		}
		return w.newProgress(report, villageStates(ask.State, nil), ask), nil
	})
}

// Faults are states and areas that do not exist.
func (ask ProgressAsk) Faults(w World) (wrong layers.Faults) {
	villageStates(ask.State, &wrong)
	ask.areas().Check(w.Areas.Get(w.Snap), &wrong)
	return wrong
}

// cover is how a report gets at coverage. The years that it compares with are not what people look
// at otherwise, and are kept as sums alone.
func (w World) cover(ctx context.Context) progress.Cover {
	return progress.Cover{
		Whole: func(year int) (*coverage.Result, error) { return w.Coverage.Get(w.Snap, w.Roads, year) },
		States: func(year int) (*coverage.Result, error) {
			// Kept for the next who asks, even where this one does not wait.
			return w.Coverage.Judge(context.WithoutCancel(ctx), w.Snap, w.Roads, year)
		},
	}
}

// villageStates reads names of states of villages, separated by commas.
func villageStates(names string, wrong *layers.Faults) (list []progress.VillageState) {
	for _, name := range strings.Split(names, ",") {
		s, err := progress.ParseVillageState(name)
		if err != nil && wrong != nil {
			wrong.Add("state", "%v", err)
		}
		list = append(list, s)
	}
	return list
}

// Progress is how far the plan has come: areas with their indicators by year, the villages of the states asked for, and
// what the records disagree on. A sheet has the rows of one table.
type Progress struct {
	Year           int             `json:"year"`
	Recorded       int             `json:"recorded"` // the last year that the records tell of
	Surveyed       int             `json:"surveyed"`
	Closed         int             `json:"closed"` // the last year that is over
	Years          []int           `json:"years"`
	Areas          []AreaProgress  `json:"areas"`
	Villages       []LateVillage   `json:"villages"`
	Contradictions []Contradiction `json:"contradictions"`

	table  string
	report *progress.Report
}

// Point is an indicator in one year.
type Point struct {
	Year         int            `json:"year"`
	Planned      layers.Value   `json:"planned"`
	PlannedBasis progress.Basis `json:"planned_basis,omitempty"`
	Actual       layers.Value   `json:"actual"`
	UpTo         layers.Value   `json:"up_to"` // of a share of which a part is unknown
	Basis        progress.Basis `json:"basis,omitempty"`
}

// Indicator is what is planned and done of one thing, as of the report's year.
type Indicator struct {
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
	Series     []Point            `json:"series"`
}

// AreaProgress is an area with its indicators.
type AreaProgress struct {
	Code       string         `json:"code"`
	Name       string         `json:"name"`
	Level      progress.Level `json:"level"`
	Parent     string         `json:"parent,omitempty"`
	Villages   map[string]int `json:"villages"` // poverty villages by state
	Indicators []Indicator    `json:"indicators"`
}

// LateVillage is a poverty village, with what it is late by.
type LateVillage struct {
	Village
	State    progress.VillageState `json:"state"`
	ExitYear int                   `json:"exit_year,omitempty"`
	OutYear  int                   `json:"out_year,omitempty"`
	Status   string                `json:"exit_status"`
	Stage    progress.Stage        `json:"stage"`
	Since    string                `json:"since,omitempty"`
	Poor     layers.Value          `json:"poor_population"`
	Why      []Criterion           `json:"why"` // rules of exit that it fails
}

// Contradiction is what two records disagree on.
type Contradiction struct {
	Code  string        `json:"code"`
	Name  string        `json:"name"`
	What  progress.What `json:"what"`
	Date  string        `json:"date,omitempty"`
	Field string        `json:"field,omitempty"`
	Steps string        `json:"steps,omitempty"`
	Text  layers.Words  `json:"text"`
}

func contradictionOf(c progress.AreaContradiction, name string) Contradiction {
	return Contradiction{c.Code, name, c.What, c.Date, c.Field, c.Steps, c.Sentence()}
}

func rounded(v layers.Value) layers.Value {
	if v.IsNull() {
		return v
	}
	return layers.Float(served.Centi(v.Float()))
}

func (w World) newProgress(r *progress.Report, shown []progress.VillageState, ask ProgressAsk) Progress {
	a := Progress{
		Year: r.Year, Recorded: r.Recorded, Surveyed: r.Surveyed, Closed: r.Closed, Years: r.Years,
		Areas: []AreaProgress{}, Villages: []LateVillage{}, Contradictions: w.contradictions(r), table: ask.Table, report: r,
	}
	for k := range r.Areas {
		if !w.knows(r.Areas[k].Code) {
			continue
		}
		a.Areas = append(a.Areas, areaProgress(&r.Areas[k]))
	}
	for k := range r.Villages {
		if v := &r.Villages[k]; slices.Contains(shown, v.State) && called(r.Coverage, v.Index, ask.Called) &&
			w.sees(r.Coverage.Villages.Table, r.Coverage.Villages.Rows[v.Index]) {
			a.Villages = append(a.Villages, w.lateVillage(r, v))
		}
	}
	// By the year of their exit, those with the most poor first.
	slices.SortStableFunc(a.Villages, func(x, y LateVillage) int {
		return cmp.Or(cmp.Compare(x.ExitYear, y.ExitYear), cmp.Compare(y.Poor.Int(), x.Poor.Int()))
	})
	return a
}

func (w World) lateVillage(r *progress.Report, v *progress.Village) LateVillage {
	c := r.Coverage
	poor := w.get(c.Villages.Table, c.Villages.Rows[v.Index], "poor_population")
	return LateVillage{
		Village: villageOf(c, v.Index), State: v.State, ExitYear: v.ExitYear, OutYear: v.OutYear, Status: v.Status, Stage: v.History.Stage,
		Since: v.History.Since, Poor: poor, Why: w.evidence(c, v.Index, r.Why(v), nil),
	}
}

func areaProgress(a *progress.Area) AreaProgress {
	j := AreaProgress{Code: a.Code, Name: a.Name, Level: a.Level, Parent: a.Parent, Villages: map[string]int{}, Indicators: []Indicator{}}
	for s, n := range a.Villages {
		j.Villages[progress.VillageState(s).String()] = n
	}
	for _, p := range a.Indicators {
		i := Indicator{
			Indicator: p.Indicator, Unit: p.Indicator.Unit(), Planned: rounded(p.Planned), Actual: rounded(p.Actual), UpTo: rounded(p.UpTo),
			ActualYear: p.ActualYear, Basis: p.Basis, Standing: p.Standing, FinalYear: p.FinalYear, Final: rounded(p.Final),
			Needed: rounded(p.Needed), Pace: rounded(p.Pace),
		}
		for _, s := range p.Series {
			i.Series = append(i.Series, Point{s.Year, rounded(s.Planned), s.PlannedBasis, rounded(s.Actual), rounded(s.UpTo), s.Basis})
		}
		j.Indicators = append(j.Indicators, i)
	}
	return j
}

func (w World) contradictions(report *progress.Report) []Contradiction {
	names := map[string]string{}
	for _, c := range report.Contradictions {
		names[c.Code] = ""
	}
	for _, area := range report.Areas {
		names[area.Code] = area.Name
	}
	r := report.Coverage
	if t := r.Villages.Table; t != nil {
		for _, row := range r.Villages.Rows {
			code := t.Get(row, "code").Text()
			if _, ok := names[code]; ok {
				names[code] = t.Get(row, "name").Text()
			}
		}
	}
	list := []Contradiction{}
	for _, c := range report.Contradictions {
		if !w.knows(c.Code) {
			continue
		}
		list = append(list, contradictionOf(c, names[c.Code]))
	}
	return list
}

// FileName is by table and year.
func (a Progress) FileName() string { return fmt.Sprintf("progress-%s-%d", a.table, a.Year) }

// Columns are those of the table asked for.
func (a Progress) Columns() []question.Column {
	switch a.table {
	case "villages":
		return question.Columns(
			"*code 代码 | Code", "*name 村 | Name", "town 镇 | Town", "county 县区 | County", "*state 状态 | State", "*exit_year:int 计划退出 | Year",
			"exit_status 退出状态 | Exit status", "*stage 阶段 | Stage", "*since 自 | Since", "out_year:int 退出年份 | Out",
			"poor_population:int 贫困人口 | Poor", "lacks_zh 未达标 | Lacks (Chinese)", "lacks_en 未达标（英文） | Lacks (English)",
			"lon:float 经度 | Longitude", "lat:float 纬度 | Latitude", "!lacks 未达标 | Lacks",
		)
	case "contradictions":
		return question.Columns("*code 代码 | Code", "*name 名称 | Name", "what 矛盾 | What", "*date 日期 | Date", "field 字段 | Field", "steps 步骤 | Steps",
			"text_zh 说明 | Text (Chinese)", "text_en 说明（英文） | Text (English)", "!text 说明 | Text")
	}
	return question.Columns(
		"code 代码 | Code", "name 名称 | Name", "level 级别 | Level", "indicator 指标 | Indicator", "unit 单位 | Unit", "year:int 年份 | Year",
		"planned:float 计划 | Planned", "actual:float 实际 | Actual", "up_to:float 至多 | Up to", "basis 依据 | Basis",
		"standing 进度 | Standing", "final_year:int 期末年份 | Final year", "final:float 期末目标 | Final",
		"needed_per_year:float 每年还需 | Needed a year", "pace_per_year:float 每年已成 | So far a year",
	)
}

// Rows are those of the table asked for.
func (a Progress) Rows(emit func(place orb.Geometry, values ...any) error) error {
	switch a.table {
	case "villages":
		return a.villageRows(emit)
	case "contradictions":
		for _, c := range a.Contradictions {
			if err := emit(nil, c.Code, c.Name, string(c.What), c.Date, c.Field, c.Steps, c.Text.Zh, c.Text.En, c.Text); err != nil {
				return err
			}
		}
		return nil
	}
	for _, area := range a.Areas {
		for _, i := range area.Indicators {
			if err := a.indicatorRows(area, i, emit); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a Progress) indicatorRows(area AreaProgress, i Indicator, emit func(place orb.Geometry, values ...any) error) error {
	series := i.Series
	if !slices.Contains(a.Years, a.Year) {
		series = append(series, Point{Year: a.Year, Planned: i.Planned})
	}
	for _, p := range series {
		values := []any{
			area.Code, area.Name, string(area.Level), i.Indicator.String(), i.Unit, p.Year,
			p.Planned.Any(), p.Actual.Any(), p.UpTo.Any(), string(p.Basis),
		}
		if p.Year == a.Year {
			values = append(values, string(i.Standing), orNone(i.FinalYear), i.Final.Any(), i.Needed.Any(), i.Pace.Any())
		}
		if err := emit(nil, values...); err != nil {
			return err
		}
	}
	return nil
}

// orNone is a year, nil where there is none.
func orNone(year int) any {
	if year == 0 {
		return nil
	}
	return year
}

func (a Progress) villageRows(emit func(place orb.Geometry, values ...any) error) error {
	for n := range a.Villages {
		v := &a.Villages[n]
		why := reasons(v.Why)
		err := emit(v.place(), v.Code, v.Name, v.TownName, v.CountyName, v.State.String(), orNone(v.ExitYear), v.Status, string(v.Stage), v.Since,
			orNone(v.OutYear), v.Poor.Any(), why.Zh, why.En, v.Lon, v.Lat, why)
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteTable writes, for a terminal, the indicators of the report's year and then the villages.
func (a Progress) WriteTable(w io.Writer, say func(layers.Words) string) error {
	fmt.Fprintf(w, say(layers.Words{Zh: "%d 年底；记录到 %d 年\n\n", En: "End of %d; records reach to %d\n\n"}), a.Year, a.Recorded)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, say(layers.Words{
		Zh: "区域\t指标\t计划\t实际\t进度\t期末\t每年还需\t每年已成", En: "AREA\tINDICATOR\tPLANNED\tACTUAL\tSTATE\tFINAL\tNEEDED A YEAR\tSO FAR A YEAR",
	}))
	for _, area := range a.Areas {
		name := area.Code + " " + area.Name
		for _, i := range area.Indicators {
			if i.Planned.IsNull() && i.Actual.IsNull() {
				continue
			}
			final := "-"
			if i.FinalYear != 0 {
				final = fmt.Sprintf(say(layers.Words{Zh: "%s（%d 年）", En: "%s by %d"}), i.told(i.Final), i.FinalYear)
			}
			fmt.Fprintf(
				t, "%s\t%v\t%s\t%s\t%s\t%s\t%s\t%s\n", name, i.Indicator, i.told(i.Planned), i.told(i.Actual), i.Standing, final,
				i.told(i.Needed), i.told(i.Pace),
			)
			name = ""
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t, say(layers.Words{Zh: "\n代码\t村\t计划退出\t状态\t阶段\t自\t未达标", En: "\nCODE\tNAME\tYEAR\tSTATE\tSTAGE\tSINCE\tLACKS"}))
	for _, v := range a.Villages {
		fmt.Fprintf(t, "%s\t%s\t%d\t%v\t%s\t%s\t%s\n", v.Code, v.Name, v.ExitYear, v.State, v.Stage, v.Since, say(reasons(v.Why)))
	}
	fmt.Fprintf(t, say(layers.Words{Zh: "%d 个村；矛盾 %d 处\n", En: "%d villages; %d contradictions\n"}), len(a.Villages), len(a.Contradictions))
	return t.Flush()
}

// told is a value of the indicator for a person.
func (i *Indicator) told(v layers.Value) string {
	switch {
	case v.IsNull():
		return "-"
	case i.Indicator.IsShare():
		return fmt.Sprintf("%.1f%%", v.Float())
	}
	return fmt.Sprintf("%.0f", v.Float())
}
