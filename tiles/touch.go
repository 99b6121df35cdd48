package tiles

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// slack is how many units beyond a tile's buffer a shape may lie and still change the
// tile: simplification moves outlines by up to 4, rounding by one.
const slack = 16

// reach finds the tiles that a shape of a layer shows in, at any zoom.
type reach struct {
	layer  *layers.Layer
	shape  geo.Shape
	box    geo.Box
	middle geo.Point
}

func reachOf(l *layers.Layer, s geo.Shape) reach {
	r := reach{layer: l, shape: s, box: s.Box()}
	r.middle = geo.Point{X: middle(r.box.Min.X, r.box.Max.X), Y: middle(r.box.Min.Y, r.box.Max.Y)}
	return r
}

// boxAt is what the shape may change at a zoom: its own box or the cells of which it
// is a part. In clusters it counts; in tiles that select it makes others show or hides
// them, where other tiles have their levels, whose changes come as shapes of their own.
func (r *reach) boxAt(z uint8, selects bool) (box geo.Box, cells bool) {
	show := &r.layer.Draw
	switch {
	case r.shape.Kind != geo.Points:
	case encode.Clustered(r.layer, z):
		return encode.CellBox(r.box, show.Cluster.Units, z), true
	case selects && show.Thin != nil && int(z) < show.Thin.Below:
		return encode.CellBox(r.box, show.Thin.Units, z), true
	}
	return r.box, false
}

// tiles is the range of tiles of a zoom, from and to included, that the box of what
// the shape may change reaches into.
func (r *reach) tiles(z uint8) (from, to maptile.Tile) {
	box, _ := r.boxAt(z, true)
	// A tile's units reach beyond it on each side, so the shape's reach as far.
	beyond := int64(maptile.Buffer+slack) << maptile.WorldBits >> maptile.ExtentBits >> z
	at := func(v int32, by int64) uint32 {
		return uint32(max(0, min(1<<maptile.WorldBits-1, int64(v)+1<<(maptile.WorldBits-1)+by)) >> (maptile.WorldBits - z))
	}
	from = maptile.Tile{Z: z, X: at(box.Min.X, -beyond), Y: at(box.Min.Y, -beyond)}
	to = maptile.Tile{Z: z, X: at(box.Max.X, beyond), Y: at(box.Max.Y, beyond)}
	return from, to
}

// touches tells whether the shape itself, not only its box, reaches into a tile, which
// may be one that selects.
func (r *reach) touches(t maptile.Tile, selects bool) bool {
	box := t.Box(maptile.Buffer + slack)
	at, cells := r.boxAt(t.Z, selects)
	if !at.Intersects(box) {
		return false
	}
	if cells {
		return true
	}
	from := uint32(0)
	inside := false
	for _, to := range r.shape.Ends {
		part := r.shape.Points[from:to]
		from = to
		if len(part) == 0 {
			continue
		}
		if box.Contains(part[0]) {
			return true
		}
		for i := 1; i < len(part); i++ {
			if crosses(box, part[i-1], part[i]) {
				return true
			}
		}
		if r.shape.Kind == geo.Polygons {
			if crosses(box, part[len(part)-1], part[0]) {
				return true
			}
			inside = inside != around(part, box.Min)
		}
	}
	// A polygon without area is drawn in its middle, wherever that is.
	return inside || r.shape.Kind == geo.Polygons && box.Contains(r.middle)
}

// crosses tells whether a segment has a point in common with a box: their boxes have
// and the box's corners do not all lie on one side of the segment. A float's error
// is small beside slack.
func crosses(b geo.Box, p, q geo.Point) bool {
	if max(p.X, q.X) < b.Min.X || min(p.X, q.X) > b.Max.X || max(p.Y, q.Y) < b.Min.Y || min(p.Y, q.Y) > b.Max.Y {
		return false
	}
	dx, dy := float64(q.X)-float64(p.X), float64(q.Y)-float64(p.Y)
	at := func(x, y int32) float64 { return (float64(x)-float64(p.X))*dy - (float64(y)-float64(p.Y))*dx }
	s1, s2, s3, s4 := at(b.Min.X, b.Min.Y), at(b.Max.X, b.Min.Y), at(b.Min.X, b.Max.Y), at(b.Max.X, b.Max.Y)
	return min(s1, s2, s3, s4) <= 0 && max(s1, s2, s3, s4) >= 0
}

// around tells whether a ring goes round a place that is not on it.
func around(ring []geo.Point, p geo.Point) (in bool) {
	a := ring[len(ring)-1]
	for _, b := range ring {
		if (a.Y > p.Y) != (b.Y > p.Y) {
			t := (float64(p.Y) - float64(a.Y)) / (float64(b.Y) - float64(a.Y))
			if float64(p.X) < float64(a.X)+t*(float64(b.X)-float64(a.X)) {
				in = !in
			}
		}
		a = b
	}
	return in
}
