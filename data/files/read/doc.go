// Package read reads the files that planning offices exchange, a file a format.
//
// A file flows in by Open and comes out as records, one after the other, in memory that
// does not grow with the file: attributes under the headings that the file has, geometry
// in the file's own coordinates. What was found out about the file (format, encoding,
// coordinate system, heading row) stands in the Source, for a person to see and to
// overrule by Options.
//
// It knows nothing of layers, moves no coordinates and mends no values: that is the
// importer's work. What it cannot read it says with file, row, column and what is allowed.
// Sizes that a file declares are never trusted with memory: see the limits in limits.go.
package read
