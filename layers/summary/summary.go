package summary

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// By is what roll-ups are by.
type By string

// The areas of a roll-up.
const (
	ByCity   By = "city"
	ByCounty By = "county"
	ByTown   By = "town"
)

// Ask is a question to a table.
type Ask struct {
	By      By
	Columns []Column // of the table's layer
	// Weight is the number field by whose amount features count beside their number, as
	// people do; "" for none.
	Weight string
	// Keep leaves features out; nil keeps all.
	Keep func(row uint32) bool
}

// Rollup is a column of one area. Weights are parallel to Counts and nil where the ask
// has no weight.
type Rollup struct {
	// Counts are the features by Column.Values or, of numbers, by the classes between
	// Column.Breaks.
	Counts  []int
	Weights []float64
	Unknown int
	// UnknownWeight is the weight of those of which the field is not on record.
	UnknownWeight float64

	// Of numbers only, and NaN where none is known. The mean is weighted where the ask
	// has a weight, and then of those alone whose weight is known. Of a ratio the sum is
	// that of the parts, Of that of the wholes, and Mean one over the other, which weighs by the whole.
	Known               int
	Sum, Of             float64
	Mean, Least, Most   float64
	weighted, weightSum float64
}

// Area is a row of the answer.
type Area struct {
	Code, Name string
	Count      int
	Weight     float64 // of all features
	Unweighed  int     // features whose weight is not on record
	Columns    []Rollup
}

// Compute rolls a table up, by ascending codes of areas. Features that name no area stand
// under the empty code. Names of areas are those of the snapshot. It is one pass.
func Compute(ctx context.Context, snap *snapshot.Snapshot, t *snapshot.Table, ask Ask) ([]Area, error) {
	var wrong layers.Faults
	if ask.Check(t.Layer, &wrong); wrong != nil {
		return nil, wrong
	}
	index := area.New(snap)
	place, err := index.Rollup(t, ask.By.Level())
	if err != nil {
		return nil, err
	}
	weight := -1
	if ask.Weight != "" {
		weight = t.Layer.Field(ask.Weight)
	}
	areas, n := map[string]*Area{}, 0
	for row := range t.Rows {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if ask.Keep != nil && !ask.Keep(row) {
			continue
		}
		code := place(row)
		a, ok := areas[code]
		if !ok {
			a = newArea(code, ask, weight >= 0)
			areas[code] = a
		}
		a.add(t, row, ask.Columns, weight)
	}
	return sorted(index, areas, ask), ctx.Err()
}

func newArea(code string, ask Ask, weighted bool) *Area {
	a := &Area{Code: code, Columns: make([]Rollup, len(ask.Columns))}
	for i, c := range ask.Columns {
		r := &a.Columns[i]
		classes := len(c.Values)
		if c.Kind != ByValue && len(c.Breaks) > 0 {
			classes = len(c.Breaks) + 1
		}
		r.Counts, r.Least, r.Most, r.Mean = make([]int, classes), math.NaN(), math.NaN(), math.NaN()
		if weighted {
			r.Weights = make([]float64, classes)
		}
	}
	return a
}

func (a *Area) add(t *snapshot.Table, row uint32, columns []Column, weight int) {
	a.Count++
	w := math.NaN()
	if weight >= 0 {
		if v := t.Value(row, weight); v.IsNull() {
			a.Unweighed++
		} else {
			w = v.Float()
			a.Weight += w
		}
	}
	for i := range columns {
		a.Columns[i].add(&columns[i], t, row, w)
	}
}

// add counts a feature; w is its weight, NaN where there is none or nobody knows.
func (r *Rollup) add(c *Column, t *snapshot.Table, row uint32, w float64) {
	v := t.Value(row, c.field)
	class, known := -1, false
	switch {
	case v.IsNull():
	case c.Kind == ByValue:
		class, known = c.keys[v.String()]
	default:
		var n float64
		if n, known = r.number(c, t, row, v.Float(), w); known && len(c.Breaks) > 0 {
			class, _ = slices.BinarySearch(c.Breaks, math.Nextafter(n, math.Inf(1)))
		}
	}
	if !known {
		r.Unknown++
	} else if class >= 0 {
		r.Counts[class]++
	}
	switch {
	case math.IsNaN(w):
	case !known:
		r.UnknownWeight += w
	case class >= 0:
		r.Weights[class] += w
	}
}

// number adds a number to the sums and gives it, as a ratio where it is one; known is
// false where there is no whole to hold it against.
func (r *Rollup) number(c *Column, t *snapshot.Table, row uint32, n, w float64) (value float64, known bool) {
	value = n
	if c.over >= 0 {
		whole := t.Value(row, c.over)
		if whole.IsNull() || whole.Float() <= 0 {
			return 0, false
		}
		value = 100 * n / whole.Float()
		r.Of += whole.Float()
	}
	if r.Known++; r.Known == 1 {
		r.Least, r.Most = value, value
	}
	r.Sum += n
	r.Least, r.Most = min(r.Least, value), max(r.Most, value)
	if !math.IsNaN(w) {
		r.weighted += w * value
		r.weightSum += w
	}
	return value, true
}

func (r *Rollup) finish(c *Column, weighted bool) {
	switch {
	case c.Kind == ByValue:
	case c.over >= 0:
		r.Mean = 100 * r.Sum / r.Of
	case weighted:
		r.Mean = r.weighted / r.weightSum
	default:
		r.Mean = r.Sum / float64(r.Known)
	}
}

func sorted(index *area.Index, areas map[string]*Area, ask Ask) []Area {
	list := make([]Area, 0, len(areas))
	for _, a := range areas {
		for i := range a.Columns {
			a.Columns[i].finish(&ask.Columns[i], ask.Weight != "")
		}
		a.Name = index.Name(a.Code)
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Area) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// Level is what the roll-up is by.
func (b By) Level() area.Level {
	if b == ByCity {
		return area.Prefecture
	}
	return area.Level(b)
}

// Check adds what a layer does not answer to wrong: by and weight.
func (a *Ask) Check(l *layers.Layer, wrong *layers.Faults) {
	if !area.Rolls(l, a.By.Level()) {
		wrong.Add("by", "features of layer %s do not say their %s", l.ID, a.By)
	}
	if f := l.Field(a.Weight); a.Weight != "" && (f < 0 || !isNumber(&l.Fields[f])) {
		wrong.Add("weight", "%v", refused(l, a.Weight, isNumber, "is a number"))
	}
}
