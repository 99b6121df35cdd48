package signin

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

const (
	mostLength = 128 // characters of a password
	// leastLeft is how many characters of a password must be left when all that is easy to guess is taken out of it.
	leastLeft = 6
	shortWalk = 4 // keys of a walk over the keyboard that count as easy
)

// common are words that stand in many passwords, one a line; digits that stand for letters are read as letters.
//
//go:embed common.txt
var common string

// keyboard are rows and columns of keys, and the alphabet; each is walked both ways.
var keyboard = []string{
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz",
	"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "!@#$%^&*()",
}

var (
	years   = regexp.MustCompile(`(19|20)\d\d`)
	letters = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")
)

// CheckPassword is the faults of a password that a user may not choose. unit is the name of the user's unit.
func (p Policy) CheckPassword(part, password string, u *data.User, unit string) (wrong layers.Faults) {
	password = norm.NFKC.String(password)
	n := utf8.RuneCountInString(password)
	switch {
	case n < p.MinLength:
		wrong.Add(part, "has %d characters; from %d to %d are allowed, spaces among them", n, p.MinLength, mostLength)
		return wrong
	case n > mostLength:
		wrong.Add(part, "has more than %d characters; from %d to %d are allowed", mostLength, p.MinLength, mostLength)
		return wrong
	}
	if classes(password) < p.Classes {
		wrong.Add(part, "must have characters of %d kinds among small letters, capitals, digits and others", p.Classes)
	}
	if left := leftOf(password, u, unit); left < leastLeft {
		wrong.Add(part, "is easy to guess: without common words, names, years and rows of keys %d characters are left; "+
			"%d are needed, such as of four words that nobody puts together", left, leastLeft)
	}
	return wrong
}

func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// leftOf is how many characters of a password are left without what is easy to guess; a run of one character counts once.
func leftOf(password string, u *data.User, unit string) int {
	s := strings.ToLower(password)
	for _, word := range namesOf(u, unit) {
		s = strings.ReplaceAll(s, word, " ")
	}
	s = years.ReplaceAllString(s, " ")
	s = withoutWalks(s)
	for word := range strings.FieldsSeq(common) {
		s = strings.ReplaceAll(s, word, " ")
		if as := letters.Replace(s); len(as) == len(s) {
			for i := strings.Index(as, word); i >= 0; i = strings.Index(as, word) {
				s, as = s[:i]+" "+s[i+len(word):], as[:i]+" "+as[i+len(word):]
			}
		}
	}
	left, last := 0, ' '
	for _, r := range s {
		if r != last && r != ' ' {
			left++
		}
		last = r
	}
	return left
}

// namesOf are what others know of a user: login, name and unit, and how they sound.
func namesOf(u *data.User, unit string) (names []string) {
	for _, name := range []string{u.Login, u.Name, unit} {
		name = strings.ToLower(name)
		words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("._-@ ", r) })
		sounds := pinyin.LazyConvert(name, nil)
		// The whole before its parts, of which it is made.
		for _, word := range slices.Concat([]string{name, strings.Join(sounds, "")}, words, sounds) {
			if utf8.RuneCountInString(word) >= 2 && len(word) > 2 {
				names = append(names, word)
			}
		}
	}
	return names
}

// withoutWalks takes out rows of keys.
func withoutWalks(s string) string {
	for _, row := range keyboard {
		for _, walk := range []string{row, reversed(row)} {
			for n := len(walk); n >= shortWalk; n-- {
				for i := 0; i+n <= len(walk); i++ {
					s = strings.ReplaceAll(s, walk[i:i+n], " ")
				}
			}
		}
	}
	return s
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
