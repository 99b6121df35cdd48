package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/web/casework"
)

// caseOperations are those of cases and projects that are no questions.
func caseOperations() []operation {
	of := func(sends, answer any, o operation) operation {
		if sends != nil {
			o.sends = reflect.TypeOf(sends)
		}
		o.answer = reflect.TypeOf(answer)
		return o
	}
	post := func(path, id, title, body string) operation {
		return operation{method: http.MethodPost, path: path, id: id, tag: "casework", title: title, body: body, media: asJSON}
	}
	drafting := post("/api/projects", "draftProjects", "Draft projects from works", asJSON)
	drafting.status = http.StatusCreated
	const results = "/api/projects/{number}/results"
	return []operation{
		of(casework.Step{}, casework.Taken{},
			post("/api/procedures/{procedure}/{subject}", "takeStep", "Take a step of a case, send it back, object or settle an objection", asJSON)),
		of(nil, casework.Evidence{},
			get("/api/evidence/{digest}", "evidence", "casework", "What a step rested on, and what has become of it", asJSON)),
		of(casework.Drafts{}, casework.Drafted{}, drafting),
		of(nil, casework.Results{},
			get(results, "projectResults", "casework", "What an accepted project makes true of roads and villages", asJSON)),
		of(nil, casework.Results{}, post(results, "writeProjectResults", "Write what an accepted project makes true", "")),
	}
}
