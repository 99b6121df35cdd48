package programme

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/coverage"
)

// fibreSketch is the sketch of a programme that lays cables along roads, from fibre nodes
// and from villages that have fibre. The network's nodes are the first nodes.
type fibreSketch struct {
	*sketch
	near *network.Field // finds the nearest road
}

func newFibreSketch(r *coverage.Result, wanted []int, by Measure) (*sketch, error) {
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
	for _, v := range wanted {
		at, _ := r.Villages.At(v)
		node, ok := s.beside(at)
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
		straight(at, snap.Place, 1, rules.Limit("programme.fibre_wan_km").Value),
	)
	return node, true
}
