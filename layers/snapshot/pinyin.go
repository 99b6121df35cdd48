package snapshot

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// spelling is a name as people type it: for each character all its readings
// without tones ("柞" is zha and zuo), or the character itself in lower case.
type spelling [][]string

func spell(name string) spelling {
	args := pinyin.NewArgs()
	args.Heteronym = true
	s := make(spelling, 0, len(name)/3+1)
	for _, r := range name {
		if readings := pinyin.SinglePinyin(r, args); len(readings) > 0 {
			s = append(s, distinct(readings))
		} else if !unicode.IsSpace(r) {
			s = append(s, []string{strings.ToLower(string(r))})
		}
	}
	return s
}

func distinct(readings []string) []string {
	out := readings[:0:0]
	for _, r := range readings {
		r = strings.ReplaceAll(r, "ü", "v")
		seen := false
		for _, o := range out {
			seen = seen || o == r
		}
		if !seen {
			out = append(out, r)
		}
	}
	return out
}

// begins tells whether the query spells the characters from one on: each by a
// whole reading or its first letter, the last one perhaps begun ("dongd", "ddz"
// and "dongdianz" all spell 东店子). It is decided in few steps, since a reading
// has at most six letters.
func (s spelling) begins(query string) bool {
	if query == "" {
		return true
	}
	if len(s) == 0 {
		return false
	}
	for _, reading := range s[0] {
		if strings.HasPrefix(reading, query) {
			return true
		}
		if strings.HasPrefix(query, reading) && s[1:].begins(query[len(reading):]) {
			return true
		}
		if initial := reading[:1]; initial != reading && initial[0] < 0x80 && strings.HasPrefix(query, initial) && s[1:].begins(query[1:]) {
			return true
		}
	}
	return false
}
