package questions

import (
	"context"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func villageExit() *Question {
	return question.New(question.Name{
		ID: "villageExit", Path: "/api/progress/{village}", Example: "village=@village",
		Title: layers.Words{Zh: "一个村的退出程序", En: "A village's exit"},
		Help: layers.Words{
			Zh: "一个村退出程序的记录：谁在什么时候做了什么，哪里互相矛盾。",
			En: "The record of a village's exit: who did what and when, and where records contradict each other.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, ask OneVillage) (Exit, error) {
		row, err := w.find(ask)
		if err != nil {
			return Exit{}, err
		}
		t := w.villages()
		return newExit(t, row, progress.HistoryOf(w.Snap, t.Get(row, "code").Text())), nil
	})
}

// Exit is the record of a village's exit.
type Exit struct {
	Code           string          `json:"code"`
	Name           string          `json:"name"`
	Poverty        layers.Value    `json:"poverty"`
	ExitYear       layers.Value    `json:"exit_year"`
	ExitStatus     layers.Value    `json:"exit_status"`
	Stage          progress.Stage  `json:"stage"`
	Since          string          `json:"since,omitempty"`
	Steps          []ExitStep      `json:"steps"` // by ascending date
	Contradictions []Contradiction `json:"contradictions"`
}

// ExitStep is one step of it.
type ExitStep struct {
	ID       int64  `json:"id"`
	Step     string `json:"step"`
	Date     string `json:"date"`
	By       string `json:"by"`
	Result   string `json:"result,omitempty"`
	ExitYear int    `json:"exit_year,omitempty"`
	Note     string `json:"note,omitempty"`
}

func newExit(t *snapshot.Table, row uint32, h *progress.History) Exit {
	get := func(field string) layers.Value { return t.Get(row, field) }
	e := Exit{
		Code: get("code").Text(), Name: get("name").Text(), Poverty: get("poverty"), ExitYear: get("exit_year"), ExitStatus: get("exit_status"),
		Stage: h.Stage, Since: h.Since, Steps: []ExitStep{}, Contradictions: []Contradiction{},
	}
	for _, c := range h.Contradictions(e.Poverty.Bool(), e.ExitStatus.Text(), int(e.ExitYear.Int())) {
		e.Contradictions = append(e.Contradictions, contradictionOf(progress.AreaContradiction{Code: e.Code, Contradiction: c}, e.Name))
	}
	for _, s := range h.Steps {
		e.Steps = append(e.Steps, ExitStep(s))
	}
	return e
}
