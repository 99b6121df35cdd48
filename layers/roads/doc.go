// Package roads makes the network of the road layer: which roads are there by a year,
// which of them are hardened, what a vehicle can pass, and how fast. A snapshot flows
// in, a network.Graph with its subsets flows out. All roads of a table, of whatever year,
// are one graph, of which the network of a year is a view; after an edit that graph is
// patched, and what belongs to the years is carried on. It asks the graph nothing itself: what
// people want to know of it is asked by near, coverage and siting.
package roads
