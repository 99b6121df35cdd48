package wkb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/paulmach/orb"
)

// Types of geometry (OGC 06-103r4, table 7).
const (
	point           = 1
	lineString      = 2
	polygon         = 3
	multiPoint      = 4
	multiLineString = 5
	multiPolygon    = 6
	collection      = 7
)

// Flags on the type (EWKB, and GDAL's older form for Z alone).
const (
	hasZ    = 1 << 31
	hasM    = 1 << 30
	hasSRID = 1 << 29
)

const (
	headSize  = 5 // the byte order and the type
	countSize = 4
	mostDepth = 64 // of collections in each other
)

var (
	errCutOff   = errors.New("the geometry is cut off")
	errTooDeep  = errors.New("the geometry nests too deeply")
	errNoMember = errors.New("a multiple geometry holds a member of another type")
)

// TypeError is the error of a geometry that is none of points, lines, polygons and multiples of them, by its WKB type.
type TypeError uint32

// Collection is the error of those who take no collections, which a Reader reads.
const Collection TypeError = collection

var typeNames = map[TypeError]string{
	collection: "GeometryCollection", 8: "CircularString", 9: "CompoundCurve", 10: "CurvePolygon", 11: "MultiCurve", 12: "MultiSurface",
	13: "Curve", 14: "Surface", 15: "PolyhedralSurface", 16: "TIN", 17: "Triangle",
}

// Name is the type as people call it.
func (t TypeError) Name() string {
	if name := typeNames[t]; name != "" {
		return name
	}
	return fmt.Sprintf("geometry of WKB type %d", uint32(t))
}

func (t TypeError) Error() string {
	return fmt.Sprintf("the geometry is a %s; allowed are points, lines, polygons and multiples of them", t.Name())
}

// Head is what is told of a geometry beside its vertices.
type Head struct {
	Dims int    // numbers a vertex: 2, or more with Z and M, which are dropped
	SRID uint32 // 0 where none is told
	Left int    // bytes behind the geometry
	Odd  bool   // a coordinate is infinite or not a number
}

// Reader reads geometries. The zero Reader is ready.
type Reader struct {
	Head Head // of the geometry last read

	points []orb.Point // the arena
	rest   []byte
	big    bool // the byte order of what is being read
}

// Reset lets the next geometry overwrite the vertices of those read so far.
func (r *Reader) Reset() { r.points = r.points[:0] }

// Forget lets the geometries read so far live on.
func (r *Reader) Forget() { r.points = nil }

// Read reads one geometry. A point without coordinates is nil; another empty geometry is
// one without members, and empty members are left out of those that hold them.
func (r *Reader) Read(b []byte) (orb.Geometry, error) {
	r.rest = b
	g, err := r.geometry(0)
	r.Head.Left = len(r.rest)
	return g, err
}

func (r *Reader) geometry(depth int) (orb.Geometry, error) {
	kind, head, err := r.head()
	if err != nil {
		return nil, err
	}
	if depth == 0 {
		r.Head = head
	}
	switch kind {
	case point:
		p, empty, err := r.point(head.Dims)
		if err != nil || empty {
			return nil, err
		}
		return p, nil
	case lineString:
		v, err := r.line(head.Dims)
		return orb.LineString(v), err
	case polygon:
		g, err := r.polygon(head.Dims)
		return g, err
	case multiPoint:
		g, err := r.multiPoint()
		return g, err
	case multiLineString:
		g, err := multi[orb.MultiLineString](r, lineString, func(dims int) (orb.LineString, error) {
			v, err := r.line(dims)
			return v, err
		})
		return g, err
	case multiPolygon:
		g, err := multi[orb.MultiPolygon](r, polygon, r.polygon)
		return g, err
	case collection:
		if depth == mostDepth {
			return nil, errTooDeep
		}
		g, err := r.collection(depth)
		return g, err
	}
	return nil, TypeError(kind)
}

// head reads byte order, type and SRID.
func (r *Reader) head() (kind uint32, h Head, err error) {
	if len(r.rest) < headSize {
		return 0, h, errCutOff
	}
	r.big = r.rest[0] == 0
	kind = r.uint32(r.rest[1:])
	r.rest = r.rest[headSize:]
	h.Dims = 2
	if kind&hasZ != 0 {
		h.Dims++
	}
	if kind&hasM != 0 {
		h.Dims++
	}
	if kind&hasSRID != 0 {
		if len(r.rest) < 4 {
			return 0, h, errCutOff
		}
		h.SRID = r.uint32(r.rest)
		r.rest = r.rest[4:]
	}
	kind &^= hasZ | hasM | hasSRID
	switch kind / 1000 { // ISO 13249-3: 1000 for Z, 2000 for M, 3000 for both
	case 1, 2:
		h.Dims = 3
		kind %= 1000
	case 3:
		h.Dims = 4
		kind %= 1000
	}
	return kind, h, nil
}

func (r *Reader) uint32(b []byte) uint32 {
	if r.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// count reads how many things of at least size bytes follow.
func (r *Reader) count(size int) (int, error) {
	if len(r.rest) < countSize {
		return 0, errCutOff
	}
	n := int(r.uint32(r.rest))
	r.rest = r.rest[countSize:]
	if n > len(r.rest)/size {
		return 0, errCutOff
	}
	return n, nil
}

// point reads the one vertex of a point. WKB writes an empty one as NaN.
func (r *Reader) point(dims int) (p orb.Point, empty bool, err error) {
	b := r.rest
	if len(b) < 8*dims {
		return p, false, errCutOff
	}
	r.rest = b[8*dims:]
	x, y := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	if r.big {
		x, y = bits.ReverseBytes64(x), bits.ReverseBytes64(y)
	}
	p = orb.Point{math.Float64frombits(x), math.Float64frombits(y)}
	if math.IsNaN(p[0]) && math.IsNaN(p[1]) {
		return p, true, nil
	}
	r.Head.Odd = r.Head.Odd || x&notFinite == notFinite || y&notFinite == notFinite
	return p, false, nil
}

// notFinite are the bits of the exponent, all of which infinity and NaN have.
const notFinite = 0x7ff << 52

func (r *Reader) vertices(n, dims int) ([]orb.Point, error) {
	size := dims * 8
	if len(r.rest) < n*size {
		return nil, errCutOff
	}
	from := len(r.points)
	r.points = slices.Grow(r.points, n)[:from+n]
	into, b := r.points[from:from+n:from+n], r.rest
	odd := false
	for i := range into {
		var x, y uint64
		if r.big {
			x, y = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
		} else {
			x, y = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		}
		odd = odd || x&notFinite == notFinite || y&notFinite == notFinite
		into[i] = orb.Point{math.Float64frombits(x), math.Float64frombits(y)}
		b = b[size:]
	}
	r.rest = b
	r.Head.Odd = r.Head.Odd || odd
	return into, nil
}

func (r *Reader) line(dims int) ([]orb.Point, error) {
	n, err := r.count(dims * 8)
	if err != nil {
		return nil, err
	}
	return r.vertices(n, dims)
}

func (r *Reader) polygon(dims int) (orb.Polygon, error) {
	n, err := r.count(countSize)
	if err != nil {
		return nil, err
	}
	g := make(orb.Polygon, 0, n)
	for range n {
		ring, err := r.line(dims)
		if err != nil {
			return nil, err
		}
		if len(ring) > 0 {
			g = append(g, ring)
		}
	}
	return g, nil
}

// multiPoint needs no list of its own: its members lie behind each other in the arena.
func (r *Reader) multiPoint() (orb.MultiPoint, error) {
	n, err := r.count(headSize)
	if err != nil {
		return nil, err
	}
	from := len(r.points)
	for range n {
		dims, err := r.member(point)
		if err != nil {
			return nil, err
		}
		p, empty, err := r.point(dims)
		if err != nil {
			return nil, err
		}
		if !empty {
			r.points = append(r.points, p)
		}
	}
	return r.points[from:len(r.points):len(r.points)], nil
}

// multi reads the members of a multiple geometry.
func multi[M ~[]E, E ~[]V, V any](r *Reader, kind uint32, read func(dims int) (E, error)) (M, error) {
	n, err := r.count(headSize)
	if err != nil {
		return nil, err
	}
	g := make(M, 0, n)
	for range n {
		dims, err := r.member(kind)
		if err != nil {
			return nil, err
		}
		member, err := read(dims)
		if err != nil {
			return nil, err
		}
		if len(member) > 0 {
			g = append(g, member)
		}
	}
	return g, nil
}

func (r *Reader) member(kind uint32) (dims int, err error) {
	k, head, err := r.head()
	if err == nil && k != kind {
		err = errNoMember
	}
	return head.Dims, err
}

func (r *Reader) collection(depth int) (orb.Collection, error) {
	n, err := r.count(headSize)
	if err != nil {
		return nil, err
	}
	g := make(orb.Collection, 0, min(n, 1024)) // a nested one may promise much in few bytes
	for range n {
		member, err := r.geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		if !Empty(member) {
			g = append(g, member)
		}
	}
	return g, nil
}

// Empty tells whether a geometry that was read is without a place.
func Empty(g orb.Geometry) bool {
	switch g := g.(type) {
	case nil:
		return true
	case orb.LineString:
		return len(g) == 0
	case orb.Polygon:
		return len(g) == 0
	case orb.MultiPoint:
		return len(g) == 0
	case orb.MultiLineString:
		return len(g) == 0
	case orb.MultiPolygon:
		return len(g) == 0
	case orb.Collection:
		return len(g) == 0
	}
	return false
}
