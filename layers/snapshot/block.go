package snapshot

import "github.com/cuntu/cuntu/geo"

// Block is rows of a table that stand together in memory. What is to be read of many rows
// side by side is found once for all of them.
type Block struct{ page *page }

// BlockOf is the number of the row's block and where the row stands in it.
func BlockOf(row uint32) (block uint32, at int) { return row >> pageBits, int(row & (pageRows - 1)) }

// Block is a block by its number.
func (t *Table) Block(number uint32) Block { return Block{t.pages[number]} }

// ID is the id of a row's feature.
func (b Block) ID(at int) int64 { return b.page.ids[at] }

// Ranked is a row's geometry with the ranks of its points, as Table.Ranked has it.
func (b Block) Ranked(at int) (geo.Shape, []uint8) { return b.page.shape(at), b.page.ranksOf(at) }

// Bytes has a byte for each row of the block: 0 where the field is null, else one that
// stands for the value in this block alone. It is nil where some rows take more than a
// byte; where all are null, all is true.
func (b Block) Bytes(field int) (bytes []byte, null bool) {
	c := &b.page.cols[field]
	if c.width == 1 {
		return c.data, false
	}
	return nil, c.width == 0
}

// Codes has two bytes, the lower first, for each row of the block where the field is a text
// and takes two: 0 where it is null, else the text's key less base and plus one.
func (b Block) Codes(field int) (codes []byte, base uint32) {
	if c := &b.page.cols[field]; c.width == 2 && c.mode == asText {
		return c.data, uint32(c.base)
	}
	return nil, 0
}

// Line is a row's geometry and ranks where that is a line of one part.
func (b Block) Line(at int) (points []geo.Point, ranks []uint8, ok bool) {
	p := b.page
	from, to := p.before(at), p.rows[at]
	if p.kinds[at] != geo.Lines || to.ends != from.ends+1 {
		return nil, nil, false
	}
	return p.points[from.points:to.points], p.ranks[from.points:to.points], true
}
