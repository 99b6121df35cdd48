package clip

// Point is a vertex in a tile's units, clipped to the buffered tile.
type Point struct{ X, Y int32 }
