package roads

import (
	"cmp"
	"iter"
	"slices"
	"weak"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// base is all roads of a table as one graph, of whatever year: the networks of years are views of it.
type base struct {
	table *snapshot.Table // nil where there is no road layer
	graph *network.Graph
	steps []step // by which it was made from earlier ones, the first first
}

// step is how a base was made from the one before.
type step struct {
	from  weak.Pointer[snapshot.Table] // which is not kept for it
	moves *network.Moves
	rows  []uint32 // whose roads changed, and of those that lie on the very same lines
}

const (
	// maxSteps is how many edits a network of an earlier state is carried over.
	maxSteps = 64
	// maxChanges is how many roads change at once before the graph is cheaper to build anew than to patch.
	maxChanges = 2000
)

func newBase(t *snapshot.Table) *base {
	return &base{table: t, graph: network.Build(segments(t), network.DefaultTolerance)}
}

// segments are the roads by ascending ids, so that tables that hold the same roads make the same graph.
func segments(t *snapshot.Table) iter.Seq[network.Segment] {
	return func(yield func(network.Segment) bool) {
		if t == nil {
			return
		}
		read := readerOf(t)
		for row := range t.ByID {
			if !yield(read.segment(t, row)) {
				return
			}
		}
	}
}

// segment is a road; one without lines where the table does not hold the row.
func (r reader) segment(t *snapshot.Table, row uint32) network.Segment {
	if !t.Holds(row) {
		return network.Segment{Attributes: network.Attributes{Row: row}}
	}
	return network.Segment{Shape: t.Shape(row), Attributes: r.attributes(t, row)}
}

// next is the base of a later table, or of an earlier one: made from this one where rows still stand for the same roads and
// few have changed.
func (b *base) next(t *snapshot.Table) *base {
	if b == nil || b.table == nil || t == nil {
		return newBase(t)
	}
	rows, ok := t.Changed(b.table)
	if !ok || len(rows) > maxChanges {
		return newBase(t)
	}
	changes := make([]network.Change, len(rows))
	read := readerOf(t)
	for i, row := range rows {
		changes[i] = network.Change{Before: read.segment(b.table, row), After: read.segment(t, row)}
	}
	graph, moves, ok := b.graph.Patch(changes, func(a, c uint32) int { return cmp.Compare(t.ID(a), t.ID(c)) })
	if !ok {
		return newBase(t)
	}
	next := &base{table: t, graph: graph, steps: append(slices.Clone(b.steps), step{weak.Make(b.table), moves, withAlike(rows, changes, t)})}
	next.steps = next.steps[max(0, len(next.steps)-maxSteps):]
	return next
}

// withAlike adds to rows those that lie on the same lines as one of them does or did: an upgrade takes the place of such a
// road, so that it may be there or not without having changed.
func withAlike(rows []uint32, changes []network.Change, t *snapshot.Table) []uint32 {
	all := slices.Clone(rows)
	for _, c := range changes {
		for _, shape := range []geo.Shape{c.Before.Shape, c.After.Shape} {
			if shape.Kind == geo.Lines {
				t.Alike(shape, func(row uint32) { all = append(all, row) })
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Change is what happened to roads since an earlier table.
type Change struct {
	Moves *network.Moves // from the earlier graph to this one
	// Rows are those whose roads changed, came or went, and of those that lie on the very same lines, in ascending order.
	Rows []uint32
}

// since is what changed since the base of an earlier table; ok is false where that is not known.
func (b *base) since(t *snapshot.Table) (c Change, ok bool) {
	if t == b.table {
		return Change{Moves: b.graph.Still()}, true
	}
	at := slices.IndexFunc(b.steps, func(s step) bool { return s.from == weak.Make(t) })
	if at < 0 {
		return c, false
	}
	for _, s := range b.steps[at:] {
		if c.Rows = append(c.Rows, s.rows...); c.Moves == nil {
			c.Moves = s.moves
		} else {
			c.Moves = c.Moves.Then(s.moves)
		}
	}
	slices.Sort(c.Rows)
	c.Rows = slices.Compact(c.Rows)
	return c, true
}
