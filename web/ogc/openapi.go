package ogc

import (
	"maps"
	"net/http"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// object is a part of the OpenAPI document.
type object = map[string]any

// api answers /ogc/api: the API's description in OpenAPI 3.0, made from the catalogue (OGC 17-069r4, 7.3).
func (a *API) api(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q, err := a.read(w, r, []format{openAPIFormat})
	if err != nil {
		return err
	}
	if err := q.Done(); err != nil {
		return err
	}
	paths := object{
		"/":            q.operation("landing", "Landing page", pageFormats, ref("landing")),
		"/conformance": q.operation("conformance", "What it conforms to", pageFormats, ref("conformance")),
		"/api":         q.operation("api", "This document", []format{openAPIFormat}, object{"type": "object"}),
		"/collections": q.operation("collections", "The collections", pageFormats, ref("collections")),
	}
	schemas := sharedSchemas()
	for _, t := range snap.Tables() {
		maps.Copy(paths, q.collectionPaths(t.Layer))
		if a.writable(r) {
			q.addWrites(paths, t.Layer)
		}
		schemas[t.Layer.ID+"Feature"] = featureSchema(t.Layer)
		schemas[t.Layer.ID+"Page"] = pageSchema(t.Layer)
	}
	return q.sendJSON(w, object{
		"openapi": "3.0.3",
		"info": object{
			"title": q.word(serviceTitle), "version": a.version,
			"license": object{"name": "Apache-2.0"},
		},
		"servers":    []object{{"url": q.root}},
		"paths":      paths,
		"components": object{"schemas": schemas},
	})
}

func ref(schema string) object { return object{"$ref": "#/components/schemas/" + schema} }

// operation is a path that can be read, with the parameters that every one has and some more.
func (q *request) operation(id, summary string, formats []format, schema object, more ...object) object {
	ids, content := []string{}, object{}
	for _, f := range formats {
		ids = append(ids, f.id)
		plain := f.plain()
		content[plain] = object{"schema": object{"type": "string"}}
		if strings.HasSuffix(plain, "json") || f == openAPIFormat {
			content[plain] = object{"schema": schema}
		}
	}
	parameters := append(
		[]object{
			parameter("f", "The format; by the header Accept where it is not given.", object{"type": "string", "enum": ids}),
			parameter("lang", "The language of titles.", object{"type": "string", "enum": []string{"zh", "en"}}),
		}, more...,
	)
	return object{"get": object{
		"operationId": id,
		"summary":     summary,
		"parameters":  parameters,
		"responses": object{
			"200": object{"description": "The answer.", "content": content},
			"304": object{"description": "The client has this already, by its ETag."},
			"default": object{
				"description": "What is wrong, as problem details (RFC 9457).",
				"content":     object{"application/problem+json": object{"schema": ref("problem")}},
			},
		},
	}}
}

func parameter(name, description string, schema object) object {
	return object{
		"name": name, "in": "query", "required": false, "description": description, "schema": schema,
		"style": "form", "explode": false,
	}
}

// collectionPaths are the paths of a layer.
func (q *request) collectionPaths(l *layers.Layer) object {
	path, title := "/collections/"+l.ID, q.word(l.Title)
	paths := object{path: q.operation(l.ID, title, pageFormats, ref("collection"))}
	for _, kind := range []schemaKind{queryables, sortables, returnables} {
		paths[path+"/"+kind.path] = q.operation(
			l.ID+"_"+kind.path, title+" · "+q.word(kind.title), schemaFormats, object{"type": "object"},
		)
	}
	paths[path+"/items"] = q.operation(l.ID+"_items", title, itemFormats(), ref(l.ID+"Page"), q.itemParameters(l)...)
	item := q.operation(l.ID+"_item", title, featureFormats, ref(l.ID+"Feature"), q.styleParameters(l)...)
	get := item["get"].(object)
	get["parameters"] = append(get["parameters"].([]object), object{
		"name": "featureId", "in": "path", "required": true, "schema": object{"type": "integer", "format": "int64"},
	})
	paths[path+"/items/{featureId}"] = item
	return paths
}

// styleParameters say how features are written.
func (q *request) styleParameters(l *layers.Layer) []object {
	text := object{"type": "string"}
	return []object{
		parameter("crs", "The coordinate system of geometries, by its URI.", object{"type": "string", "format": "uri"}),
		parameter("properties", "Only these properties.", object{"type": "array", "items": text}),
		parameter("skip-geometry", "Leaves geometries out.", object{"type": "boolean", "default": false}),
	}
}

// itemParameters say which features are asked for, and how they are written.
func (q *request) itemParameters(l *layers.Layer) []object {
	uri, text := object{"type": "string", "format": "uri"}, object{"type": "string"}
	number := object{"type": "number"}
	list := append(
		q.styleParameters(l),
		parameter("limit", "How many features a page has at most.", object{
			"type": "integer", "minimum": 1, "maximum": mostItems, "default": defaultItems,
		}),
		parameter("cursor", "Where the page begins, as links to next pages have it.", text),
		parameter("bbox", "Only features that meet this box.", object{
			"type": "array", "items": number, "minItems": 4, "maxItems": 6,
			"oneOf": []object{{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}},
		}),
		parameter("bbox-crs", "The coordinate system of bbox.", uri),
		parameter("datetime", "Only features of this time: an instant, or an interval with / in it.", text),
		parameter("sortby", "Names of sortables, with - in front for descending order.", object{"type": "array", "items": text}),
		parameter("filter", "Only features that match this condition.", text),
		parameter("filter-lang", "The language of filter.", object{"type": "string", "enum": []string{"cql2-text", "cql2-json"}}),
		parameter("filter-crs", "The coordinate system of geometries in filter.", uri),
	)
	for i := range l.Fields {
		schema := valueSchema(&l.Fields[i])
		if items, isList := schema["items"]; isList {
			schema = items.(object)
		}
		list = append(list, parameter(l.Fields[i].ID, q.word(l.Fields[i].Title), schema))
	}
	return list
}

// featureSchema is a layer's feature in GeoJSON.
func featureSchema(l *layers.Layer) object {
	properties := object{}
	for i := range l.Fields {
		schema := valueSchema(&l.Fields[i])
		schema["nullable"] = true
		if allowed, ok := schema["enum"].([]string); ok {
			withNull := []any{nil}
			for _, value := range allowed {
				withNull = append(withNull, value)
			}
			schema["enum"] = withNull
		}
		properties[l.Fields[i].ID] = schema
	}
	return object{
		"type":     "object",
		"required": []string{"type", "id", "geometry", "properties"},
		"properties": object{
			"type":       object{"type": "string", "enum": []string{"Feature"}},
			"id":         object{"type": "integer", "format": "int64"},
			"geometry":   ref("geometry"),
			"properties": object{"type": "object", "properties": properties},
			"links":      object{"type": "array", "items": ref("link")},
		},
	}
}

func pageSchema(l *layers.Layer) object {
	count := object{"type": "integer", "minimum": 0}
	return object{
		"type":     "object",
		"required": []string{"type", "features", "links", "numberMatched", "numberReturned"},
		"properties": object{
			"type":           object{"type": "string", "enum": []string{"FeatureCollection"}},
			"features":       object{"type": "array", "items": ref(l.ID + "Feature")},
			"links":          object{"type": "array", "items": ref("link")},
			"numberMatched":  count,
			"numberReturned": count,
		},
	}
}

// sharedSchemas are those that are of no layer.
func sharedSchemas() object {
	text := object{"type": "string"}
	list := func(of object) object { return object{"type": "array", "items": of} }
	shape := func(required []string, properties object) object {
		return object{"type": "object", "required": required, "properties": properties}
	}
	links := list(ref("link"))
	return object{
		"link": shape([]string{"href", "rel"}, object{
			"href": text, "rel": text, "type": text, "title": text, "hreflang": text,
		}),
		"landing":     shape([]string{"links"}, object{"title": text, "description": text, "links": links}),
		"conformance": shape([]string{"conformsTo"}, object{"conformsTo": list(text), "links": links}),
		"collections": shape(
			[]string{"links", "collections"}, object{"links": links, "collections": list(ref("collection")), "crs": list(text)},
		),
		"collection": shape([]string{"id", "links"}, object{
			"id": text, "title": text, "description": text, "extent": object{"type": "object"}, "itemType": text,
			"crs": list(text), "storageCrs": text, "links": links,
		}),
		"geometry": object{
			"type": "object", "nullable": true, "required": []string{"type", "coordinates"},
			"properties": object{
				"type": object{
					"type": "string",
					"enum": []string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"},
				},
				"coordinates": object{"type": "array", "items": object{}},
			},
		},
		"problem": shape([]string{"title", "status"}, object{
			"title": text, "status": object{"type": "integer"}, "detail": text, "errors": list(object{"type": "object"}),
		}),
	}
}
