package wkb

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

const littleEndian = 1

// Append writes a geometry behind b as little-endian WKB of two dimensions.
func Append(b []byte, g orb.Geometry) ([]byte, error) {
	switch g := g.(type) {
	case orb.Point:
		return appendPoint(b, g), nil
	case orb.MultiPoint:
		b = appendCount(appendType(b, multiPoint), len(g))
		for _, p := range g {
			b = appendPoint(b, p)
		}
		return b, nil
	case orb.LineString:
		return appendVertices(appendType(b, lineString), g), nil
	case orb.MultiLineString:
		b = appendCount(appendType(b, multiLineString), len(g))
		for _, line := range g {
			b = appendVertices(appendType(b, lineString), line)
		}
		return b, nil
	case orb.Ring:
		return appendPolygon(b, orb.Polygon{g}), nil
	case orb.Bound:
		return appendPolygon(b, g.ToPolygon()), nil
	case orb.Polygon:
		return appendPolygon(b, g), nil
	case orb.MultiPolygon:
		b = appendCount(appendType(b, multiPolygon), len(g))
		for _, polygon := range g {
			b = appendPolygon(b, polygon)
		}
		return b, nil
	case orb.Collection:
		b = appendCount(appendType(b, collection), len(g))
		var err error
		for _, member := range g {
			if b, err = Append(b, member); err != nil {
				return b, err
			}
		}
		return b, nil
	}
	return b, fmt.Errorf("a %T has no form in WKB", g)
}

func appendPolygon(b []byte, p orb.Polygon) []byte {
	b = appendCount(appendType(b, polygon), len(p))
	for _, ring := range p {
		b = appendVertices(b, ring)
	}
	return b
}

func appendPoint(b []byte, p orb.Point) []byte {
	return appendFloats(appendType(b, point), p[0], p[1])
}

func appendType(b []byte, kind uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(b, littleEndian), kind)
}

func appendCount(b []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(n))
}

func appendVertices(b []byte, vertices []orb.Point) []byte {
	b = appendCount(b, len(vertices))
	for _, v := range vertices {
		b = appendFloats(b, v[0], v[1])
	}
	return b
}

func appendFloats(b []byte, values ...float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}
