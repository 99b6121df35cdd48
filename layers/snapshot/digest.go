package snapshot

import (
	"encoding/binary"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// digest is a table of rows for zooms before OverviewBelow: see overview.
func (t *Table) digest(rows []rowRef) *Table {
	d := &Table{Layer: t.Layer, dicts: t.dicts}
	for some := range slices.Chunk(rows, pageRows) {
		d.pages = append(d.pages, t.digestPage(some))
	}
	return d
}

func (t *Table) digestPage(rows []rowRef) *page {
	p := &page{cols: make([]column, len(t.dicts))}
	for _, r := range rows {
		p.ids, p.kinds = append(p.ids, r.ids[r.i]), append(p.kinds, r.kinds[r.i])
		if r.kinds[r.i] != geo.Polygons {
			p.appendShown(r.shape(r.i), r.ranksOf(r.i))
		}
		p.rows = append(p.rows, extent{uint32(len(p.points)), uint32(len(p.ends))})
	}
	p.ids, p.kinds, p.rows = slices.Clip(p.ids), slices.Clip(p.kinds), slices.Clip(p.rows)
	p.points, p.ranks, p.ends = slices.Clip(p.points), slices.Clip(p.ranks), slices.Clip(p.ends)
	keys, some := make([]uint64, len(rows)), make([]bool, len(rows))
	for f := range p.cols {
		if field := &t.Layer.Fields[f]; field.Tile && field.TileZoom < OverviewBelow {
			p.cols[f] = gatherColumn(rows, f, t.dicts[f], nil, keys, some)
		}
	}
	return p
}

// appendShown appends a shape without what no zoom before OverviewBelow shows.
func (p *page) appendShown(s geo.Shape, ranks []uint8) {
	from, first := uint32(0), len(p.points)
	for _, to := range s.Ends {
		for i := from; i < to; i++ {
			if ranks[i] < OverviewBelow {
				p.points, p.ranks = append(p.points, s.Points[i]), append(p.ranks, ranks[i])
			}
		}
		from = to
		p.ends = append(p.ends, uint32(len(p.points)-first))
	}
}

// alike numbers the values of the rows, once for all zooms that hold the same fields.
func (t *Table) alike() (by [OverviewBelow][]uint32) {
	var before []int
	for zoom := range by {
		if zoom >= t.Layer.Draw.Merge {
			break
		}
		var fields []int
		for f := range t.Layer.Fields {
			if field := &t.Layer.Fields[f]; field.Tile && field.TileZoom <= zoom {
				fields = append(fields, f)
			}
		}
		if zoom > 0 && slices.Equal(fields, before) {
			by[zoom] = by[zoom-1]
			continue
		}
		by[zoom], before = t.numbered(fields), fields
	}
	return by
}

// numbered gives each row the number of its values of the fields.
func (t *Table) numbered(fields []int) []uint32 {
	numbers, known := make([]uint32, 0, t.rowCount()), map[string]uint32{}
	keys := make([]FieldKey, len(fields))
	var written []byte
	for row := range uint32(t.rowCount()) {
		t.Keys(row, fields, keys)
		written = written[:0]
		for _, k := range keys {
			if !k.OK {
				written = append(written, 0)
				continue
			}
			written = binary.LittleEndian.AppendUint64(append(written, 1), k.Key)
		}
		n, ok := known[string(written)]
		if !ok {
			n = uint32(len(known))
			known[string(written)] = n
		}
		numbers = append(numbers, n)
	}
	return numbers
}
