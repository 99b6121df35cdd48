package snapshot

import "github.com/cuntu/cuntu/geo"

// Changed lists the rows whose features are not what they were in an earlier table of the layer: those that were added,
// taken away, or have another value or shape, in ascending order. ok is false where rows are numbered otherwise than then.
// It costs a look at each page, and at the rows of those that were made anew.
func (t *Table) Changed(since *Table) (rows []uint32, ok bool) { return t.changed(since, t.same) }

// ChangedIn is Changed by some fields alone, which both tables have under the same numbers.
func (t *Table) ChangedIn(fields []int, since *Table) (rows []uint32, ok bool) {
	return t.changed(since, func(p, q *page, i int) bool {
		for _, f := range fields {
			if p.cols[f].value(i, t.dicts[f]) != q.cols[f].value(i, t.dicts[f]) {
				return false
			}
		}
		return true
	})
}

func (t *Table) changed(since *Table, same func(p, q *page, i int) bool) (rows []uint32, ok bool) {
	if t.numbering != since.numbering {
		return nil, false
	}
	for n, p := range t.pages {
		var old *page
		if n < len(since.pages) {
			old = since.pages[n]
		}
		if p == old {
			continue
		}
		for i := range p.ids {
			was := old != nil && i < len(old.ids) && !old.isDead(i)
			is := !p.isDead(i)
			if was != is || is && !same(p, old, i) {
				rows = append(rows, uint32(n<<pageBits|i))
			}
		}
	}
	return rows, true
}

// same tells whether a row is of the same values and shape in two pages.
func (t *Table) same(p, q *page, i int) bool {
	for f := range p.cols {
		if p.cols[f].value(i, t.dicts[f]) != q.cols[f].value(i, t.dicts[f]) {
			return false
		}
	}
	return p.shape(i).Equal(q.shape(i))
}

// Holds tells whether a row is there.
func (t *Table) Holds(row uint32) bool {
	if int(row) >= t.rowCount() {
		return false
	}
	p, i := t.at(row)
	return !p.isDead(i)
}

// ByID yields every row by ascending ids.
func (t *Table) ByID(yield func(row uint32) bool) {
	strays := t.strays
	for _, row := range t.byID {
		for ; len(strays) > 0 && strays[0].id < t.ID(row); strays = strays[1:] {
			if t.Holds(strays[0].row) && !yield(strays[0].row) {
				return
			}
		}
		if t.Holds(row) && !yield(row) {
			return
		}
	}
	for _, s := range strays {
		if t.Holds(s.row) && !yield(s.row) {
			return
		}
	}
}

// Alike yields the rows that have just the shape.
func (t *Table) Alike(shape geo.Shape, yield func(row uint32)) {
	t.Search(shape.Box(), func(row uint32) bool {
		if t.Shape(row).Equal(shape) {
			yield(row)
		}
		return true
	})
}
