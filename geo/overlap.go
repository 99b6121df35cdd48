package geo

import (
	"cmp"
	"math"
	"slices"
)

// Overlap is the area in square metres, on the WGS 84 ellipsoid, of what a polygon has
// in common with any of others; with itself, it is the polygon's own. Edges are
// straight on the map, as everywhere among shapes; what is inside goes by the even-odd
// rule, so that rings that cross themselves have an area too.
//
// It cuts the plane into slabs at every vertex and every crossing of two edges, between
// which all edges lie side by side, and adds up the trapezoids that lie inside of both.
// Nothing is constructed, so nothing can fail. It takes the square of the number of
// edges on the polygon's level where they are many and crowded, far less else.
func (s Shape) Overlap(others ...Shape) float64 {
	box := s.Box()
	if s.Kind != Polygons || box.IsEmpty() {
		return 0
	}
	edges := appendEdges(nil, s, 0, box)
	for i, o := range others {
		if o.Kind == Polygons {
			edges = appendEdges(edges, o, i+1, box)
		}
	}
	slices.SortFunc(edges, func(a, b slabEdge) int { return cmp.Compare(a.y0, b.y0) })
	levels := levelsOf(edges, box)
	inside := make([]bool, len(others)+1)
	var active []slabEdge
	sum, next := 0.0, 0
	for i := 1; i < len(levels); i++ {
		low, high := levels[i-1], levels[i]
		for ; next < len(edges) && edges[next].y0 <= low; next++ {
			active = append(active, edges[next])
		}
		active = slices.DeleteFunc(active, func(e slabEdge) bool { return e.y1 <= low })
		sum += slab(active, inside, low, high)
	}
	return sum
}

// slabEdge is an edge of a shape, y0 < y1.
type slabEdge struct {
	x0, y0, x1, y1 float64
	shape          int
	middle         float64
}

func (e *slabEdge) at(y float64) float64 {
	switch y { // exact at the ends
	case e.y0:
		return e.x0
	case e.y1:
		return e.x1
	}
	return e.x0 + (e.x1-e.x0)*(y-e.y0)/(e.y1-e.y0)
}

// appendEdges adds the edges that are on the levels of a box, but those east of it,
// which count for nothing. Level ones bound no slab.
func appendEdges(edges []slabEdge, s Shape, number int, box Box) []slabEdge {
	for i := range s.Ends {
		ring := s.Part(i)
		for j, a := range ring {
			b := ring[(j+1)%len(ring)]
			if a.Y > b.Y {
				a, b = b, a
			}
			if a.Y == b.Y || b.Y <= box.Min.Y || a.Y >= box.Max.Y || a.X > box.Max.X && b.X > box.Max.X {
				continue
			}
			edges = append(edges, slabEdge{float64(a.X), float64(a.Y), float64(b.X), float64(b.Y), number, 0})
		}
	}
	return edges
}

// levelsOf are the levels of all vertices and crossings in the box.
func levelsOf(edges []slabEdge, box Box) []float64 {
	low, high, west := float64(box.Min.Y), float64(box.Max.Y), float64(box.Min.X)
	levels := []float64{low, high}
	add := func(y float64) {
		if y > low && y < high {
			levels = append(levels, y)
		}
	}
	var active []*slabEdge
	for i := range edges {
		e := &edges[i]
		add(e.y0)
		add(e.y1)
		if max(e.x0, e.x1) < west {
			continue // west of the box the order of edges makes no difference
		}
		active = slices.DeleteFunc(active, func(a *slabEdge) bool { return a.y1 <= e.y0 })
		for _, a := range active {
			if y, ok := crossing(a, e); ok {
				add(y)
			}
		}
		active = append(active, e)
	}
	slices.Sort(levels)
	return slices.Compact(levels)
}

// crossing is the level on which two edges cross in their insides.
func crossing(a, b *slabEdge) (y float64, ok bool) {
	if min(a.x0, a.x1) > max(b.x0, b.x1) || min(b.x0, b.x1) > max(a.x0, a.x1) {
		return 0, false
	}
	low, high := max(a.y0, b.y0), min(a.y1, b.y1)
	if low >= high {
		return 0, false
	}
	d0, d1 := a.at(low)-b.at(low), a.at(high)-b.at(high)
	if d0 == d1 || (d0 < 0) == (d1 < 0) && d0 != 0 && d1 != 0 {
		return 0, false
	}
	return low + (high-low)*d0/(d0-d1), true
}

// slab adds up what lies inside between two levels.
func slab(active []slabEdge, inside []bool, low, high float64) (sum float64) {
	for i := range active {
		active[i].middle = active[i].at((low + high) / 2)
	}
	slices.SortFunc(active, func(a, b slabEdge) int { return cmp.Compare(a.middle, b.middle) })
	clear(inside)
	others := 0
	for i := range active {
		n := active[i].shape
		if inside[n] = !inside[n]; n > 0 && inside[n] {
			others++
		} else if n > 0 {
			others--
		}
		if inside[0] && others > 0 && i+1 < len(active) {
			sum += trapezoid(&active[i], &active[i+1], low, high)
		}
	}
	return sum
}

// tallestStep is the height, in units, over which Simpson's rule takes the area of a
// unit for a parabola: some 10 km, where it errs by 10⁻¹².
const tallestStep = 1 << 20

func trapezoid(west, east *slabEdge, low, high float64) (sum float64) {
	steps := math.Ceil((high - low) / tallestStep)
	width := func(y float64) float64 { return (east.at(y) - west.at(y)) * unitArea(y) }
	for k := range int(steps) {
		a, b := low+(high-low)*float64(k)/steps, low+(high-low)*float64(k+1)/steps
		sum += (b - a) / 6 * (width(a) + 4*width((a+b)/2) + width(b))
	}
	return sum
}

// unitArea is the square metres of a unit at a level: with dλ and the isometric dψ a
// unit each, N cos φ dλ · M dφ, and dφ = cos φ dψ on Web Mercator's sphere.
func unitArea(y float64) float64 {
	const unit = 2 * math.Pi / (1 << 32)
	t := math.Tanh(y * unit) // sin φ, southward
	cos2 := 1 - t*t
	w := 1 - eccentricity*t*t
	return semiMajor * semiMajor * (1 - eccentricity) / (w * w) * cos2 * unit * unit
}

// Gap is the distance in metres between the nearest places of two shapes, 0 where they
// have a place in common; +Inf where one has no vertices.
func (s Shape) Gap(o Shape) float64 {
	best := math.Inf(1)
	if len(s.Points) > len(o.Points) {
		s, o = o, s
	}
	for _, p := range s.Points {
		origin := At(p.LonLat())
		best = min(best, origin.Nearest(o).Metres)
	}
	// Between shapes that do not cross, a vertex of one or of the other is nearest.
	box := s.Box()
	for _, p := range o.Points {
		if best == 0 {
			return 0
		}
		origin := At(p.LonLat())
		if origin.Bound(box) < best {
			best = min(best, origin.Nearest(s).Metres)
		}
	}
	if best > 0 && s.crosses(o) {
		return 0
	}
	return best
}

// crosses tells whether an edge of one shape crosses one of the other.
func (s Shape) crosses(o Shape) bool {
	box := s.Box()
	if !box.Intersects(o.Box()) {
		return false
	}
	for a, b := range s.edges {
		around := Empty.Extend(a).Extend(b)
		for c, d := range o.edges {
			if around.Intersects(Empty.Extend(c).Extend(d)) && side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0 {
				return true
			}
		}
	}
	return false
}

// side is 1 or -1 for a point on either side of the line from a to b, 0 on it.
func side(a, b, p Point) int {
	left := float64(int64(b.X)-int64(a.X)) * float64(int64(p.Y)-int64(a.Y))
	right := float64(int64(b.Y)-int64(a.Y)) * float64(int64(p.X)-int64(a.X))
	return cmp.Compare(left, right)
}

// edges yields the edges of lines and rings.
func (s Shape) edges(yield func(a, b Point) bool) {
	if s.Kind != Lines && s.Kind != Polygons {
		return
	}
	for i := range s.Ends {
		part := s.Part(i)
		for j := 1; j < len(part); j++ {
			if !yield(part[j-1], part[j]) {
				return
			}
		}
		if n := len(part); s.Kind == Polygons && n > 2 && !yield(part[n-1], part[0]) {
			return
		}
	}
}
