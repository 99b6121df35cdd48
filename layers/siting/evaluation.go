package siting

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// Score is what a plot's values come to by criteria.
type Score struct {
	// Total is the weighted mean of the scores that are known, from 0 to 100; NaN where
	// none is. Low and High are what it may be once the unknown is known.
	Total, Low, High float64
	Scores           []float64 // by criterion; NaN where unknown
	Failed           []int     // criteria whose hard constraint is broken
	Unchecked        []int     // criteria with a hard constraint whose value is unknown
}

// Score scores the values of a plot.
func (c *Criteria) Score(values []float64) Score {
	s := Score{Scores: make([]float64, len(values))}
	sum, weight, all := 0.0, 0.0, 0.0
	for n, v := range values {
		of := &c.List[n]
		all += of.Weight
		if math.IsNaN(v) {
			s.Scores[n] = unknown
			if of.Max != nil || of.Min != nil {
				s.Unchecked = append(s.Unchecked, n)
			}
			continue
		}
		s.Scores[n] = of.Curve.Score(v)
		sum, weight = sum+of.Weight*s.Scores[n], weight+of.Weight
		if of.Fails(v) {
			s.Failed = append(s.Failed, n)
		}
	}
	s.Total, s.Low, s.High = sum/weight, sum/all, (sum+100*(all-weight))/all
	return s
}

// Evaluation is all there is to say of one plot.
type Evaluation struct {
	Plot     Plot
	Criteria *Criteria
	Year     int
	Values   []float64 // by criterion; NaN where unknown, +Inf where nothing is within reach
	Score
	Evidence []Evidence
	Notes    []layers.Words // by criterion, what was found
	Changes  []Improvement  // what would change the answer, the most first
}

// Improvement is what a plot lacks to a better score, or to passing at all.
type Improvement struct {
	Criterion int
	Value     float64
	Threshold float64 // to be reached
	Gain      float64 // points of the total; 0 where only the constraint is at stake
	Hard      bool    // a hard constraint is broken
	Text      layers.Words
}

// Evaluate measures and scores one plot by criteria that differ from the survey's in
// weights, curves and constraints at most. It takes a few milliseconds.
func (s *Survey) Evaluate(ctx context.Context, p Plot, c *Criteria) (*Evaluation, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	values, ways := s.measure(&p, nil)
	e := &Evaluation{
		Plot:     p,
		Criteria: c,
		Year:     s.Network.Year,
		Values:   values,
		Score:    c.Score(values),
		Evidence: make([]Evidence, len(values)),
		Notes:    make([]layers.Words, len(values)),
	}
	for n, probe := range s.probes {
		probe.evidence(&p, ways, &e.Evidence[n])
		e.Notes[n] = s.note(n, &p, values[n], &e.Evidence[n])
	}
	e.Changes = c.improvements(values, e.Score)
	return e, nil
}

func (c *Criteria) improvements(values []float64, s Score) []Improvement {
	weight := 0.0
	for n, v := range values {
		if v == v {
			weight += c.List[n].Weight
		}
	}
	var out []Improvement
	for n, v := range values {
		of := &c.List[n]
		i := Improvement{Criterion: n, Value: v}
		if i.Hard = v == v && of.Fails(v); i.Hard {
			if of.Max != nil && v > *of.Max {
				i.Threshold = *of.Max
			} else {
				i.Threshold = *of.Min
			}
		} else if threshold, ok := of.Curve.Better(v); v == v && ok && of.Weight > 0 {
			i.Threshold = threshold
		} else {
			continue
		}
		if weight > 0 {
			i.Gain = max(0, of.Weight*(of.Curve.Score(i.Threshold)-s.Scores[n])/weight)
		}
		i.Text = of.improvement(i)
		out = append(out, i)
	}
	slices.SortStableFunc(out, func(a, b Improvement) int {
		if a.Hard != b.Hard {
			if a.Hard {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Gain, a.Gain)
	})
	return out
}
