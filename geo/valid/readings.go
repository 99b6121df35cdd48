package valid

import (
	"slices"

	"github.com/paulmach/orb"
)

// readings are the ways to read what rings enclose.
type readings struct {
	*arrangement
	rings []ring
	size  []float64 // of each face

	within [][]int32 // the rings around each face
}

// sizes measures the faces: what their outer cycles enclose, less what lies in it.
func (a *arrangement) sizes(g *grid, area func(orb.Ring) float64) []float64 {
	size := make([]float64, a.faces)
	own := make([]int32, a.faces)
	for f := range own {
		own[f] = int32(f)
	}
	for _, c := range a.cycles(own) {
		m := area(a.ring(g, c.halves))
		if !c.outer {
			m = -m
		}
		size[c.face] += m
	}
	return size
}

// settle gives the faces that are inside, or the place about which the readings differ
// by more than least.
func (r *readings) settle(g *grid, least float64) ([]bool, error) {
	if !r.surround() {
		return nil, &RefusedError{g.degrees(r.from(0)), Tangled}
	}
	lines, odd, structure := r.byLines(), make([]bool, r.faces), make([]bool, r.faces)
	var fromOdd, fromStructure, beyond dispute
	for f := 1; f < r.faces; f++ {
		odd[f] = len(r.within[f])%2 == 1
		structure[f] = r.structured(f)
		fromOdd.add(f, r.size[f], lines[f] != odd[f])
		fromStructure.add(f, r.size[f], lines[f] != structure[f])
		beyond.add(f, r.size[f], lines[f] && !slices.ContainsFunc(r.within[f], func(n int32) bool { return r.rings[n].outer }))
	}
	switch {
	case beyond.size > least:
		return nil, &RefusedError{g.degrees(r.corner(beyond.face)), Outside}
	case fromOdd.size > least && fromStructure.size > least:
		return nil, &RefusedError{g.degrees(r.corner(fromOdd.face)), Doubtful}
	}
	return lines, nil
}

// dispute is how much is read otherwise, and the largest face of it.
type dispute struct {
	size, largest float64
	face          int
}

func (d *dispute) add(face int, size float64, disputed bool) {
	if !disputed {
		return
	}
	d.size += size
	if size > d.largest {
		d.largest, d.face = size, face
	}
}

func (r *readings) corner(face int) vertex {
	for h, f := range r.face {
		if int(f) == face {
			return r.from(int32(h))
		}
	}
	return vertex{}
}

// mostWithin is how many rings may lie around all faces together.
const mostWithin = 1 << 24

// surround finds the rings around each face, from the one without bounds inwards; false
// where they are too many to be told.
func (r *readings) surround() bool {
	total := 0
	r.within = make([][]int32, r.faces)
	beside := make([][]int32, r.faces) // half-edges
	for h, f := range r.face {
		beside[f] = append(beside[f], int32(h))
	}
	known := make([]bool, r.faces)
	known[0] = true
	for queue := []int32{0}; len(queue) > 0; queue = queue[1:] {
		for _, h := range beside[queue[0]] {
			if f := r.face[h^1]; !known[f] {
				known[f] = true
				r.within[f] = toggled(r.within[queue[0]], r.edges[h>>1].rings)
				if total += len(r.within[f]); total > mostWithin {
					return false
				}
				queue = append(queue, f)
			}
		}
	}
	return true
}

// toggled is a set with some taken out that were in it and put in that were not.
func toggled(set, some []int32) []int32 {
	out := slices.Clone(set)
	for _, n := range some {
		if i := slices.Index(out, n); i >= 0 {
			out = slices.Delete(out, i, i+1)
		} else {
			out = append(out, n)
		}
	}
	return out
}

// structured tells whether a face lies in the outer ring of a polygon and in none of
// its holes.
func (r *readings) structured(face int) bool {
	for _, n := range r.within[face] {
		if !r.rings[n].outer {
			continue
		}
		if !slices.ContainsFunc(r.within[face], func(m int32) bool { return !r.rings[m].outer && r.rings[m].part == r.rings[n].part }) {
			return true
		}
	}
	return false
}

// byLines reads the lines alone, as GEOS's MakeValid does, which is PostGIS's
// ST_MakeValid: the areas that all lines bound are taken together; of the lines that do
// not bound what comes of it the same is done again, and what the two do not share is
// kept, until no line bounds anything.
func (r *readings) byLines() []bool {
	inside := make([]bool, r.faces)
	left := make([]bool, len(r.edges))
	for e := range left {
		left[e] = true
	}
	for {
		area := r.bounded(left)
		for f := range inside {
			inside[f] = inside[f] != area[f]
		}
		fewer := false
		for e := range r.edges {
			if left[e] && area[r.face[2*e]] != area[r.face[2*e+1]] {
				left[e], fewer = false, true
			}
		}
		if !fewer {
			return inside
		}
	}
}

// bounded are the faces that some edges bound, but for those that fill a hole of
// another face whole (GEOS's BuildArea). A face in such a face's hole counts again.
func (r *readings) bounded(left []bool) []bool {
	group := r.groups(func(e int) bool { return left[e] })
	cycles := r.cycles(group) // the outer ones first
	length := map[int32]int{} // of the outer cycle of each group
	parent := map[int32]int32{}
	for _, c := range cycles {
		if c.outer {
			length[c.face] += len(c.halves)
			continue
		}
		fills := group[r.face[c.halves[0]^1]]
		alone := !slices.ContainsFunc(c.halves, func(h int32) bool { return group[r.face[h^1]] != fills })
		if _, has := parent[fills]; c.face != group[0] && alone && length[fills] == len(c.halves) && !has {
			parent[fills] = c.face
		}
	}
	area := make([]bool, r.faces)
	for f := range area {
		depth := 0
		for g, has := group[f], true; has; depth++ {
			g, has = parent[g]
		}
		area[f] = group[f] != group[0] && depth%2 == 1
	}
	return area
}

// broken tells whether polygons of which the faces inside are the meaning have any
// fault: rings that share an edge, that enclose something else, or another number of
// parts and holes.
func (r *readings) broken(inside []bool, parts int) (at vertex, broken bool) {
	for _, e := range r.edges {
		if len(e.rings) > 1 {
			return e.a, true
		}
	}
	for f := 1; f < r.faces; f++ {
		if inside[f] != r.structured(f) || inside[f] != (len(r.within[f])%2 == 1) {
			return r.corner(f), true
		}
	}
	o := r.outline(inside)
	if len(o.outer) != parts || len(o.holes) != len(r.rings)-parts {
		return r.pinch(), true
	}
	return vertex{}, false
}

// pinch is a vertex where more than two edges meet.
func (r *readings) pinch() vertex {
	ends := map[vertex]int{}
	for h := range r.next {
		v := r.from(int32(h))
		if ends[v]++; ends[v] > 2 {
			return v
		}
	}
	return vertex{}
}
