package questions

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Bands is a GeoJSON collection of the areas, the smallest first, each holding the
// one before, with the villages as a member of its own.
type Bands struct {
	Type     string                 `json:"type"`
	Year     int                    `json:"year"`
	State    string                 `json:"state"`
	From     *Snap                  `json:"from"`
	Features []Feature[BandFigures] `json:"features"`
	Villages []BandVillage          `json:"villages"`
}

// BandFigures tell of all within the limit, nearer areas included.
type BandFigures struct {
	Minutes  float64 `json:"minutes,omitempty"`
	Metres   float64 `json:"metres,omitempty"`
	AreaKm2  float64 `json:"area_km2"`
	Villages int     `json:"villages"`
	People   int64   `json:"people"`
}

// BandVillage is a village with how far it is; null without a way.
type BandVillage struct {
	Village
	State   string   `json:"state"`
	Minutes *float64 `json:"minutes,omitempty"`
	Metres  *float64 `json:"metres,omitempty"`
}

// bands are the areas within limits of a place, and the villages there: those that keep says yes to, however far they are,
// or those within the greatest limit where it is nil.
func (w World) bands(
	ctx context.Context, n *roads.Network, from orb.Point, limits []float64, by network.Metric, keep func(row uint32) bool,
) (*Bands, error) {
	villages := w.villages()
	all := func(row uint32) bool { return keep == nil || keep(row) }
	b, err := n.Bands(ctx, from, limits, by, villages, all)
	if err != nil {
		return nil, err
	}
	answer := Bands{
		Type: "FeatureCollection", Year: n.Year, State: network.OffNetwork.String(), From: snap(n.Table, b.From),
		Features: []Feature[BandFigures]{}, Villages: []BandVillage{},
	}
	if answer.From != nil {
		answer.State = network.Reached.String()
	}
	told := b.Within
	if keep == nil {
		told = told[:b.Before(limits[len(limits)-1])]
	}
	for _, v := range told {
		answer.Villages = append(answer.Villages, w.bandVillage(villages, v, by))
	}
	for i, limit := range limits {
		f := BandFigures{AreaKm2: served.Centi(geo.Area(b.Areas[i]) / 1e6), Villages: b.Before(limit)}
		if f.Minutes = limit; by == network.ByMetres {
			f.Minutes, f.Metres = 0, limit
		}
		for _, v := range answer.Villages[:f.Villages] {
			if v.Population != nil {
				f.People += int64(*v.Population)
			}
		}
		var g orb.Geometry
		if len(b.Areas[i]) > 0 {
			g = b.Areas[i]
		}
		answer.Features = append(answer.Features, Feature[BandFigures]{"Feature", served.GeometryOf(g), f})
	}
	return &answer, nil
}

func (w World) bandVillage(t *snapshot.Table, reach roads.Reach, by network.Metric) BandVillage {
	v := BandVillage{Village: w.villageAt(t, reach.Row), State: reach.State.String()}
	if !math.IsInf(reach.Way, 1) {
		way := served.Centi(reach.Way)
		if v.Minutes = &way; by == network.ByMetres {
			v.Minutes, v.Metres = nil, &way
		}
	}
	return v
}
