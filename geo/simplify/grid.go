package simplify

import "github.com/cuntu/cuntu/geo"

// CellBits is the width of a cell of units at a zoom, as a power of two in quanta.
func CellBits(units, zoom int) int {
	bits := 20 - zoom
	for ; units > 1; units /= 2 {
		bits++
	}
	return max(0, min(32, bits))
}

// Cell is the cell of a grid of units at a zoom in which a place lies.
func Cell(p geo.Point, units, zoom int) geo.Box {
	bits := CellBits(units, zoom)
	mask := int64(1)<<bits - 1
	x, y := (int64(p.X)+1<<31)&^mask-1<<31, (int64(p.Y)+1<<31)&^mask-1<<31
	return geo.Box{
		Min: geo.Point{X: int32(x), Y: int32(y)},
		Max: geo.Point{X: int32(x + mask), Y: int32(y + mask)},
	}
}
