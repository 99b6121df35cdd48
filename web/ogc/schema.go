package ogc

import (
	"net/http"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// schemaKind is one of the schemas of a collection (OGC 23-058r2).
type schemaKind struct {
	path, rel string
	title     layers.Words
	has       func(*layers.Field) bool
	geometry  bool
}

var (
	queryables = schemaKind{
		path:     "queryables",
		rel:      "http://www.opengis.net/def/rel/ogc/1.0/queryables",
		title:    layers.Words{Zh: "可查询的属性", En: "Queryables"},
		has:      func(*layers.Field) bool { return true },
		geometry: true,
	}
	sortables = schemaKind{
		path:  "sortables",
		rel:   "http://www.opengis.net/def/rel/ogc/1.0/sortables",
		title: layers.Words{Zh: "可排序的属性", En: "Sortables"},
		has:   isSortable,
	}
	returnables = schemaKind{
		path:     "schema",
		rel:      "http://www.opengis.net/def/rel/ogc/1.0/schema",
		title:    layers.Words{Zh: "属性", En: "Schema"},
		has:      func(*layers.Field) bool { return true },
		geometry: true,
	}
)

func isSortable(f *layers.Field) bool { return f.Type != layers.TypeList }

// schemaOf answers one of the schemas of a collection.
func (a *API) schemaOf(kind schemaKind) func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		q, t, err := a.readCollection(w, r, snap, schemaFormats)
		if err != nil {
			return err
		}
		if err := q.Done(); err != nil {
			return err
		}
		if q.as.id == asHTML {
			return q.sendHTML(w, "schema", q.word(t.Layer.Title)+" · "+q.word(kind.title), q.propertyRows(t.Layer, kind))
		}
		return q.sendJSON(w, q.schema(t.Layer, kind))
	}
}

// schema is a JSON Schema of a layer's properties.
func (q *request) schema(l *layers.Layer, kind schemaKind) map[string]any {
	properties := map[string]any{
		cql2.IDProperty: map[string]any{
			"title": q.word(layers.Words{Zh: "编号", En: "Id"}), "type": "integer", "readOnly": true,
			"x-ogc-role": "id", "x-ogc-propertySeq": 1,
		},
	}
	var required []string
	for i := range l.Fields {
		f := &l.Fields[i]
		if !kind.has(f) {
			continue
		}
		p := q.property(f)
		p["x-ogc-propertySeq"] = i + 2
		properties[f.ID] = p
		if f.Required {
			required = append(required, f.ID)
		}
	}
	if kind.geometry && l.HasGeometry() {
		properties[cql2.GeometryProperty] = map[string]any{
			"title": q.word(layers.Words{Zh: "位置", En: "Geometry"}), "format": geometryFormat(l),
			"x-ogc-role": "primary-geometry", "x-ogc-propertySeq": len(l.Fields) + 2,
		}
	}
	s := map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"$id":                  q.root + "/collections/" + l.ID + "/" + kind.path,
		"type":                 "object",
		"title":                q.word(l.Title),
		"properties":           properties,
		"additionalProperties": false,
	}
	if kind.path == returnables.path && required != nil {
		s["required"] = required
	}
	return s
}

// property is the schema of a field's values.
func (q *request) property(f *layers.Field) map[string]any {
	p := valueSchema(f)
	p["title"] = q.word(f.Title)
	if f.Derived || f.Signed {
		p["readOnly"] = true
	}
	if f.Unit != "" {
		p["x-ogc-unit"] = q.word(layers.UnitWords(f.Unit))
	}
	return p
}

// valueSchema is what a field's values may be, null apart.
func valueSchema(f *layers.Field) map[string]any {
	one := map[string]any{"type": "string"}
	switch f.Type {
	case layers.TypeInt, layers.TypeYear:
		one["type"] = "integer"
	case layers.TypeFloat:
		one["type"] = "number"
	case layers.TypeBool:
		one["type"] = "boolean"
	case layers.TypeDate:
		one["format"] = "date"
	}
	if f.Values != nil {
		var allowed []string
		for _, c := range f.Values {
			allowed = append(allowed, c.Value)
		}
		one["enum"] = allowed
	}
	if f.Min != nil {
		one["minimum"] = *f.Min
	}
	if f.Max != nil {
		one["maximum"] = *f.Max
	}
	if f.Type == layers.TypeList {
		return map[string]any{"type": "array", "items": one}
	}
	return one
}

// geometryFormat names what a layer's geometry may be (23-058r2, 7.3).
func geometryFormat(l *layers.Layer) string {
	if len(l.Geometry) == 1 {
		switch l.Geometry[0] {
		case geo.Points:
			return "geometry-point-or-multipoint"
		case geo.Lines:
			return "geometry-linestring-or-multilinestring"
		case geo.Polygons:
			return "geometry-polygon-or-multipolygon"
		}
	}
	return "geometry-any"
}
