package cql2

import (
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Expr is a condition, not yet bound to a table.
type Expr struct {
	root   *node
	text   string // canonical
	source string // as it was read
	// translated tells that the source is a translation of what was given.
	translated bool
}

// String is the expression in one form for all its spellings: parsed again, it is the
// same.
func (e *Expr) String() string { return e.text }

// Properties lists the properties that the expression names, each once, in the order of
// their first appearance.
func (e *Expr) Properties() []string {
	var names []string
	seen := map[string]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n.op == opProperty && !seen[n.text] {
			seen[n.text] = true
			names = append(names, n.text)
		}
		for _, arg := range n.args {
			visit(arg)
		}
	}
	visit(e.root)
	return names
}

// op is what a node does. The order is that of how tightly operators bind.
type op uint8

const (
	opOr op = iota
	opAnd
	opNot
	opCompare // by text, one of = <> < <= > >=
	opLike
	opBetween
	opIn // the first argument in the others
	opIsNull
	opAdd // by text, + or -
	opMul // by text, * / % or div
	opPow
	opProperty
	opNumber
	opText
	opBool // number is 1 for true
	opDate // number is the year
	opFold // by text, CASEI or ACCENTI
	opSpatial
	opGeometry
	opArray // by text, such as A_CONTAINS
	opList  // of texts
)

// node is a part of an expression.
type node struct {
	op       op
	args     []*node
	text     string
	number   float64
	geometry orb.Geometry
	at       int // the byte at which it begins
}

// isCondition tells whether the node is true, false or neither, never a value: a
// property or literal may be either.
func (n *node) isCondition() bool { return n.op <= opIsNull || n.op == opSpatial || n.op == opArray }

// level is how tightly the node binds.
func (n *node) level() op {
	switch {
	case n.op == opNot && isNegatable(n.args[0]):
		return opCompare // x NOT IN (…)
	case n.op > opCompare && n.op <= opIsNull:
		return opCompare
	case n.op > opPow:
		return opProperty
	}
	return n.op
}

func isNegatable(n *node) bool {
	return n.op == opLike || n.op == opBetween || n.op == opIn || n.op == opIsNull
}

// write writes the node, in parentheses where it binds less than the level.
func (n *node) write(b *strings.Builder, level op) {
	if n.level() < level {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch n.op {
	case opOr, opAnd:
		word := " OR "
		if n.op == opAnd {
			word = " AND "
		}
		for i, arg := range n.args {
			if i > 0 {
				b.WriteString(word)
			}
			arg.write(b, n.op+1)
		}
	case opNot:
		if isNegatable(n.args[0]) {
			n.args[0].writePredicate(b, "NOT ")
			return
		}
		b.WriteString("NOT ")
		n.args[0].write(b, opNot)
	case opCompare, opAdd, opMul, opPow:
		n.args[0].write(b, n.leftLevel())
		b.WriteString(" " + n.text + " ")
		n.args[1].write(b, n.level()+1)
	case opLike, opBetween, opIn, opIsNull:
		n.writePredicate(b, "")
	default:
		n.writeOperand(b)
	}
}

// leftLevel is the level of what stands to the left of an operator: powers and
// comparisons have no chains.
func (n *node) leftLevel() op {
	if n.op == opPow || n.op == opCompare {
		return n.op + 1
	}
	return n.op
}

func (n *node) writePredicate(b *strings.Builder, not string) {
	n.args[0].write(b, opAdd)
	switch n.op {
	case opLike:
		b.WriteString(" " + not + "LIKE ")
		n.args[1].write(b, opAdd)
	case opBetween:
		b.WriteString(" " + not + "BETWEEN ")
		n.args[1].write(b, opAdd)
		b.WriteString(" AND ")
		n.args[2].write(b, opAdd)
	case opIn:
		b.WriteString(" " + not + "IN (")
		writeList(b, n.args[1:])
		b.WriteByte(')')
	case opIsNull:
		b.WriteString(" IS " + not + "NULL")
	}
}

func writeList(b *strings.Builder, args []*node) {
	for i, arg := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		arg.write(b, opAdd)
	}
}

func (n *node) writeOperand(b *strings.Builder) {
	switch n.op {
	case opProperty:
		writeName(b, n.text)
	case opNumber:
		b.WriteString(strconv.FormatFloat(n.number, 'g', -1, 64))
	case opText:
		writeText(b, n.text)
	case opBool:
		b.WriteString(strings.ToUpper(strconv.FormatBool(n.number == 1)))
	case opDate:
		b.WriteString(n.text)
	case opGeometry:
		writeGeometry(b, n.geometry)
	case opList:
		b.WriteByte('(')
		writeList(b, n.args)
		b.WriteByte(')')
	case opFold, opSpatial, opArray:
		b.WriteString(n.text + "(")
		writeList(b, n.args)
		b.WriteByte(')')
	}
}

func writeName(b *strings.Builder, name string) {
	l := lexer{text: name}
	t, err := l.next()
	if err == nil && t.kind == wordToken && t.text == name && !isKeyword(t.upper()) {
		b.WriteString(name)
		return
	}
	b.WriteString(`"` + strings.ReplaceAll(name, `"`, `""`) + `"`)
}

// writeText writes a quote twice or, since behind a backslash the first would be taken
// with that, behind another one.
func writeText(b *strings.Builder, s string) {
	b.WriteByte('\'')
	for i := range len(s) {
		if s[i] == '\'' {
			if i > 0 && s[i-1] == '\\' {
				b.WriteByte('\\')
			} else {
				b.WriteByte('\'')
			}
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('\'')
}
