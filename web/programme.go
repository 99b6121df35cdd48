package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxWhatIfBody is how long a body with works may be.
const maxWhatIfBody = 4 << 20

// programmeServices are the names of the services that have programmes.
var programmeServices = func() (names []string) {
	for _, s := range programme.Services {
		names = append(names, s.String())
	}
	return names
}()

// makeProgramme answers GET /api/programme?service=&by=&budget_km=&budget_wan=&county=&filter=&year=:
// the works that close a gap, as ProgrammeAnswer has them, for the villages that match the
// filter. by, km or wan, is what is to be saved where there is no budget.
func (s *server) makeProgramme(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	year, format := q.coverageYear(), q.choice("f", AnswerFormats...)
	ask := q.programme()
	_, err := NewCoverageFilter(snap, "", ask.County, "")
	for _, m := range filterMisuses(err) {
		q.refuse(m.Parameter, m.Detail)
	}
	condition := q.filter()
	if t, ok := snap.Table("village"); ok {
		q.bind(condition, t) // the result may be of another snapshot, whose fields are the same
	}
	if err := q.done(); err != nil {
		return err
	}
	result, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return err
	}
	if ask.Only, err = OnlyVillages(condition, result); err != nil {
		return err
	}
	plan, err := programme.Make(r.Context(), result, ask)
	if err != nil {
		return err
	}
	return send(w, ProgrammeAnswer{plan}, format, fmt.Sprintf("programme-%v-%d", ask.Service, year))
}

// OnlyVillages tells which rows of the result's villages match a condition; nil where there
// is none.
func OnlyVillages(condition *cql2.Expr, r *coverage.Result) (func(row uint32) bool, error) {
	if condition == nil || r.Villages.Table == nil {
		return nil, nil
	}
	f, err := condition.Bind(r.Villages.Table)
	if err != nil {
		return nil, err
	}
	return f.Match, nil
}

func (q *query) programme() programme.Ask {
	ask := programme.Ask{Service: service.ID(q.choice("service", programmeServices...)), By: programme.Measure(q.choice("by", "km", "wan")), Budget: math.Inf(1)}
	for _, m := range []programme.Measure{programme.Km, programme.Wan} {
		name := "budget_" + string(m)
		budget := q.number(name, 0, 1e7, math.Inf(1))
		switch {
		case math.IsInf(budget, 1):
		case !math.IsInf(ask.Budget, 1) || q.values.Get("by") != "" && ask.By != m:
			q.refuse(name, "there may be one budget, and by, where it is given, must be its measure")
		default:
			ask.By, ask.Budget = m, budget
		}
	}
	ask.County, _ = q.text("county")
	return ask
}

// whatIf answers POST /api/programme/whatif?year=: what works would change. The body is
//
//	{"works": [{"road": 12, "from_m": 0, "to_m": 350.5},
//	           {"line": [[109.9, 33.8], [109.91, 33.81]]},
//	           {"village": 7, "service": "water"}]}
//
// as the stretches of a programme's works have them: a part of a road that is hardened, a
// new hardened road, a village that is joined to a waterworks or to the fibre network.
// Nothing is kept. The answer is a WhatIfAnswer.
func (s *server) whatIf(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	year := q.coverageYear()
	if err := q.done(); err != nil {
		return err
	}
	parts, err := ReadParts(http.MaxBytesReader(w, r.Body, maxWhatIfBody))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return tooLarge(fmt.Sprintf("the body may have %d bytes", long.Limit))
	case err != nil:
		return badRequest(misuse{"body", err.Error()})
	}
	before, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return err
	}
	outcome, err := programme.WhatIf(r.Context(), snap, before, parts)
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		return badRequest(misuses(wrong)...)
	}
	if err != nil {
		return err
	}
	return writeJSON(w, NewWhatIfAnswer(outcome))
}

// ReadParts reads works, as POST /api/programme/whatif has them, out of JSON.
func ReadParts(body io.Reader) ([]programme.Part, error) {
	var asked struct {
		Works []struct {
			Road    *int64       `json:"road"`
			FromM   float64      `json:"from_m"`
			ToM     float64      `json:"to_m"`
			Line    [][2]float64 `json:"line"`
			Village *int64       `json:"village"`
			Service string       `json:"service"`
		} `json:"works"`
	}
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil {
		return nil, fmt.Errorf(`must be JSON: {"works": [{"road": id, "from_m": m, "to_m": m}, {"line": [[lon, lat], …]}, {"village": id, "service": "water"}]}: %w`, err)
	}
	if len(asked.Works) == 0 {
		return nil, errors.New("works: must hold at least one")
	}
	var parts []programme.Part
	for i, w := range asked.Works {
		var p programme.Part
		set := 0
		if w.Road != nil {
			p.Road, p.FromM, p.ToM = *w.Road, w.FromM, w.ToM
			set++
		}
		if w.Line != nil {
			for _, at := range w.Line {
				if math.Abs(at[0]) > 180 || math.Abs(at[1]) > 90 {
					return nil, fmt.Errorf("works[%d].line: must be [lon, lat] with lon from -180 to 180 and lat from -90 to 90", i)
				}
				p.Line = append(p.Line, orb.Point(at))
			}
			set++
		}
		if w.Village != nil {
			p.Village, p.Service = *w.Village, service.ID(w.Service)
			set++
		}
		if set != 1 {
			return nil, fmt.Errorf("works[%d]: must have one of road, line and village", i)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// villageRef is a village in an answer about works.
type villageRef struct {
	ID         int64    `json:"id"`
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	County     string   `json:"county"`
	CountyName string   `json:"county_name"`
	People     *int32   `json:"people"` // null where not on record
	Lon        *float64 `json:"lon"`
	Lat        *float64 `json:"lat"`
}

func newVillageRef(r *coverage.Result, i int) villageRef {
	t, row := r.Villages.Table, r.Villages.Rows[i]
	v := villageRef{ID: t.ID(row), Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text()}
	if n := r.Villages.County[i]; n >= 0 {
		v.County, v.CountyName = r.Counties[n].Code, r.Counties[n].Name
	}
	if n := r.Villages.People[i]; n >= 0 {
		v.People = &n
	}
	if at, ok := r.Villages.At(i); ok {
		lon, lat := roundDegrees(at[0]), roundDegrees(at[1])
		v.Lon, v.Lat = &lon, &lat
	}
	return v
}

func villageNames(r *coverage.Result, villages []int) string {
	var names []string
	for _, v := range villages {
		names = append(names, r.Villages.Table.Get(r.Villages.Rows[v], "name").Text())
	}
	return strings.Join(names, "、")
}
