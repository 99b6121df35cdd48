package search

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers/hanzi"
)

// fit orders results: a lower one fits better.
type fit uint8

const (
	fitWhole       fit = iota // the whole name, perhaps without the word for what it is, or the whole code
	fitStart                  // the name begins with it
	fitCode                   // the code begins with it
	fitPart                   // it stands somewhere in the name
	fitFullWhole              // the whole name in full pinyin
	fitFullBegun              // the name begins so
	fitFullWithin             // full pinyin from a later character on
	fitSpeltWhole             // the whole name by initials, or by initials and pinyin
	fitSpeltBegun             // the name begins so
	fitSpeltWithin            // so from a later character on
	fitSoundStart             // characters that sound alike stand in the name, which begins with the same one
	fitSound                  // they stand in another name
	fitAlmostStart            // one character is wrong, missing or too many in a name that begins with the same one
	fitAlmost                 // in another name
	fitSlipStart              // one letter of full pinyin is, behind the first character
	fitSlip                   // in the first character
	fitNone
)

// fit is how well a name fits.
func (q *query) fit(name string) fit {
	folded := hanzi.Fold(name)
	switch i := strings.Index(folded, q.text); {
	case folded == q.text || isSuffixed(folded, q.text):
		return fitWhole
	case i == 0:
		return fitStart
	case i > 0:
		return fitPart
	}
	switch {
	case q.letters:
		return q.fitSpelt(name)
	case q.sounds && q.soundsIn(name):
		return q.nearer(folded, fitSoundStart, fitSound)
	case q.nearly && almostIn(q.runes, []rune(folded)):
		return q.nearer(folded, fitAlmostStart, fitAlmost)
	}
	return fitNone
}

// nearer is one fit of names that begin with the query's first character, and another of the others.
func (q *query) nearer(folded string, same, other fit) fit {
	if strings.HasPrefix(folded, string(q.runes[0])) {
		return same
	}
	return other
}

func (q *query) fitSpelt(name string) fit {
	q.spelling = q.spelling[:0].Append(name)
	for _, by := range []hanzi.Manner{hanzi.Full, hanzi.Initials} {
		whole := fitFullWhole
		if by == hanzi.Initials {
			whole = fitSpeltWhole
		}
		for i := range q.spelling {
			switch {
			case !q.spelling[i:].Begins(q.text, by):
			case i > 0:
				return whole + (fitFullWithin - fitFullWhole)
			case q.spelling.Is(q.text, by):
				return whole
			default:
				return whole + (fitFullBegun - fitFullWhole)
			}
		}
	}
	return fitNone
}

// kinds are the words for what a place is, as names end with them.
var kinds = []string{"县", "区", "镇", "街道", "村", "村委会", "村民委员会"}

// isSuffixed tells whether the name is the query and the word for what it is:
// 洛南 is all of 洛南县.
func isSuffixed(name, query string) bool {
	rest, ok := strings.CutPrefix(name, query)
	return ok && len(query) >= len("商州") && slices.Contains(kinds, rest)
}

// soundsIn tells whether characters that sound like those of the query stand side by side in the name.
func (q *query) soundsIn(name string) bool {
	q.spelling = q.spelling[:0].Append(name)
	for i := 0; i+len(q.readings) <= len(q.spelling); i++ {
		alike := 0
		for alike < len(q.readings) && soundAlike(q.readings[alike], q.spelling[i+alike]) {
			alike++
		}
		if alike == len(q.readings) {
			return true
		}
	}
	return false
}

func soundAlike(a, b []string) bool {
	return slices.ContainsFunc(a, func(way string) bool { return slices.Contains(b, way) })
}

// almostIn tells whether some part of a name is the query but for one character that is another, missing or too many.
func almostIn(query, name []rune) bool {
	for from := range name {
		same := 0
		for same < len(query) && from+same < len(name) && query[same] == name[from+same] {
			same++
		}
		rest, left := query[same:], name[from+same:]
		if len(rest) <= 1 || begins(left, rest[1:]) || len(left) > 0 && (begins(left[1:], rest[1:]) || begins(left[1:], rest)) {
			return true
		}
	}
	return false
}

func begins(text, with []rune) bool {
	return len(text) >= len(with) && slices.Equal(text[:len(with)], with)
}
