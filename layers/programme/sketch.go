package programme

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/steiner"
	"github.com/cuntu/cuntu/layers/coverage"
)

// sketch is a programme along roads as a problem of joining nodes.
type sketch struct {
	r       *coverage.Result
	by      Measure
	costs   *costs
	kind    Kind
	nodes   int32
	edges   []steiner.Edge
	pieces  []piece // by edge; the zero piece is nothing to build
	roots   []entry
	targets []target
	feet    map[int32][]foot // by the network's edge
	left    []Left
}

// piece is what an edge stands for: a part of the network's edge, or a straight line.
type piece struct {
	edge             int32 // plus one; 0: none
	fromM, toM       float64
	metres, wan      float64
	estimated        bool
	straight         bool
	straightA, toEnd orb.Point
}

// entry is a node at which a county's programme begins, or every county's.
type entry struct {
	node   int32
	county int32 // -1: every
}

// target is a village to be joined, as a node of its own.
type target struct {
	node    int32
	village int
}

// foot is a place on an edge of the network as a node.
type foot struct {
	mm   int64
	node int32
}

func (s *sketch) node() int32 {
	s.nodes++
	return s.nodes - 1
}

func (s *sketch) join(a, b int32, oneWay bool, p piece) {
	s.edges = append(s.edges, steiner.Edge{A: a, B: b, Cost: s.by.units(p.metres, p.wan), OneWay: oneWay})
	s.pieces = append(s.pieces, p)
}

// footOn is the node at a place of an edge; ends are the nodes of the edge's ends.
func (s *sketch) footOn(snap network.Snap, ends func(node int32) int32) int32 {
	e := s.r.Network.Graph.Edge(snap.Edge)
	mm, length := int64(math.Round(snap.AlongM*1e3)), int64(math.Round(e.Metres*1e3))
	switch {
	case mm <= 0:
		return ends(e.A)
	case mm >= length:
		return ends(e.B)
	}
	for _, f := range s.feet[snap.Edge] {
		if f.mm == mm {
			return f.node
		}
	}
	f := foot{mm, s.node()}
	s.feet[snap.Edge] = append(s.feet[snap.Edge], f)
	return f.node
}

// lay joins the nodes along the edges of the network that are to be built on, with what a
// metre of each costs.
func (s *sketch) lay(over func(e int32) bool, ends func(node int32) int32, metre func(row uint32) (wan float64, estimated bool)) {
	g := s.r.Network.Graph
	for e := range int32(g.Edges()) {
		if !over(e) {
			continue
		}
		edge := g.Edge(e)
		wan, estimated := metre(edge.Row)
		feet := s.feet[e]
		slices.SortFunc(feet, func(a, b foot) int { return cmp.Compare(a.mm, b.mm) })
		at, node := 0., ends(edge.A)
		for _, f := range feet {
			to := float64(f.mm) / 1e3
			s.join(node, f.node, false, piece{edge: e + 1, fromM: at, toM: to, metres: to - at, wan: wan * (to - at), estimated: estimated})
			at, node = to, f.node
		}
		s.join(
			node, ends(edge.B), false,
			piece{edge: e + 1, fromM: at, toM: edge.Metres, metres: edge.Metres - at, wan: wan * (edge.Metres - at), estimated: estimated},
		)
	}
}

// straight is a piece where there is no road.
func straight(from, to orb.Point, detour, wanKm float64) piece {
	metres := geo.Distance(from, to) * detour
	return piece{straight: true, straightA: from, toEnd: to, metres: metres, wan: wanKm * metres / 1e3, estimated: true}
}

// aim makes a village a target that the nodes serve.
func (s *sketch) aim(village int, nodes []int32) {
	t := target{s.node(), village}
	s.targets = append(s.targets, t)
	for _, n := range nodes {
		s.join(n, t.node, true, piece{})
	}
}

// stretch is what is built of a piece; ok is false where that is nothing.
func (s *sketch) stretch(p piece) (out Stretch, ok bool) {
	out = Stretch{Kind: s.kind, Metres: p.metres, Wan: p.wan, Estimated: p.estimated}
	switch {
	case p.straight:
		if out.Line = (orb.LineString{p.straightA, p.toEnd}); s.kind == Harden {
			out.Kind = Link
		}
	case p.edge > 0:
		g := s.r.Network.Graph
		offset, start := g.Offset(p.edge - 1)
		out.Row = g.Edge(p.edge - 1).Row
		offset += partOffset(s.r.Network.Table.Shape(out.Row), start)
		out.FromM, out.ToM = offset+p.fromM, offset+p.toM
		out.Line = g.Stretch(p.edge-1, p.fromM, p.toM)
	default:
		return out, false
	}
	return out, p.metres > 0
}

// partOffset is how many metres along a shape, whose lines are laid end to end, the line
// begins that starts at a point.
func partOffset(shape geo.Shape, start geo.Point) (metres float64) {
	for i := range shape.Ends {
		part := shape.Part(i)
		if len(part) > 1 && part[0] == start {
			return metres
		}
		metres += geo.Shape{Kind: geo.Lines, Points: part, Ends: []uint32{uint32(len(part))}}.Length()
	}
	return 0
}
