package geo

// Label is a vertex or place that stands for the shape where one point must:
// the point itself, the middle vertex of a line's longest part, the centre of
// a polygon's box. The origin for a shape without points.
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
		b := s.Box()
		return Point{middle(b.Min.X, b.Max.X), middle(b.Min.Y, b.Max.Y)}
	}
	return s.Points[0]
}

func middle(a, b int32) int32 { return int32((int64(a) + int64(b)) / 2) }
