package ground

import (
	"math"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// Homely is how well a cell suits a settlement, from 0 to 1: not many times
// height above its stream, gentle, and not on the border, where the outline may
// cut through the cell.
func (g *Ground) Homely(i int, height float64) float64 {
	if g.Inside[i] < 1.5*float32(g.Grid.Cell) || !g.WellInside(i) {
		return 0
	}
	s := g.Steep(i)
	return math.Exp(-float64(g.Above[i])/height) / (1 + 14*s*s)
}

// WellInside tells that all cells around are of the same county.
func (g *Ground) WellInside(i int) bool {
	if g.Grid.Rim(i) {
		return false
	}
	off, _ := g.Grid.Offsets()
	for _, o := range off {
		if g.County[i+o] != g.County[i] {
			return false
		}
	}
	return true
}

// Beside is a place in the cell, off its middle, by the cell's own chance.
func (g *Ground) Beside(i int32) plane.XY {
	c := g.Grid.Center(int(i))
	c.X += (plane.Chance(g.Seed, int(i), 3) - 0.5) * 0.7 * g.Grid.Cell
	c.Y += (plane.Chance(g.Seed, int(i), 4) - 0.5) * 0.7 * g.Grid.Cell
	return c
}
