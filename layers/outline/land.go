// Package outline knows the outlines of towns and villages: on whose land a place lies, and what is wrong between neighbours.
//
// Tables of a snapshot flow in, codes and flaws flow out. The places themselves stay points; an outline is of the place whose code
// it has.
package outline

import (
	"iter"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/inside"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Land finds whose land a place lies on. Any number of goroutines may ask it.
type Land struct {
	table *snapshot.Table
	code  int
	index *inside.Index
}

// NewLand makes the outlines of a table ready. It costs a look at every vertex.
func NewLand(t *snapshot.Table) *Land {
	return &Land{t, t.Layer.Field("code"), inside.New(shapes(t))}
}

func shapes(t *snapshot.Table) iter.Seq2[uint32, geo.Shape] {
	return func(yield func(uint32, geo.Shape) bool) {
		for row := range t.Rows {
			if !yield(row, t.Shape(row)) {
				return
			}
		}
	}
}

// Len is the number of outlines.
func (l *Land) Len() int { return l.index.Len() }

// At appends the rows of the outlines in which a place lies: none, one or, where outlines overlap, several.
func (l *Land) At(p geo.Point, rows []uint32) []uint32 { return l.index.At(p, rows) }

// Code is the code of the place whose outline a row is.
func (l *Land) Code(row uint32) string { return l.table.Value(row, l.code).Text() }

// Table is the outlines of a layer of places, as far as a snapshot has some.
func Table(snap *snapshot.Snapshot, places string) (*snapshot.Table, bool) {
	for _, t := range snap.Tables() {
		if t.Layer.Outlines == places {
			return t, true
		}
	}
	return nil, false
}
