package siting

import (
	"cmp"
	"math"
	"slices"
)

// Ranking is measured plots, scored and in order.
type Ranking struct {
	Criteria *Criteria
	Values   Measured
	Scores   []Score // by plot
	// Order lists the plots that break no constraint, the best first; of equal ones the
	// one given first.
	Order []int
	// Excluded says what each constraint costs, for those that cost anything.
	Excluded []Exclusion
	// Front tells which plots of Order, by plot, no other of them beats: none is as good
	// by every criterion that has weight and better by one.
	Front []bool
}

// Exclusion is how many plots break a constraint.
type Exclusion struct {
	Criterion int
	Plots     int
	Alone     int // that break no other
	Unchecked int // whose value is unknown, and which were let through
}

// Rank scores plots and puts them in order.
func (c *Criteria) Rank(m Measured) *Ranking {
	r := &Ranking{Criteria: c, Values: m, Scores: make([]Score, len(m)), Front: make([]bool, len(m))}
	costs := make([]Exclusion, len(c.List))
	for i, values := range m {
		s := c.Score(values)
		r.Scores[i] = s
		for _, n := range s.Failed {
			if costs[n].Plots++; len(s.Failed) == 1 {
				costs[n].Alone++
			}
		}
		for _, n := range s.Unchecked {
			costs[n].Unchecked++
		}
		if len(s.Failed) == 0 && !math.IsNaN(s.Total) {
			r.Order = append(r.Order, i)
		}
	}
	for n, cost := range costs {
		if cost.Criterion = n; cost.Plots+cost.Unchecked > 0 {
			r.Excluded = append(r.Excluded, cost)
		}
	}
	slices.SortStableFunc(r.Order, func(a, b int) int { return cmp.Compare(r.Scores[b].Total, r.Scores[a].Total) })
	r.findFront()
	return r
}

// findFront takes plots by the sum of their scores: one that another beats has less than
// that one, so that only those found before need to be looked at (Chomicki et al. 2003).
func (r *Ranking) findFront() {
	var of []int
	for n := range r.Criteria.List {
		if r.Criteria.List[n].Weight > 0 {
			of = append(of, n)
		}
	}
	sum := func(i int) (sum float64) {
		for _, n := range of {
			if s := r.Scores[i].Scores[n]; s == s {
				sum += s
			}
		}
		return sum
	}
	sums := make([]float64, len(r.Scores))
	for _, i := range r.Order {
		sums[i] = sum(i)
	}
	order := slices.Clone(r.Order)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sums[b], sums[a]) })
	var front []int
	for _, i := range order {
		if !slices.ContainsFunc(front, func(f int) bool { return r.beats(f, i, of) }) {
			r.Front[i] = true
			front = append(front, i)
		}
	}
}

// beats tells whether plot a is as good as b by every criterion and better by one. What
// is unknown of either is not compared, so the plot is not beaten.
func (r *Ranking) beats(a, b int, of []int) bool {
	better := false
	for _, n := range of {
		x, y := r.Scores[a].Scores[n], r.Scores[b].Scores[n]
		if x != x && y != y {
			continue
		}
		if !(x >= y) {
			return false
		}
		better = better || x > y
	}
	return better
}
