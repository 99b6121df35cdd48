package cql2

import (
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/geo"
)

func isGeometryWord(upper string) bool {
	switch upper {
	case "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION":
		return true
	}
	return false
}

func writeGeometry(b *strings.Builder, g orb.Geometry) { b.WriteString(wkt.MarshalString(g)) }

// wkt reads a geometry in well-known text (OGC 06-103r4, 7).
func (p *parser) wkt() (n *node, err error) {
	n = &node{op: opGeometry, at: p.token.from}
	word := p.token.upper()
	if word == "GEOMETRYCOLLECTION" {
		return nil, p.fail(
			n.at, "a geometry is a POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON or BBOX, not a collection",
		)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch word {
	case "POINT":
		var points []orb.Point
		if points, err = p.points(1); err == nil {
			if len(points) > 1 {
				return nil, p.fail(n.at, "a POINT has one place")
			}
			n.geometry = points[0]
		}
	case "LINESTRING":
		n.geometry, err = p.lineString()
	case "POLYGON":
		n.geometry, err = p.polygon()
	case "MULTIPOINT":
		n.geometry, err = p.multiPoint()
	case "MULTILINESTRING":
		n.geometry, err = listOf(p, orb.MultiLineString(nil), p.lineString)
	case "MULTIPOLYGON":
		n.geometry, err = listOf(p, orb.MultiPolygon(nil), p.polygon)
	}
	return n, err
}

// listOf reads parts in parentheses, with commas between them.
func listOf[L ~[]E, E any](p *parser, list L, part func() (E, error)) (L, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	for {
		e, err := part()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if p.token.is(")") {
			return list, p.advance()
		}
		if !p.token.is(",") {
			return nil, p.unexpected(", or )")
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// points reads places in parentheses, at least so many.
func (p *parser) points(least int) ([]orb.Point, error) {
	at := p.token.from
	list, err := listOf(p, []orb.Point(nil), p.point)
	if err == nil && len(list) < least {
		err = p.fail(at, "at least %d places are wanted here, not %d", least, len(list))
	}
	return list, err
}

func (p *parser) lineString() (orb.LineString, error) {
	points, err := p.points(2)
	return points, err
}

func (p *parser) polygon() (orb.Polygon, error) {
	return listOf(p, orb.Polygon(nil), func() (orb.Ring, error) {
		at := p.token.from
		ring, err := p.points(4)
		if err == nil && ring[0] != ring[len(ring)-1] {
			err = p.fail(at, "the ring does not end where it begins")
		}
		return ring, err
	})
}

// multiPoint reads places, each in parentheses or not.
func (p *parser) multiPoint() (orb.MultiPoint, error) {
	return listOf(p, orb.MultiPoint(nil), func() (q orb.Point, err error) {
		if !p.token.is("(") {
			return p.point()
		}
		if err = p.advance(); err != nil {
			return q, err
		}
		if q, err = p.point(); err != nil {
			return q, err
		}
		return q, p.expect(")")
	})
}

// point reads a place, in degrees.
func (p *parser) point() (q orb.Point, err error) {
	at := p.token.from
	limits := p.limits()
	for i := range q {
		if q[i], err = p.coordinate(-limits[i], limits[i]); err != nil {
			return q, err
		}
	}
	if p.system != nil {
		if q = p.system.ToDegrees(q); !geo.Finite(q) {
			return q, p.fail(at, "this is no place of the coordinate system")
		}
	}
	if p.token.kind == numberToken || p.token.is("-") {
		return q, p.unexpected("two numbers a place, longitude and latitude, then , or )")
	}
	return q, nil
}

func (p *parser) coordinate(low, high float64) (float64, error) {
	at, sign := p.token.from, 1.0
	if p.token.is("-") || p.token.is("+") {
		if p.token.is("-") {
			sign = -1
		}
		if err := p.advance(); err != nil {
			return 0, err
		}
	}
	if p.token.kind != numberToken {
		return 0, p.unexpected("a number: a place is longitude and latitude")
	}
	v := sign * p.token.number
	if v < low || v > high {
		return 0, p.fail(at, "%v is not from %v to %v degrees", v, low, high)
	}
	return v + 0, p.advance() // + 0 makes -0 into 0
}

// bbox reads BBOX(west, south, east, north); one whose west is east of its east lies
// across 180°. Heights, the third and sixth of six numbers, do not matter.
func (p *parser) bbox() (*node, error) {
	n := &node{op: opGeometry, at: p.token.from}
	if err := p.advance(); err != nil {
		return nil, err
	}
	type number struct {
		value float64
		at    int
	}
	numbers, err := listOf(p, []number(nil), func() (number, error) {
		at := p.token.from
		v, err := p.coordinate(-1e9, 1e9)
		return number{v, at}, err
	})
	if err != nil {
		return nil, err
	}
	if len(numbers) == 6 {
		numbers = []number{numbers[0], numbers[1], numbers[3], numbers[4]}
	}
	if len(numbers) != 4 {
		return nil, p.fail(n.at, "BBOX takes 4 numbers, west, south, east and north, or 6 with heights, not %d", len(numbers))
	}
	limits := p.limits()
	var corners [4]float64
	for i, v := range numbers {
		if limit := limits[i%2]; v.value < -limit || v.value > limit {
			return nil, p.fail(v.at, "%v is not from %v to %v", v.value, -limit, limit)
		}
		corners[i] = v.value
	}
	if n.geometry, err = p.system.Box(corners); err != nil {
		return nil, p.fail(numbers[1].at, "%v", err)
	}
	return n, nil
}

// limits are how far from 0 the coordinates of a place may be.
func (p *parser) limits() [2]float64 {
	if p.system != nil {
		return [2]float64{1e9, 1e9}
	}
	return [2]float64{180, 90}
}
