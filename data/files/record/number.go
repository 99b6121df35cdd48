package record

import (
	"math"
	"strconv"
	"strings"
)

// lowest is beyond any number of a ledger. Esri's programs write −1.8·10³⁰⁸ and take
// what lies below −10³⁸ for no number.
const lowest = 1e38

// NoNumber tells whether a text is what programs write into a column of numbers where
// they have none: NaN and infinity in C's spellings and Microsoft's (1.#QNAN,
// -nan(ind)), and the lowest number there is.
func NoNumber(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if f, err := strconv.ParseFloat(s, 64); err == nil || math.IsInf(f, 0) {
		return !(math.Abs(f) < lowest)
	}
	s = strings.TrimLeft(s, "+-")
	if digits, rest, ok := strings.Cut(s, "#"); ok && strings.Trim(digits, "0123456789.") == "" && digits != "" {
		rest = strings.TrimRight(rest, "0")
		return rest == "qnan" || rest == "snan" || rest == "ind" || rest == "inf" || rest == "nan"
	}
	name, _, _ := strings.Cut(s, "(")
	return name == "nan" && strings.HasSuffix(s, ")")
}
