// Package plane is the flat map that the demo is made on: metres from a middle, a grid of
// cells over it, and luck that depends on a seed and a place alone.
package plane
