package procedure

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
)

// The steps that every procedure has. A subject is sent back from any stage to an earlier one, with the reason; while a
// notice hangs, people object, and each objection must be settled.
const (
	Returned = "returned"
	Objected = "objected"
	Resolved = "resolved"
)

// Start is the stage before any step.
const Start = "start"

// The results of a step that is a check.
const (
	Passed = "passed"
	Failed = "failed"
)

// Procedure is a declared order of steps.
type Procedure struct {
	ID     string       `yaml:"id" json:"id"`
	Title  layers.Words `yaml:"title" json:"title"`
	Layer  string       `yaml:"layer" json:"layer"`   // of what goes through it
	Key    string       `yaml:"key" json:"key"`       // the layer's field that names it: a code or a number
	Record string       `yaml:"record" json:"record"` // the layer of its steps
	Of     string       `yaml:"of" json:"of"`         // the record's field that holds Key
	// Only is a condition that is asked of every subject, such as that a village is one of the poor; "" for none.
	Only  string `yaml:"only" json:"only,omitempty"`
	Steps []Step `yaml:"steps" json:"steps" merge:"id"`
}

// Step is one step of a procedure. Its title is that of the record's field step.
type Step struct {
	ID   string       `yaml:"id" json:"id"`
	From []string     `yaml:"from" json:"from"` // the stages after which it may be taken; Start is one
	Verb access.Verb  `yaml:"verb" json:"verb"` // what who takes it must be allowed to do
	Unit []area.Level `yaml:"unit" json:"unit"` // of the levels of units, whose people may take it; any where there are none
	// Apart are the steps that nobody may have taken, of this subject, who takes this one.
	Apart []string `yaml:"apart" json:"apart,omitempty"`
	// Conditions are asked of the subject by name, such as that it meets the rules of exit.
	Conditions []string `yaml:"conditions" json:"conditions,omitempty"`
	// Fields of the subject must be filled in.
	Fields []string `yaml:"fields" json:"fields,omitempty"`
	// NoticeDays is how many days a notice hangs that the step opens: the next step is for the day after the last. Objections
	// that are not settled hold it up too.
	NoticeDays int `yaml:"notice_days" json:"notice_days,omitempty"`
	// DueDays is within how many days of the step before this one is expected; 0 for no term.
	DueDays int `yaml:"due_days" json:"due_days,omitempty"`
	// Check has a result, and one that is failed sends the subject back to Fails.
	Check bool   `yaml:"check" json:"check,omitempty"`
	Fails string `yaml:"fails" json:"fails,omitempty"`
	// Money is asked for: "contract" or "payment"; "" for none.
	Money string `yaml:"money" json:"money,omitempty"`
	// Aside leaves the stage as it is.
	Aside bool `yaml:"aside" json:"aside,omitempty"`
	// Once leaves a stage that is beyond the start as it is: a village may be planned for another year.
	Once bool `yaml:"once" json:"once,omitempty"`
	// Reason must be given.
	Reason bool `yaml:"reason" json:"reason,omitempty"`
	// After are the steps of which a step from elsewhere must have one before it; what has none is told.
	After []string `yaml:"after" json:"after,omitempty"`
	// Status is what the subject's field of exit is after the step; "" leaves it.
	Status string `yaml:"status" json:"status,omitempty"`
	// Proposes is set where what the step makes true of other layers is proposed as an edit.
	Proposes bool `yaml:"proposes" json:"proposes,omitempty"`
	// Out takes the subject out of the procedure: it is no next step that anybody waits for.
	Out bool `yaml:"out" json:"out,omitempty"`
}

// Step is the step with the id.
func (p *Procedure) Step(id string) (*Step, bool) {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.Steps[i], true
}

// Proposing is the step from which on what the subject brings is proposed, or on record.
func (p *Procedure) Proposing() (*Step, bool) {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Proposes })
	if i < 0 {
		return nil, false
	}
	return &p.Steps[i], true
}

// Brings tells whether a subject at a stage has come to the step that proposes what it brings.
func (p *Procedure) Brings(stage string) bool {
	step, ok := p.Proposing()
	at, known := p.Step(stage)
	return ok && known && !at.Out && p.rank(stage) >= p.rank(step.ID)
}

// rank is how far a stage is: 0 of Start, and then by the steps in their order. -1 is of none.
func (p *Procedure) rank(stage string) int {
	if stage == Start {
		return 0
	}
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == stage && !s.Aside })
	if i < 0 {
		return -1
	}
	return i + 1
}

// Catalog is all procedures.
type Catalog struct {
	Procedures []Procedure `yaml:"procedures" json:"procedures" merge:"id"`
}

// Procedure is the procedure with the id.
func (c *Catalog) Procedure(id string) (*Procedure, bool) {
	i := slices.IndexFunc(c.Procedures, func(p Procedure) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return &c.Procedures[i], true
}

// Of is the procedure that features of a layer go through.
func (c *Catalog) Of(layer string) (*Procedure, bool) {
	i := slices.IndexFunc(c.Procedures, func(p Procedure) bool { return p.Layer == layer })
	if i < 0 {
		return nil, false
	}
	return &c.Procedures[i], true
}
