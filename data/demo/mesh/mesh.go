// Package mesh divides a part of the plane into triangles between given points, along given edges: a constrained Delaunay
// triangulation. Points in whole units flow in, triangles by the numbers of their corners flow out, each beside its neighbours.
// It knows of no places, heights or outlines.
package mesh

import (
	"cmp"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo/curve"
)

// Point is a place in whole units, at most 2^28 from the origin, so that which side of a line it lies on is exact.
type Point struct{ X, Y int64 }

// none is the neighbour of an edge on the outside.
const none = -1

// Triangle has its corners counter-clockwise. Beside its edge k, from corner k to the next, lies triangle Beside[k], -1 for none.
type Triangle struct {
	Corners [3]int32
	Beside  [3]int32
}

// Mesh is triangles between points.
type Mesh struct {
	points    []Point // the last three are corners far outside
	triangles []Triangle
	dead      []bool
	free      []int32
	last      int32 // where the search for the next point begins
	cavity    cavity
}

// cavity is what makes room for a new point: triangles around it, and the edges around those.
type cavity struct {
	inside map[int32]bool
	stack  []int32
	rim    []rimEdge
	at     map[int32]int32 // the new triangle at the rim edge that begins at a corner
}

type rimEdge struct {
	from, to int32 // corners, counter-clockwise around the new point
	beyond   int32
}

// New triangulates points, all different and of which not all are in line. It takes about n log n steps.
func New(points []Point) *Mesh {
	const far = 1 << 30
	m := &Mesh{points: append(slices.Clone(points), Point{-2 * far, -far}, Point{2 * far, -far}, Point{0, 2 * far})}
	n := int32(len(points))
	m.triangles = []Triangle{{[3]int32{n, n + 1, n + 2}, [3]int32{none, none, none}}}
	m.dead = []bool{false}
	m.cavity = cavity{inside: map[int32]bool{}, at: map[int32]int32{}}
	for _, p := range inOrder(points) {
		m.insert(p)
	}
	return m
}

// inOrder are the numbers of the points along a curve, so that each lies close to the one before.
func inOrder(points []Point) []int32 {
	order := make([]int32, len(points))
	keys := make([]uint64, len(points))
	for i, p := range points {
		order[i] = int32(i)
		keys[i] = curve.Hilbert(uint32(p.X+1<<28), uint32(p.Y+1<<28), 29)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b)) })
	return order
}

// side is positive where c lies left of the line from a to b, 0 on it.
func (m *Mesh) side(a, b, c int32) int {
	p, q, r := m.points[a], m.points[b], m.points[c]
	return cmp.Compare((q.X-p.X)*(r.Y-p.Y), (q.Y-p.Y)*(r.X-p.X))
}

// within tells whether a point lies in the circle around a triangle. On it, or too close to tell, is not within.
func (m *Mesh) within(t *Triangle, p int32) bool {
	var dx, dy, d [3]float64
	size := 0.0
	for k, c := range t.Corners {
		dx[k], dy[k] = float64(m.points[c].X-m.points[p].X), float64(m.points[c].Y-m.points[p].Y)
		d[k] = dx[k]*dx[k] + dy[k]*dy[k]
	}
	det := 0.0
	for k := range 3 {
		i, j := (k+1)%3, (k+2)%3
		left, right := dx[i]*dy[j], dx[j]*dy[i]
		det += d[k] * (left - right)
		size += d[k] * (math.Abs(left) + math.Abs(right))
	}
	return det > 1e-14*size
}

// locate is a triangle in which the point lies, or on whose edge.
func (m *Mesh) locate(p int32) int32 {
	t := m.last
walk:
	for {
		tri := &m.triangles[t]
		for k := range 3 {
			if m.side(tri.Corners[k], tri.Corners[(k+1)%3], p) < 0 {
				t = tri.Beside[k]
				continue walk
			}
		}
		return t
	}
}

// insert adds a point (Bowyer 1981, Watson 1981).
func (m *Mesh) insert(p int32) {
	c := &m.cavity
	clear(c.inside)
	c.stack, c.rim = append(c.stack[:0], m.locate(p)), c.rim[:0]
	c.inside[c.stack[0]] = true
	for len(c.stack) > 0 {
		t := c.stack[len(c.stack)-1]
		c.stack = c.stack[:len(c.stack)-1]
		tri := &m.triangles[t]
		for k, n := range tri.Beside {
			if n == none || c.inside[n] {
				continue
			}
			// What the new point does not lie left of is taken in too, so that all of the rim is seen from it.
			if m.within(&m.triangles[n], p) || m.side(tri.Corners[k], tri.Corners[(k+1)%3], p) <= 0 {
				c.inside[n] = true
				c.stack = append(c.stack, n)
			}
		}
	}
	for t := range c.inside {
		tri := &m.triangles[t]
		for k, n := range tri.Beside {
			if n == none || !c.inside[n] {
				c.rim = append(c.rim, rimEdge{tri.Corners[k], tri.Corners[(k+1)%3], n})
			}
		}
	}
	slices.SortFunc(c.rim, func(a, b rimEdge) int { return cmp.Compare(a.from, b.from) }) // the same however the map is walked
	for _, t := range slices.Sorted(keysOf(c.inside)) {
		m.dead[t] = true
		m.free = append(m.free, t)
	}
	clear(c.at)
	for _, e := range c.rim {
		t := m.add(Triangle{[3]int32{e.from, e.to, p}, [3]int32{e.beyond, none, none}})
		c.at[e.from] = t
		if e.beyond != none {
			m.meet(e.beyond, e.to, t)
		}
	}
	for _, e := range c.rim {
		t, next := c.at[e.from], c.at[e.to]
		m.triangles[t].Beside[1], m.triangles[next].Beside[2] = next, t
		m.last = t
	}
}

func keysOf(set map[int32]bool) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		for k := range set {
			if !yield(k) {
				return
			}
		}
	}
}

func (m *Mesh) add(t Triangle) int32 {
	if n := len(m.free); n > 0 {
		at := m.free[n-1]
		m.free = m.free[:n-1]
		m.triangles[at], m.dead[at] = t, false
		return at
	}
	m.triangles, m.dead = append(m.triangles, t), append(m.dead, false)
	return int32(len(m.triangles) - 1)
}

// meet makes beside the neighbour of t at the edge that begins at a corner.
func (m *Mesh) meet(t, from, beside int32) {
	m.triangles[t].Beside[m.corner(t, from)] = beside
}

// corner is which corner of a triangle a point is.
func (m *Mesh) corner(t, point int32) int { return slices.Index(m.triangles[t].Corners[:], point) }

// Triangles are those whose corners are points given to New, each beside the others by their places in the list.
func (m *Mesh) Triangles() []Triangle {
	outside := int32(len(m.points) - 3)
	to := make([]int32, len(m.triangles))
	var list []Triangle
	for t, tri := range m.triangles {
		if to[t] = none; !m.dead[t] && max(tri.Corners[0], tri.Corners[1], tri.Corners[2]) < outside {
			to[t] = int32(len(list))
			list = append(list, tri)
		}
	}
	for i := range list {
		for k, n := range list[i].Beside {
			if n != none {
				list[i].Beside[k] = to[n]
			}
		}
	}
	return list
}
