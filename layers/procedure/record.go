package procedure

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// Act is one row of a record: a step that was taken.
type Act struct {
	ID       int64
	Step     string // a step of the procedure, or one that every procedure has
	Date     string // 2017-05-31
	By       string // as people read it
	Actor    string // the account; "" of what is recorded elsewhere
	Unit     string // the code of the account's unit then
	Result   string // of a check
	Until    string // the last day of the notice that it opened
	About    string // of Returned the stage; of Resolved the id of the objection
	Evidence string // the digest of what it rested on
	Wan      float64
	Note     string
}

// ActOf reads a row of a record: get is the values by their fields. What the record has no field for is null.
func ActOf(id int64, get func(field string) layers.Value) Act {
	return Act{
		ID:       id,
		Step:     get("step").Text(),
		Date:     get("date").Text(),
		By:       get("by").Text(),
		Actor:    get("actor").Text(),
		Unit:     get("unit").Text(),
		Result:   get("result").Text(),
		Until:    get("until").Text(),
		About:    get("about").Text(),
		Evidence: get("evidence").Text(),
		Wan:      get("wan").Float(),
		Note:     get("note").Text(),
	}
}

// Values are the act's values by the fields of a record, those alone that say anything.
func (a *Act) Values() map[string]layers.Value {
	values := map[string]layers.Value{}
	for field, text := range map[string]string{
		"step": a.Step, "date": a.Date, "by": a.By, "actor": a.Actor, "unit": a.Unit, "result": a.Result, "until": a.Until,
		"about": a.About, "evidence": a.Evidence, "note": a.Note,
	} {
		if text != "" {
			values[field] = layers.Text(text)
		}
	}
	if a.Wan > 0 {
		values["wan"] = layers.Float(a.Wan)
	}
	return values
}

// Nobody is the account of acts that were taken here where there are no accounts.
const Nobody = "-"

// Signed tells whether the act was taken here, by an account.
func (a *Act) Signed() bool { return a.Here() && a.Actor != Nobody }

// Here tells whether the act was taken here, and is not recorded elsewhere.
func (a *Act) Here() bool { return a.Actor != "" }

// State is how far a subject is.
type State struct {
	Acts []Act // by date, and of one day in the order of the steps
	// Stage is the step that the subject has come to. One that was sent back stands at an earlier one, and Back is set.
	Stage string
	Back  bool
	Since string // the day on which it came to Stage
	Last  *Act   // the act that brought it there; nil at the start
	// Until is the last day of the notice that hangs, "" where none does. Open are the ids of the objections to it that are not
	// settled.
	Until string
	Open  []int64
	// Contracted and Paid are sums of money, in 10,000 yuan.
	Contracted, Paid float64
	Wrong            []Wrong

	of *Procedure
}

// Wrong is a step that could not follow on those before it.
type Wrong struct {
	Act   Act
	After []string // one of which should have been before
}

// Sentence is what is wrong for a person.
func (w Wrong) Sentence(title func(step string) layers.Words) layers.Words {
	zh, en := []string{}, []string{}
	for _, after := range w.After {
		t := title(after)
		zh, en = append(zh, t.Zh), append(en, t.En)
	}
	t := title(w.Act.Step)
	return layers.Words{
		Zh: w.Act.Date + " “" + t.Zh + "”，但此前没有“" + strings.Join(zh, "”或“") + "”",
		En: t.En + " on " + w.Act.Date + " without " + strings.Join(en, " or ") + " before",
	}
}

// Replay puts acts in order and finds what they come to. A step that could not follow counts and is told: it was taken, and
// who took it must explain it.
func (p *Procedure) Replay(acts []Act) *State {
	s := &State{Acts: acts, Stage: Start, of: p}
	slices.SortFunc(s.Acts, p.order)
	seen := map[string]bool{}
	for i := range s.Acts {
		a := &s.Acts[i]
		step, ok := p.Step(a.Step)
		if ok && len(step.After) > 0 && !slices.ContainsFunc(step.After, func(before string) bool { return seen[before] }) {
			s.Wrong = append(s.Wrong, Wrong{*a, step.After})
		}
		s.take(a, step)
		switch {
		case !ok:
		case step.Check && a.Result != Passed:
			seen = map[string]bool{step.Fails: true} // what led to the check does not lead on from it
			for _, before := range p.Steps[:max(0, p.rank(step.Fails))] {
				seen[before.ID] = true
			}
		default:
			seen[a.Step] = true
		}
	}
	return s
}

// order is that of days. Of one day what is recorded elsewhere comes first, in the order of the steps, and what was taken here
// after it, as it was written.
func (p *Procedure) order(a, b Act) int {
	here := func(x Act) int {
		if x.Here() {
			return 1
		}
		return 0
	}
	place := func(x Act) int {
		if x.Here() {
			return 0
		}
		return p.place(x.Step)
	}
	return cmp.Or(
		strings.Compare(a.Date, b.Date), cmp.Compare(here(a), here(b)), cmp.Compare(place(a), place(b)), cmp.Compare(a.ID, b.ID),
	)
}

// place is where a step stands among those of a day.
func (p *Procedure) place(id string) int {
	if i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id }); i >= 0 {
		return i
	}
	return len(p.Steps)
}

// take does an act to the state. step is nil where the procedure has none such.
func (s *State) take(a *Act, step *Step) {
	switch {
	case a.Step == Objected:
		s.Open = append(s.Open, a.ID)
	case a.Step == Resolved:
		id, _ := strconv.ParseInt(a.About, 10, 64)
		s.Open = slices.DeleteFunc(s.Open, func(open int64) bool { return open == id })
	case a.Step == Returned:
		s.come(a, cmp.Or(a.About, Start), true)
	case step == nil:
	case step.Money == Contract:
		s.Contracted = a.Wan // a later contract takes the place of an earlier one
	case step.Money == Payment:
		s.Paid += a.Wan
	case step.Check && a.Result != Passed:
		s.come(a, step.Fails, true)
	case step.Once && s.Stage != Start: // a plan that is changed takes nothing back
	case !step.Aside:
		s.come(a, step.ID, false)
		s.Until = a.Until
	}
}

func (s *State) come(a *Act, stage string, back bool) {
	if stage != s.Stage || back {
		s.Since = a.Date
	}
	s.Stage, s.Back, s.Last, s.Until, s.Open = stage, back, a, "", nil
}

// Status is the subject's status of exit by its steps: that of the stage, or of the stages before it where it says none.
func (s *State) Status() string {
	for i := s.of.rank(s.Stage) - 1; i >= 0; i-- {
		if status := s.of.Steps[i].Status; status != "" {
			return status
		}
	}
	return ""
}

// Took tells whether an account has taken one of the steps.
func (s *State) Took(actor string, steps []string) (step string, ok bool) {
	for i := range s.Acts {
		if a := &s.Acts[i]; a.Signed() && a.Actor == actor && slices.Contains(steps, a.Step) {
			return a.Step, true
		}
	}
	return "", false
}

// Latest is the last act of a step; nil where it was not taken.
func (s *State) Latest(step string) *Act {
	for i := len(s.Acts) - 1; i >= 0; i-- {
		if s.Acts[i].Step == step {
			return &s.Acts[i]
		}
	}
	return nil
}
