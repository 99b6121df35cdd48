package progress

import (
	"cmp"
	"slices"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// targetKey is what a target is set for.
type targetKey struct {
	area      string
	indicator Indicator
}

// targetRow is a target of a year. Of several rows for the same the last one, by id,
// stands: it was entered last.
type targetRow struct {
	year  int
	value float64
	done  layers.Value // as reported; null where it was not
}

// targets are the rows of layer target by what they are set for, by ascending year.
type targets map[targetKey][]targetRow

func readTargets(snap *snapshot.Snapshot) targets {
	all := targets{}
	t, ok := snap.Table("target")
	if !ok {
		return all
	}
	var rows []uint32
	for row := range t.Rows {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b uint32) int { return cmp.Compare(t.ID(a), t.ID(b)) })
	for _, row := range rows {
		i, err := ParseIndicator(t.Get(row, "indicator").Text())
		if err != nil {
			continue // of a store that was filled past the catalogue's check
		}
		k := targetKey{t.Get(row, "area").Text(), i}
		r := targetRow{int(t.Get(row, "year").Int()), t.Get(row, "value").Float(), t.Get(row, "done")}
		n, found := slices.BinarySearchFunc(all[k], r.year, func(r targetRow, year int) int { return cmp.Compare(r.year, year) })
		if found {
			all[k][n] = r
		} else {
			all[k] = slices.Insert(all[k], n, r)
		}
	}
	return all
}

// span is the first and the last year that any target is set for; zeros without any.
func (t targets) span() (first, last int) {
	for _, rows := range t {
		if first == 0 || rows[0].year < first {
			first = rows[0].year
		}
		last = max(last, rows[len(rows)-1].year)
	}
	return first, last
}

// curve is a number by year, as targets or reports tell it.
type curve struct {
	basis Basis
	years []int // ascending
	at    []float64
}

// by is the number that stands at the end of a year. Before the first year nothing is
// asked of a count; of a share nothing is known.
func (c *curve) by(i Indicator, year int) (float64, bool) {
	n, found := slices.BinarySearch(c.years, year)
	switch {
	case len(c.years) == 0:
		return 0, false
	case found:
		return c.at[n], true
	case n == 0:
		return 0, !i.IsShare()
	}
	return c.at[n-1], true
}

// end is the year and the number that the curve ends with.
func (c *curve) end() (year int, value float64, ok bool) {
	if len(c.years) == 0 {
		return 0, 0, false
	}
	return c.years[len(c.years)-1], c.at[len(c.at)-1], true
}

// planned is the curve of an area's own rows: running sums of what is planned within
// each year, or a share's levels.
func (t targets) planned(area string, i Indicator) curve {
	c := curve{basis: ByPlan}
	sum := 0.0
	for _, r := range t[targetKey{area, i}] {
		if sum += r.value; i.IsShare() {
			sum = r.value
		}
		c.years, c.at = append(c.years, r.year), append(c.at, sum)
	}
	return c
}

// plannedOfParts is the sum of what is planned for each part, where each has a plan.
func (t targets) plannedOfParts(parts []string, i Indicator) curve {
	var curves []curve
	c := curve{basis: ByParts}
	for _, p := range parts {
		own := t.planned(p, i)
		if len(own.years) == 0 {
			return curve{}
		}
		curves = append(curves, own)
		for _, y := range own.years {
			if n, found := slices.BinarySearch(c.years, y); !found {
				c.years = slices.Insert(c.years, n, y)
			}
		}
	}
	for _, y := range c.years {
		sum := 0.0
		for k := range curves {
			v, _ := curves[k].by(i, y)
			sum += v
		}
		c.at = append(c.at, sum)
	}
	return c
}

// reported is what offices reported as done by the end of a year: of a count the sum
// since the plan's first year, where each year was reported.
func (t targets) reported(area string, i Indicator, year int) (float64, bool) {
	sum, some := 0.0, false
	for _, r := range t[targetKey{area, i}] {
		if r.year > year {
			break
		}
		if r.done.IsNull() {
			return 0, false
		}
		some = i.IsShare() && r.year == year || !i.IsShare()
		if sum += r.done.Float(); i.IsShare() {
			sum = r.done.Float()
		}
	}
	return sum, some
}

// yearsAhead is how far is looked where there is no plan.
const yearsAhead = 4

// PlanYears are the years of the plan's targets with the one before the first, from which things are counted; without
// targets the present year and those after it.
func PlanYears(snap *snapshot.Snapshot, now time.Time) []int {
	var of []int
	if t, ok := snap.Table("target"); ok {
		for row := range t.Rows {
			if y := t.Get(row, "year"); !y.IsNull() {
				of = append(of, int(y.Int()))
			}
		}
	}
	if of == nil {
		of = []int{now.Year() + 1, now.Year() + yearsAhead}
	}
	var years []int
	for y := slices.Min(of) - 1; y <= slices.Max(of); y++ {
		years = append(years, y)
	}
	return years
}
