// Package openapi describes the API as an OpenAPI document: the questions by their declarations, and the other routes by a
// table. Declarations flow in, the document flows out; a test of package web holds it against the routes.
package openapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/cuntu/cuntu/data/answer"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/service"
)

// Document is the OpenAPI document, in both versions.
type Document struct{ V31, V30 []byte }

// Config is what the document tells of beside its own list of operations.
type Config struct {
	Version  string // of the program
	Services *service.Catalog
	Layers   *layers.Catalog
	Problem  reflect.Type // of the body of an error
	Job      reflect.Type // of a job's status
}

// Describe makes the document.
func Describe(c Config) (Document, error) {
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Cuntu 村图", Version: c.Version,
			Description: "The map server for village infrastructure and relocation sites. Coordinates are longitude, latitude in WGS 84 degrees; " +
				"distances are metres on the ellipsoid; errors are problem details (RFC 9457) that name every parameter that is wrong.",
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers:    []*huma.Server{{URL: "/"}},
		Components: &huma.Components{Schemas: Schemas()},
	}
	d := describer{doc, questions.Choices(c.Services, c.Layers), c}
	for _, q := range questions.All() {
		d.question(q)
	}
	for _, o := range operations() {
		d.operation(o)
	}
	correct(doc.Components.Schemas.Map())
	v31, err := doc.MarshalJSON()
	if err != nil {
		return Document{}, err
	}
	doc.Info.License.Identifier = "" // which 3.0 does not know
	v30, err := doc.Downgrade()
	return Document{v31, v30}, err
}

// Schemas is an empty collection of schemas that knows the types whose JSON is another one's.
func Schemas() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", schemaName)
	for of, as := range schemaAliases {
		r.RegisterTypeAlias(of, as)
	}
	return r
}

// SchemaOf is the schema of a type, as the document has it.
func SchemaOf(r huma.Registry, t reflect.Type) *huma.Schema {
	s := r.Schema(t, true, "")
	correct(r.Map())
	return s
}

// schemaAliases are the types whose JSON is another one's.
var schemaAliases = map[reflect.Type]reflect.Type{
	reflect.TypeFor[layers.Value]():          reflect.TypeFor[any](),
	reflect.TypeFor[served.Geometry]():       reflect.TypeFor[any](),
	reflect.TypeFor[json.RawMessage]():       reflect.TypeFor[any](),
	reflect.TypeFor[served.Bounds]():         reflect.TypeFor[bounding](),
	reflect.TypeFor[service.State]():         reflect.TypeFor[stateName](),
	reflect.TypeFor[progress.Indicator]():    reflect.TypeFor[string](),
	reflect.TypeFor[progress.VillageState](): reflect.TypeFor[string](),
}

// stateName is a service's state as JSON has it.
type stateName string

// Schema lists the states.
func (stateName) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, name := range service.StateNames() {
		s.Enum = append(s.Enum, name)
	}
	return s
}

// bounding is a box as JSON has it.
type bounding []float64

// Schema is west, south, east and north; null where there is nothing.
func (bounding) Schema(huma.Registry) *huma.Schema {
	number := &huma.Schema{Type: huma.TypeNumber}
	return &huma.Schema{Type: huma.TypeArray, Nullable: true, Items: number, Description: "West, south, east, north."}
}

// correct says that lists are never null, which the library takes all slices for.
func correct(schemas map[string]*huma.Schema) {
	for _, s := range schemas {
		for _, p := range s.Properties {
			if p.Type == huma.TypeArray && p.Description == "" {
				p.Nullable = false
			}
		}
	}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9]+`)

// schemaName is a type's name in the document: of questions as it is, of other packages with the package's before it.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Name() == "" {
		t = t.Elem()
	}
	if t.Name() == "" {
		return notInNames.ReplaceAllString(hint, "")
	}
	name, arguments, generic := strings.Cut(t.Name(), "[")
	if generic {
		name += arguments[strings.LastIndex(arguments, ".")+1:]
	}
	name = notInNames.ReplaceAllString(name, "")
	from := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	if from == "" || from == "questions" || from == "served" || from == "web" || from == "problem" || from == "editing" {
		return strings.ToUpper(name[:1]) + name[1:]
	}
	return strings.ToUpper(from[:1]) + from[1:] + name
}

type describer struct {
	doc     *huma.OpenAPI
	choices question.Choices
	config  Config
}

func (d *describer) question(q *questions.Question) {
	o := &huma.Operation{
		Method:      q.Method,
		Path:        q.Path,
		OperationID: q.ID,
		Summary:     q.Title.En,
		Description: q.Help.En + "\n\n" + q.Title.Zh + "：" + q.Help.Zh,
		Tags:        []string{"questions"},
		Responses:   map[string]*huma.Response{},
	}
	for i := range q.Params {
		o.Parameters = append(o.Parameters, d.param(&q.Params[i]))
	}
	at := moment()
	o.Parameters = append(o.Parameters, d.param(&at))
	if q.Body != nil {
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: d.body(q.Body)}}}
	}
	content := map[string]*huma.MediaType{}
	for _, format := range q.Formats {
		content[plainMedia(answer.MediaType(format))] = &huma.MediaType{Schema: d.formatted(q, format)}
	}
	o.Responses["200"] = &huma.Response{Description: "The answer.", Content: content}
	if q.Job != "" {
		o.Responses["202"] = &huma.Response{
			Description: "The answer takes long: a job of kind " + q.Job + " whose result it is.",
			Content:     map[string]*huma.MediaType{asJSON: {Schema: d.schema(d.config.Job)}},
		}
	}
	d.add(o)
}

// body is the schema of what is sent. Of what has defaults any part may be left out.
func (d *describer) body(t reflect.Type) *huma.Schema {
	s := d.schema(t)
	if reflect.PointerTo(t).Implements(reflect.TypeFor[interface{ Defaults() }]()) {
		d.doc.Components.Schemas.SchemaFromRef(s.Ref).Required = nil
	}
	return s
}

// plainMedia is a media type without its parameters.
func plainMedia(media string) string {
	media, _, _ = strings.Cut(media, ";")
	return media
}

func (d *describer) formatted(q *questions.Question, format string) *huma.Schema {
	switch format {
	case question.JSON:
		return d.schema(q.Answer)
	case question.GeoJSON:
		return geoJSON
	}
	return &huma.Schema{Type: "string"}
}

// geoJSON is a feature or a collection of some (RFC 7946).
var geoJSON = &huma.Schema{
	Type: "object", Required: []string{"type"},
	Properties: map[string]*huma.Schema{"type": {Type: "string", Enum: []any{"Feature", "FeatureCollection"}}},
}

func (d *describer) schema(t reflect.Type) *huma.Schema {
	return d.doc.Components.Schemas.Schema(t, true, "")
}

func (d *describer) param(p *question.Param) *huma.Param {
	in := "query"
	if p.Path {
		in = "path"
	}
	no := false
	param := &huma.Param{
		Name:        p.Name,
		In:          in,
		Description: p.Help.En + "\n\n" + p.Help.Zh,
		Required:    p.Required != "",
		Schema:      d.paramSchema(p),
	}
	if p.Kind == question.Texts || p.Kind == question.Numbers {
		param.Style, param.Explode = "form", &no
	}
	return param
}

func (d *describer) paramSchema(p *question.Param) *huma.Schema {
	one := &huma.Schema{}
	switch p.Kind {
	case question.Text, question.Texts:
		one.Type = "string"
		for _, allowed := range p.Allowed(d.choices) {
			one.Enum = append(one.Enum, allowed)
		}
		if p.Most > 0 && p.Kind == question.Text {
			one.MaxLength = &p.Most
		}
	case question.Whole:
		one.Type = "integer"
	case question.Number, question.Numbers:
		one.Type = "number"
	case question.Yes:
		one.Type = "boolean"
	}
	if p.Bounded() && (p.Kind == question.Whole || p.Kind == question.Number || p.Kind == question.Numbers) {
		one.Minimum, one.Maximum = &p.Low, &p.High
	}
	if p.Kind == question.Texts || p.Kind == question.Numbers {
		return &huma.Schema{Type: "array", Items: one}
	}
	if p.Default != "" {
		var value any = p.Default
		if p.Kind != question.Text {
			_ = json.Unmarshal([]byte(p.Default), &value) // a number or a truth, as the declaration's test reads it
		}
		one.Default = value
	}
	return one
}

func (d *describer) operation(o operation) {
	h := &huma.Operation{
		Method:      o.method,
		Path:        o.path,
		OperationID: o.id,
		Summary:     o.title,
		Tags:        []string{o.tag},
		Responses:   map[string]*huma.Response{},
	}
	for _, name := range pathParam.FindAllStringSubmatch(o.path, -1) {
		h.Parameters = append(h.Parameters, &huma.Param{Name: name[1], In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	for i := range o.params {
		h.Parameters = append(h.Parameters, d.param(&o.params[i]))
	}
	if o.body != "" {
		sent := &huma.Schema{}
		if o.sends != nil {
			sent = d.schema(o.sends)
		}
		h.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{o.body: {Schema: sent}}}
	}
	schema := &huma.Schema{}
	if o.answer != nil {
		schema = d.schema(o.answer)
	}
	status := "200"
	if o.status != 0 {
		status = fmt.Sprint(o.status)
	}
	h.Responses[status] = &huma.Response{Description: "The answer.", Content: map[string]*huma.MediaType{o.media: {Schema: schema}}}
	if o.media == "" {
		h.Responses[status] = &huma.Response{Description: "Done."}
	}
	d.add(h)
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

// add adds an operation with the errors that every one may have.
func (d *describer) add(o *huma.Operation) {
	o.Responses["default"] = &huma.Response{
		Description: "What is wrong, as problem details (RFC 9457).",
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: d.schema(d.config.Problem)}},
	}
	d.doc.AddOperation(o)
}
