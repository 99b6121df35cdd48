package question

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/cuntu/cuntu/layers"
)

// Kind is what a parameter holds.
type Kind string

// The kinds of parameter. Texts and Numbers are several, separated by commas.
const (
	Text    Kind = "text"
	Whole   Kind = "whole"
	Number  Kind = "number"
	Yes     Kind = "yes"
	Texts   Kind = "texts"
	Numbers Kind = "numbers"
)

// Param is one parameter.
type Param struct {
	Name     string
	Kind     Kind
	Help     layers.Words
	Default  string
	Required string // what it is, where it must be given
	Low      float64
	High     float64
	OneOf    []string // "@name" alone stands for a list that the caller knows
	Path     bool
	Most     int // bytes of a text, or items of a list; 0 for any number
	// Typed is the default on the command line, where it is another one.
	Typed string

	index []int // in the struct; nil for the format
}

// Choices tells the list that "@name" stands for. It is asked only for parameters that name one.
type Choices func(name string) []string

// Allowed are the values that are allowed; none where any is.
func (p *Param) Allowed(choices Choices) []string {
	if len(p.OneOf) == 1 && strings.HasPrefix(p.OneOf[0], "@") {
		return choices(p.OneOf[0][1:])
	}
	return p.OneOf
}

// Bounded tells whether a number has bounds.
func (p *Param) Bounded() bool { return !math.IsInf(p.Low, -1) || !math.IsInf(p.High, 1) }

// paramsOf reads the fields of a struct, those of embedded structs among them.
func paramsOf(t reflect.Type) (params []Param, body reflect.Type) {
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		if f.Tag.Get("in") == "body" {
			body = f.Type
			continue
		}
		params = append(params, paramOf(f))
	}
	return params, body
}

func paramOf(f reflect.StructField) Param {
	p := Param{
		Name: snake(
			f.Name,
		), Help: layers.Words{Zh: f.Tag.Get("zh"), En: f.Tag.Get("en")}, Default: f.Tag.Get("default"), Typed: f.Tag.Get("typed"),
		Required: f.Tag.Get("required"), Path: f.Tag.Get("in") == "path", Low: math.Inf(-1), High: math.Inf(1), index: f.Index,
	}
	if name := f.Tag.Get("name"); name != "" {
		p.Name = name
	}
	if one := f.Tag.Get("one"); one != "" {
		p.OneOf = strings.Split(one, ",")
	}
	for tag, bound := range map[string]*float64{"min": &p.Low, "max": &p.High} {
		if text := f.Tag.Get(tag); text != "" {
			*bound = mustNumber(f.Name, text)
		}
	}
	if most := f.Tag.Get("most"); most != "" {
		p.Most = int(mustNumber(f.Name, most))
	}
	if p.Kind = kindOf(f.Type); p.Kind == "" || p.Help.Zh == "" || p.Help.En == "" {
		panic(fmt.Sprintf("question: parameter %s needs help in both tongues and a type that is known", f.Name))
	}
	return p
}

func mustNumber(field, text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("question: parameter %s: %v", field, err))
	}
	return n
}

func kindOf(t reflect.Type) Kind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return Text
	case reflect.Int:
		return Whole
	case reflect.Float64:
		return Number
	case reflect.Bool:
		return Yes
	case reflect.Slice:
		switch t.Elem().Kind() {
		case reflect.String:
			return Texts
		case reflect.Float64:
			return Numbers
		}
	}
	return ""
}

// snake is a field's name as a parameter: BudgetKm is budget_km.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Read reads a request: what was given for the parts of the path and for parameters, by name, and the body, which is read
// where the question has one. choices tells the lists that parameters name, and world checks what depends on it. The error
// is layers.Faults and tells all that is wrong, parameters that are unknown or given twice included; or what the body's
// reader fails with.
func (q *Question[W]) Read(world W, choices Choices, path map[string]string, values url.Values, body io.Reader) (*Asked[W], error) {
	a, wrong := q.parse(choices, path, values)
	if checked, ok := a.values.Interface().(Checked[W]); ok {
		unread := slices.Clone(wrong)
		for _, fault := range checked.Faults(world) {
			if !slices.ContainsFunc(unread, func(known layers.Fault) bool { return known.Part == fault.Part }) {
				wrong = append(wrong, fault)
			}
		}
	}
	if q.Body != nil && wrong == nil {
		if err := q.readBody(a.values, body, &wrong); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(wrong, func(a, b layers.Fault) int { return strings.Compare(a.Part, b.Part) })
	return a, wrong.Err()
}

// Split parts parameters that were all given alike, as on a command line, into those of the path and the others.
func (q *Question[W]) Split(given url.Values) (path map[string]string, others url.Values) {
	path, others = map[string]string{}, maps.Clone(given)
	for i := range q.Params {
		if p := &q.Params[i]; p.Path {
			path[p.Name] = given.Get(p.Name)
			delete(others, p.Name)
		}
	}
	return path, others
}

// Check is what is wrong with parameters as far as that can be told without a world to ask.
func (q *Question[W]) Check(choices Choices, values url.Values) error {
	_, wrong := q.parse(choices, nil, values)
	return wrong.Err()
}

// parse reads parameters by their tags.
func (q *Question[W]) parse(choices Choices, path map[string]string, values url.Values) (*Asked[W], layers.Faults) {
	a := &Asked[W]{Question: q, values: reflect.New(q.params).Elem()}
	if len(q.Formats) > 0 {
		a.Format = q.Formats[0]
	}
	var wrong layers.Faults
	known := make([]string, 0, len(q.Params))
	for i := range q.Params {
		p := &q.Params[i]
		if p.Path {
			a.values.FieldByIndex(p.index).SetString(path[p.Name])
			continue
		}
		known = append(known, p.Name)
		text, ok := p.given(values, choices, &wrong)
		if !ok {
			continue
		}
		if p.index == nil {
			if !slices.Contains(p.OneOf, text) {
				wrong.Add(p.Name, "%q is not one of %s", text, strings.Join(p.OneOf, ", "))
			}
			a.Format = text
			continue
		}
		p.set(a.values.FieldByIndex(p.index), text, choices, &wrong)
	}
	for name := range values {
		if !slices.Contains(known, name) {
			wrong.Add(name, "is not a parameter here: %s", allowedNames(known))
		}
	}
	slices.SortStableFunc(wrong, func(a, b layers.Fault) int { return strings.Compare(a.Part, b.Part) })
	return a, wrong
}

func allowedNames(names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	return "allowed are " + strings.Join(names, ", ")
}

// given is what was given for a parameter, or its default.
func (p *Param) given(values url.Values, choices Choices, wrong *layers.Faults) (text string, ok bool) {
	all := values[p.Name]
	if len(all) > 1 {
		wrong.Add(p.Name, "may be given once")
	}
	if len(all) > 0 && all[0] != "" {
		return all[0], true
	}
	if p.Required != "" {
		what := p.Required
		if allowed := p.Allowed(choices); len(allowed) > 0 {
			what += " of " + strings.Join(allowed, ", ")
		}
		wrong.Add(p.Name, "is required: %s", what)
		return "", false
	}
	return p.Default, p.Default != ""
}

func (p *Param) set(field reflect.Value, text string, choices Choices, wrong *layers.Faults) {
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	switch p.Kind {
	case Text:
		p.checkText(text, choices, wrong)
		field.SetString(text)
	case Whole:
		n, err := strconv.Atoi(text)
		if err != nil || !p.holds(float64(n)) {
			wrong.Add(p.Name, "%q is not a whole number%s", text, p.bounds())
		}
		field.SetInt(int64(n))
	case Number:
		field.SetFloat(p.number(text, wrong))
	case Yes:
		yes, err := strconv.ParseBool(text)
		if err != nil {
			wrong.Add(p.Name, "%q is not true or false", text)
		}
		field.SetBool(yes)
	case Texts, Numbers:
		p.setList(field, strings.Split(text, ","), choices, wrong)
	}
}

func (p *Param) setList(field reflect.Value, items []string, choices Choices, wrong *layers.Faults) {
	if p.Most > 0 && len(items) > p.Most {
		wrong.Add(p.Name, "has %d items; %d are allowed", len(items), p.Most)
		return
	}
	list := reflect.MakeSlice(field.Type(), len(items), len(items))
	for i, item := range items {
		item = strings.TrimSpace(item)
		if p.Kind == Numbers {
			list.Index(i).SetFloat(p.number(item, wrong))
			continue
		}
		p.checkText(item, choices, wrong)
		list.Index(i).SetString(item)
	}
	field.Set(list)
}

func (p *Param) checkText(text string, choices Choices, wrong *layers.Faults) {
	if allowed := p.Allowed(choices); len(p.OneOf) > 0 && len(allowed) == 0 {
		wrong.Add(p.Name, "%q is not there, and nothing else to choose", text)
	} else if len(p.OneOf) > 0 && !slices.Contains(allowed, text) {
		wrong.Add(p.Name, "%q is not one of %s", text, strings.Join(allowed, ", "))
	}
	if p.Kind == Text && p.Most > 0 && len(text) > p.Most {
		wrong.Add(p.Name, "may have %d bytes", p.Most)
	}
}

func (p *Param) number(text string, wrong *layers.Faults) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || !p.holds(n) {
		wrong.Add(p.Name, "%q is not a number%s", text, p.bounds())
	}
	return n
}

func (p *Param) holds(n float64) bool { return n >= p.Low && n <= p.High }

// bounds are " from 1 to 9", as far as there are any.
func (p *Param) bounds() string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	switch {
	case !p.Bounded():
		return ""
	case math.IsInf(p.High, 1):
		return " of " + number(p.Low) + " or more"
	case math.IsInf(p.Low, -1):
		return " of " + number(p.High) + " or less"
	}
	return " from " + number(p.Low) + " to " + number(p.High)
}

// Checked are parameters that say what is wrong with them, beyond what their tags say. Those that could not be read are
// zero; what is wrong with them is told already.
type Checked[W any] interface{ Faults(world W) layers.Faults }

// readBody decodes the JSON body into the field that is declared as such.
func (q *Question[W]) readBody(values reflect.Value, body io.Reader, wrong *layers.Faults) error {
	fields := reflect.VisibleFields(q.params)
	i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.Tag.Get("in") == "body" })
	source := &source{Reader: body}
	d := json.NewDecoder(source)
	d.DisallowUnknownFields()
	if err := d.Decode(values.FieldByIndex(fields[i].Index).Addr().Interface()); err != nil {
		if source.failed != nil {
			return source.failed
		}
		what := ""
		if shape := fields[i].Tag.Get("shape"); shape != "" {
			what = shape + ": "
		}
		wrong.Add("body", "must be JSON: %s%v", what, err)
	}
	return nil
}

// source remembers how its reader fails, to tell that from bad JSON.
type source struct {
	io.Reader
	failed error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && err != io.EOF {
		s.failed = err
	}
	return n, err
}
