package write

import (
	"cmp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// creditSheet is a name by which the import knows that a sheet holds no data.
const creditSheet = "说明"

// CreditSheet adds a sheet with a credit to a workbook, behind the others; none for "".
func CreditSheet(book *excelize.File, credit string) error {
	if credit == "" {
		return nil
	}
	_, err := book.NewSheet(creditSheet)
	return cmp.Or(
		err,
		book.SetCellStr(creditSheet, "A1", credit),
		book.SetColWidth(creditSheet, "A", "A", 100),
		book.SetDocProps(&excelize.DocProperties{Description: credit}),
	)
}

// mostFoot is how many characters of the 255 that Excel takes a credit may have, with room for the pages' numbers.
const mostFoot = 240

// Foot puts a credit at the foot of a sheet's printed pages; nothing for "". A sheet that is streamed must not be flushed yet.
func Foot(book *excelize.File, sheet, credit string) error {
	if credit == "" {
		return nil
	}
	text := []rune(strings.ReplaceAll(credit, "&", "&&")) // & begins a command there
	foot := "&L" + strings.TrimRight(string(text[:min(len(text), mostFoot)]), "&") + "&R&P/&N"
	return book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: foot})
}
