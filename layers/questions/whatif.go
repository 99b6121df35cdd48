package questions

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/service"
)

// WhatIfAsk asks what works would change.
type WhatIfAsk struct {
	Years
	Body Works `in:"body" shape:"{\"works\": [{\"road\": id, \"from_m\": m, \"to_m\": m}, {\"line\": [[lon, lat], …]}, {\"village\": id, \"service\": \"water\"}]}"`
}

// Works are works as a programme has them in its parts: a part of a road that is hardened, a new hardened road, a village
// that is joined to a waterworks or to the fibre network.
type Works struct {
	Works []Part `json:"works"`
}

func whatIf() *Question {
	return question.New(question.Name{
		ID: "whatIf", Reads: onWorks, Method: "POST", Path: "/api/programme/whatif", Command: "what-if",
		Example: `body={"works":[{"line":[[109.94,33.87],[109.95,33.88]]}]}`,
		Title:   layers.Words{Zh: "假设已完成", En: "What if"},
		Help:    layers.Words{Zh: "这些工程完成以后，哪些村的哪些服务会变；什么也不保存。", En: "Tell which villages' services works would change. Nothing is kept."},
	}, []string{question.JSON}, func(ctx context.Context, w World, ask WhatIfAsk) (Outcome, error) {
		parts, err := ask.Body.parts()
		if err != nil {
			return Outcome{}, err
		}
		before, err := w.covered(ask.Year)
		if err != nil {
			return Outcome{}, err
		}
		outcome, err := programme.WhatIf(ctx, w.Snap.Whole(), before, parts)
		if err != nil {
			return Outcome{}, err
		}
		return newOutcome(outcome), nil
	})
}

// parts checks the works.
func (b Works) parts() ([]programme.Part, error) {
	if len(b.Works) == 0 {
		return nil, layers.NewFault("works", "must hold at least one")
	}
	return PartsOf(b.Works)
}

// PartsOf reads parts as requests have them. The error is layers.Faults, of which part calls them works[0].
func PartsOf(works []Part) (parts []programme.Part, err error) {
	for i, w := range works {
		var p programme.Part
		set := 0
		if w.Road != 0 {
			p.Road, p.FromM, p.ToM = w.Road, w.FromM, w.ToM
			set++
		}
		if w.Line != nil {
			for _, at := range w.Line {
				if math.Abs(at[0]) > 180 || math.Abs(at[1]) > 90 {
					return nil, layers.NewFault(fmt.Sprintf("works[%d].line", i), "must be [lon, lat] with lon from -180 to 180 and lat from -90 to 90")
				}
				p.Line = append(p.Line, orb.Point(at))
			}
			set++
		}
		if w.Village != 0 {
			p.Village, p.Service = w.Village, service.ID(w.Service)
			set++
		}
		if set != 1 {
			return nil, layers.NewFault(fmt.Sprintf("works[%d]", i), "must have one of road, line and village")
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// Outcome is what works would change, by service and county and village by village.
type Outcome struct {
	Year     int             `json:"year"`
	Services []ServiceChange `json:"services"` // of which anything changes
	Changed  []VillageChange `json:"changed"`
}

type ServiceChange struct {
	Service  service.ID     `json:"service"`
	Before   StateCounts    `json:"before"`
	After    StateCounts    `json:"after"`
	Counties []CountyChange `json:"counties"`
}

type CountyChange struct {
	Code   string      `json:"code"`
	Name   string      `json:"name"`
	Before StateCounts `json:"before"`
	After  StateCounts `json:"after"`
}

// StateCounts counts by state.
type StateCounts struct {
	Villages map[string]int   `json:"villages"`
	People   map[string]int64 `json:"people"`
	Targets  []Criterion      `json:"targets"`
}

type VillageChange struct {
	Village
	Service service.ID    `json:"service"`
	Before  service.State `json:"before"`
	After   service.State `json:"after"`
}

// newOutcome puts an outcome into words.
func newOutcome(o *programme.Outcome) Outcome {
	a := Outcome{Year: o.Before.Year, Services: []ServiceChange{}, Changed: []VillageChange{}}
	touched := map[service.ID]bool{}
	for _, c := range o.Changed {
		touched[c.Service] = true
		a.Changed = append(a.Changed, VillageChange{villageOf(o.Before, c.Village), c.Service, c.Before, c.After})
	}
	for _, declared := range o.Before.Services.Services {
		s := declared.ID
		if !touched[s] {
			continue
		}
		j := ServiceChange{Service: s}
		j.Before, j.After = whatIfAll(o.Before, s), whatIfAll(o.After, s)
		after := map[string]coverage.Summary{}
		for _, sum := range o.After.Summarise(s, coverage.ByCounty) {
			after[sum.Code] = sum
		}
		for _, sum := range o.Before.Summarise(s, coverage.ByCounty) {
			j.Counties = append(j.Counties, CountyChange{sum.Code, sum.Name, stateCounts(sum), stateCounts(after[sum.Code])})
		}
		a.Services = append(a.Services, j)
	}
	return a
}

func whatIfAll(r *coverage.Result, s service.ID) StateCounts {
	all := r.Summarise(s, coverage.ByCity)
	sum := stateCounts(all[0])
	for _, other := range all[1:] { // of several prefectures the targets are not added up
		sum.Targets = []Criterion{}
		for state, n := range other.Villages {
			sum.Villages[service.StateNames()[state]] += n
			sum.People[service.StateNames()[state]] += other.People[state]
		}
	}
	return sum
}

func stateCounts(s coverage.Summary) StateCounts {
	c := StateCounts{Villages: map[string]int{}, People: map[string]int64{}, Targets: criteria(s.Targets, nil)}
	for state, name := range service.StateNames() {
		c.Villages[name], c.People[name] = s.Villages[state], s.People[state]
	}
	return c
}

// Columns are those of a sheet.
func (a Outcome) Columns() []question.Column {
	return question.Columns("*code 代码 | Code", "*name 村 | Name", "*service 服务 | Service", "*before 之前 | Before", "*after 之后 | After")
}

// Rows are a village and service each that changes.
func (a Outcome) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for _, c := range a.Changed {
		if err := emit(c.place(), c.Code, c.Name, c.Service.String(), c.Before.String(), c.After.String()); err != nil {
			return err
		}
	}
	return nil
}

// Footer tells of each service who lacks it before and after.
func (a Outcome) Footer() (w layers.Words) {
	for n, s := range a.Services {
		if n > 0 {
			w.Zh, w.En = w.Zh+"\n", w.En+"\n"
		}
		villages, people := s.Before.Villages["not"], s.Before.People["not"]
		villagesAfter, peopleAfter := s.After.Villages["not"], s.After.People["not"]
		w.Zh += fmt.Sprintf("%v：之前 %d 个村 %d 人未达标，之后 %d 个村 %d 人", s.Service, villages, people, villagesAfter, peopleAfter)
		w.En += fmt.Sprintf(
			"%v: without it %d villages and %d people before, %d and %d after", s.Service, villages, people, villagesAfter, peopleAfter,
		)
	}
	return w
}
