package encode

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// rowSet finds the rows of a tile in the order that they have in a table loaded anew,
// which does not depend on how the snapshot came about.
type rowSet struct {
	rows    []uint32
	spare   []uint32
	collect func(row uint32) bool
}

// find finds the rows in a box whose level is zoom or less.
func (r *rowSet) find(table *snapshot.Table, box geo.Box, zoom uint8) []uint32 {
	if r.collect == nil {
		r.collect = func(row uint32) bool { r.rows = append(r.rows, row); return true }
	}
	r.rows = r.rows[:0]
	if zoom == maptile.Everything {
		table.Search(box, r.collect)
	} else {
		table.Shown(box, zoom, r.collect)
	}
	r.rows, r.spare = table.InOrder(r.rows, r.spare)
	return r.rows
}
