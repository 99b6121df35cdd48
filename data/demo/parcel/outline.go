package parcel

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Outlines are the polygons of groups of parcels, by group; -1 is of no group. Rings are closed, outer ones counter-clockwise,
// and meet each other in single vertices at most.
func (d *Division) Outlines(groups int, group func(label int) int) []orb.MultiPolygon {
	of := make([]int, len(d.triangles))
	for t, label := range d.labels {
		if of[t] = -1; label >= 0 {
			of[t] = group(label)
		}
	}
	outlines := make([]orb.MultiPolygon, groups)
	done := make([]bool, len(d.triangles))
	for t, g := range of {
		if g < 0 || done[t] {
			continue
		}
		outlines[g] = append(outlines[g], d.outline(d.connected(int32(t), of, done), of))
	}
	for _, parts := range outlines {
		slices.SortStableFunc(parts, func(a, b orb.Polygon) int {
			return cmp.Compare(planar.Area(b[0]), planar.Area(a[0]))
		})
	}
	return outlines
}

// connected are the triangles of one group that hang together by edges.
func (d *Division) connected(from int32, of []int, done []bool) []int32 {
	list := []int32{from}
	done[from] = true
	for i := 0; i < len(list); i++ {
		for _, n := range d.triangles[list[i]].Beside {
			if n >= 0 && !done[n] && of[n] == of[from] {
				done[n] = true
				list = append(list, n)
			}
		}
	}
	return list
}

// outline is the polygon that connected triangles of a group fill.
func (d *Division) outline(part []int32, of []int) orb.Polygon {
	leaving := map[int32][]int32{} // by vertex: where edges go that have the part on the left
	var starts []int32
	for _, t := range part {
		tri := d.triangles[t]
		for k, n := range tri.Beside {
			if n < 0 || of[n] != of[t] {
				leaving[tri.Corners[k]] = append(leaving[tri.Corners[k]], tri.Corners[(k+1)%3])
				starts = append(starts, tri.Corners[k])
			}
		}
	}
	var polygon orb.Polygon
	outer := 0
	for _, start := range starts {
		for len(leaving[start]) > 0 {
			ring := d.ring(start, leaving)
			if ring.Orientation() == orb.CCW {
				outer = len(polygon)
			}
			polygon = append(polygon, ring)
		}
	}
	polygon[0], polygon[outer] = polygon[outer], polygon[0]
	return polygon
}

// ring walks along edges from a vertex until it is there again, and takes the edges away. Where several leave it takes the first
// one counter-clockwise from the way back, so that what lies to its right is all one piece.
func (d *Division) ring(start int32, leaving map[int32][]int32) orb.Ring {
	first := leaving[start][0]
	ring := orb.Ring{d.degrees[start]}
	for at, to := start, first; ; {
		ring = append(ring, d.degrees[to])
		choices := leaving[to]
		best := 0
		for i := range choices {
			if d.turn(at, to, choices[i]) < d.turn(at, to, choices[best]) {
				best = i
			}
		}
		next := choices[best]
		leaving[to] = slices.Delete(choices, best, best+1)
		if to == start && next == first {
			return ring
		}
		at, to = to, next
	}
}

// turn is the angle, counter-clockwise from the way back, at which an edge leaves.
func (d *Division) turn(from, at, to int32) float64 {
	a, p, b := d.degrees[from], d.degrees[at], d.degrees[to]
	angle := math.Atan2(b[1]-p[1], b[0]-p[0]) - math.Atan2(a[1]-p[1], a[0]-p[0])
	if angle <= 0 {
		angle += 2 * math.Pi
	}
	return angle
}
