package fgb

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/curve"
)

// item is a feature in the index.
type item struct {
	box  orb.Bound
	at   int64 // where it stands in the scratch
	size uint32
	cell uint32 // its number along Hilbert's curve
}

// nowhere is empty and grows to what is added to it.
var nowhere = orb.Bound{
	Min: orb.Point{math.Inf(1), math.Inf(1)},
	Max: orb.Point{math.Inf(-1), math.Inf(-1)},
}

func bound(items []item) orb.Bound {
	box := nowhere
	for _, f := range items {
		box = grown(box, f.box)
	}
	return box
}

func grown(a, b orb.Bound) orb.Bound {
	return orb.Bound{
		Min: orb.Point{min(a.Min[0], b.Min[0]), min(a.Min[1], b.Min[1])},
		Max: orb.Point{max(a.Max[0], b.Max[0]), max(a.Max[1], b.Max[1])},
	}
}

// hilbertBits are those of a cell's column and row.
const hilbertBits = 16

// sortByHilbert puts features that lie near each other near each other. Those in one cell
// stay in the order in which they came.
func sortByHilbert(items []item, all orb.Bound) {
	cell := func(v, low, high float64) uint32 {
		if high <= low {
			return 0
		}
		return uint32((v - low) / (high - low) * (1<<hilbertBits - 1))
	}
	for i := range items {
		f := &items[i]
		x := cell((f.box.Min[0]+f.box.Max[0])/2, all.Min[0], all.Max[0])
		y := cell((f.box.Min[1]+f.box.Max[1])/2, all.Min[1], all.Max[1])
		f.cell = uint32(curve.Hilbert(x, y, hilbertBits))
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.cell, b.cell) })
}

// appendIndex writes the packed R-tree: the root first, the features' own boxes last. A
// node has a box and the number of its first child, a leaf that of its feature's first
// byte behind the index.
func appendIndex(b []byte, items []item, branching int) []byte {
	type node struct {
		box   orb.Bound
		first uint64
	}
	leaves := make([]node, len(items))
	at := uint64(0)
	for i, f := range items {
		leaves[i] = node{f.box, at}
		at += uint64(f.size)
	}
	levels := [][]node{leaves}
	for below := leaves; ; {
		level := make([]node, 0, len(below)/branching+1)
		for i := 0; i < len(below); i += branching {
			n := node{nowhere, uint64(i)} // in its level, so far
			for _, child := range below[i:min(i+branching, len(below))] {
				n.box = grown(n.box, child.box)
			}
			level = append(level, n)
		}
		levels = append(levels, level)
		if below = level; len(level) <= 1 {
			break
		}
	}
	begins := uint64(0) // the number of the first node of the level below
	for i, level := range slices.Backward(levels) {
		begins += uint64(len(level))
		for _, n := range level {
			for _, v := range []float64{n.box.Min[0], n.box.Min[1], n.box.Max[0], n.box.Max[1]} {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
			if i > 0 {
				n.first += begins
			}
			b = binary.LittleEndian.AppendUint64(b, n.first)
		}
	}
	return b
}
