// Package workbook makes workbooks of today (.xlsx) of tables of other kinds: of Excel 97 to 2003 and WPS, and of web
// pages. What they hold is then read by one reader, so that dates, shares and merged cells mean the same whatever they
// come in. A table flows in, a file on the disk comes out.
package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// create makes a workbook at path of what fill puts into it.
func create(path string, fill func(out *sheets) error) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := fill(&sheets{book: book}); err != nil {
		return err
	}
	if err := book.SaveAs(path); err != nil {
		return fmt.Errorf("the table cannot be made into a workbook: %w", err)
	}
	return nil
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
