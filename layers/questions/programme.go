package questions

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/service"
)

// ProgrammeAsk asks which works close a gap.
type ProgrammeAsk struct {
	Service   string   `one:"@works" default:"road" zh:"哪项服务的工程。" en:"The works of which service."`
	By        string   `one:"km,wan" zh:"没有预算时，里程（km）还是投资（wan，万元）最省；缺省为里程。" en:"Without a budget, what is to be saved: kilometres or 10,000 yuan; kilometres by default."`
	BudgetKm  *float64 `min:"0" max:"10000000" zh:"最多多少公里。" en:"So many kilometres at most."`
	BudgetWan *float64 `min:"0" max:"10000000" zh:"最多多少万元。" en:"So many 10,000 yuan at most."`
	Years
	Within
}

// measure is what is saved, and the budget; what is wrong is added to wrong.
func (ask *ProgrammeAsk) measure(wrong *layers.Faults) (by programme.Measure, budget float64) {
	by, budget = programme.Km, math.Inf(1)
	if ask.By != "" {
		by = programme.Measure(ask.By)
	}
	for _, asked := range []struct {
		budget *float64
		of     programme.Measure
	}{{ask.BudgetKm, programme.Km}, {ask.BudgetWan, programme.Wan}} {
		switch {
		case asked.budget == nil:
		case !math.IsInf(budget, 1) || ask.By != "" && by != asked.of:
			wrong.Add("budget_"+string(asked.of), "there may be one budget, and by, where it is given, must be its measure")
		default:
			by, budget = asked.of, *asked.budget
		}
	}
	return by, budget
}

// Faults are budgets that contradict each other, and areas and conditions that do not exist.
func (ask ProgrammeAsk) Faults(w World) (wrong layers.Faults) {
	ask.measure(&wrong)
	w.check(ask.Within, w.villages(), &wrong)
	return wrong
}

func makeProgramme() *Question {
	return question.New(question.Name{
		ID: "makeProgramme", Reads: onWorks, Path: "/api/programme", Command: "programme", Example: "service=road&budget_km=5",
		Title: layers.Words{Zh: "工程计划", En: "Programme"},
		Help: layers.Words{
			Zh: "先修哪一段、接哪个村，让最多的人受益，与理论最优差多少。",
			En: "List the works that close a gap, in the order in which to build them, and what is proven of them.",
		},
	}, sheets, func(ctx context.Context, w World, ask ProgrammeAsk) (Programme, error) {
		var told layers.Faults
		by, budget := ask.measure(&told)
		r, err := w.covered(ask.Year)
		if err != nil {
			return Programme{}, err
		}
		in := ask.Within
		county := in.County
		if county == "" && in.Area != "" && w.Areas.Get(w.Snap).LevelOf(in.Area) == area.County {
			county, in.Area = in.Area, ""
		}
		in.County = "" // which a programme knows itself
		keep, err := w.keep(in, r.Villages.Table, ask.Year)
		if err != nil {
			return Programme{}, err
		}
		plan, err := programme.Make(ctx, r, programme.Ask{
			Service: service.ID(ask.Service), By: by, Budget: budget, County: county, Only: keep,
			NoLines: w.May(linesOf(w.Services, service.ID(ask.Service))) != nil,
		})
		if err != nil {
			return Programme{}, err
		}
		return newProgramme(plan), nil
	})
}

// linesOf are the layers beside the first that a service comes from. Who may not read all of them has works begin elsewhere.
func linesOf(services *service.Catalog, id service.ID) (ids []string) {
	if s, ok := services.Find(id); ok {
		for _, supply := range s.Supplies[min(1, len(s.Supplies)):] {
			ids = append(ids, supply.Layer)
		}
	}
	return ids
}

// Programme is the works that close a gap, in the order in which to build.
type Programme struct {
	Service service.ID        `json:"service"`
	Year    int               `json:"year"`
	By      programme.Measure `json:"by"`
	Budget  *float64          `json:"budget"` // null for none
	County  string            `json:"county"`
	Lacking Lacking           `json:"lacking"` // who lacks the service in the area
	Total   Totals            `json:"total"`   // of all works
	// Bound is what no programme beats, of BoundOf: the measure or, within a budget, people; null where nothing is proven.
	Bound   *float64      `json:"bound"`
	BoundOf string        `json:"bound_of"`
	Gap     float64       `json:"gap"`  // how far the bound is off, as a share
	BBox    served.Bounds `json:"bbox"` // of the works
	Works   []Work        `json:"works"`
	Left    []Left        `json:"left"` // who is not reached

	plan *programme.Plan
}

// Lacking counts who lacks a service.
type Lacking struct {
	Villages int `json:"villages"`
	People   int `json:"people"`
}

// Left is a village that is not reached, and why.
type Left struct {
	Village
	Why string `json:"why"`
}

// Totals are sums over works.
type Totals struct {
	Km       float64 `json:"km"`
	Wan      float64 `json:"wan"`
	Villages int     `json:"villages"`
	People   int     `json:"people"`
}

func totalsOf(t programme.Totals) Totals {
	return Totals{served.Milli(t.Km), served.Centi(t.Wan), t.Villages, t.People}
}

// Stretch is a part of works along one road, or where there is none yet.
type Stretch struct {
	Kind      programme.Kind `json:"kind"`
	Road      int64          `json:"road,omitempty"` // id
	Number    string         `json:"number,omitempty"`
	Name      string         `json:"name,omitempty"`
	Class     string         `json:"class,omitempty"`
	Surface   string         `json:"surface,omitempty"`
	FromM     float64        `json:"from_m"`
	ToM       float64        `json:"to_m"`
	Metres    float64        `json:"metres"`
	Wan       float64        `json:"wan"`
	Estimated bool           `json:"estimated"` // by the rules' cost per km
}

func (a planned) stretch(s programme.Stretch) Stretch {
	j := Stretch{
		Kind:      s.Kind,
		FromM:     served.Milli(s.FromM),
		ToM:       served.Milli(s.ToM),
		Metres:    served.Centi(s.Metres),
		Wan:       served.Centi(s.Wan),
		Estimated: s.Estimated,
	}
	if t := a.Plan.Result.Network.Table; s.Kind == programme.Harden && t != nil {
		text := func(field string) string { return t.Get(s.Row, field).Text() }
		j.Road, j.Number, j.Name, j.Class, j.Surface = t.ID(s.Row), text("number"), text("name"), text("class"), text("surface")
	}
	return j
}

// Part is a part of works as POST /api/programme/whatif takes it.
type Part struct {
	Road    int64        `json:"road,omitempty"`
	FromM   float64      `json:"from_m,omitempty"`
	ToM     float64      `json:"to_m,omitempty"`
	Line    [][2]float64 `json:"line,omitempty"`
	Village int64        `json:"village,omitempty"`
	Service string       `json:"service,omitempty"`
}

func partsOf(parts []programme.Part) (list []Part) {
	for _, p := range parts {
		j := Part{Road: p.Road, FromM: served.Milli(p.FromM), ToM: served.Milli(p.ToM), Village: p.Village}
		if p.Village != 0 {
			j.Service = p.Service.String()
		}
		for _, at := range p.Line {
			j.Line = append(j.Line, [2]float64{served.Degrees(at[0]), served.Degrees(at[1])})
		}
		list = append(list, j)
	}
	return list
}

// Work is one thing to build, with all that belongs to it.
type Work struct {
	N         int             `json:"n"`
	Km        float64         `json:"km"`
	Wan       float64         `json:"wan"`
	Estimated bool            `json:"estimated"`
	People    int             `json:"people"`
	Villages  []Village       `json:"villages"`
	Sum       Totals          `json:"sum"`
	Supply    *Supply         `json:"supply,omitempty"`
	Line      *Supply         `json:"line,omitempty"` // the pipe on which the work begins, where it does not at its supply
	Stretches []Stretch       `json:"stretches"`
	Parts     []Part          `json:"parts"`
	Geometry  served.Geometry `json:"geometry"`
}

func (a planned) work(n int) Work {
	w := &a.Plan.Works[n]
	t := totalsOf(w.Totals)
	j := Work{
		N: n + 1, Km: t.Km, Wan: t.Wan, Estimated: w.Estimated, People: w.People, Sum: totalsOf(w.Sum),
		Stretches: []Stretch{}, Parts: partsOf(a.Plan.Parts(a.Plan.Works[n : n+1])), Supply: a.supply(w), Line: a.line(w),
	}
	for _, v := range w.Villages {
		j.Villages = append(j.Villages, villageOf(a.Plan.Result, v))
	}
	var g orb.Geometry
	var lines orb.MultiLineString
	for _, s := range w.Stretches {
		j.Stretches = append(j.Stretches, a.stretch(s))
		lines = append(lines, s.Line)
	}
	if len(lines) > 0 {
		g = lines
	}
	j.Geometry = served.GeometryOf(g)
	return j
}

func (a planned) supply(w *programme.Work) *Supply {
	t := a.Plan.Result.Water()
	if a.Plan.Service != service.Water || t == nil {
		return nil
	}
	return supplyAt(t, w.Supply, w.Km*1e3)
}

// line is the pipe from which a work begins, with the place; nil where it begins at its waterworks.
func (a planned) line(w *programme.Work) *Supply {
	if !w.FromLine {
		return nil
	}
	s := supplyAt(a.Plan.Result.LinesOf(a.Plan.Service).Table, w.Line, w.Km*1e3)
	if len(w.Stretches) > 0 {
		s.place(w.Stretches[0].Line[0])
	}
	return s
}

// planned is a plan on its way to an answer.
type planned struct{ Plan *programme.Plan }

func newProgramme(p *programme.Plan) Programme {
	a := Programme{
		Service: p.Service, Year: p.Result.Year, By: p.By, County: p.County, Lacking: Lacking{p.Lacking.Villages, p.Lacking.People},
		Total: totalsOf(
			p.Total,
		), BoundOf: string(p.By), Gap: math.Round(p.Gap*1e6) / 1e6, Works: make([]Work, len(p.Works)), Left: []Left{}, plan: p,
	}
	box := geo.Empty
	for n := range a.Works {
		a.Works[n] = planned{p}.work(n)
		for _, s := range p.Works[n].Stretches {
			box = box.Union(geo.QuantiseBound(s.Line.Bound()))
		}
	}
	for _, l := range p.Left {
		a.Left = append(a.Left, Left{villageOf(p.Result, l.Village), l.Why})
	}
	if !math.IsInf(p.Budget, 1) {
		a.Budget, a.BoundOf = &p.Budget, "people"
	}
	a.Bound, a.BBox = served.OrNull(served.Milli(p.Bound)), served.BoundsOf(box)
	return a
}

// FileName is by service and year.
func (a Programme) FileName() string { return fmt.Sprintf("programme-%v-%d", a.Service, a.Year) }

// Columns are those of a sheet.
func (a Programme) Columns() []question.Column {
	return question.Columns(
		"work:int 工程 | Work",
		"kind 类别 | Kind",
		"road:int 道路编号 | Road id",
		"number 路线编号 | Number",
		"road_name 路名 | Road",
		"class 等级 | Class",
		"surface 路面 | Surface",
		"from_m:float 起（米） | From m",
		"to_m:float 止（米） | To m",
		"metres:float 长（米） | Metres",
		"wan:float 投资（万元） | 10,000 yuan",
		"estimated:bool 估算 | Estimated",
		"villages 受益村 | Villages",
		"people:int 受益人口 | People",
		"work_km:float 工程公里 | Km of the work",
		"work_wan:float 工程万元 | Cost of the work",
		"sum_km:float 累计公里 | Km so far",
		"sum_wan:float 累计万元 | Cost so far",
		"sum_villages:int 累计村 | Villages so far",
		"sum_people:int 累计人口 | People so far",
		"supply 供给 | Supply",
		"line 接自管线 | Tapped line",
	)
}

// Rows are a stretch each, with what the work brings on its first.
func (a Programme) Rows(emit func(place orb.Geometry, values ...any) error) error {
	p := a.plan
	for n := range p.Works {
		work := &p.Works[n]
		own, sum := totalsOf(work.Totals), totalsOf(work.Sum)
		brings := []any{villageNames(p.Result, work.Villages), own.People, own.Km, own.Wan, sum.Km, sum.Wan, sum.Villages, sum.People}
		if supply := a.Works[n].Supply; supply != nil {
			brings = append(brings, supply.Name)
			if line := a.Works[n].Line; line != nil {
				brings = append(brings, line.Name)
			}
		}
		if len(work.Stretches) == 0 {
			none := []any{n + 1, nil, nil, nil, nil, nil, nil, nil, nil, 0., 0., work.Estimated}
			if err := emit(nil, append(none, brings...)...); err != nil {
				return err
			}
		}
		for i, j := range a.Works[n].Stretches {
			row := []any{n + 1, string(j.Kind), nil, nil, nil, nil, nil, nil, nil, j.Metres, j.Wan, j.Estimated}
			if j.Road != 0 {
				row = []any{n + 1, string(j.Kind), j.Road, j.Number, j.Name, j.Class, j.Surface, j.FromM, j.ToM, j.Metres, j.Wan, j.Estimated}
			}
			if i == 0 {
				row = append(row, brings...)
			}
			if err := emit(work.Stretches[i].Line, row...); err != nil {
				return err
			}
		}
	}
	return nil
}

// WriteTable writes a line a work for a terminal, and what is proven of them all.
func (a Programme) WriteTable(w io.Writer, say func(layers.Words) string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, say(layers.Words{
		Zh: "序号\t公里\t万元\t村\t人口\t累计公里\t累计万元\t累计村\t累计人口", En: "N\tKM\tWAN\tVILLAGES\tPEOPLE\tSUM KM\tSUM WAN\tSUM VILLAGES\tSUM PEOPLE",
	}))
	for _, work := range a.Works {
		about := ""
		if work.Estimated {
			about = "~"
		}
		fmt.Fprintf(
			t, "%d\t%.2f\t%s%.0f\t%s\t%d\t%.2f\t%.0f\t%d\t%d\n", work.N, work.Km, about, work.Wan, say(firstNames(work.Villages)),
			work.People, work.Sum.Km, work.Sum.Wan, work.Sum.Villages, work.Sum.People,
		)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, say(layers.Words{
		Zh: "共 %.1f 公里、%.0f 万元：%[4]d 个村中的 %[3]d 个，%[6]d 人中的 %[5]d 人。%[7]s\n",
		En: "%.1f km, %.0f wan yuan: %d of %d villages, %d of %d people. %s\n",
	}), a.Total.Km, a.Total.Wan, a.Total.Villages, a.Lacking.Villages, a.Total.People, a.Lacking.People, say(a.proof()))
	return err
}

// firstNames are the names of the first three villages.
func firstNames(villages []Village) layers.Words {
	var names []string
	for _, v := range villages[:min(3, len(villages))] {
		names = append(names, v.Name)
	}
	list := strings.Join(names, "、")
	if more := len(villages) - 3; more > 0 {
		return layers.Words{Zh: fmt.Sprintf("%s等 %d 个", list, len(villages)), En: fmt.Sprintf("%s and %d more", list, more)}
	}
	return layers.Words{Zh: list, En: list}
}

// proof says what is proven of a programme.
func (a Programme) proof() layers.Words {
	unit := layers.Words{Zh: "公里", En: "km"}
	if a.By == programme.Wan {
		unit = layers.Words{Zh: "万元", En: "wan"}
	}
	switch {
	case a.Bound == nil || len(a.Works) == 0:
		return layers.Words{}
	case a.Budget == nil && a.Gap < 5e-7:
		return layers.Words{Zh: "没有更省的方案能全部接通。", En: "No cheaper set joins them all."}
	case a.Budget == nil:
		return layers.Words{
			Zh: fmt.Sprintf("全部接通不可能少于 %.1f %s：差距 %.2f%%。", *a.Bound, unit.Zh, 100*a.Gap),
			En: fmt.Sprintf("No set for them all is below %.1f %s: a gap of %.2f %%.", *a.Bound, unit.En, 100*a.Gap),
		}
	case a.Gap == 0:
		return layers.Words{Zh: "预算内没有受益更多的方案。", En: "No works within the budget serve more."}
	}
	return layers.Words{
		Zh: fmt.Sprintf("预算内受益不可能超过 %.0f 人：差距 %.2f%%。", *a.Bound, 100*a.Gap),
		En: fmt.Sprintf("No works within the budget serve more than %.0f people: a gap of %.2f %%.", *a.Bound, 100*a.Gap),
	}
}
