package watch

import (
	"slices"
	"strconv"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Lead is what has become worse of a village between two states of the data.
type Lead struct {
	Row  uint32 // in the later table
	Rule *LeadRule
	Was  layers.Value
	Is   layers.Value
}

// Fallen is what has become worse from one table of villages, with their derived fields, to a later one. What is not known of
// either state is no lead, and neither is a field that one of the tables has not got.
func (r *Rules) Fallen(before, after *snapshot.Table) (all []Lead) {
	for row := range after.Rows {
		was, ok := before.FindCode(after.Get(row, "code").Text())
		if !ok {
			continue
		}
		for i := range r.Leads {
			rule := &r.Leads[i]
			l := Lead{row, rule, before.Get(was, rule.Field), after.Get(row, rule.Field)}
			if rule.worse(l.Was, l.Is) {
				all = append(all, l)
			}
		}
	}
	return all
}

func (rule *LeadRule) worse(was, is layers.Value) bool {
	if was.IsNull() || is.IsNull() {
		return false
	}
	if rule.Rises {
		return is.Float() > was.Float()
	}
	before, after := slices.Index(rule.Falls, was.String()), slices.Index(rule.Falls, is.String())
	return before >= 0 && after > before
}

// GapsOf is what a village lacks, of a table with its derived fields. What is not known is no gap.
func (r *Rules) GapsOf(t *snapshot.Table, row uint32) (gaps []*GapRule) {
	for i := range r.Gaps {
		g := &r.Gaps[i]
		v := t.Get(row, g.Field)
		if v.IsNull() {
			continue
		}
		if g.Above != nil && v.Float() > *g.Above || slices.ContainsFunc(g.Values, v.Is) {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// Month is a year and month, in order.
type Month int

// MonthOf is the month of a day.
func MonthOf(day time.Time) Month { return Month(day.Year()*12 + int(day.Month()) - 1) }

func (m Month) String() string {
	month := strconv.Itoa(int(m)%12 + 1)
	if len(month) == 1 {
		month = "0" + month
	}
	return strconv.Itoa(int(m)/12) + "-" + month
}

// Report is what was reported of a village and month, of one kind and cause: households.
type Report struct {
	Village     string
	Month       Month
	Kind, Cause string
	New         int
	Solved      int
	Overdue     int
}

// Reports yields the reports of a table, with their rows.
func Reports(t *snapshot.Table) func(yield func(uint32, Report) bool) {
	return func(yield func(uint32, Report) bool) {
		for row := range t.Rows {
			get := func(field string) layers.Value { return t.Get(row, field) }
			r := Report{
				get("village").Text(), Month(get("year").Int()*12 + get("month").Int() - 1), get("kind").Text(), get("cause").Text(),
				int(get("new").Int()), int(get("solved").Int()), int(get("overdue").Int()),
			}
			if !yield(row, r) {
				return
			}
		}
	}
}

// LastDay is the last day of which there is a record: of a step, or the end of a month that was reported. It is the zero time
// where there is none.
func LastDay(reports, steps *snapshot.Table) (last time.Time) {
	month := Month(-1)
	for _, r := range Reports(reports) {
		month = max(month, r.Month)
	}
	if month >= 0 {
		last = time.Date(int(month)/12, time.Month(int(month)%12)+2, 0, 0, 0, 0, 0, time.UTC)
	}
	for row := range steps.Rows {
		if day, err := time.Parse(time.DateOnly, steps.Get(row, "date").Text()); err == nil && day.After(last) {
			last = day
		}
	}
	return last
}
