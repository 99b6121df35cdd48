package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/relocation"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// planKind is the kind of jobs that plan.
const planKind = "siting-plan"

// planRoutes adds the plan of who moves where, and what is kept of plans.
func (s *server) planRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	get("/api/siting/classes", s.answer(s.planClasses))
	r.HandleFunc("/api/siting/plan", s.answer(s.makePlan)).Methods(http.MethodPost)
	s.scenarioRoutes(get, r)
}

// planClasses answers GET /api/siting/classes: the sizes of settlements, what each must
// have and what that costs, as relocation.Classes has them.
func (s *server) planClasses(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	return writeJSON(w, relocation.DefaultClasses())
}

// planBody is what POST /api/siting/plan takes: relocation.Ask's members, and the size
// classes where they are not to be the built-in ones.
type planBody struct {
	relocation.Ask
	Classes *relocation.Classes `json:"classes"`
}

// PlanOutcome is the result of a job that plans: a plan, or why there is none.
type PlanOutcome struct {
	*relocation.Plan
	Infeasible *relocation.Infeasible `json:"infeasible,omitempty"`
}

// makePlan answers POST /api/siting/plan?year=: a job whose result is a PlanOutcome. Its
// message tells the phase, the value and the gap so far.
func (s *server) makePlan(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	year := q.year()
	if err := q.done(); err != nil {
		return err
	}
	var b planBody
	if err := readBody(w, r, maxSitingBody, &b); err != nil {
		return err
	}
	b.Defaults()
	wrong := b.Check(snap)
	classes := relocation.DefaultClasses()
	if b.Classes != nil {
		classes = b.Classes
		if err := classes.Check(); err != nil {
			wrong = append(wrong, layers.Fault{Part: "classes", Detail: err.Error()})
		}
	}
	if len(wrong) > 0 {
		return badRequest(wrong...)
	}
	return s.startJob(w, planKind, func(ctx context.Context, p jobProgress) (any, error) {
		plan, err := relocation.Make(ctx, snap, s.roads.Get(snap, year), classes, b.Ask, p.planStep)
		var infeasible *relocation.Infeasible
		if errors.As(err, &infeasible) {
			return PlanOutcome{Infeasible: infeasible}, nil
		}
		if err != nil {
			return nil, err
		}
		return PlanOutcome{Plan: plan}, nil
	})
}

func (p jobProgress) planStep(s relocation.Step) {
	message := s.Phase
	if !math.IsNaN(s.Value) && !math.IsInf(s.Value, 0) {
		message += fmt.Sprintf(": %.0f", s.Value)
		if !math.IsInf(s.Bound, 0) && s.Value != 0 {
			message += fmt.Sprintf(", gap %.2f %%", 100*math.Abs(s.Value-s.Bound)/math.Abs(s.Value))
		}
	}
	p.say(message)
}
