package procedure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/procedure"
)

func TestTheProceduresThatComeWithCuntuFitTheLayers(t *testing.T) {
	if err := procedure.Default().Check(layers.Builtin()); err != nil {
		t.Error(err)
	}
}

func TestAFileChangesProceduresAndIsToldWhatIsWrong(t *testing.T) {
	read := func(text string) (*procedure.Catalog, error) {
		return procedure.Read(strings.NewReader(text), layers.Builtin())
	}
	c, err := read("procedures:\n- {id: village_exit, steps: [{id: noticed, notice_days: 10}]}\n")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := c.Procedure("village_exit")
	step, _ := p.Step("noticed")
	if step.NoticeDays != 10 || len(step.From) != 1 || len(p.Steps) != 8 {
		t.Errorf("%+v", step)
	}
	for _, row := range []struct{ text, want string }{
		{"procedures:\n- {id: village_exit, steps: [{id: noticed, notice_dayz: 10}]}", "notice_dayz: no such key"},
		{
			"procedures:\n- {id: village_exit, steps: [{id: noticed, notice_days: -1}]}",
			"village_exit.noticed.notice_days: must be 0 to 3650 days",
		},
		{
			"procedures:\n- {id: village_exit, steps: [{id: seen, from: [claimed], verb: approve}]}",
			"village_exit.seen: is no value of the field step",
		},
		{"procedures:\n- {id: village_exit, steps: [{id: checked, from: [nowhere]}]}", `village_exit.checked.from: "nowhere" is no step of it`},
		{"procedures:\n- {id: project, steps: [{id: listed, fields: [goals]}]}", `project.listed.fields: "goals" is no field of layer project`},
		{"procedures:\n- {id: project, steps: [{id: listed, conditions: [luck]}]}", `project.listed.conditions: "luck" is not one of`},
		{"procedures:\n- {id: project, steps: [{id: listed, verb: bless}]}", `project.listed.verb: "bless" is no verb`},
	} {
		if _, err := read(row.text); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.text, err, row.want)
		}
	}
}

// acting is a case that people act on.
type acting struct {
	of    *procedure.Procedure
	acts  []procedure.Act
	day   time.Time
	meets map[string]bool // conditions
}

func (a *acting) state() *procedure.State { return a.of.Replay(slices.Clone(a.acts)) }

// try takes a step, if nothing stands against it.
func (a *acting) try(w procedure.Wish, who procedure.Who) []procedure.Obstacle {
	w.Date = a.day.Format(time.DateOnly)
	s := a.state()
	against := s.Weigh(w, who, procedure.Subject{
		Value: func(string) layers.Value { return layers.Text("x") },
		Title: func(field string) layers.Words { return layers.Words{Zh: field, En: field} },
		Condition: func(name string) []layers.Words {
			if a.meets[name] {
				return nil
			}
			return []layers.Words{{Zh: "不", En: name}}
		},
		Money: func(string, float64) []layers.Words { return nil },
	}, a.of.Titles(layers.Builtin()))
	if len(against) == 0 {
		act := s.Act(w, "某人", who.Actor, "")
		act.ID = int64(len(a.acts) + 1)
		a.acts = append(a.acts, act)
	}
	return against
}

func person(name string, level area.Level, verbs ...access.Verb) procedure.Who {
	return procedure.Who{Actor: name, Levels: []area.Level{level}, May: func(v access.Verb) bool { return slices.Contains(verbs, v) }}
}

func codes(list []procedure.Obstacle) string {
	var c []string
	for _, o := range list {
		c = append(c, o.Code)
	}
	return strings.Join(c, " ")
}

func TestAVillageExitsStepByStepAndNobodyJumpsAhead(t *testing.T) {
	p, _ := procedure.Default().Procedure("village_exit")
	all := []access.Verb{access.Submit, access.Approve, access.Accept}
	county, town, city := person("county", area.County, all...), person("town", area.Town, all...), person("city", area.Prefecture, all...)
	second, clerk := person("checker", area.Prefecture, all...), person("clerk", area.Town, access.Submit)
	a := &acting{of: p, day: time.Date(2017, 5, 1, 0, 0, 0, 0, time.UTC), meets: map[string]bool{"poverty": true}}
	meet := func() { a.meets["exit_rules"], a.meets["evidence_holds"] = true, true }
	for n, row := range []struct {
		what   string
		wish   procedure.Wish
		who    procedure.Who
		days   int
		change func()
		want   string // the codes of what stands against it
		status string
	}{
		{"a claim before the plan", procedure.Wish{Step: "claimed"}, clerk, 0, nil, "order condition", ""},
		{"the plan", procedure.Wish{Step: "planned"}, county, 0, nil, "", "未退出"},
		{"a claim that the rules are against", procedure.Wish{Step: "claimed"}, clerk, 0, nil, "condition", "未退出"},
		{"a claim", procedure.Wish{Step: "claimed"}, clerk, 1, meet, "", "未退出"},
		{"verified by who may only submit", procedure.Wish{Step: "verified"}, clerk, 0, nil, "right apart", "未退出"},
		{"verified by the county", procedure.Wish{Step: "verified"}, county, 0, nil, "unit", "未退出"},
		{"verified", procedure.Wish{Step: "verified"}, town, 0, nil, "", "未退出"},
		{"reviewed by the town again", procedure.Wish{Step: "reviewed"}, town, 0, nil, "unit apart", "未退出"},
		{"sent back without a reason", procedure.Wish{Step: "returned", About: "planned"}, county, 0, nil, "reason", "未退出"},
		{"sent back ahead", procedure.Wish{Step: "returned", About: "noticed", Reason: "缺材料"}, county, 0, nil, "about", "未退出"},
		{"sent back", procedure.Wish{Step: "returned", About: "planned", Reason: "缺材料"}, county, 1, nil, "", "未退出"},
		{"a claim again", procedure.Wish{Step: "claimed"}, clerk, 1, nil, "", "未退出"},
		{"verified again", procedure.Wish{Step: "verified"}, town, 1, nil, "", "未退出"},
		{"reviewed", procedure.Wish{Step: "reviewed"}, county, 1, nil, "", "未退出"},
		{"the notice", procedure.Wish{Step: "noticed"}, county, 0, nil, "", "待核查"},
		{"approved at once", procedure.Wish{Step: "approved"}, city, 6, nil, "notice", "待核查"},
		{"an objection", procedure.Wish{Step: "objected", Reason: "人均收入不实"}, clerk, 1, nil, "", "待核查"},
		{"approved on the notice's last day", procedure.Wish{Step: "approved"}, city, 1, nil, "notice objection", "待核查"},
		{"approved with an open objection", procedure.Wish{Step: "approved"}, city, 1, nil, "objection", "待核查"},
		{"another one's objection is settled", procedure.Wish{Step: "resolved", About: "99", Reason: "查实"}, county, 0, nil, "about", "待核查"},
		{"the objection is settled", procedure.Wish{Step: "resolved", About: "8", Reason: "查实无误"}, county, 0, nil, "", "待核查"},
		{"approved", procedure.Wish{Step: "approved"}, city, 1, nil, "", "待核查"},
		{"checked by who approved", procedure.Wish{Step: "checked", Result: "passed"}, city, 0, nil, "apart", "待核查"},
		{"checked without a result", procedure.Wish{Step: "checked"}, second, 0, nil, "result", "待核查"},
		{"failed without a reason", procedure.Wish{Step: "checked", Result: "failed"}, second, 0, nil, "reason", "待核查"},
		{"checked", procedure.Wish{Step: "checked", Result: "passed"}, second, 1, nil, "", "待核查"},
		{"struck off by who checked", procedure.Wish{Step: "struck_off"}, second, 0, nil, "apart", "待核查"},
		{"struck off", procedure.Wish{Step: "struck_off"}, city, 1, nil, "", "已销号"},
	} {
		if row.change != nil {
			row.change()
		}
		if row.what == "the objection is settled" {
			row.wish.About = fmt.Sprint(a.state().Open[0])
		}
		if got := codes(a.try(row.wish, row.who)); got != row.want {
			t.Fatalf("%d %s: %q stands against it, want %q", n, row.what, got, row.want)
		}
		if s := a.state(); s.Last != nil && s.Status() != row.status {
			t.Errorf("%d %s: the status is %q, want %q", n, row.what, s.Status(), row.status)
		}
		a.day = a.day.AddDate(0, 0, row.days)
	}
}

// A model of what must hold whatever people do, in a page: it keeps the stage as a number and knows nothing of the code.
type model struct {
	order []string
	from  map[string][]string
	apart map[string][]string
	stage string
	until time.Time
	open  int
	took  map[string]map[string]bool // by person
}

func newModel(p *procedure.Procedure) *model {
	m := &model{stage: procedure.Start, from: map[string][]string{}, apart: map[string][]string{}, took: map[string]map[string]bool{}}
	for _, s := range p.Steps {
		if !s.Aside {
			m.order = append(m.order, s.ID)
		}
		m.from[s.ID], m.apart[s.ID] = s.From, s.Apart
	}
	return m
}

// broken says which invariant of trust an act breaks that came to pass; "" for none.
func (m *model) broken(p *procedure.Procedure, a procedure.Act, day time.Time) string {
	step, ok := p.Step(a.Step)
	hangs := !m.until.IsZero() && !day.After(m.until)
	switch {
	case a.Step == procedure.Objected:
		if m.open++; !hangs {
			return "an objection to no notice"
		}
	case a.Step == procedure.Resolved:
		if m.open--; m.open < 0 {
			return "an objection settled that is not open"
		}
	case a.Step == procedure.Returned:
		if a.Note == "" {
			return "sent back without a reason"
		}
		if a.About != procedure.Start && slices.Index(m.order, a.About) >= slices.Index(m.order, m.stage) {
			return "sent back ahead"
		}
		m.stage, m.until, m.open = a.About, time.Time{}, 0
	case !ok:
		return "an unknown step"
	case !slices.Contains(m.from[a.Step], m.stage):
		return "a step was skipped"
	case !step.Aside && (hangs || m.open > 0):
		return "a notice ended early, or with an open objection"
	case step.Aside:
	case step.Check && a.Result != procedure.Passed:
		m.stage, m.until, m.open = step.Fails, time.Time{}, 0
	default:
		m.stage, m.until, m.open = a.Step, time.Time{}, 0
		if step.NoticeDays > 0 {
			m.until = day.AddDate(0, 0, step.NoticeDays)
		}
	}
	for _, other := range m.apart[a.Step] {
		if m.took[a.Actor][other] {
			return "one person took two steps that are kept apart"
		}
	}
	if m.took[a.Actor] == nil {
		m.took[a.Actor] = map[string]bool{}
	}
	m.took[a.Actor][a.Step] = true
	return ""
}

func TestWhateverPeopleDoTheRulesHold(t *testing.T) {
	levels := []area.Level{area.Village, area.Town, area.County, area.Prefecture}
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		c := procedure.Default()
		p := &c.Procedures[rapid.IntRange(0, len(c.Procedures)-1).Draw(t, "procedure")]
		a := &acting{of: p, day: time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), meets: map[string]bool{}}
		for _, name := range procedure.Conditions() {
			a.meets[name] = true
		}
		m := newModel(p)
		steps := []string{procedure.Returned, procedure.Objected, procedure.Resolved}
		for _, s := range p.Steps {
			steps = append(steps, s.ID)
		}
		for range trial.Part(1000) {
			s := a.state()
			step := rapid.SampledFrom(steps).Draw(t, "step")
			if next := s.Next(); len(next) > 0 && rapid.Bool().Draw(t, "likely") {
				step = rapid.SampledFrom(next).Draw(t, "next").ID
			}
			w := procedure.Wish{
				Step: step, Result: rapid.SampledFrom([]string{"passed", "passed", "failed"}).Draw(t, "result"), Wan: 1,
				Reason: rapid.SampledFrom([]string{"理由", "理由", ""}).Draw(t, "reason"),
				About:  rapid.SampledFrom(append(steps, procedure.Start)).Draw(t, "about"),
			}
			if step == procedure.Resolved && len(s.Open) > 0 {
				w.About = fmt.Sprint(s.Open[0])
			}
			who := person(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"}).Draw(t, "who"),
				rapid.SampledFrom(levels).Draw(t, "level"), access.Submit, access.Approve, access.Accept)
			if len(a.try(w, who)) == 0 {
				taken++
				if why := m.broken(p, a.acts[len(a.acts)-1], a.day); why != "" {
					t.Fatalf("%s after %d acts: %+v", why, len(a.acts), a.acts[len(a.acts)-1])
				}
			}
			if s := a.state(); s.Stage != m.stage {
				t.Fatalf("it stands at %s, the model at %s", s.Stage, m.stage)
			}
			a.day = a.day.AddDate(0, 0, rapid.IntRange(0, 6).Draw(t, "days"))
		}
	})
	if taken < 10 {
		t.Errorf("only %d steps were taken", taken)
	}
}
