package gpkg

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// A geometry in the file is a GeoPackageBinary (OGC 12-128r17, 2.1.3): a header
// with a box, so that a reader can skip what it does not need, and ISO WKB. We
// write little-endian with a box of two dimensions, points without one.

const (
	srsID = 4326 // EPSG; CGCS2000 is the same to well under a metre

	headerSize = 8
	boxSize    = 32

	flagLittleEndian = 1
	flagBoxXY        = 1 << 1
	flagEmpty        = 1 << 4
	flagExtended     = 1 << 5

	wkbPoint           = 1
	wkbLineString      = 2
	wkbPolygon         = 3
	wkbMultiPoint      = 4
	wkbMultiLineString = 5
	wkbMultiPolygon    = 6
)

// appendGeometry writes a geometry in degrees, which a Check has passed, behind b.
func appendGeometry(b []byte, g orb.Geometry) ([]byte, error) {
	flags := byte(flagLittleEndian)
	if _, ok := g.(orb.Point); !ok {
		flags |= flagBoxXY
	}
	b = append(b, 'G', 'P', 0, flags)
	b = binary.LittleEndian.AppendUint32(b, srsID)
	if flags&flagBoxXY != 0 {
		box := g.Bound()
		b = appendFloats(b, box.Min[0], box.Max[0], box.Min[1], box.Max[1])
	}
	switch g := g.(type) {
	case orb.Point:
		return appendFloats(appendType(b, wkbPoint), g[0], g[1]), nil
	case orb.MultiPoint:
		b = appendCount(appendType(b, wkbMultiPoint), len(g))
		for _, p := range g {
			b = appendFloats(appendType(b, wkbPoint), p[0], p[1])
		}
		return b, nil
	case orb.LineString:
		return appendVertices(appendType(b, wkbLineString), g), nil
	case orb.MultiLineString:
		b = appendCount(appendType(b, wkbMultiLineString), len(g))
		for _, line := range g {
			b = appendVertices(appendType(b, wkbLineString), line)
		}
		return b, nil
	case orb.Ring:
		return appendPolygon(b, orb.Polygon{g}), nil
	case orb.Bound:
		return appendPolygon(b, g.ToPolygon()), nil
	case orb.Polygon:
		return appendPolygon(b, g), nil
	case orb.MultiPolygon:
		b = appendCount(appendType(b, wkbMultiPolygon), len(g))
		for _, polygon := range g {
			b = appendPolygon(b, polygon)
		}
		return b, nil
	}
	return b, fmt.Errorf("a %s cannot be stored", g.GeoJSONType())
}

func appendPolygon(b []byte, p orb.Polygon) []byte {
	b = appendCount(appendType(b, wkbPolygon), len(p))
	for _, ring := range p {
		b = appendVertices(b, ring)
	}
	return b
}

func appendType(b []byte, t uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(b, 1), t)
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

// geometryType is the name by which gpkg_geometry_columns knows a geometry's
// type (annex G).
func geometryType(g orb.Geometry) string {
	switch g.(type) {
	case orb.Point:
		return "POINT"
	case orb.LineString:
		return "LINESTRING"
	case orb.Polygon, orb.Ring, orb.Bound:
		return "POLYGON"
	}
	return "GEOMETRY"
}
