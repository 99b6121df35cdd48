package siting

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Plot is a piece of land that may be settled.
type Plot struct {
	Name   string
	Near   string // the nearest village, where a grid's place has no name of its own
	Layer  string // where it is a feature of one, with its id; else ""
	ID     int64
	At     orb.Point // where ways to it end
	Shape  geo.Shape // a polygon
	Ground orb.MultiPolygon
	AreaM2 float64
	People int // for how many it is judged
	// Drawn tells that the area is not a given one but the square around a place that
	// its people need.
	Drawn bool
}

// ErrNoArea is the error of a plot without an area.
var ErrNoArea = errors.New("has no area")

// PlotAt is the square around a place that people need.
func (c *Criteria) PlotAt(p orb.Point, people int) (Plot, error) {
	plot := Plot{At: p, People: people, Drawn: true}
	half := math.Sqrt(float64(people)*c.LandM2.Value) / 2
	east, north := geo.DegreeMetres(p[1])
	bound := orb.Bound{Min: orb.Point{p[0] - half/east, p[1] - half/north}, Max: orb.Point{p[0] + half/east, p[1] + half/north}}
	return plot, plot.set(bound.ToPolygon())
}

// PlotOf is a polygon as a plot, for so many people or, where people is 0, for as many
// as it has land for.
func (c *Criteria) PlotOf(g orb.Geometry, people int) (Plot, error) {
	var plot Plot
	if err := plot.set(g); err != nil {
		return plot, err
	}
	if plot.At, plot.People = plot.Shape.Label().LonLat(), people; people == 0 {
		plot.People = max(1, int(plot.AreaM2/c.LandM2.Value))
	}
	return plot, nil
}

func (p *Plot) set(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Polygon:
		p.Ground = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		p.Ground = g
	default:
		return fmt.Errorf("a plot is a polygon, not %T", g)
	}
	var err error
	if p.Shape, err = geo.NewShape(g); err != nil {
		return err
	}
	if p.AreaM2 = p.Shape.Overlap(p.Shape); !(p.AreaM2 > 0) {
		return ErrNoArea
	}
	return nil
}

// PlotFor is a point or a polygon as a plot; people is 0 for the default, or for what a
// polygon has land for.
func (c *Criteria) PlotFor(g orb.Geometry, people int) (Plot, error) {
	if p, ok := g.(orb.Point); ok {
		if people == 0 {
			people = int(c.People.Value)
		}
		return c.PlotAt(p, people)
	}
	return c.PlotOf(g, people)
}

// SitePlots are the features of the site layer, each for as many people as it has room
// for, as far as that is on record.
func (c *Criteria) SitePlots(snap *snapshot.Snapshot, keep func(t *snapshot.Table, row uint32) bool) ([]Plot, error) {
	t, ok := snap.Table("site")
	if !ok {
		return nil, errors.New("there is no layer of sites")
	}
	var plots []Plot
	for row := range t.Rows {
		shape := t.Shape(row)
		if len(shape.Points) == 0 || !keep(t, row) {
			continue
		}
		people := 0
		if v := t.Get(row, "people"); !v.IsNull() {
			people = min(int(v.Int()), mostPeople)
		}
		plot, err := c.PlotFor(shape.Geometry(), people)
		if errors.Is(err, ErrNoArea) || shape.Kind == geo.Points && err != nil {
			plot, err = c.PlotFor(shape.Label().LonLat(), people)
		}
		if err != nil {
			return nil, fmt.Errorf("site %d: %w", t.ID(row), err)
		}
		plot.Layer, plot.ID, plot.Name = t.Layer.ID, t.ID(row), t.Get(row, "name").Text()
		plots = append(plots, plot)
	}
	return plots, nil
}

// MostCandidates is how many plots one search may look at.
const MostCandidates = 200_000

// GridPlots are squares around places that lie so many metres apart in an area.
func (c *Criteria) GridPlots(area geo.Shape, metres float64, people int) ([]Plot, error) {
	if area.Kind != geo.Polygons || !(area.Overlap(area) > 0) {
		return nil, fmt.Errorf("the area to search %w", ErrNoArea)
	}
	if n := area.Overlap(area) / (metres * metres); n > MostCandidates {
		return nil, fmt.Errorf(
			"a grid of %v m over %.0f km² has some %.0f places; up to %d are allowed", metres, area.Overlap(area)/1e6, n, MostCandidates,
		)
	}
	if people == 0 {
		people = int(c.People.Value)
	}
	var plots []Plot
	bound := area.Box().Bound()
	_, north := geo.DegreeMetres(bound.Center()[1])
	for lat := bound.Min[1] + metres/north/2; lat < bound.Max[1]; lat += metres / north {
		east, _ := geo.DegreeMetres(lat)
		for lon := bound.Min[0] + metres/east/2; lon < bound.Max[0]; lon += metres / east {
			p := orb.Point{lon, lat}
			if !area.Nearest(p).Inside {
				continue
			}
			plot, err := c.PlotAt(p, people)
			if err != nil {
				return nil, err
			}
			plots = append(plots, plot)
		}
	}
	return plots, nil
}
