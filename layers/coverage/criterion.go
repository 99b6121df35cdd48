package coverage

import "github.com/cuntu/cuntu/layers"

// Criterion is one thing that a service asks for, held against what was measured:
// the evidence of a state.
type Criterion struct {
	Code  string
	State State
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
}

// worst is the grade of a list: that of its worst criterion. A failure outweighs
// what is unknown, since no answer could mend it; what is unknown outweighs any pass.
func worst(list []Criterion) State {
	state, any := Reached, false
	for _, c := range list {
		if c.Aside {
			continue
		}
		any = true
		switch {
		case c.State == Not:
			return Not
		case c.State == Unknown:
			state = Unknown
		case c.State == Basically && state == Reached:
			state = Basically
		}
	}
	if !any {
		return Unknown
	}
	return state
}

// flag judges a yes or no.
func flag(code, field string, v layers.Value) Criterion {
	c := Criterion{Code: code, Field: field, Value: v}
	switch {
	case v.IsNull():
	case v.Bool():
		c.State = Reached
	default:
		c.State = Not
	}
	return c
}

// atLeast judges a number of which more is better.
func atLeast(code, field string, v layers.Value, full, basic Limit) Criterion {
	return graded(code, field, v, full, basic, func(limit float64) bool { return v.Float() >= limit })
}

// atMost judges a number of which less is better.
func atMost(code, field string, v layers.Value, full, basic Limit) Criterion {
	return graded(code, field, v, full, basic, func(limit float64) bool { return v.Float() <= limit })
}

func graded(code, field string, v layers.Value, full, basic Limit, ok func(limit float64) bool) Criterion {
	c := Criterion{Code: code, Field: field, Value: v, Limit: full.Value, Basic: basic.Value, Source: full.Source}
	switch {
	case v.IsNull():
	case ok(full.Value):
		c.State = Reached
	case ok(basic.Value):
		c.State = Basically
	default:
		c.State = Not
	}
	return c
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

func (s *share) addState(weight float64, state State) {
	switch {
	case state == Inapplicable:
	case state == Unknown:
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

// judge is the criterion that the share reaches the limit, or exceeds it. It is
// unknown where the unknown part could tip it.
func (s *share) judge(code string, limit Limit, exceed bool) Criterion {
	c := Criterion{Code: code, Limit: limit.Value, Basic: limit.Value, Source: limit.Source}
	if s.all == 0 {
		return c
	}
	// Sums of floats: a hundred villages at 100 % may come to a hair less.
	const hair = 1e-9
	ok := func(v float64) bool { return v >= limit.Value-hair && (!exceed || v > limit.Value+hair) }
	c.Value, c.UpTo = layers.Float(s.low()), s.high()
	switch {
	case ok(s.low()):
		c.State = Reached
	case !ok(s.high()):
		c.State = Not
	}
	return c
}
