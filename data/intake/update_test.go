package intake_test

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

const dirtyLedger, workbook = "testdata/dirty.csv", "testdata/dirty.xlsx"

// TestTheWorkbookIsTheLedger holds the cells of dirty.xlsx against dirty.csv, which it
// is made of with -update.
func TestTheWorkbookIsTheLedger(t *testing.T) {
	in, err := os.Open(dirtyLedger)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		writeWorkbook(t, rows)
	}
	book, err := excelize.OpenFile(workbook)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	if len(cells) != len(rows) {
		t.Fatalf("%d rows; the ledger has %d", len(cells), len(rows))
	}
	for i := range rows {
		if got, want := withoutEnd(cells[i]), withoutEnd(rows[i]); !slices.Equal(got, want) {
			t.Errorf("row %d is %q, in the ledger %q", i+1, got, want)
		}
	}
}

// withoutEnd is the row up to its last cell that holds something.
func withoutEnd(row []string) []string {
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	return row
}

// writeWorkbook makes the workbook, with title and date over merged cells, as offices
// make them.
func writeWorkbook(t *testing.T, rows [][]string) {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	sheet := book.GetSheetName(0)
	for i, row := range rows {
		for k, cell := range row {
			at, err := excelize.CoordinatesToCellName(k+1, i+1)
			if err == nil && cell != "" {
				err = book.SetCellStr(sheet, at, cell)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, title := range []string{"1", "2"} {
		if err := book.MergeCell(sheet, "A"+title, "O"+title); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(workbook); err != nil {
		t.Fatal(err)
	}
}
