package snapshot

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// WithDerived is a snapshot whose layer is whole: its derived fields have the values that value tells by their indexes
// in Layer.Derived. Rows keep their numbers; it costs the new columns, and the overview where that is asked for, and shares
// all else. It is for asking only: Apply goes on from the snapshot without them.
func (s *Snapshot) WithDerived(layer string, value func(row uint32, field int) layers.Value) *Snapshot {
	next := &Snapshot{Catalog: s.Catalog, tables: slices.Clone(s.tables), whole: s.whole}
	for i, t := range s.tables {
		if t.Layer.ID == layer {
			next.tables[i] = t.withDerived(value, nil)
		}
	}
	return next
}

// With is a snapshot with another table in the place of that of the same layer.
func (s *Snapshot) With(table *Table) *Snapshot {
	next := &Snapshot{Catalog: s.Catalog, tables: slices.Clone(s.tables), whole: s.whole}
	for i, t := range s.tables {
		if t.Layer.ID == table.Layer.ID {
			next.tables[i] = table
		}
	}
	return next
}

// Derived is a layer's table with the values of its derived fields, to make the next one from.
type Derived struct {
	Table  *Table
	stored *Table // of which it was made
}

// Derive makes a table with the values of derived fields, as WithDerived has it. Of pages that are as they were when before
// was made, and in which no row is among changed, it takes the columns from there.
func (t *Table) Derive(value func(row uint32, field int) layers.Value, before Derived, changed []uint32) Derived {
	same := map[int]*page{}
	if before.stored != nil && before.stored.numbering == t.numbering {
		for n, p := range before.stored.pages {
			if n < len(t.pages) && t.pages[n] == p {
				same[n] = before.Table.pages[n]
			}
		}
		for _, row := range changed {
			delete(same, int(row>>pageBits))
		}
	}
	if len(same) == 0 {
		return Derived{t.withDerived(value, nil), t}
	}
	return Derived{t.withDerived(value, &derivedPages{before.Table.dicts, same}), t}
}

// derivedPages are pages to be taken over, by their numbers, and the texts of their fields.
type derivedPages struct {
	dicts []*dict
	pages map[int]*page
}

func (t *Table) withDerived(value func(row uint32, field int) layers.Value, before *derivedPages) *Table {
	fields := t.Layer.Derived
	next := *t
	next.Layer, next.dicts, next.pages = t.Layer.Whole(), slices.Clone(t.dicts), slices.Clone(t.pages)
	next.overview = &lazyOverview{} // whose digest has the fields' values too
	if before != nil {
		next.dicts = before.dicts
	} else {
		for range fields {
			next.dicts = append(next.dicts, newDict())
		}
	}
	for n, p := range t.pages {
		if before != nil && before.pages[n] != nil {
			next.pages[n] = before.pages[n]
			continue
		}
		wider := *p
		wider.cols = slices.Clone(p.cols)
		for f := range fields {
			values := make([]layers.Value, len(p.ids))
			for i := range values {
				if !p.isDead(i) {
					values[i] = value(uint32(n<<pageBits|i), f)
				}
			}
			wider.cols = append(wider.cols, pack(values, next.dicts[len(t.dicts)+f]))
		}
		next.pages[n] = &wider
	}
	return &next
}
