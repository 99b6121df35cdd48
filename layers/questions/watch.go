package questions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/watch"
)

// WatchAsk asks who may fall back into poverty.
type WatchAsk struct {
	Date string `zh:"截至哪一天，如 2018-12-31；缺省为今天，记录止于更早的为记录的最后一天。" en:"As of this day, such as 2018-12-31; by default today or, where the record ended long before, its last day."`
	Narrowed
	Colour string `zh:"列出哪些颜色的村，用逗号分隔；缺省为除最后一种外的各色。" en:"Villages of these colours, separated by commas; by default of all but the last."`
	Cases  string `one:"late,open,all" default:"open" zh:"列出哪些线索：late 超期、open 未办结、all 全部。" en:"Which leads to list: late, open or all."`
	Called string `name:"q" zh:"村、镇或县名里有这几个字。" en:"Only villages whose own, town's or county's name holds this text."`
	Table  string `one:"villages,areas,cases" default:"villages" zh:"csv 和 xlsx 里放什么。" en:"What csv and xlsx hold."`
}

// aYear after which a record is taken for one that has ended.
const aYear = 366 * 24 * time.Hour

func watchVillages() *Question {
	return question.New(question.Name{
		ID: "watchVillages", Path: "/api/watching", Command: "watch", Example: "cases=late&table=cases",
		Title: layers.Words{Zh: "防返贫监测", En: "Watching"},
		Help: layers.Words{
			Zh: "哪些村有返贫风险：监测户数（只有数，没有人）、未办结和超期的线索、村的颜色。",
			En: "Which villages may fall back into poverty: counts of watched households, never who, leads that are open or late, colours.",
		},
	}, sheets, func(ctx context.Context, w World, ask WatchAsk) (Watching, error) {
		a, err := w.watching(ask)
		return a, cmp.Or(err, ctx.Err())
	})
}

// Faults are days, colours and areas that do not exist.
func (ask WatchAsk) Faults(w World) (wrong layers.Faults) {
	if _, err := time.Parse(time.DateOnly, ask.Date); ask.Date != "" && err != nil {
		wrong.Add("date", "%q is not a day such as 2018-12-31", ask.Date)
	}
	known := make([]string, len(w.Watching.Colours))
	for i, c := range w.Watching.Colours {
		known[i] = c.ID
	}
	for _, c := range strings.Split(ask.Colour, ",") {
		if c != "" && !slices.Contains(known, c) {
			wrong.Add("colour", "%q is not one of %s", c, strings.Join(known, ", "))
		}
	}
	w.check(Within{Narrowed: ask.Narrowed}, w.villages(), &wrong)
	return wrong
}

// Watching is what is watched in an area, as of a day.
type Watching struct {
	Date string `json:"date"`
	// Recorded tells that the day is the last on record and not the one asked for.
	Recorded   bool             `json:"recorded"`
	Since      string           `json:"since"` // the first month whose reports count
	Colours    []WatchColour    `json:"colours"`
	Untold     int              `json:"untold"` // villages whose leads who asks may not see
	Open       int              `json:"open"`
	Late       int              `json:"late"`
	Households watch.Counts     `json:"households"`
	Kinds      []WatchedPart    `json:"kinds"`
	Causes     []WatchedPart    `json:"causes"`
	Areas      []WatchedArea    `json:"areas"`
	Villages   []WatchedVillage `json:"villages"`
	Cases      []WatchCase      `json:"cases"`

	table string
}

// WatchColour is a colour with how many villages have it.
type WatchColour struct {
	ID       string       `json:"id"`
	Title    layers.Words `json:"title"`
	Color    string       `json:"color"`
	Villages int          `json:"villages"`
}

// WatchedPart is how many households are newly watched of a kind or for a cause.
type WatchedPart struct {
	ID    string       `json:"id"`
	Title layers.Words `json:"title"`
	New   layers.Value `json:"new"`
}

// WatchedArea is an area with its villages by colour.
type WatchedArea struct {
	Code       string         `json:"code"`
	Name       string         `json:"name"`
	Villages   map[string]int `json:"villages"`
	Untold     int            `json:"untold"`
	Open       int            `json:"open"`
	Late       int            `json:"late"`
	Households watch.Counts   `json:"households"`

	tally watch.Tally
}

// WatchedVillage is a village with why it has its colour.
type WatchedVillage struct {
	Village
	Colour     string         `json:"colour"`
	Open       int            `json:"open"`
	Late       int            `json:"late"`
	LateDays   int            `json:"late_days"` // working days, of the latest
	Gaps       []layers.Words `json:"gaps"`
	Households watch.Counts   `json:"households"`

	title layers.Words
}

// WatchCase is a lead with what is due.
type WatchCase struct {
	Village
	Lead      string       `json:"lead"`
	LeadTitle layers.Words `json:"lead_title"`
	Found     string       `json:"found"`
	Stage     string       `json:"stage"`
	StageName layers.Words `json:"stage_title"`
	Since     string       `json:"since"`
	Next      string       `json:"next,omitempty"`
	NextName  layers.Words `json:"next_title"`
	Due       string       `json:"due,omitempty"`
	LateDays  int          `json:"late_days"` // working days
	Skipped   []string     `json:"skipped,omitempty"`
	Unlisted  bool         `json:"unlisted,omitempty"` // no holidays are known of the year of the deadline
}

// Columns are those of the sheet asked for.
func (a Watching) Columns() []question.Column {
	switch a.table {
	case "areas":
		return question.Columns(
			"*code 代码 | Code", "*name 地区 | Area", "*worst:int 最差一色的村 | Villages of the worst colour", "*villages:int 非平稳的村 | Villages not calm",
			"*open:int 未办结线索 | Open leads", "*late:int 超期线索 | Late leads", "*new 新增监测户 | Newly watched",
			"*solved 风险消除户 | Risk removed", "*overdue 超期未消除户 | Overdue", "date 截至 | As of",
		)
	case "cases":
		return question.Columns(
			"*code 代码 | Code", "*name 村 | Name", "town 镇 | Town", "county 县区 | County", "*lead 线索 | Lead", "*found 发现 | Found",
			"*stage 已到步骤 | Stage", "since 日期 | Since", "*next 下一步 | Next", "*due 期限 | Due", "*late_days:int 超期（工作日） | Working days late",
			"lon:float 经度 | Longitude", "lat:float 纬度 | Latitude",
		)
	}
	return question.Columns(
		"*code 代码 | Code", "*name 村 | Name", "town 镇 | Town", "county 县区 | County", "population:int 人口 | People", "*colour 颜色 | Colour",
		"*open:int 未办结线索 | Open leads", "*late:int 超期线索 | Late leads", "*late_days:int 最长超期（工作日） | Working days late",
		"gaps_zh 短板 | Gaps (Chinese)", "gaps_en 短板（英文） | Gaps", "*new 新增监测户 | Newly watched", "*solved 风险消除户 | Risk removed",
		"*overdue 超期未消除户 | Overdue", "lon:float 经度 | Longitude", "lat:float 纬度 | Latitude",
	)
}

// Rows are those of the sheet asked for.
func (a Watching) Rows(emit func(place orb.Geometry, values ...any) error) error {
	switch a.table {
	case "areas":
		for _, r := range a.Areas {
			leading := 0
			for _, c := range a.Colours[:len(a.Colours)-1] {
				leading += r.Villages[c.ID]
			}
			h := r.Households
			err := emit(nil, r.Code, r.Name, r.Villages[a.Colours[0].ID], leading, r.Open, r.Late,
				h.New.Any(), h.Solved.Any(), h.Overdue.Any(), a.Date)
			if err != nil {
				return err
			}
		}
		return nil
	case "cases":
		for _, c := range a.Cases {
			err := emit(c.place(), c.Code, c.Name, c.TownName, c.CountyName, c.LeadTitle, c.Found, c.StageName, c.Since, c.NextName, c.Due,
				c.LateDays, c.Lon, c.Lat)
			if err != nil {
				return err
			}
		}
		return nil
	}
	for _, v := range a.Villages {
		zh, en := make([]string, len(v.Gaps)), make([]string, len(v.Gaps))
		for i, g := range v.Gaps {
			zh[i], en[i] = g.Zh, g.En
		}
		h := v.Households
		err := emit(v.place(), v.Code, v.Name, v.TownName, v.CountyName, v.Population, v.title, v.Open, v.Late, v.LateDays,
			strings.Join(zh, "、"), strings.Join(en, ", "), h.New.Any(), h.Solved.Any(), h.Overdue.Any(), v.Lon, v.Lat)
		if err != nil {
			return err
		}
	}
	return nil
}

// Footer says as of when, and how much is open.
func (a Watching) Footer() layers.Words {
	return layers.Words{
		Zh: fmt.Sprintf("截至 %s：未办结线索 %d 条，其中超期 %d 条", a.Date, a.Open, a.Late),
		En: fmt.Sprintf("as of %s: %d leads are open, %d of them late", a.Date, a.Open, a.Late),
	}
}

// FileName is by table and day.
func (a Watching) FileName() string { return "watching-" + a.table + "-" + a.Date }

// watching is a world as it is looked at for an answer.
type watching struct {
	World
	ask     WatchAsk
	on      time.Time
	reports *snapshot.Table // all there are, as steps
	steps   *snapshot.Table
	closed  map[string]bool // villages of which rows are hidden from who asks, and counties of such
}

// watching answers WatchAsk.
func (w World) watching(ask WatchAsk) (Watching, error) {
	s := &watching{World: w, ask: ask, reports: w.record("watch"), steps: w.record("watch_step"), closed: map[string]bool{}}
	a := Watching{Areas: []WatchedArea{}, Villages: []WatchedVillage{}, Cases: []WatchCase{}, table: ask.Table}
	s.on, a.Recorded = w.watchDay(ask.Date, s.reports, s.steps)
	from := watch.MonthOf(s.on) - watch.Month(w.Watching.Months.Value) + 1
	a.Date, a.Since = s.on.Format(time.DateOnly), from.String()
	villages, err := w.whole(w.villages(), s.on.Year())
	if err != nil {
		return a, err
	}
	keep, err := w.keep(Within{Narrowed: ask.Narrowed}, villages, s.on.Year())
	if err != nil {
		return a, err
	}
	s.close()
	tallies, kinds, causes := s.count(from, keep, villages)
	cases := map[string][]*watch.Case{}
	for _, c := range watch.Cases(s.steps, func(row uint32) bool { return w.sees(s.steps, row) }, w.Watching, w.Workdays, s.on) {
		cases[c.Village] = append(cases[c.Village], c)
	}
	a.Colours = make([]WatchColour, len(w.Watching.Colours))
	for i, c := range w.Watching.Colours {
		a.Colours[i] = WatchColour{ID: c.ID, Title: c.Title, Color: c.Color}
	}
	total := watch.Tally{}
	for row := range villages.Rows {
		if keep == nil || keep(row) {
			s.village(&a, villages, row, tallies, cases, &total)
		}
	}
	a.finish(total)
	a.Kinds, a.Causes = s.parts("kind", kinds), s.parts("cause", causes)
	return a, nil
}

// record is the whole of a layer of records; an empty one where the catalogue has none.
func (w World) record(layer string) *snapshot.Table {
	if t, ok := w.Snap.Whole().Table(layer); ok {
		return t
	}
	l, _ := layers.Builtin().Layer(layer)
	return emptyTable(l)
}

// watchDay is the day asked for; by default today or, where the record ended more than a year before, its last day.
func (w World) watchDay(asked string, reports, steps *snapshot.Table) (on time.Time, recorded bool) {
	if day, err := time.Parse(time.DateOnly, asked); err == nil {
		return day, false
	}
	now := w.Now()
	on = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	if last := watch.LastDay(reports, steps); !last.IsZero() && on.Sub(last) > aYear {
		return last, true
	}
	return on, false
}

// close finds the villages of which who asks may not see all rows, and their counties.
func (s *watching) close() {
	index := s.Areas.Get(s.Snap)
	for _, t := range []*snapshot.Table{s.reports, s.steps} {
		for row := range t.Rows {
			if !s.sees(t, row) {
				village := t.Get(row, "village").Text()
				s.closed[village], s.closed[index.UpTo(area.County, village)] = true, true
			}
		}
	}
}

// count adds the reports up by village, kind and cause.
func (s *watching) count(
	from watch.Month, keep func(row uint32) bool, villages *snapshot.Table,
) (byVillage, byKind, byCause map[string]*watch.Tally) {
	byVillage, byKind, byCause = map[string]*watch.Tally{}, map[string]*watch.Tally{}, map[string]*watch.Tally{}
	to := watch.MonthOf(s.on)
	for row, r := range watch.Reports(s.reports) {
		at, ok := villages.FindCode(r.Village)
		if !ok || keep != nil && !keep(at) || r.Month < from || r.Month > to {
			continue
		}
		for key, in := range map[string]map[string]*watch.Tally{r.Village: byVillage, r.Kind: byKind, r.Cause: byCause} {
			if in[key] == nil {
				in[key] = &watch.Tally{}
			}
			in[key].Add(&r, !s.sees(s.reports, row))
		}
	}
	return byVillage, byKind, byCause
}

// village adds a village to the answer.
func (s *watching) village(
	a *Watching, t *snapshot.Table, row uint32, tallies map[string]*watch.Tally, cases map[string][]*watch.Case, total *watch.Tally,
) {
	v := WatchedVillage{Village: s.villageAt(t, row), Gaps: []layers.Words{}}
	at := a.area(s.World, s.Areas.Get(s.Snap).UpTo(s.level(s.ask.Narrowed), v.Code))
	own := cmp.Or(tallies[v.Code], &watch.Tally{})
	if s.closed[v.County] {
		total.Hide()
		at.tally.Hide()
	}
	total.Join(own)
	at.tally.Join(own)
	for _, c := range cases[v.Code] {
		s.lead(a, v.Village, c)
		if c.Open() {
			v.Open++
		}
		if c.Late > 0 {
			v.Late, v.LateDays = v.Late+1, max(v.LateDays, c.Late)
		}
	}
	a.Open, a.Late, at.Open, at.Late = a.Open+v.Open, a.Late+v.Late, at.Open+v.Open, at.Late+v.Late
	if known := len(cases[v.Code]) > 0 || own.Rows > 0; s.closed[v.Code] || !known && s.closed[v.County] {
		a.Untold++
		at.Untold++
		return
	}
	gaps := s.Watching.GapsOf(t, row)
	for _, g := range gaps {
		v.Gaps = append(v.Gaps, g.Title)
	}
	colour := s.Watching.ColourOf(v.LateDays, len(gaps), v.Open)
	v.Colour, v.title, v.Households = colour.ID, colour.Title, own.Counts()
	i := slices.IndexFunc(a.Colours, func(c WatchColour) bool { return c.ID == colour.ID })
	a.Colours[i].Villages++
	at.Villages[colour.ID]++
	if s.lists(colour.ID, i == len(a.Colours)-1) && s.called(&v.Village) {
		a.Villages = append(a.Villages, v)
	}
}

// lists tells whether villages of a colour are asked for.
func (s *watching) lists(colour string, last bool) bool {
	if s.ask.Colour == "" {
		return !last
	}
	return slices.Contains(strings.Split(s.ask.Colour, ","), colour)
}

func (s *watching) called(v *Village) bool {
	called := func(name string) bool { return strings.Contains(name, s.ask.Called) }
	return slices.ContainsFunc([]string{v.Name, v.TownName, v.CountyName}, called)
}

// lead adds a case to the answer where it is asked for.
func (s *watching) lead(a *Watching, v Village, c *watch.Case) {
	if s.ask.Cases == "late" && c.Late == 0 || s.ask.Cases == "open" && !c.Open() || !s.called(&v) {
		return
	}
	title := func(field, value string) layers.Words { return titleOf(s.steps.Layer, field, value) }
	a.Cases = append(a.Cases, WatchCase{
		Village: v, Lead: c.Lead, LeadTitle: title("lead", c.Lead), Found: c.Steps[0].Date, Stage: c.Stage, StageName: title("step", c.Stage),
		Since: c.Since(), Next: c.Next, NextName: title("step", c.Next), Due: c.Due, LateDays: c.Late, Skipped: c.Skipped, Unlisted: c.Unlisted,
	})
}

// area is the area with the code, as a part of the answer.
func (a *Watching) area(w World, code string) *WatchedArea {
	i := slices.IndexFunc(a.Areas, func(of WatchedArea) bool { return of.Code == code })
	if i < 0 {
		i = len(a.Areas)
		a.Areas = append(a.Areas, WatchedArea{Code: code, Name: w.Areas.Get(w.Snap).Name(code), Villages: map[string]int{}})
	}
	return &a.Areas[i]
}

// finish puts the answer in order, the worst first.
func (a *Watching) finish(total watch.Tally) {
	a.Households = total.Counts()
	for i := range a.Areas {
		a.Areas[i].Households = a.Areas[i].tally.Counts()
	}
	slices.SortFunc(a.Areas, func(x, y WatchedArea) int { return strings.Compare(x.Code, y.Code) })
	slices.SortStableFunc(a.Villages, func(x, y WatchedVillage) int {
		return cmp.Or(
			cmp.Compare(y.LateDays, x.LateDays), cmp.Compare(y.Open, x.Open), cmp.Compare(len(y.Gaps), len(x.Gaps)), strings.Compare(x.Code, y.Code),
		)
	})
	slices.SortStableFunc(a.Cases, func(x, y WatchCase) int {
		return cmp.Or(cmp.Compare(y.LateDays, x.LateDays), strings.Compare(x.Due, y.Due), strings.Compare(x.Code, y.Code))
	})
}

// parts are the choices of a field of reports with what is newly watched of each.
func (s *watching) parts(field string, tallies map[string]*watch.Tally) []WatchedPart {
	list := []WatchedPart{}
	for _, c := range s.reports.Layer.Fields[s.reports.Layer.Field(field)].Values {
		own := cmp.Or(tallies[c.Value], &watch.Tally{})
		if len(s.closed) > 0 {
			own.Hide()
		}
		list = append(list, WatchedPart{c.Value, c.Title, own.Counts().New})
	}
	return list
}

// LeadsAsk asks what has become worse.
type LeadsAsk struct {
	Since string `required:"a day such as 2018-12-31, or a moment such as 2018-12-31T08:00:00Z" zh:"与哪一天相比。" en:"Since when."`
	Narrowed
}

// Faults are moments and areas that do not exist.
func (ask LeadsAsk) Faults(w World) (wrong layers.Faults) {
	if at, err := moment(ask.Since); ask.Since != "" && err != nil {
		wrong.Add("since", "%v", err)
	} else if ask.Since != "" && !at.Before(w.Now()) {
		wrong.Add("since", "%q is yet to come", ask.Since)
	}
	w.check(Within{Narrowed: ask.Narrowed}, w.villages(), &wrong)
	return wrong
}

// moment reads a day, which is its beginning in China, or a moment.
func moment(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		return at, fmt.Errorf("%q is not a day such as 2018-12-31, or a moment such as 2018-12-31T08:00:00Z", text)
	}
	return at, nil
}

func listLeads() *Question {
	return question.New(question.Name{
		ID: "listLeads", Path: "/api/watching/leads", Example: "since=2018-12-31",
		Title: layers.Words{Zh: "数据中的线索", En: "Leads in the data"},
		Help: layers.Words{
			Zh: "与历史上的某一天相比，哪些村变差了：饮水降级、道路不通、新增危房、信号中断。",
			En: "Which villages are worse off than on an earlier day of the history: water, road, dangerous houses, mobile signal.",
		},
	}, sheets, func(ctx context.Context, w World, ask LeadsAsk) (Leads, error) {
		a := Leads{Since: ask.Since, Results: []FoundLead{}}
		at, err := moment(ask.Since)
		if err != nil || w.Past == nil {
			return a, layers.NewFault("since", "is asked of a server, which has the history")
		}
		past, err := w.Past(ctx, at)
		if err != nil {
			return a, err
		}
		// Both by the rules of the present year, so that what the plan alone has built since is no lead.
		before, err := past.whole(past.villages(), w.year(0))
		if err != nil {
			return a, err
		}
		now, err := w.whole(w.villages(), 0)
		if err != nil {
			return a, err
		}
		keep, err := w.keep(Within{Narrowed: ask.Narrowed}, now, 0)
		if err != nil {
			return a, err
		}
		titles := w.record("watch_step").Layer
		for _, l := range w.Watching.Fallen(before, now) {
			if keep == nil || keep(l.Row) {
				a.Results = append(a.Results, FoundLead{
					w.villageAt(now, l.Row), l.Rule.ID, titleOf(titles, "lead", l.Rule.ID), l.Rule.Field, l.Was, l.Is, l.Rule.Source,
				})
			}
		}
		return a, nil
	})
}

// Leads are what has become worse in villages.
type Leads struct {
	Since   string      `json:"since"`
	Results []FoundLead `json:"results"`
}

// FoundLead is one thing that has become worse.
type FoundLead struct {
	Village
	Lead      string       `json:"lead"`
	LeadTitle layers.Words `json:"lead_title"`
	Field     string       `json:"field"`
	Was       layers.Value `json:"was"`
	Is        layers.Value `json:"is"`
	Source    string       `json:"source"`
}

// Columns are those of the sheet.
func (a Leads) Columns() []question.Column {
	return question.Columns(
		"*code 代码 | Code", "*name 村 | Name", "town 镇 | Town", "county 县区 | County", "*lead 线索 | Lead", "field 字段 | Field", "*was 原为 | Was",
		"*is 现为 | Is", "source 依据 | Source", "lon:float 经度 | Longitude", "lat:float 纬度 | Latitude",
	)
}

// Rows are a lead each.
func (a Leads) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for _, l := range a.Results {
		err := emit(l.place(), l.Code, l.Name, l.TownName, l.CountyName, l.LeadTitle, l.Field, l.Was.String(), l.Is.String(), l.Source,
			l.Lon, l.Lat)
		if err != nil {
			return err
		}
	}
	return nil
}

// titleOf is what a value of a layer's field is called.
func titleOf(l *layers.Layer, field, value string) layers.Words {
	values := l.Fields[l.Field(field)].Values
	if i := slices.IndexFunc(values, func(c layers.Choice) bool { return c.Value == value }); i >= 0 {
		return values[i].Title
	}
	return layers.Words{}
}

// level is that by which an area's villages are rolled up.
func (w World) level(ask Narrowed) area.Level {
	if ask.areas().None() || !ask.areas().Below(w.Areas.Get(w.Snap), area.Prefecture) {
		return area.County
	}
	return area.Town
}
