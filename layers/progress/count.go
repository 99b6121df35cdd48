package progress

import (
	"slices"
	"strconv"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
)

// counts is what can be counted of each area, by its code.
type counts struct {
	states    map[string][len(VillageStateNames)]int // poverty villages
	plan, out map[string][]int                       // the years of the villages that have one, ascending
	// countyPlan and countyOut are the years of counties.
	countyPlan, countyOut map[string][]int
	registered            map[string]float64 // poor, when the register was made
	stillPoor             map[string]float64 // of those, now
	stillKnown            bool               // whether who is still poor is on record at all
	outPoor               map[string][]dated // registered poor of villages that are out
	moved                 map[string]float64 // who lives in relocation sites
}

// dated is a number that stands from a year on.
type dated struct {
	year int
	n    float64
}

func sumBy(list []dated, year int) (sum float64) {
	for _, d := range list {
		if d.year <= year {
			sum += d.n
		}
	}
	return sum
}

// countBy is how many of some ascending years have come.
func countBy(years []int, year int) int {
	n, _ := slices.BinarySearch(years, year+1)
	return n
}

// planned is how many villages of an area plan to be out by a year.
func (c *counts) planned(code string, year int) int { return countBy(c.plan[code], year) }

func yearOf(date string) int {
	year, _ := strconv.Atoi(date[:min(4, len(date))])
	return year
}

func yearText(n int) string { return strconv.Itoa(n) }

func (p *report) count() {
	p.counts = &counts{
		states:     map[string][len(VillageStateNames)]int{},
		plan:       map[string][]int{},
		out:        map[string][]int{},
		countyPlan: map[string][]int{},
		countyOut:  map[string][]int{},
		registered: map[string]float64{},
		stillPoor:  map[string]float64{},
		outPoor:    map[string][]dated{},
		moved:      map[string]float64{},
	}
	p.countVillages()
	p.countPoor()
	p.countCounties()
	p.countMoved()
	for _, all := range []map[string][]int{p.counts.plan, p.counts.out, p.counts.countyPlan, p.counts.countyOut} {
		for _, years := range all {
			slices.Sort(years)
		}
	}
}

func (p *report) countVillages() {
	c := p.counts
	for k := range p.Villages {
		v := &p.Villages[k]
		poor := p.cover.Villages.Table.Get(p.cover.Villages.Rows[v.Index], "poor_population").Float()
		for _, code := range codesOf(p.cover, v.Index) {
			states := c.states[code]
			states[v.State]++
			c.states[code] = states
			if v.ExitYear != 0 {
				c.plan[code] = append(c.plan[code], v.ExitYear)
			}
			if v.OutYear != 0 {
				c.out[code] = append(c.out[code], v.OutYear)
				c.outPoor[code] = append(c.outPoor[code], dated{v.OutYear, poor})
			}
		}
	}
}

// countPoor counts the register, of all villages. A village of which nobody has
// entered who is still poor counts with all that are registered.
func (p *report) countPoor() {
	t := p.cover.Villages.Table
	if t == nil {
		return
	}
	registered, still := t.Layer.Field("poor_population"), t.Layer.Field(stillPoorField)
	for i, row := range p.cover.Villages.Rows {
		all := t.Value(row, registered)
		left := layers.Null
		if still >= 0 {
			left = t.Value(row, still)
		}
		if left.IsNull() {
			left = all
		} else {
			p.counts.stillKnown = true
		}
		for _, code := range codesOf(p.cover, i) {
			p.counts.registered[code] += all.Float()
			p.counts.stillPoor[code] += left.Float()
		}
	}
}

// stillPoorField is the field of villages that says how many are still poor.
const stillPoorField = "remaining_poor"

func (p *report) countCounties() {
	t, ok := p.snap.Table("county")
	if !ok {
		return
	}
	for row := range t.Rows {
		code, year := t.Get(row, "code").Text(), int(t.Get(row, "exit_year").Int())
		if year == 0 {
			continue
		}
		for _, within := range []string{code, area.PrefectureCode(code)} {
			p.counts.countyPlan[within] = append(p.counts.countyPlan[within], year)
			if t.Get(row, "exit_status").Text() == layers.StruckOff {
				p.counts.countyOut[within] = append(p.counts.countyOut[within], year)
			}
		}
	}
}

// countMoved counts who has moved into relocation sites.
func (p *report) countMoved() {
	t, ok := p.snap.Table("site")
	if !ok {
		return
	}
	for row := range t.Rows {
		county, town := t.Get(row, "county").Text(), t.Get(row, "town").Text()
		for _, code := range []string{area.PrefectureCode(county), county, town} {
			if code != "" {
				p.counts.moved[code] += t.Get(row, "occupied").Float()
			}
		}
	}
}
