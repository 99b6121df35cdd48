package record

import (
	"strconv"
	"strings"
)

// A spreadsheet that opens separated text runs what begins like a formula, whoever
// wrote it: a village's note "=HYPERLINK(…)" would be a link. Such texts get an
// apostrophe in front, as spreadsheets themselves mark a text, and lose it when they
// are read. Numbers are left alone. The formats that have types need none of this.

// formulaSigns begin formulas; those in full width too, which spreadsheets in
// Chinese take for the same. Some spreadsheets pass over white space before them.
const formulaSigns = "=+-@＝＋－＠"

// Guarded is a text that no spreadsheet takes for a formula.
func Guarded(s string) string {
	if likeFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Unguarded undoes Guarded.
func Unguarded(s string) string {
	if strings.HasPrefix(s, "'") && likeFormula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

func likeFormula(s string) bool {
	if s = strings.TrimLeft(s, " \t\r\n"); s == "" || !strings.ContainsRune(formulaSigns, []rune(s[:min(len(s), 3)])[0]) {
		return false
	}
	if strings.Trim(s, "+-.0123456789") != "" {
		return true
	}
	_, err := strconv.ParseFloat(s, 64)
	return err != nil
}
