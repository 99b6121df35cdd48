package roads

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Bands is what can be got to from a place by passable roads, within several limits.
type Bands struct {
	From   network.Snap // the nearest road; its edge is -1 where there is none to walk to
	Areas  []orb.MultiPolygon
	Within []Reach // the features asked for, the nearest first, those without a way last
}

// Reach is how far a feature is.
type Reach struct {
	Row   uint32
	Way   float64 // how many metres or minutes it is; +Inf where there is no way
	State network.State
}

// Bands measures the ways from a place to those rows of a table that keep says, and draws
// the areas within each of the limits, metres or minutes. It takes one pass over the roads.
func (n *Network) Bands(
	ctx context.Context, from orb.Point, limits []float64, by network.Metric, t *snapshot.Table, keep func(row uint32) bool,
) (Bands, error) {
	field, err := n.Graph.Reach(ctx, []orb.Point{from}, n.Query(by))
	if err != nil {
		return Bands{}, err
	}
	b := Bands{From: network.Snap{Edge: -1}}
	at, err := n.Graph.Snap(from, n.Query(by))
	if err != nil {
		return Bands{}, err
	}
	if len(at) > 0 {
		b.From = at[0]
	}
	for _, limit := range limits {
		area, err := field.Area(ctx, limit)
		if err != nil {
			return Bands{}, err
		}
		b.Areas = append(b.Areas, area)
	}
	if t == nil {
		return b, nil
	}
	for row := range t.Rows {
		if !keep(row) {
			continue
		}
		reach := Reach{row, math.Inf(1), network.OffNetwork} // of what has no place
		if shape := t.Shape(row); len(shape.Points) > 0 {
			a := field.At(shape.Label().LonLat())
			reach.Way, reach.State = a.Way, a.State
		}
		b.Within = append(b.Within, reach)
		if row&1023 == 1023 && ctx.Err() != nil {
			return Bands{}, ctx.Err()
		}
	}
	slices.SortStableFunc(b.Within, func(x, y Reach) int { return cmp.Compare(x.Way, y.Way) })
	return b, nil
}

// Before is how many of the features are at most the limit away.
func (b *Bands) Before(limit float64) int {
	n, _ := slices.BinarySearchFunc(b.Within, limit, func(r Reach, limit float64) int {
		return cmp.Compare(r.Way, math.Nextafter(limit, math.Inf(1)))
	})
	return n
}
