package snapshot

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// WithDerived is a snapshot whose layer is whole: its derived fields have the values that value tells by their indexes
// in Layer.Derived. Rows keep their numbers; it costs the new columns, and the overview where that is asked for, and shares
// all else. It is for asking only: Apply goes on from the snapshot without them.
func (s *Snapshot) WithDerived(layer string, value func(row uint32, field int) layers.Value) *Snapshot {
	next := &Snapshot{Catalog: s.Catalog, tables: slices.Clone(s.tables)}
	for i, t := range s.tables {
		if t.Layer.ID == layer {
			next.tables[i] = t.withDerived(value)
		}
	}
	return next
}

// With is a snapshot with another table in the place of that of the same layer.
func (s *Snapshot) With(table *Table) *Snapshot {
	next := &Snapshot{Catalog: s.Catalog, tables: slices.Clone(s.tables)}
	for i, t := range s.tables {
		if t.Layer.ID == table.Layer.ID {
			next.tables[i] = table
		}
	}
	return next
}

func (t *Table) withDerived(value func(row uint32, field int) layers.Value) *Table {
	fields := t.Layer.Derived
	next := *t
	next.Layer, next.dicts, next.pages = t.Layer.Whole(), slices.Clone(t.dicts), slices.Clone(t.pages)
	next.overview = &lazyOverview{} // whose digest has the fields' values too
	for range fields {
		next.dicts = append(next.dicts, newDict())
	}
	for n, p := range t.pages {
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
