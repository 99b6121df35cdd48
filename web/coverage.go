package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// coverageRoutes adds what is asked under /api/coverage.
func (s *server) coverageRoutes(get func(path string, h http.HandlerFunc)) {
	get("/api/coverage", s.answer(s.listCoverage))
	get("/api/coverage/summary", s.answer(s.summariseCoverage))
	get("/api/coverage/critical", s.answer(s.listCritical))
	get("/api/coverage/states", s.answer(s.coverageStates))
	get("/api/coverage/{village}", s.answer(s.villageCoverage))
}

func (s *server) service(q *query) service.ID {
	return service.ID(q.choice("service", s.services.IDs()...))
}

// coverageYear is the year asked for; the present one where none is.
func (q *query) coverageYear() int { return q.whole("year", firstYear, lastYear, time.Now().Year()) }

// listCoverage answers /api/coverage: the villages of a state, with what they lack.
func (s *server) listCoverage(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	id, year, format := s.service(q), q.coverageYear(), q.choice("f", AnswerFormats...)
	states, _ := q.text("state")
	county, _ := q.text("county")
	town, _ := q.text("town")
	filter, err := NewCoverageFilter(snap, states, county, town)
	for _, m := range filterMisuses(err) {
		q.refuse(m.Parameter, m.Detail)
	}
	condition := q.filter()
	called, _ := q.text("q")
	order := q.choice("sort", coverageOrders...)
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
	answer := filter.Answer(result, id)
	if err := answer.Only(condition); err != nil {
		return err
	}
	answer.Called(called)
	answer.Sort(order)
	return send(w, answer, format, fmt.Sprintf("coverage-%v-%d", id, year))
}

// CoverageFilter chooses villages by state and area.
type CoverageFilter struct {
	states       []service.State // none for all
	county, town string
}

// FilterError says which parts of a filter are wrong, and what is allowed.
type FilterError []struct{ Part, Detail string }

func (e FilterError) Error() string {
	var parts []string
	for _, p := range e {
		parts = append(parts, p.Part+": "+p.Detail)
	}
	return strings.Join(parts, "; ")
}

func filterMisuses(err error) (list []misuse) {
	if e, ok := err.(FilterError); ok {
		for _, p := range e {
			list = append(list, misuse{p.Part, p.Detail})
		}
	}
	return list
}

// NewCoverageFilter reads states, separated by commas, and the codes of a county and
// of a town; "" is all. The error is a FilterError.
func NewCoverageFilter(snap *snapshot.Snapshot, states, county, town string) (CoverageFilter, error) {
	f := CoverageFilter{county: county, town: town}
	var wrong FilterError
	for _, name := range strings.Split(states, ",") {
		if states == "" {
			break
		}
		state, err := service.ParseState(name)
		if err != nil {
			wrong = append(wrong, struct{ Part, Detail string }{"state", err.Error()})
		}
		f.states = append(f.states, state)
	}
	for _, area := range []struct{ layer, code string }{{"county", county}, {"town", town}} {
		if t, ok := snap.Table(area.layer); ok && area.code != "" {
			if _, ok := t.FindCode(area.code); !ok {
				wrong = append(wrong, struct{ Part, Detail string }{area.layer, strconv.Quote(area.code) + " is not the code of a " + area.layer + " in layer " + area.layer})
			}
		}
	}
	if wrong == nil {
		return f, nil
	}
	return f, wrong
}

// Answer is the villages that the filter lets through, in the order of their codes.
func (f CoverageFilter) Answer(r *coverage.Result, s service.ID) CoverageAnswer {
	a := CoverageAnswer{Result: r, Service: s}
	is := func(list []coverage.Area, i int32, code string) bool {
		return code == "" || i >= 0 && list[i].Code == code
	}
	for i, state := range r.States[s] {
		if (len(f.states) == 0 || slices.Contains(f.states, state)) && is(r.Counties, r.Villages.County[i], f.county) && is(r.Towns, r.Villages.Town[i], f.town) {
			a.Villages = append(a.Villages, i)
		}
	}
	code := func(i int) string { return r.Villages.Table.Get(r.Villages.Rows[i], "code").Text() }
	slices.SortStableFunc(a.Villages, func(x, y int) int { return strings.Compare(code(x), code(y)) })
	return a
}

// Only leaves the villages that match the condition, if there is one.
func (a *CoverageAnswer) Only(condition *cql2.Expr) error {
	match, err := OnlyVillages(condition, a.Result)
	if err != nil || match == nil {
		return err
	}
	a.Villages = slices.DeleteFunc(a.Villages, func(i int) bool { return !match(a.Result.Villages.Rows[i]) })
	return nil
}

// villageCoverage answers /api/coverage/{village}: everything on one village.
func (s *server) villageCoverage(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	year := q.coverageYear()
	if err := q.done(); err != nil {
		return err
	}
	t, ok := snap.Table("village")
	if !ok {
		return notFound("there is no layer of villages")
	}
	asked := mux.Vars(r)["village"]
	row, ok := t.FindCode(asked)
	if id, err := strconv.ParseInt(asked, 10, 64); !ok && err == nil {
		row, ok = t.Find(id)
	}
	if !ok {
		return notFound("there is no village with the code or id " + strconv.Quote(asked))
	}
	result, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return err
	}
	// The result may be of an earlier snapshot whose villages are the same table.
	i, ok := result.Villages.Index(row)
	if !ok {
		return notFound("there is no village with the code or id " + strconv.Quote(asked))
	}
	dossier, err := newDossier(r.Context(), result, i)
	if err != nil {
		return err
	}
	return writeJSON(w, dossier)
}

// summariseCoverage answers /api/coverage/summary: a service rolled up by area.
func (s *server) summariseCoverage(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	id, year := s.service(q), q.coverageYear()
	by := coverage.By(q.choice("by", string(coverage.ByCounty), string(coverage.ByTown), string(coverage.ByCity)))
	if err := q.done(); err != nil {
		return err
	}
	result, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return err
	}
	return writeJSON(w, newCoverageSummary(result, id, by))
}
