// Package export writes the features of a layer to the files that offices and GIS
// programs read.
//
// A Request of words, as flags or parameters have them, and a snapshot flow in;
// New checks all of it at once. Out flow a stream or a file in one of
// the formats that package files lists: the rows that the request lets through, by ascending id,
// in the coordinate system, with the headings and the spelling of values that it
// asks for. A file with Chinese headings and titles is what a clerk fills in, and
// what the import recognises again.
//
// It holds one feature at a time, opens no store and knows nothing of HTTP.
package export
