package read

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/workbook"
)

// XLSX reads a sheet of a workbook. The packed workbook is held in memory (at
// most 512 MiB), the rows are not. A number is read as it is stored, not as it is
// shown, lest coordinates lose their digits; a date as "2017-05-31" and a share
// with its percent sign. Cells merged downwards have their text in every row; a formula
// without a result is said and never taken for an empty cell.
func (j *Job) XLSX() error {
	r, size, err := j.folder.open(j.name)
	if err != nil {
		return err
	}
	defer r.Close()
	if size > maxXLSX {
		return &record.TooLargeError{What: "the workbook", Limit: maxXLSX}
	}
	book, err := openBook(r)
	if err != nil {
		return err
	}
	j.src.closes = append(j.src.closes, book)
	sheets, err := usedSheets(book)
	if err != nil {
		return err
	}
	told := explaining(sheets)
	if !slices.Contains(told, j.o.Layer) {
		sheets = slices.DeleteFunc(sheets, func(s string) bool { return slices.Contains(told, s) })
		if len(told) > 0 {
			j.src.note("sheet %s explains how to fill the others in and is left out", strings.Join(told, ", "))
		}
	}
	if j.o.Layer == AllSheets && len(sheets) > 1 {
		return j.stack(book, sheets)
	}
	if j.o.Layer == AllSheets {
		j.o.Layer = ""
	}
	i, err := pick(j.src.File, j.o.Layer, sheets)
	if several, ok := errors.AsType[*record.LayersError](err); ok {
		several.Together = true
	}
	if err != nil {
		return err
	}
	j.src.Layer, j.src.Layers, j.src.Together = sheets[i], sheets, len(sheets) > 1
	return j.sheet(book, sheets[i])
}

// sheet reads one.
func (j *Job) sheet(book *excelize.File, name string) error {
	s, err := newSheet(book, name)
	if err != nil {
		return err
	}
	j.src.closes = append(j.src.closes, closer(s.close))
	marks, err := j.marks(name)
	if err != nil {
		return err
	}
	t := &table{job: j, complete: marks.complete, tells: marks.tells, read: func() (int64, []string, error) {
		row, cells, err := s.next()
		j.src.done.Store(row)
		return row, cells, err
	}}
	return t.start()
}

// XLS reads a sheet of a workbook of Excel 97 to 2003 or of WPS (.xls, .et), and HTML a table of a web page, as systems
// export it under the name .xls. Both are made into a workbook of today in a temporary file, and read as such.
func (j *Job) XLS() error {
	at, size, err := j.anywhere(j.name)
	if err != nil {
		return err
	}
	if size > maxXLSX {
		return &record.TooLargeError{What: "the workbook", Limit: maxXLSX}
	}
	return j.asWorkbook(func(path string) error { return workbook.FromXLS(at, path) })
}

// HTML reads a table of a web page; see XLS.
func (j *Job) HTML() error {
	r, _, err := j.folder.open(j.name)
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := newTextReader(newBudget(r, maxPage, "the page"), j.o.Encoding)
	if err != nil {
		return err
	}
	j.src.note("the file is a web page with a table, whatever its name says")
	err = j.asWorkbook(func(path string) error { return workbook.FromHTML(text, path) })
	j.src.Encoding, j.src.EncodingFrom = text.encodingName(), text.why
	return err
}

func (j *Job) asWorkbook(create func(path string) error) error {
	dir, err := os.MkdirTemp("", "cuntu-workbook-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const name = "book.xlsx"
	if err := create(filepath.Join(dir, name)); err != nil {
		return err
	}
	j.folder, j.name = directory{fs: os.DirFS(dir), dir: "."}, name
	return j.XLSX()
}

// openBook never lets a broken workbook take the program down: the library
// panics on some.
func openBook(r io.Reader) (book *excelize.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			book, err = nil, fmt.Errorf("the workbook is damaged: %v", p)
		}
	}()
	book, err = excelize.OpenReader(io.LimitReader(r, maxXLSX), excelize.Options{
		UnzipSizeLimit:    4 << 30,
		UnzipXMLSizeLimit: 16 << 20, // larger sheets go through a temporary file
		ShortDatePattern:  "yyyy-mm-dd",
		LongDatePattern:   "yyyy-mm-dd",
	})
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be read: %w", err)
	}
	return book, nil
}

// usedSheets are the sheets that are not empty, in the workbook's order.
func usedSheets(book *excelize.File) ([]string, error) {
	var used []string
	for _, name := range book.GetSheetList() {
		s, err := newSheet(book, name)
		if err != nil {
			continue // a sheet that holds a chart
		}
		for {
			_, cells, err := s.next()
			if err == nil && blank(cells) {
				continue
			}
			if err == nil {
				used = append(used, name)
			} else if err != io.EOF {
				s.close()
				return nil, fmt.Errorf("sheet %s: %w", name, err)
			}
			break
		}
		s.close()
	}
	if len(used) == 0 {
		return nil, fmt.Errorf("the workbook holds no rows")
	}
	return used, nil
}

// explaining are the sheets that, by their names, tell how to fill the others in; none where there are no others.
func explaining(sheets []string) []string {
	var told []string
	for _, s := range sheets {
		switch strings.TrimSpace(s) {
		case "可选的县镇", "说明", "填表说明", "填报说明", "填写说明", "使用说明", "指标说明":
			told = append(told, s)
		}
	}
	if len(told) == len(sheets) {
		return nil
	}
	return told
}

// sheet reads each row twice over, as stored and as shown, for only the two
// together tell what a number means.
type sheet struct {
	raw, shown *excelize.Rows
	row        int64
	date1904   bool
	cells      []string
}

func newSheet(book *excelize.File, name string) (s *sheet, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("the sheet is damaged: %v", p)
		}
	}()
	s = &sheet{}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.date1904 = *props.Date1904
	}
	if s.raw, err = book.Rows(name); err != nil {
		return nil, err
	}
	if s.shown, err = book.Rows(name); err != nil {
		s.raw.Close()
		return nil, err
	}
	return s, nil
}

func (s *sheet) close() error {
	err := s.raw.Close()
	if e := s.shown.Close(); err == nil {
		err = e
	}
	return err
}

// next gives the next row, which may be empty; the cells are valid until the
// call after.
func (s *sheet) next() (row int64, cells []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("row %d of the sheet is damaged: %v", s.row, p)
		}
	}()
	if !s.raw.Next() || !s.shown.Next() {
		if err := s.raw.Error(); err != nil {
			return s.row, nil, err
		}
		return s.row, nil, io.EOF
	}
	if s.row++; s.row > record.MostSheetRows {
		return s.row, nil, &record.TooLargeError{What: "the number of rows", Limit: record.MostSheetRows}
	}
	raw, err := s.raw.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return s.row, nil, err
	}
	shown, err := s.shown.Columns()
	if err != nil {
		return s.row, nil, err
	}
	s.cells = s.cells[:0]
	for i, c := range raw {
		if i < len(shown) && shown[i] != c {
			c = s.value(c, shown[i])
		}
		s.cells = append(s.cells, c)
	}
	return s.row, s.cells, nil
}

// value makes one text of a cell that is stored and shown differently: a number
// with a format.
func (s *sheet) value(raw, shown string) string {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || shown == "" {
		return raw
	}
	switch {
	case shown == "TRUE" || shown == "FALSE":
		return shown
	case strings.HasPrefix(shown, raw): // a unit in the format: 2017年, 12亩
		return shown
	case strings.HasSuffix(shown, "%"):
		return plainNumber(f*100) + "%"
	case f >= 1 && f < 2958466 && !showsNumber(shown, f):
		if t, err := excelize.ExcelDateToTime(f, s.date1904); err == nil && showsDate(shown, t) {
			if f == math.Trunc(f) {
				return t.Format("2006-01-02")
			}
			return t.Format("2006-01-02 15:04:05")
		}
	}
	return plainNumber(f)
}

// showsNumber tells whether a text is a number rounded to its digits, as it is or in
// thousands, ten thousands or millions, with whatever signs and units around it.
func showsNumber(shown string, f float64) bool {
	digits := strings.Map(func(r rune) rune {
		if r == ',' || r == ' ' {
			return -1
		}
		return r
	}, strings.TrimFunc(shown, func(r rune) bool { return r < '0' || r > '9' }))
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return false
	}
	_, fraction, _ := strings.Cut(digits, ".")
	off := 0.5 * math.Pow(10, -float64(len(fraction)))
	for _, scale := range []float64{1, 1e3, 1e4, 1e6} {
		if math.Abs(f/scale-n) <= off*1.000001 {
			return true
		}
	}
	return false
}

// showsDate tells whether a text shows a date and nothing but it, in whatever order and
// with whatever between: 2017.5.31, 2017, May-17, 二〇一七年五月.
func showsDate(shown string, t time.Time) bool {
	if strings.ContainsAny(shown, "年月日") {
		return true
	}
	parts := strings.FieldsFunc(shown, func(r rune) bool { return r < '0' || r > '9' })
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		of := []int{t.Year(), t.Year() % 100, int(t.Month()), t.Day(), t.Hour(), t.Hour() % 12, t.Minute(), t.Second()}
		if err != nil || !slices.Contains(of, n) {
			return false
		}
	}
	return len(parts) > 0
}

// plainNumber takes off the noise of binary fractions: 15 digits are what a
// spreadsheet keeps.
func plainNumber(f float64) string {
	if g, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64); err == nil {
		f = g
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
