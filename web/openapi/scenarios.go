package openapi

import (
	"net/http"

	"github.com/cuntu/cuntu/layers/question"
)

// scenarioOperations are those of plans that are kept.
func scenarioOperations() []operation {
	on := func(method, path, id, title, body string) operation {
		return operation{method: method, path: path, id: id, tag: "siting", title: title, body: body, media: asJSON}
	}
	compare := on(http.MethodGet, "/api/siting/scenarios/compare", "compareScenarios", "What one scenario changes of another", "")
	compare.params = []question.Param{
		param("a", question.Text, "一个方案。", "A scenario."),
		param("b", question.Text, "另一个方案。", "Another one."),
	}
	return []operation{
		compare,
		on(http.MethodGet, "/api/siting/scenarios", "scenarios", "Plans that are kept", ""),
		on(http.MethodPost, "/api/siting/scenarios", "saveScenario", "Keep a plan", asJSON),
		on(http.MethodGet, "/api/siting/scenarios/{id}", "scenario", "A plan that is kept", ""),
		on(http.MethodPatch, "/api/siting/scenarios/{id}", "renameScenario", "Rename a plan", asJSON),
		on(http.MethodPost, "/api/siting/scenarios/{id}/copy", "copyScenario", "Copy a plan", asJSON),
		{
			method: http.MethodDelete, path: "/api/siting/scenarios/{id}", id: "dropScenario", tag: "siting", title: "Drop a plan",
			status: http.StatusNoContent,
		},
	}
}
