package snapshot

import (
	"math/bits"
	"slices"
)

// SortRows sorts rows, a digit of eleven bits after another, which takes a tenth of
// the time of comparing them. It returns them in the memory of rows or spare and, as
// the next spare, the memory of the other.
func SortRows(rows, spare []uint32) (sorted, other []uint32) {
	const digit = 11
	if len(rows) < 128 {
		slices.Sort(rows)
		return rows, spare
	}
	all := uint32(0)
	for _, row := range rows {
		all |= row
	}
	spare = slices.Grow(spare[:0], len(rows))[:len(rows)]
	for shift := 0; shift < bits.Len32(all); shift += digit {
		var next [1 << digit]uint32
		for _, row := range rows {
			next[row>>shift&(1<<digit-1)]++
		}
		at := uint32(0)
		for i, n := range next {
			next[i] = at
			at += n
		}
		for _, row := range rows {
			d := row >> shift & (1<<digit - 1)
			spare[next[d]] = row
			next[d]++
		}
		rows, spare = spare, rows
	}
	return rows, spare
}
