package snapshot

import (
	"fmt"

	"github.com/cuntu/cuntu/layers"
)

// WhatIf makes a snapshot that is as this one but for some changes, for a question of what
// if. It is no next state: it builds the tables that change anew, row after row, and so
// may run beside Apply, at some microseconds a feature. Rows of those tables are numbered
// anew.
func (s *Snapshot) WhatIf(changes []layers.Change) (*Snapshot, error) {
	next := &Snapshot{Catalog: s.Catalog, tables: append([]*Table(nil), s.tables...)}
	for i, t := range s.tables {
		wanted := map[int64]*layers.Feature{}
		var order []int64
		for _, c := range changes {
			if c.Layer == t.Layer.ID {
				if _, again := wanted[c.ID]; !again {
					order = append(order, c.ID)
				}
				wanted[c.ID] = c.Feature
			}
		}
		if len(wanted) == 0 {
			continue
		}
		altered, err := t.whatIf(wanted, order)
		if err != nil {
			return nil, fmt.Errorf("layer %s: %w", t.Layer.ID, err)
		}
		next.tables[i] = altered
	}
	return next, nil
}

func (t *Table) whatIf(wanted map[int64]*layers.Feature, order []int64) (*Table, error) {
	b := newTableBuilder(t.Layer, nil)
	known := map[int64]bool{}
	for row := range t.Rows {
		id := t.ID(row)
		if f, ok := wanted[id]; ok {
			if known[id] = true; f == nil {
				continue
			}
			if err := b.add(f); err != nil {
				return nil, err
			}
			continue
		}
		values := make([]layers.Value, len(t.Layer.Fields))
		for i := range values {
			values[i] = t.Value(row, i)
		}
		b.addRow(id, t.Shape(row), values)
	}
	for _, id := range order {
		if f := wanted[id]; f != nil && !known[id] {
			if err := b.add(f); err != nil {
				return nil, err
			}
		}
	}
	return b.finish(), nil
}
