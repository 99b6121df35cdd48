package demo

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// rows collects the features of one layer under ids from 1.
type rows struct {
	layer *layers.Layer
	index map[string]int
	list  []layers.Feature
}

func newRows(c *layers.Catalog, id string) *rows {
	l, ok := c.Layer(id)
	if !ok {
		panic("demo: the catalogue has no layer " + id)
	}
	r := &rows{layer: l, index: make(map[string]int, len(l.Fields))}
	for i := range l.Fields {
		r.index[l.Fields[i].ID] = i
	}
	return r
}

// row is one feature's values by field.
type row struct {
	of     *rows
	values []layers.Value
}

func (r *rows) add(g orb.Geometry) row {
	values := make([]layers.Value, len(r.layer.Fields))
	r.list = append(r.list, layers.Feature{ID: int64(len(r.list) + 1), Geometry: g, Values: values})
	return row{r, values}
}

func (w row) set(field string, v layers.Value) row {
	i, ok := w.of.index[field]
	if !ok {
		panic(fmt.Sprintf("demo: layer %s has no field %s", w.of.layer.ID, field))
	}
	w.values[i] = v
	return w
}

func (w row) text(field, v string) row {
	if v == "" {
		return w
	}
	return w.set(field, layers.Text(v))
}
func (w row) whole(field string, v int) row      { return w.set(field, layers.Int(int64(v))) }
func (w row) number(field string, v float64) row { return w.set(field, layers.Float(v)) }
func (w row) yes(field string, v bool) row       { return w.set(field, layers.Bool(v)) }
func (w row) year(field string, v int) row {
	if v == 0 {
		return w
	}
	return w.whole(field, v)
}
