package features

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/served"
)

// metreDigits is to how many parts of a metre coordinates in metres are written: a tenth of the grid's.
const metreDigits = 1e3

// Places writes the geometries of shapes as GeoJSON in a coordinate system. They are those of Shape.Geometry, made without
// any in between.
type Places struct {
	move       func(orb.Point) orb.Point // from degrees; nil where they stay
	northFirst bool
	digits     int64
}

// NewPlaces writes in a system.
func NewPlaces(s System) *Places {
	p := &Places{northFirst: s.NorthFirst, digits: served.DegreeDigits}
	if !s.isDegrees() {
		p.move = s.FromWGS84
		if !s.Geographic() {
			p.digits = metreDigits
		}
	}
	return p
}

// AppendShape writes null where there is no place, and where the system does not reach it.
func (w *Places) AppendShape(b []byte, s geo.Shape) []byte {
	from := len(b)
	ok := true
	switch {
	case s.Kind == geo.Points:
		b, ok = w.appendPoints(b, s)
	case s.Kind == geo.Lines:
		b, ok = w.appendLines(b, s)
	case s.Kind == geo.Polygons && len(s.Ends) > 0:
		b, ok = w.appendPolygons(b, s)
	default:
		ok = false
	}
	if !ok {
		return append(b[:from], "null"...)
	}
	return append(b, '}')
}

func appendType(b []byte, name string, several bool) []byte {
	b = append(b, `{"type":"`...)
	if several {
		b = append(b, "Multi"...)
	}
	return append(append(b, name...), `","coordinates":`...)
}

func (w *Places) appendPoints(b []byte, s geo.Shape) ([]byte, bool) {
	if len(s.Points) == 1 {
		return w.appendPoint(appendType(b, "Point", false), s.Points[0])
	}
	return w.appendRun(appendType(b, "Point", true), s.Points)
}

func (w *Places) appendLines(b []byte, s geo.Shape) ([]byte, bool) {
	several := len(s.Ends) != 1
	b = appendType(b, "LineString", several)
	if several {
		b = append(b, '[')
	}
	reached := true
	for i := range s.Ends {
		part := s.Part(i)
		if len(part) == 1 { // the grid left one vertex of it
			part = []geo.Point{part[0], part[0]}
		}
		var ok bool
		b, ok = w.appendRun(served.AppendComma(b, i == 0), part)
		reached = reached && ok
	}
	if several {
		b = append(b, ']')
	}
	return b, reached
}

// appendRun writes places as a list.
func (w *Places) appendRun(b []byte, points []geo.Point) ([]byte, bool) {
	b = append(b, '[')
	reached := true
	for i, p := range points {
		var ok bool
		b, ok = w.appendPoint(served.AppendComma(b, i == 0), p)
		reached = reached && ok
	}
	return append(b, ']'), reached
}

func (w *Places) appendPolygons(b []byte, s geo.Shape) ([]byte, bool) {
	outer := func(i int) bool { return i == 0 || geo.Area2(s.Part(i)) >= 0 }
	count := 0
	for i := range s.Ends {
		if outer(i) {
			count++
		}
	}
	b = appendType(b, "Polygon", count > 1)
	if count > 1 {
		b = append(b, '[')
	}
	reached := true
	for i := range s.Ends {
		switch {
		case i == 0:
			b = append(b, '[')
		case outer(i):
			b = append(b, "],["...)
		default:
			b = append(b, ',')
		}
		var ok bool
		b, ok = w.appendRing(b, s.Part(i))
		reached = reached && ok
	}
	b = append(b, ']')
	if count > 1 {
		b = append(b, ']')
	}
	return b, reached
}

// appendRing writes a ring closed and turned, as north is up in what is served: outer rings run anticlockwise (RFC 7946,
// 3.1.6). One without area has no direction and keeps the order it has.
func (w *Places) appendRing(b []byte, ring []geo.Point) ([]byte, bool) {
	n := len(ring)
	turn := geo.Area2(ring) != 0
	b = append(b, '[')
	reached := true
	for i := range n + 1 {
		at := i % n
		if turn {
			at = (n - at) % n
		}
		var ok bool
		b, ok = w.appendPoint(served.AppendComma(b, i == 0), ring[at])
		reached = reached && ok
	}
	return append(b, ']'), reached
}

func (w *Places) appendPoint(b []byte, p geo.Point) ([]byte, bool) {
	at := p.LonLat()
	if w.move != nil {
		if at = w.move(at); math.IsNaN(at[0] + at[1]) {
			return b, false
		}
	}
	if w.northFirst {
		at[0], at[1] = at[1], at[0]
	}
	b = served.AppendRounded(append(b, '['), at[0], w.digits)
	b = served.AppendRounded(append(b, ','), at[1], w.digits)
	return append(b, ']'), true
}
