package progress

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Ask says what a report is on.
type Ask struct {
	Year  int // 0 for the last one that the records tell of
	In    area.Narrowing
	Areas *area.Index // of the snapshot
	// Exit is the procedure by which villages exit; nil for the one that Cuntu ships with.
	Exit  *procedure.Procedure
	Today time.Time // the year that it lies in is not over
}

// Report is how far a plan has come.
type Report struct {
	Year     int
	Recorded int // the last year that the records tell of: of the survey, or of the last step
	Surveyed int // the year that measured fields stand for
	Closed   int // the last year that is over and on record: what it asked for can be late
	Years    []int

	Areas          []Area // those in the areas asked for; towns only of a county or town
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
	asked   func(row uint32) bool // whether a village is in the areas asked for; nil where all are
	snap    *snapshot.Snapshot
	targets targets
	steps   map[string]*History
	shares  map[int]*yearShares
	counts  *counts
}

// Compute makes the report. cover gives the coverage by the rules that hold, for the
// snapshot. An area that does not exist is an error for whoever asked.
func Compute(ctx context.Context, snap *snapshot.Snapshot, cover Cover, cache *Cache, ask Ask) (*Report, error) {
	p := &report{
		Report: &Report{}, ask: ask, snap: snap, targets: readTargets(snap), steps: readSteps(snap, ask.Exit), shares: map[int]*yearShares{},
	}
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
	if t := p.cover.Villages.Table; t != nil {
		var wrong layers.Faults
		if p.asked = ask.In.Within(ask.Areas, t, &wrong); wrong != nil {
			return nil, wrong.Err()
		}
	}
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
	add := func(level Level, of coverage.Area, parent string) {
		if p.ask.In.Holds(p.ask.Areas, of.Code) {
			p.addArea(level, of, parent, parts[of.Code])
		}
	}
	for city := range parts {
		add(City, coverage.Area{Code: city}, "")
	}
	for _, c := range r.Counties {
		add(County, c, area.PrefectureCode(c.Code))
	}
	if p.ask.In.Below(p.ask.Areas, area.Prefecture) {
		for t, county := range p.towns() {
			add(Town, r.Towns[t], r.Counties[county].Code)
		}
	}
	order := map[Level]int{City: 0, County: 1, Town: 2}
	slices.SortFunc(p.Areas, func(a, b Area) int {
		return cmp.Or(order[a.Level]-order[b.Level], strings.Compare(a.Code, b.Code))
	})
}

// towns are the counties of the towns that have villages in the areas asked for, both by their index.
func (p *report) towns() map[int32]int32 {
	counties := map[int32]int32{}
	places := p.cover.Villages
	for i, row := range places.Rows {
		if places.Town[i] >= 0 && places.County[i] >= 0 && (p.asked == nil || p.asked(row)) {
			counties[places.Town[i]] = places.County[i]
		}
	}
	return counties
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
