// Package dem answers how high and how steep the ground is, from digital elevation
// models.
//
// Tiles of cells flow in, packed; heights, slopes and statistics of areas flow
// out, for places in degrees of WGS 84. What it does not know it says it does not
// know: no height is made up beyond the cells. It reads no files and keeps no
// store: data/elevation does.
//
//	Lattice  where cells lie: a coordinate system, a cell size and a phase. Files
//	         whose cells fall on one lattice join without a seam.
//	Tile     512 × 512 cells of a lattice, each a height or unknown, packed into a
//	         third of their size
//	Model    any number of tiles on any number of lattices, the finest first. Packed
//	         tiles stay in memory, unpacked ones come and go within a limit.
package dem
