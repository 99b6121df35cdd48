package curve

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
)

func TestMortonIsReadBackAndInterleavesBitByBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{X: rapid.Int32().Draw(t, "x"), Y: rapid.Int32().Draw(t, "y")}
		code := MortonOf(p)
		if back := MortonPoint(code); back != p {
			t.Fatalf("%v came back as %v", p, back)
		}
		want := uint64(0)
		for bit := range 32 {
			want |= uint64(unsigned(p.X)>>bit&1)<<(2*bit) | uint64(unsigned(p.Y)>>bit&1)<<(2*bit+1)
		}
		if code != want {
			t.Fatalf("%v has code %x, want %x", p, code, want)
		}
	})
}

func TestHilbertVisitsEveryCellAndNextCellsLieSideBySide(t *testing.T) {
	const bits = 5
	lastX, lastY := HilbertCell(0, bits)
	for n := range uint64(1) << (2 * bits) {
		x, y := HilbertCell(n, bits)
		if x >= 1<<bits || y >= 1<<bits || Hilbert(x, y, bits) != n {
			t.Fatalf("%d is at %d, %d, whose number is %d", n, x, y, Hilbert(x, y, bits))
		}
		if apart := max(x, lastX) - min(x, lastX) + max(y, lastY) - min(y, lastY); n > 0 && apart != 1 {
			t.Fatalf("%d is %d cells from the one before", n, apart)
		}
		lastX, lastY = x, y
	}
}

func TestHilbertCurveGoesFromCellToNeighbour(t *testing.T) {
	const side = 64
	type cell struct {
		d    uint64
		x, y uint32
	}
	for _, corner := range [][2]uint32{{0, 0}, {51 * side, 25 * side}, {1<<16 - side, 1<<16 - side}} {
		var all []cell
		for x := range uint32(side) {
			for y := range uint32(side) {
				all = append(all, cell{Hilbert(corner[0]+x, corner[1]+y, 16), x, y})
			}
		}
		slices.SortFunc(all, func(a, b cell) int { return int(int64(a.d) - int64(b.d)) })
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			dx, dy := int(a.x)-int(b.x), int(a.y)-int(b.y)
			if b.d != a.d+1 || dx*dx+dy*dy != 1 {
				t.Fatalf("from %v the curve goes on to %v", a, b)
			}
		}
	}
}
