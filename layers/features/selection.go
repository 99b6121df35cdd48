package features

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Limits bound the work on one request.
type Limits struct {
	Rows int           // that are looked at
	Time time.Duration // that looking at them takes
}

// DefaultLimits are enough for every layer of a nation, and for nobody to keep a processor for long.
var DefaultLimits = Limits{Rows: 20_000_000, Time: 10 * time.Second}

// selection is all features that match a request, in its order.
type selection struct{ rows []uint32 }

// selectionKey is all that a selection depends on.
type selectionKey struct {
	table  *snapshot.Table
	filter string
	order  string
}

// keptSelections bounds what is kept: the weight is in bytes.
var keptSelections = kept.Limit[*selection]{
	Most:     64,
	Weight:   func(s *selection) int64 { return int64(4 * len(s.rows)) },
	Heaviest: 128 << 20,
	Least:    1,
}

// fewRows is how many rows are cheaper to look at again than to keep.
const fewRows = 512

// selection finds what a request is of, or has it kept.
func (r *Reader) selection(
	ctx context.Context, t *snapshot.Table, filters []*cql2.Filter, asked Request,
) (*selection, error) {
	key := asked.key(t)
	candidates, all := r.candidates(t, filters)
	if !all && len(candidates) <= fewRows {
		return r.find(ctx, t, filters, asked.Order, slices.Values(candidates))
	}
	return r.kept.Get(ctx, key, keptSelections, func(ctx context.Context) (*selection, error) {
		r.kept.Remove(func(k selectionKey) bool { return k.table.Layer.ID == t.Layer.ID && k.table != t })
		if all {
			return r.find(ctx, t, filters, asked.Order, t.Rows)
		}
		return r.find(ctx, t, filters, asked.Order, slices.Values(candidates))
	})
}

// find looks at rows and puts those that match in order.
func (r *Reader) find(
	ctx context.Context, t *snapshot.Table, filters []*cql2.Filter, order Order, candidates func(yield func(row uint32) bool),
) (*selection, error) {
	limits := r.Limits
	if limits == (Limits{}) {
		limits = DefaultLimits
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	s, looked := &selection{}, 0
	for row := range candidates {
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			break
		}
		if looked > limits.Rows {
			return nil, question.TooLarge(fmt.Sprintf("more than %d features would be looked at; narrow it by bbox", limits.Rows))
		}
		if !slices.ContainsFunc(filters, func(f *cql2.Filter) bool { return !f.Match(row) }) {
			s.rows = append(s.rows, row)
		}
	}
	if ctx.Err() == context.DeadlineExceeded { //nolint:errorlint // a context's own error is never wrapped
		return nil, question.TooLarge(fmt.Sprintf(
			"after %v %d features had been looked at and others not; narrow it by bbox, or ask a simpler filter", limits.Time, looked,
		))
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	order.sort(t, s.rows)
	return s, nil
}

// candidates are rows among which all matches are, by the index that knows the fewest; all stands for every row.
func (r *Reader) candidates(t *snapshot.Table, filters []*cql2.Filter) (rows []uint32, all bool) {
	all = true
	most := t.Len()
	take := func(found []uint32) { rows, all, most = found, false, len(found) }
	for _, f := range filters {
		for _, in := range f.Ranges() {
			if found, ok := r.inRange(t, in); ok && len(found) < most {
				take(found)
			}
		}
	}
	for _, f := range filters {
		if box := f.Box(); box != geo.World {
			if found, ok := inBox(t, box, most); ok {
				take(found)
			}
		}
	}
	return rows, all
}

// inBox are the rows in a box; false where they are most or more.
func inBox(t *snapshot.Table, box geo.Box, most int) (rows []uint32, ok bool) {
	t.Search(box, func(row uint32) bool {
		rows = append(rows, row)
		return len(rows) < most
	})
	return rows, len(rows) < most
}

// inRange are the rows whose value is in a range, where an index knows them: that of codes, or one that a request for
// this order has left.
func (r *Reader) inRange(t *snapshot.Table, in cql2.Range) (rows []uint32, ok bool) {
	if t.Layer.Fields[in.Field].ID == "code" && in.In != nil {
		for _, code := range in.In {
			if row, ok := t.FindCode(code.Text()); ok && !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
		return rows, true
	}
	sorted := r.sorted(t, in.Field)
	if sorted == nil {
		return nil, false
	}
	if in.In == nil {
		return between(t, sorted, in), true
	}
	for i, v := range in.In {
		if !slices.Contains(in.In[:i], v) {
			rows = append(rows, between(t, sorted, cql2.Range{Field: in.Field, Low: v, High: v})...)
		}
	}
	return rows, true
}

// sorted is every row by a field, where that is kept; else nil.
func (r *Reader) sorted(t *snapshot.Table, field int) []uint32 {
	order := Order{{Field: field}}.String(t.Layer)
	for key, s := range r.kept.All() {
		if key == (selectionKey{t, "", order}) {
			return s.rows
		}
	}
	return nil
}

// between is the part of rows, which are in the order of a field, whose values are from Low to High.
func between(t *snapshot.Table, rows []uint32, in cql2.Range) []uint32 {
	key := Key{Field: in.Field}
	search := func(limit layers.Value, first int) int {
		n, _ := slices.BinarySearchFunc(rows, limit, func(row uint32, limit layers.Value) int {
			if c := key.compare(t.Value(row, in.Field), limit); c != 0 {
				return c
			}
			return first
		})
		return n
	}
	from, to := 0, search(layers.Null, 1)
	if !in.Low.IsNull() {
		from = search(in.Low, 1)
	}
	if !in.High.IsNull() {
		to = search(in.High, -1)
	}
	return rows[from:max(from, to)]
}
