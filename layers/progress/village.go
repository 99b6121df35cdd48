package progress

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// VillageState is how a poverty village stands with its exit at the end of a year.
type VillageState uint8

// The states. A village is out from the year in which it was struck off: its field
// says whether, and its steps say when; without steps it was in the year planned.
const (
	Unplanned VillageState = iota // not out, and no year is set
	Overdue                       // not out, though its year is over
	Due                           // not out, and its year has come but is not over or not yet on record
	Later                         // not out, and its year is yet to come
	Out
	villageStates
)

// VillageStateNames are the states' names by their numbers.
var VillageStateNames = [villageStates]string{"unplanned", "late", "due", "later", "out"}

func (s VillageState) String() string { return VillageStateNames[s] }

// MarshalText writes the state's name.
func (s VillageState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseVillageState is the state with the name.
func ParseVillageState(name string) (VillageState, error) {
	if i := slices.Index(VillageStateNames[:], name); i >= 0 {
		return VillageState(i), nil
	}
	return 0, fmt.Errorf("%q is not one of %s", name, strings.Join(VillageStateNames[:], ", "))
}

// Village is a poverty village.
type Village struct {
	Index    int // of the coverage result's villages
	Code     string
	State    VillageState
	Status   string // the field exit_status
	ExitYear int    // planned; 0 where none is
	OutYear  int    // in which it was struck off; 0 where it was not
	History  *History
}

// villages lists the poverty villages, by ascending code, and what of the villages'
// records does not agree.
func (p *report) villages() {
	t := p.cover.Villages.Table
	if t == nil {
		return
	}
	field := t.Layer.Field
	code, poverty, year, status := field("code"), field("poverty"), field("exit_year"), field("exit_status")
	known := map[string]bool{}
	for i, row := range p.cover.Villages.Rows {
		v := Village{Index: i, Code: t.Value(row, code).Text(), Status: t.Value(row, status).Text(), ExitYear: int(t.Value(row, year).Int())}
		if v.History = p.steps[v.Code]; v.History == nil {
			v.History = &History{recorded: len(p.steps) > 0}
		}
		known[v.Code] = true
		if p.asked != nil && !p.asked(row) {
			continue
		}
		is := t.Value(row, poverty).Bool()
		for _, c := range v.History.Contradictions(is, v.Status, v.ExitYear) {
			p.Contradictions = append(p.Contradictions, AreaContradiction{v.Code, c})
		}
		if !is {
			continue
		}
		if v.Status == layers.StruckOff {
			if v.OutYear = v.ExitYear; v.History.OutYear != 0 {
				v.OutYear = v.History.OutYear
			}
			if v.OutYear == 0 { // out, and nobody knows since when
				v.OutYear = 1
			}
		}
		v.State = p.stateOf(&v, p.Year)
		p.Villages = append(p.Villages, v)
	}
	for c := range p.steps {
		if !known[c] && p.ask.In.None() {
			p.Contradictions = append(p.Contradictions, AreaContradiction{c, Contradiction{What: NoSuchVillage}})
		}
	}
	slices.SortFunc(p.Villages, func(a, b Village) int { return strings.Compare(a.Code, b.Code) })
	slices.SortStableFunc(p.Contradictions, func(a, b AreaContradiction) int { return strings.Compare(a.Code, b.Code) })
}

func (p *report) stateOf(v *Village, year int) VillageState {
	switch {
	case v.OutYear != 0 && v.OutYear <= year:
		return Out
	case v.ExitYear == 0:
		return Unplanned
	case v.ExitYear <= min(year, p.Closed):
		return Overdue
	case v.ExitYear <= year:
		return Due
	}
	return Later
}

// Why is what the village still lacks of the rules of exit, as of the report's year:
// the criteria that it fails. It is nil for a village that is out.
func (r *Report) Why(v *Village) []coverage.Criterion {
	if v.State == Out {
		return nil
	}
	return slices.DeleteFunc(r.cover.Why(service.Exit, v.Index), func(c coverage.Criterion) bool {
		return c.Aside || c.State != service.Not
	})
}
