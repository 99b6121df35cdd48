package watch

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/workday"
)

// Step is one record of a lead.
type Step struct {
	ID   int64
	Step string // found, assessed, decided, visited, closed or dismissed
	Date string // 2018-05-31
	By   string
	Note string
}

// Case is a lead that was found in a village, with what was done about it.
type Case struct {
	Village string
	Lead    string
	Steps   []Step // by ascending date
	Stage   string // the last step
	Next    string // "" of one that is closed or dismissed
	Due     string // the day by which the next step is due
	Late    int    // working days since then; 0 while it is in time
	// Skipped are steps that should have come before one that was taken. It counts all the same: who took it must explain.
	Skipped []string
	// Unlisted tells that the deadline lies in a year of which no holidays are known.
	Unlisted bool
}

// Open tells whether something is still to be done.
func (c *Case) Open() bool { return c.Next != "" }

// Cases are all leads on record until the end of a day, by village and then by the day on which they were found. keep tells
// which rows of the record count; nil is all. A lead that is found again while it is open is the same case.
func Cases(t *snapshot.Table, keep func(row uint32) bool, rules *Rules, days *workday.Calendar, on time.Time) []*Case {
	type key struct{ village, lead string }
	last := on.Format(time.DateOnly)
	steps := map[key][]Step{}
	for row := range t.Rows {
		text := func(field string) string { return t.Get(row, field).Text() }
		if date := text("date"); date > last || keep != nil && !keep(row) {
			continue
		}
		k := key{text("village"), text("lead")}
		steps[k] = append(steps[k], Step{t.ID(row), text("step"), text("date"), text("by"), text("note")})
	}
	var all []*Case
	for k, list := range steps {
		rules.sort(list)
		var c *Case
		for _, s := range list {
			if c == nil || !c.Open() {
				c = &Case{Village: k.village, Lead: k.lead}
				all = append(all, c)
			}
			c.take(s, rules)
		}
	}
	for _, c := range all {
		c.reckon(rules, days, on)
	}
	slices.SortFunc(all, func(a, b *Case) int {
		return cmp.Or(
			strings.Compare(a.Village, b.Village), strings.Compare(a.Steps[0].Date, b.Steps[0].Date), strings.Compare(a.Lead, b.Lead),
		)
	})
	return all
}

// sort puts steps in the order in which they were taken.
func (r *Rules) sort(list []Step) {
	slices.SortFunc(list, func(a, b Step) int {
		return cmp.Or(strings.Compare(a.Date, b.Date), cmp.Compare(r.place(a.Step), r.place(b.Step)), cmp.Compare(a.ID, b.ID))
	})
}

// place is the place of a step in the order; one that may come at any time is last.
func (r *Rules) place(step string) int {
	if i := slices.IndexFunc(r.Steps, func(s StepRule) bool { return s.ID == step }); i >= 0 {
		return i
	}
	return len(r.Steps)
}

// take adds the next step.
func (c *Case) take(s Step, r *Rules) {
	c.Steps = append(c.Steps, s)
	was, is := r.place(c.Stage), r.place(s.Step)
	if c.Stage == "" {
		was = -1
	}
	if is <= was {
		return // again what was done before
	}
	if is < len(r.Steps) {
		for _, skipped := range r.Steps[was+1 : is] {
			c.Skipped = append(c.Skipped, skipped.ID)
		}
	}
	c.Stage, c.Next = s.Step, ""
	if is+1 < len(r.Steps) {
		c.Next = r.Steps[is+1].ID
	}
}

// Since is the day on which the case came to its stage.
func (c *Case) Since() string {
	i := slices.IndexFunc(c.Steps, func(s Step) bool { return s.Step == c.Stage })
	return c.Steps[i].Date
}

// reckon finds the deadline.
func (c *Case) reckon(r *Rules, days *workday.Calendar, on time.Time) {
	if !c.Open() {
		return
	}
	since, err := time.Parse(time.DateOnly, c.Since())
	if err != nil {
		return // a record of another program, without a day
	}
	due := days.Add(since, r.Steps[r.place(c.Next)].Days)
	c.Due, c.Late = due.Format(time.DateOnly), max(0, days.Between(due, on))
	c.Unlisted = len(days.Unlisted(since, due)) > 0
}
