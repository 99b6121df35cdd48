package snapshot

import (
	"maps"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
	"github.com/cuntu/cuntu/geo/simplify"
)

// Level is the first zoom whose tiles show the row's feature, if they are not
// asked for everything.
func (t *Table) Level(row uint32) uint8 {
	p, i := t.at(row)
	return p.levels[i]
}

// Shown yields the rows whose box shares a point with box and whose level is zoom
// or less.
func (t *Table) Shown(box geo.Box, zoom uint8, yield func(row uint32) bool) {
	t.tree.Search(box, func(row uint32) bool {
		return t.pages[row>>pageBits].levels[row&(pageRows-1)] > zoom || yield(row)
	})
}

// thins tells whether points of the table have to make room for each other.
func (t *Table) thins() bool {
	return t.Layer.Draw.Thin != nil && t.thinFrom() <= t.thinTo()
}

// thinFrom and thinTo are the first and last zoom with thinned points.
func (t *Table) thinFrom() int {
	if c := t.Layer.Draw.Cluster; c != nil {
		return max(t.Layer.MinZoom, c.Below)
	}
	return t.Layer.MinZoom
}
func (t *Table) thinTo() int { return min(t.Layer.Draw.Thin.Below, t.Layer.MaxZoom) - 1 }

// thin gives the points of a table that is being built their levels.
func (t *Table) thin() {
	if !t.thins() {
		return
	}
	spots := make([]spot, 0, t.live)
	for row := range t.Rows {
		if s := t.Shape(row); s.Kind == geo.Points && len(s.Points) > 0 {
			spots = append(spots, spot{curve.MortonOf(s.Points[0]), t.thinOrder(row), row})
		}
	}
	t.thinSpots(spots, func(row uint32, level uint8) {
		p, i := t.at(row)
		p.levels[i] = max(p.levels[i], level)
	})
}

// thinSpots raises the levels of points that others stand before. Sorted by place,
// the points of a cell stand together; the first among them go on to the cells of
// the zoom before.
func (t *Table) thinSpots(spots []spot, raise func(row uint32, level uint8)) {
	slices.SortFunc(spots, compareSpots)
	for z := t.thinTo(); z >= t.thinFrom(); z-- {
		spots = firstOfCells(spots, 2*simplify.CellBits(t.Layer.Draw.Thin.Units, z), func(row uint32) { raise(row, uint8(z+1)) })
	}
}

// rethin gives the points around those that changed their levels in the next
// table: all in their cells of the first zoom, which no others reach into. One whose
// level is another shows in other tiles, so it joins what is touched. Levels come out
// as in a table built from scratch. It returns the rows whose level changed.
func (t *Table) rethin(touched *Touched) []uint32 {
	if !t.thins() {
		return nil
	}
	classes := classLevelOf(t.Layer)
	levels := map[uint32]uint8{}
	done := map[geo.Box]bool{}
	for _, s := range touched.Shapes {
		if s.Kind != geo.Points {
			continue
		}
		cell := simplify.Cell(s.Points[0], t.Layer.Draw.Thin.Units, t.thinFrom())
		if done[cell] {
			continue
		}
		done[cell] = true
		var spots []spot
		t.Search(cell, func(row uint32) bool {
			if s := t.Shape(row); s.Kind == geo.Points && cell.Contains(s.Points[0]) {
				spots = append(spots, spot{curve.MortonOf(s.Points[0]), t.thinOrder(row), row})
				levels[row] = classes.ofRow(t, row)
			}
			return true
		})
		t.thinSpots(spots, func(row uint32, level uint8) { levels[row] = max(levels[row], level) })
	}
	return t.relevel(levels, touched)
}

func (t *Table) relevel(levels map[uint32]uint8, touched *Touched) (rows []uint32) {
	fresh := map[uint32]bool{}
	for _, row := range slices.Sorted(maps.Keys(levels)) {
		p, i := t.at(row)
		if p.levels[i] == levels[row] {
			continue
		}
		if n := row >> pageBits; !fresh[n] {
			own := *p
			own.levels = slices.Clone(p.levels)
			t.pages[n], fresh[n] = &own, true
			p = &own
		}
		p.levels[i] = levels[row]
		rows = append(rows, row)
		if _, ok := slices.BinarySearch(touched.IDs, p.ids[i]); !ok {
			touched.Shapes = append(touched.Shapes, p.shape(i))
		}
	}
	return rows
}

// Thinned keeps of rows, in place, those that tiles of a zoom would show if there were
// no others: of points in one cell the first. Rows must be all there are in the cells
// that the answer is wanted of.
func (t *Table) Thinned(rows []uint32, zoom int) []uint32 {
	classes := classLevelOf(t.Layer)
	kept := rows[:0]
	var spots []spot
	for _, row := range rows {
		if int(classes.ofRow(t, row)) > zoom {
			continue
		}
		kept = append(kept, row)
		if s := t.Shape(row); s.Kind == geo.Points {
			spots = append(spots, spot{curve.MortonOf(s.Points[0]), t.thinOrder(row), row})
		}
	}
	if !t.thins() || zoom < t.thinFrom() || zoom > t.thinTo() {
		return kept
	}
	hidden := map[uint32]bool{}
	slices.SortFunc(spots, compareSpots)
	firstOfCells(spots, 2*simplify.CellBits(t.Layer.Draw.Thin.Units, zoom), func(row uint32) { hidden[row] = true })
	return slices.DeleteFunc(kept, func(row uint32) bool { return hidden[row] })
}

// firstOfCells keeps of spots, which are in the order of their places, the first of each
// cell by standing, and tells of each other one that it is hidden.
func firstOfCells(spots []spot, shift int, hide func(row uint32)) []spot {
	kept := spots[:0]
	for _, s := range spots {
		n := len(kept)
		switch {
		case n == 0 || kept[n-1].place>>shift != s.place>>shift:
			kept = append(kept, s)
		case s.order.before(&kept[n-1].order):
			hide(kept[n-1].row)
			kept[n-1] = s
		default:
			hide(s.row)
		}
	}
	return kept
}
