package web

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// CoverageAnswer is some villages, by their indexes, with how they are with a service.
type CoverageAnswer struct {
	Result   *coverage.Result
	Service  service.ID
	Villages []int
}

// criterionJSON is one piece of evidence.
type criterionJSON struct {
	Code   string        `json:"code"`
	State  service.State `json:"state"`
	Value  layers.Value  `json:"value"`
	UpTo   *float64      `json:"up_to,omitempty"` // of a share of which a part is unknown
	Limit  float64       `json:"limit"`
	Basic  float64       `json:"basic"`
	Source string        `json:"source,omitempty"`
	Year   int           `json:"year,omitempty"`
	Field  string        `json:"field,omitempty"`
	Aside  bool          `json:"aside,omitempty"` // told, but decides nothing
	Text   layers.Words  `json:"text"`
}

func criteriaJSON(list []coverage.Criterion, keep func(coverage.Criterion) bool) []criterionJSON {
	out := []criterionJSON{}
	for _, c := range list {
		if !keep(c) {
			continue
		}
		j := criterionJSON{c.Code, c.State, c.Value, nil, c.Limit, c.Basic, c.Source, c.Year, c.Field, c.Aside, c.Sentence()}
		if c.Value.Kind() == layers.FloatKind {
			j.Value = layers.Float(round2(c.Value.Float()))
			if up := round2(c.UpTo); up > j.Value.Float() {
				j.UpTo = &up
			}
		}
		out = append(out, j)
	}
	return out
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }

// lacks tells what stands between a village and the service.
func lacks(c coverage.Criterion) bool { return !c.Aside && c.State != service.Reached }

func everyCriterion(coverage.Criterion) bool { return true }

// supplyJSON is the nearest supply, by straight line or by road.
type supplyJSON struct {
	Layer  string  `json:"layer"`
	ID     int64   `json:"id"`
	Name   string  `json:"name"`
	Metres float64 `json:"metres"`
}

func (s *supplyJSON) metres() *float64 {
	if s.Layer == "" {
		return nil
	}
	return &s.Metres
}

// nonEmpty is nil for an empty text.
func nonEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// wayJSON is what is known of a village's road: distances in metres.
type wayJSON struct {
	NearestM    *float64  `json:"nearest_m"` // straight, to a hardened road
	UnhardenedM *float64  `json:"unhardened_m"`
	WayM        *float64  `json:"way_m"`
	WalkM       *float64  `json:"walk_m"`
	Gaps        []gapJSON `json:"gaps"`
}

// gapJSON is a stretch that is not hardened.
type gapJSON struct {
	Road   int64      `json:"road"` // id
	Name   string     `json:"name,omitempty"`
	Metres float64    `json:"metres"`
	From   [2]float64 `json:"from"`
	To     [2]float64 `json:"to"`
}

// villageJSON is one village of an answer.
type villageJSON struct {
	Layer      string          `json:"layer"`
	ID         int64           `json:"id"`
	Code       string          `json:"code"`
	Name       string          `json:"name"`
	Town       string          `json:"town"`
	TownName   string          `json:"town_name"`
	County     string          `json:"county"`
	CountyName string          `json:"county_name"`
	Population *int32          `json:"population"`
	Lon        *float64        `json:"lon"`
	Lat        *float64        `json:"lat"`
	State      service.State   `json:"state"`
	Why        []criterionJSON `json:"why"`
	Nearest    *supplyJSON     `json:"nearest,omitempty"`
	ByRoad     *supplyJSON     `json:"nearest_by_road,omitempty"` // walks at both ends included
	Road       *wayJSON        `json:"road,omitempty"`
}

func newVillageJSON(r *coverage.Result, s service.ID, i int) villageJSON {
	t, row := r.Villages.Table, r.Villages.Rows[i]
	v := villageJSON{
		Layer: t.Layer.ID, ID: t.ID(row), Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text(),
		State: r.States[s][i], Why: criteriaJSON(r.Why(s, i), lacks), Nearest: newSupplyJSON(r.Supplies[s], i),
	}
	if by, err := r.SupplyByRoad(s); err == nil { // else the straight line must do
		v.ByRoad = newSupplyJSON(by, i)
	}
	if n := r.Villages.Town[i]; n >= 0 {
		v.Town, v.TownName = r.Towns[n].Code, r.Towns[n].Name
	}
	if n := r.Villages.County[i]; n >= 0 {
		v.County, v.CountyName = r.Counties[n].Code, r.Counties[n].Name
	}
	if people := r.Villages.People[i]; people >= 0 {
		v.Population = &people
	}
	if at, ok := r.Villages.At(i); ok {
		lon, lat := roundDegrees(at[0]), roundDegrees(at[1])
		v.Lon, v.Lat = &lon, &lat
	}
	if s == service.Road {
		v.Road = newWayJSON(r, i)
	}
	return v
}

func newSupplyJSON(n *coverage.Supply, i int) *supplyJSON {
	if n == nil || n.Table == nil || math.IsNaN(float64(n.Metres[i])) {
		return nil
	}
	return &supplyJSON{n.Table.Layer.ID, n.Table.ID(n.Row[i]), n.Table.Get(n.Row[i], "name").Text(), round2(float64(n.Metres[i]))}
}

func newWayJSON(r *coverage.Result, i int) *wayJSON {
	metres := func(v float32) *float64 {
		m := round2(float64(v))
		if math.IsNaN(m) {
			return nil
		}
		return &m
	}
	w := &wayJSON{NearestM: metres(r.Roads.NearestM[i]), UnhardenedM: metres(r.Roads.UnhardenedM[i]), WayM: metres(r.Roads.WayM[i]), WalkM: metres(r.Roads.WalkM[i]), Gaps: []gapJSON{}}
	for _, g := range r.Roads.Gaps(i) {
		t := r.Network.Table
		w.Gaps = append(w.Gaps, gapJSON{
			t.ID(g.Row), t.Get(g.Row, "name").Text(), round2(float64(g.Metres)),
			[2]float64{roundDegrees(g.From[0]), roundDegrees(g.From[1])},
			[2]float64{roundDegrees(g.To[0]), roundDegrees(g.To[1])},
		})
	}
	return w
}

// People is how many people live in the villages, as far as that is on record.
func (a CoverageAnswer) People() (n int) {
	for _, i := range a.Villages {
		n += int(max(0, a.Result.Villages.People[i]))
	}
	return n
}

// Write writes the answer: JSON with all that is lacking; GeoJSON, CSV and XLSX with a
// row a village. The error is w's.
func (a CoverageAnswer) Write(w io.Writer, format string) error {
	if format != "json" {
		return a.writeSheet(w, format)
	}
	results := make([]villageJSON, len(a.Villages))
	for n, i := range a.Villages {
		results[n] = newVillageJSON(a.Result, a.Service, i)
	}
	return json.NewEncoder(w).Encode(map[string]any{
		"service": a.Service, "year": a.Result.Year, "surveyed": a.Result.Surveyed, "people": a.People(), "count": len(results), "results": results,
	})
}

func (a CoverageAnswer) writeSheet(w io.Writer, format string) error {
	s, err := newSheet(w, format, "coverage-"+a.Service.String(),
		"code", "name", "town", "county", "population:int", "service", "year:int", "state", "why_zh", "why_en", "nearest", "nearest_m:float", "nearest_by_road", "nearest_by_road_m:float",
		"road_m:float", "unhardened_m:float", "way_m:float", "lon:float", "lat:float")
	if err != nil {
		return err
	}
	for _, i := range a.Villages {
		v := newVillageJSON(a.Result, a.Service, i)
		var zh, en []string
		for _, c := range v.Why {
			zh, en = append(zh, c.Text.Zh), append(en, c.Text.En)
		}
		nearest, byRoad, road := v.Nearest, v.ByRoad, v.Road
		if nearest == nil {
			nearest = &supplyJSON{}
		}
		if byRoad == nil {
			byRoad = &supplyJSON{}
		}
		if road == nil {
			road = &wayJSON{}
		}
		var place orb.Geometry
		if at, ok := a.Result.Villages.At(i); ok {
			place = at
		}
		err := s.row(place, v.Code, v.Name, v.TownName, v.CountyName, v.Population, a.Service.String(), a.Result.Year, v.State.String(),
			strings.Join(zh, "；"), strings.Join(en, "; "), nonEmpty(nearest.Name), nearest.metres(), nonEmpty(byRoad.Name), byRoad.metres(), road.NearestM, road.UnhardenedM, road.WayM, v.Lon, v.Lat)
		if err != nil {
			return err
		}
	}
	return s.out.Close()
}

// serviceJSON is one service of a village, with all its evidence.
type serviceJSON struct {
	Service service.ID      `json:"service"`
	State   service.State   `json:"state"`
	Why     []criterionJSON `json:"why"`
	Nearest *supplyJSON     `json:"nearest,omitempty"`
	ByRoad  *supplyJSON     `json:"nearest_by_road,omitempty"`
}

// dossier is all that coverage knows of a village.
type dossier struct {
	villageJSON
	Year     int             `json:"year"`
	Surveyed int             `json:"surveyed"`
	Services []serviceJSON   `json:"services"`
	Way      json.RawMessage `json:"way"` // the best way out to the county seat, as geometry
	Steps    []stepJSON      `json:"steps"`
}

// stepJSON is a stretch of a way: its line is the way's positions from Begin to End.
type stepJSON struct {
	Road     int64   `json:"road"` // id
	Name     string  `json:"name,omitempty"`
	Metres   float64 `json:"metres"`
	Hardened bool    `json:"hardened"`
	Begin    int     `json:"begin"`
	End      int     `json:"end"`
}

func newDossier(ctx context.Context, r *coverage.Result, i int) (dossier, error) {
	d := dossier{villageJSON: newVillageJSON(r, service.Road, i), Year: r.Year, Surveyed: r.Surveyed, Steps: []stepJSON{}}
	for _, declared := range r.Services.Services {
		s := declared.ID
		var byRoad *supplyJSON
		if by, err := r.SupplyByRoad(s); err == nil {
			byRoad = newSupplyJSON(by, i)
		}
		d.Services = append(d.Services, serviceJSON{s, r.States[s][i], criteriaJSON(r.Why(s, i), everyCriterion), newSupplyJSON(r.Supplies[s], i), byRoad})
	}
	var line orb.Geometry
	if route, err := r.WayOut(ctx, i); err == nil && route.State == network.Reached && len(route.Line) > 1 {
		line = route.Line
		for _, s := range route.Steps {
			t := r.Network.Table
			d.Steps = append(d.Steps, stepJSON{t.ID(s.Row), t.Get(s.Row, "name").Text(), round2(s.Metres), s.Hardened, s.Begin, s.End})
		}
	} else if ctx.Err() != nil {
		return d, ctx.Err()
	}
	var err error
	d.Way, err = geometryJSON(line)
	return d, err
}

// summaryJSON is one area of a roll-up.
type summaryJSON struct {
	Code     string           `json:"code"`
	Name     string           `json:"name"`
	Villages map[string]int   `json:"villages"` // by state
	People   map[string]int64 `json:"people"`
	// Unpeopled is how many villages' people are not on record.
	Unpeopled int                   `json:"villages_without_population"`
	Targets   []criterionJSON       `json:"targets"`
	Access    map[string][2]float64 `json:"rural_access,omitempty"` // at least and at most, %
	Checklist []criterionJSON       `json:"checklist,omitempty"`    // of a county's exit
}

func newCoverageSummary(r *coverage.Result, s service.ID, by coverage.By) any {
	checklists := map[string][]criterionJSON{}
	if s == service.Exit && by == coverage.ByCounty {
		for c, list := range r.CountyExit() {
			checklists[r.Counties[c].Code] = criteriaJSON(list, everyCriterion)
		}
	}
	results := []summaryJSON{}
	for _, a := range r.Summarise(s, by) {
		j := summaryJSON{
			Code: a.Code, Name: a.Name, Villages: map[string]int{}, People: map[string]int64{},
			Unpeopled: a.Unpeopled, Targets: criteriaJSON(a.Targets, everyCriterion), Checklist: checklists[a.Code],
		}
		for state, name := range service.StateNames() {
			j.Villages[name], j.People[name] = a.Villages[state], a.People[state]
		}
		for name, index := range map[string]*coverage.AccessIndex{"by_hamlet": a.ByHamlet, "by_village": a.ByVillage} {
			if index != nil {
				if j.Access == nil {
					j.Access = map[string][2]float64{}
				}
				j.Access[name] = [2]float64{round2(index.Low), round2(index.High)}
			}
		}
		results = append(results, j)
	}
	return map[string]any{"service": s, "by": by, "year": r.Year, "surveyed": r.Surveyed, "results": results}
}
