package snapshot

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// applier makes a layer's next table: it sorts the changes by the page they
// fall in, builds those pages anew and appends what is new behind the last.
type applier struct {
	old     *Table
	next    *Table
	pages   map[uint32]map[int]*change // by page and row in it
	added   []*change
	touched *Touched
	rows    []uint32 // that changed
}

type change struct {
	id      int64
	feature *layers.Feature // nil: deleted
	shape   geo.Shape
}

func (t *Table) apply(features map[int64]*layers.Feature) (*Table, *Touched, error) {
	next := *t
	next.pages = append([]*page(nil), t.pages...)
	next.strays = append([]stray(nil), t.strays...)
	next.tree = t.tree.Copy()
	a := &applier{old: t, next: &next, pages: map[uint32]map[int]*change{}, touched: &Touched{}}
	err := a.sort(features)
	if len(a.touched.IDs) == 0 {
		return t, a.touched, err
	}
	for n, rows := range a.pages {
		next.pages[n] = a.rebuild(n, rows)
	}
	a.append()
	next.moved = next.moved || len(a.touched.Shapes) > 0 || len(a.added) > 0
	next.rerank(a.touched)
	a.rows = append(a.rows, next.rethin(a.touched)...)
	if next.wasteful() {
		return next.compact(), a.touched, err
	}
	next.overview = t.overview.after(&next, a.rows)
	next.codes = t.codes.after(&next, a.rows)
	return &next, a.touched, err
}

// sort finds the page of every change that changes something.
func (a *applier) sort(features map[int64]*layers.Feature) error {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(features)) {
		c := &change{id: id, feature: features[id]}
		row, known := a.old.slot(id)
		live := false
		if known {
			p, i := a.old.at(row)
			live = !p.isDead(i)
		}
		if c.feature == nil && !live {
			continue
		}
		if c.feature != nil {
			var err error
			if c.shape, err = a.old.check(c.feature); err != nil {
				errs = append(errs, err)
				continue
			}
			if live && a.same(row, c) {
				continue
			}
		}
		a.touch(id, row, live, c.shape)
		if !known {
			a.added = append(a.added, c)
			continue
		}
		if a.pages[row>>pageBits] == nil {
			a.pages[row>>pageBits] = map[int]*change{}
		}
		a.pages[row>>pageBits][int(row&(pageRows-1))] = c
	}
	return errors.Join(errs...)
}

func (a *applier) same(row uint32, c *change) bool {
	if !a.old.Shape(row).Equal(c.shape) {
		return false
	}
	for f, v := range c.feature.Values {
		if a.old.Value(row, f) != v {
			return false
		}
	}
	return true
}

func (a *applier) touch(id int64, row uint32, live bool, after geo.Shape) {
	a.touched.IDs = append(a.touched.IDs, id)
	if live {
		if before := a.old.Shape(row); len(before.Points) > 0 && !before.Equal(after) {
			a.touched.Shapes = append(a.touched.Shapes, before)
		}
	}
	if len(after.Points) > 0 {
		a.touched.Shapes = append(a.touched.Shapes, after)
	}
}

// rebuild makes page n with some of its rows changed, and moves them in the
// R-tree.
func (a *applier) rebuild(n uint32, rows map[int]*change) *page {
	old := a.old.pages[n]
	b := newPageBuilder(a.old.Layer, a.old.dicts)
	values := make([]layers.Value, len(old.cols))
	for i, id := range old.ids {
		c, changed := rows[i]
		row := n<<pageBits | uint32(i)
		if changed {
			a.rows = append(a.rows, row)
			a.move(row, old, i, c)
		}
		switch {
		case !changed:
			b.copy(old, i, values)
		case c.feature == nil:
			clear(values)
			b.add(id, geo.Shape{}, values)
			b.kill(i)
		default:
			b.add(id, c.shape, c.feature.Values)
		}
	}
	return b.finish()
}

func (a *applier) move(row uint32, old *page, i int, c *change) {
	if old.isDead(i) {
		a.next.live++
	} else if box := old.shape(i).Box(); !box.IsEmpty() {
		a.next.tree.Delete(box, row)
	}
	if c.feature == nil {
		a.next.live--
		return
	}
	a.insert(row, c)
}

func (a *applier) insert(row uint32, c *change) {
	if box := c.shape.Box(); !box.IsEmpty() {
		a.next.tree.Insert(box, row)
		a.next.bounds = a.next.bounds.Union(box)
	}
}

// append puts the features with new ids behind the last row, filling up the
// last page first.
func (a *applier) append() {
	t := a.next
	if len(a.added) == 0 {
		return
	}
	b := newPageBuilder(t.Layer, t.dicts)
	if n := len(t.pages); n > 0 {
		p := t.pages[n-1]
		if len(p.ids) < pageRows {
			t.pages = t.pages[:n-1]
			values := make([]layers.Value, len(p.cols))
			for i := range p.ids {
				b.copy(p, i, values)
			}
		}
	}
	for _, c := range a.added {
		row := uint32(len(t.pages)<<pageBits | b.len())
		t.strays = append(t.strays, stray{c.id, row})
		t.live++
		a.rows = append(a.rows, row)
		a.insert(row, c)
		if b.add(c.id, c.shape, c.feature.Values); b.len() == pageRows {
			t.pages = append(t.pages, b.finish())
		}
	}
	if b.len() > 0 {
		t.pages = append(t.pages, b.finish())
	}
	slices.SortFunc(t.strays, func(x, y stray) int { return cmp.Compare(x.id, y.id) })
}

// wasteful tells whether half of the rows are dead or a quarter were added since the
// last load.
func (t *Table) wasteful() bool {
	rows := t.rowCount()
	return rows > 4*pageRows && (rows-t.live > rows/2 || len(t.strays) > rows/4)
}

// compact builds the table anew without dead rows.
func (t *Table) compact() *Table {
	live := make([]stray, 0, t.live)
	for row := range t.Rows {
		live = append(live, stray{t.ID(row), row})
	}
	slices.SortFunc(live, func(x, y stray) int { return cmp.Compare(x.id, y.id) })
	b := newTableBuilder(t.Layer, t.dicts)
	values := make([]layers.Value, len(t.dicts))
	for _, s := range live {
		p, i := t.at(s.row)
		for f := range values {
			values[f] = p.cols[f].value(i, t.dicts[f])
		}
		b.addRow(s.id, p.shape(i), values)
	}
	return b.finish()
}
