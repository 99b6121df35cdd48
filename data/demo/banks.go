package demo

import "github.com/cuntu/cuntu/data/demo/plane"

// bankWidth is how far from a river's line a road beside it runs, by level,
// metres.
var bankWidth = [...]float64{0, 150, 105, 75, 55}

// layBanks finds where a road runs in the cells that a river runs through: on
// its bank, always on the same one along a few kilometres, so that road and river
// run side by side and cross seldom.
func (b *builder) layBanks() {
	g := b.ground
	b.banks = map[int32]plane.XY{}
	for r := range b.rivers {
		v := &b.rivers[r]
		for k, i := range v.Cells {
			if _, done := b.banks[i]; done {
				continue
			}
			from, to := v.Cells[max(0, k-1)], v.Cells[min(len(v.Cells)-1, k+1)]
			d := g.Spot(to).Sub(g.Spot(from))
			side := bankWidth[v.Level] / max(d.Length(), 1)
			if plane.Hash(b.seed, r, k/40, 61)&1 == 1 {
				side = -side
			}
			// Within the cell, lest roads of neighbouring cells change places.
			c, most := g.Grid.Center(int(i)), 0.46*g.Grid.Cell
			p := g.Spot(i).Add(plane.XY{X: -d.Y, Y: d.X}.Times(side))
			b.banks[i] = plane.XY{X: min(max(p.X, c.X-most), c.X+most), Y: min(max(p.Y, c.Y-most), c.Y+most)}
		}
	}
}

// roadside is where a road runs in a cell.
func (b *builder) roadside(i int32) plane.XY {
	if p, ok := b.banks[i]; ok {
		return p
	}
	return b.ground.Spot(i)
}
