package ground

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// Region is connected cells, in the order in which they were found.
type Region []int32

// Grow is the region around a seed of the cells for which fits holds, up to a
// number of cells. It spreads to what is near and, by chance, likely first, which
// gives lobes instead of the diamonds that a spread by steps would.
func (g *Ground) Grow(seed int32, most int, fits func(int32) bool) Region {
	if !fits(seed) {
		return nil
	}
	middle := g.Grid.Center(int(seed))
	queued := map[int32]bool{seed: true}
	q := CellHeap{{0, seed}}
	var out Region
	for len(q) > 0 && len(out) < most {
		i := q.Pop().Cell
		out = append(out, i)
		if g.Grid.Rim(int(i)) {
			continue
		}
		for _, d := range [4]int32{1, int32(g.Grid.W), -1, -int32(g.Grid.W)} {
			n := i + d
			if queued[n] || !fits(n) {
				continue
			}
			queued[n] = true
			p := g.Grid.Center(int(n))
			far := p.Distance(middle) / g.Grid.Cell * (1 + 0.6*plane.Noise(g.Seed+16, p.X/1500, p.Y/1500))
			q.Push(CellCost{float32(far + 2*plane.Chance(g.Seed, int(n), 243)), n})
		}
	}
	return out
}

// Outline is the region's outer edge as a polygon with rounded corners. Holes are
// filled: they are a few cells wide.
func (g *Ground) Outline(r Region) orb.Polygon {
	in := make(map[int32]bool, len(r))
	lowest := r[0]
	for _, i := range r {
		in[i] = true
		lowest = min(lowest, i)
	}
	// Walk the edge with the region on the left, from the south-west corner of the
	// lowest cell. Corners are numbered like cells, each being its cell's south-west
	// one; at a corner where two cells touch by their tips the walk turns left, so
	// that the ring never meets itself.
	w := int32(g.Grid.W)
	step := [4]int32{1, w, -1, -w} // east, north, west, south
	open := func(corner int32, d int) bool {
		var left, right int32
		switch d {
		case 0:
			left, right = corner, corner-w
		case 1:
			left, right = corner-1, corner
		case 2:
			left, right = corner-1-w, corner-1
		case 3:
			left, right = corner-w, corner-1-w
		}
		return in[left] && !in[right]
	}
	var corners []int32
	at, d := lowest, 0
	for {
		corners = append(corners, at)
		at += step[d]
		for _, turn := range [3]int{1, 0, 3} {
			if next := (d + turn) & 3; open(at, next) {
				d = next
				break
			}
		}
		if at == lowest && d == 0 {
			break
		}
	}
	return orb.Polygon{g.round(corners)}
}

// round is the ring through the corners, each drawn towards its neighbours twice
// so that no right angle of the grid is left.
func (g *Ground) round(corners []int32) orb.Ring {
	n := len(corners)
	points := make([]plane.XY, n)
	for k, c := range corners {
		p := g.Grid.Center(int(c))
		p.X += g.Grid.Cell * (-0.5 + 0.25*(plane.Chance(g.Seed, int(c), 241)-0.5))
		p.Y += g.Grid.Cell * (-0.5 + 0.25*(plane.Chance(g.Seed, int(c), 242)-0.5))
		points[k] = p
	}
	for range 2 {
		next := make([]plane.XY, n)
		for k := range points {
			next[k] = points[k].To(points[(k+n-1)%n].To(points[(k+1)%n], 0.5), 0.5)
		}
		points = next
	}
	ring := orb.Ring(Degrees(points))
	return append(ring, ring[0])
}
