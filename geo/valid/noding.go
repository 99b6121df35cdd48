package valid

import (
	"cmp"
	"math"
	"slices"
)

// segment is a piece of a ring from its lesser end to its greater.
type segment struct {
	a, b vertex
	ring int32
}

func newSegment(a, b vertex, ring int32) segment {
	if compare(a, b) > 0 {
		a, b = b, a
	}
	return segment{a, b, ring}
}

func withoutPoints(all []segment) []segment {
	return slices.DeleteFunc(all, func(s segment) bool { return s.a == s.b })
}

// mostPasses is how often segments are cut where they meet. Rounding the place of a
// crossing to the grid may make segments meet anew, mostly once or twice.
const mostPasses = 40

// mostCuts is how often segments are cut in a pass; who made more did not draw.
const mostCuts = 1 << 20

// node cuts segments at each other's ends and where they cross, until all that share a
// point share an end. met tells whether there was anything to cut, or an end that more
// than two segments share; ok is false where there is no end to it.
func node(segments *[]segment) (met, ok bool) {
	met = crowded(*segments)
	for range mostPasses {
		cuts, count := map[int][]vertex{}, 0
		meetings(*segments, func(i, k int) bool {
			s, t := &(*segments)[i], &(*segments)[k]
			if at, cross := crossing(s, t); cross {
				cut(cuts, s, i, at)
				cut(cuts, t, k, at)
				count++
				return count < mostCuts
			}
			for _, v := range [2]vertex{t.a, t.b} {
				if s.holds(v) {
					cut(cuts, s, i, v)
				}
			}
			for _, v := range [2]vertex{s.a, s.b} {
				if t.holds(v) {
					cut(cuts, t, k, v)
				}
			}
			return true
		})
		if len(cuts) == 0 {
			return met, true
		}
		if met = true; count >= mostCuts {
			return met, false
		}
		*segments = divide(*segments, cuts)
	}
	return met, false
}

// crowded tells whether a vertex is an end of more than two segments.
func crowded(segments []segment) bool {
	ends := make(map[vertex]int8, len(segments))
	for _, s := range segments {
		for _, v := range [2]vertex{s.a, s.b} {
			if ends[v]++; ends[v] > 2 {
				return true
			}
		}
	}
	return false
}

func cut(cuts map[int][]vertex, s *segment, i int, at vertex) {
	if at != s.a && at != s.b {
		cuts[i] = append(cuts[i], at)
	}
}

// holds tells whether v lies on the segment.
func (s *segment) holds(v vertex) bool {
	return compare(s.a, v) <= 0 && compare(v, s.b) <= 0 && side(s.a, s.b, v) == 0
}

// crossing is where two segments cross in their middles, on the grid.
func crossing(s, t *segment) (vertex, bool) {
	d1, d2 := side(s.a, s.b, t.a), side(s.a, s.b, t.b)
	if d1 == 0 || d2 == 0 || d1 > 0 == (d2 > 0) {
		return vertex{}, false
	}
	d3, d4 := side(t.a, t.b, s.a), side(t.a, t.b, s.b)
	if d3 == 0 || d4 == 0 || d3 > 0 == (d4 > 0) {
		return vertex{}, false
	}
	share := float64(d1) / (float64(d1) - float64(d2))
	return vertex{
		t.a.x + int64(math.Round(share*float64(t.b.x-t.a.x))),
		t.a.y + int64(math.Round(share*float64(t.b.y-t.a.y))),
	}, true
}

// meetings calls fn for each pair of segments whose boxes meet, until it says no. It sorts them by their
// western ends, so that the cost is that of those that overlap from west to east.
func meetings(all []segment, fn func(i, k int) bool) {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, k int) int { return cmp.Compare(all[i].a.x, all[k].a.x) })
	var open []int
	for _, i := range order {
		s := &all[i]
		low, high := min(s.a.y, s.b.y), max(s.a.y, s.b.y)
		kept := open[:0]
		for _, k := range open {
			t := &all[k]
			if t.b.x < s.a.x {
				continue
			}
			kept = append(kept, k)
			if min(t.a.y, t.b.y) <= high && low <= max(t.a.y, t.b.y) && !fn(k, i) {
				return
			}
		}
		open = append(kept, i)
	}
}

// divide cuts the segments.
func divide(all []segment, cuts map[int][]vertex) []segment {
	out := make([]segment, 0, len(all)+len(cuts))
	for i, s := range all {
		from := s.a
		list := cuts[i]
		slices.SortFunc(list, func(p, q vertex) int { return cmp.Compare(s.along(p), s.along(q)) })
		for _, v := range append(list, s.b) {
			out = append(out, newSegment(from, v, s.ring))
			from = v
		}
	}
	return withoutPoints(out)
}

// along is how far a point lies along the segment, in a unit of its own.
func (s *segment) along(v vertex) int64 {
	return (v.x-s.a.x)*(s.b.x-s.a.x) + (v.y-s.a.y)*(s.b.y-s.a.y)
}
