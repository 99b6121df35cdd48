package write

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/record"
)

// XLSX writes one sheet through excelize's streaming writer, which
// passes large sheets through a temporary file. The headings are bold and stay in
// sight. Numbers are numbers, and codes given as text stay text.
func XLSX(out io.Writer, o Options) (*Writer, error) {
	w := newWriter(o)
	book := excelize.NewFile()
	w.drop = book.Close
	sheet := sheetName(o.Layer)
	s, err := headed(book, sheet, o)
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	row := int64(1)
	cells := make([]any, 0, len(o.Fields)+2)
	w.write = func(r record.Record) error {
		if row++; row > record.MostSheetRows {
			return &record.TooLargeError{What: "the sheet", Limit: record.MostSheetRows}
		}
		cells = cells[:0]
		for i, v := range r.Values {
			if s, ok := v.(string); ok && len([]rune(s)) > excelize.TotalCellChars {
				v = string([]rune(s)[:excelize.TotalCellChars])
				w.note(fmt.Sprintf("%s: texts were cut off at %d characters", o.Fields[i].Name, excelize.TotalCellChars))
			}
			cells = append(cells, v)
		}
		geometry, err := o.geometryCells(r.Geometry)
		if err != nil {
			return err
		}
		for _, g := range geometry {
			if len(g) > excelize.TotalCellChars {
				g = "" // half of it would be a wrong one
				w.note(fmt.Sprintf("geometries longer than the %d characters that a cell holds were left out", excelize.TotalCellChars))
			}
			if f, err := strconv.ParseFloat(g, 64); err == nil {
				cells = append(cells, f)
			} else {
				cells = append(cells, g)
			}
		}
		return s.SetRow("A"+strconv.FormatInt(row, 10), cells)
	}
	w.end = func() error {
		if err := cmp.Or(Foot(book, sheet, o.Credit), CreditSheet(book, o.Credit), s.Flush()); err != nil {
			return err
		}
		return errors.Join(book.Write(out), book.Close())
	}
	return w, nil
}

// headed is a stream writer past the row of headings.
func headed(book *excelize.File, sheet string, o Options) (*excelize.StreamWriter, error) {
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	s, err := book.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	var head []any
	for _, f := range o.Fields {
		head = append(head, excelize.Cell{StyleID: bold, Value: f.Name})
	}
	for _, c := range o.geometryColumns() {
		head = append(head, excelize.Cell{StyleID: bold, Value: c})
	}
	return s, s.SetRow("A1", head)
}

// sheetName makes a name that Excel allows: at most 31 characters, none of
// []:*?/\.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 31 {
		s = string(r[:31])
	}
	if s = strings.Trim(s, "'"); s == "" {
		return "Sheet1"
	}
	return s
}
