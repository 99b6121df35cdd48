package snapshot

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/layers"
)

// Mask is what of a layer is left for some readers.
type Mask struct {
	// Gone tells of which fields nothing is left; nil is of none.
	Gone func(field string) bool
	// Blank tells, by the fields that are left, in which rows they are null; none in which nothing is.
	Blank map[string]func(row uint32) bool
	// Rows tells which rows are left; nil is all.
	Rows func(row uint32) bool
}

// Masked is a table behind a mask, to make the next one from.
type Masked struct {
	Table *Table
	of    *Table // what it was made of
}

// Of tells whether it was made of the table.
func (m Masked) Of(t *Table) bool { return m.of == t }

// Like tells whether it was made of a table that had the same fields, and whose rows were numbered alike.
func (m Masked) Like(t *Table) bool {
	return m.of != nil && m.of.numbering == t.numbering && len(m.of.Layer.Fields) == len(t.Layer.Fields)
}

// Mask is the table as readers may see it: the layer is without the fields that are gone, and rows keep their numbers. Pages
// that are as they were when before was made, behind a mask that says the same, are taken from there.
func (t *Table) Mask(m Mask, before Masked) Masked {
	next := *t
	fields := make([]int, 0, len(t.Layer.Fields)) // that are left, by their numbers here
	for f := range t.Layer.Fields {
		if m.Gone == nil || !m.Gone(t.Layer.Fields[f].ID) {
			fields = append(fields, f)
		}
	}
	if len(fields) < len(t.Layer.Fields) {
		next.Layer = t.Layer.Without(m.Gone)
	}
	next.dicts = make([]*dict, len(fields))
	for i, f := range fields {
		next.dicts[i] = t.dicts[f]
	}
	next.overview, next.pages = &lazyOverview{}, make([]*page, len(t.pages))
	goesOn := before.Like(t)
	for n, p := range t.pages {
		if goesOn && n < len(before.of.pages) && before.of.pages[n] == p {
			next.pages[n] = before.Table.pages[n]
			continue
		}
		own := *p
		own.cols = make([]column, len(fields))
		for i, f := range fields {
			own.cols[i] = p.cols[f]
			if blank := m.Blank[t.Layer.Fields[f].ID]; blank != nil {
				own.cols[i] = p.cols[f].blanked(len(p.ids), t.dicts[f], func(i int) bool { return blank(uint32(n<<pageBits | i)) })
			}
		}
		next.pages[n] = &own
	}
	if m.Rows != nil {
		return Masked{next.Where(m.Rows), t}
	}
	return Masked{&next, t}
}

// blanked is the column with null in some of its rows.
func (c *column) blanked(rows int, d *dict, blank func(i int) bool) column {
	values := make([]layers.Value, rows)
	for i := range values {
		if !blank(i) {
			values[i] = c.value(i, d)
		}
	}
	return pack(values, d)
}

// Masked is the snapshot as readers may see it: with these tables, in the order of its own, nil where nothing is left of a
// layer. Answers that are made from all that there is, such as how villages are connected, are made from Whole.
func (s *Snapshot) Masked(tables []*Table) *Snapshot {
	next := &Snapshot{Catalog: &layers.Catalog{}, whole: s.Whole()}
	for i, t := range tables {
		if t == nil {
			continue
		}
		next.tables = append(next.tables, t)
		l := s.Catalog.Layers[i]
		if t != s.tables[i] {
			l = l.Without(func(field string) bool { return t.Layer.Field(field) < 0 && s.tables[i].Layer.Field(field) >= 0 })
		}
		next.Catalog.Layers = append(next.Catalog.Layers, l)
	}
	return next
}

// Whole is the snapshot that a masked one is of, and else the snapshot itself.
func (s *Snapshot) Whole() *Snapshot {
	if s.whole != nil {
		return s.whole
	}
	return s
}

// Where is the table without the rows that keep says no to; the others keep their
// numbers. It costs a look at every row and a new R-tree.
func (t *Table) Where(keep func(row uint32) bool) *Table {
	some := *t
	some.pages = make([]*page, len(t.pages))
	some.overview, some.tree, some.live, some.bounds = &lazyOverview{}, &index.Tree{}, 0, geo.Empty
	var items []index.Item
	for n, p := range t.pages {
		own := *p
		own.dead = make([]uint64, pageRows/64)
		for i := range p.ids {
			row := uint32(n<<pageBits | i)
			if p.isDead(i) || !keep(row) {
				own.dead[i/64] |= 1 << (i % 64)
				continue
			}
			some.live++
			if box := p.shape(i).Box(); !box.IsEmpty() {
				items = append(items, index.Item{Box: box, ID: row})
				some.bounds = some.bounds.Union(box)
			}
		}
		some.pages[n] = &own
	}
	some.tree.Load(items)
	return &some
}
