package snapshot

import (
	"slices"
	"sync"
)

// codeIndex finds rows by their division codes. It is made of one table, when a code is first looked for, and goes on
// to serve the tables after it: what it says of a row is checked against the table that asks, and rows that have changed
// since are looked at one by one, until they are so many that the next table has an index of its own.
type codeIndex struct {
	made    *madeCodes
	changed []uint32 // rows that differ from those that the index was made of, ascending
}

// mostChanged is how many rows are looked at one by one.
const mostChanged = 256

type madeCodes struct {
	once sync.Once
	of   *Table // until it is made
	rows map[string]uint32
}

func newCodeIndex(t *Table) *codeIndex { return &codeIndex{made: &madeCodes{of: t}} }

// after is the index of the next table, in which some rows have changed.
func (x *codeIndex) after(next *Table, rows []uint32) *codeIndex {
	changed := slices.Concat(x.changed, rows)
	slices.Sort(changed)
	if changed = slices.Compact(changed); len(changed) > mostChanged {
		return newCodeIndex(next)
	}
	return &codeIndex{x.made, changed}
}

func (m *madeCodes) find(code string) (row uint32, ok bool) {
	m.once.Do(func() {
		m.rows = make(map[string]uint32, m.of.Len())
		field := m.of.Layer.Field("code")
		for row := range m.of.Rows {
			code := m.of.Value(row, field).Text()
			if _, again := m.rows[code]; !again && code != "" {
				m.rows[code] = row
			}
		}
		m.of = nil
	})
	row, ok = m.rows[code]
	return row, ok
}

// FindCode is the row of the feature whose "code" is the code; false for the empty code.
func (t *Table) FindCode(code string) (row uint32, ok bool) {
	field := t.Layer.Field("code")
	if field < 0 || code == "" {
		return 0, false
	}
	has := func(row uint32) bool {
		p, i := t.at(row)
		return !p.isDead(i) && t.Value(row, field).Text() == code
	}
	for _, row := range t.codes.changed {
		if has(row) {
			return row, true
		}
	}
	row, ok = t.codes.made.find(code)
	return row, ok && has(row)
}
