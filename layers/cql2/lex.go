package cql2

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an expression.
const (
	MaxLength = 16 << 10 // bytes
	MaxDepth  = 64       // parentheses, functions and NOTs within each other
)

// Error says where a text is not CQL2, or what of it does not fit a layer, and what may
// stand there.
type Error struct {
	At     int // the character, from 1
	Reason string
	Text   string // that At is a place in, where it is a translation of what was given
}

func (e *Error) Error() string {
	if e.Text != "" {
		return fmt.Sprintf("at character %d of %s: %s", e.At, shortened(e.Text), e.Reason)
	}
	return fmt.Sprintf("at character %d: %s", e.At, e.Reason)
}

// shortened is a text for an error, cut short where it is long.
func shortened(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	cut := most
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	quotedToken // a name in double quotes
	textToken   // in single quotes
	numberToken
	signToken // an operator, a parenthesis or a comma
)

type token struct {
	kind     tokenKind
	text     string // words as written, names and texts without their quotes
	number   float64
	from, to int // bytes
}

// upper is a word as keywords are compared.
func (t token) upper() string {
	if t.kind != wordToken {
		return ""
	}
	return strings.ToUpper(t.text)
}

func (t token) is(sign string) bool { return t.kind == signToken && t.text == sign }

// String is the token for an error.
func (t token) String() string {
	switch t.kind {
	case endToken:
		return "the end"
	case textToken:
		return "'" + t.text + "'"
	case quotedToken:
		return strconv.Quote(t.text)
	}
	return strconv.Quote(t.text)
}

type lexer struct {
	text       string
	at         int  // bytes
	translated bool // from JSON
}

func (l *lexer) fail(at int, format string, args ...any) error {
	e := &Error{At: characterAt(l.text, at), Reason: fmt.Sprintf(format, args...)}
	if l.translated {
		e.Text = l.text
	}
	return e
}

func characterAt(text string, at int) int { return utf8.RuneCountInString(text[:at]) + 1 }

// next reads a token.
func (l *lexer) next() (token, error) {
	l.at += len(l.text[l.at:]) - len(strings.TrimLeftFunc(l.text[l.at:], unicode.IsSpace))
	if l.at == len(l.text) {
		return token{kind: endToken, from: l.at, to: l.at}, nil
	}
	from := l.at
	r, size := utf8.DecodeRuneInString(l.text[from:])
	switch {
	case r == '\'':
		return l.quoted(textToken)
	case r == '"':
		return l.quoted(quotedToken)
	case isDigit(r) || r == '.' && from+1 < len(l.text) && isDigit(rune(l.text[from+1])):
		return l.numeral()
	case startsName(r):
		l.at += size
		for l.at < len(l.text) {
			r, size := utf8.DecodeRuneInString(l.text[l.at:])
			if !startsName(r) && !isDigit(r) && r != '.' && !unicode.Is(unicode.Mn, r) {
				break
			}
			l.at += size
		}
		return l.token(wordToken, from), nil
	}
	for _, sign := range []string{"<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")", ","} {
		if strings.HasPrefix(l.text[from:], sign) {
			l.at += len(sign)
			return l.token(signToken, from), nil
		}
	}
	return token{}, l.fail(from, "%q is no part of CQL2: texts stand in single quotes, names with spaces or signs in double ones", r)
}

func (l *lexer) token(kind tokenKind, from int) token {
	return token{kind: kind, text: l.text[from:l.at], from: from, to: l.at}
}

// quoted reads to the closing quote, which is written twice where it is meant, or in a
// text behind a backslash.
func (l *lexer) quoted(kind tokenKind) (token, error) {
	from, quote := l.at, l.text[l.at]
	var b strings.Builder
	for i := from + 1; i < len(l.text); i++ {
		c := l.text[i]
		next := byte(0)
		if i+1 < len(l.text) {
			next = l.text[i+1]
		}
		switch {
		case next == quote && (c == quote || c == '\\' && kind == textToken):
			i++
			b.WriteByte(quote)
		case c == quote:
			l.at = i + 1
			t := token{kind: kind, text: b.String(), from: from, to: l.at}
			if kind == quotedToken && t.text == "" {
				return t, l.fail(from, "the name between the quotes is missing")
			}
			return t, nil
		default:
			b.WriteByte(c)
		}
	}
	return token{}, l.fail(from, "the closing %c is missing", quote)
}

func (l *lexer) numeral() (token, error) {
	from := l.at
	digits := func() {
		for l.at < len(l.text) && isDigit(rune(l.text[l.at])) {
			l.at++
		}
	}
	digits()
	if l.at < len(l.text) && l.text[l.at] == '.' {
		l.at++
		digits()
	}
	if l.at < len(l.text) && l.text[l.at]|0x20 == 'e' {
		mark := l.at
		if l.at++; l.at < len(l.text) && (l.text[l.at] == '+' || l.text[l.at] == '-') {
			l.at++
		}
		first := l.at
		if digits(); l.at == first {
			l.at = mark
		}
	}
	t := l.token(numberToken, from)
	var err error
	if t.number, err = strconv.ParseFloat(t.text, 64); err != nil {
		return t, l.fail(from, "%s is too large a number", t.text)
	}
	if r, _ := utf8.DecodeRuneInString(l.text[l.at:]); startsName(r) {
		return t, l.fail(l.at, "a number ends where %q follows: names begin with a letter, texts stand in single quotes", r)
	}
	return t, nil
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// startsName tells whether a name may begin with the rune: a letter of any script, an
// underscore or a colon.
func startsName(r rune) bool {
	return r == '_' || r == ':' || r != utf8.RuneError && unicode.IsLetter(r)
}
