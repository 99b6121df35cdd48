package network

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Catchment is the area from which the nearest of the sources costs at most limit,
// metres or minutes: around each stretch of edge within reach, as far as what is left
// there allows to walk, but no farther than MaxSnap. Rings are in GeoJSON's
// direction.
//
// It is drawn on a grid of at most catchmentCells squares a side, so its outline is
// right to about a square: 20 m for a small area, 1/400 of the width of a wide one.
// It takes the walk from any place of an edge, not from the nearest alone, and so
// holds everything that costs at most limit by At.
func (g *Graph) Catchment(ctx context.Context, sources []orb.Point, limit float64, q Query) (orb.MultiPolygon, error) {
	q.Limit = limit
	f, err := g.Reach(ctx, sources, q)
	if err != nil {
		return nil, err
	}
	discs := f.discs()
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

// discs are taken at the vertices of each edge within reach and so densely between
// that the outline of their union hardly dips between them.
func (f *Field) discs() []disc {
	var discs []disc
	for _, at := range f.search.places { // an edge may be reached in its middle only
		discs = f.edgeDiscs(discs, at.edge)
	}
	for _, n := range f.used {
		for i := range f.pages[n] {
			if f.pages[n][i].via == 0 {
				continue
			}
			node := n<<pageBits | int32(i)
			for _, e := range f.g.At(node) {
				// Each edge once: by the lower of its ends that is reached.
				other := f.g.edges[e].other(node)
				if f.Over.Has(e) && (node <= other || f.get(other).via == 0) {
					discs = f.edgeDiscs(discs, e)
				}
			}
		}
	}
	return discs
}

// edgeDiscs walks along an edge.
func (f *Field) edgeDiscs(discs []disc, e int32) []disc {
	line := f.g.Line(e)
	scale := metresPerUnit(line[0])
	way := 0.
	discs = f.addDisc(discs, e, 0, float64(line[0].X), float64(line[0].Y), scale)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := geo.Distance(a.LonLat(), b.LonLat())
		step := float64(finestCell)
		if n := len(discs); n > 0 {
			// Between discs of radius r, s apart, the union dips by s²/8r.
			step = max(step, math.Sqrt(finestCell*discs[n-1].radius*scale))
		}
		pieces := math.Ceil(length / step)
		for k := 1.; k <= pieces; k++ {
			t := k / pieces
			discs = f.addDisc(discs, e, way+t*length,
				float64(a.X)+t*(float64(b.X)-float64(a.X)), float64(a.Y)+t*(float64(b.Y)-float64(a.Y)), scale)
		}
		way += length
	}
	return discs
}

func (f *Field) addDisc(discs []disc, e int32, way, x, y, scale float64) []disc {
	cost := f.costOn(e, min(f.g.edges[e].mm, whole(way*1e3)))
	if cost > f.limit {
		return discs
	}
	metres := min(f.MaxSnap, float64(f.limit-cost)/f.walk)
	return append(discs, disc{x, y, metres / scale})
}

// costOn is the cost from a place on an edge.
func (f *Field) costOn(e int32, mm uint32) int64 {
	along := f.stretch(e, mm)
	best := never
	if l := f.get(f.g.edges[e].a); l.via != 0 {
		best = min(best, l.cost+along)
	}
	if l := f.get(f.g.edges[e].b); l.via != 0 {
		best = min(best, l.cost+f.weight(e)-along)
	}
	for _, i := range f.placesOn(e) {
		to := &f.search.places[i]
		best = min(best, to.walk+abs(along-f.stretch(e, to.mm)))
	}
	return best
}
