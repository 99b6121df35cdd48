package osm

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"
)

// area cuts what is read. Places on its outline lie within it.
type area struct {
	polygons orb.MultiPolygon
	bound    orb.Bound
	sides    rtree.RTreeG[side]
}

// side is one of an outline.
type side [2]orb.Point

func newArea(polygons orb.MultiPolygon) *area {
	if len(polygons) == 0 {
		return nil
	}
	a := &area{polygons: polygons, bound: polygons.Bound()}
	for _, polygon := range polygons {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				b := orb.LineString(ring[i-1 : i+1]).Bound()
				a.sides.Insert(b.Min, b.Max, side{ring[i-1], ring[i]})
			}
		}
	}
	return a
}

// holds tells whether a place lies within; all do where there is no area.
func (a *area) holds(p orb.Point) bool {
	return a == nil || a.bound.Contains(p) && planar.MultiPolygonContains(a.polygons, p)
}

// cut are the parts of a line that lie within.
func (a *area) cut(line orb.LineString) (parts []orb.LineString) {
	if a == nil {
		return []orb.LineString{line}
	}
	if !a.bound.Intersects(line.Bound()) {
		return nil
	}
	var part orb.LineString
	end := func() {
		if len(part) > 1 {
			parts = append(parts, part)
		}
		part = nil
	}
	for i := 1; i < len(line); i++ {
		from := line[i-1]
		for _, t := range append(a.crossings(line[i-1], line[i]), 1) {
			to := between(line[i-1], line[i], t)
			switch {
			case to == from:
				continue
			case !a.holds(orb.Point{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2}):
				end()
			case part == nil:
				part = orb.LineString{from, to}
			default:
				part = append(part, to)
			}
			from = to
		}
	}
	end()
	return parts
}

// crossings are where on the way from p to q sides of the outline cross it, as shares of it in ascending order.
func (a *area) crossings(p, q orb.Point) (shares []float64) {
	b := orb.LineString{p, q}.Bound()
	a.sides.Search(b.Min, b.Max, func(_, _ [2]float64, s side) bool {
		if t, ok := crossing(p, q, s); ok {
			shares = append(shares, t)
		}
		return true
	})
	slices.Sort(shares)
	return slices.Compact(shares)
}

// crossing is where a side cuts the way from p to q between its ends.
func crossing(p, q orb.Point, s side) (share float64, ok bool) {
	dx, dy := q[0]-p[0], q[1]-p[1]
	sx, sy := s[1][0]-s[0][0], s[1][1]-s[0][1]
	d := dx*sy - dy*sx
	if d == 0 {
		return 0, false
	}
	px, py := s[0][0]-p[0], s[0][1]-p[1]
	t, u := (px*sy-py*sx)/d, (px*dy-py*dx)/d
	return t, t > 0 && t < 1 && u >= 0 && u <= 1
}

func between(p, q orb.Point, t float64) orb.Point {
	if t == 1 {
		return q
	}
	return orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])}
}
