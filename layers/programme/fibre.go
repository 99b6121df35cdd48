package programme

import (
	"context"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/coverage"
)

// fibreSketch is the sketch of a programme that lays cables along roads, from fibre nodes
// from villages that have fibre and from cables. The network's nodes are the first nodes.
type fibreSketch struct {
	*sketch
	near *network.Field // finds the nearest road
}

func newFibreSketch(r *coverage.Result, wanted []int, by Measure, cables *coverage.Lines) (*sketch, error) {
	g := r.Network.Graph
	s := &fibreSketch{sketch: &sketch{r: r, by: by, kind: Cable, feet: map[int32][]foot{}, nodes: int32(g.Nodes())}}
	var err error
	if s.near, err = g.Reach(context.Background(), nil, network.Query{Over: r.Network.Passable, MaxSnap: 1e-3}); err != nil {
		return nil, err
	}
	root := s.node()
	s.roots = []entry{{root, -1}}
	for _, at := range r.FibreAt() {
		if node, ok := s.beside(at); ok {
			s.join(root, node, true, piece{})
		}
	}
	s.tap(root, cables)
	for _, v := range wanted {
		at, _ := r.Villages.At(v)
		node, ok := s.beside(at)
		if direct, near := s.fromCable(at, cables); near {
			if !ok {
				node, ok = s.node(), true
			}
			s.join(root, node, true, direct)
		}
		switch {
		case r.HasFibre(v): // and too little bandwidth: nothing is to be laid
			s.aim(v, []int32{root})
		case !ok:
			s.left = append(s.left, Left{v, NoWay})
		default:
			s.aim(v, []int32{node})
		}
	}
	wan := r.Rules().Limit("programme.fibre_wan_km").Value / 1e3
	s.lay(r.Network.Passable.Has, func(node int32) int32 { return node }, func(uint32) (float64, bool) { return wan, true })
	return s.sketch, nil
}

// tap joins cables to the root: where they end and, by the nearest one, where they pass junctions of roads.
func (s *fibreSketch) tap(root int32, cables *coverage.Lines) {
	if cables == nil {
		return
	}
	nearest := map[int32]coverage.Tap{}
	for _, tap := range cables.Taps() {
		if tap.Node < 0 {
			if node, ok := s.beside(tap.At); ok {
				s.join(root, node, true, piece{})
			}
		} else if n, ok := nearest[tap.Node]; !ok || tap.Metres < n.Metres {
			nearest[tap.Node] = tap
		}
	}
	for _, node := range slices.Sorted(maps.Keys(nearest)) {
		s.join(root, node, true, s.cable(nearest[node].At, nearest[node].Via))
	}
}

// fromCable is the straight cable to a place from the nearest one; ok is false where none is near.
func (s *fibreSketch) fromCable(at orb.Point, cables *coverage.Lines) (p piece, ok bool) {
	if cables == nil {
		return p, false
	}
	cables.Within(at, directM, func(_ uint32, place orb.Point, _ float64) bool {
		p, ok = s.cable(place, at), true
		return false
	})
	return p, ok
}

// cable is one that is laid straight.
func (s *fibreSketch) cable(from, to orb.Point) piece {
	return straight(from, to, 1, s.r.Rules().Limit("programme.fibre_wan_km").Value)
}

// beside is a node at a place, joined to the nearest road by a cable of its own.
func (s *fibreSketch) beside(at orb.Point) (node int32, ok bool) {
	rules := s.r.Rules()
	snap := s.near.At(at).From
	if snap.Edge < 0 || snap.WalkM > rules.Limit("programme.max_link_m").Value {
		return 0, false
	}
	node = s.node()
	s.join(
		node, s.footOn(snap, func(n int32) int32 { return n }), false,
		s.cable(at, snap.Place),
	)
	return node, true
}
