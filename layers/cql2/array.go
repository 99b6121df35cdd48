package cql2

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// array reads A_CONTAINS and its kin, which compare sets of texts: a property of a list, or ('a', 'b').
func (p *parser) array() (*node, error) {
	n := &node{op: opArray, text: p.token.upper(), at: p.token.from}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.token.is("(") {
		return nil, p.unexpected("(")
	}
	for i := range 2 {
		if i > 0 && !p.token.is(",") {
			return nil, p.unexpected(",")
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		arg, err := p.set()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
	}
	return n, p.expect(")")
}

// set reads a property, or texts in parentheses: none at all may stand there.
func (p *parser) set() (*node, error) {
	if !p.token.is("(") {
		return p.primary()
	}
	n := &node{op: opList, at: p.token.from}
	if err := p.advance(); err != nil {
		return nil, err
	}
	for !p.token.is(")") {
		if p.token.kind != textToken {
			return nil, p.unexpected("a 'text' of the list")
		}
		n.args = append(n.args, &node{op: opText, text: p.token.text, at: p.token.from})
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.token.is(")") {
			break
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
	return n, p.advance()
}

// setTest asks how the items of a list, a text, stand to others.
type setTest struct {
	name  string // of the function, the list being the first argument
	items []string
}

func (c setTest) of(list string) bool {
	var own []string
	if list != "" {
		own = strings.Split(list, layers.ListSeparator)
	}
	missing := func(in []string) func(string) bool {
		return func(item string) bool { return !slices.Contains(in, item) }
	}
	contains := !slices.ContainsFunc(c.items, missing(own))
	containedBy := !slices.ContainsFunc(own, missing(c.items))
	switch c.name {
	case "A_CONTAINS":
		return contains
	case "A_CONTAINEDBY":
		return containedBy
	case "A_EQUALS":
		return contains && containedBy
	}
	return slices.ContainsFunc(own, func(item string) bool { return slices.Contains(c.items, item) }) // A_OVERLAPS
}

// array compiles the comparison of a property of a list with a list that stands in the filter.
func (b *binder) array(n *node) (condition, error) {
	list, other, name := n.args[0], n.args[1], n.text
	if list.op == opList {
		list, other = other, list
		name = mirroredSet(name)
	}
	field := b.table.Layer.Field(list.text)
	if list.op != opProperty || other.op != opList || field < 0 || b.table.Layer.Fields[field].Type != layers.TypeList {
		return nil, b.fail(n, "%s takes a property that is a list (%s) and texts in parentheses", n.text, listNames(b.table.Layer))
	}
	test := setTest{name: name}
	for _, item := range other.args {
		test.items = append(test.items, item.text)
	}
	return testOf(property{b.table, field}, test), nil
}

func mirroredSet(name string) string {
	switch name {
	case "A_CONTAINS":
		return "A_CONTAINEDBY"
	case "A_CONTAINEDBY":
		return "A_CONTAINS"
	}
	return name
}

func listNames(l *layers.Layer) string {
	var names []string
	for i := range l.Fields {
		if l.Fields[i].Type == layers.TypeList {
			names = append(names, l.Fields[i].ID)
		}
	}
	if names == nil {
		return "layer " + l.ID + " has none"
	}
	return strings.Join(names, ", ")
}
