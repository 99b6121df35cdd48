package answer

import (
	"cmp"
	"fmt"
	"io"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/layers/question"
)

// writeBook writes a workbook with a sheet a page, headed by the columns' Chinese titles, and a credit.
func writeBook(w io.Writer, pages []question.Page, credit string) error {
	b := book{file: excelize.NewFile(), credit: credit, taken: map[string]bool{"Sheet1": true}}
	defer b.file.Close()
	var err error
	if b.head, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	for _, p := range pages {
		if err := b.write(p); err != nil {
			return fmt.Errorf("sheet %q: %w", p.Title, err)
		}
	}
	if err := b.file.DeleteSheet("Sheet1"); err != nil { // which a new workbook has
		return err
	}
	if err := write.CreditSheet(b.file, credit); err != nil {
		return err
	}
	return b.file.Write(w)
}

type book struct {
	file   *excelize.File
	credit string
	head   int // the style of headings
	taken  map[string]bool
}

func (b *book) write(p question.Page) error {
	name := b.name(p.Title)
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	row := 0
	put := func(cells []any, options ...excelize.RowOpts) error {
		row++
		return out.SetRow(fmt.Sprintf("A%d", row), cells, options...)
	}
	var heads []any
	for _, c := range p.Columns() {
		heads = append(heads, excelize.Cell{Value: c.Title.Zh})
	}
	if err := put(heads, excelize.RowOpts{StyleID: b.head}); err != nil {
		return err
	}
	err = p.Rows(func(_ orb.Geometry, values ...any) error {
		cells := make([]any, len(values))
		for i, v := range values {
			if cells[i] = plain(v); cells[i] != nil {
				cells[i] = excelize.Cell{Value: cells[i]} // never a formula
			}
		}
		return put(cells)
	})
	if err != nil {
		return err
	}
	return cmp.Or(write.Foot(b.file, name, b.credit), out.Flush())
}

// name is one that a sheet may have and no other has: 31 characters without []:*?/\.
func (b *book) name(want string) string {
	var clean []rune
	for _, r := range want {
		switch r {
		case '[', ']', ':', '*', '?', '/', '\\', '\'':
			r = ' '
		}
		clean = append(clean, r)
	}
	if len(clean) == 0 {
		clean = []rune("—")
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" (%d)", n)
		}
		short := string(clean[:min(len(clean), 31-len(suffix))]) + suffix
		if !b.taken[short] {
			b.taken[short] = true
			return short
		}
	}
}
