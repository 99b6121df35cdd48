package questions

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions/sites"
	"github.com/cuntu/cuntu/layers/relocation"
)

func planClasses() *Question {
	return question.New(question.Name{
		ID: "planClasses", Path: "/api/siting/classes",
		Title: layers.Words{Zh: "安置点规模", En: "Sizes of settlements"},
		Help:  layers.Words{Zh: "各级规模的安置点须有哪些设施、各需多少钱。", En: "List the sizes of settlements, what each must have and what that costs."},
	}, []string{question.JSON}, func(context.Context, World, struct{}) (*relocation.Classes, error) {
		return relocation.DefaultClasses(), nil
	})
}

// RelocationAsk asks who moves where.
type RelocationAsk struct {
	Years
	Body RelocationBody `in:"body"`
}

// RelocationBody is what a plan is asked for, and the size classes where they are not to be the built-in ones.
type RelocationBody struct {
	relocation.Ask
	Classes *relocation.Classes `json:"classes"`
}

// PlanJob is the kind of the jobs that plan.
const PlanJob = "siting-plan"

func makePlan() *Question {
	return question.NewLong(question.Name{
		ID: "makePlan", Reads: []string{"road", "village", "site"},
		Method: "POST", Path: "/api/siting/plan", Job: PlanJob, Example: `body={"seconds":1}`,
		Title: layers.Words{Zh: "搬迁方案", En: "Relocation plan"},
		Help: layers.Words{
			Zh: "哪个村的人搬到哪个安置点，与理论最优差多少，谁没有安置、为什么。",
			En: "Assign the villages' moving households to sites, and say what is proven of that and who is left over.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, ask RelocationAsk) (work question.Work[sites.Outcome], err error) {
		wanted := ask.Body.Ask
		wanted.Defaults()
		wrong := wanted.Check(w.Snap)
		classes := relocation.DefaultClasses()
		if ask.Body.Classes != nil {
			classes = ask.Body.Classes
			if err := classes.Check(); err != nil {
				wrong.Add("classes", "%v", err)
			}
		}
		work.Long = true
		work.Do = func(ctx context.Context, tell func(question.Step)) (sites.Outcome, error) {
			plan, err := relocation.Make(ctx, w.Snap.Whole(), w.network(ask.Year), classes, wanted, func(s relocation.Step) { tell(planStep(s)) })
			if infeasible, ok := errors.AsType[*relocation.Infeasible](err); ok {
				return sites.Outcome{Infeasible: infeasible}, nil
			}
			return sites.Outcome{Plan: plan}, err
		}
		return work, wrong.Err()
	})
}

// planStep tells the phase, the value and the gap so far.
func planStep(s relocation.Step) question.Step {
	message := s.Phase
	if !math.IsNaN(s.Value) && !math.IsInf(s.Value, 0) {
		message += fmt.Sprintf(": %.0f", s.Value)
		if !math.IsInf(s.Bound, 0) && s.Value != 0 {
			message += fmt.Sprintf(", gap %.2f %%", 100*math.Abs(s.Value-s.Bound)/math.Abs(s.Value))
		}
	}
	return question.Step{Message: message}
}
