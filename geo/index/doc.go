// Package index finds the items near a place: an R-tree over quantised boxes.
//
// Boxes with ids flow in; the ids of those that meet a box, or the nearest to a
// place in true metres, flow out. What an item is, and how far it lies from a
// place, only the caller knows. Copy makes the next version of a tree cheaply while
// readers stay on the old one.
//
// Searching n items for m costs about log n + m; an insertion log n, and as many
// copied nodes of 2 KB as the tree is high (4 for a million) when the tree is a
// copy. An item takes some 50 bytes.
package index
