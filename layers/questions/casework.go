package questions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/casework"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/project"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func villageExit() *Question {
	return question.New(question.Name{
		ID: "villageExit", Path: "/api/progress/{village}", Example: "village=@village",
		Title: layers.Words{Zh: "一个村的退出程序", En: "A village's exit"},
		Help: layers.Words{
			Zh: "一个村退出程序的记录：谁在什么时候做了什么，哪里互相矛盾。",
			En: "The record of a village's exit: who did what and when, and where records contradict each other.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, ask OneVillage) (Exit, error) {
		row, err := w.find(ask)
		if err != nil {
			return Exit{}, err
		}
		t := w.villages()
		return newExit(t, row, progress.HistoryOf(w.Snap, w.exit(), t.Get(row, "code").Text())), nil
	})
}

// Exit is the record of a village's exit.
type Exit struct {
	Code           string          `json:"code"`
	Name           string          `json:"name"`
	Poverty        layers.Value    `json:"poverty"`
	ExitYear       layers.Value    `json:"exit_year"`
	ExitStatus     layers.Value    `json:"exit_status"`
	Stage          progress.Stage  `json:"stage"`
	Since          string          `json:"since,omitempty"`
	Steps          []ExitStep      `json:"steps"` // by ascending date
	Contradictions []Contradiction `json:"contradictions"`
}

// ExitStep is one step of it.
type ExitStep struct {
	ID       int64  `json:"id"`
	Step     string `json:"step"`
	Date     string `json:"date"`
	By       string `json:"by"`
	Result   string `json:"result,omitempty"`
	ExitYear int    `json:"exit_year,omitempty"`
	Note     string `json:"note,omitempty"`
	Signed   bool   `json:"signed,omitempty"` // it was taken here, by an account
}

func newExit(t *snapshot.Table, row uint32, h *progress.History) Exit {
	get := func(field string) layers.Value { return t.Get(row, field) }
	e := Exit{
		Code: get("code").Text(), Name: get("name").Text(), Poverty: get("poverty"), ExitYear: get("exit_year"), ExitStatus: get("exit_status"),
		Stage: h.Stage, Since: h.Since, Steps: []ExitStep{}, Contradictions: []Contradiction{},
	}
	for _, c := range h.Contradictions(e.Poverty.Bool(), e.ExitStatus.Text(), int(e.ExitYear.Int())) {
		e.Contradictions = append(e.Contradictions, contradictionOf(progress.AreaContradiction{Code: e.Code, Contradiction: c}, e.Name))
	}
	for _, s := range h.Steps {
		e.Steps = append(e.Steps, ExitStep{
			ID: s.ID, Step: s.Step, Date: s.Date, By: s.By, Result: s.Result, ExitYear: s.ExitYear, Note: s.Note, Signed: s.Signed(),
		})
	}
	return e
}

// Procedures is what can be gone through.
type Procedures struct {
	Procedures []Procedure `json:"procedures"`
}

// Procedure is a declared procedure with the titles of its steps.
type Procedure struct {
	procedure.Procedure
	Titles []StepTitle `json:"titles"`
}

// StepTitle is what a step is called, and its colour.
type StepTitle struct {
	Step  string       `json:"step"`
	Title layers.Words `json:"title"`
	Color string       `json:"color,omitempty"`
}

func listProcedures() *Question {
	return question.New(question.Name{
		ID: "listProcedures", Path: "/api/procedures",
		Title: layers.Words{Zh: "办理程序", En: "Procedures"},
		Help: layers.Words{
			Zh: "村退出、县摘帽和项目管理的步骤：谁办理、在什么之后、公示几天。",
			En: "The steps of villages' and counties' exit and of projects: who takes them, after which, and how long a notice hangs.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, _ struct{}) (Procedures, error) {
		a := Procedures{Procedures: []Procedure{}}
		for i := range w.Procedures.Procedures {
			p := &w.Procedures.Procedures[i]
			if l, ok := w.Snap.Catalog.Layer(p.Record); ok && l.Field("step") >= 0 {
				a.Procedures = append(a.Procedures, Procedure{*p, titlesOf(&l.Fields[l.Field("step")])})
			}
		}
		return a, nil
	})
}

func titlesOf(f *layers.Field) (list []StepTitle) {
	for _, c := range f.Values {
		list = append(list, StepTitle{c.Value, c.Title, c.Color})
	}
	return list
}

// OneCase is one subject of a procedure.
type OneCase struct {
	Procedure string `in:"path" required:"the id of a procedure" zh:"程序的编号。" en:"The procedure's id."`
	Subject   string `in:"path" required:"a code or a project's number" zh:"行政区划代码或项目编号。" en:"The division code, or the project's number."`
}

func showCase() *Question {
	return question.New(question.Name{
		ID: "showCase", Path: "/api/procedures/{procedure}/{subject}", Example: "procedure=village_exit&subject=@village",
		Title: layers.Words{Zh: "办到哪一步", En: "How far a case is"},
		Help: layers.Words{
			Zh: "一个村、县或项目办到哪一步，谁办了什么，下一步是什么，您能不能办、差什么。",
			En: "How far a village, a county or a project is, who did what, what comes next, and what stands against it for who asks.",
		},
	}, []string{question.JSON}, func(ctx context.Context, w World, ask OneCase) (Case, error) {
		p, err := w.procedure(ask.Procedure)
		if err != nil {
			return Case{}, err
		}
		return w.CaseOf(ctx, p, ask.Subject)
	})
}

// CaseOf is the case of a subject, as who asks sees it.
func (w World) CaseOf(ctx context.Context, p *procedure.Procedure, subject string) (Case, error) {
	work := w.Casework()
	c, ok := work.Open(p, subject)
	if !ok || !w.sees(c.Table, c.Row) {
		return Case{}, question.NotFound(fmt.Sprintf("there is no %s with the %s %q", p.Layer, p.Key, subject))
	}
	return w.newCase(ctx, work, c), nil
}

// procedure is that with the id.
func (w World) procedure(id string) (*procedure.Procedure, error) {
	p, ok := w.Procedures.Procedure(id)
	if !ok {
		return nil, question.NotFound(fmt.Sprintf("there is no procedure %q", id))
	}
	return p, nil
}

// Casework is the world that cases are looked at in.
func (w World) Casework() *casework.World {
	whole := w.Snap.Whole()
	return &casework.World{
		Snap: whole, Areas: w.Areas.Get(whole), Covered: sync.OnceValues(func() (*coverage.Result, error) { return w.covered(0) }),
	}
}

// Case is how far a subject of a procedure is, and what who asks may do.
type Case struct {
	Procedure  string         `json:"procedure"`
	Layer      string         `json:"layer"`
	ID         int64          `json:"id"`
	Subject    string         `json:"subject"`
	Name       string         `json:"name"`
	Stage      string         `json:"stage"`
	StageTitle layers.Words   `json:"stage_title"`
	Back       bool           `json:"back"` // it was sent back to the stage
	Since      string         `json:"since,omitempty"`
	Until      string         `json:"until,omitempty"` // the last day of the notice that hangs
	Due        string         `json:"due,omitempty"`   // the day by which the next step is expected
	Late       bool           `json:"late"`
	Objections []CaseAct      `json:"objections"`     // that are not settled
	Contracted float64        `json:"contracted_wan"` // 10,000 yuan
	Paid       float64        `json:"paid_wan"`
	Acts       []CaseAct      `json:"acts"`
	Next       []CaseNext     `json:"next"`
	BackTo     []StepTitle    `json:"back_to"` // the stages that it may be sent back to, by who may
	Wrong      []layers.Words `json:"wrong"`   // steps from elsewhere that could not follow
	Status     string         `json:"status,omitempty"`
	Says       string         `json:"says,omitempty"` // the field of exit, where it contradicts the record
	Signs      bool           `json:"signs"`          // acts are signed by accounts
}

// CaseAct is a step that was taken.
type CaseAct struct {
	ID       int64        `json:"id"`
	Step     string       `json:"step"`
	Title    layers.Words `json:"title"`
	Date     string       `json:"date"`
	By       string       `json:"by,omitempty"`
	Result   string       `json:"result,omitempty"`
	Until    string       `json:"until,omitempty"`
	About    string       `json:"about,omitempty"`
	Wan      float64      `json:"wan,omitempty"`
	Year     int          `json:"year,omitempty"` // that a plan is for
	Note     string       `json:"note,omitempty"`
	Evidence string       `json:"evidence,omitempty"`
	Signed   bool         `json:"signed"`
}

// CaseNext is a step that comes next.
type CaseNext struct {
	Step    string               `json:"step"`
	Title   layers.Words         `json:"title"`
	Verb    access.Verb          `json:"verb"`
	Unit    []area.Level         `json:"unit"`
	Notice  int                  `json:"notice_days,omitempty"`
	Check   bool                 `json:"check,omitempty"`
	Money   string               `json:"money,omitempty"`
	Reason  bool                 `json:"reason,omitempty"`
	Aside   bool                 `json:"aside,omitempty"`
	Out     bool                 `json:"out,omitempty"`
	May     bool                 `json:"may"` // nothing stands against it but what is said with it
	Against []procedure.Obstacle `json:"against"`
}

func (w World) newCase(ctx context.Context, work *casework.World, c *casework.Case) Case {
	s, title := c.State, c.Titles(w.Snap.Catalog)
	today := casework.Day(w.Now())
	who := work.Who(c, access.From(ctx), access.RightsFrom(ctx))
	a := Case{
		Procedure: c.ID, Layer: c.Layer, ID: c.Table.ID(c.Row), Subject: c.Key, Name: c.Name, Stage: s.Stage, StageTitle: title(s.Stage),
		Back: s.Back, Since: s.Since, Due: s.Due(), Objections: []CaseAct{}, Contracted: s.Contracted, Paid: s.Paid,
		Acts: []CaseAct{}, Next: []CaseNext{}, BackTo: []StepTitle{}, Wrong: []layers.Words{}, Status: s.Status(), Signs: who.Actor != "",
	}
	a.Late = a.Due != "" && a.Due < today
	if s.Until >= today {
		a.Until = s.Until
	}
	if says := c.Table.Get(c.Row, "exit_status").Text(); s.Last != nil && a.Status != "" && says != a.Status {
		a.Says = says
	}
	reads := w.readsRecord(ctx, work, c)
	for i := range s.Acts {
		act := w.actOf(c, &s.Acts[i], title, reads)
		a.Acts = append(a.Acts, act)
		if slices.Contains(s.Open, act.ID) {
			a.Objections = append(a.Objections, act)
		}
	}
	subject := work.Subject(c)
	for _, step := range s.Next() {
		n := CaseNext{
			Step: step.ID, Title: title(step.ID), Verb: step.Verb, Unit: step.Unit, Notice: step.NoticeDays, Check: step.Check,
			Money: step.Money, Reason: step.Reason, Aside: step.Aside, Out: step.Out, Against: []procedure.Obstacle{},
		}
		for _, o := range s.Weigh(procedure.Wish{Step: step.ID, Date: today}, who, subject, title) {
			if o.Said() {
				continue
			}
			n.Against = append(n.Against, o)
		}
		n.May = len(n.Against) == 0
		a.Next = append(a.Next, n)
	}
	for _, step := range append([]procedure.Step{{ID: procedure.Start}}, c.Steps...) {
		wish := procedure.Wish{Step: procedure.Returned, About: step.ID, Reason: "-", Date: today}
		if !step.Aside && len(s.Weigh(wish, who, subject, title)) == 0 {
			a.BackTo = append(a.BackTo, StepTitle{Step: step.ID, Title: title(step.ID)})
		}
	}
	for _, wrong := range s.Wrong {
		a.Wrong = append(a.Wrong, wrong.Sentence(title))
	}
	return a
}

// readsRecord tells whether who asks may read the internal fields of the record where the case lies. Rows of a record may name
// no area themselves.
func (w World) readsRecord(ctx context.Context, work *casework.World, c *casework.Case) bool {
	record, ok := work.Snap.Catalog.Layer(c.Record)
	return ok && access.DecideArea(work.Areas, access.RightsFrom(ctx), access.Read, record, c.Area, access.Internal)
}

// actOf is an act as who asks may see it: who took it and why is for those who read the record's internal fields.
func (w World) actOf(c *casework.Case, act *procedure.Act, title func(string) layers.Words, reads bool) CaseAct {
	a := CaseAct{
		ID: act.ID, Step: act.Step, Title: title(act.Step), Date: act.Date, Result: act.Result, Until: act.Until, About: act.About,
		Wan: act.Wan, Evidence: act.Evidence, Signed: act.Signed(),
	}
	if reads {
		a.By, a.Note = act.By, act.Note
	}
	if whole, ok := w.Snap.Whole().Table(c.Record); ok {
		if row, ok := whole.Find(act.ID); ok {
			a.Year = int(whole.Get(row, "exit_year").Int())
		}
	}
	return a
}

// CasesAsk asks for the cases of a procedure.
type CasesAsk struct {
	Procedure string `in:"path" required:"the id of a procedure" zh:"程序的编号。" en:"The procedure's id."`
	Narrowed
	Stage string `zh:"只看到了这一步的。" en:"Only those that have come to this stage."`
	Due   string `one:"late,week,mine" zh:"只看逾期的（late）、七天内到期的（week）或该由我办的（mine）。" en:"Only what is late, is due within seven days, or waits for who asks (mine)."`
	Limit int    `min:"1" max:"100000" default:"1000" zh:"最多列几个。" en:"How many at most."`
}

// Faults are areas that do not exist.
func (ask CasesAsk) Faults(w World) (wrong layers.Faults) {
	if p, ok := w.Procedures.Procedure(ask.Procedure); ok {
		if t, ok := w.Snap.Whole().Table(p.Layer); ok {
			w.check(Within{Narrowed: ask.Narrowed}, t, &wrong)
		}
	}
	return wrong
}

func listCases() *Question {
	return question.New(question.Name{
		ID: "listCases", Path: "/api/procedures/{procedure}", Example: "procedure=village_exit&limit=3", Command: "cases",
		Title: layers.Words{Zh: "办理清单", En: "Cases"},
		Help: layers.Words{
			Zh: "各村、县或项目办到哪一步，什么时候该办下一步，哪些逾期，哪些该由我办。",
			En: "List how far villages, counties or projects are, by when the next step is due, what is late and what waits for who asks.",
		},
	}, sheets, func(ctx context.Context, w World, ask CasesAsk) (Cases, error) {
		p, err := w.procedure(ask.Procedure)
		if err != nil {
			return Cases{}, err
		}
		work := w.Casework()
		t, ok := work.Snap.Table(p.Layer)
		if !ok {
			return Cases{}, question.NotFound("there is no layer " + p.Layer)
		}
		keep, err := w.keep(Within{Narrowed: ask.Narrowed}, t, 0)
		if err != nil {
			return Cases{}, err
		}
		list := work.All(p, func(_ *snapshot.Table, row uint32) bool { return keep == nil || keep(row) })
		return w.newCases(ctx, work, p, list, ask), nil
	})
}

// Cases are the cases of a procedure, what is due first at the top.
type Cases struct {
	Procedure string         `json:"procedure"`
	Total     int            `json:"total"`
	Late      int            `json:"late"`
	Stages    map[string]int `json:"stages"`
	Cases     []CaseLine     `json:"cases"`
}

// CaseLine is one case of a list.
type CaseLine struct {
	Layer      string       `json:"layer"`
	ID         int64        `json:"id"`
	Subject    string       `json:"subject"`
	Name       string       `json:"name"`
	Area       string       `json:"area"`
	AreaName   string       `json:"area_name"`
	Stage      string       `json:"stage"`
	StageTitle layers.Words `json:"stage_title"`
	Back       bool         `json:"back"`
	Since      string       `json:"since"`
	Until      string       `json:"until"`
	Due        string       `json:"due"`
	Late       bool         `json:"late"`
	Mine       bool         `json:"mine"`
	Next       layers.Words `json:"next"` // who does what next

	place orb.Geometry
}

func (w World) newCases(
	ctx context.Context, work *casework.World, p *procedure.Procedure, list []*casework.Case, ask CasesAsk,
) Cases {
	a := Cases{Procedure: p.ID, Stages: map[string]int{}, Cases: []CaseLine{}}
	title, today, week := p.Titles(w.Snap.Catalog), casework.Day(w.Now()), casework.Day(w.Now().AddDate(0, 0, 7))
	for _, c := range list {
		s := c.State
		if s.Last == nil && (p.Only != "" && !c.Table.Get(c.Row, p.Only).Bool()) {
			continue
		}
		line := CaseLine{
			Layer: c.Layer, ID: c.Table.ID(c.Row), Subject: c.Key, Name: c.Name,
			Area: c.Area, AreaName: work.Areas.Name(work.Areas.UpTo(area.Town, c.Area)), Stage: s.Stage,
			StageTitle: title(s.Stage), Back: s.Back, Since: s.Since, Due: s.Due(), place: placeOf(c),
		}
		line.Late = line.Due != "" && line.Due < today
		if s.Until >= today {
			line.Until = s.Until
		}
		who := work.Who(c, access.From(ctx), access.RightsFrom(ctx))
		for _, step := range s.Next() {
			if step.Aside || step.Out {
				continue
			}
			line.Next = title(step.ID)
			line.Mine = line.Mine || s.IsFor(step, who)
		}
		a.Stages[s.Stage]++
		if line.Late {
			a.Late++
		}
		if ask.Stage != "" && ask.Stage != s.Stage || !line.falls(ask.Due, week) {
			continue
		}
		a.Total++
		a.Cases = append(a.Cases, line)
	}
	slices.SortStableFunc(a.Cases, func(x, y CaseLine) int {
		never := func(due string) string { return cmp.Or(due, "9999") }
		return cmp.Or(strings.Compare(never(x.Due), never(y.Due)), strings.Compare(x.Subject, y.Subject))
	})
	a.Cases = a.Cases[:min(len(a.Cases), ask.Limit)]
	return a
}

// falls tells whether the case is among those that are asked for by when they are due.
func (l *CaseLine) falls(due, week string) bool {
	switch due {
	case "late":
		return l.Late
	case "week":
		return l.Due != "" && l.Due <= week
	case "mine":
		return l.Mine
	}
	return true
}

func placeOf(c *casework.Case) orb.Geometry {
	shape := c.Table.Shape(c.Row)
	if len(shape.Points) == 0 {
		return nil
	}
	return shape.Label().LonLat()
}

// Columns are those of a sheet.
func (a Cases) Columns() []question.Column {
	return question.Columns(
		"*subject 编号 | Code", "*name 名称 | Name", "*area 所在 | In", "*stage 环节 | Stage", "*since 自 | Since", "*due 应于 | Due", "late:bool 逾期 | Late",
		"*next 下一步 | Next",
	)
}

// Rows are a case each.
func (a Cases) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for _, c := range a.Cases {
		if err := emit(c.place, c.Subject, c.Name, c.AreaName, c.StageTitle.Zh, c.Since, c.Due, c.Late, c.Next.Zh); err != nil {
			return err
		}
	}
	return nil
}

// ProjectsAsk asks for the library of projects by year.
type ProjectsAsk struct {
	Narrowed
	Year int `min:"1900" max:"2100" zh:"只看这个计划年度；缺省为全部。" en:"Only this year of the plan; all by default."`
}

// Faults are areas that do not exist.
func (ask ProjectsAsk) Faults(w World) (wrong layers.Faults) {
	if t, ok := w.Snap.Whole().Table(project.Layer); ok {
		w.check(Within{Narrowed: ask.Narrowed}, t, &wrong)
	}
	return wrong
}

func summariseProjects() *Question {
	return question.New(question.Name{
		ID: "summariseProjects", Path: "/api/projects", Command: "projects",
		Title: layers.Words{Zh: "项目库", En: "Library of projects"},
		Help: layers.Words{
			Zh: "分年度的项目数、里程、按来源的资金、合同与支付，以及资金、里程不符或重复建设的项目。",
			En: "Sum up projects by year: kilometres, money by source, contracts and payments, and what of them does not add up.",
		},
	}, sheets, func(_ context.Context, w World, ask ProjectsAsk) (*project.Plan, error) {
		t, ok := w.Snap.Whole().Table(project.Layer)
		if !ok {
			return project.Summarise(w.Snap, ask.Year, nil), nil
		}
		keep, err := w.keep(Within{Narrowed: ask.Narrowed}, t, 0)
		if err != nil {
			return nil, err
		}
		return project.Summarise(w.Snap.Whole(), ask.Year, keep), nil
	})
}

// Lack is a field that a project needs before a step.
type Lack struct {
	Field string       `json:"field"`
	Title layers.Words `json:"title"`
	Step  string       `json:"step"`
}

// Lacks are the fields of a subject that steps of its procedure ask for and that are empty.
func (w World) Lacks(p *procedure.Procedure, t *snapshot.Table, row uint32) []Lack {
	list := []Lack{}
	for _, step := range p.Steps {
		for _, field := range step.Fields {
			if i := t.Layer.Field(field); i >= 0 && t.Value(row, i).IsNull() {
				list = append(list, Lack{field, t.Layer.Fields[i].Title, step.ID})
			}
		}
	}
	return list
}
