// Package index finds the items near a place: an R-tree over quantised boxes.
//
// Boxes with ids flow in; the ids of those that meet a box, or the nearest to a
// place in true metres, flow out. What an item is, and how far it lies from a
// place, only the caller knows. Copy makes the next version of a tree cheaply while
// readers stay on the old one.
//
// Searching n items for m costs about log n + m; an insertion log n, and as many
// copied nodes of 1 KB as the tree is high (4 for a million) when the tree is a
// copy. A loaded tree takes 21 bytes an item, one that grew by insertion about 35.
//
// It is written for this grid because a tree that is generic in its number type
// multiplies sides of int32 into areas of int32, which overflow for any box
// wider than some hundred metres and leave the tree without a sense of size.
package index
