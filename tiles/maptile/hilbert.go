package maptile

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/geo/curve"
)

// ID is the tile's place among all tiles: zoom after zoom, and within one along
// Hilbert's curve, on which tiles that follow each other lie side by side. It is the
// TileId of PMTiles 3. The ids of all tiles within one tile, of one zoom, are a run.
func (t Tile) ID() uint64 {
	before := (uint64(1)<<(2*t.Z) - 1) / 3 // so many tiles have the zooms before
	return before + curve.Hilbert(t.X, t.Y, t.Z)
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
	t.X, t.Y = curve.HilbertCell(id, t.Z)
	return t, nil
}

// Children are the four tiles of the next zoom within t, in the order of their ids.
func (t Tile) Children() [4]Tile {
	z, x, y := t.Z+1, 2*t.X, 2*t.Y
	c := [4]Tile{{z, x, y}, {z, x, y + 1}, {z, x + 1, y}, {z, x + 1, y + 1}}
	slices.SortFunc(c[:], func(a, b Tile) int { return cmp.Compare(a.ID(), b.ID()) })
	return c
}
