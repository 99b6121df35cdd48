package cql2

import (
	"slices"
	"strings"
)

func (p *parser) sum() (*node, error) {
	return p.arithmetic(opAdd, []string{"+", "-"}, p.product)
}

func (p *parser) product() (*node, error) {
	return p.arithmetic(opMul, []string{"*", "/", "%", "div"}, p.power)
}

func (p *parser) arithmetic(op op, signs []string, part func() (*node, error)) (*node, error) {
	left, err := part()
	if err != nil {
		return nil, err
	}
	for links := 0; ; links++ {
		sign := p.token.text
		if p.token.upper() == "DIV" {
			sign = "div"
		} else if p.token.kind != signToken {
			return left, nil
		}
		if !slices.Contains(signs, sign) {
			return left, nil
		}
		if links == 4*MaxDepth { // the node grows as deep
			return nil, p.fail(p.token.from, "at most %d operators may follow each other", 4*MaxDepth)
		}
		n := &node{op: op, text: sign, at: left.at}
		if left, err = p.operands(n, left, func() error {
			if err := p.advance(); err != nil {
				return err
			}
			arg, err := part()
			if err != nil {
				return err
			}
			n.args = append(n.args, arg)
			return p.mustBeValue(arg)
		}); err != nil {
			return nil, err
		}
	}
}

func (p *parser) power() (*node, error) {
	at := p.token.from
	sign := 1.0
	if p.token.is("-") || p.token.is("+") {
		if p.token.is("-") {
			sign = -1
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.token.kind == numberToken {
			p.token.number *= sign
			sign = 1
		}
	}
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	if p.token.is("^") {
		pow := &node{op: opPow, text: "^", at: n.at}
		if n, err = p.operands(pow, n, func() error {
			if err := p.advance(); err != nil {
				return err
			}
			negative := p.token.is("-")
			if negative {
				if err := p.advance(); err != nil {
					return err
				}
				if p.token.kind != numberToken {
					return p.unexpected("a number")
				}
				p.token.number = -p.token.number
			}
			arg, err := p.primary()
			if err != nil {
				return err
			}
			pow.args = append(pow.args, arg)
			return p.mustBeValue(arg)
		}); err != nil {
			return nil, err
		}
	}
	if sign < 0 {
		return &node{op: opMul, text: "*", args: []*node{{op: opNumber, number: -1, at: at}, n}, at: at}, p.mustBeValue(n)
	}
	return n, nil
}

func (p *parser) primary() (*node, error) {
	t := p.token
	n := &node{text: t.text, at: t.from}
	switch t.kind {
	case numberToken:
		n.op, n.number, n.text = opNumber, t.number+0, "" // + 0 makes -0 into 0
	case textToken:
		n.op = opText
	case quotedToken:
		n.op = opProperty
	case wordToken:
		if isKeyword(t.upper()) {
			return p.keyword()
		}
		n.op = opProperty
	default:
		if !t.is("(") {
			return nil, p.unexpected(anOperand)
		}
		return p.deeper(func() (*node, error) {
			if err := p.advance(); err != nil {
				return nil, err
			}
			inner, err := p.or()
			if err != nil {
				return nil, err
			}
			return inner, p.expect(")")
		})
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.is("(") && t.kind == wordToken {
		return nil, p.fail(
			t.from, "%q is not a function here: there are CASEI, ACCENTI, DATE, TIMESTAMP, BBOX and %s", t.text,
			strings.Join(keywords[len(keywords)-8:], ", "),
		)
	}
	return n, nil
}
