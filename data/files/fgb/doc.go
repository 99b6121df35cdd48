// Package fgb reads and writes FlatGeobuf (version 3, flatgeobuf.org): a header, an index
// and features behind each other, each a FlatBuffer.
//
// A Reader takes a stream and gives the header and then a feature at a time; it passes
// over the index. A Writer takes features and writes a file with a packed Hilbert R-tree,
// by which programs fetch a part of it over a network. Geometries are orb's, values are
// nil, bool, int64, float64 or string.
//
// It knows nothing of records, of the catalogue and of coordinate systems: what the header
// says of the system is passed on. Nothing in a file is trusted: sizes are held against
// Limits and against what is there, and an offset that leads astray spoils one feature.
package fgb
