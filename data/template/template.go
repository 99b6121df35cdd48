package template

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Template is a layer's workbook in the making.
type Template struct {
	layer   *layers.Layer
	columns []column
}

// New is the template of a layer with the fields that writable keeps.
func New(l *layers.Layer, writable func(*layers.Field) bool) *Template {
	t := &Template{layer: l}
	ids := make([]string, len(l.Fields))
	for i := range l.Fields {
		ids[i] = l.Fields[i].ID
	}
	short := record.DBFNames(ids)
	for i := range l.Fields {
		if f := &l.Fields[i]; !f.Derived && writable(f) {
			t.columns = append(t.columns, fieldColumn(l, f, short[i]))
		}
	}
	if l.Allows(geo.Points) {
		t.columns = append(t.columns, degreeColumn("经度(CGCS2000)", "东经", "108.5", 72, 137), degreeColumn("纬度(CGCS2000)", "北纬", "34.2", 3, 55))
	}
	return t
}

// FileName is what the file should be called.
func (t *Template) FileName() string { return t.layer.ID + "-template.xlsx" }

// Title is FileName for people.
func (t *Template) Title() string { return t.layer.Title.Zh + "-模板.xlsx" }

// Write writes the workbook.
func (t *Template) Write(out io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	looks, err := newLooks(book)
	if err != nil {
		return err
	}
	sheet := t.layer.Title.Zh
	if err := cmp.Or(book.SetSheetName("Sheet1", sheet), t.fill(book, sheet, looks), t.explain(book, looks)); err != nil {
		return err
	}
	return book.Write(out)
}

// filled is how many rows the lists and rules reach; a sheet may have more.
const filled = 5000

// fill writes the sheet to fill in.
func (t *Template) fill(book *excelize.File, sheet string, looks *looks) error {
	for i := range t.columns {
		c := &t.columns[i]
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		style := looks.heading
		if c.must {
			style = looks.required
		}
		err = cmp.Or(
			book.SetColWidth(sheet, name, name, c.width()),
			book.SetColStyle(sheet, name, looks.ofColumn(c)),
			book.SetCellStr(sheet, name+"1", c.heading),
			book.SetCellStyle(sheet, name+"1", name+"1", style),
			c.addRule(book, sheet, name),
		)
		if err != nil {
			return err
		}
	}
	return book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// looks are styles of cells.
type looks struct{ heading, required, text, plain, title, wrapped int }

func newLooks(book *excelize.File) (*looks, error) {
	l := &looks{}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	border := []excelize.Border{{Type: "bottom", Color: "#9AA5B1", Style: 1}}
	middle := &excelize.Alignment{Vertical: "center"}
	const asText = 49 // of the number formats that are built in
	for _, s := range []struct {
		to   *int
		look excelize.Style
	}{
		{&l.heading, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("#E8EDF2"), Border: border, Alignment: middle}},
		{&l.required, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("#FBE3C2"), Border: border, Alignment: middle}},
		{&l.text, excelize.Style{NumFmt: asText}},
		{&l.plain, excelize.Style{}},
		{&l.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&l.wrapped, excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		id, err := book.NewStyle(&s.look)
		if err != nil {
			return nil, err
		}
		*s.to = id
	}
	return l, nil
}

// ofColumn keeps a spreadsheet from making numbers of codes and of texts.
func (l *looks) ofColumn(c *column) int {
	if slices.Contains([]layers.FieldType{layers.TypeInt, layers.TypeFloat, layers.TypeYear}, c.holds) {
		return l.plain
	}
	return l.text
}
