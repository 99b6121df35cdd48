package siting

import (
	"math"

	"github.com/paulmach/orb"
)

// Evidence is where a reading comes from; what does not apply is nil or zero.
type Evidence struct {
	// Feature is the nearest one.
	Feature *Feature `json:"feature,omitempty"`
	// Metres and Minutes are of the way by road, walks included; WalkM is the walk to the
	// road, and UnhardenedM how much of the way is not hardened.
	Metres      *float64 `json:"metres,omitempty"`
	Minutes     *float64 `json:"minutes,omitempty"`
	UnhardenedM *float64 `json:"unhardened_m,omitempty"`
	WalkM       *float64 `json:"walk_m,omitempty"`
	StraightM   *float64 `json:"straight_m,omitempty"`
	RiseM       *float64 `json:"rise_m,omitempty"` // how much higher the feature lies
	Snap        *Snap    `json:"snap,omitempty"`
	State       string   `json:"state,omitempty"` // of the way: reached, off network, unconnected
	Hits        []Hit    `json:"hits,omitempty"`  // what covers part of the plot
	Ground      *Ground  `json:"ground,omitempty"`
}

// Feature names a feature, and a place of it.
type Feature struct {
	Layer string  `json:"layer"`
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Kind  string  `json:"kind,omitempty"`
	Lon   float64 `json:"lon"`
	Lat   float64 `json:"lat"`
}

// Snap is where a way from the plot begins on a road.
type Snap struct {
	Lon   float64 `json:"lon"`
	Lat   float64 `json:"lat"`
	WalkM float64 `json:"walk_m"`
	Road  int64   `json:"road"` // its id
}

// Hit is a feature that covers part of a plot.
type Hit struct {
	Feature
	M2    float64 `json:"m2"`
	Share float64 `json:"share"` // of the plot, from 0 to 1
}

// Ground is what the elevation model says of a plot: heights in metres, slopes in
// degrees.
type Ground struct {
	Cells         int      `json:"cells"`
	Low           float64  `json:"low"`
	Mean          float64  `json:"mean"`
	High          float64  `json:"high"`
	MeanSlope     *float64 `json:"mean_slope"`
	MaxSlope      *float64 `json:"max_slope"`
	SteeperThan25 *float64 `json:"steeper_than_25"` // share of the plot
	CellMetres    float64  `json:"cell_metres"`
}

func (c *chosen) feature(row uint32, at orb.Point) *Feature {
	return &Feature{
		Layer: c.table.Layer.ID, ID: c.table.ID(row), Name: c.table.Get(row, "name").Text(),
		Kind: c.table.Get(row, "kind").Text(), Lon: at[0], Lat: at[1],
	}
}

// known is a number, or nil where it is none.
func known(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}
