package questions

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/service"
)

var sheets = []string{question.JSON, question.GeoJSON, question.CSV, question.XLSX}

// OneService is the service that a question is about.
type OneService struct {
	Service string `one:"@services" default:"road" zh:"问哪项服务。" en:"Which service."`
}

// CoverageAsk asks which villages are of a state.
type CoverageAsk struct {
	OneService
	State string `typed:"not" zh:"只列这些状态的村，用逗号分隔；缺省为全部。" en:"Only villages of these states, separated by commas; all by default."`
	Years
	Within
	Called string `name:"q" zh:"村、镇或县名里有这几个字。" en:"Only villages whose own, town's or county's name holds this text."`
	Sort   string `one:"code,-code,people,-people,metres,-metres" default:"code" zh:"排序：代码、人口或差多少米；前加 - 反过来。" en:"Order: by code, people or metres missing; - turns it round."`
}

func listCoverage() *Question {
	return question.New(question.Name{
		ID: "listCoverage", Path: "/api/coverage", Command: "gaps", Example: "service=water&state=not,unknown",
		Title: layers.Words{Zh: "缺口名单", En: "Coverage"},
		Help:  layers.Words{Zh: "列出各村某项服务达标与否、缺什么、依据是什么。", En: "List the villages that lack a service, and why."},
	}, sheets, func(ctx context.Context, w World, ask CoverageAsk) (Coverage, error) {
		r, err := w.covered(ask.Year)
		if err != nil {
			return Coverage{}, err
		}
		keep, err := w.keep(ask.Within, r.Villages.Table, ask.Year)
		if err != nil {
			return Coverage{}, err
		}
		states := statesOf(ask.State, nil)
		id := service.ID(ask.Service)
		a := w.newCoverage(r, id, func(i int) bool {
			return (len(states) == 0 || slices.Contains(states, r.States[id][i])) &&
				(keep == nil || keep(r.Villages.Rows[i])) &&
				called(r, i, ask.Called)
		})
		a.sort(ask.Sort)
		return a, ctx.Err()
	})
}

// Faults are states, areas and conditions that do not exist.
func (ask CoverageAsk) Faults(w World) (wrong layers.Faults) {
	statesOf(ask.State, &wrong)
	w.check(ask.Within, w.villages(), &wrong)
	return wrong
}

// statesOf reads names of states, separated by commas; "" is all.
func statesOf(names string, wrong *layers.Faults) (states []service.State) {
	if names == "" {
		return nil
	}
	for _, name := range strings.Split(names, ",") {
		state, err := service.ParseState(name)
		if err != nil && wrong != nil {
			wrong.Add("state", "%v", err)
		}
		states = append(states, state)
	}
	return states
}

// Coverage is how villages are with a service.
type Coverage struct {
	Service  service.ID        `json:"service"`
	Year     int               `json:"year"`
	Surveyed int               `json:"surveyed"` // the year of what was measured
	People   int               `json:"people"`
	Count    int               `json:"count"`
	Results  []VillageCoverage `json:"results"`
}

// VillageCoverage is a village with what it lacks.
type VillageCoverage struct {
	Village
	State   service.State `json:"state"`
	Why     []Criterion   `json:"why"`
	Nearest *Supply       `json:"nearest,omitempty"`
	ByRoad  *Supply       `json:"nearest_by_road,omitempty"` // walks at both ends included
	Road    *Way          `json:"road,omitempty"`
}

func (w World) newCoverage(r *coverage.Result, id service.ID, keep func(i int) bool) Coverage {
	a := Coverage{Service: id, Year: r.Year, Surveyed: r.Surveyed, Results: []VillageCoverage{}}
	if id == service.Road {
		r.FindWays(keep)
	}
	for i := range r.States[id] {
		if keep(i) {
			a.Results = append(a.Results, w.villageCoverage(r, id, i))
		}
	}
	slices.SortStableFunc(a.Results, func(x, y VillageCoverage) int { return strings.Compare(x.Code, y.Code) })
	a.Count = len(a.Results)
	for _, v := range a.Results {
		if v.Population != nil {
			a.People += int(*v.Population)
		}
	}
	return a
}

func (w World) villageCoverage(r *coverage.Result, id service.ID, i int) VillageCoverage {
	v := VillageCoverage{
		Village: villageOf(r, i), State: r.States[id][i], Why: w.evidence(r, i, r.Why(id, i), lacks),
		Nearest: w.supplyOf(r, r.Supplies[id], i), ByRoad: w.supplyByRoad(r, id, i),
	}
	if id == service.Road && w.May(onRoads) == nil {
		v.Road = wayOf(r, i)
	}
	return v
}

// sort puts the villages, which are in the order of their codes, in another one. What is
// not known comes first, as the least.
func (a *Coverage) sort(order string) {
	by, down := strings.CutPrefix(order, "-")
	measure := map[string]func(v *VillageCoverage) float64{"people": (*VillageCoverage).people, "metres": (*VillageCoverage).missing}[by]
	switch {
	case measure == nil && down:
		slices.Reverse(a.Results)
	case measure != nil:
		slices.SortStableFunc(a.Results, func(x, y VillageCoverage) int {
			if down {
				x, y = y, x
			}
			return cmp.Compare(measure(&x), measure(&y))
		})
	}
}

// people is the village's population, -1 where it is not known.
func (v *VillageCoverage) people() float64 {
	if v.Population == nil {
		return -1
	}
	return float64(*v.Population)
}

// missing is the metres of a village's way out that are not hardened or, of other services, those to
// the nearest supply; not a number where there is none.
func (v *VillageCoverage) missing() float64 {
	switch {
	case v.Road != nil && v.Road.UnhardenedM != nil:
		return *v.Road.UnhardenedM
	case v.Road == nil && v.Nearest != nil:
		return v.Nearest.Metres
	}
	return math.NaN()
}

// nearestMetres are those to a hardened road or to the nearest supply.
func (v *VillageCoverage) nearestMetres() any {
	switch {
	case v.Road != nil:
		return v.Road.NearestM
	case v.Nearest != nil:
		return v.Nearest.Metres
	}
	return nil
}

// Columns are those of a sheet.
func (a Coverage) Columns() []question.Column {
	return question.Columns(
		"*code 代码 | Code",
		"*name 村 | Name",
		"town 镇 | Town",
		"county 县区 | County",
		"*population:int 人口 | People",
		"service 服务 | Service",
		"year:int 年份 | Year",
		"*state 状态 | State",
		"why_zh 原因 | Why (Chinese)",
		"why_en 原因（英文） | Why (English)",
		"nearest 最近的供给 | Nearest supply",
		"nearest_m:float 距最近的供给（米） | Metres to it",
		"nearest_by_road 沿路最近的供给 | Nearest supply by road",
		"nearest_by_road_m:float 沿路距离（米） | Metres to it by road",
		"road_m:float 距硬化路（米） | Metres to a hardened road",
		"unhardened_m:float 未硬化（米） | Metres unhardened",
		"way_m:float 到县城（米） | Metres to the seat",
		"lon:float 经度 | Longitude",
		"lat:float 纬度 | Latitude",
		"!nearest_metres:float 最近（米） | Nearest m",
		"!why 原因 | Why",
	)
}

// Rows are a village each.
func (a Coverage) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for n := range a.Results {
		v := &a.Results[n]
		why, road := reasons(v.Why), v.Road
		if road == nil {
			road = &Way{}
		}
		nearest, nearestM := v.Nearest.cells()
		byRoad, byRoadM := v.ByRoad.cells()
		err := emit(v.place(), v.Code, v.Name, v.TownName, v.CountyName, v.Population, a.Service.String(), a.Year, v.State.String(),
			why.Zh, why.En, nearest, nearestM, byRoad, byRoadM, road.NearestM, road.UnhardenedM, road.WayM, v.Lon, v.Lat, v.nearestMetres(), why)
		if err != nil {
			return err
		}
	}
	return nil
}

// FileName is by service and year.
func (a Coverage) FileName() string { return fmt.Sprintf("coverage-%v-%d", a.Service, a.Year) }

// Footer counts them.
func (a Coverage) Footer() layers.Words {
	return layers.Words{Zh: fmt.Sprintf("%d 个村，%d 人", a.Count, a.People), En: fmt.Sprintf("%d villages, %d people", a.Count, a.People)}
}
