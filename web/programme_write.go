package web

import (
	"encoding/json"
	"io"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
)

// ProgrammeAnswer is a programme to be written. JSON is
//
//	{"service": "road", "year": 2017, "by": "km", "budget": null, "county": "",
//	 "lacking": {"villages", "people"},              who lacks the service in the area
//	 "total": {"km", "wan", "villages", "people"},   of all works
//	 "bound": 187.55, "bound_of": "km", "gap": 0,    see programme.Plan
//	 "bbox": [west, south, east, north],             of the works; null without any
//	 "works": [{"n": 1, "km", "wan", "estimated",    in the order in which to build
//	            "people", "villages": [{"id", "code", "name", …}],
//	            "sum": {"km", "wan", "villages", "people"},   of this and all before
//	            "supply": {"layer", "id", "name", "metres"},  of water
//	            "stretches": [{"kind": "harden", "road": 12, "name", "class", "surface", "from_m", "to_m", "metres",
//	                           "wan", "estimated"}],
//	            "parts": [{"road", "from_m", "to_m"}, …],     as POST /api/programme/whatif takes them
//	            "geometry": {"type": "MultiLineString", …}}], null where nothing is built
//	 "left": [{"id", "code", "name", …, "why": "budget"}]}
//
// GeoJSON, CSV and XLSX have one row a stretch, with what the work brings on its first.
type ProgrammeAnswer struct{ Plan *programme.Plan }

type totalsJSON struct {
	Km       float64 `json:"km"`
	Wan      float64 `json:"wan"`
	Villages int     `json:"villages"`
	People   int     `json:"people"`
}

func newTotals(t programme.Totals) totalsJSON {
	return totalsJSON{math.Round(t.Km*1e3) / 1e3, round2(t.Wan), t.Villages, t.People}
}

type stretchJSON struct {
	Kind      programme.Kind `json:"kind"`
	Road      int64          `json:"road,omitempty"` // id
	Number    string         `json:"number,omitempty"`
	Name      string         `json:"name,omitempty"`
	Class     string         `json:"class,omitempty"`
	Surface   string         `json:"surface,omitempty"`
	FromM     float64        `json:"from_m"`
	ToM       float64        `json:"to_m"`
	Metres    float64        `json:"metres"`
	Wan       float64        `json:"wan"`
	Estimated bool           `json:"estimated"` // by the rules' cost per km
}

func (a ProgrammeAnswer) stretch(s programme.Stretch) stretchJSON {
	j := stretchJSON{Kind: s.Kind, FromM: milli(s.FromM), ToM: milli(s.ToM), Metres: round2(s.Metres), Wan: round2(s.Wan), Estimated: s.Estimated}
	if t := a.Plan.Result.Network.Table; s.Kind == programme.Harden && t != nil {
		text := func(field string) string { return t.Get(s.Row, field).Text() }
		j.Road, j.Number, j.Name, j.Class, j.Surface = t.ID(s.Row), text("number"), text("name"), text("class"), text("surface")
	}
	return j
}

// milli rounds to millimetres, so that parts that are sent back meet.
func milli(v float64) float64 { return math.Round(v*1e3) / 1e3 }

// partJSON is a part of works as POST /api/programme/whatif takes it.
type partJSON struct {
	Road    int64        `json:"road,omitempty"`
	FromM   float64      `json:"from_m,omitempty"`
	ToM     float64      `json:"to_m,omitempty"`
	Line    [][2]float64 `json:"line,omitempty"`
	Village int64        `json:"village,omitempty"`
	Service string       `json:"service,omitempty"`
}

func partsJSON(parts []programme.Part) (list []partJSON) {
	for _, p := range parts {
		j := partJSON{Road: p.Road, FromM: milli(p.FromM), ToM: milli(p.ToM), Village: p.Village}
		if p.Village != 0 {
			j.Service = p.Service.String()
		}
		for _, at := range p.Line {
			j.Line = append(j.Line, [2]float64{roundDegrees(at[0]), roundDegrees(at[1])})
		}
		list = append(list, j)
	}
	return list
}

type workJSON struct {
	N         int             `json:"n"`
	Km        float64         `json:"km"`
	Wan       float64         `json:"wan"`
	Estimated bool            `json:"estimated"`
	People    int             `json:"people"`
	Villages  []villageRef    `json:"villages"`
	Sum       totalsJSON      `json:"sum"`
	Supply    *supplyJSON     `json:"supply,omitempty"`
	Stretches []stretchJSON   `json:"stretches"`
	Parts     []partJSON      `json:"parts"`
	Geometry  json.RawMessage `json:"geometry"`
}

func (a ProgrammeAnswer) work(n int) (workJSON, error) {
	w := &a.Plan.Works[n]
	t := newTotals(w.Totals)
	j := workJSON{
		N: n + 1, Km: t.Km, Wan: t.Wan, Estimated: w.Estimated, People: w.People, Sum: newTotals(w.Sum),
		Stretches: []stretchJSON{}, Parts: partsJSON(a.Plan.Parts(a.Plan.Works[n : n+1])), Supply: a.supply(w),
	}
	for _, v := range w.Villages {
		j.Villages = append(j.Villages, newVillageRef(a.Plan.Result, v))
	}
	var g orb.Geometry
	var lines orb.MultiLineString
	for _, s := range w.Stretches {
		j.Stretches = append(j.Stretches, a.stretch(s))
		lines = append(lines, s.Line)
	}
	if len(lines) > 0 {
		g = lines
	}
	var err error
	j.Geometry, err = geometryJSON(g)
	return j, err
}

func (a ProgrammeAnswer) supply(w *programme.Work) *supplyJSON {
	s := a.Plan.Result.Supplies[service.Water]
	if a.Plan.Service != service.Water || s == nil || s.Table == nil {
		return nil
	}
	return &supplyJSON{Layer: s.Table.Layer.ID, ID: s.Table.ID(w.Supply), Name: s.Table.Get(w.Supply, "name").Text(), Metres: round2(w.Km * 1e3)}
}

// Write writes the answer; the error is w's.
func (a ProgrammeAnswer) Write(w io.Writer, format string) error {
	if format != "json" {
		return a.writeSheet(w, format)
	}
	p := a.Plan
	works, box := make([]workJSON, len(p.Works)), geo.Empty
	for n := range works {
		var err error
		if works[n], err = a.work(n); err != nil {
			return err
		}
		for _, s := range p.Works[n].Stretches {
			box = box.Union(geo.QuantiseBound(s.Line.Bound()))
		}
	}
	type leftJSON struct {
		villageRef
		Why string `json:"why"`
	}
	left := []leftJSON{}
	for _, l := range p.Left {
		left = append(left, leftJSON{newVillageRef(p.Result, l.Village), l.Why})
	}
	var budget, bound *float64
	boundOf := string(p.By)
	if !math.IsInf(p.Budget, 1) {
		budget, boundOf = &p.Budget, "people"
	}
	if rounded := milli(p.Bound); !math.IsNaN(rounded) {
		bound = &rounded
	}
	return json.NewEncoder(w).Encode(map[string]any{
		"service": p.Service, "year": p.Result.Year, "by": p.By, "budget": budget, "county": p.County,
		"lacking": map[string]int{"villages": p.Lacking.Villages, "people": p.Lacking.People}, "total": newTotals(p.Total),
		"bound": bound, "bound_of": boundOf, "gap": math.Round(p.Gap*1e6) / 1e6, "bbox": bounds(box), "works": works, "left": left,
	})
}

func (a ProgrammeAnswer) writeSheet(w io.Writer, format string) error {
	p := a.Plan
	s, err := newSheet(w, format, "programme-"+p.Service.String(),
		"work:int", "kind", "road:int", "number", "road_name", "class", "surface", "from_m:float", "to_m:float", "metres:float", "wan:float", "estimated:bool",
		"villages", "people:int", "work_km:float", "work_wan:float", "sum_km:float", "sum_wan:float", "sum_villages:int", "sum_people:int", "supply")
	if err != nil {
		return err
	}
	for n := range p.Works {
		work := &p.Works[n]
		own, sum := newTotals(work.Totals), newTotals(work.Sum)
		brings := []any{villageNames(p.Result, work.Villages), own.People, own.Km, own.Wan, sum.Km, sum.Wan, sum.Villages, sum.People}
		if supply := a.supply(work); supply != nil {
			brings = append(brings, supply.Name)
		}
		if len(work.Stretches) == 0 {
			if err := s.row(nil, append([]any{n + 1, nil, nil, nil, nil, nil, nil, nil, nil, 0., 0., work.Estimated}, brings...)...); err != nil {
				return err
			}
		}
		for i, part := range work.Stretches {
			j := a.stretch(part)
			row := []any{n + 1, string(j.Kind), nil, nil, nil, nil, nil, nil, nil, j.Metres, j.Wan, j.Estimated}
			if j.Road != 0 {
				row = []any{n + 1, string(j.Kind), j.Road, j.Number, j.Name, j.Class, j.Surface, j.FromM, j.ToM, j.Metres, j.Wan, j.Estimated}
			}
			if i == 0 {
				row = append(row, brings...)
			}
			if err := s.row(part.Line, row...); err != nil {
				return err
			}
		}
	}
	return s.out.Close()
}

// WhatIfAnswer is what works would change, by service and county and village by village.
type WhatIfAnswer struct {
	Year     int             `json:"year"`
	Services []whatIfService `json:"services"` // of which anything changes
	Changed  []whatIfVillage `json:"changed"`
}

type whatIfService struct {
	Service  service.ID     `json:"service"`
	Before   whatIfCount    `json:"before"`
	After    whatIfCount    `json:"after"`
	Counties []whatIfCounty `json:"counties"`
}

type whatIfCounty struct {
	Code   string      `json:"code"`
	Name   string      `json:"name"`
	Before whatIfCount `json:"before"`
	After  whatIfCount `json:"after"`
}

// whatIfCount counts by state.
type whatIfCount struct {
	Villages map[string]int   `json:"villages"`
	People   map[string]int64 `json:"people"`
	Targets  []criterionJSON  `json:"targets"`
}

type whatIfVillage struct {
	villageRef
	Service service.ID    `json:"service"`
	Before  service.State `json:"before"`
	After   service.State `json:"after"`
}

// NewWhatIfAnswer puts an outcome into words.
func NewWhatIfAnswer(o *programme.Outcome) WhatIfAnswer {
	a := WhatIfAnswer{Year: o.Before.Year, Services: []whatIfService{}, Changed: []whatIfVillage{}}
	touched := map[service.ID]bool{}
	for _, c := range o.Changed {
		touched[c.Service] = true
		a.Changed = append(a.Changed, whatIfVillage{newVillageRef(o.Before, c.Village), c.Service, c.Before, c.After})
	}
	for _, declared := range o.Before.Services.Services {
		s := declared.ID
		if !touched[s] {
			continue
		}
		j := whatIfService{Service: s}
		j.Before, j.After = whatIfAll(o.Before, s), whatIfAll(o.After, s)
		after := map[string]coverage.Summary{}
		for _, sum := range o.After.Summarise(s, coverage.ByCounty) {
			after[sum.Code] = sum
		}
		for _, sum := range o.Before.Summarise(s, coverage.ByCounty) {
			j.Counties = append(j.Counties, whatIfCounty{sum.Code, sum.Name, newWhatIfCount(sum), newWhatIfCount(after[sum.Code])})
		}
		a.Services = append(a.Services, j)
	}
	return a
}

func whatIfAll(r *coverage.Result, s service.ID) whatIfCount {
	all := r.Summarise(s, coverage.ByCity)
	sum := newWhatIfCount(all[0])
	for _, other := range all[1:] { // of several prefectures the targets are not added up
		sum.Targets = []criterionJSON{}
		for state, n := range other.Villages {
			sum.Villages[service.StateNames()[state]] += n
			sum.People[service.StateNames()[state]] += other.People[state]
		}
	}
	return sum
}

func newWhatIfCount(s coverage.Summary) whatIfCount {
	c := whatIfCount{Villages: map[string]int{}, People: map[string]int64{}, Targets: criteriaJSON(s.Targets, everyCriterion)}
	for state, name := range service.StateNames() {
		c.Villages[name], c.People[name] = s.Villages[state], s.People[state]
	}
	return c
}
