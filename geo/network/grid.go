package network

import (
	"math"
	"math/bits"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
)

// unsigned is a place's coordinates counted from the world's edge, as squares are.
func unsigned(p geo.Point) (x, y uint32) { return uint32(p.X) ^ 1<<31, uint32(p.Y) ^ 1<<31 }

// coded is a thing with the code of its place.
type coded struct {
	code uint64
	id   uint32
}

// sortCoded sorts by code, equal ones in the order they have, by radix: linear in
// the data. Digits that are the same in all codes, as the high ones are in one
// country, cost one look.
func sortCoded(items []coded) {
	const digit = 11
	spare := make([]coded, len(items))
	from, to := items, spare
	for shift := 0; shift < 64; shift += digit {
		var counts [1 << digit]uint32
		for i := range from {
			counts[from[i].code>>shift&(1<<digit-1)]++
		}
		if slices.Contains(counts[:], uint32(len(items))) {
			continue
		}
		sum := uint32(0)
		for d, n := range counts {
			counts[d], sum = sum, sum+n
		}
		for _, it := range from {
			d := it.code >> shift & (1<<digit - 1)
			to[counts[d]] = it
			counts[d]++
		}
		from, to = to, from
	}
	if len(items) > 0 && &from[0] != &items[0] {
		copy(items, from)
	}
}

// grid finds places by square among sorted codes: the squares are those of the
// Z-order, and a directory by the codes' leading bits, as long as there are codes,
// makes finding a square take constant time where places are spread evenly.
type grid struct {
	codes []uint64
	cell  uint // squares have 2^cell units a side
	dir   []uint32
	base  uint64
	shift uint
}

func newGrid(codes []uint64, cell uint) *grid {
	g := &grid{codes: codes, cell: cell}
	if len(codes) == 0 {
		return g
	}
	g.base = codes[0]
	width := codes[len(codes)-1] - g.base
	if width>>1 > uint64(len(codes)) {
		g.shift = uint(bits.Len64(width / uint64(len(codes))))
	}
	g.dir = make([]uint32, width>>g.shift+2)
	next := 0
	for i, c := range codes {
		for d := int((c - g.base) >> g.shift); next <= d; next++ {
			g.dir[next] = uint32(i)
		}
	}
	for ; next < len(g.dir); next++ {
		g.dir[next] = uint32(len(codes))
	}
	return g
}

// lower is the index of the first code that is not less than code.
func (g *grid) lower(code uint64) int {
	if len(g.codes) == 0 || code <= g.base {
		return 0
	}
	d := (code - g.base) >> g.shift
	if d >= uint64(len(g.dir)-1) {
		return len(g.codes)
	}
	from, to := int(g.dir[d]), int(g.dir[d+1])
	i, _ := slices.BinarySearch(g.codes[from:to], code)
	return from + i
}

// square is the range of the codes in the square with the column and row.
func (g *grid) square(column, row uint32) (from, to int) {
	code := curve.Morton(column, row) << (2 * g.cell)
	from = g.lower(code)
	last := code | (1<<(2*g.cell) - 1)
	for to = from; to < len(g.codes) && g.codes[to] <= last; to++ {
		if to-from == 16 { // a crowd
			i, _ := slices.BinarySearch(g.codes[to:], last+1)
			return from, to + i
		}
	}
	return from, to
}

// metresPerUnit is the length of a quantised unit at a place, on the sphere.
func metresPerUnit(p geo.Point) float64 {
	const unit = 2 * math.Pi / (1 << 32)
	return 6378137 * unit / math.Cosh(float64(p.Y)*unit)
}
