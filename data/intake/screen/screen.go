// Package screen keeps the data of persons out of all that an import does with a file: what it writes, shows, keeps for undo,
// rejects and reports.
//
// Records flow in as they were read and come out without such data, with what was taken out of them: the column and what it
// was, never the value. What counts as such is package personal's.
package screen

import (
	"errors"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/personal"
)

// Column is a column of the file.
type Column struct {
	Name    string
	Field   *layers.Field // nil for one that is not taken
	Place   bool          // tells where a thing is
	LeftOut bool          // by who imports the file
	Hidden  bool          // is about persons by its heading: none of its cells is read
}

// Screen takes personal data out of records.
type Screen []Column

// Found is personal data that stood in a column that nobody left out.
type Found struct {
	Column int
	Kind   personal.Kind
}

// Clean takes personal data out of a record; mask stands in its place.
func (s Screen) Clean(rec *record.Record, mask any) (found []Found) {
	for i := range min(len(s), len(rec.Values)) {
		c := &s[i]
		switch {
		case c.Place || rec.Values[i] == nil:
			continue
		case c.Hidden:
			rec.Values[i] = mask
			continue
		}
		k := personal.Cell(c.Field, c.Name, rec.Values[i])
		if k == personal.None {
			continue
		}
		if rec.Values[i] = mask; !c.LeftOut {
			found = append(found, Found{i, k})
		}
	}
	if len(rec.Problems) > 0 {
		rec.Problems = s.problems(rec.Problems)
	}
	return found
}

// problems are those of reading a record, without the values that must not be told.
func (s Screen) problems(list []error) (clean []error) {
	for _, err := range list {
		if err = s.Problem(err); err != nil {
			clean = append(clean, err)
		}
	}
	return clean
}

// Problem is what a reader says of a file, without what must not be told; nil where it is of a column that is not read.
func (s Screen) Problem(err error) error {
	if e, ok := errors.AsType[*record.CellError](err); ok {
		for i := range s {
			if s[i].Hidden && s[i].Name == e.Column {
				return nil
			}
		}
	}
	if personal.Find(err.Error()) == personal.None {
		return err
	}
	plain := &record.CellError{Want: "cannot be read; what it holds is personal and is not told", Zh: "无法读取；内容涉及个人信息，不予显示"}
	if e, ok := errors.AsType[*record.CellError](err); ok {
		plain.File, plain.Row, plain.Column, plain.Warning = e.File, e.Row, e.Column, e.Warning
	}
	return plain
}
