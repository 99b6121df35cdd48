package read

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
)

// assemble makes polygons of a shape's rings: by the standard outer ones run
// clockwise and holes the other way, in any order. A hole goes into the smallest
// outer ring around it; where every ring runs the same wrong way, the nesting alone
// tells. The result runs as GeoJSON wants it (RFC 7946): outer rings
// counter-clockwise, holes clockwise.
func assemble(parts [][]orb.Point) orb.Geometry {
	rings := make([]ring, 0, len(parts))
	clockwise := 0
	for _, p := range parts {
		if p[0] != p[len(p)-1] {
			p = append(p, p[0])
		}
		r := ring{Ring: p, bound: orb.Ring(p).Bound(), area: record.RingArea(p)}
		if r.area < 0 {
			clockwise++
		}
		rings = append(rings, r)
	}
	var outer, holes []ring
	for i, r := range rings {
		isHole := r.area > 0
		if clockwise == 0 && len(rings) > 1 {
			isHole = depth(rings, i)%2 == 1
		} else if clockwise == 0 {
			isHole = false
		}
		if isHole {
			holes = append(holes, r)
		} else {
			outer = append(outer, r)
		}
	}
	out := make([]orb.Polygon, len(outer))
	for i, o := range outer {
		out[i] = orb.Polygon{record.TurnRing(o.Ring, 1)}
	}
	for _, h := range holes {
		best := -1
		for i, o := range outer {
			if (best < 0 || abs(o.area) < abs(outer[best].area)) && o.around(h) {
				best = i
			}
		}
		if best < 0 { // a hole in nothing is land
			out = append(out, orb.Polygon{record.TurnRing(h.Ring, 1)})
			continue
		}
		out[best] = append(out[best], record.TurnRing(h.Ring, -1))
	}
	if len(out) == 1 {
		return out[0]
	}
	return orb.MultiPolygon(out)
}

type ring struct {
	orb.Ring
	bound orb.Bound
	area  float64 // positive for counter-clockwise
}

func abs(f float64) float64 { return max(f, -f) }

// around tells whether h lies inside r. Holes may touch the ring: the first of
// h's vertices that is not on r decides.
func (r ring) around(h ring) bool {
	if !r.bound.Contains(h.bound.Min) || !r.bound.Contains(h.bound.Max) || abs(r.area) < abs(h.area) {
		return false
	}
	for i, p := range h.Ring {
		if i >= 64 {
			break
		}
		if in, on := inside(r.Ring, p); !on {
			return in
		}
	}
	return true
}

// depth is how many rings lie around the i-th.
func depth(rings []ring, i int) (n int) {
	for k, r := range rings {
		if k != i && abs(r.area) > abs(rings[i].area) && r.around(rings[i]) {
			n++
		}
	}
	return n
}

// inside is the crossing rule; on tells that p is on the line.
func inside(r orb.Ring, p orb.Point) (in, on bool) {
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		cross := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
		if cross == 0 && min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1]) {
			return false, true
		}
		if (a[1] > p[1]) != (b[1] > p[1]) && (cross > 0) == (b[1] > a[1]) {
			in = !in
		}
	}
	return in, false
}
