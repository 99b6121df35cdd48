package intake

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// leastLoop is the area in m² below which a loop that a ring makes where it
// crosses itself is a slip of the hand and is left out.
const leastLoop = 1

// mend gives a geometry of the layer's kind without what has no meaning: repeated
// vertices, spikes, rings that are not closed or cross themselves. The trouble is
// a warning where it could.
func mend(g orb.Geometry) (orb.Geometry, *trouble) {
	switch g := g.(type) {
	case orb.MultiPoint:
		if len(g) == 1 {
			return g[0], nil
		}
	case orb.LineString:
		return mendLines(orb.MultiLineString{g})
	case orb.MultiLineString:
		return mendLines(g)
	case orb.Polygon:
		return mendPolygons(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return mendPolygons(g)
	}
	return g, nil
}

func mendLines(lines orb.MultiLineString) (orb.Geometry, *trouble) {
	var out orb.MultiLineString
	for _, l := range lines {
		if l = slices.Compact(l); len(l) >= 2 {
			out = append(out, l)
		}
	}
	switch len(out) {
	case 0:
		return nil, bad(BadGeometry, words("线少于两个不同的顶点", "a line needs two different vertices"))
	case 1:
		return out[0], nil
	}
	return out, nil
}

func mendPolygons(polygons orb.MultiPolygon) (orb.Geometry, *trouble) {
	var out orb.MultiPolygon
	var warning *trouble
	for _, p := range polygons {
		parts, t := mendPolygon(p)
		if t != nil && !t.warning {
			return nil, t
		}
		if t != nil {
			warning = t
		}
		out = append(out, parts...)
	}
	switch len(out) {
	case 0:
		return nil, bad(BadGeometry, words("面的环少于三个不同的顶点", "a polygon's ring needs three different vertices"))
	case 1:
		return out[0], warning
	}
	return out, warning
}

func mendPolygon(p orb.Polygon) ([]orb.Polygon, *trouble) {
	var rings []orb.Ring
	var warning *trouble
	for i, r := range p {
		if len(r) > 0 && r[0] != r[len(r)-1] {
			warning = told(Mended, words("环没有闭合，已自动闭合", "a ring was not closed and has been"))
			r = append(slices.Clip(r), r[0])
		}
		if r = withoutSpikes(r); len(r) >= 4 {
			rings = append(rings, r)
		} else if i == 0 {
			return nil, nil
		}
	}
	if at, ok := ringsCross(rings); ok {
		return nil, bad(BadGeometry, words("面的外环与内环在 %.6f, %.6f 相交，无法自动修复；请在 GIS 软件中改正",
			"rings of the polygon cross each other at %.6f, %.6f, which cannot be mended; correct it in a GIS", at[0], at[1]))
	}
	nodes := selfCrossings(rings[0])
	for _, hole := range rings[1:] {
		if h := selfCrossings(hole); len(h) > 0 {
			return nil, tangled(h[0].at)
		}
	}
	if len(nodes) == 0 {
		return []orb.Polygon{rings}, warning
	}
	loops := untangle(rings[0], nodes)
	if len(rings) > 1 || len(loops) == 0 || nested(loops) {
		return nil, tangled(nodes[0].at)
	}
	out := make([]orb.Polygon, len(loops))
	for i, l := range loops {
		out[i] = orb.Polygon{l}
	}
	return out, told(Mended, layers.Words{
		Zh: fmt.Sprintf("面在 %.6f, %.6f 处自相交，已自动拆成 %d 块", nodes[0].at[0], nodes[0].at[1], len(out)),
		En: fmt.Sprintf("the polygon crossed itself at %.6f, %.6f and was split into %d", nodes[0].at[0], nodes[0].at[1], len(out)),
	})
}

func tangled(at orb.Point) *trouble {
	return bad(BadGeometry, words("面在 %.6f, %.6f 处自相交，无法自动修复；请在 GIS 软件中改正",
		"the polygon crosses itself at %.6f, %.6f in a way that cannot be mended; correct it in a GIS", at[0], at[1]))
}

// withoutSpikes leaves out vertices that repeat and ways there and straight back.
func withoutSpikes(r orb.Ring) orb.Ring {
	out := make(orb.Ring, 0, len(r))
	for _, p := range r {
		switch n := len(out); {
		case n > 0 && out[n-1] == p:
		case n > 1 && out[n-2] == p:
			out = out[:n-1]
		default:
			out = append(out, p)
		}
	}
	return out
}

// node is where two segments of a ring meet that are no neighbours.
type node struct {
	a, b int // segments, each from its vertex on
	at   orb.Point
}

type segment struct {
	i    int
	p, q orb.Point
}

func (s *segment) minX() float64 { return min(s.p[0], s.q[0]) }
func (s *segment) maxX() float64 { return max(s.p[0], s.q[0]) }

func segmentsOf(r orb.Ring) []segment {
	all := make([]segment, len(r)-1)
	for i := range all {
		all[i] = segment{i, r[i], r[i+1]}
	}
	return all
}

// meetings calls fn for each pair of segments that share a point. It sorts them
// by their western ends, so that the cost is that of those that overlap in
// longitude.
func meetings(all []segment, fn func(a, b *segment, at orb.Point) bool) {
	slices.SortFunc(all, func(a, b segment) int { return cmp.Compare(a.minX(), b.minX()) })
	var open []*segment
	for k := range all {
		s := &all[k]
		kept := open[:0]
		for _, o := range open {
			if o.maxX() < s.minX() {
				continue
			}
			kept = append(kept, o)
			if at, ok := meet(o, s); ok && !fn(o, s, at) {
				return
			}
		}
		open = append(kept, s)
	}
}

// meet is where two segments cross or one ends on the other.
func meet(a, b *segment) (orb.Point, bool) {
	if max(a.p[1], a.q[1]) < min(b.p[1], b.q[1]) || max(b.p[1], b.q[1]) < min(a.p[1], a.q[1]) {
		return orb.Point{}, false
	}
	d1, d2 := side(a.p, a.q, b.p), side(a.p, a.q, b.q)
	d3, d4 := side(b.p, b.q, a.p), side(b.p, b.q, a.q)
	switch {
	case d1*d2 < 0 && d3*d4 < 0:
		t := d1 / (d1 - d2)
		return orb.Point{b.p[0] + t*(b.q[0]-b.p[0]), b.p[1] + t*(b.q[1]-b.p[1])}, true
	case d1 == 0 && on(a, b.p):
		return b.p, true
	case d2 == 0 && on(a, b.q):
		return b.q, true
	case d3 == 0 && on(b, a.p):
		return a.p, true
	case d4 == 0 && on(b, a.q):
		return a.q, true
	}
	return orb.Point{}, false
}

// side tells by its sign on which side of p–q the point r lies.
func side(p, q, r orb.Point) float64 {
	return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0])
}

func on(s *segment, r orb.Point) bool {
	return r[0] >= s.minX() && r[0] <= s.maxX() && r[1] >= min(s.p[1], s.q[1]) && r[1] <= max(s.p[1], s.q[1])
}

func selfCrossings(r orb.Ring) []node {
	var nodes []node
	n := len(r) - 1
	meetings(segmentsOf(r), func(a, b *segment, at orb.Point) bool {
		i, k := min(a.i, b.i), max(a.i, b.i)
		if k-i > 1 && !(i == 0 && k == n-1) {
			nodes = append(nodes, node{i, k, at})
		}
		return true
	})
	return nodes
}

// ringsCross finds a proper crossing of two rings; that they touch is allowed.
func ringsCross(rings []orb.Ring) (at orb.Point, crosses bool) {
	if len(rings) < 2 {
		return at, false
	}
	var all []segment
	for n, r := range rings {
		for _, s := range segmentsOf(r) {
			s.i = n
			all = append(all, s)
		}
	}
	meetings(all, func(a, b *segment, p orb.Point) bool {
		touches := p == a.p || p == a.q || p == b.p || p == b.q
		if a.i != b.i && !touches {
			at, crosses = p, true
		}
		return !crosses
	})
	return at, crosses
}

// untangle cuts a ring at its nodes into loops that cross nothing: it walks along
// and, whenever it comes to a place where it has been, takes out the loop walked
// since. Loops of next to no area are left out.
func untangle(r orb.Ring, nodes []node) []orb.Ring {
	on := map[int][]orb.Point{}
	for _, n := range nodes {
		on[n.a] = append(on[n.a], n.at)
		on[n.b] = append(on[n.b], n.at)
	}
	var walk []orb.Point
	for i := range len(r) - 1 {
		walk = append(walk, r[i])
		from := r[i]
		slices.SortFunc(on[i], func(a, b orb.Point) int {
			return cmp.Compare(planar.DistanceSquared(from, a), planar.DistanceSquared(from, b))
		})
		walk = append(walk, on[i]...)
	}
	walk = slices.Compact(append(walk, r[0]))
	var loops []orb.Ring
	var path []orb.Point
	at := map[orb.Point]int{}
	for _, p := range walk {
		k, been := at[p]
		if !been {
			at[p] = len(path)
			path = append(path, p)
			continue
		}
		loop := append(slices.Clone(orb.Ring(path[k:])), p)
		for _, q := range path[k+1:] {
			delete(at, q)
		}
		path = path[:k+1]
		if len(loop) >= 4 && geo.Area(orb.Polygon{loop}) >= leastLoop {
			loops = append(loops, loop)
		}
	}
	return loops
}

// nested tells whether a loop lies in another or crosses one, which is the case
// where a ring winds around a place twice.
func nested(loops []orb.Ring) bool {
	if _, crosses := ringsCross(loops); crosses {
		return true
	}
	for i, inner := range loops {
		for k, outer := range loops {
			if i == k || !outer.Bound().Intersects(inner.Bound()) {
				continue
			}
			middle := orb.Point{(inner[0][0] + inner[1][0]) / 2, (inner[0][1] + inner[1][1]) / 2}
			if planar.RingContains(outer, middle) {
				return true
			}
		}
	}
	return false
}
