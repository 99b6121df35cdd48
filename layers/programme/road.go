package programme

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/coverage"
)

// margin is, in metres, how much nearer than the reach a road must pass: cutting a road
// rounds its new end to the grid.
const margin = 0.05

// roadSketch is the sketch of a programme that hardens roads. What hangs together by
// hardened roads is one node: the network's components are the first nodes.
type roadSketch struct {
	*sketch
	soft  *network.Subset // what may be hardened and then entered
	leads map[int32]bool  // passable components that lead to a seat
	// nearRoot and nearOpen find the nearest road that leads to a seat: a hardened one,
	// and any.
	nearRoot, nearOpen *network.Field
}

func newRoadSketch(r *coverage.Result, wanted []int, by Measure) (*sketch, error) {
	s := &roadSketch{
		sketch: &sketch{r: r, by: by, kind: Harden, costs: newCosts(r), feet: map[int32][]foot{}, nodes: int32(r.Hardened.Over.Components())},
	}
	g := r.Network.Graph
	s.soft = g.Where(func(e int32, _ network.Attributes) bool { return r.Passable.Enter.Has(e) && !r.Hardened.Over.Has(e) })
	if err := s.enter(); err != nil {
		return nil, err
	}
	if err := s.look(); err != nil {
		return nil, err
	}
	for _, v := range wanted {
		if err := s.village(v); err != nil {
			return nil, err
		}
	}
	s.lay(func(e int32) bool { return r.Passable.Over.Has(e) && !r.Hardened.Over.Has(e) }, s.end, s.costs.metre)
	return s.sketch, nil
}

// end is the node of an end of an edge.
func (s *roadSketch) end(node int32) int32 { return s.r.Hardened.Over.Component(node) }

func (s *roadSketch) at(snap network.Snap) int32 {
	if s.r.Hardened.Over.Has(snap.Edge) {
		return s.end(s.r.Network.Graph.Edge(snap.Edge).A)
	}
	return s.footOn(snap, s.end)
}

// enter finds where the counties' roads begin: on the hardened roads that have arrived
// at the seats, and where other roads come within the seats' reach, once hardened. Where
// nothing hardened has arrived at all, on the nearest road.
func (s *roadSketch) enter() error {
	r, g := s.r, s.r.Network.Graph
	for county, components := range r.Hardened.Arrived {
		for _, c := range components {
			s.roots = append(s.roots, entry{c, int32(county)})
		}
	}
	for _, seat := range r.Seats {
		reach, first := r.Rules().Limit("road.seat_reach_m").Value, false
		near, err := g.Snap(seat.At, network.Query{Over: r.Hardened.Enter, MaxSnap: reach})
		if err != nil {
			return err
		}
		if len(near) == 0 {
			// The nearest hardened road farther away stands for the seat, and a nearer one
			// would take its place.
			if len(r.Hardened.Arrived[seat.County]) > 0 {
				continue
			}
			reach, first = network.DefaultMaxSnap, true
		}
		snaps, err := g.Snap(seat.At, network.Query{Over: s.soft, MaxSnap: reach - margin})
		if err != nil {
			return err
		}
		for i, snap := range snaps {
			if i == 0 || !first {
				s.roots = append(s.roots, entry{s.at(snap), seat.County})
			}
		}
	}
	return nil
}

// look prepares what finds the roads that lead to a seat.
func (s *roadSketch) look() (err error) {
	r, g := s.r, s.r.Network.Graph
	root := map[int32]bool{}
	for _, e := range s.roots {
		root[e.node] = true
	}
	s.leads = map[int32]bool{}
	for e := range int32(g.Edges()) {
		edge := g.Edge(e)
		if r.Passable.Over.Has(e) && (root[s.end(edge.A)] || root[s.end(edge.B)] || s.rootOn(e, root)) {
			s.leads[r.Passable.Over.Component(edge.A)] = true
		}
	}
	// With next to no snapping distance a field looks straight for the nearest edge.
	find := func(keep func(e int32) bool) (*network.Field, error) {
		over := g.Where(func(e int32, _ network.Attributes) bool { return keep(e) })
		return g.Reach(context.Background(), nil, network.Query{Over: over, MaxSnap: 1e-3})
	}
	s.nearRoot, err = find(func(e int32) bool { return r.Hardened.Enter.Has(e) && root[s.end(g.Edge(e).A)] })
	if err != nil {
		return err
	}
	s.nearOpen, err = find(func(e int32) bool { return r.Passable.Enter.Has(e) && s.leads[r.Passable.Over.Component(g.Edge(e).A)] })
	return err
}

func (s *roadSketch) rootOn(e int32, root map[int32]bool) bool {
	for _, f := range s.feet[e] {
		if root[f.node] {
			return true
		}
	}
	return false
}

// village makes a village a target: of each road within reach, where it passes nearest.
func (s *roadSketch) village(v int) error {
	r, g := s.r, s.r.Network.Graph
	at, _ := r.Villages.At(v)
	if c := r.Villages.County[v]; c < 0 || !s.seated(c) {
		s.left = append(s.left, Left{v, NoPlace})
		return nil
	}
	var nodes, stranded []int32
	var places []orb.Point
	for _, over := range []*network.Subset{r.Hardened.Enter, s.soft} {
		snaps, err := g.Snap(at, network.Query{Over: over, MaxSnap: r.Rules().Limit("road.reach_m").Value - margin})
		if err != nil {
			return err
		}
		for _, snap := range snaps {
			if s.leads[r.Passable.Over.Component(g.Edge(snap.Edge).A)] {
				nodes = append(nodes, s.at(snap))
			} else {
				stranded, places = append(stranded, s.at(snap)), append(places, snap.Place)
			}
		}
	}
	if len(nodes) == 0 {
		node, ok := s.link(at)
		if !ok {
			s.left = append(s.left, Left{v, NoWay})
			return nil
		}
		// Roads here that lead nowhere may bring others to the link.
		for i, n := range stranded {
			s.join(node, n, false, s.linkPiece(at, places[i]))
		}
		nodes = []int32{node}
	}
	s.aim(v, nodes)
	return nil
}

func (s *roadSketch) seated(county int32) bool {
	for _, seat := range s.r.Seats {
		if seat.County == county {
			return true
		}
	}
	return false
}

func (s *roadSketch) linkPiece(from, to orb.Point) piece {
	rules := s.r.Rules()
	return straight(from, to, rules.Limit("programme.link_detour").Value, rules.Limit("programme.new_road_wan_km").Value)
}

// link is a node at a place without a road, from which a new road may lead to the
// nearest that goes on to a seat, hardened or not.
func (s *roadSketch) link(at orb.Point) (node int32, ok bool) {
	node = s.node()
	for _, near := range []*network.Field{s.nearRoot, s.nearOpen} {
		snap := near.At(at).From
		if snap.Edge < 0 || snap.WalkM > s.r.Rules().Limit("programme.max_link_m").Value {
			continue
		}
		s.join(node, s.at(snap), false, s.linkPiece(at, snap.Place))
		ok = true
	}
	return node, ok
}
