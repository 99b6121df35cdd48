package personal

import (
	"strings"
	"time"

	"github.com/cuntu/cuntu/layers"
)

// Kind is what of a person a text holds; "" is nothing.
type Kind string

// The kinds of number.
const (
	None    Kind = ""
	Citizen Kind = "citizen" // of an identity card
	Card    Kind = "card"    // of a bank card
	Mobile  Kind = "mobile"  // of a telephone that one carries
)

// Words names the kind for people.
func (k Kind) Words() layers.Words {
	switch k {
	case Citizen:
		return layers.Words{Zh: "身份证号", En: "a citizen's identity number"}
	case Card:
		return layers.Words{Zh: "银行卡号", En: "the number of a bank card"}
	case Mobile:
		return layers.Words{Zh: "手机号", En: "a mobile telephone number"}
	}
	return layers.Words{}
}

// fewest digits are those of the shortest number that is recognised, a mobile telephone's.
const fewest = 11

// Find tells which number of a person a text holds.
func Find(text string) Kind { return find(text, false) }

// find is Find. In a column of codes a number counts only where it is surely no code: a citizen's, who was born before the
// projects began whose codes have a day in the same place.
func find(text string, codes bool) Kind {
	if !hasDigits(text) {
		return None
	}
	groups := digitGroups(text)
	for i := range groups {
		if k := single(groups, i, codes); k != None {
			return k
		}
		if codes {
			continue
		}
		if k := written(groups[i:]); k != None {
			return k
		}
	}
	return None
}

// hasDigits tells whether the text has digits enough for any of the numbers.
func hasDigits(text string) bool {
	n := 0
	for _, r := range text {
		if digitOf(r) >= 0 {
			if n++; n >= fewest {
				return true
			}
		}
	}
	return false
}

// digitOf is the worth of a digit, narrow or full-width, and -1 for what is none.
func digitOf(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

// group is digits that stand together, with what stands at either end of them.
type group struct {
	digits        string
	before, after rune // 0 at the ends of the text
	fraction      bool // behind a decimal point, or before one
}

// digitGroups are the runs of digits of a text. An X that ends 17 of them is the check digit of a citizen's number.
func digitGroups(text string) (all []group) {
	runes := []rune(text)
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return 0
		}
		return runes[i]
	}
	for i := 0; i < len(runes); i++ {
		if digitOf(runes[i]) < 0 {
			continue
		}
		from := i
		var b strings.Builder
		for ; digitOf(at(i)) >= 0; i++ {
			b.WriteByte(byte('0' + digitOf(at(i))))
		}
		if i-from == 17 && isX(at(i)) {
			b.WriteByte('X')
			i++
		}
		point := func(r rune, next int) bool { return r == '.' && digitOf(at(next)) >= 0 }
		all = append(all, group{
			digits: b.String(), before: at(from - 1), after: at(i),
			fraction: point(at(from-1), from-2) || point(at(i), i+1),
		})
	}
	return all
}

// isX tells the check character that is worth ten.
func isX(r rune) bool { return strings.ContainsRune("xXｘＸ", r) }

func isLetter(r rune) bool { return r == '_' || r|0x20 >= 'a' && r|0x20 <= 'z' }

// single tells what a run of digits is by itself.
func single(groups []group, i int, codes bool) Kind {
	g := groups[i]
	if g.fraction {
		return None
	}
	if isCitizen(g.digits, codes) {
		return Citizen
	}
	if codes || isLetter(g.before) || isLetter(g.after) || joined(groups, i) {
		return None
	}
	switch {
	case isMobile(g.digits):
		return Mobile
	case isCard(g.digits):
		return Card
	}
	return None
}

// joined tells whether hyphens make the run a part of a longer code. Behind the number of a country or town, or beside
// another telephone, it is a telephone.
func joined(groups []group, i int) bool {
	telephone := func(s string) bool { return isMobile(s) || s == "86" || len(s) <= 4 && s[0] == '0' }
	return groups[i].before == '-' && i > 0 && !telephone(groups[i-1].digits) ||
		groups[i].after == '-' && i+1 < len(groups) && groups[i+1].before == '-' && !isMobile(groups[i+1].digits)
}

// written tells what groups of digits are that stand as people write long numbers: 138 0013 8000, 6222 0212 …
func written(groups []group) Kind {
	all := ""
	for n := range groups {
		g := groups[n]
		if g.fraction || n > 0 && (g.before != ' ' && g.before != '-' || groups[n-1].after != g.before) {
			return None
		}
		all += g.digits
		switch {
		case len(all) > 19:
			return None
		case n == 2 && sizes(groups, 3, 4, 4) && isMobile(all):
			return Mobile
		case n == 2 && sizes(groups, 6, 8, 4) && isCitizen(all, false):
			return Citizen
		case n == 2 && sizes(groups, 6, 8, 3) && isX(g.after) && isCitizen(all+"X", false):
			return Citizen
		case n >= 3 && sizes(groups[:n], 4, 4, 4, 4) && len(g.digits) <= 4 && isCard(all):
			return Card
		}
	}
	return None
}

// sizes tells whether the first groups have so many digits.
func sizes(groups []group, want ...int) bool {
	for i := range min(len(groups), len(want)) {
		if len(groups[i].digits) != want[i] {
			return false
		}
	}
	return true
}

func isMobile(s string) bool {
	s = strings.TrimPrefix(s, "00")
	if len(s) == 13 {
		s = strings.TrimPrefix(s, "86")
	}
	return len(s) == fewest && s[0] == '1' && s[1] >= '3' && s[1] <= '9'
}

// projectsFrom is the year from which a day within a code of 18 digits is rather a project's than a birth.
const projectsFrom = 2010

// isCitizen tells a citizen's number (GB 11643-1999): 6 digits of where, 8 of the day of birth, 3 of order, and the check
// character. A spreadsheet that took it for a number has lost the last three digits, which are 0 then.
func isCitizen(s string, codes bool) bool {
	if len(s) != 18 || !isRegion(s[:6]) {
		return false
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1900 || born.After(time.Now()) || codes && born.Year() >= projectsFrom {
		return false
	}
	return s[15:] == "000" || checkCharacter(s[:17]) == s[17]
}

// isRegion tells whether six digits may be a county's code of some year: a province that there is, a prefecture below 60 or
// those of counties under the province itself, and a county.
func isRegion(s string) bool {
	const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
	prefecture := s[2:4]
	return strings.Contains(provinces, s[:2]) && prefecture > "00" && (prefecture < "60" || prefecture == "90") && s[4:] != "00"
}

// checkCharacter is that of ISO 7064, MOD 11-2, which GB 11643 prescribes.
func checkCharacter(s string) byte {
	sum := 0
	for i := range len(s) {
		sum = (sum + int(s[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum%11]
}

// isCard tells a bank card's number (ISO/IEC 7812-1): 16 to 19 digits of those that China's banks give out, with the check
// digit of Luhn.
func isCard(s string) bool {
	if len(s) < 16 || len(s) > 19 || s[len(s)-1] == 'X' || !isIssuer(s) {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isIssuer tells whether a card's number begins as the networks' (UnionPay 62, Visa 4, Mastercard 51 to 55, JCB 35) or as
// older cards of China's own banks do.
func isIssuer(s string) bool {
	for _, p := range []string{"62", "60", "68", "69", "9558", "9559", "4"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return len(s) == 16 && (s[:2] == "35" || s[:2] >= "51" && s[:2] <= "55")
}
