package geo

import "slices"

// Label is a place that stands for the shape where one point must: the point
// itself, the middle vertex of a line's longest part, a place well inside of a
// polygon. The origin for a shape without points.
func (s Shape) Label() Point {
	switch {
	case len(s.Points) == 0:
		return Point{}
	case s.Kind == Lines:
		longest := s.Part(0)
		for i := range s.Ends {
			if part := s.Part(i); len(part) > len(longest) {
				longest = part
			}
		}
		return longest[len(longest)/2]
	case s.Kind == Polygons:
		return s.inside()
	}
	return s.Points[0]
}

// inside is the middle of the widest stretch of the polygon on the level half
// way down its box; a vertex where that level meets no inside.
func (s Shape) inside() Point {
	box := s.Box()
	level := float64(box.Min.Y)/2 + float64(box.Max.Y)/2 + 0.25 // never at a vertex
	var crossings []float64
	for i := range s.Ends {
		ring := s.Part(i)
		for j, a := range ring {
			b := ring[(j+1)%len(ring)]
			ay, by := float64(a.Y), float64(b.Y)
			if (ay < level) != (by < level) {
				crossings = append(crossings, float64(a.X)+(float64(b.X)-float64(a.X))*(level-ay)/(by-ay))
			}
		}
	}
	slices.Sort(crossings)
	best, width := s.Points[0], 0.0
	for i := 0; i+1 < len(crossings); i += 2 {
		if w := crossings[i+1] - crossings[i]; w > width {
			best, width = Point{toInt32((crossings[i] + crossings[i+1]) / 2), toInt32(level)}, w
		}
	}
	return best
}
