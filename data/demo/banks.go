package demo

// bankWidth is how far from a river's line a road beside it runs, by level,
// metres.
var bankWidth = [...]float64{0, 150, 105, 75, 55}

// layBanks finds where a road runs in the cells that a river runs through: on
// its bank, always on the same one along a few kilometres, so that road and river
// run side by side and cross seldom.
func (b *builder) layBanks() {
	g := b.ground
	b.banks = map[int32]xy{}
	for r := range b.rivers {
		v := &b.rivers[r]
		for k, i := range v.cells {
			if _, done := b.banks[i]; done {
				continue
			}
			from, to := v.cells[max(0, k-1)], v.cells[min(len(v.cells)-1, k+1)]
			d := g.spot(to).sub(g.spot(from))
			side := bankWidth[v.level] / max(d.length(), 1)
			if hash(b.seed, r, k/40, 61)&1 == 1 {
				side = -side
			}
			// Within the cell, lest roads of neighbouring cells change places.
			c, most := g.grid.center(int(i)), 0.46*g.grid.cell
			p := g.spot(i).add(xy{-d.y, d.x}.times(side))
			b.banks[i] = xy{min(max(p.x, c.x-most), c.x+most), min(max(p.y, c.y-most), c.y+most)}
		}
	}
}

// roadside is where a road runs in a cell.
func (b *builder) roadside(i int32) xy {
	if p, ok := b.banks[i]; ok {
		return p
	}
	return b.ground.spot(i)
}
