package hanzi

import (
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// ways are those in which each character of the common block is typed, made when a name is first spelt: some 2 MB.
var ways = sync.OnceValue(func() [][]string {
	table := make([][]string, lastCommon-firstCommon+1)
	args := pinyin.NewArgs()
	args.Heteronym = true
	for i := range table {
		table[i] = waysOf(rune(firstCommon+i), args)
	}
	return table
})

// Ways are how a character of a name is typed: itself, folded, and behind it its readings without tones ("柞" is zha and
// zuo), with v for ü and in the other ways in which ü is typed (lyu, lue). There are none for white space. They are not to
// be changed.
func Ways(r rune) []string {
	if r >= firstCommon && r <= lastCommon {
		return ways()[r-firstCommon]
	}
	args := pinyin.NewArgs()
	args.Heteronym = true
	return waysOf(r, args)
}

func waysOf(r rune, args pinyin.Args) []string {
	folded := Fold(string(r))
	if folded == "" {
		return nil
	}
	list := []string{folded}
	for _, reading := range pinyin.SinglePinyin(r, args) {
		for _, way := range typed(strings.ReplaceAll(reading, "ü", "v")) {
			if isLetter(way[0]) && !slices.Contains(list, way) {
				list = append(list, way)
			}
		}
	}
	return list
}

// typed are the ways in which a reading with v for ü is typed.
func typed(reading string) []string {
	i := strings.IndexByte(reading, 'v')
	if i < 0 {
		return []string{reading}
	}
	list := []string{reading, reading[:i] + "yu" + reading[i+1:]}
	if rest := reading[i+1:]; rest != "" { // lue is lüe; lu is another reading than lü
		list = append(list, reading[:i]+"u"+rest)
	}
	return list
}

// Readings are all readings of characters as they are typed, in order.
var Readings = sync.OnceValue(func() []string {
	var list []string
	for r := range pinyin.PinyinDict {
		for _, way := range Ways(rune(r)) {
			if isLetter(way[0]) {
				list = append(list, way)
			}
		}
	}
	slices.Sort(list)
	return slices.Clip(slices.Compact(list))
})
