package postgis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Extended well-known binary is PostGIS's binary form of a geometry: a byte of
// byte order, the type with flags, the SRID where flagged, then counts and
// coordinates. The reader stands in the path of every load, so it reads straight
// into orb's types and an arena; what is written, go-geom encodes.
const (
	ewkbPoint           = 1
	ewkbLineString      = 2
	ewkbPolygon         = 3
	ewkbMultiPoint      = 4
	ewkbMultiLineString = 5
	ewkbMultiPolygon    = 6

	ewkbSRID       = 0x20000000
	ewkbZM         = 0xC0000000
	ewkbHeaderSize = 5
	srid           = 4326
	littleEndian   = 1
)

var errShort = errors.New("geometry ends early")

// geometryReader reads EWKB. Its points are cut from one arena, which reset
// makes free again.
type geometryReader struct {
	points []orb.Point
	rest   []byte
}

// reset lets the next geometry overwrite the ones read so far.
func (r *geometryReader) reset() { r.points = r.points[:0] }

// forget lets the geometries read so far live on.
func (r *geometryReader) forget() { r.points = nil }

func (r *geometryReader) read(b []byte) (orb.Geometry, error) {
	r.rest = b
	g, err := r.geometry()
	if err == nil && len(r.rest) > 0 {
		err = fmt.Errorf("geometry has %d bytes too many", len(r.rest))
	}
	return g, err
}

func (r *geometryReader) geometry() (orb.Geometry, error) {
	kind, err := r.header()
	if err != nil {
		return nil, err
	}
	switch kind {
	case ewkbPoint:
		p, err := r.vertices(1)
		if err != nil {
			return nil, err
		}
		return p[0], nil
	case ewkbLineString:
		return r.line()
	case ewkbPolygon:
		return r.polygon()
	}
	n, err := r.count(ewkbHeaderSize)
	if err != nil {
		return nil, err
	}
	switch kind {
	case ewkbMultiPoint:
		return r.multiPoint(n)
	case ewkbMultiLineString:
		g := make(orb.MultiLineString, n)
		for i := range g {
			if err := r.part(ewkbLineString); err != nil {
				return nil, err
			}
			if g[i], err = r.line(); err != nil {
				return nil, err
			}
		}
		return g, nil
	case ewkbMultiPolygon:
		g := make(orb.MultiPolygon, n)
		for i := range g {
			if err := r.part(ewkbPolygon); err != nil {
				return nil, err
			}
			if g[i], err = r.polygon(); err != nil {
				return nil, err
			}
		}
		return g, nil
	}
	return nil, fmt.Errorf("geometry type %d is none of point, line and polygon", kind)
}

// header reads byte order, type and SRID. PostGIS sends the order of its
// machine; every machine it runs on today is little-endian.
func (r *geometryReader) header() (uint32, error) {
	if len(r.rest) < ewkbHeaderSize {
		return 0, errShort
	}
	if r.rest[0] != littleEndian {
		return 0, errors.New("geometry is big-endian")
	}
	kind := binary.LittleEndian.Uint32(r.rest[1:])
	r.rest = r.rest[ewkbHeaderSize:]
	if kind&ewkbZM != 0 {
		return 0, errors.New("geometry has heights or measures")
	}
	if kind&ewkbSRID != 0 {
		if len(r.rest) < 4 {
			return 0, errShort
		}
		if got := binary.LittleEndian.Uint32(r.rest); got != srid {
			return 0, fmt.Errorf("geometry has SRID %d, not %d", got, srid)
		}
		r.rest = r.rest[4:]
	}
	return kind &^ ewkbSRID, nil
}

// part reads the header of a member of a multiple geometry.
func (r *geometryReader) part(kind uint32) error {
	got, err := r.header()
	if err == nil && got != kind {
		err = fmt.Errorf("part has geometry type %d, not %d", got, kind)
	}
	return err
}

// count reads how many things follow, each of at least size bytes.
func (r *geometryReader) count(size int) (int, error) {
	if len(r.rest) < 4 {
		return 0, errShort
	}
	n := int(binary.LittleEndian.Uint32(r.rest))
	r.rest = r.rest[4:]
	if n > len(r.rest)/size {
		return 0, errShort
	}
	return n, nil
}

func (r *geometryReader) vertices(n int) ([]orb.Point, error) {
	if len(r.rest) < 16*n {
		return nil, errShort
	}
	start := len(r.points)
	b := r.rest
	for range n {
		r.points = append(r.points, orb.Point{
			math.Float64frombits(binary.LittleEndian.Uint64(b)),
			math.Float64frombits(binary.LittleEndian.Uint64(b[8:])),
		})
		b = b[16:]
	}
	r.rest = b
	return r.points[start:len(r.points):len(r.points)], nil
}

func (r *geometryReader) line() (orb.LineString, error) {
	n, err := r.count(16)
	if err != nil {
		return nil, err
	}
	return r.vertices(n)
}

func (r *geometryReader) polygon() (orb.Polygon, error) {
	n, err := r.count(4)
	if err != nil {
		return nil, err
	}
	g := make(orb.Polygon, n)
	for i := range g {
		ring, err := r.line()
		if err != nil {
			return nil, err
		}
		g[i] = orb.Ring(ring)
	}
	return g, nil
}

func (r *geometryReader) multiPoint(n int) (orb.MultiPoint, error) {
	start := len(r.points)
	for range n {
		if err := r.part(ewkbPoint); err != nil {
			return nil, err
		}
		if _, err := r.vertices(1); err != nil {
			return nil, err
		}
	}
	return r.points[start:len(r.points):len(r.points)], nil
}
