package tiles

import (
	"cmp"
	"slices"
)

// ID is the tile's place among all tiles: zoom after zoom, and within one along
// Hilbert's curve, on which tiles that follow each other lie side by side. It is the
// TileId of PMTiles 3. The ids of all tiles within one tile, of one zoom, are a run.
func (t Tile) ID() uint64 {
	id := (uint64(1)<<(2*t.Z) - 1) / 3 // so many tiles have the zooms before
	x, y := t.X, t.Y
	for bit := t.Z; bit > 0; {
		bit--
		right, low := x>>bit&1, y>>bit&1
		id += uint64(3*right^low) << (2 * bit)
		if low == 0 { // the curve turns in both upper quarters
			if right == 1 {
				x, y = ^x, ^y // bits above this one count no more
			}
			x, y = y, x
		}
	}
	return id
}

// TileOf is the tile with an id; the error is a *TileError.
func TileOf(id uint64) (Tile, error) {
	t := Tile{}
	for id >= uint64(1)<<(2*t.Z) {
		id -= uint64(1) << (2 * t.Z)
		if t.Z++; t.Z > MaxZoom {
			return t, t.Check()
		}
	}
	for bit := range t.Z {
		quarter := uint32(id >> (2 * bit) & 3)
		right := quarter >> 1
		low := quarter&1 ^ right
		if low == 0 {
			if right == 1 {
				all := uint32(1)<<bit - 1
				t.X, t.Y = all-t.X, all-t.Y
			}
			t.X, t.Y = t.Y, t.X
		}
		t.X |= right << bit
		t.Y |= low << bit
	}
	return t, nil
}

// children are the four tiles of the next zoom within t, in the order of their ids.
func (t Tile) children() [4]Tile {
	z, x, y := t.Z+1, 2*t.X, 2*t.Y
	c := [4]Tile{{z, x, y}, {z, x, y + 1}, {z, x + 1, y}, {z, x + 1, y + 1}}
	slices.SortFunc(c[:], func(a, b Tile) int { return cmp.Compare(a.ID(), b.ID()) })
	return c
}
