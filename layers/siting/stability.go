package siting

import (
	"cmp"
	"math"
	"slices"
)

// Range is how far one number may move, all others staying as they are, before the
// answer is another. Ends are ±Inf where it never is.
type Range struct {
	Criterion int
	What      string   // weight, curve, min or max
	Point     int      // of the curve
	At        float64  // the number now
	First     Interval // in which the first of the ranking stays the first
	Top       Interval // in which the first k stay the first k, in whatever order
}

// Interval is from Low to High.
type Interval struct{ Low, High float64 }

var everywhere = Interval{math.Inf(-1), math.Inf(1)}

func (a Interval) and(b Interval) Interval { return Interval{max(a.Low, b.Low), min(a.High, b.High)} }

// fromZero is without an end that no value comes near.
func (a Interval) fromZero() Interval {
	if a.Low < 0 {
		a.Low = math.Inf(-1)
	}
	return a
}

// Stability is the ranges of every weight, every point of a curve whose criterion has
// weight, and every constraint. They are exact: as one number moves, the difference of
// two totals is, but for a positive factor, a polynomial of at most the second degree,
// whose roots are the ends. A plot of which nothing that weighs is known stays out. It takes time by plots × k × numbers.
func (r *Ranking) Stability(k int) []Range {
	if len(r.Order) == 0 {
		return nil
	}
	k = min(k, len(r.Order))
	var out []Range
	for n := range r.Criteria.List {
		c := &r.Criteria.List[n]
		out = append(out, r.rangeOf(k, Range{Criterion: n, What: "weight", At: c.Weight}, r.weightSpan(n)))
		if c.Weight > 0 {
			for b := range c.Curve {
				out = append(out, r.rangeOf(k, Range{Criterion: n, What: "curve", Point: b, At: c.Curve[b][0]}, r.curveSpan(n, b)))
			}
		}
		if c.Max != nil {
			out = append(out, r.limitRange(k, n, "max", *c.Max))
		}
		if c.Min != nil {
			out = append(out, r.limitRange(k, n, "min", *c.Min))
		}
	}
	return out
}

// rangeOf is where each of the first stays ahead of each of the others, given where one
// plot stays ahead of another.
func (r *Ranking) rangeOf(k int, out Range, span func(ahead, behind int) Interval) Range {
	out.First, out.Top = everywhere, everywhere
	for _, m := range r.Order[1:] {
		out.First = out.First.and(span(r.Order[0], m))
	}
	for _, i := range r.Order[:k] {
		for _, m := range r.Order[k:] {
			out.Top = out.Top.and(span(i, m))
		}
	}
	switch measure := r.Criteria.List[out.Criterion].Measure; {
	case out.What == "weight": // which cannot be less than nothing
		out.First.Low, out.Top.Low = max(0, out.First.Low), max(0, out.Top.Low)
	case measure != "" && measure != Height: // whose values cannot either
		out.First, out.Top = out.First.fromZero(), out.Top.fromZero()
	}
	return out
}

// parts are a plot's total without one criterion: sum over weight, and that criterion's
// own score, with known 0 where it is unknown.
func (r *Ranking) parts(i, without int) (sum, weight, score, known float64) {
	for n, s := range r.Scores[i].Scores {
		if s != s {
			continue
		}
		if n == without {
			score, known = s, 1
			continue
		}
		sum, weight = sum+r.Criteria.List[n].Weight*s, weight+r.Criteria.List[n].Weight
	}
	return sum, weight, score, known
}

// weightSpan: with the weight t, a total is (sum + t·score) / (weight + t·known).
func (r *Ranking) weightSpan(n int) func(a, b int) Interval {
	parts := make([][4]float64, len(r.Scores))
	for _, i := range r.Order {
		parts[i][0], parts[i][1], parts[i][2], parts[i][3] = r.parts(i, n)
	}
	return func(a, b int) Interval {
		p, q := &parts[a], &parts[b]
		d := quadratic{
			p[0]*q[1] - q[0]*p[1],
			p[2]*q[1] + p[0]*q[3] - q[2]*p[1] - q[0]*p[3],
			p[2]*q[3] - q[2]*p[3],
		}
		at := r.Criteria.List[n].Weight
		return Interval{-d.mirrored().falls(-at, 0), d.falls(at, math.Inf(1))}
	}
}

// curveSpan: with the point at x, between its neighbours at l and r, the score of a
// value left of x is y₋ + (y − y₋)(v − l)/(x − l), and right of it by the mirror image.
func (r *Ranking) curveSpan(n, b int) func(i, j int) Interval {
	curve, weight := r.Criteria.List[n].Curve, r.Criteria.List[n].Weight
	low, high := math.Inf(-1), math.Inf(1)
	if b > 0 {
		low = curve[b-1][0]
	}
	if b+1 < len(curve) {
		high = curve[b+1][0]
	}
	rest, share, values := make([]float64, len(r.Scores)), make([]float64, len(r.Scores)), make([]float64, len(r.Scores))
	for _, i := range r.Order {
		sum, others, _, known := r.parts(i, n)
		total := others + weight*known
		rest[i], share[i], values[i] = sum/total, weight*known/total, r.Values[i][n]
	}
	// ahead is how far i is ahead of j with the point at x in a stretch in which neither
	// value lies, times (x−l)(r−x) as far as those are finite.
	ahead := func(i, j int, x float64) quadratic {
		c, left, right := rest[i]-rest[j], 0.0, 0.0
		for _, of := range []struct {
			plot int
			sign float64
		}{{i, 1}, {j, -1}} {
			constant, l, r := curve.parts(b, values[of.plot], x)
			f := of.sign * share[of.plot]
			c, left, right = c+f*constant, left+f*l, right+f*r
		}
		return combine(c, left, right, low, high)
	}
	at := curve[b][0]
	return func(i, j int) Interval {
		if values[i] == values[j] && share[i] == share[j] || share[i] == 0 && share[j] == 0 {
			return Interval{low, high}
		}
		stops := []float64{low, high, at}
		for _, v := range []float64{values[i], values[j]} {
			if v > low && v < high { // false where unknown
				stops = append(stops, v)
			}
		}
		slices.SortFunc(stops, cmp.Compare)
		now := slices.Index(stops, at)
		out := Interval{low, high}
		for s := now; s+1 < len(stops); s++ {
			if stops[s+1] > stops[s] {
				if x := ahead(i, j, between(stops[s], stops[s+1])).falls(stops[s], stops[s+1]); x < stops[s+1] {
					out.High = x
					break
				}
			}
		}
		for s := now; s > 0; s-- {
			if stops[s-1] < stops[s] {
				if x := -ahead(i, j, between(stops[s-1], stops[s])).mirrored().falls(-stops[s], -stops[s-1]); x > stops[s-1] {
					out.Low = x
					break
				}
			}
		}
		return out
	}
}

// parts are the score of a value as constant + left/(x−l) + right/(r−x) with point b at
// about x; the constants where the value is unknown are 0, its share being 0 too.
func (c Curve) parts(b int, v, x float64) (constant, left, right float64) {
	y := c[b][1]
	switch {
	case v != v:
		return 0, 0, 0
	case v <= x && b == 0, v >= x && b == len(c)-1:
		return y, 0, 0
	case v <= x && v <= c[b-1][0], v >= x && v >= c[b+1][0]:
		return c.Score(v), 0, 0
	case v <= x:
		return c[b-1][1], (y - c[b-1][1]) * (v - c[b-1][0]), 0
	}
	return c[b+1][1], 0, (y - c[b+1][1]) * (c[b+1][0] - v)
}

// combine is c + left/(x−l) + right/(r−x), times (x−l) and (r−x) where they are finite.
func combine(c, left, right, l, r float64) quadratic {
	switch {
	case math.IsInf(l, -1) && math.IsInf(r, 1):
		return quadratic{c, 0, 0}
	case math.IsInf(l, -1):
		return quadratic{c*r + right, -c, 0}
	case math.IsInf(r, 1):
		return quadratic{left - c*l, c, 0}
	}
	return quadratic{-c*l*r + left*r - right*l, c*(l+r) - left + right, -c}
}

// between is a number inside of a stretch whose ends may be infinite.
func between(low, high float64) float64 {
	switch {
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		return 0
	case math.IsInf(low, -1):
		return high - 1 - abs(high)
	case math.IsInf(high, 1):
		return low + 1 + abs(low)
	}
	return low + (high-low)/2
}

// limitRange: a constraint may close in until it shuts out one of the first, and open
// until it lets one in, kept out by nothing else, that is better than they.
func (r *Ranking) limitRange(k, n int, what string, at float64) Range {
	sign := 1.0 // a min is a max of the negated values
	if what == "min" {
		sign = -1
	}
	span := func(k int) Interval {
		out := everywhere
		for _, i := range r.Order[:k] {
			if v := sign * r.Values[i][n]; v == v {
				out.Low = max(out.Low, v)
			}
		}
		last := r.Order[k-1]
		for i, s := range r.Scores {
			if len(s.Failed) != 1 || s.Failed[0] != n || !(sign*r.Values[i][n] > sign*at) {
				continue
			}
			if total := r.Scores[last].Total; s.Total > total || s.Total == total && i < last {
				out.High = min(out.High, sign*r.Values[i][n])
			}
		}
		if sign < 0 {
			return Interval{-out.High, -out.Low}
		}
		return out
	}
	return Range{Criterion: n, What: what, At: at, First: span(1), Top: span(k)}
}

// quadratic is the coefficients of 1, x and x².
type quadratic [3]float64

func (q quadratic) at(x float64) float64 { return q[0] + x*(q[1]+x*q[2]) }

// mirrored is the polynomial of −x.
func (q quadratic) mirrored() quadratic { return quadratic{q[0], -q[1], q[2]} }

// falls is the first place from low on at which the polynomial, positive or zero before,
// falls below zero; high where it does not before.
func (q quadratic) falls(low, high float64) float64 {
	roots := q.roots()
	from := low
	for i := 0; ; i++ {
		to := high
		if i < len(roots) {
			if roots[i] <= low {
				continue
			}
			to = min(roots[i], high)
		}
		if from < to && q.at(between(from, to)) < 0 {
			return from
		}
		if to >= high {
			return high
		}
		from = to
	}
}

// roots are the real ones, ascending. Coefficients that rounding left of nothing count
// as nothing.
func (q quadratic) roots() []float64 {
	size := max(abs(q[0]), abs(q[1]), abs(q[2]))
	if size == 0 {
		return nil
	}
	if abs(q[2]) < 1e-13*size {
		if abs(q[1]) < 1e-13*size {
			return nil
		}
		return []float64{-q[0] / q[1]}
	}
	d := q[1]*q[1] - 4*q[2]*q[0]
	if d < 0 {
		return nil
	}
	t := -(q[1] + math.Copysign(math.Sqrt(d), q[1])) / 2
	a := t / q[2]
	b := a
	if t != 0 {
		b = q[0] / t
	}
	return []float64{min(a, b), max(a, b)}
}
