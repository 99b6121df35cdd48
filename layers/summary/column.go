package summary

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// Kind is how a column is rolled up.
type Kind string

// The kinds of column: by value, or as numbers. A ratio is of two fields, in per cent.
const (
	ByValue Kind = "values"
	Number  Kind = "number"
	Ratio   Kind = "ratio"
)

// Column is what is rolled up: a field, or the ratio of two.
type Column struct {
	ID     string // the field's, or two fields' with a slash between
	Title  layers.Words
	Unit   string
	Kind   Kind
	Values []layers.Choice // of ByValue: what each count is of
	Breaks []float64       // of numbers, ascending: classes are below the first, between, and from the last on

	field, over int // over is -1 where nothing divides
	keys        map[string]int
}

// Can tells whether a field can be rolled up.
func Can(f *layers.Field) bool { return kindOf(f) != "" }

func kindOf(f *layers.Field) Kind {
	switch f.Type {
	case layers.TypeBool:
		return ByValue
	case layers.TypeInt, layers.TypeFloat, layers.TypeYear:
		return Number
	case layers.TypeText:
		if len(f.Values) > 0 {
			return ByValue
		}
	}
	return ""
}

// Columns are those of a layer by their ids: all that can be rolled up where there are
// none. The error names the id and what is allowed.
func Columns(l *layers.Layer, ids []string) ([]Column, error) {
	var list []Column
	if len(ids) == 0 {
		for i := range l.Fields {
			if Can(&l.Fields[i]) {
				list = append(list, newColumn(l, i))
			}
		}
		return list, nil
	}
	for _, id := range ids {
		c, err := column(l, id)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(o Column) bool { return o.ID == id }) {
			return nil, fmt.Errorf("%q is asked for twice", id)
		}
		list = append(list, c)
	}
	return list, nil
}

func newColumn(l *layers.Layer, field int) Column {
	f := &l.Fields[field]
	c := Column{ID: f.ID, Title: f.Title, Unit: f.Unit, Kind: kindOf(f), field: field, over: -1}
	if c.Kind == ByValue {
		c.Values = f.Values
	}
	if f.Type == layers.TypeBool {
		c.Values = []layers.Choice{
			{Value: "true", Title: layers.Words{Zh: "是", En: "Yes"}}, {Value: "false", Title: layers.Words{Zh: "否", En: "No"}},
		}
	}
	c.keys = map[string]int{}
	for i, v := range c.Values {
		c.keys[v.Value] = i
	}
	return c
}

func column(l *layers.Layer, id string) (Column, error) {
	part, whole, ratio := strings.Cut(id, "/")
	field := l.Field(part)
	if field < 0 || !Can(&l.Fields[field]) {
		return Column{}, refused(l, part, Can, "can be summed up")
	}
	c := newColumn(l, field)
	if !ratio {
		return c, nil
	}
	over := l.Field(whole)
	if c.Kind != Number {
		return Column{}, refused(l, part, isNumber, "is a number")
	}
	if over < 0 || !isNumber(&l.Fields[over]) {
		return Column{}, refused(l, whole, isNumber, "is a number")
	}
	f := &l.Fields[over]
	c.ID, c.Kind, c.Unit, c.over = id, Ratio, "%", over
	c.Title = layers.Words{Zh: c.Title.Zh + "占" + f.Title.Zh, En: c.Title.En + " of " + strings.ToLower(f.Title.En)}
	return c, nil
}

func isNumber(f *layers.Field) bool { return kindOf(f) == Number }

func refused(l *layers.Layer, id string, good func(*layers.Field) bool, what string) error {
	var allowed []string
	for i := range l.Fields {
		if good(&l.Fields[i]) {
			allowed = append(allowed, l.Fields[i].ID)
		}
	}
	return fmt.Errorf("%q is no field of layer %s that %s: allowed are %s", id, l.ID, what, strings.Join(allowed, ", "))
}

// SetBreaks reads the bounds of the classes of numbers: ascending numbers with commas
// between, for all of them, or for one each as "income:3000,5000;population:500".
func SetBreaks(columns []Column, text string) error {
	for _, part := range strings.Split(text, ";") {
		id, list, own := strings.Cut(part, ":")
		if !own {
			id, list = "", part
		}
		var breaks []float64
		for _, s := range strings.Split(list, ",") {
			n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if err != nil || n != n || len(breaks) > 0 && n <= breaks[len(breaks)-1] {
				return fmt.Errorf("%q are not ascending numbers with commas between, as 50,150,300 or, for one field, income:3000,5000", list)
			}
			breaks = append(breaks, n)
		}
		if len(breaks) > maxBreaks {
			return fmt.Errorf("%d numbers are more than the %d allowed", len(breaks), maxBreaks)
		}
		if !setBreaks(columns, id, breaks) {
			return fmt.Errorf("%q is none of the number fields asked for", id)
		}
	}
	return nil
}

const maxBreaks = 50

func setBreaks(columns []Column, id string, breaks []float64) (found bool) {
	for i := range columns {
		if c := &columns[i]; c.Kind != ByValue && (id == "" || c.ID == id) {
			c.Breaks, found = breaks, true
		}
	}
	return found
}

// Classes are the names of what Rollup.Counts count.
func (c *Column) Classes() (names []string) {
	for _, v := range c.Values {
		names = append(names, v.Value)
	}
	if c.Kind == ByValue || len(c.Breaks) == 0 {
		return names
	}
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	names = append(names, "<"+number(c.Breaks[0]))
	for i, from := range c.Breaks {
		if i+1 < len(c.Breaks) {
			names = append(names, number(from)+"-"+number(c.Breaks[i+1]))
		} else {
			names = append(names, ">="+number(from))
		}
	}
	return names
}
