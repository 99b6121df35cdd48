package progress

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
)

// Progress is how an area stands with an indicator. Numbers are null where nobody
// knows them.
type Progress struct {
	Indicator Indicator
	Series    []Point // by the report's Years

	Planned    layers.Value // by the end of the report's year
	Actual     layers.Value // at the end of that year, or of the last before it on record
	UpTo       layers.Value // Actual if all that is unknown were good
	ActualYear int          // that Actual is of; 0 where there is none
	Basis      Basis        // of Actual
	Standing   Standing

	FinalYear int // the plan's last
	Final     layers.Value
	// Needed is what each year from ActualYear to FinalYear must bring to arrive, and
	// Pace what the years up to ActualYear brought on average.
	Needed, Pace layers.Value
}

// Point is one year of a series.
type Point struct {
	Year         int
	Planned      layers.Value // by the year's end; of counts from the plan's beginning
	PlannedBasis Basis
	Actual       layers.Value
	UpTo         layers.Value
	Basis        Basis
}

// progress makes the progress of an area; parts are the counties of a prefecture.
func (p *report) progress(a *Area, i Indicator, parts []string) Progress {
	plan := p.plan(a, i, parts)
	out := Progress{Indicator: i}
	for _, year := range p.Years {
		pt := p.actual(a, i, year)
		if v, ok := plan.by(i, year); ok {
			pt.Planned, pt.PlannedBasis = layers.Float(v), plan.basis
		}
		out.Series = append(out.Series, pt)
	}
	if v, ok := plan.by(i, p.Year); ok {
		out.Planned = layers.Float(v)
	}
	out.FinalYear, out.Final = 0, layers.Null
	if year, v, ok := plan.end(); ok {
		out.FinalYear, out.Final = year, layers.Float(v)
	}
	last := p.Recorded
	if i.IsShare() {
		last = p.Surveyed
	}
	now := p.actual(a, i, min(p.Year, last))
	if now.Actual.IsNull() {
		return out
	}
	out.Actual, out.UpTo, out.Basis, out.ActualYear = now.Actual, now.UpTo, now.Basis, now.Year
	if !out.Planned.IsNull() && (i.IsShare() || out.Planned.Float() > 0) {
		out.Standing = standing(out.Planned.Float(), out.Actual.Float(), p.Year <= p.Closed && now.Year == p.Year)
	}
	p.addRates(&out)
	return out
}

// addRates adds what is needed a year, and what the years so far have brought.
func (p *report) addRates(out *Progress) {
	if left := out.FinalYear - out.ActualYear; !out.Final.IsNull() && left > 0 {
		out.Needed = layers.Float(max(0, out.Final.Float()-out.Actual.Float()) / float64(left))
	}
	for _, pt := range out.Series {
		if pt.Year >= out.ActualYear {
			break
		}
		if !pt.Actual.IsNull() {
			out.Pace = layers.Float((out.Actual.Float() - pt.Actual.Float()) / float64(out.ActualYear-pt.Year))
			break
		}
	}
}

// plan is the target of an area by year.
func (p *report) plan(a *Area, i Indicator, parts []string) curve {
	c := p.targets.planned(a.Code, i)
	if len(c.years) > 0 {
		return c
	}
	switch {
	case i.IsShare() && a.Parent != "":
		if c = p.targets.planned(a.Parent, i); len(c.years) == 0 && a.Level == Town {
			c = p.targets.planned(area.PrefectureCode(a.Parent), i)
		}
		c.basis = Above
		return c
	case i.IsShare():
		return c
	}
	if len(parts) > 0 {
		c = p.targets.plannedOfParts(parts, i)
	}
	years := p.counts.plan
	switch {
	case len(c.years) > 0 || i != VillagesOut && i != CountiesOut:
		return c
	case i == CountiesOut:
		years = p.counts.countyPlan
	}
	c.basis = OwnYears
	for n, year := range years[a.Code] {
		if k := len(c.years); k > 0 && c.years[k-1] == year {
			c.at[k-1]++
		} else {
			c.years, c.at = append(c.years, year), append(c.at, float64(n+1))
		}
	}
	return c
}

// actual is what an area had reached by the end of a year.
func (p *report) actual(a *Area, i Indicator, year int) Point {
	pt := Point{Year: year}
	set := func(v float64, b Basis) Point {
		pt.Actual, pt.Basis = layers.Float(v), b
		return pt
	}
	if i.IsShare() {
		return p.actualShare(a, i, pt)
	}
	if year > p.Recorded {
		return pt
	}
	switch i {
	case VillagesOut:
		return set(float64(countBy(p.counts.out[a.Code], year)), Records)
	case CountiesOut:
		return set(float64(countBy(p.counts.countyOut[a.Code], year)), Records)
	}
	exact := year == p.Recorded && (i == PeopleMoved || p.counts.stillKnown)
	if v, ok := p.targets.reported(a.Code, i, year); ok && !exact {
		return set(v, Reported)
	}
	switch {
	case i == PeopleMoved && exact:
		return set(p.counts.moved[a.Code], Records)
	case i == PeopleMoved: // who had moved in by then is not on record
		return pt
	case exact:
		return set(p.counts.registered[a.Code]-p.counts.stillPoor[a.Code], Records)
	case !p.counts.stillKnown:
		return set(sumBy(p.counts.outPoor[a.Code], year), Estimate)
	case year < p.Years[0]+1: // before the plan's first year
		return set(0, Records)
	}
	return pt
}

// actualShare is a share. What is measured says nothing of years before the survey,
// unless an office has reported it; dated works tell of any year.
func (p *report) actualShare(a *Area, i Indicator, pt Point) Point {
	if pt.Year < p.Surveyed && (i == TapWater || i == SafeHousing) {
		if v, ok := p.targets.reported(a.Code, i, pt.Year); ok {
			pt.Actual, pt.Basis = layers.Float(v), Reported
		}
		return pt
	}
	if pt.Year > p.Surveyed && i == SafeHousing {
		return pt
	}
	of := p.shares[pt.Year]
	if of == nil || of.of[a.Code] == nil || of.of[a.Code][i].all == 0 {
		return pt
	}
	s := of.of[a.Code][i]
	pt.Actual, pt.UpTo, pt.Basis = layers.Float(s.low), layers.Float(s.high), Records
	if pt.Year > p.Surveyed {
		pt.Basis = Works
	}
	return pt
}
