package record

import (
	"strconv"
	"strings"
)

// DBFColumn is a column of a shapefile's table, as its header has it.
type DBFColumn struct {
	Kind          byte
	Offset, Width int
	Decimals      int
}

// DBFNames are the names that columns get in a shapefile: at most 10 bytes of
// UTF-8, which are three Chinese characters. Longer ones are cut off, and those that
// are then the same, in whatever case, get a number at their end: population_a and
// population_b become "population" and "populati_2".
func DBFNames(names []string) []string {
	const most = 10
	out := make([]string, len(names))
	seen := map[string]bool{}
	for i, n := range names {
		n = strings.Map(func(r rune) rune {
			if r < 0x20 {
				return '_'
			}
			return r
		}, n)
		if n == "" {
			n = "field"
		}
		short := string(WholeRunes([]byte(n[:min(len(n), most)])))
		for k := 2; seen[strings.ToLower(short)]; k++ {
			end := "_" + strconv.Itoa(k)
			short = string(WholeRunes([]byte(n[:min(len(n), most-len(end))]))) + end
		}
		seen[strings.ToLower(short)] = true
		out[i] = short
	}
	return out
}
