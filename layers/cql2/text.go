package cql2

import (
	"cmp"
	"slices"
	"strconv"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// textTest is a question about one text.
type textTest interface{ of(s string) bool }

type (
	compareTest struct{ sign, text string }
	inTest      []string
	likeTest    []patternPart
)

func (c compareTest) of(s string) bool { return holds(c.sign, cmp.Compare(s, c.text)) }
func (c inTest) of(s string) bool      { return slices.Contains(c, s) }
func (c likeTest) of(s string) bool    { return matches(c, s) }

// testOf compiles a test of an operand's text. Of a field, each distinct text is tested
// once.
func testOf(x operand, test textTest) condition {
	field, folds := x, []string(nil)
	for {
		f, ok := field.(fold)
		if !ok {
			break
		}
		field, folds = f.operand, append(folds, f.name)
	}
	p, ok := field.(property)
	if !ok {
		return anyText{x, test}
	}
	slices.Reverse(folds)
	distinct := p.table.Texts(p.field)
	return &fieldText{property: p, folds: folds, asked: test, known: make([]atomic.Uint32, (distinct+15)/16), distinct: uint64(distinct)}
}

type anyText struct {
	operand
	asked textTest
}

func (c anyText) test(row uint32) truth {
	v := c.value(row)
	if v.IsNull() {
		return isUnknown
	}
	return truthOf(c.asked.of(v.Text()))
}

// fieldText tests the text of a field. Known holds two bits a distinct text: 2 plus the
// answer, or 0 where nobody has asked yet.
type fieldText struct {
	property
	folds    []string
	asked    textTest
	known    []atomic.Uint32
	distinct uint64
}

func (c *fieldText) test(row uint32) truth {
	key, ok := c.table.Key(row, c.field)
	if !ok {
		return isUnknown
	}
	code := key &^ snapshot.TextKey
	if code == key {
		return c.digits(key)
	}
	if code >= c.distinct {
		return truthOf(c.fresh(key))
	}
	word, shift := &c.known[code/16], code%16*2
	if bits := word.Load() >> shift & 3; bits != 0 {
		return truthOf(bits == 3)
	}
	answer := c.fresh(key)
	bits := uint32(2)
	if answer {
		bits = 3
	}
	word.Or(bits << shift)
	return truthOf(answer)
}

func (c *fieldText) fresh(key uint64) bool {
	s := c.table.Text(c.field, key)
	for _, name := range c.folds {
		s = folded(name, s)
	}
	return c.asked.of(s)
}

// digits tests a code that is kept as a number behind a leading 1. Nothing folds digits.
func (c *fieldText) digits(key uint64) truth {
	var room [20]byte
	digits := strconv.AppendUint(room[:0], key, 10)[1:]
	switch asked := c.asked.(type) { // not through the interface: the text stays on the stack
	case compareTest:
		return truthOf(asked.of(string(digits)))
	case inTest:
		return truthOf(asked.of(string(digits)))
	case likeTest:
		return truthOf(asked.of(string(digits)))
	}
	return truthOf(c.asked.of(string(digits)))
}

// fold is CASEI or ACCENTI of a text.
type fold struct {
	name string
	operand
}

func foldOf(name string, x operand) operand {
	if l, ok := x.(literal); ok {
		return literal{layers.Text(folded(name, l.Text()))}
	}
	return fold{name, x}
}

func (f fold) value(row uint32) layers.Value {
	v := f.operand.value(row)
	if v.IsNull() {
		return v
	}
	return layers.Text(folded(f.name, v.Text()))
}

func folded(name, s string) string {
	if name == "CASEI" {
		return cases.Fold().String(s)
	}
	bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil { // which none of the three has
		return s
	}
	return bare
}

// patternPart is a character of a LIKE pattern.
type patternPart struct {
	r    rune
	wild wild
}

type wild uint8

const (
	literally wild = iota
	anyRune        // _
	anyRunes       // %
)

func newPattern(s string) []patternPart {
	var parts []patternPart
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			parts = append(parts, patternPart{r: r})
			escaped = false
		case r == '\\':
			escaped = true
		case r == '_':
			parts = append(parts, patternPart{wild: anyRune})
		case r == '%':
			parts = append(parts, patternPart{wild: anyRunes})
		default:
			parts = append(parts, patternPart{r: r})
		}
	}
	return parts
}

// matches goes along both; where they part it goes back to the last %, which then
// stands for one character more.
func matches(pattern []patternPart, s string) bool {
	p, at := 0, 0
	mark, from := -1, 0
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case p < len(pattern) && pattern[p].wild == anyRunes:
			mark, from = p, at
			p++
		case p < len(pattern) && (pattern[p].wild == anyRune || pattern[p].r == r):
			p++
			at += size
		case mark >= 0:
			_, size := utf8.DecodeRuneInString(s[from:])
			from += size
			p, at = mark+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p].wild == anyRunes {
		p++
	}
	return p == len(pattern)
}
