package intake_test

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestTheWorkbookIsTheLedger makes dirty.xlsx of dirty.csv when told to: title and
// date over merged cells, as offices make them.
func TestTheWorkbookIsTheLedger(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	in, err := os.Open("testdata/dirty.csv")
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
	if err := book.SaveAs("testdata/dirty.xlsx"); err != nil {
		t.Fatal(err)
	}
}
