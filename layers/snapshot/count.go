package snapshot

import "encoding/binary"

// Count is how many features have a value in any of the fields, by index, and, where placed, a place; fields nil asks for none.
// It reads whole columns, in 1 to 3 ns for each row and field, and allocates nothing.
func (t *Table) Count(fields []int, placed bool) (count int) {
	var some [pageRows]bool
	for _, p := range t.pages {
		rows := some[:len(p.ids)]
		if fields == nil {
			for i := range rows {
				rows[i] = true
			}
		} else {
			clear(rows)
			for _, f := range fields {
				p.cols[f].mark(rows)
			}
		}
		for i, has := range rows {
			if has && !p.isDead(i) && (!placed || p.rows[i].points > p.before(i).points) {
				count++
			}
		}
	}
	return count
}

// mark sets those of the rows in which the column is not null.
func (c *column) mark(rows []bool) {
	for i := range rows {
		switch c.width {
		case 0:
			return
		case 1:
			rows[i] = rows[i] || c.data[i] != 0
		case 2:
			rows[i] = rows[i] || binary.LittleEndian.Uint16(c.data[i*2:]) != 0
		case 4:
			rows[i] = rows[i] || binary.LittleEndian.Uint32(c.data[i*4:]) != 0
		default:
			rows[i] = rows[i] || c.nulls == nil || c.nulls[i/64]&(1<<(i%64)) == 0
		}
	}
}
