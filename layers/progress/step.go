package progress

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Step is one record of a village's exit.
type Step struct {
	procedure.Act
	ExitYear int // of a plan; 0 where it names none
}

// Stage is how far a village's exit has come by its steps: the last step, or Returned.
type Stage string

// The stages that more is asked of than their names. A village that was sent back, or did not pass a check, may be claimed
// again.
const (
	NoStage   Stage = ""
	Returned  Stage = procedure.Returned
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

	status   string // that the village's field has to have
	recorded bool   // whether steps are kept at all, of any village
}

// ExitID is the procedure by which villages exit.
const ExitID = "village_exit"

// exitOf is the procedure of villages' exit: the one given or, where that is nil, the one that Cuntu ships with.
func exitOf(p *procedure.Procedure) *procedure.Procedure {
	if p == nil {
		p, _ = procedure.Default().Procedure(ExitID)
	}
	return p
}

// HistoryOf is the record of one village's exit by a procedure, nil for the one that Cuntu ships with; without steps where it
// has none.
func HistoryOf(snap *snapshot.Snapshot, p *procedure.Procedure, village string) *History {
	h := &History{}
	if t, ok := snap.Table("exit_step"); ok {
		for code, s := range stepsOf(t) {
			if code == village {
				h.Steps = append(h.Steps, s)
			}
		}
		h.recorded = t.Len() > 0
	}
	h.replay(exitOf(p), snap.Catalog)
	return h
}

// stepsOf yields the rows of layer exit_step with the codes of their villages.
func stepsOf(t *snapshot.Table) iter.Seq2[string, Step] {
	return func(yield func(string, Step) bool) {
		for row := range t.Rows {
			get := func(field string) layers.Value { return t.Get(row, field) }
			s := Step{Act: procedure.ActOf(t.ID(row), get), ExitYear: int(get("exit_year").Int())}
			if !yield(get("village").Text(), s) {
				return
			}
		}
	}
}

// readSteps are the histories of all villages that have any step.
func readSteps(snap *snapshot.Snapshot, p *procedure.Procedure) map[string]*History {
	p = exitOf(p)
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
		h.replay(p, snap.Catalog)
	}
	return all
}

// replay puts the steps in order and finds what they come to.
func (h *History) replay(p *procedure.Procedure, catalog *layers.Catalog) {
	acts := make([]procedure.Act, len(h.Steps))
	years := map[int64]int{}
	for i := range h.Steps {
		acts[i] = h.Steps[i].Act
		years[acts[i].ID] = h.Steps[i].ExitYear
	}
	state := p.Replay(acts)
	for i := range state.Acts {
		a := state.Acts[i]
		h.Steps[i] = Step{Act: a, ExitYear: years[a.ID]}
		if a.Step == "planned" {
			h.Plan = years[a.ID]
		}
	}
	if state.Last == nil {
		return
	}
	h.Stage, h.Since, h.status = Stage(state.Stage), state.Since, state.Status()
	if state.Back {
		h.Stage = Returned
	}
	if h.status == layers.StruckOff {
		h.OutYear, _ = strconv.Atoi(h.Since[:min(4, len(h.Since))])
	}
	for _, w := range state.Wrong {
		h.Wrong = append(h.Wrong, Contradiction{What: Skipped, Date: w.Act.Date, text: w.Sentence(p.Titles(catalog))})
	}
}

// What is what does not agree.
type What string

// What may not agree.
const (
	Skipped          What = "skipped_step"       // a step without one that must come before it
	StatusDiffers    What = "status_differs"     // the field exit_status and the steps
	YearDiffers      What = "year_differs"       // the field exit_year and the year last planned
	NotRecorded      What = "not_recorded"       // struck off by its field, without any step
	PlanDiffers      What = "plan_differs"       // an area's target of a year and its villages' planned years
	NoPovertyVillage What = "no_poverty_village" // steps of a village that is none
	NoSuchVillage    What = "no_such_village"    // steps of a code that no village has
)

// Contradiction is what the record of a village disagrees on.
type Contradiction struct {
	What  What
	Date  string // of the step, where it is one
	Field string // what the village's field says
	Steps string // what the steps say

	text layers.Words // of Skipped
}

// notOut is the status of a village whose steps say none.
const notOut = "未退出"

// Contradictions holds a village's fields against its steps.
func (h *History) Contradictions(poverty bool, status string, exitYear int) []Contradiction {
	if len(h.Steps) == 0 {
		if poverty && h.recorded && status == layers.StruckOff {
			return []Contradiction{{What: NotRecorded, Field: status}}
		}
		return nil
	}
	list := slices.Clone(h.Wrong)
	if !poverty {
		return append(list, Contradiction{What: NoPovertyVillage})
	}
	if says := cmp.Or(h.status, notOut); status != "" && status != says {
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
	case Skipped:
		return c.text
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
