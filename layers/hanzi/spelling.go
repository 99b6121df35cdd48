package hanzi

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Spelling is a name as people type it: for each character the ways in which it is typed (see Ways).
type Spelling [][]string

// Spell spells a name. Traditional characters have their own readings.
func Spell(name string) Spelling { return make(Spelling, 0, len(name)/3+1).Append(name) }

// Append spells a name behind another; a spelling that is cut to nothing is used again so.
func (s Spelling) Append(name string) Spelling {
	if !isCommon(name) {
		name = norm.NFKC.String(name)
	}
	for _, r := range name {
		if ways := Ways(r); len(ways) > 0 {
			s = append(s, ways)
		}
	}
	return s
}

// isCommon tells whether a name is of nothing but common characters, letters and digits, which NFKC leaves alone.
func isCommon(name string) bool {
	for _, r := range name {
		if r >= utf8.RuneSelf && (r < firstCommon || r > lastCommon) {
			return false
		}
	}
	return true
}

// initial is how many letters of a reading stand for it at most: zh, ch and sh have two,
// of which the first will do, others one. A character itself has none.
func initial(reading string) int {
	switch {
	case len(reading) < 2 || reading[0] >= 0x80:
		return 0
	case len(reading) > 2 && reading[1] == 'h' && (reading[0] == 'z' || reading[0] == 'c' || reading[0] == 's'):
		return 2
	}
	return 1
}

// Manner is how much of a reading has to be typed.
type Manner bool

// The manners: each character by itself or a whole reading, or also by the initial of one ("d" for dong).
const (
	Full     Manner = false
	Initials Manner = true
)

// Begins tells whether a folded query spells the characters from the first on, the last one perhaps begun: by initials
// "dongd", "ddz", "东dz" and "dongdianz" all spell 东店子, and in full "ddz" and "东dz" do not. A letter that is itself in the
// name is an initial. The cost is that of the name's length times the query's.
func (s Spelling) Begins(query string, by Manner) bool { return s.spelt(query, by, true) }

// Is tells whether a folded query spells the whole of the name.
func (s Spelling) Is(query string, by Manner) bool { return s.spelt(query, by, false) }

// longest is how many bytes of a query may spell a name.
const longest = 511

func (s Spelling) spelt(query string, by Manner, begun bool) bool {
	if query == "" || len(query) > longest {
		return query == "" && (begun || len(s) == 0)
	}
	var at places // in the query, where the next character may begin
	at.add(0)
	for _, ways := range s {
		next, done := at.step(query, ways, by, begun)
		if done || begun && next.has(len(query)) {
			return true
		}
		if next == (places{}) {
			return false
		}
		at = next
	}
	return at.has(len(query))
}

// step is where the next character may begin behind one that is typed in some ways; done tells that the rest of the query
// begins it.
func (p *places) step(query string, ways []string, by Manner, begun bool) (next places, done bool) {
	for place := range p.all {
		if place >= len(query) {
			break
		}
		rest := query[place:]
		for _, way := range ways {
			if way[0] != rest[0] || by == Full && len(way) == 1 && isLetter(way[0]) && way == ways[0] {
				continue
			}
			if begun && strings.HasPrefix(way, rest) {
				return next, true
			}
			if strings.HasPrefix(rest, way) {
				next.add(place + len(way))
			}
			for n := initial(way); n > 0 && by == Initials; n-- {
				if strings.HasPrefix(rest, way[:n]) {
					next.add(place + n)
				}
			}
		}
	}
	return next, false
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' }

// places is a set of places in a query.
type places [(longest + 1) / 64]uint64

func (p *places) add(n int)      { p[n/64] |= 1 << (n % 64) }
func (p *places) has(n int) bool { return p[n/64]&(1<<(n%64)) != 0 }

// all yields the places in ascending order.
func (p *places) all(yield func(int) bool) {
	for i, word := range p {
		for ; word != 0; word &= word - 1 {
			if !yield(64*i + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}
