package snapshot

import (
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Completion tells which features of a table are there by the end of a year: those that
// were not completed later, and of those not finished the ones whose year of completion
// has come. A line of which an upgrade is there, a row of its own on the very same line
// that was not finished when it was recorded, is there no more.
type Completion struct {
	table        *Table
	works        *layers.Works
	year         int64
	fieldOfYear  int
	fieldOfState int
	replaced     map[uint32]bool
}

// CompleteBy is nil where the layer declares no Works: all of it is always there. It
// goes through all rows.
func (t *Table) CompleteBy(year int) *Completion {
	if t.Layer.Works == nil {
		return nil
	}
	s := t.completion(year)
	for row := range t.Rows {
		if s.pending(row) && s.completed(row) {
			s.replace(row)
		}
	}
	return s
}

// IsComplete tells of one row what CompleteBy tells of all.
func (t *Table) IsComplete(row uint32, year int) bool {
	if t.Layer.Works == nil {
		return true
	}
	s := t.completion(year)
	if !s.completed(row) {
		return false
	}
	replaced := false
	if shape := t.Shape(row); shape.Kind == geo.Lines {
		t.Alike(shape, func(other uint32) {
			replaced = replaced || other != row && s.pending(other) && s.completed(other) && !s.outlasts(row, other)
		})
	}
	return !replaced
}

func (t *Table) completion(year int) *Completion {
	works := t.Layer.Works
	return &Completion{t, works, int64(year), t.Layer.Field(works.Year), t.Layer.Field(works.Status), map[uint32]bool{}}
}

// Has tells whether the row's feature is there.
func (s *Completion) Has(row uint32) bool {
	return s == nil || s.completed(row) && !s.replaced[row]
}

func (s *Completion) completed(row uint32) bool {
	done := s.table.Value(row, s.fieldOfYear)
	if done.IsNull() {
		return !s.pending(row)
	}
	return done.Int() <= s.year
}

func (s *Completion) pending(row uint32) bool {
	status := s.table.Value(row, s.fieldOfState)
	return !status.IsNull() && slices.Contains(s.works.Pending, status.Text())
}

// replace finds what an upgrade takes the place of: of several upgrades the one
// completed last stays, and among those the first.
func (s *Completion) replace(upgrade uint32) {
	shape := s.table.Shape(upgrade)
	if shape.Kind != geo.Lines {
		return
	}
	s.table.Alike(shape, func(row uint32) {
		if row != upgrade && !s.outlasts(row, upgrade) {
			s.replaced[row] = true
		}
	})
}

// outlasts tells whether a row is itself an upgrade that comes after another.
func (s *Completion) outlasts(row, upgrade uint32) bool {
	if !s.pending(row) || !s.completed(row) {
		return false
	}
	a, b := s.table.Value(row, s.fieldOfYear).Int(), s.table.Value(upgrade, s.fieldOfYear).Int()
	return a > b || a == b && s.table.ID(row) < s.table.ID(upgrade)
}
