// Package tiles keeps the vector tiles of a snapshot, which package encode draws: the cache
// that a server answers from, all tiles of an area for an archive, and TileJSON 3.0 to
// describe them.
//
// A snapshot, layers' ids and a tile's number flow in; bytes flow out, packed as the caller
// takes them. An edit drops the tiles that it touches and no others. It reads no database,
// speaks no HTTP and changes nothing.
package tiles
