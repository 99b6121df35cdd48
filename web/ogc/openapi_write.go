package ogc

import (
	"github.com/cuntu/cuntu/layers"
)

// addWrites adds the ways to edit features of a layer to its paths.
func (q *request) addWrites(paths object, l *layers.Layer) {
	path, title := "/collections/"+l.ID+"/items", q.word(l.Title)
	items, item := paths[path].(object), paths[path+"/{featureId}"].(object)
	created := object{"description": "The new feature; the header Location says where it is."}
	edited := object{"description": "The feature as it is then, and its ETag."}
	refusal := func(description string) object {
		return object{"description": description, "content": object{"application/problem+json": object{"schema": ref("problem")}}}
	}
	write := func(id, media string, schema object, answers object) object {
		o := object{"operationId": l.ID + "_" + id, "summary": title, "responses": answers}
		answers["default"] = refusal("What is wrong, as problem details (RFC 9457).")
		if media != "" {
			o["requestBody"] = object{"required": true, "content": object{media: object{"schema": schema}}}
		}
		return o
	}
	items["post"] = write("create", geoJSONFormat.media, object{"type": "object"}, object{"201": created})
	if l.AppendOnly {
		return
	}
	id := item["get"].(object)["parameters"].([]object)
	parameters := []object{id[len(id)-1], {
		"name": "If-Match", "in": "header", "required": true, "schema": object{"type": "string"},
		"description": "The ETag that the feature was read with, or * for whatever state it is in.",
	}}
	stale := func(answers object) object {
		answers["412"] = refusal("The feature was changed since; current is what it is now, mine what was sent.")
		answers["428"] = refusal("If-Match is missing.")
		return answers
	}
	feature, change := object{"type": "object"}, object{"type": "object"}
	item["put"] = write("replace", geoJSONFormat.media, feature, stale(object{"200": edited}))
	item["patch"] = write("update", mergePatch, change, stale(object{"200": edited}))
	item["delete"] = write("delete", "", nil, stale(object{"204": object{"description": "It is gone."}}))
	for _, method := range []string{"put", "patch", "delete"} {
		item[method].(object)["parameters"] = parameters
	}
}
