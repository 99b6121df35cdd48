package openapi

import (
	"net/http"

	"github.com/cuntu/cuntu/layers/question"
)

// sitingOperations are those of siting that are no questions.
func sitingOperations() []operation {
	on := func(method, path, id, title, body string) operation {
		return operation{method: method, path: path, id: id, tag: "siting", title: title, body: body, media: asJSON}
	}
	number := func(name, zh, en string) question.Param { return param(name, question.Number, zh, en) }
	evaluate := on(http.MethodGet, "/api/siting/evaluate", "evaluatePlace", "What speaks for and against a place", "")
	evaluate.params = []question.Param{
		number("lon", "经度。", "Longitude."), number("lat", "纬度。", "Latitude."),
		param("people", question.Whole, "安置多少人。", "How many people are to settle."),
		param("year", question.Whole, "年份。", "The year."), param("f", question.Text, "格式。", "The format."),
	}
	compare := on(http.MethodGet, "/api/siting/scenarios/compare", "compareScenarios", "What one scenario changes of another", "")
	compare.params = []question.Param{
		param("a", question.Text, "一个方案。", "A scenario."),
		param("b", question.Text, "另一个方案。", "Another one."),
	}
	return []operation{
		evaluate, compare,
		on(http.MethodGet, "/api/siting/criteria", "sitingCriteria", "The criteria of siting", ""),
		on(http.MethodPost, "/api/siting/evaluate", "evaluateParcels", "What speaks for and against parcels", asJSON),
		on(http.MethodPost, "/api/siting/search", "searchSites", "Rank the places where a settlement may go", asJSON),
		on(http.MethodPost, "/api/siting/judge", "judge", "Weights from comparisons in pairs", asJSON),
		on(http.MethodGet, "/api/siting/classes", "planClasses", "The size classes of settlements", ""),
		on(http.MethodPost, "/api/siting/plan", "makePlan", "Assign moving households to sites", asJSON),
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
