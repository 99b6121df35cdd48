package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cuntu/cuntu/layers/hanzi"
)

// opening is how a spelt query may begin: the first letters of its first three characters, or of fewer where it ends
// there, and the first character's reading where it is whole.
type opening struct {
	letters string
	reading string
}

// speltLists are the lists of names that a query of letters, perhaps with characters among them, may spell, from their
// first character on or anywhere.
func (q *query) speltLists(by hanzi.Manner, atStart bool) func(g *grams) [][]uint32 {
	sound := byte(soundGram)
	if atStart {
		sound = openGram
	}
	var begun []uint32 // of a single character
	if by == hanzi.Full {
		for _, reading := range readingsFrom(q.text) {
			begun = append(begun, gramOf(sound, reading))
		}
	}
	openings, all := openingsOf(q.text, by)
	chars := q.hanHashes()
	return func(g *grams) [][]uint32 {
		lists := g.all(begun)
		for _, o := range openings {
			lists = append(lists, g.shortest(o.hashes(sound, atStart)...))
		}
		if len(chars) == 0 {
			return lists
		}
		if few := g.shortest(chars...); !all || len(few) < total(lists) {
			return [][]uint32{few}
		}
		return lists
	}
}

func isHan(r rune) bool { return r >= utf8.RuneSelf }

// hanHashes are the hashes of the characters in a query that are not letters, and of those side by side.
func (q *query) hanHashes() (hashes []uint32) {
	for i, r := range q.runes {
		if !isHan(r) {
			continue
		}
		hashes = append(hashes, gramOf(charGram, string(r)))
		if i > 0 && isHan(q.runes[i-1]) {
			hashes = append(hashes, q.pair(i-1, i))
		}
	}
	return hashes
}

func (o opening) hashes(sound byte, atStart bool) (hashes []uint32) {
	l := o.letters
	if len(l) == 3 {
		hashes = append(hashes, gramOf(letters3, l[:1], l[1:2], l[2:]))
	} else {
		hashes = append(hashes, gramOf(twoLetters, l[:1], l[1:]))
	}
	if atStart {
		hashes = append(hashes, gramOf(letters3, start, l[:1], l[1:2]))
	}
	if o.reading != "" {
		hashes = append(hashes, gramOf(sound, o.reading), gramOf(soundLetter, o.reading, l[1:2]))
	}
	return hashes
}

// openingsOf are all openings of a query that spells two characters or more. They are not all where one of the characters
// has no reading.
func openingsOf(text string, by hanzi.Manner) (list []opening, all bool) {
	rests := restsOf(text, by)
	all = true
	put := func(reading string, places ...int) {
		letters := []string{""}
		for _, at := range places {
			letters = followed(letters, lettersAt(text[at:]))
		}
		all = all && len(letters) > 0
		for _, l := range letters {
			if o := (opening{l, reading}); !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
	}
	for _, second := range nexts(text, 0, by) {
		if second == len(text) || !rests[second] {
			continue
		}
		reading := ""
		if isReading(text[:second]) && (by == hanzi.Full || !isInitial(text[:second])) {
			reading = text[:second]
		}
		if isBegun(text[second:]) {
			put(reading, 0, second)
		}
		for _, third := range nexts(text, second, by) {
			if third < len(text) && rests[third] {
				put(reading, 0, second, third)
			}
		}
	}
	return list, all
}

// lettersAt are the letters by which the first character of a text may be spelt: itself, or those of its readings.
func lettersAt(text string) []string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 1 {
		return []string{text[:1]}
	}
	return firstLetters(hanzi.Ways(r))
}

// followed are texts with each of some letters behind them.
func followed(texts, letters []string) (list []string) {
	for _, text := range texts {
		for _, letter := range letters {
			list = append(list, text+letter)
		}
	}
	return list
}

// restsOf tells from which places on a query spells characters to its end, the last one perhaps begun.
func restsOf(text string, by hanzi.Manner) []bool {
	rests := make([]bool, len(text)+1)
	rests[len(text)] = true
	for at := len(text) - 1; at >= 0; at-- {
		rests[at] = isBegun(text[at:]) || slices.ContainsFunc(nexts(text, at, by), func(next int) bool { return rests[next] })
	}
	return rests
}

// nexts are the places where the next character may begin behind one that is spelt at a place.
func nexts(text string, at int, by hanzi.Manner) (places []int) {
	if _, size := utf8.DecodeRuneInString(text[at:]); size > 1 {
		return []int{at + size}
	}
	if by == hanzi.Initials || !isLetter(rune(text[at])) {
		places = append(places, at+1)
	}
	if by == hanzi.Initials && len(text) > at+1 && isInitial(text[at:at+2]) {
		places = append(places, at+2)
	}
	for end := at + 1; end <= min(len(text), at+longestReading); end++ {
		if isReading(text[at:end]) && !slices.Contains(places, end) {
			places = append(places, end)
		}
	}
	return places
}

// isInitial tells whether a text may be no more than the initial of a reading.
func isInitial(text string) bool {
	return len(text) == 1 || text == "zh" || text == "ch" || text == "sh"
}

// longestWhole is how many bytes a name has at most of which a query spells the whole.
func longestWhole(text string, by hanzi.Manner) int {
	most := make([]int, len(text)+1) // characters, of the query up to a place; -1 where none ends there
	for end := range text {
		most[end+1] = -1
	}
	for at := range text {
		if most[at] < 0 {
			continue
		}
		for _, next := range nexts(text, at, by) {
			most[next] = max(most[next], most[at]+1)
		}
	}
	return utf8.UTFMax * max(most[len(text)], 0)
}

// longestReading is the length of zhuang and the like; lyuan would be as long.
const longestReading = 6

func isReading(s string) bool {
	_, ok := slices.BinarySearch(hanzi.Readings(), s)
	return ok
}

// readingsFrom are the readings that begin with a text.
func readingsFrom(text string) []string {
	list := hanzi.Readings()
	from, _ := slices.BinarySearch(list, text)
	to := from
	for to < len(list) && strings.HasPrefix(list[to], text) {
		to++
	}
	return list[from:to]
}

// isBegun tells whether a text is a character or begins a reading.
func isBegun(text string) bool {
	_, size := utf8.DecodeRuneInString(text)
	return size == len(text) || len(readingsFrom(text)) > 0
}
