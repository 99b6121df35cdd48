package coverage

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/service"
)

// A way out is the one with the fewest unhardened metres. Of those with equally few
// the shortest is wanted, and edges that cost nothing would not tell them apart: a
// hardened edge costs a millimetre, and one more for each 100 m. On the longest way
// through a prefecture, 300 km, that adds up to some metres.
const hardenedScale = 100_000

func wayWeights(g *network.Graph) []uint32 {
	weights := make([]uint32, g.Edges())
	for e := range weights {
		edge := g.Edge(int32(e))
		mm := uint32(edge.Metres * 1e3)
		if edge.Hardened {
			mm = 1 + mm/hardenedScale
		}
		weights[e] = mm
	}
	return weights
}

// ways answers for the ways out to the seat of one county.
type ways struct {
	open    *network.Subset // passable, and to be entered where it passes
	weights []uint32
	ends    [][]orb.Point // by county: a place of the seat on each component that has arrived
}

// newWays takes as ends of the ways where the seats meet what is hardened; a seat
// that meets none is its own end. Ways leave out roads with controlled access, for a
// way that begins on one is none: where such a road alone would spare an unhardened
// stretch, that is not seen.
func newWays(g *network.Graph, seats []Seat, open *network.Subset, hardened *gate, rules *service.Rules) (*ways, error) {
	w := &ways{open: open, weights: wayWeights(g), ends: make([][]orb.Point, len(hardened.arrived))}
	for _, s := range seats {
		snaps, err := g.Snap(
			s.At, network.Query{Over: hardened.access, MaxSnap: max(rules.Limit("road.seat_reach_m").Value, network.DefaultMaxSnap)},
		)
		if err != nil {
			return nil, err
		}
		met := map[int32]bool{}
		for _, c := range hardened.arrived[s.County] {
			met[c] = true
		}
		if len(met) == 0 {
			w.ends[s.County] = append(w.ends[s.County], s.At)
		}
		for _, snap := range snaps { // the nearest first
			if c := hardened.component(snap.Edge); met[c] {
				met[c] = false
				w.ends[s.County] = append(w.ends[s.County], snap.Place)
			}
		}
	}
	return w, nil
}

func (w *ways) query() network.Query { return network.Query{Over: w.open, Weights: w.weights} }

// findWays finds the best way out of every village without a road: one pass over
// the network for each county that has such villages.
func (r *Result) findWays(ctx context.Context, seats []Seat, open *network.Subset, hardened *gate) error {
	w, err := newWays(r.Network.Graph, seats, open, hardened, r.Rules())
	if err != nil {
		return err
	}
	r.ways = w
	lacking := make([][]int, len(r.Counties))
	for i, state := range r.States[service.Road] {
		if c := r.Villages.County[i]; state == service.Not && c >= 0 {
			lacking[c] = append(lacking[c], i)
		}
	}
	gaps := make([][]Gap, r.Villages.Len())
	err = eachPlace(ctx, len(lacking), func(county int) error {
		if len(lacking[county]) == 0 {
			return nil
		}
		field, err := r.Network.Graph.Reach(ctx, w.ends[county], w.query())
		if err != nil {
			return err
		}
		for _, i := range lacking[county] {
			at, _ := r.Villages.At(i)
			route := field.Route(at)
			if route.State != network.Reached {
				continue
			}
			r.Roads.UnhardenedM[i], r.Roads.WayM[i], r.Roads.WalkM[i] = float32(route.UnhardenedM), float32(route.Metres), float32(route.From.WalkM)
			gaps[i] = gapsOf(route)
		}
		return nil
	})
	for i, list := range gaps {
		r.Roads.gaps = append(r.Roads.gaps, list...)
		r.Roads.gapsEnd[i] = int32(len(r.Roads.gaps))
	}
	return err
}

// gapsOf joins the steps of one road that follow each other.
func gapsOf(route network.Route) []Gap {
	var list []Gap
	last := -1
	for n, s := range route.Steps {
		if s.Hardened {
			continue
		}
		from, to := route.Line[s.Begin], route.Line[s.End]
		if last == n-1 && len(list) > 0 && list[len(list)-1].Row == s.Row {
			list[len(list)-1].Metres += float32(s.Metres)
			list[len(list)-1].To = to
		} else {
			list = append(list, Gap{s.Row, float32(s.Metres), from, to})
		}
		last = n
	}
	return list
}

// WayOut is the best way from a village to its county seat, with its geometry. It
// costs some milliseconds.
func (r *Result) WayOut(ctx context.Context, i int) (network.Route, error) {
	at, ok := r.Villages.At(i)
	county := r.Villages.County[i]
	if !ok || county < 0 || len(r.ways.ends[county]) == 0 {
		return network.Route{}, fmt.Errorf("village %d has no place or its county no seat", r.Villages.Table.ID(r.Villages.Rows[i]))
	}
	field, err := r.Network.Graph.Reach(ctx, r.ways.ends[county], r.ways.query())
	if err != nil {
		return network.Route{}, err
	}
	return field.Route(at), nil
}
