package record

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// ParseAngle reads a coordinate from a cell: a decimal number (degrees or
// metres), or degrees, minutes and seconds in any of the ways that people write
// them: 109°56′12″, 109°56'12.5"E, 东经109度56分12秒, N33 30 15, 109:56:12,
// 109-56-12. Full-width digits and signs count as their narrow twins. Minutes
// and seconds are below 60. South and west are negative.
func ParseAngle(s string) (float64, error) {
	text := strings.TrimSpace(Narrow(s))
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(text, "xXpP_") {
			return 0, badAngle(s)
		}
		return f, nil
	}
	sign := 1.
	for _, h := range hemispheres {
		for _, word := range h.words {
			if rest, ok := cutEnd(text, word); ok {
				text, sign = strings.TrimSpace(rest), h.sign
			}
		}
	}
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		text, sign = rest, -sign
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(angleMarks, r) })
	if len(parts) == 0 || len(parts) > 3 {
		return 0, badAngle(s)
	}
	var v, scale float64 = 0, 1
	for i, p := range parts {
		f, err := strconv.ParseFloat(p, 64)
		whole := i == len(parts)-1 || !strings.Contains(p, ".")
		if err != nil || !Digits(p) || !whole || i > 0 && f >= 60 || f > 360 && len(parts) > 1 {
			return 0, badAngle(s)
		}
		v += f / scale
		scale *= 60
	}
	return sign * v, nil
}

func badAngle(s string) error {
	return fmt.Errorf("%q is not a coordinate; allowed are decimals such as 109.9367 and degrees such as 109°56′12″", Shorten(s))
}

const angleMarks = `°º˚度′'’‘分″"”“秒:-`

var hemispheres = []struct {
	words []string
	sign  float64
}{
	{[]string{"东经", "北纬", "E", "N", "e", "n", "东", "北"}, 1},
	{[]string{"西经", "南纬", "W", "S", "w", "s", "西", "南"}, -1},
}

// cutEnd takes a word off either end.
func cutEnd(s, word string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, word); ok {
		return strings.TrimLeft(rest, " :"), true
	}
	return strings.CutSuffix(s, word)
}

// Digits tells a text of digits and points alone.
func Digits(s string) bool {
	for _, c := range s {
		if c != '.' && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// narrow turns full-width letters, digits and signs (U+FF01 to U+FF5E) and the
// ideographic space into ASCII.
func Narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000 || r == 0xA0:
			return ' '
		}
		return r
	}, s)
}
