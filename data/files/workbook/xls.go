package workbook

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/biff"
	"github.com/cuntu/cuntu/data/files/record"
)

// mostCells are taken of a workbook of the old kind, which is held in memory.
const mostCells = 8 << 20

// FromXLS makes one at path of a workbook of Excel 97 to 2003 or of WPS (.xls, .et).
func FromXLS(file io.ReaderAt, path string) error {
	old, err := openOldBook(file)
	if err != nil {
		return err
	}
	return create(path, func(out *sheets) error {
		if err := out.book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &old.Date1904}); err != nil {
			return err
		}
		c := converter{sheets: out, old: old, styles: map[shownAs]int{}}
		for _, s := range old.Sheets {
			if err := c.convert(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// openOldBook never lets a broken file take the program down.
func openOldBook(at io.ReaderAt) (book *biff.Book, err error) {
	defer func() {
		if p := recover(); p != nil {
			book, err = nil, fmt.Errorf("the workbook is damaged: %v", p)
		}
	}()
	return biff.Open(at)
}

// shownAs is how a number is shown.
type shownAs struct {
	id   uint16
	code string
}

// converter makes sheets of today of those of a workbook of the old kind.
type converter struct {
	*sheets
	old    *biff.Book
	styles map[shownAs]int
	cells  int
}

func (c *converter) convert(s biff.Sheet) error {
	var cells []biff.Cell
	merges, err := c.old.Read(s, func(cell biff.Cell) error {
		if c.cells++; c.cells > mostCells {
			return &record.TooLargeError{What: "the number of cells", Limit: mostCells}
		}
		cells = append(cells, cell)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(cells, func(a, b biff.Cell) int { return cmp.Or(a.Row-b.Row, a.Column-b.Column) })
	return c.add(s.Name, func(out *excelize.StreamWriter) error {
		for len(cells) > 0 {
			n := slices.IndexFunc(cells, func(cell biff.Cell) bool { return cell.Row != cells[0].Row })
			if n < 0 {
				n = len(cells)
			}
			if err := c.row(out, cells[:n]); err != nil {
				return err
			}
			cells = cells[n:]
		}
		for _, m := range merges {
			if err := mergeCells(out, m.Top, m.Bottom, m.Left, m.Right); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *converter) row(out *excelize.StreamWriter, cells []biff.Cell) error {
	row := make([]any, cells[len(cells)-1].Column+1)
	for _, cell := range cells {
		switch v := cell.Value.(type) {
		case nil:
			row[cell.Column] = excelize.Cell{Formula: "NA()"}
		case float64:
			style, err := c.style(shownAs{cell.FormatID, cell.FormatCode})
			if err != nil {
				return err
			}
			row[cell.Column] = excelize.Cell{StyleID: style, Value: v}
		default:
			row[cell.Column] = v
		}
	}
	return out.SetRow(fmt.Sprintf("A%d", cells[0].Row+1), row)
}

// chineseDates are the built-in formats of dates in Chinese workbooks (ECMA-376 part 1, 18.8.30), which need no code.
var chineseDates = map[uint16]string{
	27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`, 32: `h"时"mm"分"`,
	33: `h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`, 50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`,
	54: `m"月"d"日"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

func (c *converter) style(as shownAs) (int, error) {
	if as.id == 0 {
		return 0, nil
	}
	if id, ok := c.styles[as]; ok {
		return id, nil
	}
	style := &excelize.Style{NumFmt: int(as.id)}
	if code := cmp.Or(as.code, chineseDates[as.id]); code != "" {
		style = &excelize.Style{CustomNumFmt: &code}
	}
	id, err := c.book.NewStyle(style)
	if err != nil {
		id = 0 // a format that nobody knows: the number is shown as it is
	}
	c.styles[as] = id
	return id, nil
}
