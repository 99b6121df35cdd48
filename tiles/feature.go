package tiles

import "github.com/cuntu/cuntu/geo"

// geometry puts what shows of a shape in e.shapes, parts or, of points, just those, and
// returns its type, 0 where nothing shows.
func (e *Encoder) geometry(shape geo.Shape, ranks []uint8, g *grid) (kind byte) {
	e.shapes.reset()
	switch shape.Kind {
	case geo.Points:
		for _, p := range shape.Points {
			if v := (vertex{g.x(p), g.y(p)}); v.outside() == 0 {
				e.shapes.add(v.point())
			}
		}
	case geo.Lines:
		e.lines(shape, ranks, g)
	case geo.Polygons:
		e.clip.clip(&e.shapes, g, shape, ranks)
		if len(e.shapes.ends) == 0 {
			collapse(&e.shapes, g, shape, ranks)
		}
	}
	if len(e.shapes.points) == 0 {
		return 0
	}
	return byte(shape.Kind) // POINT 1, LINESTRING 2, POLYGON 3
}

func (e *Encoder) lines(shape geo.Shape, ranks []uint8, g *grid) {
	e.shapes.reset()
	from := uint32(0)
	for _, to := range shape.Ends {
		clipLine(&e.shapes, g, shape.Points[from:to], ranks[from:to])
		from = to
	}
}

// collapse draws a polygon that has no area at this zoom as a small square in its
// middle, so that no feature is lost. Whether it has depends on the whole of it, so
// all tiles agree.
func collapse(s *shapes, g *grid, shape geo.Shape, ranks []uint8) {
	box := shape.Box()
	half := int64(1) << g.down >> 1 // of a unit: the square lies around the middle
	middle := vertex{
		((int64(box.Min.X)+int64(box.Max.X))<<g.up>>1 + g.addX - half) >> g.down,
		((int64(box.Min.Y)+int64(box.Max.Y))<<g.up>>1 + g.addY - half) >> g.down,
	}
	if middle.x < lo || middle.x >= hi || middle.y < lo || middle.y >= hi {
		return
	}
	from := uint32(0)
	for _, to := range shape.Ends {
		if hasArea(g, shape.Points[from:to], ranks[from:to]) {
			return
		}
		from = to
	}
	p := middle.point()
	s.points = append(s.points, p, point{p.x + 1, p.y}, point{p.x + 1, p.y + 1}, point{p.x, p.y + 1})
	s.ends = append(s.ends, int32(len(s.points)))
}

func hasArea(g *grid, ring []geo.Point, ranks []uint8) bool {
	var sum int64
	var x0, y0, px, py int64
	first := true
	for i, p := range ring {
		switch {
		case ranks[i] > g.detail:
		case first:
			x0, y0, first = g.x(p), g.y(p), false
		default:
			x, y := g.x(p)-x0, g.y(p)-y0
			sum += px*y - x*py
			px, py = x, y
		}
	}
	return sum != 0
}
