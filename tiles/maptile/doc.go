// Package maptile numbers the tiles of the Web Mercator world, and gives each its box and its
// grid: how stored vertices become a tile's units.
//
// It knows nothing of what a tile shows.
package maptile
