package siting

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
)

// roadProbe measures by road: minutes, metres, or metres that are not hardened.
type roadProbe struct {
	*chosen
	net     *roads.Network
	measure Measure
	field   *network.Field
	number  int         // of the field among the survey's
	from    []uint32    // the rows of the field's sources
	places  []orb.Point // and where ways to them end
}

// field is what it costs from everywhere to what was chosen.
func (s *Survey) field(ctx context.Context, p *roadProbe) (*network.Field, error) {
	for _, row := range p.rows {
		p.from, p.places = append(p.from, row), append(p.places, p.table.Shape(row).Label().LonLat())
	}
	q := s.Network.Query(network.ByMinutes)
	switch p.measure {
	case Metres:
		q.Metric = network.ByMetres
	case Unhardened:
		// A metre walked to the road is a metre of road to build.
		q.Metric, q.Weights, q.FootWeight = network.ByMetres, unhardened(s.Network.Graph), 1
	}
	return s.Network.Graph.Reach(ctx, p.places, q)
}

// unhardened weighs edges in millimetres so that hardened ones cost next to nothing: a
// millimetre, and one more for each 100 m, so that of ways with equally few unhardened
// metres the shortest is taken. Through a prefecture that adds up to some metres.
func unhardened(g *network.Graph) []uint32 {
	const hardenedScale = 100_000
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

func (p *roadProbe) value(_ *Plot, ways []network.Answer) float64 {
	if len(p.rows) == 0 {
		return p.missing()
	}
	way := ways[p.number]
	switch {
	case way.State != network.Reached:
		return nothing
	case p.measure == Unhardened:
		return max(0, way.Cost-way.To.WalkM) // the town's own way to its road is the town's
	}
	return way.Way
}

func (p *roadProbe) evidence(plot *Plot, ways []network.Answer, e *Evidence) {
	if len(p.rows) == 0 {
		return
	}
	way := ways[p.number]
	e.State = way.State.String()
	if way.From.Edge >= 0 {
		e.Snap = &Snap{Lon: way.From.Place[0], Lat: way.From.Place[1], WalkM: way.From.WalkM, Road: p.net.Table.ID(way.From.Row)}
	}
	if way.State != network.Reached {
		return
	}
	to := p.places[way.Source]
	e.Feature = p.feature(p.from[way.Source], to)
	e.StraightM = known(geo.Distance(plot.At, to))
	route := p.field.Route(plot.At)
	e.Metres, e.Minutes, e.UnhardenedM = known(route.Metres), known(route.Minutes), known(route.UnhardenedM)
	e.WalkM = known(way.From.WalkM)
}
