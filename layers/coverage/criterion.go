package coverage

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// Criterion is one thing that a service asks for, held against what was measured:
// the evidence of a state.
type Criterion struct {
	Code  string
	State service.State
	// Value is what was measured, in the code's unit; null where nothing is on record.
	Value layers.Value
	// UpTo is, of a share, what it would be if all that is unknown were good; else 0.
	UpTo float64
	// Limit is what reached asks for, and Basic what basically asks for, which is
	// Limit where the rule makes no difference.
	Limit, Basic float64
	Source       string // of the rule
	Year         int    // that the value stands for; 0 where unknown
	Field        string // of the record, where the value is one
	// Aside is set on what is told but decides nothing.
	Aside bool
	// planned is set where the year of the works decides, and word is how the criterion is put.
	planned bool
	word    word
}

// worst is the grade of a list: that of its worst criterion. A failure outweighs
// what is unknown, since no answer could mend it; what is unknown outweighs any pass.
func worst(list []Criterion) service.State {
	state, any := service.Reached, false
	for _, c := range list {
		if c.Aside {
			continue
		}
		any = true
		switch {
		case c.State == service.Not:
			return service.Not
		case c.State == service.Unknown:
			state = service.Unknown
		case c.State == service.Basically && state == service.Reached:
			state = service.Basically
		}
	}
	if !any {
		return service.Unknown
	}
	return state
}

// share is a weighted mean in per cent of which a part may be unknown.
type share struct{ known, sum, all float64 }

func (s *share) add(weight, percent float64) {
	s.known += weight
	s.all += weight
	s.sum += weight * percent
}

func (s *share) addUnknown(weight float64) { s.all += weight }

// addRange adds what is known to lie between a value and 100.
func (s *share) addRange(weight, atLeast float64) {
	s.sum += weight * atLeast
	s.all += weight
	s.known += weight * atLeast / 100
}

func (s *share) addState(weight float64, state service.State) {
	switch {
	case state == service.Inapplicable:
	case state == service.Unknown:
		s.addUnknown(weight)
	case state.Passes():
		s.add(weight, 100)
	default:
		s.add(weight, 0)
	}
}

// low and high are the share with all that is unknown bad, and good.
func (s *share) low() float64  { return s.sum / s.all }
func (s *share) high() float64 { return (s.sum + 100*(s.all-s.known)) / s.all }

// judge is the criterion that the share is as the target asks. It is unknown where the unknown part could tip it.
func (s *share) judge(t *service.Target, limit service.Limit, year int) Criterion {
	c := Criterion{Code: t.Code, Limit: limit.Value, Basic: limit.Value, Source: limit.Source, Year: year, word: targetWord(t)}
	if s.all == 0 {
		return c
	}
	// Sums of floats: a hundred villages at 100 % may come to a hair less.
	const hair = 1e-9
	ok := func(v float64) bool {
		return v >= limit.Value-hair && (t.Rule != service.Above || v > limit.Value+hair)
	}
	c.Value, c.UpTo = layers.Float(s.low()), s.high()
	switch {
	case ok(s.low()):
		c.State = service.Reached
	case !ok(s.high()):
		c.State = service.Not
	}
	return c
}
