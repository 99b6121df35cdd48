// Package features reads a layer as OGC API Features has it: pages of the features that match, in an order, written as
// GeoJSON straight from the columns.
//
// A table of a snapshot and a Request flow in, a Page of rows flows out, and bytes where they are written. What a page is
// of is found by the index that knows the fewest rows that may match (codes, the R-tree, columns that were put in order),
// and row by row from there; it is kept until the layer changes, so that the last page costs what the first does. A page
// begins behind the last feature of the one before, by its values and id, so that edits in between neither repeat nor
// skip a feature that they leave alone. How many rows are looked at, and for how long, is bounded.
//
// It knows nothing of HTTP and changes nothing.
package features
