package siting_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/siting"
)

// madeUp is criteria with random curves, weights and constraints, and values for them.
func madeUp(r *rand.Rand, plots int) (*siting.Criteria, siting.Measured) {
	c := &siting.Criteria{}
	n := 2 + r.IntN(4)
	for i := range n {
		of := siting.Criterion{ID: fmt.Sprint("c", i), Weight: float64(r.IntN(5))}
		x := float64(r.IntN(20))
		for range 1 + r.IntN(4) {
			of.Curve = append(of.Curve, [2]float64{x, float64(r.IntN(101))})
			x += 1 + float64(r.IntN(30))
		}
		if r.IntN(3) == 0 {
			limit := 20 + 60*r.Float64()
			of.Max = &limit
		}
		if r.IntN(4) == 0 {
			limit := 10 * r.Float64()
			of.Min = &limit
		}
		c.List = append(c.List, of)
	}
	c.List[0].Weight++
	m := make(siting.Measured, plots)
	for i := range m {
		for j := range n {
			v := math.Round(100*r.Float64()*4) / 4
			if j > 0 && r.IntN(15) == 0 { // a plot of which nothing that weighs is known is not ranked
				v = math.NaN()
			}
			m[i] = append(m[i], v)
		}
	}
	return c, m
}

// moved is the criteria with the number of a range at x.
func moved(c *siting.Criteria, of siting.Range, x float64) *siting.Criteria {
	next := *c
	next.List = slices.Clone(c.List)
	n := &next.List[of.Criterion]
	switch of.What {
	case "weight":
		n.Weight = x
	case "curve":
		n.Curve = slices.Clone(n.Curve)
		n.Curve[of.Point][0] = x
	case "max":
		n.Max = &x
	case "min":
		n.Min = &x
	}
	return &next
}

// leads tells whether the first k are, but for ties, the first k of another ranking too.
func leads(was, is *siting.Ranking, k int) bool {
	worst := math.Inf(1)
	for _, i := range was.Order[:k] {
		if !slices.Contains(is.Order, i) {
			return false
		}
		worst = min(worst, is.Scores[i].Total)
	}
	for _, i := range is.Order {
		if !slices.Contains(was.Order[:k], i) && is.Scores[i].Total > worst+1e-9 {
			return false
		}
	}
	return true
}

func TestWithinItsRangeANumberMovesNothingAndJustBeyondItDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	checked, beyond := map[string]int{}, map[string]int{}
	for round := range 400 {
		c, m := madeUp(r, 2+r.IntN(12))
		was := c.Rank(m)
		if len(was.Order) == 0 {
			continue
		}
		k := 1 + r.IntN(min(3, len(was.Order)))
		for _, of := range was.Stability(k) {
			for top, span := range map[int]siting.Interval{1: of.First, k: of.Top} {
				low, high := room(c, of)
				if span.Low > of.At+1e-9 || span.High < of.At-1e-9 {
					t.Fatalf("round %d: %+v does not hold its own number", round, of)
				}
				for range 6 {
					from, to := max(span.Low, low, of.At-300), min(span.High, high, of.At+300)
					x := from + (to-from)*r.Float64()
					if x <= from || x >= to {
						continue
					}
					checked[of.What]++
					if !leads(was, moved(c, of, x).Rank(m), top) {
						t.Fatalf("round %d: %+v at %v changes the first %d\n%+v\n%v", round, of, x, top, c.List, m)
					}
				}
				for _, x := range []float64{span.Low - 1e-4, span.High + 1e-4} {
					if !(x > low && x < high) {
						continue
					}
					is := moved(c, of, x).Rank(m)
					beyond[of.What]++
					if leadsBy(was, is, top) > 1e-3 {
						t.Fatalf("round %d: %+v at %v, beyond its range, changes nothing about the first %d\n%+v\n%v", round, of, x, top, c.List, m)
					}
				}
			}
		}
	}
	for _, what := range []string{"weight", "curve", "max", "min"} {
		if checked[what] < 100 || beyond[what] < 20 {
			t.Errorf("%s: only %d places within and %d beyond were looked at", what, checked[what], beyond[what])
		}
	}
}

// leadsBy is by how much the first k are ahead of all others; less than zero where they
// are not, or are out. Just beyond an end it is all but zero.
func leadsBy(was, is *siting.Ranking, k int) float64 {
	worst, best := math.Inf(1), math.Inf(-1)
	for _, i := range was.Order[:k] {
		if !slices.Contains(is.Order, i) {
			return -1
		}
		worst = min(worst, is.Scores[i].Total)
	}
	for _, i := range is.Order {
		if !slices.Contains(was.Order[:k], i) {
			best = max(best, is.Scores[i].Total)
		}
	}
	return worst - best
}

// room is where a number may move at all: a point of a curve between its neighbours.
func room(c *siting.Criteria, of siting.Range) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	curve := c.List[of.Criterion].Curve
	switch {
	case of.What == "weight":
		low = 0
	case of.What == "curve" && of.Point > 0:
		low = curve[of.Point-1][0]
	}
	if of.What == "curve" && of.Point+1 < len(curve) {
		high = curve[of.Point+1][0]
	}
	return low, high
}

func TestTheFrontIsWhatNoPlotBeats(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	some := 0
	for range 200 {
		c, m := madeUp(r, 30)
		is := c.Rank(m)
		for _, i := range is.Order {
			beaten := false
			for _, j := range is.Order {
				worse, better := false, false
				for n := range c.List {
					x, y := is.Scores[j].Scores[n], is.Scores[i].Scores[n]
					if c.List[n].Weight > 0 && !(x != x && y != y) {
						worse, better = worse || !(x >= y), better || x > y
					}
				}
				beaten = beaten || better && !worse
			}
			if beaten == is.Front[i] {
				t.Fatalf("plot %d is beaten: %v, on the front: %v", i, beaten, is.Front[i])
			}
			if beaten {
				some++
			}
		}
	}
	if some < 500 {
		t.Errorf("only %d plots are beaten", some)
	}
}

func TestConstraintsAreCounted(t *testing.T) {
	most, least := 10.0, 3.0
	c := &siting.Criteria{List: []siting.Criterion{
		{ID: "a", Curve: siting.Curve{{0, 0}, {100, 100}}, Weight: 1, Max: &most},
		{ID: "b", Curve: siting.Curve{{0, 0}, {100, 100}}, Weight: 3, Min: &least},
	}}
	nan := math.NaN()
	r := c.Rank(siting.Measured{{5, 5}, {10, 3}, {11, 5}, {11, 2}, {5, nan}, {nan, nan}})
	want := []siting.Exclusion{{Criterion: 0, Plots: 2, Alone: 1, Unchecked: 1}, {Criterion: 1, Plots: 1, Unchecked: 2}}
	if !slices.Equal(r.Excluded, want) {
		t.Errorf("%+v", r.Excluded)
	}
	if !slices.Equal(r.Order, []int{0, 4, 1}) { // 5, 5 with the other unknown, (10 + 9)/4
		t.Errorf("order %v", r.Order)
	}
	if s := r.Scores[4]; s.Total != 5 || s.Low != 1.25 || s.High != 76.25 || !slices.Equal(s.Unchecked, []int{1}) {
		t.Errorf("with an unknown: %+v", s)
	}
}

// Published examples, with the weights and ratios that their authors give.
func TestJudgementsComeToThePublishedWeights(t *testing.T) {
	for _, c := range []struct {
		name    string
		matrix  [][]float64
		weights []float64
		lambda  float64
		ratio   float64
	}{
		{
			"Saaty (1980): three by three, of drinks and the like",
			[][]float64{{1, 3, 5}, {1. / 3, 1, 3}, {1. / 5, 1. / 3, 1}},
			[]float64{0.637, 0.258, 0.105},
			3.0385, 0.033,
		},
		{
			"choosing a leader: experience, education, charisma, age",
			[][]float64{{1, 4, 3, 7}, {1. / 4, 1, 1. / 3, 3}, {1. / 3, 3, 1, 5}, {1. / 7, 1. / 3, 1. / 5, 1}},
			[]float64{0.547, 0.127, 0.270, 0.056},
			4.118, 0.044,
		},
		{
			"Saaty (1977): the wealth of seven nations",
			[][]float64{
				{1, 4, 9, 6, 6, 5, 5},
				{1. / 4, 1, 7, 5, 5, 3, 4},
				{1. / 9, 1. / 7, 1, 1. / 5, 1. / 5, 1. / 7, 1. / 5},
				{1. / 6, 1. / 5, 5, 1, 1, 1. / 3, 1. / 3},
				{1. / 6, 1. / 5, 5, 1, 1, 1. / 3, 1. / 3},
				{1. / 5, 1. / 3, 7, 3, 3, 1, 2},
				{1. / 5, 1. / 4, 5, 3, 3, 1. / 2, 1},
			},
			[]float64{0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094},
			7.608, 0.077,
		},
		{
			"without a contradiction",
			[][]float64{{1, 2, 8}, {1. / 2, 1, 4}, {1. / 8, 1. / 4, 1}},
			[]float64{8. / 13, 4. / 13, 1. / 13},
			3, 0,
		},
	} {
		of := make([]string, len(c.matrix))
		for i := range of {
			of[i] = fmt.Sprint(i)
		}
		h, err := siting.Judgements{Of: of, Matrix: c.matrix}.Solve()
		if err != nil {
			t.Fatal(c.name, err)
		}
		for i, w := range c.weights {
			if math.Abs(h.Weights[i]-w) > 0.0012 {
				t.Errorf("%s: weights %.4f, published %v", c.name, h.Weights, c.weights)
			}
		}
		if math.Abs(h.Lambda-c.lambda) > 0.002 || math.Abs(h.Ratio-c.ratio) > 0.001 || !h.Consistent || (h.Worst == nil) != (c.ratio == 0) {
			t.Errorf("%s: λ %.4f, ratio %.4f, worst %v; published %v and %v", c.name, h.Lambda, h.Ratio, h.Worst, c.lambda, c.ratio)
		}
	}
}

func TestTheWorstJudgementIsNamed(t *testing.T) {
	// a is thrice b and b thrice c, so a should be nine times c, not a third.
	j := siting.Judgements{Of: []string{"a", "b", "c"}, Matrix: [][]float64{{1, 3, 1. / 3}, {1. / 3, 1, 3}, {3, 1. / 3, 1}}}
	h, err := j.Solve()
	if err != nil || h.Consistent || h.Worst == nil {
		t.Fatalf("%+v, %v", h, err)
	}
	j.Of, j.Matrix = append(j.Of, "d"), [][]float64{{1, 3, 1. / 5, 5}, {1. / 3, 1, 3, 3}, {5, 1. / 3, 1, 1}, {1. / 5, 1. / 3, 1, 1}}
	if h, err = j.Solve(); err != nil || h.Worst == nil || h.Worst.A != "a" || h.Worst.B != "c" || h.Worst.Suggested < 0.5 {
		t.Errorf("%+v, %v", h.Worst, err)
	}
}

func TestJudgementsThatAreNoneAreExplained(t *testing.T) {
	for _, c := range []struct {
		j    siting.Judgements
		says string
	}{
		{siting.Judgements{Of: []string{"a"}, Matrix: [][]float64{{1}}}, "from 2 to 15"},
		{siting.Judgements{Of: []string{"a", "b"}, Matrix: [][]float64{{1, 2}}}, "1 rows"},
		{siting.Judgements{Of: []string{"a", "b"}, Matrix: [][]float64{{1, 2}, {1}}}, "matrix"},
		{siting.Judgements{Of: []string{"a", "b"}, Matrix: [][]float64{{1, 2}, {2, 1}}}, "reciprocal"},
		{siting.Judgements{Of: []string{"a", "b"}, Matrix: [][]float64{{1, 20}, {1. / 20, 1}}}, "from 1/9 to 9"},
		{siting.Judgements{Of: []string{"a", "b"}, Matrix: [][]float64{{2, 2}, {1. / 2, 1}}}, "matrix[0][0]"},
		{siting.Judgements{Of: []string{"a", "a"}, Matrix: [][]float64{{1, 1}, {1, 1}}}, "twice"},
		{siting.Judgements{Of: []string{"a", "b"}, Matrix: [][]float64{{1, math.NaN()}, {1, 1}}}, "matrix"},
	} {
		if _, err := c.j.Solve(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v; want %q", c.j, err, c.says)
		}
	}
}

func TestAGroupsWeightGoesToItsCriteria(t *testing.T) {
	c := siting.Default()
	next, _, err := c.Weigh(siting.Judgements{Of: []string{"near", "slope"}, Matrix: [][]float64{{1, 3}, {1. / 3, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	sum, near := 0.0, 0.0
	for _, of := range next.List {
		sum += of.Weight
		if of.Group == "near" {
			near += of.Weight
		}
	}
	if math.Abs(sum-100) > 1e-9 || math.Abs(near-75) > 1e-9 || math.Abs(next.List[next.Index("slope")].Weight-25) > 1e-9 {
		t.Errorf("near %v, slope %v of %v", near, next.List[next.Index("slope")].Weight, sum)
	}
	if a, b := next.List[next.Index("town")].Weight, next.List[next.Index("county_seat")].Weight; math.Abs(a/b-1.5) > 1e-9 {
		t.Errorf("town and county seat stand as %v to %v, before as 15 to 10", a, b)
	}
	if _, _, err := c.Weigh(siting.Judgements{Of: []string{"near", "nowhere"}, Matrix: [][]float64{{1, 1}, {1, 1}}}); err == nil ||
		!strings.Contains(err.Error(), "nowhere") {
		t.Error(err)
	}
}
