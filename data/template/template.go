package template

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Template is a layer's workbook in the making.
type Template struct {
	layer   *layers.Layer
	columns []column
	areas   map[string][]string
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
		if f := &l.Fields[i]; !f.Derived && !f.Signed && writable(f) {
			t.columns = append(t.columns, fieldColumn(l, f, short[i]))
		}
	}
	if l.Allows(geo.Points) {
		t.columns = append(t.columns, degreeColumn("经度(CGCS2000)", "东经", "108.5", 72, 137), degreeColumn("纬度(CGCS2000)", "北纬", "34.2", 3, 55))
	}
	return t
}

// WithAreas adds lists of the areas to choose from, names by level.
func (t *Template) WithAreas(names map[string][]string) *Template {
	t.areas = map[string][]string{}
	for i := range t.columns {
		if level := t.columns[i].area; len(names[level]) > 0 {
			t.areas[level] = names[level]
		}
	}
	for i := range t.columns {
		c := &t.columns[i]
		if at := slices.Index(t.levels(), c.area); at >= 0 {
			c.listed = fmt.Sprintf("%s!$%[2]s$1:$%[2]s$%[3]d", Choices, string(rune('A'+at)), len(t.areas[c.area]))
		}
	}
	return t
}

// levels are those of the areas that are listed, in order.
func (t *Template) levels() []string { return slices.Sorted(maps.Keys(t.areas)) }

// Choices is the name of the hidden sheet that has the names of areas, a column a level, by which readers know that it holds no
// data.
const Choices = "可选的县镇"

// list writes that sheet.
func (t *Template) list(book *excelize.File) error {
	if len(t.areas) == 0 {
		return nil
	}
	if _, err := book.NewSheet(Choices); err != nil {
		return err
	}
	for i, level := range t.levels() {
		for row, name := range t.areas[level] {
			if err := book.SetCellStr(Choices, string(rune('A'+i))+strconv.Itoa(row+1), name); err != nil {
				return err
			}
		}
	}
	return book.SetSheetVisible(Choices, false)
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
	if err := cmp.Or(book.SetSheetName("Sheet1", sheet), t.fill(book, sheet, looks), t.explain(book, looks), t.list(book)); err != nil {
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
