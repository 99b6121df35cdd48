package demo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// At a larger scale the prefecture lies over itself: each further copy has every
// feature but the counties, the sources and the targets again, under its own id and code, and
// moved by up to three kilometres. The move varies smoothly from place to place,
// so that roads that met still meet, and fades out towards county borders, so
// that everything stays in its county; what lies within 400 m of a border does
// not move at all. Copies are made while they are read, one feature at a time.

const (
	farthestMove = 3000.0 // metres
	stillBorder  = 400.0
)

// copier makes the copies.
type copier struct {
	world  *world
	border []float32 // metres from each cell to the nearest county border
	towns  map[string]int
}

func (w *world) copier() *copier {
	c := &copier{world: w, towns: map[string]int{}}
	g := &w.ground.grid
	c.border = g.distances(func(i int) bool {
		return !g.rim(i) && (w.ground.county[i] != w.ground.county[i+1] || w.ground.county[i] != w.ground.county[i+g.w] || w.ground.county[i] != w.ground.county[i-1] || w.ground.county[i] != w.ground.county[i-g.w])
	})
	for k := range w.source.towns {
		c.towns[w.source.towns[k].code] = k
	}
	return c
}

// copied tells whether a layer's features are repeated.
func copied(layer string) bool {
	return layer != "county" && layer != "dataset" && layer != "target"
}

// feature is a base feature's k-th copy, k from 1.
func (c *copier) feature(l *layers.Layer, f *layers.Feature, k, of int) layers.Feature {
	values := append([]layers.Value(nil), f.Values...)
	for i := range l.Fields {
		if l.Fields[i].Type == layers.TypeCode && !values[i].IsNull() {
			values[i] = layers.Text(c.code(values[i].Text(), k))
		}
	}
	return layers.Feature{ID: f.ID + int64(k)*int64(of), Geometry: c.moved(f.Geometry, k), Values: values}
}

// code is a copy's own code: no real one begins with 9. A county's stays; a
// village's begins with its town's.
func (c *copier) code(base string, k int) string {
	if len(base) < 9 {
		return base
	}
	return fmt.Sprintf("9%08d", k*len(c.towns)+c.towns[base[:9]]) + base[9:]
}

func (c *copier) moved(g orb.Geometry, k int) orb.Geometry {
	switch g := g.(type) {
	case nil:
		return nil
	case orb.Point:
		return c.move(g, k)
	case orb.LineString:
		return orb.LineString(c.moveAll(g, k))
	case orb.Polygon:
		out := make(orb.Polygon, len(g))
		for i := range g {
			out[i] = c.moveAll(g[i], k)
		}
		return out
	}
	panic("demo: a copy of " + g.GeoJSONType())
}

func (c *copier) moveAll(points []orb.Point, k int) []orb.Point {
	out := make([]orb.Point, len(points))
	for i := range points {
		out[i] = c.move(points[i], k)
	}
	return out
}

func (c *copier) move(at orb.Point, k int) orb.Point {
	p := toPlane(at)
	seed := c.world.seed + uint64(k)*104729
	// 0.6 keeps clear of the border although the grid knows its distance only to
	// a tenth.
	d := min(farthestMove, 0.6*(c.fromBorder(p)-stillBorder))
	if d <= 0 {
		return at
	}
	d *= 0.65 + 0.35*noise(seed, p.x/12000, p.y/12000)
	angle := 2*math.Pi*chance(seed, 301) + 1.2*noise(seed+1, p.x/20000, p.y/20000)
	return toDegrees(p.add(xy{d * math.Cos(angle), d * math.Sin(angle)}))
}

// fromBorder is the distance to the nearest county border, bilinear between
// cells.
func (c *copier) fromBorder(p xy) float64 {
	g := &c.world.ground.grid
	x, y := (p.x-g.origin.x)/g.cell, (p.y-g.origin.y)/g.cell
	col, row := math.Floor(x), math.Floor(y)
	i := min(max(int(row), 0), g.h-2)*g.w + min(max(int(col), 0), g.w-2)
	x, y = x-col, y-row
	low := float64(c.border[i])*(1-x) + float64(c.border[i+1])*x
	high := float64(c.border[i+g.w])*(1-x) + float64(c.border[i+g.w+1])*x
	return low*(1-y) + high*y
}
