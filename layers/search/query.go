package search

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/cuntu/cuntu/layers/hanzi"
)

// query is what was typed, made ready.
type query struct {
	text     string // folded
	words    string // with one space between words
	runes    []rune
	letters  bool       // there are letters in it
	digits   bool       // it is all digits
	sounds   bool       // its characters have readings, so that others may sound like them
	nearly   bool       // it is long enough to be known with a character that is wrong
	pinyin   bool       // it is long enough to be known with a slip
	readings [][]string // of its characters, where it sounds
	spelling hanzi.Spelling
}

// mostTyped is how many bytes of what was typed are looked at.
const mostTyped = 300

func newQuery(typed string) *query {
	typed = norm.NFKC.String(typed)
	for len(typed) > mostTyped {
		_, size := utf8.DecodeLastRuneInString(typed)
		typed = typed[:len(typed)-size]
	}
	q := &query{words: strings.Join(strings.Fields(typed), " ")}
	q.text = hanzi.Fold(apart.Replace(q.words))
	q.runes = []rune(q.text)
	q.letters = strings.IndexFunc(q.text, isLetter) >= 0
	q.digits = isDigits(q.text)
	q.sounds = len(q.runes) > 1
	for _, r := range q.runes {
		readings := hanzi.Ways(r)
		readings = readings[min(1, len(readings)):]
		q.readings = append(q.readings, readings)
		q.sounds = q.sounds && len(readings) > 0
	}
	q.nearly = len(q.runes) > 2 && !q.letters && !q.digits
	q.pinyin = len(q.text) >= leastSlip && strings.IndexFunc(q.text, func(r rune) bool { return !isLetter(r) }) < 0
	return q
}

// apart takes out the signs that keep syllables apart (xi'an).
var apart = strings.NewReplacer("'", "", "’", "", "‘", "", "`", "")

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// passes are the ways to find what was typed, the best first.
func (q *query) passes() []pass {
	var list []pass
	if q.digits {
		list = append(list, pass{from: fitWhole, to: fitCode})
	}
	list = append(list,
		pass{from: fitWhole, to: fitWhole, lists: q.wholeLists},
		pass{from: fitStart, to: fitStart, lists: q.startLists},
		pass{from: fitPart, to: fitPart, lists: q.partLists},
	)
	if !q.letters {
		return list
	}
	return append(list,
		pass{fitFullWhole, fitFullBegun, q.speltLists(hanzi.Full, true), longestWhole(q.text, hanzi.Full)},
		pass{fitFullWithin, fitFullWithin, q.speltLists(hanzi.Full, false), 0},
		pass{fitSpeltWhole, fitSpeltBegun, q.speltLists(hanzi.Initials, true), longestWhole(q.text, hanzi.Initials)},
		pass{fitSpeltWithin, fitSpeltWithin, q.speltLists(hanzi.Initials, false), 0},
	)
}

// nearPasses are the ways to find what was meant. Slips are looked for where nothing else is found.
func (q *query) nearPasses(slips bool) []pass {
	var list []pass
	if q.sounds {
		list = append(list,
			pass{from: fitSoundStart, to: fitSoundStart, lists: q.beginning(q.soundLists)},
			pass{from: fitSound, to: fitSound, lists: q.soundLists},
		)
	}
	if q.nearly {
		list = append(list,
			pass{from: fitAlmostStart, to: fitAlmostStart, lists: q.beginning(q.nearLists)},
			pass{from: fitAlmost, to: fitAlmost, lists: q.nearLists},
		)
	}
	if slips && q.pinyin {
		list = append(list,
			pass{from: fitSlipStart, to: fitSlipStart, lists: q.slipLists(true)},
			pass{from: fitSlip, to: fitSlip, lists: q.slipLists(false)},
		)
	}
	return list
}

// beginning are the names of lists that begin with the query's first character, perhaps with others among them.
func (q *query) beginning(lists func(g *grams) [][]uint32) func(g *grams) [][]uint32 {
	hash := gramOf(pairGram, start, string(q.runes[0]))
	return func(g *grams) [][]uint32 {
		all, begun := lists(g), g.list(hash)
		if len(begun) < total(all) {
			return [][]uint32{begun}
		}
		return all
	}
}

func (q *query) wholeLists(g *grams) [][]uint32 {
	hashes := []uint32{gramOf(wholeGram, q.text)}
	for _, kind := range kinds {
		hashes = append(hashes, gramOf(wholeGram, q.text+kind))
	}
	return g.all(hashes)
}

func (q *query) startLists(g *grams) [][]uint32 {
	return [][]uint32{g.shortest(append(q.pairs(), gramOf(pairGram, start, string(q.runes[0])))...)}
}

func (q *query) partLists(g *grams) [][]uint32 {
	if len(q.runes) == 1 {
		return g.all([]uint32{gramOf(charGram, q.text)})
	}
	return [][]uint32{g.shortest(q.pairs()...)}
}

// pairs are the hashes of the query's characters two by two.
func (q *query) pairs() (hashes []uint32) {
	for i := range q.runes[1:] {
		hashes = append(hashes, q.pair(i, i+1))
	}
	return hashes
}

func (q *query) pair(i, j int) uint32 {
	return gramOf(pairGram, string(q.runes[i]), string(q.runes[j]))
}

// nearLists are the fewest names among which all are that have the query but for one mistake. They have two characters as
// they stand side by side in it, or as they would if the one between were wrong, missing or too many: whatever the mistake
// is, of three characters in a row one such pair is as it should be, and of two pairs apart one.
func (q *query) nearLists(g *grams) (best [][]uint32) {
	least := math.MaxInt
	try := func(hashes ...uint32) {
		if lists := g.all(hashes); total(lists) < least {
			best, least = lists, total(lists)
		}
	}
	for i := range q.runes[2:] {
		skip := gramOf(skipGram, string(q.runes[i]), string(q.runes[i+2]))
		try(q.pair(i, i+1), q.pair(i+1, i+2), q.pair(i, i+2), skip)
		for j := range i - 1 {
			try(q.pair(j, j+1), q.pair(i+1, i+2))
		}
		if i > 0 {
			try(q.pair(i-1, i), q.pair(i+1, i+2))
		}
	}
	return best
}

// soundLists are the names that have a character which sounds like one of the query, the rarest, or whose characters begin
// with the same letters as the first ones.
func (q *query) soundLists(g *grams) [][]uint32 {
	best := g.all(q.letterHashes())
	for _, readings := range q.readings {
		var hashes []uint32
		for _, reading := range readings {
			hashes = append(hashes, gramOf(soundGram, reading))
		}
		if lists := g.all(hashes); total(lists) < total(best) {
			best = lists
		}
	}
	return best
}

// letterHashes are the hashes of the first letters of the first two or three characters.
func (q *query) letterHashes() (hashes []uint32) {
	for _, a := range firstLetters(q.readings[0]) {
		for _, b := range firstLetters(q.readings[1]) {
			if len(q.readings) == 2 {
				hashes = append(hashes, gramOf(twoLetters, a, b))
				continue
			}
			for _, c := range firstLetters(q.readings[2]) {
				hashes = append(hashes, gramOf(letters3, a, b, c))
			}
		}
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}
