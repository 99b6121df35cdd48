package snapshot

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// WithFields is a snapshot whose layer has further fields, as of its features computed from
// others, and its clusters, where it has any, further sums of those. Rows keep their
// numbers; it costs the new columns, and the overview where that is asked for, and shares
// all else. It is for asking only: Apply goes on from the snapshot without them.
func (s *Snapshot) WithFields(layer string, fields []layers.Field, sums []layers.Sum, value func(row uint32, field int) layers.Value) *Snapshot {
	next := &Snapshot{Catalog: s.Catalog, tables: slices.Clone(s.tables)}
	for i, t := range s.tables {
		if t.Layer.ID == layer {
			next.tables[i] = t.withFields(fields, sums, value)
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

func (t *Table) withFields(fields []layers.Field, sums []layers.Sum, value func(row uint32, field int) layers.Value) *Table {
	own := *t.Layer
	own.Fields = append(slices.Clone(t.Layer.Fields), fields...)
	if c := own.Show.Cluster; c != nil && len(sums) > 0 {
		own.Show.Cluster = &layers.Cluster{Below: c.Below, Units: c.Units, Sums: append(slices.Clone(c.Sums), sums...)}
	}
	next := *t
	next.Layer, next.dicts, next.pages = &own, slices.Clone(t.dicts), slices.Clone(t.pages)
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
