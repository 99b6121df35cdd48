package cql2

import (
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Properties that every layer has beside its fields. The geometry is known by either name.
const (
	IDProperty       = "id"
	GeometryProperty = "geometry"
	GeomProperty     = "geom"
)

func isGeometry(name string) bool { return name == GeometryProperty || name == GeomProperty }

// truth is what a condition comes to. The order is that of AND, which is the least of
// its parts.
type truth uint8

const (
	isFalse truth = iota
	isUnknown
	isTrue
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

func (t truth) not() truth { return isTrue - t }

// Filter is an expression bound to a table. It is safe for any number of goroutines.
type Filter struct {
	root condition
	box  geo.Box
}

// Match tells whether the row matches. It allocates nothing but for texts of one row
// that are compared with each other and where areas or lines meet at their borders.
func (f *Filter) Match(row uint32) bool { return f.root.test(row) == isTrue }

// Box is a box that every row which matches has a point in common with.
func (f *Filter) Box() geo.Box { return f.box }

// condition is a compiled part that is true, false or neither.
type condition interface{ test(row uint32) truth }

// Fits tells whether the layer has all properties that the expression names.
func (e *Expr) Fits(l *layers.Layer) bool {
	for _, name := range e.Properties() {
		if l.Field(name) < 0 && name != IDProperty && !(isGeometry(name) && l.HasGeometry()) {
			return false
		}
	}
	return true
}

// Bind compiles the expression for the rows of a table. The error is an *Error: a
// property that the layer does not have, or values that do not compare.
func (e *Expr) Bind(t *snapshot.Table) (*Filter, error) {
	b := binder{table: t, source: lexer{text: e.source, translated: e.translated}}
	root, err := b.condition(e.root)
	if err != nil {
		return nil, err
	}
	return &Filter{root, boxOf(root)}, nil
}

type binder struct {
	table  *snapshot.Table
	source lexer // of the text that the expression was read from
}

func (b *binder) fail(n *node, format string, args ...any) error {
	return b.source.fail(n.at, format, args...)
}

func (b *binder) condition(n *node) (condition, error) {
	switch n.op {
	case opOr, opAnd:
		parts := make([]condition, len(n.args))
		for i, arg := range n.args {
			var err error
			if parts[i], err = b.condition(arg); err != nil {
				return nil, err
			}
		}
		if n.op == opOr {
			return anyOf(parts), nil
		}
		return allOf(parts), nil
	case opNot:
		c, err := b.condition(n.args[0])
		return notOf{c}, err
	case opBool:
		return constant(truthOf(n.number == 1)), nil
	case opProperty:
		v, err := b.value(n)
		if err != nil {
			return nil, err
		}
		if v.kind != boolKind {
			return nil, b.fail(n, "%s is %v, not true or false: compare it with something", n.text, v.kind)
		}
		return isSet{v.operand}, nil
	case opIsNull:
		v, err := b.value(n.args[0])
		return isNull{v.operand}, err
	case opSpatial:
		return b.spatial(n)
	case opArray:
		return b.array(n)
	}
	return b.comparison(n)
}

type (
	anyOf    []condition
	allOf    []condition
	notOf    struct{ condition }
	constant truth
	isSet    struct{ operand }
	isNull   struct{ operand }
)

func (c anyOf) test(row uint32) truth {
	result := isFalse
	for _, part := range c {
		if result = max(result, part.test(row)); result == isTrue {
			break
		}
	}
	return result
}

func (c allOf) test(row uint32) truth {
	result := isTrue
	for _, part := range c {
		if result = min(result, part.test(row)); result == isFalse {
			break
		}
	}
	return result
}

func (c notOf) test(row uint32) truth    { return c.condition.test(row).not() }
func (c constant) test(row uint32) truth { return truth(c) }
func (c isNull) test(row uint32) truth   { return truthOf(c.value(row).IsNull()) }

func (c isSet) test(row uint32) truth {
	v := c.value(row)
	if v.IsNull() {
		return isUnknown
	}
	return truthOf(v.Bool())
}

// valueKind is what values may be compared with each other.
type valueKind uint8

const (
	numberKind valueKind = iota
	textKind
	boolKind
	dateKind
	geometryKind
)

func (k valueKind) String() string {
	return [...]string{"a number", "a text", "true or false", "a date", "a geometry"}[k]
}

// typed is a compiled value with what it is.
type typed struct {
	operand
	kind   valueKind
	isYear bool // a field of years, which dates may be compared with
}

// value compiles an operand.
func (b *binder) value(n *node) (typed, error) {
	switch n.op {
	case opNumber:
		return typed{operand: literal{layers.Float(n.number)}, kind: numberKind}, nil
	case opText:
		return typed{operand: literal{layers.Text(n.text)}, kind: textKind}, nil
	case opBool:
		return typed{operand: literal{layers.Bool(n.number == 1)}, kind: boolKind}, nil
	case opDate:
		return typed{operand: literal{layers.Float(n.number)}, kind: dateKind}, nil
	case opGeometry:
		return typed{operand: literal{layers.Bool(true)}, kind: geometryKind}, nil
	case opProperty:
		return b.property(n)
	case opFold:
		v, err := b.value(n.args[0])
		if err == nil && v.kind != textKind {
			err = b.fail(n.args[0], "%s takes a text, not %v", n.text, v.kind)
		}
		return typed{operand: foldOf(n.text, v.operand), kind: textKind}, err
	case opAdd, opMul, opPow:
		var sides [2]typed
		for i, arg := range n.args {
			var err error
			if sides[i], err = b.value(arg); err != nil {
				return typed{}, err
			}
			if sides[i].kind != numberKind {
				return typed{}, b.fail(arg, "%s takes numbers, not %v", n.text, sides[i].kind)
			}
		}
		return typed{operand: calculation{n.text, sides[0].operand, sides[1].operand}, kind: numberKind}, nil
	}
	return typed{}, b.fail(n, "this is a condition, not a value")
}

func (b *binder) property(n *node) (typed, error) {
	l := b.table.Layer
	f := l.Field(n.text)
	switch {
	case f >= 0:
		return typed{property{b.table, f}, kindOf(l.Fields[f].Type), l.Fields[f].Type == layers.TypeYear}, nil
	case n.text == IDProperty:
		return typed{operand: rowID{b.table}, kind: numberKind}, nil
	case isGeometry(n.text) && l.HasGeometry():
		return typed{operand: rowPlace{b.table}, kind: geometryKind}, nil
	}
	return typed{}, b.fail(n, "layer %s has no property %q: there are %s", l.ID, n.text, strings.Join(PropertyNames(l), ", "))
}

// PropertyNames lists what expressions may ask of a layer's features.
func PropertyNames(l *layers.Layer) []string {
	names := []string{IDProperty}
	for i := range l.Fields {
		names = append(names, l.Fields[i].ID)
	}
	if l.HasGeometry() {
		names = append(names, GeometryProperty)
	}
	return names
}

func kindOf(t layers.FieldType) valueKind {
	switch t {
	case layers.TypeInt, layers.TypeFloat, layers.TypeYear:
		return numberKind
	case layers.TypeBool:
		return boolKind
	}
	return textKind
}

// comparable checks that two values compare, with the operator by which they do.
func (b *binder) comparable(n *node, x, y typed) error {
	switch {
	case x.kind == geometryKind || y.kind == geometryKind:
		return b.fail(n, "geometry compares by the functions S_INTERSECTS, S_WITHIN and their kin alone")
	case x.kind == y.kind, x.isYear && y.kind == dateKind, y.isYear && x.kind == dateKind:
		return nil
	case x.kind == dateKind || y.kind == dateKind:
		return b.fail(n, "a date compares with a property of years alone")
	}
	return b.fail(n, "%s is %v and %s is %v, which do not compare", written(n.args[0]), x.kind, written(n.args[1]), y.kind)
}

// written is the part for an error, cut short where it is long.
func written(n *node) string {
	var s strings.Builder
	n.write(&s, opAdd)
	return shortened(s.String())
}
