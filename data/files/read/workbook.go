package read

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

// asWorkbook reads a table of another kind by XLSX: fill makes a workbook of it, which lies in a temporary file while it
// is read. Dates, shares and merged cells then mean the same whatever they come in.
func (j *Job) asWorkbook(fill func(book *excelize.File) error) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := fill(book); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "cuntu-workbook-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const name = "book.xlsx"
	if err := book.SaveAs(filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("the table cannot be made into a workbook: %w", err)
	}
	j.folder, j.name = directory{fs: os.DirFS(dir), dir: "."}, name
	return j.XLSX()
}

// sheets adds sheets to a workbook one after another.
type sheets struct {
	book *excelize.File
	made int
}

// add makes a sheet, which fill writes row by row.
func (s *sheets) add(name string, fill func(out *excelize.StreamWriter) error) error {
	first := s.book.GetSheetName(0)
	if s.made == 0 {
		if err := s.book.SetSheetName(first, name); err != nil {
			return fmt.Errorf("sheet %q: %w", name, err)
		}
	} else if _, err := s.book.NewSheet(name); err != nil {
		return fmt.Errorf("sheet %q: %w", name, err)
	}
	s.made++
	out, err := s.book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := fill(out); err != nil {
		return err
	}
	return out.Flush()
}

// mergeCells makes one of a rectangle of cells, from 0.
func mergeCells(out *excelize.StreamWriter, top, bottom, left, right int) error {
	from, err := excelize.CoordinatesToCellName(left+1, top+1)
	if err != nil {
		return err
	}
	to, err := excelize.CoordinatesToCellName(right+1, bottom+1)
	if err != nil {
		return err
	}
	return out.MergeCell(from, to)
}
