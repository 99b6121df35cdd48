package hanzi

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// Spelling is a name as people type it: for each character itself, folded, and all its
// readings without tones ("柞" is zha and zuo), with v for ü and in the other ways in
// which ü is typed (lyu, lue).
type Spelling [][]string

// Spell spells a name. Traditional characters have their own readings.
func Spell(name string) Spelling {
	args := pinyin.NewArgs()
	args.Heteronym = true
	s := make(Spelling, 0, len(name)/3+1)
	for _, r := range norm.NFKC.String(name) {
		folded := Fold(string(r))
		if folded == "" {
			continue
		}
		ways := []string{folded}
		for _, reading := range pinyin.SinglePinyin(r, args) {
			for _, way := range typed(strings.ReplaceAll(reading, "ü", "v")) {
				if !slices.Contains(ways, way) {
					ways = append(ways, way)
				}
			}
		}
		s = append(s, ways)
	}
	return s
}

// typed are the ways in which a reading with v for ü is typed.
func typed(reading string) []string {
	i := strings.IndexByte(reading, 'v')
	if i < 0 {
		return []string{reading}
	}
	ways := []string{reading, reading[:i] + "yu" + reading[i+1:]}
	if rest := reading[i+1:]; rest != "" { // lue is lüe; lu is another reading than lü
		ways = append(ways, reading[:i]+"u"+rest)
	}
	return ways
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

// Begins tells whether a folded query spells the characters from the first on: each by
// itself, a whole reading or its initial, the last one perhaps begun ("dongd", "ddz",
// "东dz" and "dongdianz" all spell 东店子). The cost is that of the name's length times
// the query's.
func (s Spelling) Begins(query string) bool { return s.spelt(query, true) }

// Is tells whether a folded query spells the whole of the name.
func (s Spelling) Is(query string) bool { return s.spelt(query, false) }

// longest is how many bytes of a query may spell a name.
const longest = 511

func (s Spelling) spelt(query string, begun bool) bool {
	if query == "" || len(query) > longest {
		return query == "" && (begun || len(s) == 0)
	}
	var at places // in the query, where the next character may begin
	at.add(0)
	for _, ways := range s {
		var next places
		for place := range len(query) {
			if !at.has(place) {
				continue
			}
			rest := query[place:]
			for _, way := range ways {
				if begun && strings.HasPrefix(way, rest) {
					return true
				}
				if strings.HasPrefix(rest, way) {
					next.add(place + len(way))
				}
				for n := initial(way); n > 0; n-- {
					if strings.HasPrefix(rest, way[:n]) {
						next.add(place + n)
					}
				}
			}
		}
		if begun && next.has(len(query)) {
			return true
		}
		if next == (places{}) {
			return false
		}
		at = next
	}
	return at.has(len(query))
}

// places is a set of places in a query.
type places [(longest + 1) / 64]uint64

func (p *places) add(n int)      { p[n/64] |= 1 << (n % 64) }
func (p *places) has(n int) bool { return p[n/64]&(1<<(n%64)) != 0 }
