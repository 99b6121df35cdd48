// Package summary rolls the fields of a layer up by town, county or prefecture: how many
// features have which value, and sums, means and classes of numbers.
//
// A table and an ask flow in, a row for each area flows out. What is not on record is
// counted as unknown and in no mean. It knows no services and no targets: those are
// layers/coverage's, whose states come in as fields of the table.
package summary
