package siting

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Judgements compare criteria, or whole groups of them, in pairs: Matrix[i][j] is how
// much more Of[i] matters than Of[j], from 1/9 to 9 (Saaty 1980).
type Judgements struct {
	Of     []string    `json:"of"`
	Matrix [][]float64 `json:"matrix"`
}

// Hierarchy is what judgements come to.
type Hierarchy struct {
	Weights []float64 `json:"weights"` // of Of, adding up to 1: the principal eigenvector
	Lambda  float64   `json:"lambda"`  // the principal eigenvalue
	Index   float64   `json:"index"`   // of consistency: (λ − n)/(n − 1)
	Ratio   float64   `json:"ratio"`   // of it to that of random judgements
	// Consistent is whether the ratio is at most 0.1, as Saaty asks.
	Consistent bool `json:"consistent"`
	// Worst is the judgement that disagrees most with all others together; nil where
	// they agree.
	Worst *Disagreement `json:"worst,omitempty"`
}

// Disagreement is a judgement, and what the others make of it.
type Disagreement struct {
	A         string  `json:"a"`
	B         string  `json:"b"`
	Given     float64 `json:"given"`
	Suggested float64 `json:"suggested"`
}

// MostConsistent is the greatest ratio at which judgements count as consistent.
const MostConsistent = 0.1

// randomIndex is the mean index of consistency of random judgements of 1 to 15 things
// (Saaty 1980, table 3-2).
var randomIndex = [...]float64{0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59}

func (j Judgements) check() error {
	n := len(j.Of)
	if n < 2 || n > len(randomIndex) {
		return fmt.Errorf("of: compares %d things; from 2 to %d are allowed", n, len(randomIndex))
	}
	if len(j.Matrix) != n {
		return fmt.Errorf("matrix: has %d rows for %d things", len(j.Matrix), n)
	}
	for i, row := range j.Matrix {
		if slices.Index(j.Of, j.Of[i]) != i {
			return fmt.Errorf("of: %q is there twice", j.Of[i])
		}
		if len(row) != n {
			return fmt.Errorf("matrix[%d]: has %d numbers for %d things", i, len(row), n)
		}
		for k, v := range row {
			// Reciprocals are often written with two digits.
			if !(v > 0.1 && v < 9.5) || abs(v*at(j.Matrix, k, i)-1) > 0.06 {
				return fmt.Errorf("matrix[%d][%d]: %v must be from 1/9 to 9 and the reciprocal of matrix[%d][%d]", i, k, v, k, i)
			}
		}
	}
	return nil
}

func at(m [][]float64, i, k int) float64 {
	if k < len(m[i]) {
		return m[i][k]
	}
	return 0
}

// Solve is the weights of the things compared.
func (j Judgements) Solve() (*Hierarchy, error) {
	if err := j.check(); err != nil {
		return nil, err
	}
	n := len(j.Of)
	// Reciprocals are taken from the greater of two, which people write exactly.
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		for k := range a[i] {
			if a[i][k] = j.Matrix[i][k]; a[i][k] < 1 {
				a[i][k] = 1 / j.Matrix[k][i]
			}
		}
	}
	h := &Hierarchy{}
	h.Weights, h.Lambda = principal(a)
	h.Index = max(0, (h.Lambda-float64(n))/float64(n-1))
	if r := randomIndex[n-1]; r > 0 {
		h.Ratio = h.Index / r
	}
	h.Consistent = h.Ratio <= MostConsistent
	h.Worst = j.worst(a, h.Weights)
	return h, nil
}

// principal is the principal eigenvector, adding up to 1, and its eigenvalue, by the
// power method: a positive matrix has just one (Perron), and all converges to it.
func principal(a [][]float64) (weights []float64, lambda float64) {
	n := len(a)
	weights = make([]float64, n)
	for i := range weights {
		weights[i] = 1 / float64(n)
	}
	for range 10_000 {
		next, sum, moved := make([]float64, n), 0.0, 0.0
		for i := range a {
			for k := range a[i] {
				next[i] += a[i][k] * weights[k]
			}
			sum += next[i]
		}
		for i := range next {
			next[i] /= sum
			moved = max(moved, abs(next[i]-weights[i]))
		}
		weights, lambda = next, sum
		if moved < 1e-15 {
			break
		}
	}
	return weights, lambda
}

// worst finds the judgement that is the farthest, as a factor, from the ratio of the
// weights.
func (j Judgements) worst(a [][]float64, weights []float64) *Disagreement {
	var worst *Disagreement
	most := 1e-6
	for i := range a {
		for k := i + 1; k < len(a); k++ {
			ratio := weights[i] / weights[k]
			if d := abs(math.Log(a[i][k] / ratio)); d > most {
				most, worst = d, &Disagreement{j.Of[i], j.Of[k], a[i][k], ratio}
			}
		}
	}
	return worst
}

// Weigh is the criteria with weights by judgements. The weight of a group goes to its
// criteria in proportion to those they have; what is not compared weighs nothing.
func (c *Criteria) Weigh(j Judgements) (*Criteria, *Hierarchy, error) {
	h, err := j.Solve()
	if err != nil {
		return nil, nil, err
	}
	weights := make(map[string]float64, len(c.List))
	for i := range c.List {
		weights[c.List[i].ID] = 0
	}
	for i, of := range j.Of {
		if c.Index(of) >= 0 {
			weights[of] += 100 * h.Weights[i]
			continue
		}
		sum := 0.0
		for n := range c.List {
			if c.List[n].Group == of {
				sum += c.List[n].Weight
			}
		}
		if sum == 0 {
			return nil, nil, fmt.Errorf(
				"of: %q is neither a criterion nor a group whose criteria have weights; there are %s", of,
				strings.Join(append(c.IDs(), c.groupIDs()...), ", "),
			)
		}
		for n := range c.List {
			if c.List[n].Group == of {
				weights[c.List[n].ID] += 100 * h.Weights[i] * c.List[n].Weight / sum
			}
		}
	}
	next, err := c.With(Change{Weights: weights})
	return next, h, err
}

func (c *Criteria) groupIDs() (ids []string) {
	for _, g := range c.Groups {
		ids = append(ids, g.ID)
	}
	return ids
}
