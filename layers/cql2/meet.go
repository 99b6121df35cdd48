package cql2

import (
	"math"

	"github.com/cuntu/cuntu/geo"
)

// where a place lies in polygons.
type where uint8

const (
	outside where = iota
	border
	inside
)

// locate counts the borders east of the place.
func locate(p geo.Point, polygons geo.Shape) where {
	in := false
	for i := range polygons.Ends {
		ring := polygons.Part(i)
		a := ring[len(ring)-1]
		for _, b := range ring {
			if min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y) {
				turn := orient(a, b, p)
				if turn == 0 && min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) {
					return border
				}
				if (a.Y > p.Y) != (b.Y > p.Y) && (turn > 0) == (b.Y > a.Y) {
					in = !in
				}
			}
			a = b
		}
	}
	if in {
		return inside
	}
	return outside
}

// orient is positive where a, b, c turn clockwise on the map, 0 where they are in line.
// Its sign is exact: int64 arithmetic wraps, but comes out right where the result fits,
// and where it does not, rounding cannot turn its sign.
func orient(a, b, c geo.Point) float64 {
	ux, uy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	vx, vy := int64(c.X)-int64(a.X), int64(c.Y)-int64(a.Y)
	if rough := float64(ux)*float64(vy) - float64(uy)*float64(vx); math.Abs(rough) >= 1<<62 {
		return rough
	}
	return float64(ux*vy - uy*vx)
}

// meet tells whether two shapes have a point in common: they have where a border of one
// meets one of the other, or where one lies in the other.
func meet(a, b geo.Shape) bool {
	return lies(a, b) || lies(b, a) || bordersMeet(a, b)
}

// lies tells whether the beginning of a part of a lies in b's polygons.
func lies(a, b geo.Shape) bool {
	if b.Kind != geo.Polygons {
		return false
	}
	for i := range a.Ends {
		if part := a.Part(i); len(part) > 0 && locate(part[0], b) != outside {
			return true
		}
	}
	return false
}

func bordersMeet(a, b geo.Shape) bool {
	box := b.Box()
	for p, q := range segments(a) {
		if !boxAround(p, q).Intersects(box) {
			continue
		}
		for r, s := range segments(b) {
			if cross(p, q, r, s) {
				return true
			}
		}
	}
	return false
}

// segments yields a shape's segments; a point or a line of one vertex is one from there
// to there.
func segments(s geo.Shape) func(yield func(p, q geo.Point) bool) {
	return func(yield func(p, q geo.Point) bool) {
		for i := range s.Ends {
			part := s.Part(i)
			if len(part) == 0 {
				continue
			}
			if (s.Kind == geo.Polygons || len(part) == 1) && !yield(part[len(part)-1], part[0]) {
				return
			}
			for k := 1; k < len(part); k++ {
				if !yield(part[k-1], part[k]) {
					return
				}
			}
		}
	}
}

func boxAround(p, q geo.Point) geo.Box { return geo.Empty.Extend(p).Extend(q) }

// cross tells whether two segments have a point in common.
func cross(p, q, r, s geo.Point) bool {
	if !boxAround(p, q).Intersects(boxAround(r, s)) {
		return false
	}
	opposite := func(a, b float64) bool { return a <= 0 && b >= 0 || a >= 0 && b <= 0 }
	return opposite(orient(p, q, r), orient(p, q, s)) && opposite(orient(r, s, p), orient(r, s, q))
}
