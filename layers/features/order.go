package features

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// ByID stands for the id in the place of a field.
const ByID = -1

// Key is a field that features are put in order by.
type Key struct {
	Field      int // or ByID
	Descending bool
}

// Order is by which keys features come. What the keys leave open, the id decides; null comes last either way.
type Order []Key

// String is the order as sortby has it.
func (o Order) String(l *layers.Layer) string {
	names := make([]string, len(o))
	for i, k := range o {
		if k.Descending {
			names[i] = "-"
		}
		if k.Field == ByID {
			names[i] += "id"
			continue
		}
		names[i] += l.Fields[k.Field].ID
	}
	return strings.Join(names, ",")
}

func (k Key) value(t *snapshot.Table, row uint32) layers.Value {
	if k.Field == ByID {
		return layers.Int(t.ID(row))
	}
	return t.Value(row, k.Field)
}

// compare puts values of the key in order.
func (k Key) compare(a, b layers.Value) int {
	switch {
	case a.IsNull() || b.IsNull():
		return truth(a.IsNull()) - truth(b.IsNull())
	case k.Descending:
		a, b = b, a
	}
	return compareValues(a, b)
}

// compareValues puts values of one kind, none of them null, in order: texts by code point.
func compareValues(a, b layers.Value) int {
	switch {
	case a.Kind() == layers.TextKind:
		return strings.Compare(a.Text(), b.Text())
	case a.Kind() == layers.BoolKind:
		return truth(a.Bool()) - truth(b.Bool())
	case a.Kind() == layers.IntKind && b.Kind() == layers.IntKind:
		return cmp.Compare(a.Int(), b.Int())
	}
	return cmp.Compare(a.Float(), b.Float())
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sort puts rows in order, in place. The first key's values are read once a row.
func (o Order) sort(t *snapshot.Table, rows []uint32) {
	type entry struct {
		row   uint32
		id    int64
		first layers.Value
	}
	entries := make([]entry, len(rows))
	for i, row := range rows {
		entries[i] = entry{row: row, id: t.ID(row)}
		if len(o) > 0 {
			entries[i].first = o[0].value(t, row)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if len(o) > 0 {
			if c := o[0].compare(a.first, b.first); c != 0 {
				return c
			}
			for _, k := range o[1:] {
				if c := k.compare(k.value(t, a.row), k.value(t, b.row)); c != 0 {
					return c
				}
			}
		}
		return cmp.Compare(a.id, b.id)
	})
	for i, e := range entries {
		rows[i] = e.row
	}
}

// position is where in an order a feature stands: its value of each key, and its id.
type position []layers.Value

// behind is how many of the rows, which are in order, stand at a position or before it; 0 for the position nil.
func (o Order) behind(t *snapshot.Table, rows []uint32, p position) int {
	if p == nil {
		return 0
	}
	n, _ := slices.BinarySearchFunc(rows, p, func(row uint32, p position) int {
		for i, k := range o {
			if c := k.compare(k.value(t, row), p[i]); c != 0 {
				return c
			}
		}
		if t.ID(row) <= p[len(o)].Int() {
			return -1
		}
		return 1
	})
	return n
}

// Cursor is where the page behind a row of this one begins.
func (p *Page) Cursor(row uint32) string {
	var at position
	for _, k := range p.order {
		at = append(at, k.value(p.Table, row))
	}
	at = append(at, layers.Int(p.Table.ID(row)))
	b, _ := json.Marshal(at) // values always marshal
	return base64.RawURLEncoding.EncodeToString(b)
}

// read reads a cursor of the order; "" is nil. The error is layers.Faults.
func (o Order) read(t *snapshot.Table, cursor string) (position, error) {
	if cursor == "" {
		return nil, nil
	}
	wrong := layers.NewFault("cursor", "is none of a link to a next page in this order; begin with the first page")
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, wrong
	}
	var p position
	if json.Unmarshal(b, &p) != nil || len(p) != len(o)+1 || p[len(o)].Kind() != layers.IntKind {
		return nil, wrong
	}
	for i, k := range o {
		switch {
		case p[i].IsNull():
		case k.Field == ByID:
			if p[i].Kind() != layers.IntKind {
				return nil, wrong
			}
		default:
			field := t.Layer.Fields[k.Field]
			field.Values, field.Min, field.Max = nil, nil, nil // what is declared may have changed since
			if p[i], err = field.Check(p[i]); err != nil {
				return nil, wrong
			}
		}
	}
	return p, nil
}
