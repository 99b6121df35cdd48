// Package biff reads the cells of workbooks as Excel 97 to 2003 and WPS (.xls, .et) store them: BIFF8 (MS-XLS) in a
// compound file (MS-CFB).
//
// A workbook's bytes flow in; sheets and their cells flow out in the order in which they stand, each with the format in
// which its number is shown, since only that tells a date. Formulas come with the result that was saved. What is read is
// values: charts, comments, pictures and macros are passed over. It writes nothing.
package biff
