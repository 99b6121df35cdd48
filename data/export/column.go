package export

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/layers"
)

// IDColumn is the first column of every export: the feature's id, by which the
// import finds again what has no code.
const IDColumn = "id"

// column is one column of the file.
type column struct {
	record.Field
	value func(row uint32) any
}

// makeColumns are the id and a column a field, in the catalogue's order.
func (e *Export) makeColumns() []column {
	t := e.table
	columns := []column{{
		record.Field{Name: IDColumn, Type: record.Int},
		func(row uint32) any { return t.ID(row) },
	}}
	taken := map[string]bool{IDColumn: true}
	for i := range t.Layer.Fields {
		f := &t.Layer.Fields[i]
		if e.request.Fields != nil && !slices.Contains(e.request.Fields, f.ID) {
			continue
		}
		name := e.heading(f)
		if taken[name] { // two fields with one title
			name += " " + f.ID
		}
		taken[name] = true
		if f.ID == "name" {
			e.nameColumn = name
		}
		c := column{record.Field{Name: name, Type: typeOf(f.Type)}, func(row uint32) any { return t.Value(row, i).Any() }}
		if title := e.titles(f); title != nil {
			c.Type = record.Text
			c.value = func(row uint32) any { return title(t.Value(row, i)) }
		}
		columns = append(columns, c)
	}
	if e.format.Names != nil {
		e.measure(columns)
	}
	return columns
}

func typeOf(t layers.FieldType) record.Type {
	switch t {
	case layers.TypeInt, layers.TypeYear:
		return record.Int
	case layers.TypeFloat:
		return record.Float
	case layers.TypeBool:
		return record.Bool
	}
	return record.Text
}

// measure gives texts the width that the longest needs: a shapefile's table keeps a
// place of the full width in every row.
func (e *Export) measure(columns []column) {
	for i := range columns {
		if columns[i].Type != record.Text {
			continue
		}
		columns[i].Width = 1
		for _, row := range e.rows {
			if s, ok := columns[i].value(row).(string); ok {
				columns[i].Width = max(columns[i].Width, len(s))
			}
		}
	}
}

// heading is what a field's column is called: 自来水普及率(%), as ledgers write it. In
// a shapefile it is always the id: of a Chinese title there is room for three
// characters, which neither a person nor the import would know again.
func (e *Export) heading(f *layers.Field) string {
	if e.request.Headings == "id" || e.format.Names != nil {
		return f.ID
	}
	return e.word(f.Heading())
}

// word is the text in the tongue of the headings.
func (e *Export) word(w layers.Words) string {
	if e.request.Headings == "zh" {
		return w.Zh
	}
	return w.En
}

// titles spells a field's values by their titles; nil where they are to be written
// as they are stored, or have none. With ids for headings the titles are Chinese:
// those are the ones that ledgers use.
func (e *Export) titles(f *layers.Field) func(layers.Value) any {
	if e.request.Values != "titles" {
		return nil
	}
	word := e.word
	if e.request.Headings == "id" {
		word = func(w layers.Words) string { return w.Zh }
	}
	if f.Type == layers.TypeBool {
		yes, no := word(layers.Words{Zh: "是", En: "yes"}), word(layers.Words{Zh: "否", En: "no"})
		return func(v layers.Value) any {
			switch {
			case v.IsNull():
				return nil
			case v.Bool():
				return yes
			}
			return no
		}
	}
	if len(f.Values) == 0 {
		return nil
	}
	title := map[string]string{}
	for _, c := range f.Values {
		title[c.Value] = word(c.Title)
	}
	return func(v layers.Value) any {
		if v.IsNull() {
			return nil
		}
		items := []string{v.Text()}
		if f.Type == layers.TypeList {
			items = strings.Split(v.Text(), layers.ListSeparator)
		}
		for i, item := range items {
			if t, ok := title[item]; ok {
				items[i] = t
			}
		}
		return strings.Join(items, layers.ListSeparator)
	}
}
