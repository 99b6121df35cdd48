package progress

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Step is one record of a village's exit.
type Step struct {
	ID       int64
	Step     string // planned, claimed, checked or struck_off
	Date     string // 2017-05-31
	By       string
	Result   string // of a check: passed or failed
	ExitYear int    // of a plan; 0 where it names none
	Note     string
}

// Stage is how far a village's exit has come by its steps.
type Stage string

// The stages, in order. A check that fails puts a village back to Returned, from
// where it may be claimed again.
const (
	NoStage   Stage = ""
	Planned   Stage = "planned"
	Returned  Stage = "returned"
	Claimed   Stage = "claimed"
	Checked   Stage = "checked"
	StruckOff Stage = "struck_off"
)

// History is a village's steps by ascending date, with what they come to.
type History struct {
	Steps   []Step
	Stage   Stage
	Since   string // the day on which it came to Stage
	OutYear int    // of the day on which it was struck off; 0 where it was not
	Plan    int    // the year that was last planned; 0 where none was
	// Wrong are steps that could not follow on those before them.
	Wrong []Contradiction

	recorded bool // whether steps are kept at all, of any village
}

// HistoryOf is the record of one village's exit; without steps where it has none.
func HistoryOf(snap *snapshot.Snapshot, village string) *History {
	h := &History{}
	if t, ok := snap.Table("exit_step"); ok {
		for code, s := range stepsOf(t) {
			if code == village {
				h.Steps = append(h.Steps, s)
			}
		}
		h.recorded = t.Len() > 0
	}
	h.replay()
	return h
}

// stepsOf yields the rows of layer exit_step with the codes of their villages.
func stepsOf(t *snapshot.Table) iter.Seq2[string, Step] {
	return func(yield func(string, Step) bool) {
		for row := range t.Rows {
			get := func(field string) layers.Value { return t.Get(row, field) }
			s := Step{
				t.ID(row), get("step").Text(), get("date").Text(), get("by").Text(),
				get("result").Text(), int(get("exit_year").Int()), get("note").Text(),
			}
			if !yield(get("village").Text(), s) {
				return
			}
		}
	}
}

// readSteps are the histories of all villages that have any step.
func readSteps(snap *snapshot.Snapshot) map[string]*History {
	all := map[string]*History{}
	t, ok := snap.Table("exit_step")
	if !ok {
		return all
	}
	for code, s := range stepsOf(t) {
		if all[code] == nil {
			all[code] = &History{recorded: true}
		}
		all[code].Steps = append(all[code].Steps, s)
	}
	for _, h := range all {
		h.replay()
	}
	return all
}

// order is what comes first of the steps of one day.
var order = map[string]int{"planned": 0, "claimed": 1, "checked": 2, "struck_off": 3}

// replay puts the steps in order and finds what they come to. A step that could not
// follow is told and yet counts: it was taken, and who took it must explain it.
func (h *History) replay() {
	slices.SortFunc(h.Steps, func(a, b Step) int {
		return cmp.Or(strings.Compare(a.Date, b.Date), cmp.Compare(order[a.Step], order[b.Step]), cmp.Compare(a.ID, b.ID))
	})
	for _, s := range h.Steps {
		was := h.Stage
		wrong := func(what What) { h.Wrong = append(h.Wrong, Contradiction{What: what, Date: s.Date}) }
		switch s.Step {
		case "planned":
			if h.Stage == NoStage {
				h.Stage = Planned
			}
			h.Plan = s.ExitYear
		case "claimed":
			if h.Stage == NoStage {
				wrong(ClaimedUnplanned)
			}
			h.Stage = Claimed
		case "checked":
			if h.Stage != Claimed {
				wrong(CheckedUnclaimed)
			}
			if h.Stage = Checked; s.Result != "passed" {
				h.Stage = Returned
			}
		case "struck_off":
			if h.Stage != Checked {
				wrong(StruckOffUnchecked)
			}
			h.Stage = StruckOff
			h.OutYear, _ = strconv.Atoi(s.Date[:min(4, len(s.Date))])
		}
		if h.Stage != was {
			h.Since = s.Date
		}
		if h.Stage != StruckOff {
			h.OutYear = 0
		}
	}
}

// status is the value of a village's field exit_status that its steps come to.
func (s Stage) status() string {
	switch s {
	case StruckOff:
		return "已销号"
	case Claimed, Checked:
		return "待核查"
	}
	return "未退出"
}

// What is what does not agree.
type What string

// What may not agree.
const (
	ClaimedUnplanned   What = "claimed_unplanned"    // claimed before it was planned
	CheckedUnclaimed   What = "checked_unclaimed"    // checked without a claim
	StruckOffUnchecked What = "struck_off_unchecked" // struck off without a check that was passed
	StatusDiffers      What = "status_differs"       // the field exit_status and the steps
	YearDiffers        What = "year_differs"         // the field exit_year and the year last planned
	NotRecorded        What = "not_recorded"         // struck off by its field, without any step
	PlanDiffers        What = "plan_differs"         // an area's target of a year and its villages' planned years
	NoPovertyVillage   What = "no_poverty_village"   // steps of a village that is none
	NoSuchVillage      What = "no_such_village"      // steps of a code that no village has
)

// Contradiction is what the record of a village disagrees on.
type Contradiction struct {
	What  What
	Date  string // of the step, where it is one
	Field string // what the village's field says
	Steps string // what the steps say
}

// Contradictions holds a village's fields against its steps.
func (h *History) Contradictions(poverty bool, status string, exitYear int) []Contradiction {
	if len(h.Steps) == 0 {
		if poverty && h.recorded && status == StruckOff.status() {
			return []Contradiction{{What: NotRecorded, Field: status}}
		}
		return nil
	}
	list := slices.Clone(h.Wrong)
	if !poverty {
		return append(list, Contradiction{What: NoPovertyVillage})
	}
	if says := h.Stage.status(); status != "" && status != says {
		list = append(list, Contradiction{What: StatusDiffers, Field: status, Steps: says})
	}
	if exitYear != 0 && h.Plan != 0 && exitYear != h.Plan {
		list = append(list, Contradiction{What: YearDiffers, Field: strconv.Itoa(exitYear), Steps: strconv.Itoa(h.Plan)})
	}
	return list
}

// Sentence is the contradiction for a person.
func (c Contradiction) Sentence() layers.Words {
	w := func(zh, en string) layers.Words { return layers.Words{Zh: zh, En: en} }
	switch c.What {
	case ClaimedUnplanned:
		return w(c.Date+" 申请退出，但此前未列入计划", "claimed on "+c.Date+" without being planned before")
	case CheckedUnclaimed:
		return w(c.Date+" 核查，但此前没有申请", "checked on "+c.Date+" without a claim before")
	case StruckOffUnchecked:
		return w(c.Date+" 销号，但此前没有通过核查", "struck off on "+c.Date+" without having passed a check")
	case StatusDiffers:
		return w("台账为“"+c.Field+"”，退出程序为“"+c.Steps+"”", "the ledger says "+c.Field+", the steps come to "+c.Steps)
	case YearDiffers:
		return w("台账计划 "+c.Field+" 年退出，退出程序为 "+c.Steps+" 年", "the ledger plans the exit for "+c.Field+", the steps for "+c.Steps)
	case NotRecorded:
		return w("台账为“"+c.Field+"”，但没有任何退出程序记录", "the ledger says "+c.Field+", but no step is on record")
	case PlanDiffers:
		return w(c.Date+" 年计划退出 "+c.Steps+" 个村，各村台账合计 "+c.Field+" 个", c.Date+": the plan has "+c.Steps+" villages, their ledgers sum to "+c.Field)
	case NoPovertyVillage:
		return w("有退出程序记录，但不是贫困村", "has steps of exit but is no poverty village")
	}
	return w("有退出程序记录，但没有这个代码的村", "has steps of exit, but no village has this code")
}
