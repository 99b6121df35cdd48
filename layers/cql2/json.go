package cql2

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// ParseJSON reads a condition in CQL2 JSON. It is translated to CQL2 text and read as that,
// so that there is one grammar; an *Error then tells the place in the text and the text too.
// Geometries are in a coordinate system, nil for degrees of longitude and latitude.
func ParseJSON(source string, system *System) (*Expr, error) {
	if len(source) > MaxLength {
		return nil, errTooLong
	}
	if !json.Valid([]byte(source)) {
		return nil, &Error{At: 1, Reason: "a filter with filter-lang cql2-json must be JSON"}
	}
	t := translator{}
	if err := t.value(json.RawMessage(source), 0); err != nil {
		return nil, err
	}
	return parse(t.text.String(), system, true)
}

// translator writes CQL2 JSON as CQL2 text.
type translator struct{ text strings.Builder }

// operation is an operator or function with its arguments, or one of the objects that stand for a value.
type operation struct {
	Op        string            `json:"op"`
	Args      []json.RawMessage `json:"args"`
	Property  *string           `json:"property"`
	Date      *string           `json:"date"`
	Timestamp *string           `json:"timestamp"`
	BBox      []json.Number     `json:"bbox"`
	Type      string            `json:"type"` // of a geometry
}

func refuseJSON(format string, args ...any) error {
	return &Error{At: 1, Reason: fmt.Sprintf(format, args...)}
}

// value writes anything that may be an argument.
func (t *translator) value(raw json.RawMessage, depth int) error {
	if depth > MaxDepth {
		return refuseJSON("operations may stand %d within each other", MaxDepth)
	}
	raw = bytes.TrimSpace(raw)
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return refuseJSON("%v", err)
		}
		writeText(&t.text, s)
		return nil
	case '{':
		return t.object(raw, depth)
	case '[':
		return t.list(raw, depth)
	case 'n':
		return refuseJSON(`null is no value: ask by {"op": "isNull", "args": [{"property": "…"}]}`)
	}
	t.text.Write(bytes.ToUpper(raw)) // a number, or true or false
	return nil
}

func (t *translator) object(raw json.RawMessage, depth int) error {
	var o operation
	if err := json.Unmarshal(raw, &o); err != nil {
		return refuseJSON("%s is no part of CQL2 JSON: %v", shortened(string(raw)), err)
	}
	switch {
	case o.Op != "":
		return t.operation(o, depth)
	case o.Property != nil:
		writeName(&t.text, *o.Property)
	case o.Date != nil:
		t.instant("DATE", *o.Date)
	case o.Timestamp != nil:
		t.instant("TIMESTAMP", *o.Timestamp)
	case o.Type != "":
		return t.geometry(raw)
	case o.BBox != nil:
		t.text.WriteString("BBOX(")
		for i, n := range o.BBox {
			t.comma(i)
			t.text.WriteString(n.String())
		}
		t.text.WriteByte(')')
	default:
		return refuseJSON("%s has none of op, property, date, timestamp, bbox and type", shortened(string(raw)))
	}
	return nil
}

func (t *translator) instant(word, value string) {
	t.text.WriteString(word + "(")
	writeText(&t.text, value)
	t.text.WriteByte(')')
}

func (t *translator) comma(i int) {
	if i > 0 {
		t.text.WriteString(", ")
	}
}

func (t *translator) list(raw json.RawMessage, depth int) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return refuseJSON("%v", err)
	}
	return t.args(items, ", ", depth)
}

// args writes arguments in parentheses.
func (t *translator) args(args []json.RawMessage, between string, depth int) error {
	t.text.WriteByte('(')
	for i, arg := range args {
		if i > 0 {
			t.text.WriteString(between)
		}
		if err := t.value(arg, depth+1); err != nil {
			return err
		}
	}
	t.text.WriteByte(')')
	return nil
}

var (
	joinedOps  = []string{"and", "or"}
	betweenOps = []string{"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "div", "^", "like"}
	prefixOps  = []string{
		"casei", "accenti",
		"s_contains", "s_crosses", "s_disjoint", "s_equals", "s_intersects", "s_overlaps", "s_touches", "s_within",
		"a_containedby", "a_contains", "a_equals", "a_overlaps",
	}
)

func (t *translator) operation(o operation, depth int) error {
	op := strings.ToLower(o.Op)
	switch {
	case slices.Contains(joinedOps, op):
		if len(o.Args) < 2 {
			return refuseJSON("%s takes 2 args or more, not %d", o.Op, len(o.Args))
		}
		return t.args(o.Args, " "+strings.ToUpper(op)+" ", depth)
	case slices.Contains(betweenOps, op):
		return t.infixed(o, []string{" " + op + " ", ""}, depth)
	case slices.Contains(prefixOps, op):
		t.text.WriteString(strings.ToUpper(op))
		return t.args(o.Args, ", ", depth)
	}
	switch op {
	case "not":
		t.text.WriteString("NOT ")
		return t.infixed(o, []string{""}, depth)
	case "isnull":
		return t.infixed(o, []string{" IS NULL"}, depth)
	case "in":
		return t.infixed(o, []string{" IN ", ""}, depth)
	case "between":
		return t.infixed(o, []string{" BETWEEN ", " AND ", ""}, depth)
	}
	return refuseJSON(
		"%q is not an operator here: there are %s, not, isNull, in, between, %s, %s", o.Op,
		strings.Join(joinedOps, ", "), strings.Join(betweenOps, ", "), strings.Join(prefixOps, ", "),
	)
}

// infixed writes as many arguments as there are words, the word behind each.
func (t *translator) infixed(o operation, words []string, depth int) error {
	if len(o.Args) != len(words) {
		return refuseJSON("%s takes %d args, not %d", o.Op, len(words), len(o.Args))
	}
	t.text.WriteByte('(')
	for i, arg := range o.Args {
		if err := t.value(arg, depth+1); err != nil {
			return err
		}
		t.text.WriteString(words[i])
	}
	t.text.WriteByte(')')
	return nil
}

// geometry writes a GeoJSON geometry as WKT. Heights do not matter.
func (t *translator) geometry(raw json.RawMessage) error {
	g, err := geojson.UnmarshalGeometry(raw)
	if err != nil || g.Geometry() == nil {
		return refuseJSON("%s is no geometry as GeoJSON has them", shortened(string(raw)))
	}
	if _, collection := g.Geometry().(orb.Collection); collection {
		return refuseJSON("a geometry is a point, line or polygon, or several of a kind, not a collection")
	}
	writeGeometry(&t.text, g.Geometry())
	return nil
}
