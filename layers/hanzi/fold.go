package hanzi

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// pairs are traditional characters, each with its simplified one behind it: those of
// OpenCC's table of characters (Apache 2.0, see NOTICE) that are no simplified ones
// themselves.
//
//go:embed traditional.txt
var pairs string

// The block of characters that nearly all names are of.
const firstCommon, lastCommon = 0x4E00, 0x9FFF

// table is the simplified character of each traditional one, and a bit for each
// traditional one of the common block, so that a search passes over names quickly.
type table struct {
	simplified map[rune]rune
	common     [(lastCommon-firstCommon)/64 + 1]uint64
}

var characters = sync.OnceValue(func() *table {
	t := &table{simplified: map[rune]rune{}}
	var last rune
	for _, r := range pairs {
		switch {
		case r == '\n':
		case last == 0:
			last = r
		default:
			if t.simplified[last] = r; last >= firstCommon && last <= lastCommon {
				at := last - firstCommon
				t.common[at/64] |= 1 << (at % 64)
			}
			last = 0
		}
	}
	return t
})

// plain tells whether a text is folded for sure.
func (t *table) plain(s string) bool {
	for _, r := range s {
		switch {
		case r >= firstCommon && r <= lastCommon:
			if at := r - firstCommon; t.common[at/64]&(1<<(at%64)) != 0 {
				return false
			}
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		default:
			return false
		}
	}
	return true
}

// Fold is a text for comparing: full-width and compatibility forms as plain ones (NFKC),
// in lower case, without white space, ü as v, in simplified characters. Most names are
// folded already and come back as they are.
func Fold(s string) string {
	t := characters()
	if t.plain(s) {
		return s
	}
	return strings.Map(t.fold, norm.NFKC.String(s))
}

func (t *table) fold(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == 'ü' || r == 'Ü':
		return 'v'
	case unicode.IsSpace(r):
		return -1
	}
	if s, ok := t.simplified[r]; ok {
		return s
	}
	return unicode.ToLower(r)
}
