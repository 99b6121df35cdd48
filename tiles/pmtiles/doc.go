// Package pmtiles writes and reads tile archives in the PMTiles format, version 3
// (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md): one file that a
// client reads by ranges, without a server that knows of tiles.
//
// Tiles of vectors, compressed and in the order of their ids, flow into a Writer and
// a clustered archive comes out, in which equal tiles lie once. A Reader takes any
// archive, of whatever it holds, by random access. Nothing here makes a tile or
// speaks HTTP.
package pmtiles
