package formats

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// wkbReader reads well-known binary (OGC 06-103r4, ISO 13249-3, PostGIS's EWKB),
// dropping Z and M.
type wkbReader struct{ b []byte }

var errWKB = errors.New("the geometry's bytes are damaged")

// parseGPKG reads a GeoPackage geometry (OGC 12-128r17, 2.1.3): a header, then WKB.
func parseGPKG(b []byte) (orb.Geometry, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, fmt.Errorf("is no GeoPackage geometry")
	}
	flags := b[3]
	envelope := [...]int{0, 32, 48, 48, 64, 0, 0, 0}[flags>>1&7]
	if flags>>1&7 > 4 || len(b) < 8+envelope {
		return nil, errWKB
	}
	if flags&0x20 != 0 {
		return nil, fmt.Errorf("is an extended GeoPackage geometry, which cannot be read")
	}
	r := wkbReader{b[8+envelope:]}
	g, err := r.geometry(0)
	if err != nil || flags&0x10 != 0 { // the flag of an empty geometry
		return nil, err
	}
	return sound(g)
}

func (r *wkbReader) uint32(order binary.ByteOrder) (uint32, error) {
	if len(r.b) < 4 {
		return 0, errWKB
	}
	v := order.Uint32(r.b)
	r.b = r.b[4:]
	return v, nil
}

// head reads byte order, type without its dimensions, and the number of these.
func (r *wkbReader) head() (order binary.ByteOrder, kind uint32, dims int, err error) {
	if len(r.b) < 5 {
		return nil, 0, 0, errWKB
	}
	order = binary.LittleEndian
	if r.b[0] == 0 {
		order = binary.BigEndian
	}
	r.b = r.b[1:]
	kind, err = r.uint32(order)
	dims = 2
	if kind&0x80000000 != 0 {
		dims++
	}
	if kind&0x40000000 != 0 {
		dims++
	}
	if kind&0x20000000 != 0 && err == nil {
		_, err = r.uint32(order) // SRID
	}
	kind &= 0x1FFFFFFF
	switch kind / 1000 {
	case 1, 2:
		dims++
	case 3:
		dims += 2
	}
	return order, kind % 1000, dims, err
}

func (r *wkbReader) points(order binary.ByteOrder, dims int) ([]orb.Point, error) {
	n, err := r.uint32(order)
	if err != nil || int64(n)*int64(8*dims) > int64(len(r.b)) {
		return nil, errWKB
	}
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = r.point(order, dims)
	}
	return out, nil
}

// point needs 8 bytes for each dimension, which the caller has made sure of.
func (r *wkbReader) point(order binary.ByteOrder, dims int) orb.Point {
	p := orb.Point{math.Float64frombits(order.Uint64(r.b)), math.Float64frombits(order.Uint64(r.b[8:]))}
	r.b = r.b[8*dims:]
	return p
}

func (r *wkbReader) geometry(depth int) (orb.Geometry, error) {
	order, kind, dims, err := r.head()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("nests too deeply for a geometry")
	}
	switch kind {
	case 1:
		if len(r.b) < 8*dims {
			return nil, errWKB
		}
		p := r.point(order, dims)
		if math.IsNaN(p[0]) || math.IsNaN(p[1]) {
			return nil, nil // POINT EMPTY
		}
		return p, nil
	case 2:
		p, err := r.points(order, dims)
		return orb.LineString(p), err
	case 3:
		n, err := r.uint32(order)
		if err != nil || int64(n)*4 > int64(len(r.b)) {
			return nil, errWKB
		}
		poly := make(orb.Polygon, n)
		for i := range poly {
			p, err := r.points(order, dims)
			if err != nil {
				return nil, err
			}
			poly[i] = p
		}
		return poly, nil
	case 4, 5, 6, 7:
		n, err := r.uint32(order)
		if err != nil || int64(n)*5 > int64(len(r.b)) {
			return nil, errWKB
		}
		return r.many(kind, int(n), depth)
	}
	return nil, fmt.Errorf("is of a kind (%d) that cannot be read; allowed are points, lines, polygons and multiples of them", kind)
}

func (r *wkbReader) many(kind uint32, n, depth int) (orb.Geometry, error) {
	parts := make([]orb.Geometry, 0, min(n, 1024))
	for range n {
		g, err := r.geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		if g != nil {
			parts = append(parts, g)
		}
	}
	if len(parts) == 0 || kind == 7 {
		return orb.Collection(parts), nil
	}
	g := collect(parts)
	if want := map[uint32]string{4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}[kind]; g.GeoJSONType() != want {
		return nil, errWKB
	}
	return g, nil
}

// appendWKB appends a geometry as little-endian WKB.
func appendWKB(b []byte, g orb.Geometry) ([]byte, error) {
	head := func(kind uint32) { b = binary.LittleEndian.AppendUint32(append(b, 1), kind) }
	count := func(n int) { b = binary.LittleEndian.AppendUint32(b, uint32(n)) }
	point := func(p orb.Point) {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
	}
	points := func(ps []orb.Point) {
		count(len(ps))
		for _, p := range ps {
			point(p)
		}
	}
	many := func(kind uint32, n int, part func(i int) orb.Geometry) (err error) {
		head(kind)
		count(n)
		for i := 0; i < n && err == nil; i++ {
			b, err = appendWKB(b, part(i))
		}
		return err
	}
	switch g := g.(type) {
	case orb.Point:
		head(1)
		point(g)
	case orb.LineString:
		head(2)
		points(g)
	case orb.Ring:
		return appendWKB(b, orb.Polygon{g})
	case orb.Bound:
		return appendWKB(b, g.ToPolygon())
	case orb.Polygon:
		head(3)
		count(len(g))
		for _, r := range g {
			points(r)
		}
	case orb.MultiPoint:
		err := many(4, len(g), func(i int) orb.Geometry { return g[i] })
		return b, err
	case orb.MultiLineString:
		err := many(5, len(g), func(i int) orb.Geometry { return g[i] })
		return b, err
	case orb.MultiPolygon:
		err := many(6, len(g), func(i int) orb.Geometry { return g[i] })
		return b, err
	case orb.Collection:
		err := many(7, len(g), func(i int) orb.Geometry { return g[i] })
		return b, err
	default:
		return b, fmt.Errorf("a %T cannot be written", g)
	}
	return b, nil
}
