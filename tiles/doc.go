// Package tiles makes vector tiles out of a snapshot: Mapbox Vector Tiles 2.1,
// straight from its integers, and TileJSON 3.0 to describe them.
//
// A snapshot, layers' ids and a tile's number flow in; bytes flow out, the same
// bytes for the same content whatever process makes them and however the content
// came about. It reads no database, speaks no HTTP and changes nothing.
package tiles
