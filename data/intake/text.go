package intake

import (
	"strings"
	"unicode"

	"github.com/cuntu/cuntu/layers/hanzi"
)

// narrow makes full-width digits, letters and signs their narrow twins, and odd
// spaces plain ones.
func narrow(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000 || r == 0xA0 || r == 0x2009 || r == 0x202F:
			return ' '
		case r == 0x200B || r == 0xFEFF: // of no width
			return -1
		case r == '【' || r == '〔' || r == '[':
			return '('
		case r == '】' || r == '〕' || r == ']':
			return ')'
		}
		return r
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// squeeze leaves out white space between Chinese characters, which typists put
// into names to align them, and makes the rest single spaces.
func squeeze(s string) string {
	if strings.IndexFunc(s, unicode.IsSpace) < 0 {
		return s
	}
	var b strings.Builder
	var last rune
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && last != 0 && (!unicode.Is(unicode.Han, last) || !unicode.Is(unicode.Han, r)) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last, space = r, false
	}
	return b.String()
}

// plain is a text for comparing: narrow and folded, so that 柞水縣 is 柞水县.
func plain(s string) string { return hanzi.Fold(narrow(s)) }

// nothing are the ways to write that there is no value.
func nothing(s string) bool {
	switch s {
	case "", "-", "--", "—", "——", "/", "\\", "n/a", "N/A", "null", "NULL", "暂无", "不详", "未知", "空":
		return true
	}
	return false
}

// Clear is what a cell says that is to make a field empty; an empty cell leaves
// it as it is.
const Clear = "清空"
