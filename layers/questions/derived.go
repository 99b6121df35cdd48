package questions

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// WithDerived is the world's snapshot, its layer with the derived fields as of the year where a condition in CQL2 text
// names one of them or the year is not 0; else the snapshot as it is.
func (w World) WithDerived(layer, condition string, year int) (*snapshot.Snapshot, error) {
	t, ok := w.Snap.Table(layer)
	if !ok || year == 0 && !Derives(t.Layer, condition) {
		return w.Snap, nil
	}
	whole, err := w.whole(t, year)
	if err != nil {
		return nil, err
	}
	return w.Snap.With(whole), nil
}

// Derives tells whether a condition names a derived field of the layer.
func Derives(l *layers.Layer, condition string) bool {
	expr, err := cql2.Parse(condition)
	return err == nil && l.Derives(expr.Properties())
}

// whole is a layer with its derived fields, as of the year. Rows keep their numbers.
func (w World) whole(t *snapshot.Table, year int) (*snapshot.Table, error) {
	if len(t.Layer.Derived) == 0 {
		return t, nil
	}
	r, err := w.covered(year)
	if err != nil {
		return nil, err
	}
	marked, _ := coverage.WithMarks(w.Snap.With(t), r).Table(t.Layer.ID)
	return marked, nil
}

// filter is a condition in CQL2 text made ready for a table, of which derived fields are as of the year; nil where there
// is none.
func (w World) filter(text string, t *snapshot.Table, year int) (func(row uint32) bool, error) {
	if text == "" {
		return nil, nil
	}
	expr, err := cql2.Parse(text)
	if err != nil {
		return nil, err
	}
	if t.Layer.Derives(expr.Properties()) {
		if t, err = w.whole(t, year); err != nil {
			return nil, err
		}
	}
	bound, err := expr.Bind(t)
	if err != nil {
		return nil, err
	}
	return bound.Match, nil
}

// checkFilter adds what is wrong with a condition for a layer.
func checkFilter(text string, l *layers.Layer, wrong *layers.Faults) {
	if text == "" {
		return
	}
	expr, err := cql2.Parse(text)
	if err == nil {
		_, err = expr.Bind(emptyTable(l.Whole()))
	}
	if err != nil {
		wrong.Add("filter", "%v", err)
	}
}

// emptyTable has the layer's fields and no features: what a filter can be checked against.
func emptyTable(l *layers.Layer) *snapshot.Table {
	b := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	t, _ := b.Snapshot().Table(l.ID)
	return t
}
