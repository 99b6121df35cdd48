package search

import (
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/layers/hanzi"
)

// A slip is one letter of full pinyin that is wrong, missing or too many.

// leastSlip is how many letters a query must have to be looked for with a slip: fewer would be nearly anything.
const leastSlip = 5

// spot is how far into a query a reading goes, and whether there was a slip on the way.
type spot struct {
	at      int
	slipped bool
}

// reach is where a reading that is spelt from a spot on ends in the query. all tells that the query ends before, or with, it.
func (q *query) reach(from spot, reading string) (spots []spot, all bool) {
	rest := q.text[from.at:]
	same := 0
	for same < len(rest) && same < len(reading) && rest[same] == reading[same] {
		same++
	}
	if same == len(rest) || !from.slipped && same == len(rest)-1 { // the last letter may be wrong, or too many
		all = true
	}
	if same == len(reading) {
		return []spot{{from.at + same, from.slipped}}, all
	}
	if from.slipped || same == len(rest) {
		return nil, all
	}
	for _, skip := range []struct{ letters, typed int }{{1, 1}, {1, 0}, {0, 1}} { // wrong, missing, too many
		left, typed := reading[same+skip.letters:], rest[same+skip.typed:]
		switch {
		case strings.HasPrefix(left, typed):
			all = true
		case strings.HasPrefix(typed, left):
			spots = append(spots, spot{from.at + same + skip.typed + len(left), true})
		}
	}
	return spots, all
}

// slips tells whether a name from some character on may be what is spelt from a spot on.
func (q *query) slips(name hanzi.Spelling, from spot) bool {
	if left := len(q.text) - from.at; left == 0 || left == 1 && !from.slipped {
		return true
	}
	if len(name) == 0 {
		return false
	}
	for _, way := range readingsOf(name[0]) {
		spots, all := q.reach(from, way)
		if all {
			return true
		}
		for _, s := range spots {
			if q.slips(name[1:], s) {
				return true
			}
		}
	}
	return false
}

// readingsOf are the readings of a character; none of a letter or a digit.
func readingsOf(ways []string) []string {
	if isASCII(ways[0]) {
		return nil
	}
	return ways[1:]
}

// fitSlip is how well a name fits that is spelt with a slip from its first character on.
func (q *query) fitSlip(name string) fit {
	q.spelling = q.spelling[:0].Append(name)
	if len(q.spelling) == 0 {
		return fitNone
	}
	for _, way := range readingsOf(q.spelling[0]) {
		if strings.HasPrefix(q.text, way) && q.slips(q.spelling[1:], spot{at: len(way)}) {
			return fitSlipStart
		}
	}
	if q.slips(q.spelling, spot{}) {
		return fitSlip
	}
	return fitNone
}

// slipLists are the names that a query may spell with a slip: behind the first character, or in it.
func (q *query) slipLists(behind bool) func(g *grams) [][]uint32 {
	openings := sync.OnceValue(func() [][]uint32 { return q.slipOpenings(behind) })
	return func(g *grams) [][]uint32 {
		var names []uint32
		for _, hashes := range openings() {
			names = append(names, g.shortest(hashes...)...)
		}
		slices.Sort(names) // there are too many lists to be merged
		return [][]uint32{slices.Compact(names)}
	}
}

// slipOpenings are hashes of the beginnings that a query may spell: a name is in all lists of one of them.
func (q *query) slipOpenings(behind bool) (openings [][]uint32) {
	for _, first := range hanzi.Readings() {
		if strings.HasPrefix(q.text, first) != behind {
			continue
		}
		spots, all := q.reach(spot{}, first)
		switch {
		case all || len(spots) > 0 && len(q.text)-spots[0].at <= 1:
			openings = append(openings, []uint32{gramOf(openGram, first)})
			continue
		case len(spots) == 0:
			continue
		}
		for _, letter := range q.lettersBehind(spots) {
			o := opening{first[:1] + letter, first}
			openings = append(openings, o.hashes(openGram, true))
		}
	}
	return openings
}

// lettersBehind are the letters by which characters begin that may be spelt behind some spots.
func (q *query) lettersBehind(spots []spot) (letters []string) {
	for _, s := range spots {
		if s.slipped {
			letters = append(letters, q.text[s.at:s.at+1])
		}
	}
	if len(letters) == len(spots) {
		return letters
	}
	for _, reading := range hanzi.Readings() {
		if letter := reading[:1]; !slices.Contains(letters, letter) {
			if next, all := q.reach(spots[0], reading); all || len(next) > 0 {
				letters = append(letters, letter)
			}
		}
	}
	return letters
}
