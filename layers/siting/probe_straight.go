package siting

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/geo/network"
)

// straightProbe measures the straight line to the nearest feature.
type straightProbe struct {
	*chosen
	ground *dem.Model
}

func (p straightProbe) value(plot *Plot, _ []network.Answer) float64 {
	if _, hit, ok := p.nearest(plot.At); ok {
		return hit.Metres
	}
	return p.missing()
}

func (p straightProbe) evidence(plot *Plot, _ []network.Answer, e *Evidence) {
	row, hit, ok := p.nearest(plot.At)
	if !ok {
		return
	}
	e.Feature, e.StraightM = p.feature(row, hit.Place), known(hit.Metres)
	here, okHere := p.ground.Height(plot.At)
	there, okThere := p.ground.Height(hit.Place)
	if okHere && okThere {
		e.RiseM = known(there - here)
	}
}

// overlapProbe measures what features cover of a plot, in per cent.
type overlapProbe struct{ *chosen }

func (p overlapProbe) value(plot *Plot, _ []network.Answer) float64 {
	if !p.loaded {
		return unknown
	}
	var shapes []geo.Shape
	p.tree.Search(plot.Shape.Box(), func(row uint32) bool {
		shapes = append(shapes, p.table.Shape(row))
		return true
	})
	if len(shapes) == 0 {
		return p.none()
	}
	if share := 100 * plot.Shape.Overlap(shapes...) / plot.AreaM2; share > 0 {
		return share
	}
	return p.none()
}

// none is zero, unless a feature that may be one is on record.
func (c *chosen) none() float64 {
	if c.undecided > 0 {
		return unknown
	}
	return 0
}

func (p overlapProbe) evidence(plot *Plot, _ []network.Answer, e *Evidence) {
	p.tree.Search(plot.Shape.Box(), func(row uint32) bool {
		if m2 := plot.Shape.Overlap(p.table.Shape(row)); m2 > 0 {
			at := p.table.Shape(row).Label().LonLat()
			e.Hits = append(e.Hits, Hit{Feature: *p.feature(row, at), M2: m2, Share: m2 / plot.AreaM2})
		}
		return true
	})
	if row, metres, ok := p.gap(plot); ok {
		e.Feature, e.StraightM = p.feature(row, p.closest(row, plot.At)), known(metres)
	}
}

// closest is the place of a feature that is nearest to another place.
func (c *chosen) closest(row uint32, to orb.Point) orb.Point {
	return c.table.Shape(row).Nearest(to).Place
}

// clearanceProbe measures the distance from a plot to the nearest feature.
type clearanceProbe struct{ *chosen }

func (p clearanceProbe) value(plot *Plot, _ []network.Answer) float64 {
	if _, metres, ok := p.gap(plot); ok {
		return metres
	}
	return p.missing()
}

func (p clearanceProbe) evidence(plot *Plot, _ []network.Answer, e *Evidence) {
	if row, metres, ok := p.gap(plot); ok {
		e.Feature, e.StraightM = p.feature(row, p.closest(row, plot.At)), known(metres)
	}
}

// groundProbe asks the elevation model.
type groundProbe struct {
	ground  *dem.Model
	measure Measure
}

func (p groundProbe) value(plot *Plot, _ []network.Answer) float64 {
	s := p.ground.Over(plot.Ground)
	if p.measure == Height {
		return s.Mean
	}
	return s.MeanSlope
}

func (p groundProbe) evidence(plot *Plot, _ []network.Answer, e *Evidence) {
	if s := p.ground.Over(plot.Ground); s.Cells > 0 {
		e.Ground = &Ground{
			Cells: s.Cells, Low: s.Low, Mean: s.Mean, High: s.High, MeanSlope: known(s.MeanSlope), MaxSlope: known(s.MaxSlope),
			SteeperThan25: known(s.SteeperThan(25)), CellMetres: p.ground.CellMetres(),
		}
	}
}
