// Package clip cuts lines and polygons to a tile's buffered square, in whole units.
//
// Stored vertices and a tile's grid flow in; what of them lies in the tile flows out, rounded
// as all tiles of the zoom round. It stands in the path of every tile, so Shapes and the
// clipper keep their memory from one feature to the next.
package clip
