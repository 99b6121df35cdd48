package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/web/editing"
)

// editOperations are those of edits of features.
func editOperations() []operation {
	return []operation{
		{
			method: http.MethodPost, path: "/api/edits", id: "edit", tag: "editing",
			title: "Edit features of several layers at once; with the header Idempotency-Key the same edits sent twice happen once",
			body:  asJSON, sends: reflect.TypeFor[editing.Batch](), media: asJSON, answer: reflect.TypeFor[editing.BatchAnswer](),
		},
		{
			method: http.MethodGet, path: "/api/edits/{key}", id: "editsByKey", tag: "editing",
			title: "What became of edits that were sent with a key", media: asJSON, answer: reflect.TypeFor[editing.BatchAnswer](),
		},
	}
}
