package network

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Catchment is the area from which the way to a source is at most limit metres or minutes; see Area.
func (g *Graph) Catchment(ctx context.Context, sources []orb.Point, limit float64, q Query) (orb.MultiPolygon, error) {
	q.Limit = limit + q.MostExtra()
	f, err := g.Reach(ctx, sources, q)
	if err != nil {
		return nil, err
	}
	return f.Area(ctx, limit)
}

// Area is the area from which the way to a source is at most limit metres or
// minutes, as far as the field was made for: around each stretch of edge within
// reach, as far as what is left there allows to walk, but no farther than MaxSnap.
// Rings are in GeoJSON's direction.
//
// It is drawn on a grid of at most catchmentCells squares a side, so its outline is
// right to about a square: 20 m for a small area, 1/400 of the width of a wide one.
// It takes the walk from any place of an edge, not from the nearest alone, and so
// holds everything whose way by At is at most limit. A walk measures here what it is:
// who walks down from a road gets to where no road leads.
func (f *Field) Area(ctx context.Context, limit float64) (orb.MultiPolygon, error) {
	discs := f.discs(f.units(limit))
	if len(discs) == 0 {
		return nil, nil
	}
	r := newRaster(discs)
	for i, d := range discs {
		r.stamp(d)
		if i&1023 == 1023 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return r.outline(), nil
}

const (
	catchmentCells = 400
	finestCell     = 20 // metres
)

// disc is a place on an edge with how far one may walk from it.
type disc struct {
	x, y   float64 // units
	radius float64
}

// discs are taken at the vertices of each edge within the limit and so densely between
// that the outline of their union hardly dips between them.
func (f *Field) discs(limit int64) []disc {
	d := discMaker{Field: f, most: limit}
	for _, at := range f.search.places { // an edge may be reached in its middle only
		d.addEdge(at.edge)
	}
	for _, n := range f.used {
		for i := range f.pages[n] {
			node := n<<pageBits | int32(i)
			if !f.within(node, limit) {
				continue
			}
			for _, e := range f.g.At(node) {
				// Each edge once: by the lower of its ends that is within the limit.
				other := f.g.edges[e].other(node)
				if f.Over.Has(e) && (node <= other || !f.within(other, limit)) {
					d.addEdge(e)
				}
			}
		}
	}
	return d.discs
}

type discMaker struct {
	*Field
	most  int64
	discs []disc
}

// addEdge walks along an edge.
func (d *discMaker) addEdge(e int32) {
	line := d.g.Line(e)
	scale := metresPerUnit(line[0])
	way := 0.
	d.add(e, 0, float64(line[0].X), float64(line[0].Y), scale)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := geo.Distance(a.LonLat(), b.LonLat())
		step := float64(finestCell)
		if n := len(d.discs); n > 0 {
			// Between discs of radius r, s apart, the union dips by s²/8r.
			step = max(step, math.Sqrt(finestCell*d.discs[n-1].radius*scale))
		}
		pieces := math.Ceil(length / step)
		for k := 1.; k <= pieces; k++ {
			t := k / pieces
			d.add(e, way+t*length,
				float64(a.X)+t*(float64(b.X)-float64(a.X)), float64(a.Y)+t*(float64(b.Y)-float64(a.Y)), scale)
		}
		way += length
	}
}

func (d *discMaker) add(e int32, way, x, y, scale float64) {
	measure := d.measureOn(e, min(d.g.edges[e].mm, whole(way*1e3)))
	if measure > d.most {
		return
	}
	metres := min(d.MaxSnap, float64(d.most-measure)/d.foot)
	d.discs = append(d.discs, disc{x, y, metres / scale})
}

// measureOn is how long the cheapest way from a place on an edge is.
func (f *Field) measureOn(e int32, mm uint32) int64 {
	along := f.stretch(e, mm)
	best, measure := never, never
	take := func(cost int64, origin int32) {
		if cost < best {
			best, measure = cost, cost-f.extra(&f.search.places[origin])
		}
	}
	if l := f.get(f.g.edges[e].a); l.via != 0 {
		take(l.cost+along, l.origin)
	}
	if l := f.get(f.g.edges[e].b); l.via != 0 {
		take(l.cost+f.weight(e)-along, l.origin)
	}
	for _, i := range f.placesOn(e) {
		to := &f.search.places[i]
		take(to.walk+abs(along-f.stretch(e, to.mm)), i)
	}
	return measure
}

// within tells whether the way from a node is at most limit.
func (f *Field) within(node int32, limit int64) bool {
	l := f.get(node)
	return l.via != 0 && l.cost-f.extra(&f.search.places[l.origin]) <= limit
}
