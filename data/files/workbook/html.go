package workbook

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/cuntu/cuntu/data/files/record"
)

// Limits of a table.
const (
	mostColumns = 4096
	mostSpan    = 4096 // rows or columns that one cell may span
)

// FromHTML makes one at path of the tables of a web page, a sheet each. Tables that hold others only arrange them.
func FromHTML(text io.Reader, path string) error {
	page, err := html.Parse(text)
	if err != nil {
		return fmt.Errorf("the page cannot be read: %w", err)
	}
	return create(path, func(out *sheets) error {
		for t := range page.Descendants() {
			if t.DataAtom != atom.Table || !has(t, atom.Td) || has(t, atom.Table) {
				continue
			}
			name := fmt.Sprintf("表%d", out.made+1)
			if err := out.add(name, func(w *excelize.StreamWriter) error { return writeTable(w, t) }); err != nil {
				return err
			}
		}
		if out.made == 0 {
			return errors.New("is a web page without a table")
		}
		return nil
	})
}

func has(table *html.Node, tag atom.Atom) bool {
	for n := range table.Descendants() {
		if n.DataAtom == tag {
			return true
		}
	}
	return false
}

// writeTable writes a table to a sheet, cells that span others as merged ones.
func writeTable(out *excelize.StreamWriter, table *html.Node) error {
	taken := map[[2]int]bool{} // by cells of rows above
	at := 0
	var merges [][4]int
	for n := range table.Descendants() {
		if n.DataAtom != atom.Tr {
			continue
		}
		if at >= record.MostSheetRows {
			return &record.TooLargeError{What: "the number of rows", Limit: record.MostSheetRows}
		}
		var row []any
		for cell := n.FirstChild; cell != nil; cell = cell.NextSibling {
			if cell.DataAtom != atom.Td && cell.DataAtom != atom.Th {
				continue
			}
			for taken[[2]int{at, len(row)}] {
				row = append(row, nil)
			}
			down, across := span(cell, "rowspan"), span(cell, "colspan")
			if len(row)+across > mostColumns {
				return &record.TooLargeError{What: "the number of columns", Limit: mostColumns}
			}
			if down > 1 || across > 1 {
				merges = append(merges, [4]int{at, at + down - 1, len(row), len(row) + across - 1})
			}
			for y := 1; y < down; y++ {
				for x := range across {
					taken[[2]int{at + y, len(row) + x}] = true
				}
			}
			row = append(row, filledIn(cellText(cell)))
			row = append(row, make([]any, across-1)...)
		}
		at++
		if err := out.SetRow("A"+strconv.Itoa(at), row); err != nil {
			return err
		}
	}
	for _, m := range merges {
		if err := mergeCells(out, m[0], min(m[1], at-1), m[2], m[3]); err != nil {
			return err
		}
	}
	return nil
}

func span(cell *html.Node, name string) int {
	for _, a := range cell.Attr {
		if a.Key == name {
			if n, err := strconv.Atoi(strings.TrimSpace(a.Val)); err == nil {
				return min(max(1, n), mostSpan)
			}
		}
	}
	return 1
}

// cellText is the words of a cell, its lines apart.
func cellText(cell *html.Node) string {
	var b strings.Builder
	for n := range cell.Descendants() {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Br, n.DataAtom == atom.P:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// filledIn is a text, or nothing where it is empty.
func filledIn(text string) any {
	if text == "" {
		return nil
	}
	return text
}
