package features

import (
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Style says what is written of features, and how.
type Style struct {
	Fields       []int // indexes of the fields, in the order in which they are written
	SkipGeometry bool
	System       System // of the geometry; the zero System is CRS84
}

// Writer writes features of a table as GeoJSON, straight from its columns. It allocates only for bytes that have no room.
type Writer struct {
	table  *snapshot.Table
	style  Style
	names  [][]byte // of the fields, as JSON, with the colon and what stands before
	places *Places
}

// NewWriter makes a writer for the features of a table.
func NewWriter(t *snapshot.Table, s Style) *Writer {
	w := &Writer{table: t, style: s, places: NewPlaces(s.System)}
	for i, f := range s.Fields {
		name := served.AppendText(served.AppendComma(nil, i == 0), t.Layer.Fields[f].ID)
		w.names = append(w.names, append(name, ':'))
	}
	return w
}

// AllFields are the indexes of all fields of a layer.
func AllFields(l *layers.Layer) []int {
	all := make([]int, len(l.Fields))
	for i := range all {
		all[i] = i
	}
	return all
}

// AppendFeature writes a row's feature without its last brace, so that members may follow.
func (w *Writer) AppendFeature(b []byte, row uint32) []byte {
	b = append(b, `{"type":"Feature","id":`...)
	b = strconv.AppendInt(b, w.table.ID(row), 10)
	b = append(b, `,"geometry":`...)
	if w.style.SkipGeometry {
		b = append(b, "null"...)
	} else {
		b = w.places.AppendShape(b, w.table.Shape(row))
	}
	b = append(b, `,"properties":{`...)
	for i, field := range w.style.Fields {
		b = append(b, w.names[i]...)
		b = w.appendValue(b, row, field)
	}
	return append(b, '}')
}

func (w *Writer) appendValue(b []byte, row uint32, field int) []byte {
	switch w.table.Layer.Fields[field].Type {
	case layers.TypeInt, layers.TypeYear, layers.TypeFloat, layers.TypeBool:
		return appendNumber(b, w.table.Value(row, field))
	case layers.TypeList:
		return appendList(b, w.table.Value(row, field))
	}
	key := w.table.FieldKey(row, field)
	switch {
	case !key.OK:
		return append(b, "null"...)
	case key.Text:
		return served.AppendText(b, w.table.Text(field, key.Key))
	}
	at := len(b)
	b = strconv.AppendUint(b, key.Key, 10) // a code's digits behind a 1, the place of which the quote takes
	b[at] = '"'
	return append(b, '"')
}

func appendNumber(b []byte, v layers.Value) []byte {
	switch v.Kind() {
	case layers.BoolKind:
		return strconv.AppendBool(b, v.Bool())
	case layers.IntKind:
		return strconv.AppendInt(b, v.Int(), 10)
	case layers.FloatKind:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, 64)
	}
	return append(b, "null"...)
}

func appendList(b []byte, v layers.Value) []byte {
	if v.IsNull() {
		return append(b, "null"...)
	}
	b = append(b, '[')
	if v.Text() != "" {
		first := true
		for item := range strings.SplitSeq(v.Text(), layers.ListSeparator) {
			b = served.AppendText(served.AppendComma(b, first), item)
			first = false
		}
	}
	return append(b, ']')
}
