package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
)

// Who wants to take a step.
type Who struct {
	Actor string // "" where nobody signs in: then the separation of persons cannot be held, and the record says so
	// Levels are those of the unit: a unit of the whole store stands for the prefecture and the province.
	Levels []area.Level
	// May tells whether rights to the subject's record have the verb.
	May func(access.Verb) bool
}

// Subject is what is known of what goes through a procedure.
type Subject struct {
	Value func(field string) layers.Value
	// Title is what a field is called.
	Title func(field string) layers.Words
	// Condition is nil where the subject meets a condition, and else says why not.
	Condition func(name string) []layers.Words
	// Money says what speaks against spending an amount, in 10,000 yuan, on a contract or a payment.
	Money func(kind string, wan float64) []layers.Words
}

// Obstacle is one thing that stands against a step.
type Obstacle struct {
	// Code is order, unit, right, apart, field, condition, notice, objection, reason, money, result or about.
	Code  string       `json:"code"`
	Part  string       `json:"part,omitempty"`  // the field, the condition or the step that it is about
	Until string       `json:"until,omitempty"` // of a notice, its last day
	Text  layers.Words `json:"text"`
}

// Said tells whether it is something that is said with the step, which nobody has said before.
func (o *Obstacle) Said() bool {
	return o.Code == "reason" || o.Code == "result" || o.Code == "money" && o.Part == "amount"
}

func obstacle(code, part, zh, en string) Obstacle {
	return Obstacle{Code: code, Part: part, Text: layers.Words{Zh: zh, En: en}}
}

// Wish is a step that somebody wants to take.
type Wish struct {
	Step   string
	Result string // of a check
	About  string // of Returned the stage; of Resolved the id of the objection
	Wan    float64
	Reason string
	Date   string // the day on which it is taken
}

// titles tell what steps are called, as the record's layer has it.
type titles func(step string) layers.Words

// Titles are the titles of a record's steps.
func (p *Procedure) Titles(catalog *layers.Catalog) func(step string) layers.Words {
	var values []layers.Choice
	if l, ok := catalog.Layer(p.Record); ok {
		if f := l.Field("step"); f >= 0 {
			values = l.Fields[f].Values
		}
	}
	return func(step string) layers.Words {
		if step == Start {
			return layers.Words{Zh: "开始", En: "the start"}
		}
		if i := slices.IndexFunc(values, func(c layers.Choice) bool { return c.Value == step }); i >= 0 {
			return values[i].Title
		}
		return layers.Words{Zh: step, En: step}
	}
}

// Weigh is all that stands against a step; nothing where it may be taken.
func (s *State) Weigh(w Wish, who Who, of Subject, title func(step string) layers.Words) (against []Obstacle) {
	switch w.Step {
	case Returned, Objected, Resolved:
		return s.weighCommon(w, who, title)
	}
	step, ok := s.of.Step(w.Step)
	if !ok {
		return []Obstacle{obstacle("order", w.Step, "没有这个步骤", "there is no such step")}
	}
	if !slices.Contains(step.From, s.Stage) {
		against = append(against, s.misplaced(step, title))
	}
	against = append(against, s.weighPerson(step.Verb, step.Unit, step.Apart, who, title)...)
	against = append(against, s.weighNotice(step, w.Date)...)
	against = append(against, s.of.weighSubject(step, of)...)
	if step.Money != "" && w.Wan > 0 {
		for _, why := range of.Money(step.Money, w.Wan) {
			against = append(against, Obstacle{Code: "money", Text: why})
		}
	}
	return append(against, s.weighSaid(step, w)...)
}

func (s *State) misplaced(step *Step, title titles) Obstacle {
	zh, en := []string{}, []string{}
	for _, from := range step.From {
		w := title(from)
		zh, en = append(zh, w.Zh), append(en, w.En)
	}
	now := title(s.Stage)
	return obstacle("order", s.Stage,
		fmt.Sprintf("目前为“%s”，该步骤须在“%s”之后", now.Zh, strings.Join(zh, "”或“")),
		fmt.Sprintf("it stands at %q; this step follows on %s", now.En, strings.Join(en, " or ")))
}

// weighPerson is whether somebody may take a step at all.
func (s *State) weighPerson(verb access.Verb, units []area.Level, apart []string, who Who, title titles) (against []Obstacle) {
	if !who.May(verb) {
		against = append(against, obstacle("right", string(verb), "您没有办理该步骤的权限（"+verbs[verb].Zh+"）", "you may not "+string(verb)+" here"))
	}
	if len(units) > 0 && who.Actor != "" && !slices.ContainsFunc(units, func(l area.Level) bool { return slices.Contains(who.Levels, l) }) {
		zh, en := []string{}, []string{}
		for _, l := range units {
			zh, en = append(zh, levels[l].Zh), append(en, string(l))
		}
		against = append(against, obstacle("unit", "",
			"该步骤由"+strings.Join(zh, "、")+"级单位办理", "this step is for people of a "+strings.Join(en, " or ")))
	}
	if who.Actor != "" {
		if took, ok := s.Took(who.Actor, apart); ok {
			w := title(took)
			against = append(against, obstacle("apart", took,
				"您已办理“"+w.Zh+"”，该步骤须由他人办理", fmt.Sprintf("you took the step %q: another person must take this one", w.En)))
		}
	}
	return against
}

// weighNotice is whether a notice still hangs, or an objection is open.
func (s *State) weighNotice(step *Step, date string) (against []Obstacle) {
	if step.Aside {
		return nil
	}
	if s.Until != "" && date <= s.Until {
		o := obstacle("notice", "", "公示至 "+s.Until+"，次日起方可办理", "the notice hangs until "+s.Until+": this step is for the day after")
		o.Until = s.Until
		against = append(against, o)
	}
	if n := len(s.Open); n > 0 {
		against = append(against, obstacle("objection", "",
			fmt.Sprintf("有 %d 条异议未办结", n), fmt.Sprintf("%d objections are not settled", n)))
	}
	return against
}

// weighSubject is what a step asks of its subject.
func (p *Procedure) weighSubject(step *Step, of Subject) (against []Obstacle) {
	for _, field := range step.Fields {
		if v := of.Value(field); v.IsNull() || v.Kind() == layers.TextKind && strings.TrimSpace(v.Text()) == "" {
			title := of.Title(field)
			against = append(against, obstacle("field", field, "须先填写“"+title.Zh+"”", title.En+" must be filled in first"))
		}
	}
	for _, name := range append(slices.Clone(compact(p.Only)), step.Conditions...) {
		for _, why := range of.Condition(name) {
			against = append(against, Obstacle{Code: "condition", Part: name, Text: why})
		}
	}
	return against
}

// weighSaid is what must be said with a step.
func (s *State) weighSaid(step *Step, w Wish) (against []Obstacle) {
	if step.Check && w.Result != Passed && w.Result != Failed {
		against = append(against, obstacle("result", "", "须填写核查结果：通过或未通过", "must have a result: passed or failed"))
	}
	if (step.Reason || step.Check && w.Result == Failed) && strings.TrimSpace(w.Reason) == "" {
		against = append(against, noReason())
	}
	if step.Money != "" && w.Wan <= 0 {
		against = append(against, obstacle("money", "amount", "须填写金额（万元），大于 0", "must have an amount of more than 0, in 10,000 yuan"))
	}
	return against
}

func noReason() Obstacle { return obstacle("reason", "", "须填写理由", "must have a reason") }

// IsFor tells whether a step is for somebody, whatever its subject still lacks.
func (s *State) IsFor(step *Step, who Who) bool {
	return len(s.weighPerson(step.Verb, step.Unit, step.Apart, who, func(string) layers.Words { return layers.Words{} })) == 0
}

// weighCommon weighs what every procedure has.
func (s *State) weighCommon(w Wish, who Who, title titles) (against []Obstacle) {
	if strings.TrimSpace(w.Reason) == "" {
		against = append(against, noReason())
	}
	switch w.Step {
	case Objected:
		if s.Until == "" || w.Date > s.Until {
			against = append(against, obstacle("notice", "", "不在公示期内", "no notice hangs"))
		}
		return append(against, s.weighPerson(access.Submit, nil, nil, who, title)...)
	case Resolved:
		if !slices.ContainsFunc(s.Open, func(id int64) bool { return strconv.FormatInt(id, 10) == w.About }) {
			against = append(against, obstacle("about", "", "没有这条未办结的异议", "there is no such open objection"))
		}
		return append(against, s.weighPerson(access.Approve, s.levelsOf(s.Stage), nil, who, title)...)
	}
	at, to := s.of.rank(s.Stage), s.of.rank(w.About)
	if to < 0 || to >= at {
		now := title(s.Stage)
		against = append(against, obstacle("about", w.About,
			"须退回到“"+now.Zh+"”之前的环节", fmt.Sprintf("must be sent back to a stage before %q", now.En)))
	}
	return append(against, s.weighPerson(access.Approve, s.levelsAbove(), nil, who, title)...)
}

// levelsOf are the levels of those who take a step.
func (s *State) levelsOf(stage string) []area.Level {
	if step, ok := s.of.Step(stage); ok {
		return step.Unit
	}
	return nil
}

// levelsAbove are the levels of those who may send back from the stage: of the lowest that takes its step, and all above.
func (s *State) levelsAbove() []area.Level {
	of, lowest := s.levelsOf(s.Stage), -1
	for i, l := range byHeight {
		if slices.Contains(of, l) {
			lowest = i
		}
	}
	if lowest < 0 {
		return nil
	}
	return byHeight[:lowest+1]
}

var byHeight = []area.Level{area.Province, area.Prefecture, area.County, area.Town, area.Village}

var levels = map[area.Level]layers.Words{
	area.Province: {Zh: "省", En: "province"}, area.Prefecture: {Zh: "市", En: "prefecture"}, area.County: {Zh: "县", En: "county"},
	area.Town: {Zh: "镇", En: "town"}, area.Village: {Zh: "村", En: "village"},
}

var verbs = map[access.Verb]layers.Words{
	access.Submit: {Zh: "报送", En: "submit"}, access.Approve: {Zh: "审核", En: "approve"}, access.Accept: {Zh: "验收", En: "accept"},
	access.Write: {Zh: "编辑", En: "write"}, access.Read: {Zh: "查看", En: "read"}, access.Export: {Zh: "导出", En: "export"},
}

// Act is the act that a wish comes to once nothing stands against it.
func (s *State) Act(w Wish, by, actor, unit string) Act {
	a := Act{
		Step: w.Step, Date: w.Date, By: by, Actor: cmp.Or(actor, Nobody), Unit: unit, Result: w.Result, About: w.About, Wan: w.Wan,
		Note: strings.TrimSpace(w.Reason),
	}
	if step, ok := s.of.Step(w.Step); ok && step.NoticeDays > 0 {
		day, err := time.Parse(time.DateOnly, w.Date)
		if err == nil {
			a.Until = day.AddDate(0, 0, step.NoticeDays).Format(time.DateOnly)
		}
	}
	return a
}

// Next are the steps that the stage leads to, those aside among them.
func (s *State) Next() (next []*Step) {
	for i := range s.of.Steps {
		if step := &s.of.Steps[i]; slices.Contains(step.From, s.Stage) {
			next = append(next, step)
		}
	}
	return next
}

// Due is the day by which the next step is expected; "" where there is no term.
func (s *State) Due() string {
	since := s.Since
	if s.Until > since {
		since = s.Until
	}
	day, err := time.Parse(time.DateOnly, since)
	if err != nil {
		return ""
	}
	least := 0
	for _, step := range s.Next() {
		if !step.Aside && step.DueDays > 0 && (least == 0 || step.DueDays < least) {
			least = step.DueDays
		}
	}
	if least == 0 {
		return ""
	}
	return day.AddDate(0, 0, least).Format(time.DateOnly)
}
