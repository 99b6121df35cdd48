package cql2

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// operand is a compiled part that has a value.
type operand interface{ value(row uint32) layers.Value }

type (
	literal  struct{ layers.Value }
	property struct {
		table *snapshot.Table
		field int
	}
	rowID       struct{ *snapshot.Table }
	rowPlace    struct{ *snapshot.Table } // null where there is none, else of no use
	calculation struct {
		sign string
		x, y operand
	}
)

func (l literal) value(uint32) layers.Value      { return l.Value }
func (p property) value(row uint32) layers.Value { return p.table.Value(row, p.field) }
func (r rowID) value(row uint32) layers.Value    { return layers.Int(r.ID(row)) }

func (r rowPlace) value(row uint32) layers.Value {
	if len(r.Shape(row).Points) == 0 {
		return layers.Null
	}
	return layers.Bool(true)
}

// value is null where there is no result, as of a division by 0.
func (c calculation) value(row uint32) layers.Value {
	x, y := c.x.value(row), c.y.value(row)
	if x.IsNull() || y.IsNull() {
		return layers.Null
	}
	a, b := x.Float(), y.Float()
	switch c.sign {
	case "+":
		a += b
	case "-":
		a -= b
	case "*":
		a *= b
	case "/":
		a /= b
	case "%":
		a = math.Mod(a, b)
	case "div":
		a = math.Trunc(a / b)
	case "^":
		a = math.Pow(a, b)
	}
	return layers.Float(a)
}

// comparison compiles what compares values.
func (b *binder) comparison(n *node) (condition, error) {
	values := make([]typed, len(n.args))
	for i, arg := range n.args {
		var err error
		if values[i], err = b.value(arg); err != nil {
			return nil, err
		}
	}
	if n.op == opLike {
		return b.like(n, values)
	}
	for i := range values[1:] {
		pair := &node{args: []*node{n.args[0], n.args[1+i]}, at: n.args[1+i].at}
		if err := b.comparable(pair, values[0], values[1+i]); err != nil {
			return nil, err
		}
	}
	x, rest := values[0], values[1:]
	switch n.op {
	case opBetween:
		return allOf{compare(x, ">=", rest[0]), compare(x, "<=", rest[1])}, nil
	case opIn:
		return in(x, rest), nil
	}
	if x.kind == boolKind && n.text != "=" && n.text != "<>" {
		return nil, b.fail(n, "true and false compare by = and <> alone")
	}
	return compare(x, n.text, rest[0]), nil
}

func (b *binder) like(n *node, values []typed) (condition, error) {
	for i, v := range values {
		if v.kind != textKind {
			return nil, b.fail(n.args[i], "LIKE takes texts; %s is %v", written(n.args[i]), v.kind)
		}
	}
	pattern, ok := values[1].operand.(literal)
	if !ok {
		return nil, b.fail(n.args[1], "LIKE takes a pattern that stands in the filter: a 'text', CASEI('text') or ACCENTI('text')")
	}
	return testOf(values[0].operand, likeTest(newPattern(pattern.Text()))), nil
}

func compare(x typed, sign string, y typed) condition {
	if x.kind == textKind {
		if l, ok := y.operand.(literal); ok {
			return testOf(x.operand, compareTest{sign, l.Text()})
		}
		if l, ok := x.operand.(literal); ok {
			return testOf(y.operand, compareTest{mirrored(sign), l.Text()})
		}
	}
	return comparison{sign, x.kind == textKind, x.operand, y.operand}
}

func mirrored(sign string) string {
	return strings.NewReplacer("<>", "<>", "<", ">", ">", "<").Replace(sign)
}

// in compiles a list: one of literals is looked through once.
func in(x typed, list []typed) condition {
	var texts []string
	var numbers []float64
	var parts anyOf
	for _, y := range list {
		l, ok := y.operand.(literal)
		switch {
		case ok && x.kind == textKind:
			texts = append(texts, l.Text())
		case ok && x.kind == numberKind:
			numbers = append(numbers, l.Float())
		default:
			parts = append(parts, compare(x, "=", y))
		}
	}
	if texts != nil {
		parts = append(parts, testOf(x.operand, inTest(texts)))
	}
	if numbers != nil {
		slices.Sort(numbers)
		parts = append(parts, numberIn{x.operand, numbers})
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

// comparison compares two values of one kind.
type comparison struct {
	sign   string
	isText bool
	x, y   operand
}

func (c comparison) test(row uint32) truth {
	x, y := c.x.value(row), c.y.value(row)
	if x.IsNull() || y.IsNull() {
		return isUnknown
	}
	if c.isText {
		return truthOf(holds(c.sign, strings.Compare(x.Text(), y.Text())))
	}
	return truthOf(holds(c.sign, cmp.Compare(number(x), number(y))))
}

// number is a value as a number; true is 1.
func number(v layers.Value) float64 {
	if v.Kind() == layers.BoolKind {
		if v.Bool() {
			return 1
		}
		return 0
	}
	return v.Float()
}

// holds tells whether the sign is true of an order.
func holds(sign string, order int) bool {
	switch sign {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

type numberIn struct {
	operand
	numbers []float64 // in order
}

func (c numberIn) test(row uint32) truth {
	v := c.value(row)
	if v.IsNull() {
		return isUnknown
	}
	_, found := slices.BinarySearch(c.numbers, v.Float())
	return truthOf(found)
}
