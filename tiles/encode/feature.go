package encode

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// geometry puts what shows of a shape in e.shapes, parts or, of points, just those, and
// returns its type, 0 where nothing shows.
func (e *Encoder) geometry(shape geo.Shape, ranks []uint8, g *maptile.Grid) (kind byte) {
	e.shapes.Reset()
	switch shape.Kind {
	case geo.Points:
		for _, p := range shape.Points {
			if v := (clip.Vertex{X: g.X(p), Y: g.Y(p)}); v.Outside() == 0 {
				e.shapes.Add(v.Point())
			}
		}
	case geo.Lines:
		e.lines(shape, ranks, g)
	case geo.Polygons:
		e.clip.Clip(&e.shapes, g, shape, ranks)
		if len(e.shapes.Ends) == 0 {
			collapse(&e.shapes, g, shape, ranks)
		}
	}
	if len(e.shapes.Points) == 0 {
		return 0
	}
	return byte(shape.Kind) // POINT 1, LINESTRING 2, POLYGON 3
}

func (e *Encoder) lines(shape geo.Shape, ranks []uint8, g *maptile.Grid) {
	e.shapes.Reset()
	from := uint32(0)
	for _, to := range shape.Ends {
		clip.Line(&e.shapes, g, shape.Points[from:to], ranks[from:to])
		from = to
	}
}

// collapse draws a polygon that has no area at this zoom as a small square in its
// middle, so that no feature is lost. Whether it has depends on the whole of it, so
// all tiles agree.
func collapse(s *clip.Shapes, g *maptile.Grid, shape geo.Shape, ranks []uint8) {
	box := shape.Box()
	half := int64(1) << g.Down >> 1 // of a unit: the square lies around the middle
	middle := clip.Vertex{
		X: ((int64(box.Min.X)+int64(box.Max.X))<<g.Up>>1 + g.AddX - half) >> g.Down,
		Y: ((int64(box.Min.Y)+int64(box.Max.Y))<<g.Up>>1 + g.AddY - half) >> g.Down,
	}
	if middle.X < clip.Lo || middle.X >= clip.Hi || middle.Y < clip.Lo || middle.Y >= clip.Hi {
		return
	}
	from := uint32(0)
	for _, to := range shape.Ends {
		if hasArea(g, shape.Points[from:to], ranks[from:to]) {
			return
		}
		from = to
	}
	p := middle.Point()
	s.Points = append(s.Points, p, clip.Point{X: p.X + 1, Y: p.Y}, clip.Point{X: p.X + 1, Y: p.Y + 1}, clip.Point{X: p.X, Y: p.Y + 1})
	s.Ends = append(s.Ends, int32(len(s.Points)))
}

func hasArea(g *maptile.Grid, ring []geo.Point, ranks []uint8) bool {
	var sum int64
	var x0, y0, px, py int64
	first := true
	for i, p := range ring {
		switch {
		case ranks[i] > g.Detail:
		case first:
			x0, y0, first = g.X(p), g.Y(p), false
		default:
			x, y := g.X(p)-x0, g.Y(p)-y0
			sum += px*y - x*py
			px, py = x, y
		}
	}
	return sum != 0
}
