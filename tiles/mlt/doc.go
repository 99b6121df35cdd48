// Package mlt writes MapLibre Tiles (https://maplibre.org/maplibre-tile-spec/), version 1:
// vector tiles that hold a layer's features in columns.
//
// Columns flow in, a layer at a time, and a layer's bytes come out; a tile is its layers
// one after another. Nothing here knows where the columns come from, and nothing reads
// tiles.
//
// Each stream of whole numbers goes out in whichever of four ways takes the fewest bytes:
// as they are, as differences, as runs, as runs of differences. Counting the bytes is one
// pass, so nothing is sampled or guessed, and the same columns are the same bytes always.
// The numbers are varints. FastPFOR, which the format has too, is smaller as it is but
// larger once compressed by gzip or brotli, as tiles are sent; and of the readers there
// are, not all have it.
package mlt
