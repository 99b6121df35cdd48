package ewkb

import (
	"encoding/binary"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
)

// Append writes a geometry that data.CheckEdit has passed.
func Append(b []byte, g orb.Geometry) ([]byte, error) {
	t, err := toGeom(g)
	if err != nil {
		return nil, err
	}
	written, err := ewkb.Marshal(t, binary.LittleEndian)
	if err != nil {
		return nil, err
	}
	return append(b, written...), nil
}

// toGeom is the geometry in go-geom's terms, which know of SRIDs.
func toGeom(g orb.Geometry) (geom.T, error) {
	switch g := g.(type) {
	case orb.Point:
		return geom.NewPointFlat(geom.XY, flat([]orb.Point{g})).SetSRID(SRID), nil
	case orb.MultiPoint:
		return geom.NewMultiPointFlat(geom.XY, flat(g)).SetSRID(SRID), nil
	case orb.LineString:
		return geom.NewLineStringFlat(geom.XY, flat(g)).SetSRID(SRID), nil
	case orb.MultiLineString:
		out := geom.NewMultiLineString(geom.XY).SetSRID(SRID)
		for _, line := range g {
			if err := out.Push(geom.NewLineStringFlat(geom.XY, flat(line))); err != nil {
				return nil, err
			}
		}
		return out, nil
	case orb.Ring:
		return toGeom(orb.Polygon{g})
	case orb.Bound:
		return toGeom(g.ToPolygon())
	case orb.Polygon:
		p, err := toPolygon(g)
		if err != nil {
			return nil, err
		}
		return p.SetSRID(SRID), nil
	case orb.MultiPolygon:
		out := geom.NewMultiPolygon(geom.XY).SetSRID(SRID)
		for _, polygon := range g {
			p, err := toPolygon(polygon)
			if err != nil {
				return nil, err
			}
			if err := out.Push(p); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("geometry type %s is none of point, line and polygon", g.GeoJSONType())
}

func toPolygon(g orb.Polygon) (*geom.Polygon, error) {
	out := geom.NewPolygon(geom.XY)
	for _, ring := range g {
		if err := out.Push(geom.NewLinearRingFlat(geom.XY, flat(ring))); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func flat(points []orb.Point) []float64 {
	out := make([]float64, 0, 2*len(points))
	for _, p := range points {
		out = append(out, p[0], p[1])
	}
	return out
}
