package shape

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
)

// Assemble makes polygons of a shape's rings: by the standard outer ones run
// clockwise and holes the other way, in any order. A hole goes into the smallest
// outer ring around it. Where the turns contradict how the rings lie in each other (an
// outer ring right within an outer ring, a hole in nothing), how they lie decides for
// all. The result runs as GeoJSON wants it (RFC 7946): outer rings counter-clockwise,
// holes clockwise.
func Assemble(parts [][]orb.Point) orb.Geometry {
	rings := newRings(parts)
	by := byTurn
	if nest(rings); contradicted(rings) {
		by = byDepth
	}
	out := make([]orb.Polygon, 0, 1)
	of := map[int]int{} // the polygon of each outer ring
	for i := range rings {
		if !by(&rings[i]) {
			of[i] = len(out)
			out = append(out, orb.Polygon{record.TurnRing(rings[i].Ring, 1)})
		}
	}
	for i := range rings {
		if r := &rings[i]; by(r) {
			n := of[r.around] // which is an outer one
			out[n] = append(out[n], record.TurnRing(r.Ring, -1))
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return orb.MultiPolygon(out)
}

func newRings(parts [][]orb.Point) []ring {
	rings := make([]ring, 0, len(parts))
	for _, p := range parts {
		if p[0] != p[len(p)-1] {
			p = append(p, p[0])
		}
		rings = append(rings, ring{Ring: p, bound: orb.Ring(p).Bound(), area: record.RingArea(p), around: -1})
	}
	return rings
}

// nest finds the smallest ring around each. It sorts the rings from west to east, so
// that only those that lie above each other are looked at.
func nest(rings []ring) {
	order := make([]int, len(rings))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, k int) int { return cmp.Compare(rings[i].bound.Min[0], rings[k].bound.Min[0]) })
	var open []int
	for n, i := range order {
		r := &rings[i]
		kept := open[:0]
		for _, k := range open {
			if rings[k].bound.Max[0] >= r.bound.Min[0] {
				kept = append(kept, k)
			}
		}
		open = append(kept, i)
		for m := n + 1; m < len(order) && rings[order[m]].bound.Min[0] == r.bound.Min[0]; m++ {
			open = append(open, order[m])
		}
		for _, k := range open {
			if k != i && (r.around < 0 || abs(rings[k].area) < abs(rings[r.around].area)) && rings[k].holds(*r) {
				r.around = k
			}
		}
	}
	for i := range rings {
		for k := rings[i].around; k >= 0; k = rings[k].around {
			rings[i].depth++
		}
	}
}

func byTurn(r *ring) bool  { return r.area > 0 }
func byDepth(r *ring) bool { return r.depth%2 == 1 }

// contradicted tells whether a ring turns as a hole and lies in nothing or right within
// a hole, or turns as an outer one and lies right within such.
func contradicted(rings []ring) bool {
	for i := range rings {
		r := &rings[i]
		if r.around < 0 && byTurn(r) || r.around >= 0 && byTurn(r) == byTurn(&rings[r.around]) {
			return true
		}
	}
	return false
}

type ring struct {
	orb.Ring
	bound  orb.Bound
	area   float64 // positive for counter-clockwise
	around int     // the smallest ring around it, -1 for none
	depth  int     // how many are around it
}

func abs(f float64) float64 { return max(f, -f) }

// looked is how many of a ring's vertices are looked at to tell where it lies.
const looked = 64

// holds tells whether h, which is smaller, lies inside r. Holes may touch the ring; of
// vertices spread over h none lies outside, but one that crosses r may be taken for
// inside, which is found when polygons are made valid.
func (r ring) holds(h ring) bool {
	if !r.bound.Contains(h.bound.Min) || !r.bound.Contains(h.bound.Max) || abs(r.area) <= abs(h.area) {
		return false
	}
	for i := 0; i < len(h.Ring); i += max(1, len(h.Ring)/looked) {
		if in, on := inside(r.Ring, h.Ring[i]); !on && !in {
			return false
		}
	}
	return true
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
