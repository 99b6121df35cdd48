package record

import (
	"strings"
	"unicode/utf8"
)

// WholeRunes leaves off the beginning of a UTF-8 sequence at the end.
func WholeRunes(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i >= len(b)-3; i-- {
		if b[i]&0xC0 != 0x80 { // the last byte that begins a sequence
			if b[i] >= 0xC0 && !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			break
		}
	}
	return b
}

// QuoteSQL makes an SQL identifier of a name.
func QuoteSQL(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
