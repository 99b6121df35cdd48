package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"

	"github.com/cuntu/cuntu/layers"
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
// have and what that costs, as siting.Classes has them.
func (s *server) planClasses(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	return writeJSON(w, siting.DefaultClasses())
}

// planBody is what POST /api/siting/plan takes: siting.PlanAsk's members, and the size
// classes where they are not to be the built-in ones.
type planBody struct {
	siting.PlanAsk
	Classes *siting.Classes `json:"classes"`
}

// PlanOutcome is the result of a job that plans: a plan, or why there is none.
type PlanOutcome struct {
	*siting.Plan
	Infeasible *siting.PlanInfeasible `json:"infeasible,omitempty"`
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
	classes := siting.DefaultClasses()
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
		plan, err := siting.MakePlan(ctx, snap, s.roads.Get(snap, year), classes, b.PlanAsk, p.planStep)
		var infeasible *siting.PlanInfeasible
		if errors.As(err, &infeasible) {
			return PlanOutcome{Infeasible: infeasible}, nil
		}
		if err != nil {
			return nil, err
		}
		return PlanOutcome{Plan: plan}, nil
	})
}

func (p jobProgress) planStep(s siting.PlanStep) {
	message := s.Phase
	if !math.IsNaN(s.Value) && !math.IsInf(s.Value, 0) {
		message += fmt.Sprintf(": %.0f", s.Value)
		if !math.IsInf(s.Bound, 0) && s.Value != 0 {
			message += fmt.Sprintf(", gap %.2f %%", 100*math.Abs(s.Value-s.Bound)/math.Abs(s.Value))
		}
	}
	p.say(message)
}
