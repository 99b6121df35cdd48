package crs

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits of what is taken for WKT; a real .prj has a kilobyte and nests to six.
const (
	maxWKT   = 64 << 10
	maxDepth = 32
)

// node is one element of WKT, such as PARAMETER["False_Easting",500000].
type node struct {
	word string // upper case
	args []any  // string, float64, *node; a bare word is a *node without args
}

// text is the i-th argument as a string.
func (n *node) text(i int) string {
	if n != nil && i < len(n.args) {
		if s, ok := n.args[i].(string); ok {
			return s
		}
	}
	return ""
}

func (n *node) number(i int) (float64, bool) {
	if n == nil || i >= len(n.args) {
		return 0, false
	}
	switch v := n.args[i].(type) {
	case float64:
		return v, true
	case string: // AUTHORITY["EPSG","4490"]
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return 0, false
}

// child is the first element below n with one of the words.
func (n *node) child(words ...string) *node {
	if n == nil {
		return nil
	}
	for _, w := range words {
		for _, a := range n.args {
			if c, ok := a.(*node); ok && c.word == w {
				return c
			}
		}
	}
	return nil
}

func (n *node) children(word string) (out []*node) {
	for _, a := range n.args {
		if c, ok := a.(*node); ok && c.word == word {
			out = append(out, c)
		}
	}
	return out
}

type wktParser struct {
	s   string
	pos int
}

func parseWKT(s string) (*node, error) {
	p := &wktParser{s: s}
	n, err := p.node(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.s) {
		return nil, p.fail("the end")
	}
	return n, nil
}

func (p *wktParser) fail(want string) error {
	return fmt.Errorf("WKT: byte %d: %s was expected", p.pos+1, want)
}

func (p *wktParser) space() {
	for p.pos < len(p.s) && strings.IndexByte(" \t\r\n\x00", p.s[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *wktParser) peek() byte {
	p.space()
	if p.pos < len(p.s) {
		return p.s[p.pos]
	}
	return 0
}

func (p *wktParser) node(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("WKT: nested deeper than %d", maxDepth)
	}
	p.space()
	start := p.pos
	for p.pos < len(p.s) && isWord(p.s[p.pos]) {
		p.pos++
	}
	if p.pos == start {
		return nil, p.fail("a keyword")
	}
	n := &node{word: strings.ToUpper(p.s[start:p.pos])}
	open := p.peek()
	if open != '[' && open != '(' {
		return n, nil
	}
	for {
		p.pos++ // the bracket or comma
		a, err := p.argument(depth)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, a)
		switch p.peek() {
		case ',':
		case ']', ')':
			p.pos++
			return n, nil
		default:
			return nil, p.fail("a comma or bracket")
		}
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
}

func (p *wktParser) argument(depth int) (any, error) {
	switch c := p.peek(); {
	case c == '"':
		return p.quoted()
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		start := p.pos
		for p.pos < len(p.s) && strings.IndexByte("+-.0123456789eE", p.s[p.pos]) >= 0 {
			p.pos++
		}
		f, err := strconv.ParseFloat(p.s[start:p.pos], 64)
		if err != nil {
			p.pos = start
			return nil, p.fail("a number")
		}
		return f, nil
	}
	return p.node(depth + 1)
}

func (p *wktParser) quoted() (string, error) {
	var b strings.Builder
	for p.pos++; p.pos < len(p.s); p.pos++ {
		if p.s[p.pos] == '"' {
			if p.pos+1 >= len(p.s) || p.s[p.pos+1] != '"' {
				p.pos++
				return b.String(), nil
			}
			p.pos++ // a doubled quote stands for one
		}
		b.WriteByte(p.s[p.pos])
	}
	return "", p.fail("a closing quote")
}
