package relocation

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cuntu/cuntu/geo/location"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Ask is what a plan is asked for. The zero value, with Defaults, moves everybody
// that can be moved to the sites on record.
type Ask struct {
	// Objective is median: least person-minutes and cost; cover: most people within
	// MaxMinutes; center: least worst minutes; setcover: fewest sites within MaxMinutes.
	Objective  string  `json:"objective"`
	MostSites  int     `json:"most_sites"`  // open at the end, those kept among them; 0 for any number
	MaxMinutes float64 `json:"max_minutes"` // by road, walks included; 0 for any
	Within     string  `json:"within"`      // any, town or county: who stays where
	Split      bool    `json:"split"`       // a village may go to several sites
	// Capacities is free: what is not occupied; all: those who have moved in are among
	// the villages' people; none: sites take anybody.
	Capacities string `json:"capacities"`
	// Keep lists the statuses of sites that stay open, and KeepSites more of them by id.
	Keep      []string `json:"keep"`
	KeepSites []int64  `json:"keep_sites"`
	ShutSites []int64  `json:"shut_sites"`     // not to be used
	Area      string   `json:"area,omitempty"` // only villages and sites of this area, of any level
	County    string   `json:"county"`         // only villages and sites of a county
	Town      string   `json:"town"`
	// Candidates are more places for sites, such as a search finds.
	Candidates []Candidate `json:"candidates"`
	// YuanPerPersonMinute is what a minute of road for one person is worth against the
	// cost of opening sites; 0 leaves cost out of the objective.
	YuanPerPersonMinute float64 `json:"yuan_per_person_minute"`
	// Everybody makes it an error where somebody cannot be moved; otherwise as many
	// people as possible are, and the plan says who is left over.
	Everybody bool    `json:"everybody"`
	Seed      uint64  `json:"seed"`
	Seconds   float64 `json:"seconds"` // after which the best so far is the plan
	Effort    float64 `json:"effort"`  // how long to search, as a multiple
}

// Candidate is a place that is not in the site layer.
type Candidate struct {
	Name       string  `json:"name"`
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
	Households int     `json:"households"` // room for; 0 for any number
	People     int     `json:"people"`     // room for; 0: from area_m2
	AreaM2     float64 `json:"area_m2"`    // of floors for living, at m2_person each
	Town       string  `json:"town"`
	County     string  `json:"county"`
	Score      float64 `json:"score"` // of a search, kept with the plan
}

// Limits of a plan.
const (
	mostCandidates  = 2000
	mostPlanSeconds = 600
	// leftOverMinutes is what a person left over counts in the objective at least: more
	// than any road, so that nobody is left over to save others a way.
	leftOverMinutes = 1000
)

// Defaults fills in what is not said.
func (a *Ask) Defaults() {
	a.Objective = cmp.Or(a.Objective, "median")
	a.Within = cmp.Or(a.Within, "any")
	a.Capacities = cmp.Or(a.Capacities, "free")
	if a.Keep == nil {
		a.Keep = []string{"existing", "building"}
	}
	// Lists are told as lists, empty ones too.
	a.KeepSites, a.ShutSites = append([]int64{}, a.KeepSites...), append([]int64{}, a.ShutSites...)
	a.Candidates = append([]Candidate{}, a.Candidates...)
	a.Seconds = cmp.Or(a.Seconds, 50)
	a.Effort = cmp.Or(a.Effort, 1)
}

// Check lists what is wrong with an ask.
func (a *Ask) Check(snap *snapshot.Snapshot) (wrong layers.Faults) {
	refuse := wrong.Add
	oneOf := func(part, v string, allowed ...string) {
		if !slices.Contains(allowed, v) {
			refuse(part, "%q is not one of %v", v, allowed)
		}
	}
	between := func(part string, v, least, most float64) {
		if !(v >= least && v <= most) {
			refuse(part, "%v is not a number from %v to %v", v, least, most)
		}
	}
	oneOf("objective", a.Objective, "median", "cover", "center", "setcover")
	oneOf("within", a.Within, "any", "town", "county")
	oneOf("capacities", a.Capacities, "free", "all", "none")
	between("max_minutes", a.MaxMinutes, 0, 10_000)
	between("most_sites", float64(a.MostSites), 0, 1e6)
	between("yuan_per_person_minute", a.YuanPerPersonMinute, 0, 1e9)
	between("seconds", a.Seconds, 0.1, mostPlanSeconds)
	between("effort", a.Effort, 0.01, 100)
	for _, s := range a.Keep {
		oneOf("keep", s, "existing", "building", "planned")
	}
	if (a.Objective == "cover" || a.Objective == "setcover") && a.MaxMinutes == 0 {
		refuse("max_minutes", "is required for %s: the minutes within which people are to be", a.Objective)
	}
	if (a.Objective == "cover" || a.Objective == "center") && a.MostSites == 0 {
		refuse("most_sites", "is required for %s: how many sites may be open", a.Objective)
	}
	if len(a.Candidates) > mostCandidates {
		refuse("candidates", "has %d places; %d are allowed", len(a.Candidates), mostCandidates)
	}
	for i, c := range a.Candidates {
		part := fmt.Sprintf("candidates[%d]", i)
		if !(math.Abs(c.Lon) <= 180 && math.Abs(c.Lat) <= 85) {
			refuse(part, "lon and lat must be degrees")
		}
		if c.Households < 0 || c.People < 0 || !(c.AreaM2 >= 0) || math.IsInf(c.AreaM2, 1) {
			refuse(part, "households, people and area_m2 must not be negative")
		}
	}
	a.checkPlaces(snap, refuse)
	return wrong
}

func (a *Ask) areas() area.Narrowing {
	return area.Narrowing{Area: a.Area, County: a.County, Town: a.Town}
}

func (a *Ask) checkPlaces(snap *snapshot.Snapshot, refuse func(part, format string, args ...any)) {
	var wrong layers.Faults
	if areas := a.areas(); !areas.None() {
		areas.Check(area.New(snap), &wrong)
	}
	for _, fault := range wrong {
		refuse(fault.Part, "%s", fault.Detail)
	}
	sites, ok := snap.Table("site")
	for _, list := range [...]struct {
		part string
		ids  []int64
	}{{"keep_sites", a.KeepSites}, {"shut_sites", a.ShutSites}} {
		for _, id := range list.ids {
			if ok {
				if _, found := sites.Find(id); found {
					continue
				}
			}
			refuse(list.part, "there is no site %d", id)
		}
	}
	for _, id := range a.KeepSites {
		if slices.Contains(a.ShutSites, id) {
			refuse("keep_sites", "site %d is to be kept and to be shut", id)
		}
	}
}

// Step tells how far a plan is.
type Step struct {
	Phase string  `json:"phase"`
	Value float64 `json:"value"` // of the objective so far; NaN while there is none
	Bound float64 `json:"bound"`
}

// Make assigns the moving households of a snapshot's villages to sites over its
// roads. An error that wraps *location.Infeasible is one of an ask for everybody that
// cannot be met; an Infeasible says it in words. Where ctx ends, the error is its.
func Make(ctx context.Context, snap *snapshot.Snapshot, net *roads.Network, classes *Classes, ask Ask, tell func(Step)) (*Plan, error) {
	if tell == nil {
		tell = func(Step) {}
	}
	begin := time.Now()
	ask.Defaults()
	if wrong := ask.Check(snap); len(wrong) > 0 {
		return nil, fmt.Errorf("%s: %s", wrong[0].Part, wrong[0].Detail)
	}
	w := newPlanner(snap, classes, ask)
	tell(Step{"roads", math.NaN(), math.NaN()})
	if err := w.measure(ctx, net); err != nil {
		return nil, err
	}
	problem := w.problem()
	options := location.Options{
		Seed: ask.Seed, Effort: ask.Effort, Limit: time.Duration(ask.Seconds * float64(time.Second)),
		Progress: func(p location.Progress) { tell(Step{p.Phase, p.Value, p.Bound}) },
	}
	var sol *location.Solution
	var err error
	if len(problem.Clients) == 0 {
		sol = w.nobody()
	} else if sol, err = location.Solve(ctx, problem, options); err != nil {
		return nil, w.explain(err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	plan := w.plan(problem, sol)
	plan.Year, plan.Seconds = net.Year, time.Since(begin).Seconds()
	return plan, nil
}
