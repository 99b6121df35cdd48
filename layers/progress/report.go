package progress

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Ask says what a report is on.
type Ask struct {
	Year   int       // 0 for the last one that the records tell of
	County string    // its code; "" for all
	Today  time.Time // the year that it lies in is not over
}

// Report is how far a plan has come.
type Report struct {
	Year     int
	Recorded int // the last year that the records tell of: of the survey, or of the last step
	Surveyed int // the year that measured fields stand for
	Closed   int // the last year that is over and on record: what it asked for can be late
	Years    []int

	Areas          []Area // prefectures, counties and, of the county asked for, its towns
	Villages       []Village
	Contradictions []AreaContradiction
	Coverage       *coverage.Result // as of Year

	cover *coverage.Result
}

// AreaContradiction is what the records of a village, a county or a prefecture
// disagree on.
type AreaContradiction struct {
	Code string
	Contradiction
}

// Level is what kind of area an area is.
type Level string

// The levels.
const (
	City   Level = "city"
	County Level = "county"
	Town   Level = "town"
)

// Area is how an area stands.
type Area struct {
	coverage.Area
	Level      Level
	Parent     string                      // the code of the area above; "" for a prefecture
	Villages   [len(VillageStateNames)]int // poverty villages by VillageState
	Indicators []Progress
}

// report is a Report in the making.
type report struct {
	*Report
	ask     Ask
	snap    *snapshot.Snapshot
	targets targets
	steps   map[string]*History
	shares  map[int]*yearShares
	counts  *counts
}

// Compute makes the report. cover gives the coverage by the rules that hold, for the
// snapshot.
func Compute(ctx context.Context, snap *snapshot.Snapshot, cover Cover, cache *Cache, ask Ask) (*Report, error) {
	p := &report{Report: &Report{}, ask: ask, snap: snap, targets: readTargets(snap), steps: readSteps(snap), shares: map[int]*yearShares{}}
	thisYear := ask.Today.Year()
	first, last := p.targets.span()
	for year := first - 1; first > 0 && year <= last; year++ {
		p.Years = append(p.Years, year)
	}
	if len(p.Years) == 0 {
		p.Years = []int{thisYear}
	}
	if err := p.share(ctx, cover, cache, p.Years...); err != nil {
		return nil, err
	}
	p.Surveyed = min(p.shares[p.Years[0]].surveyed, thisYear)
	p.Recorded = p.Surveyed
	for _, h := range p.steps {
		if y := yearOf(h.Steps[len(h.Steps)-1].Date); y <= thisYear {
			p.Recorded = max(p.Recorded, y)
		}
	}
	p.Closed = min(p.Recorded, thisYear-1)
	if p.Year = ask.Year; p.Year == 0 {
		p.Year = min(p.Recorded, thisYear)
	}
	// Years to compare with: those of the plan, of the survey and of the report.
	if err := p.share(ctx, cover, cache, p.Surveyed, p.Recorded, p.Year); err != nil {
		return nil, err
	}
	var err error
	if p.cover, err = cover.Whole(p.Year); err != nil {
		return nil, err
	}
	p.Coverage = p.cover
	p.villages()
	p.count()
	p.areas()
	return p.Report, ctx.Err()
}

// share takes the shares of some years. Making a year's network runs on one processor, so
// that years are made side by side.
func (p *report) share(ctx context.Context, cover Cover, cache *Cache, years ...int) error {
	found := make([]*yearShares, len(years))
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, year := range years {
		if found[i] = p.shares[year]; found[i] != nil {
			continue
		}
		workers.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				found[i], err = cache.get(p.snap, cover, year)
			}
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return err
	}
	for i, year := range years {
		p.shares[year] = found[i]
	}
	return nil
}

// areas lists the areas by level and code, each with its indicators.
func (p *report) areas() {
	r := p.cover
	parts := map[string][]string{} // counties by prefecture
	for _, c := range r.Counties {
		if city := area.PrefectureCode(c.Code); city != "" {
			parts[city] = append(parts[city], c.Code)
		}
	}
	byCode := func(a, b coverage.Area) int { return strings.Compare(a.Code, b.Code) }
	if p.ask.County == "" {
		for city := range parts {
			p.addArea(City, coverage.Area{Code: city}, "", parts[city])
		}
	}
	for _, c := range slices.SortedFunc(slices.Values(r.Counties), byCode) {
		if p.ask.County == "" || c.Code == p.ask.County {
			p.addArea(County, c, area.PrefectureCode(c.Code), nil)
		}
	}
	if p.ask.County != "" {
		within := map[int32]bool{}
		for i := range r.Villages.Rows {
			if p.asked(i) && r.Villages.Town[i] >= 0 {
				within[r.Villages.Town[i]] = true
			}
		}
		var towns []coverage.Area
		for t := range within {
			towns = append(towns, r.Towns[t])
		}
		slices.SortFunc(towns, byCode)
		for _, t := range towns {
			p.addArea(Town, t, p.ask.County, nil)
		}
	}
	order := map[Level]int{City: 0, County: 1, Town: 2}
	slices.SortStableFunc(p.Areas, func(a, b Area) int {
		if a.Level != b.Level {
			return order[a.Level] - order[b.Level]
		}
		return strings.Compare(a.Code, b.Code)
	})
}

func (p *report) addArea(level Level, of coverage.Area, parent string, parts []string) {
	a := Area{Area: of, Level: level, Parent: parent, Villages: p.counts.states[of.Code]}
	for i := range indicators {
		if level == Town && (i == PeopleOut || i == CountiesOut) {
			continue // nothing is planned or recorded by town
		}
		a.Indicators = append(a.Indicators, p.progress(&a, i, parts))
	}
	p.addDiffering(&a)
	p.Areas = append(p.Areas, a)
}

// addDiffering tells where the plan's targets and the villages' own years disagree.
func (p *report) addDiffering(a *Area) {
	for _, t := range p.targets[targetKey{a.Code, VillagesOut}] {
		if own := p.counts.planned(a.Code, t.year) - p.counts.planned(a.Code, t.year-1); own != int(t.value) {
			p.Contradictions = append(p.Contradictions, AreaContradiction{a.Code, Contradiction{
				What: PlanDiffers, Date: yearText(t.year), Field: yearText(own), Steps: yearText(int(t.value)),
			}})
		}
	}
}
