package coverage

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

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

// Way is the best way out of a village without a hardened road: that with the fewest unhardened metres.
type Way struct {
	// WayM is the whole way, WalkM the part of it before any road; NaN where there is no way.
	UnhardenedM, WayM, WalkM float32
	Gaps                     []Gap // the unhardened stretches, from the village on
}

// Gap is a stretch of a way out that is not hardened.
type Gap struct {
	Row      uint32 // of the road layer
	Metres   float32
	From, To [2]float64 // degrees
}

// ways are the ways out of all villages without a hardened road: found for a county when one of its villages is first asked
// for, by one pass over the network.
type ways struct {
	r        *Result
	begin    sync.Once
	open     *network.Subset // passable, and to be entered where it passes
	weights  []uint32
	lacking  [][]int        // by county: villages that are not reached
	counties []func() []Way // by county, parallel to lacking
	position []int32        // by village: in lacking
}

var noWay = Way{UnhardenedM: float32(math.NaN()), WayM: float32(math.NaN()), WalkM: float32(math.NaN())}

// Way is the best way out of a village; of one that is reached, or has no place or county, it has no metres.
func (r *Result) Way(i int) Way {
	county := r.Villages.County[i]
	if r.States[service.Road][i] != service.Not || county < 0 {
		return noWay
	}
	r.ways.begin.Do(r.ways.prepare)
	return r.ways.counties[county]()[r.ways.position[i]]
}

// FindWays finds the ways out of all villages for which keep is true, counties side by side.
func (r *Result) FindWays(keep func(i int) bool) {
	first := map[int32]int{}
	for i, county := range r.Villages.County {
		if county >= 0 && r.States[service.Road][i] == service.Not && keep(i) {
			first[county] = i
		}
	}
	villages := slices.Collect(maps.Values(first))
	_ = eachPlace(context.Background(), len(villages), func(n int) error {
		r.Way(villages[n])
		return nil
	})
}

func (w *ways) prepare() {
	r := w.r
	g := r.Network.Graph
	if w.open = r.Passable.Enter; w.open == nil {
		w.open = r.roads.enterable(r.Network.Passable)
	}
	w.weights = wayWeights(g)
	w.lacking, w.position = make([][]int, len(r.Counties)), make([]int32, r.Villages.Len())
	for i, state := range r.States[service.Road] {
		if c := r.Villages.County[i]; state == service.Not && c >= 0 {
			w.position[i] = int32(len(w.lacking[c]))
			w.lacking[c] = append(w.lacking[c], i)
		}
	}
	for c := range w.lacking {
		w.counties = append(w.counties, sync.OnceValue(func() []Way { return w.find(int32(c)) }))
	}
}

// find finds the ways out of a county's villages. As elsewhere nobody's context ends what others wait for.
func (w *ways) find(county int32) []Way {
	list := make([]Way, len(w.lacking[county]))
	field, err := w.field(context.Background(), county)
	for n, i := range w.lacking[county] {
		list[n] = noWay
		at, placed := w.r.Villages.At(i)
		if err != nil || !placed {
			continue
		}
		if route := field.Route(at); route.State == network.Reached {
			list[n] = Way{float32(route.UnhardenedM), float32(route.Metres), float32(route.From.WalkM), gapsOf(route)}
		}
	}
	return list
}

// field tells from everywhere the way to a county's seat.
func (w *ways) field(ctx context.Context, county int32) (*network.Field, error) {
	ends, err := w.ends(county)
	if err != nil {
		return nil, err
	}
	return w.r.Network.Graph.Reach(ctx, ends, network.Query{Over: w.open, Weights: w.weights})
}

// ends are where ways to the seat of a county end: where it meets what is hardened, once on each component that has arrived;
// a seat that meets none is its own end. Ways leave out roads with controlled access, for a
// way that begins on one is none: where such a road alone would spare an unhardened
// stretch, that is not seen.
func (w *ways) ends(county int32) (ends []orb.Point, err error) {
	gate := w.r.roads.hardened.sure
	for _, s := range w.r.Seats {
		if s.County != county {
			continue
		}
		snaps, err := gate.g.Snap(s.At, network.Query{Over: gate.access, MaxSnap: max(w.r.roads.seatReachM, network.DefaultMaxSnap)})
		if err != nil {
			return nil, err
		}
		met := map[int32]bool{}
		for _, c := range gate.arrived[county] {
			met[c] = true
		}
		if len(met) == 0 {
			ends = append(ends, s.At)
		}
		for _, snap := range snaps { // the nearest first
			if c := gate.component(snap.Edge); met[c] {
				met[c] = false
				ends = append(ends, snap.Place)
			}
		}
	}
	return ends, nil
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
	if !ok || county < 0 || !r.ground.seated[county] {
		return network.Route{}, fmt.Errorf("village %d has no place or its county no seat", r.Villages.Table.ID(r.Villages.Rows[i]))
	}
	r.ways.begin.Do(r.ways.prepare)
	field, err := r.ways.field(ctx, county)
	if err != nil {
		return network.Route{}, err
	}
	return field.Route(at), nil
}
