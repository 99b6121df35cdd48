package tiles

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// rowSet finds the rows of a tile in the order of their features' ids, which does
// not depend on how the snapshot came about, as the rows do.
type rowSet struct {
	rows    []uint32
	spare   []uint32
	collect func(row uint32) bool
}

// find finds the rows in a box whose level is zoom or less.
func (r *rowSet) find(table *layers.Table, box geo.Box, zoom uint8) []uint32 {
	if r.collect == nil {
		r.collect = func(row uint32) bool { r.rows = append(r.rows, row); return true }
	}
	r.rows = r.rows[:0]
	if zoom == everything {
		table.Search(box, r.collect)
	} else {
		table.Shown(box, zoom, r.collect)
	}
	r.rows, r.spare = layers.SortRows(r.rows, r.spare)
	byID(table, r.rows)
	return r.rows
}

// byID sorts rows by id, in which ascending rows mostly are already.
func byID(table *layers.Table, rows []uint32) {
	last := int64(-1 << 63)
	for _, row := range rows {
		id := table.ID(row)
		if id < last {
			slices.SortFunc(rows, func(a, b uint32) int { return cmp.Compare(table.ID(a), table.ID(b)) })
			return
		}
		last = id
	}
}
