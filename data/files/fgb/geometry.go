package fgb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

const (
	geometryEnds = iota
	geometryXY
	geometryZ
	geometryM
	geometryT
	geometryTM
	geometryKind
	geometryParts
	geometryFields
)

const mostDepth = 64 // of collections in each other

var (
	errEnds    = errors.New("has parts that end where it has no vertices")
	errTooDeep = errors.New("nests too deeply")
	errTwice   = errors.New("is damaged: its parts use the same bytes again and again")
)

// geometryReader reads one geometry, whose parts may not hold more than its bytes do.
type geometryReader struct {
	left int // bytes that vertices and parts may yet take
}

// readGeometry reads a geometry of the kind that the header tells, or else of its own. Z
// and M are dropped.
func readGeometry(t *flatbuffers.Table, kind Kind) (orb.Geometry, error) {
	r := geometryReader{left: len(t.Bytes)}
	return r.geometry(t, kind, 0)
}

func (r *geometryReader) geometry(t *flatbuffers.Table, kind Kind, depth int) (orb.Geometry, error) {
	if kind == Unknown {
		kind = Kind(t.GetByteSlot(slot(geometryKind), 0))
	}
	switch kind {
	case Point:
		v, err := r.vertices(t)
		if err != nil || len(v) == 0 {
			return nil, err
		}
		return v[0], nil
	case MultiPoint:
		v, err := r.vertices(t)
		return orb.MultiPoint(v), err
	case LineString:
		v, err := r.vertices(t)
		return orb.LineString(v), err
	case MultiLineString:
		parts, err := r.pieces(t)
		g := make(orb.MultiLineString, len(parts))
		for i, p := range parts {
			g[i] = p
		}
		return g, err
	case Polygon:
		g, err := r.polygon(t)
		return g, err
	case MultiPolygon:
		return r.multiPolygon(t)
	case Collection:
		if depth == mostDepth {
			return nil, errTooDeep
		}
		g := orb.Collection{}
		err := r.parts(t, func(part *flatbuffers.Table) error {
			member, err := r.geometry(part, Unknown, depth+1)
			g = append(g, member)
			return err
		})
		return g, err
	}
	return nil, fmt.Errorf("is of FlatGeobuf's type %d; allowed are points, lines, polygons and multiples of them", kind)
}

// take counts bytes of vertices and parts.
func (r *geometryReader) take(n int) error {
	r.left -= n
	if r.left < 0 {
		return errTwice
	}
	return nil
}

func (r *geometryReader) vertices(t *flatbuffers.Table) ([]orb.Point, error) {
	start, n := vectorOf(t, geometryXY)
	n /= 2
	if err := r.take(16 * n); err != nil {
		return nil, err
	}
	b := t.Bytes[start : int(start)+16*n]
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = orb.Point{
			math.Float64frombits(binary.LittleEndian.Uint64(b[16*i:])),
			math.Float64frombits(binary.LittleEndian.Uint64(b[16*i+8:])),
		}
	}
	return out, nil
}

// pieces cuts the vertices where the list of ends says so; without one they are one piece.
func (r *geometryReader) pieces(t *flatbuffers.Table) ([][]orb.Point, error) {
	v, err := r.vertices(t)
	if err != nil {
		return nil, err
	}
	start, n := vectorOf(t, geometryEnds)
	if n == 0 {
		if len(v) == 0 {
			return nil, nil
		}
		return [][]orb.Point{v}, nil
	}
	if err := r.take(4 * n); err != nil {
		return nil, err
	}
	out := make([][]orb.Point, n)
	from := 0
	for i := range out {
		to := int(t.GetUint32(start + flatbuffers.UOffsetT(4*i)))
		if to < from || to > len(v) {
			return nil, errEnds
		}
		out[i] = v[from:to:to]
		from = to
	}
	return out, nil
}

func (r *geometryReader) polygon(t *flatbuffers.Table) (orb.Polygon, error) {
	rings, err := r.pieces(t)
	g := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		g[i] = ring
	}
	return g, err
}

// multiPolygon reads parts, and rings of one polygon where a writer took the short way.
func (r *geometryReader) multiPolygon(t *flatbuffers.Table) (orb.Geometry, error) {
	g := orb.MultiPolygon{}
	err := r.parts(t, func(part *flatbuffers.Table) error {
		p, err := r.polygon(part)
		g = append(g, p)
		return err
	})
	if len(g) > 0 || err != nil {
		return g, err
	}
	p, err := r.polygon(t)
	if len(p) > 0 {
		g = append(g, p)
	}
	return g, err
}

func (r *geometryReader) parts(t *flatbuffers.Table, read func(part *flatbuffers.Table) error) error {
	start, n := vectorOf(t, geometryParts)
	for i := range n {
		if err := r.take(8); err != nil { // an offset and the table's own
			return err
		}
		if err := read(tableOf(t, start+flatbuffers.UOffsetT(4*i))); err != nil {
			return err
		}
	}
	return nil
}

// KindOf is the kind of a geometry, Unknown for one that cannot be written.
func KindOf(g orb.Geometry) Kind {
	switch g.(type) {
	case orb.Point:
		return Point
	case orb.LineString:
		return LineString
	case orb.Polygon, orb.Ring, orb.Bound:
		return Polygon
	case orb.MultiPoint:
		return MultiPoint
	case orb.MultiLineString:
		return MultiLineString
	case orb.MultiPolygon:
		return MultiPolygon
	case orb.Collection:
		return Collection
	}
	return Unknown
}

// appendGeometry writes a geometry's table.
func appendGeometry(b *flatbuffers.Builder, g orb.Geometry) (flatbuffers.UOffsetT, error) {
	var pieces [][]orb.Point
	var parts []flatbuffers.UOffsetT
	part := func(g orb.Geometry) error {
		at, err := appendGeometry(b, g)
		parts = append(parts, at)
		return err
	}
	switch g := g.(type) {
	case orb.Point:
		pieces = [][]orb.Point{{g}}
	case orb.MultiPoint:
		pieces = [][]orb.Point{g}
	case orb.LineString:
		pieces = [][]orb.Point{g}
	case orb.MultiLineString:
		for _, line := range g {
			pieces = append(pieces, line)
		}
	case orb.Ring:
		pieces = [][]orb.Point{g}
	case orb.Bound:
		return appendGeometry(b, g.ToPolygon())
	case orb.Polygon:
		for _, ring := range g {
			pieces = append(pieces, ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			if err := part(polygon); err != nil {
				return 0, err
			}
		}
	case orb.Collection:
		for _, member := range g {
			if err := part(member); err != nil {
				return 0, err
			}
		}
	default:
		return 0, fmt.Errorf("a %T has no form in FlatGeobuf", g)
	}
	return appendTable(b, KindOf(g), pieces, parts), nil
}

func appendTable(b *flatbuffers.Builder, kind Kind, pieces [][]orb.Point, parts []flatbuffers.UOffsetT) flatbuffers.UOffsetT {
	var ends, xy, list flatbuffers.UOffsetT
	if len(pieces) > 0 {
		var all []orb.Point
		var stops []uint32
		for _, p := range pieces {
			all = append(all, p...)
			stops = append(stops, uint32(len(all)))
		}
		xy = appendFloats(b, all)
		if len(pieces) > 1 {
			b.StartVector(4, len(stops), 4)
			for i := len(stops) - 1; i >= 0; i-- {
				b.PrependUint32(stops[i])
			}
			ends = b.EndVector(len(stops))
		}
	}
	if len(parts) > 0 {
		list = b.CreateVectorOfTables(parts)
	}
	b.StartObject(geometryFields)
	b.PrependUOffsetTSlot(geometryEnds, ends, 0)
	b.PrependUOffsetTSlot(geometryXY, xy, 0)
	b.PrependByteSlot(geometryKind, byte(kind), 0)
	b.PrependUOffsetTSlot(geometryParts, list, 0)
	return b.EndObject()
}
