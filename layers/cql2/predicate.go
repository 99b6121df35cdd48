package cql2

import "slices"

// predicate reads a comparison, or an operand alone.
func (p *parser) predicate() (*node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.token.kind == signToken && slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, p.token.text) {
		n := &node{op: opCompare, text: p.token.text, at: left.at}
		return p.operands(n, left, func() error { return p.operandOf(n, p.advance) })
	}
	negated := p.token.upper() == "NOT"
	if negated {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	n := &node{at: left.at}
	switch p.token.upper() {
	case "LIKE":
		n.op = opLike
		_, err = p.operands(n, left, func() error { return p.operandOf(n, p.advance) })
	case "BETWEEN":
		n.op = opBetween
		_, err = p.operands(n, left, func() error {
			if err := p.operandOf(n, p.advance); err != nil {
				return err
			}
			return p.operandOf(n, func() error { return p.expect("AND") })
		})
	case "IN":
		n.op = opIn
		_, err = p.operands(n, left, func() error { return p.list(n) })
	case "IS":
		if negated {
			return nil, p.unexpected("LIKE, IN or BETWEEN")
		}
		n.op = opIsNull
		if _, err = p.operands(n, left, p.advance); err == nil {
			if negated, err = p.accept("NOT"); err == nil {
				err = p.expect("NULL")
			}
		}
	default:
		if negated {
			return nil, p.unexpected("LIKE, IN or BETWEEN")
		}
		return left, nil
	}
	if err != nil {
		return nil, err
	}
	if negated {
		return &node{op: opNot, args: []*node{n}, at: n.at}, nil
	}
	return n, nil
}

// operands gives n its first operand and what read adds to it.
func (p *parser) operands(n, first *node, read func() error) (*node, error) {
	if err := p.mustBeValue(first); err != nil {
		return nil, err
	}
	n.args = append(n.args, first)
	return n, read()
}

// operandOf reads another operand of n, once before has gone past what stands before it.
func (p *parser) operandOf(n *node, before func() error) error {
	if err := before(); err != nil {
		return err
	}
	arg, err := p.sum()
	if err != nil {
		return err
	}
	n.args = append(n.args, arg)
	return p.mustBeValue(arg)
}

func (p *parser) list(n *node) error {
	if err := p.advance(); err != nil {
		return err
	}
	if !p.token.is("(") {
		return p.unexpected("(")
	}
	for {
		if err := p.operandOf(n, p.advance); err != nil {
			return err
		}
		if p.token.is(",") {
			continue
		}
		if !p.token.is(")") {
			return p.unexpected(", or )")
		}
		return p.advance()
	}
}
