// Package template makes workbooks for clerks to fill in, a layer each.
//
// A layer's declaration flows in, and which of its fields the clerk may write; a workbook flows out. Its first sheet has
// nothing but the headings that the import knows again, with lists to choose from and rules that refuse what the import
// would refuse. Its second sheet, which the import passes over, explains each column and shows an example.
//
// It reads no store and knows nothing of HTTP.
package template
