// Package encode draws a tile of a snapshot: Mapbox Vector Tiles 2.1 and MapLibre Tiles 1,
// straight from the snapshot's integers.
//
// A snapshot, layers' ids, a tile's number and Options flow in; bytes flow out, the same bytes
// for the same content whatever process makes them and however the content came about. An
// Encoder keeps its memory from tile to tile. What is thinned and ranked ahead of drawing is
// the snapshot's work; what is kept of drawn tiles is package tiles'.
package encode
