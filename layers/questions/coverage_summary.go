package questions

import (
	"context"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/service"
)

// Levels is what a roll-up is by.
type Levels struct {
	By string `one:"county,town,prefecture,city" default:"county" zh:"按县区、镇还是地市汇总（city 同 prefecture）。" en:"Rolled up by county, town or prefecture; city is another name of prefecture."`
}

// level is the roll-up's; prefecture is told as city, as it was asked before.
func (l Levels) level() coverage.By {
	if l.By == "prefecture" {
		return coverage.ByCity
	}
	return coverage.By(l.By)
}

// CoverageSummaryAsk asks for a service by area.
type CoverageSummaryAsk struct {
	OneService
	Levels
	Years
}

func summariseCoverage() *Question {
	return question.New(question.Name{
		ID: "summariseCoverage", Path: "/api/coverage/summary", Example: "service=road&by=county",
		Title: layers.Words{Zh: "各地达标情况", En: "Coverage by area"},
		Help: layers.Words{
			Zh: "按县、镇或地市汇总各状态的村数、人数，并对照规划目标。",
			En: "Count villages and people by state and area, and hold them against the plan's targets.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, ask CoverageSummaryAsk) (CoverageSummary, error) {
		r, err := w.covered(ask.Year)
		if err != nil {
			return CoverageSummary{}, err
		}
		return w.newCoverageSummary(r, service.ID(ask.Service), ask.level()), nil
	})
}

// CoverageSummary is a service rolled up by area.
type CoverageSummary struct {
	Service  service.ID     `json:"service"`
	By       coverage.By    `json:"by"`
	Year     int            `json:"year"`
	Surveyed int            `json:"surveyed"`
	Results  []AreaCoverage `json:"results"`
}

// AreaCoverage is one area of a roll-up.
type AreaCoverage struct {
	Code     string           `json:"code"`
	Name     string           `json:"name"`
	Villages map[string]int   `json:"villages"` // by state
	People   map[string]int64 `json:"people"`
	// Unpeopled is how many villages' people are not on record.
	Unpeopled int                   `json:"villages_without_population"`
	Targets   []Criterion           `json:"targets"`
	Access    map[string][2]float64 `json:"rural_access,omitempty"` // at least and at most, %
	Checklist []Criterion           `json:"checklist,omitempty"`    // of a county's exit
}

func (w World) newCoverageSummary(r *coverage.Result, id service.ID, by coverage.By) CoverageSummary {
	checklists := map[string][]Criterion{}
	if id == service.Exit && by == coverage.ByCounty {
		for c, list := range r.CountyExit() {
			checklists[r.Counties[c].Code] = criteria(list, nil)
		}
	}
	answer := CoverageSummary{Service: id, By: by, Year: r.Year, Surveyed: r.Surveyed, Results: []AreaCoverage{}}
	for _, a := range r.Summarise(id, by) {
		if a.Code != "" && !w.knows(a.Code) {
			continue
		}
		j := AreaCoverage{
			Code: a.Code, Name: a.Name, Villages: map[string]int{}, People: map[string]int64{},
			Unpeopled: a.Unpeopled, Targets: criteria(a.Targets, nil), Checklist: checklists[a.Code],
		}
		for state, name := range service.StateNames() {
			j.Villages[name], j.People[name] = a.Villages[state], a.People[state]
		}
		for name, index := range map[string]*coverage.AccessIndex{"by_hamlet": a.ByHamlet, "by_village": a.ByVillage} {
			if index != nil {
				if j.Access == nil {
					j.Access = map[string][2]float64{}
				}
				j.Access[name] = [2]float64{served.Centi(index.Low), served.Centi(index.High)}
			}
		}
		answer.Results = append(answer.Results, j)
	}
	return answer
}

// CoverageStatesAsk asks for a service's state of every village.
type CoverageStatesAsk struct {
	OneService
	Years
}

func coverageStates() *Question {
	return question.New(question.Name{
		ID: "coverageStates", Path: "/api/coverage/states", Example: "service=road",
		Title: layers.Words{Zh: "各村状态", En: "States of all villages"},
		Help:  layers.Words{Zh: "每个村某项服务的状态，供地图着色。", En: "A service's state of every village, for a map to colour by."},
	}, []string{question.JSON}, func(_ context.Context, w World, ask CoverageStatesAsk) (CoverageStates, error) {
		r, err := w.covered(ask.Year)
		if err != nil {
			return CoverageStates{}, err
		}
		id := service.ID(ask.Service)
		a := CoverageStates{Service: id, Year: r.Year, Names: service.StateNames(), IDs: []int64{}, States: []int{}}
		for i, row := range r.Villages.Rows {
			if !w.sees(r.Villages.Table, row) {
				continue
			}
			a.IDs, a.States = append(a.IDs, r.Villages.Table.ID(row)), append(a.States, int(r.States[id][i]))
		}
		return a, nil
	})
}

// CoverageStates is the states as parallel lists; a state is its position in Names.
type CoverageStates struct {
	Service service.ID `json:"service"`
	Year    int        `json:"year"`
	Names   []string   `json:"names"`
	IDs     []int64    `json:"ids"`
	States  []int      `json:"states"`
}

// OneVillage is the village that a question is about.
type OneVillage struct {
	Village string `in:"path" required:"a village's code or id" zh:"行政村代码或编号。" en:"The village's code or id."`
}

// find is the row of the village.
func (w World) find(asked OneVillage) (row uint32, err error) {
	t := w.villages()
	row, ok := t.FindCode(asked.Village)
	if id, err := strconv.ParseInt(asked.Village, 10, 64); !ok && err == nil {
		row, ok = t.Find(id)
	}
	if !ok {
		return 0, question.NotFound("there is no village with the code or id " + strconv.Quote(asked.Village))
	}
	return row, nil
}

// VillageCoverageAsk asks for all that coverage knows of a village.
type VillageCoverageAsk struct {
	OneVillage
	Years
}

func villageDossier() *Question {
	return question.New(question.Name{
		ID: "villageCoverage", Path: "/api/coverage/{village}", Example: "village=@village",
		Title: layers.Words{Zh: "一个村的全部服务", En: "All services of a village"},
		Help: layers.Words{
			Zh: "一个村每项服务的状态和依据，以及到县城最好走的路。",
			En: "Every service of a village with its evidence, and the best way out to the county seat.",
		},
	}, []string{question.JSON}, func(ctx context.Context, w World, ask VillageCoverageAsk) (Dossier, error) {
		row, err := w.find(ask.OneVillage)
		if err != nil {
			return Dossier{}, err
		}
		r, err := w.covered(ask.Year)
		if err != nil {
			return Dossier{}, err
		}
		// The result may be of an earlier snapshot whose villages are the same table.
		i, ok := r.Villages.Index(row)
		if !ok {
			return Dossier{}, question.NotFound("there is no village with the code or id " + strconv.Quote(ask.Village))
		}
		return w.newDossier(ctx, r, i)
	})
}

// ServiceState is one service of a village, with all its evidence.
type ServiceState struct {
	Service service.ID    `json:"service"`
	State   service.State `json:"state"`
	Why     []Criterion   `json:"why"`
	Nearest *Supply       `json:"nearest,omitempty"`
	ByRoad  *Supply       `json:"nearest_by_road,omitempty"`
}

// Dossier is all that coverage knows of a village; its own state and why are those of its road.
type Dossier struct {
	VillageCoverage
	Year     int             `json:"year"`
	Surveyed int             `json:"surveyed"`
	Services []ServiceState  `json:"services"`
	Way      served.Geometry `json:"way"` // the best way out to the county seat
	Steps    []WayStep       `json:"steps"`
}

// WayStep is a stretch of a way: its line is the way's positions from Begin to End.
type WayStep struct {
	Road     int64   `json:"road"` // id
	Name     string  `json:"name,omitempty"`
	Metres   float64 `json:"metres"`
	Hardened bool    `json:"hardened"`
	Begin    int     `json:"begin"`
	End      int     `json:"end"`
}

func (w World) newDossier(ctx context.Context, r *coverage.Result, i int) (Dossier, error) {
	d := Dossier{VillageCoverage: w.villageCoverage(r, service.Road, i), Year: r.Year, Surveyed: r.Surveyed, Steps: []WayStep{}}
	for _, s := range r.Services.Services {
		d.Services = append(d.Services, ServiceState{
			Service: s.ID, State: r.States[s.ID][i], Why: w.evidence(r, i, r.Why(s.ID, i), nil),
			Nearest: w.supplyOf(r, r.Supplies[s.ID], i), ByRoad: w.supplyByRoad(r, s.ID, i),
		})
	}
	if w.May(onRoads) != nil {
		return d, nil
	}
	route, err := r.WayOut(ctx, i)
	if err != nil || route.State != network.Reached || len(route.Line) < 2 {
		return d, ctx.Err() // there is no way, which is an answer too
	}
	d.Way = served.GeometryOf(orb.Geometry(route.Line))
	for _, s := range route.Steps {
		t := r.Network.Table
		d.Steps = append(d.Steps, WayStep{t.ID(s.Row), t.Get(s.Row, "name").Text(), served.Centi(s.Metres), s.Hardened, s.Begin, s.End})
	}
	return d, nil
}
