package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// CriticalAnswer is the sections of hardened road without which villages would lose
// theirs, and the cableways that bridges are to replace. JSON is
//
//	{"year": 2017, "sections": [{"n": 1, "people", "metres", "villages": [{"id", "code", …}],
//	                             "roads": [{"id", "number", "name", "class", "metres"}], "geometry": MultiLineString}],
//	 "cableways": [{"id", "name", "county", "metres", "geometry": …}]}
//
// GeoJSON, CSV and XLSX have a row a section, and then a row a cableway.
type CriticalAnswer struct {
	Result   *coverage.Result
	Sections []coverage.Critical
	county   string
}

// FindCritical makes the answer: of the villages of a county, where its code is not "",
// and at most so many sections.
func FindCritical(ctx context.Context, r *coverage.Result, county string, limit int) (CriticalAnswer, error) {
	a := CriticalAnswer{Result: r, county: county}
	number := int32(-1)
	if county != "" {
		number = int32(slices.IndexFunc(r.Counties, func(c coverage.Area) bool { return c.Code == county }))
		if number < 0 {
			return a, nil
		}
	}
	var err error
	a.Sections, err = r.Critical(ctx, number)
	a.Sections = a.Sections[:min(len(a.Sections), limit)]
	return a, err
}

// maxSections is how many sections one answer may hold.
const maxSections = 10_000

// listCritical answers GET /api/coverage/critical?year=&county=&limit=.
func (s *server) listCritical(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	year, limit, format := q.coverageYear(), q.whole("limit", 1, maxSections, 100), q.choice("f", AnswerFormats...)
	county, _ := q.text("county")
	_, err := NewCoverageFilter(snap, "", county, "")
	for _, m := range filterMisuses(err) {
		q.refuse(m.Parameter, m.Detail)
	}
	if err := q.done(); err != nil {
		return err
	}
	result, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return err
	}
	answer, err := FindCritical(r.Context(), result, county, limit)
	if err != nil {
		return err
	}
	return send(w, answer, format, fmt.Sprintf("critical-%d", year))
}

type roadRef struct {
	ID     int64   `json:"id"`
	Number string  `json:"number,omitempty"`
	Name   string  `json:"name,omitempty"`
	Class  string  `json:"class,omitempty"`
	Metres float64 `json:"metres"`
}

// roads are those of a section, with how much of each belongs to it.
func (a CriticalAnswer) roads(c *coverage.Critical) (list []roadRef) {
	g, t := a.Result.Network.Graph, a.Result.Network.Table
	for _, e := range c.Edges {
		edge := g.Edge(e)
		id := t.ID(edge.Row)
		at := slices.IndexFunc(list, func(r roadRef) bool { return r.ID == id })
		if at < 0 {
			text := func(field string) string { return t.Get(edge.Row, field).Text() }
			list = append(list, roadRef{id, text("number"), text("name"), text("class"), 0})
			at = len(list) - 1
		}
		list[at].Metres += edge.Metres
	}
	for i := range list {
		list[i].Metres = round2(list[i].Metres)
	}
	return list
}

// cableways are the rows of those in use in the county asked for.
func (a CriticalAnswer) cableways() (rows []uint32) {
	for _, row := range a.Result.Cableways {
		if a.county == "" || a.Result.Network.Table.Get(row, "county").Text() == a.county {
			rows = append(rows, row)
		}
	}
	return rows
}

// Write writes the answer; the error is w's.
func (a CriticalAnswer) Write(w io.Writer, format string) error {
	if format != "json" {
		return a.writeSheet(w, format)
	}
	type sectionJSON struct {
		N        int             `json:"n"`
		People   int             `json:"people"`
		Metres   float64         `json:"metres"`
		Villages []villageRef    `json:"villages"`
		Roads    []roadRef       `json:"roads"`
		Geometry json.RawMessage `json:"geometry"`
	}
	sections := make([]sectionJSON, len(a.Sections))
	for n := range a.Sections {
		c := &a.Sections[n]
		g, err := geometryJSON(c.Lines(a.Result.Network.Graph))
		if err != nil {
			return err
		}
		sections[n] = sectionJSON{n + 1, c.People, round2(c.Metres), nil, a.roads(c), g}
		for _, v := range c.Villages {
			sections[n].Villages = append(sections[n].Villages, newVillageRef(a.Result, v))
		}
	}
	type cablewayJSON struct {
		ID       int64           `json:"id"`
		Name     string          `json:"name"`
		County   string          `json:"county"`
		Metres   float64         `json:"metres"`
		Geometry json.RawMessage `json:"geometry"`
	}
	cableways := []cablewayJSON{}
	for _, row := range a.cableways() {
		t := a.Result.Network.Table
		g, err := geometryJSON(t.Shape(row).Geometry())
		if err != nil {
			return err
		}
		cableways = append(cableways, cablewayJSON{t.ID(row), t.Get(row, "name").Text(), t.Get(row, "county").Text(), round2(t.Shape(row).Length()), g})
	}
	return json.NewEncoder(w).Encode(map[string]any{"year": a.Result.Year, "sections": sections, "cableways": cableways})
}

func (a CriticalAnswer) writeSheet(w io.Writer, format string) error {
	s, err := newSheet(w, format, "critical", "n:int", "kind", "people:int", "villages:int", "village_names", "metres:float", "roads:int", "road:int", "number", "name", "class")
	if err != nil {
		return err
	}
	for n := range a.Sections {
		c := &a.Sections[n]
		roads := a.roads(c)
		var g orb.Geometry = c.Lines(a.Result.Network.Graph)
		first := roads[0]
		if err := s.row(g, n+1, "section", c.People, len(c.Villages), villageNames(a.Result, c.Villages), round2(c.Metres), len(roads), first.ID,
			nonEmpty(first.Number), nonEmpty(first.Name), nonEmpty(first.Class)); err != nil {
			return err
		}
	}
	for n, row := range a.cableways() {
		t := a.Result.Network.Table
		shape := t.Shape(row)
		if err := s.row(shape.Geometry(), n+1, "cableway", nil, nil, nil, round2(shape.Length()), 1, t.ID(row),
			nonEmpty(t.Get(row, "number").Text()), nonEmpty(t.Get(row, "name").Text()), nonEmpty(t.Get(row, "class").Text())); err != nil {
			return err
		}
	}
	return s.out.Close()
}

// coverageStates answers GET /api/coverage/states?service=&year=: the state of every
// village that has one, as parallel lists for a map to colour by:
//
//	{"service": "road", "year": 2017, "names": ["unknown", "not", …], "ids": [1, 2, …], "states": [3, 1, …]}
//
// a state being its position in names.
func (s *server) coverageStates(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	id, year := s.service(q), q.coverageYear()
	if err := q.done(); err != nil {
		return err
	}
	result, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return err
	}
	ids, states := make([]int64, result.Villages.Len()), make([]int, result.Villages.Len())
	for i, row := range result.Villages.Rows {
		ids[i], states[i] = result.Villages.Table.ID(row), int(result.States[id][i])
	}
	return writeJSON(w, map[string]any{"service": id, "year": year, "names": service.StateNames(), "ids": ids, "states": states})
}
