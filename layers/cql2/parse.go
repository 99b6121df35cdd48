package cql2

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// keywords are the words that name no property unless in double quotes.
var keywords = []string{
	"ACCENTI", "AND", "BBOX", "BETWEEN", "CASEI", "DATE", "DIV", "FALSE", "GEOMETRYCOLLECTION", "IN", "IS",
	"LIKE", "LINESTRING", "MULTILINESTRING", "MULTIPOINT", "MULTIPOLYGON", "NOT", "NULL", "OR", "POINT",
	"POLYGON", "TIMESTAMP", "TRUE",
	"A_CONTAINEDBY", "A_CONTAINS", "A_EQUALS", "A_OVERLAPS",
	"S_CONTAINS", "S_CROSSES", "S_DISJOINT", "S_EQUALS", "S_INTERSECTS", "S_OVERLAPS", "S_TOUCHES", "S_WITHIN",
}

func isKeyword(upper string) bool { return slices.Contains(keywords, upper) }

const (
	anOperand   = "a property, a number, a 'text', TRUE, FALSE, DATE('…'), CASEI(…), ACCENTI(…) or ("
	comparisons = "=, <>, <, <=, >, >=, [NOT] LIKE, [NOT] IN, [NOT] BETWEEN or IS [NOT] NULL"
)

// Parse reads a condition whose geometries are in degrees of longitude and latitude. The
// error is an *Error.
func Parse(text string) (*Expr, error) { return ParseIn(text, nil) }

// ParseIn reads a condition whose geometries are in a coordinate system, nil for degrees of
// longitude and latitude. The error is an *Error.
func ParseIn(text string, system *System) (*Expr, error) { return parse(text, system, false) }

var errTooLong = &Error{At: 1, Reason: fmt.Sprintf("a filter may have %d bytes", MaxLength)}

func parse(text string, system *System, translated bool) (*Expr, error) {
	p := parser{lexer: lexer{text: text, translated: translated}, system: system}
	switch {
	case len(text) > MaxLength:
		return nil, errTooLong
	case !utf8.ValidString(text):
		return nil, &Error{At: 1, Reason: "a filter must be UTF-8"}
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	root, err := p.condition()
	if err != nil {
		return nil, err
	}
	if p.token.kind != endToken {
		return nil, p.unexpected("AND, OR or the end")
	}
	var b strings.Builder
	root.write(&b, opOr)
	return &Expr{root, b.String(), text, translated}, nil
}

type parser struct {
	lexer
	token  token
	depth  int
	system *System
}

func (p *parser) advance() (err error) {
	p.token, err = p.next()
	return err
}

func (p *parser) unexpected(want string) error {
	return p.fail(p.token.from, "expected %s, not %v", want, p.token)
}

// accept goes on if the token is the keyword or sign.
func (p *parser) accept(word string) (bool, error) {
	if !p.token.is(word) && p.token.upper() != word {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) expect(word string) error {
	if ok, err := p.accept(word); ok || err != nil {
		return err
	}
	return p.unexpected(word)
}

// deeper runs what may nest.
func (p *parser) deeper(read func() (*node, error)) (*node, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail(p.token.from, "parentheses, functions and NOTs may stand %d within each other", MaxDepth)
	}
	defer func() { p.depth-- }()
	return read()
}

// condition reads an expression that is true or false.
func (p *parser) condition() (*node, error) {
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	return n, p.mustBeCondition(n)
}

func (p *parser) mustBeCondition(n *node) error {
	if n.isCondition() || n.op == opProperty || n.op == opBool {
		return nil
	}
	if p.token.kind == endToken || p.token.is(")") {
		return p.unexpected(comparisons)
	}
	return p.fail(n.at, "this is a value, not a condition: compare it with %s", comparisons)
}

func (p *parser) mustBeValue(n *node) error {
	if n.isCondition() {
		return p.fail(n.at, "this is a condition, not a value: expected %s", anOperand)
	}
	return nil
}

func (p *parser) or() (*node, error)  { return p.chain(opOr, "OR", p.and) }
func (p *parser) and() (*node, error) { return p.chain(opAnd, "AND", p.not) }

// chain reads conditions joined by a word. Those of one kind are one node however they
// were put in parentheses.
func (p *parser) chain(op op, word string, part func() (*node, error)) (*node, error) {
	first, err := part()
	if err != nil || p.token.upper() != word {
		return first, err
	}
	all := &node{op: op, at: first.at}
	add := func(n *node) error {
		if n.op == op {
			all.args = append(all.args, n.args...)
		} else {
			all.args = append(all.args, n)
		}
		return p.mustBeCondition(n)
	}
	if err := add(first); err != nil {
		return nil, err
	}
	for {
		if ok, err := p.accept(word); !ok || err != nil {
			return all, err
		}
		n, err := part()
		if err != nil {
			return nil, err
		}
		if err := add(n); err != nil {
			return nil, err
		}
	}
}

func (p *parser) not() (*node, error) {
	at := p.token.from
	if ok, err := p.accept("NOT"); err != nil {
		return nil, err
	} else if !ok {
		return p.predicate()
	}
	n, err := p.deeper(p.not)
	if err != nil {
		return nil, err
	}
	return &node{op: opNot, args: []*node{n}, at: at}, p.mustBeCondition(n)
}

// keyword reads what begins with a word of CQL2.
func (p *parser) keyword() (*node, error) {
	word, at := p.token.upper(), p.token.from
	switch {
	case word == "TRUE" || word == "FALSE":
		n := &node{op: opBool, at: at}
		if word == "TRUE" {
			n.number = 1
		}
		return n, p.advance()
	case word == "CASEI" || word == "ACCENTI":
		return p.function(opFold, 1)
	case strings.HasPrefix(word, "A_"):
		return p.array()
	case strings.HasPrefix(word, "S_"):
		return p.function(opSpatial, 2)
	case word == "DATE" || word == "TIMESTAMP":
		return p.date(word)
	case word == "BBOX":
		return p.bbox()
	case isGeometryWord(word):
		return p.wkt()
	}
	return nil, p.fail(at, "expected %s, not the word %s: a property of that name stands in double quotes", anOperand, word)
}

// function reads the arguments of a function, as many as it has.
func (p *parser) function(op op, arguments int) (*node, error) {
	n := &node{op: op, text: p.token.upper(), at: p.token.from}
	return p.deeper(func() (*node, error) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if !p.token.is("(") {
			return nil, p.unexpected("(")
		}
		for i := range arguments {
			if i > 0 && !p.token.is(",") {
				return nil, p.unexpected(",")
			}
			if err := p.operandOf(n, p.advance); err != nil {
				return nil, err
			}
		}
		return n, p.expect(")")
	})
}

// date reads DATE('2018-06-30') or TIMESTAMP('2018-06-30T00:00:00Z').
func (p *parser) date(word string) (*node, error) {
	n := &node{op: opDate, at: p.token.from}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	layout, example := time.DateOnly, "'2018-06-30'"
	if word == "TIMESTAMP" {
		layout, example = time.RFC3339Nano, "'2018-06-30T12:00:00Z'"
	}
	when, err := time.Parse(layout, p.token.text)
	if p.token.kind != textToken || err != nil {
		return nil, p.unexpected(example)
	}
	when = when.UTC()
	n.number, n.text = float64(when.Year()), word+"('"+when.Format(layout)+"')"
	if err := p.advance(); err != nil {
		return nil, err
	}
	return n, p.expect(")")
}
