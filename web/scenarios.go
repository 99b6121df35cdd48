package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/questions/sites"
	"github.com/cuntu/cuntu/layers/relocation"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/web/query"
)

// A scenario is two documents with one id: its head, which lists read, and its plan.
const (
	scenarioKind     = "siting-scenario"
	scenarioPlanKind = "siting-scenario-plan"
	mostScenarios    = 500
	mostScenarioName = 100   // characters
	mostScenarioNote = 4000  // characters
	maxScenarioBody  = 32768 // bytes of a request
)

// planFormats are the formats in which plans that are kept can be had, the default first.
var planFormats = []string{question.JSON, question.GeoJSON, question.XLSX}

// scenarioRoutes adds what keeps plans:
//
//	GET    /api/siting/scenarios                 {"scenarios": [heads, the newest first]}
//	POST   /api/siting/scenarios                 {"name", "note", "author", "job"}: keep a job's plan
//	GET    /api/siting/scenarios/compare?a=&b=   what b changes of a, as relocation.Comparison has it
//	GET    /api/siting/scenarios/{id}?f=         json, geojson or xlsx
//	PATCH  /api/siting/scenarios/{id}            {"name", "note"}
//	POST   /api/siting/scenarios/{id}/copy       {"name", "author"}
//	DELETE /api/siting/scenarios/{id}
func (s *server) scenarioRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	get("/api/siting/scenarios", s.onScenarios(s.listScenarios))
	get("/api/siting/scenarios/compare", s.onScenarios(s.compareScenarios))
	get("/api/siting/scenarios/{id}", s.onScenarios(s.showScenario))
	r.Handle("/api/siting/scenarios", s.write(maxScenarioBody, s.saveScenario)).Methods(http.MethodPost)
	r.Handle("/api/siting/scenarios/{id}/copy", s.write(maxScenarioBody, s.copyScenario)).Methods(http.MethodPost)
	r.Handle("/api/siting/scenarios/{id}", s.write(maxScenarioBody, s.renameScenario)).Methods(http.MethodPatch)
	r.Handle("/api/siting/scenarios/{id}", s.write(0, s.dropScenario)).Methods(http.MethodDelete)
}

// onScenarios adapts a handler that reads scenarios out of the store.
func (s *server) onScenarios(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		err := s.mayReadPlans(r)
		if err == nil && s.store == nil {
			err = s.noStore()
		}
		if err == nil {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// mayReadPlans is nil where who asks may see plans that are kept: they tell how many are to move from each village, which is
// for those who may read that of some village.
func (s *server) mayReadPlans(r *http.Request) error {
	if s.live == nil || s.live.Snapshot() == nil {
		return nil // then there is nothing to see
	}
	villages, ok := s.live.Snapshot().Catalog.Layer(service.MarkedLayer)
	if !ok {
		return nil
	}
	if _, some := access.DecideLayer(s.rights(r), access.Read, villages, access.Internal); !some {
		return forbidden("plans of who moves where are for those who may read internal fields of villages")
	}
	return nil
}

// readBody reads JSON that has no unknown members.
func readBody(w http.ResponseWriter, r *http.Request, most int64, to any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	d.DisallowUnknownFields()
	err := d.Decode(to)
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return tooLarge(fmt.Sprintf("the body may have %d bytes", long.Limit))
	case err != nil:
		return badRequest(layers.Fault{Part: "body", Detail: "must be JSON: " + err.Error()})
	}
	return nil
}

func scenarioProblem(err error) error {
	if errors.Is(err, data.ErrNoDocument) {
		return notFound("there is no such scenario")
	}
	return err
}

func (s *server) scenarioHead(ctx context.Context, id string) (*relocation.Scenario, error) {
	d, err := s.store.Document(ctx, scenarioKind, id)
	if err != nil {
		return nil, scenarioProblem(err)
	}
	head := &relocation.Scenario{}
	if err := json.Unmarshal(d.Content, head); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", id, err)
	}
	return head, nil
}

func (s *server) scenario(ctx context.Context, id string) (*relocation.Scenario, error) {
	head, err := s.scenarioHead(ctx, id)
	if err != nil {
		return nil, err
	}
	d, err := s.store.Document(ctx, scenarioPlanKind, id)
	if err != nil {
		return nil, scenarioProblem(err)
	}
	head.Plan = &relocation.Plan{}
	if err := json.Unmarshal(d.Content, head.Plan); err != nil {
		return nil, fmt.Errorf("the plan of scenario %s: %w", id, err)
	}
	return head, nil
}

func (s *server) putScenario(ctx context.Context, c *relocation.Scenario, withPlan bool) error {
	put := func(kind string, v any) error {
		content, err := json.Marshal(v)
		if err == nil && len(content) > data.MostDocumentBytes {
			err = tooLarge(fmt.Sprintf("the plan has %d bytes; %d can be kept: plan for a county at a time", len(content), data.MostDocumentBytes))
		}
		if err != nil {
			return err
		}
		return s.store.PutDocument(ctx, data.Document{Kind: kind, ID: c.ID, Author: c.Author, Time: c.Changed, Content: content})
	}
	head := *c
	head.Plan = nil
	if withPlan { // first, so that no head stands without one
		if err := put(scenarioPlanKind, c.Plan); err != nil {
			return err
		}
	}
	return put(scenarioKind, head)
}

func (s *server) listScenarios(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	docs, err := s.store.ListDocuments(r.Context(), scenarioKind)
	if err != nil {
		return err
	}
	heads := []*relocation.Scenario{}
	for _, d := range docs {
		head, err := s.scenarioHead(r.Context(), d.ID)
		if p := (*problem)(nil); errors.As(err, &p) {
			continue // deleted in between
		} else if err != nil {
			return err
		}
		heads = append(heads, head)
	}
	return writeJSON(w, map[string]any{"scenarios": heads})
}

// scenarioBody is what is sent to keep, copy or rename one; nil is not said.
type scenarioBody struct {
	Name   *string `json:"name"`
	Note   *string `json:"note"`
	Author *string `json:"author"`
	Job    *string `json:"job"`
}

// readScenario reads a body that may have the members named, and must have the first.
func readScenario(w http.ResponseWriter, r *http.Request, allowed ...string) (b scenarioBody, err error) {
	if err := query.New(r).Done(); err != nil {
		return b, err
	}
	if err := readBody(w, r, maxScenarioBody, &b); err != nil {
		return b, err
	}
	var wrong layers.Faults
	may := strings.Join(allowed, ", ")
	for _, m := range [...]struct {
		name  string
		value **string
		most  int
	}{
		{"name", &b.Name, mostScenarioName},
		{"note", &b.Note, mostScenarioNote},
		{"author", &b.Author, mostScenarioName / 2},
		{"job", &b.Job, 100},
	} {
		text := *m.value
		switch {
		case text == nil:
		case !strings.Contains(may, m.name):
			wrong = append(wrong, layers.Fault{Part: m.name, Detail: "is not a member here: allowed are " + may})
		case utf8.RuneCountInString(*text) > m.most:
			wrong = append(wrong, layers.Fault{Part: m.name, Detail: fmt.Sprintf("may have %d characters", m.most)})
		default:
			trimmed := strings.TrimSpace(*text)
			*m.value = &trimmed
			if m.name == "name" && trimmed == "" {
				wrong = append(wrong, layers.Fault{Part: "name", Detail: "must not be empty"})
			}
		}
	}
	if len(wrong) > 0 {
		return b, badRequest(wrong...)
	}
	return b, nil
}

func textOf(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// saveScenario keeps the plan of a job that is done.
func (s *server) saveScenario(w http.ResponseWriter, r *http.Request) error {
	b, err := readScenario(w, r, "name", "note", "author", "job")
	if err != nil {
		return err
	}
	if b.Name == nil || b.Job == nil {
		return badRequest(
			layers.Fault{Part: "name, job", Detail: "are required: what the scenario is to be called, and the id of a job that planned"},
		)
	}
	if s.jobs == nil {
		return unavailable("this server runs no jobs")
	}
	out, err := s.planned(r.Context(), *b.Job)
	if err != nil {
		return err
	}
	if out.Plan == nil {
		return badRequest(layers.Fault{Part: "job", Detail: "found no plan"})
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	return s.addScenario(w, r, &relocation.Scenario{
		ID: rand.Text(), Name: *b.Name, Note: textOf(b.Note), Author: textOf(b.Author),
		Created: now, Changed: now, Summary: out.Summary(), Plan: out.Plan,
	})
}

// planned is what a job found that planned.
func (s *server) planned(ctx context.Context, id string) (out sites.Outcome, err error) {
	job, _, err := s.jobs.Look(ctx, id)
	if err != nil {
		return out, jobProblem(err)
	}
	if job.Kind != questions.PlanJob || !job.Results {
		return out, badRequest(layers.Fault{Part: "job", Detail: "is not one that planned and is done"})
	}
	result, err := s.store.JobResult(ctx, id)
	if err != nil {
		return out, jobProblem(err)
	}
	return out, json.Unmarshal(result, &out)
}

func (s *server) addScenario(w http.ResponseWriter, r *http.Request, c *relocation.Scenario) error {
	docs, err := s.store.ListDocuments(r.Context(), scenarioKind)
	if err != nil {
		return err
	}
	if len(docs) >= mostScenarios {
		return &problem{
			Title:  "Too many",
			Status: http.StatusConflict,
			Detail: fmt.Sprintf("%d scenarios are kept; delete some before keeping more", len(docs)),
		}
	}
	if err := s.putScenario(r.Context(), c, true); err != nil {
		return err
	}
	w.Header().Set("Location", "/api/siting/scenarios/"+c.ID)
	c.Plan = nil
	return writeJSONStatus(w, http.StatusCreated, c)
}

func (s *server) copyScenario(w http.ResponseWriter, r *http.Request) error {
	b, err := readScenario(w, r, "name", "note", "author")
	if err != nil {
		return err
	}
	c, err := s.scenario(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	if b.Name == nil {
		return badRequest(layers.Fault{Part: "name", Detail: "is required: what the copy is to be called"})
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	c.CopyOf, c.ID, c.Name, c.Author, c.Created, c.Changed = c.ID, rand.Text(), *b.Name, textOf(b.Author), now, now
	if b.Note != nil {
		c.Note = *b.Note
	}
	return s.addScenario(w, r, c)
}

func (s *server) renameScenario(w http.ResponseWriter, r *http.Request) error {
	b, err := readScenario(w, r, "name", "note")
	if err != nil {
		return err
	}
	c, err := s.scenarioHead(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	if b.Name != nil {
		c.Name = *b.Name
	}
	if b.Note != nil {
		c.Note = *b.Note
	}
	c.Changed = time.Now().UTC().Truncate(time.Microsecond)
	if err := s.putScenario(r.Context(), c, false); err != nil {
		return err
	}
	return writeJSON(w, c)
}

func (s *server) dropScenario(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	id := mux.Vars(r)["id"]
	if err := s.store.DeleteDocument(r.Context(), scenarioKind, id); err != nil {
		return scenarioProblem(err)
	}
	if err := s.store.DeleteDocument(r.Context(), scenarioPlanKind, id); err != nil && !errors.Is(err, data.ErrNoDocument) {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *server) showScenario(w http.ResponseWriter, r *http.Request) error {
	q := query.New(r)
	format := q.Choice("f", planFormats...)
	if err := q.Done(); err != nil {
		return err
	}
	c, err := s.scenario(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	if format == question.JSON {
		return writeJSON(w, c)
	}
	return send(w, "scenario-"+c.ID, sites.Outcome{Plan: c.Plan, Scenario: c.Name}, format, s.offices.Get(r.Context()).Line())
}

func (s *server) compareScenarios(w http.ResponseWriter, r *http.Request) error {
	q := query.New(r)
	a, b := q.Required("a", "the id of a scenario"), q.Required("b", "the id of another scenario")
	if err := q.Done(); err != nil {
		return err
	}
	before, err := s.scenario(r.Context(), a)
	if err != nil {
		return err
	}
	after, err := s.scenario(r.Context(), b)
	if err != nil {
		return err
	}
	return writeJSON(w, relocation.Compare(before.Plan, after.Plan))
}
