package gpkg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

var (
	errCutOff  = errors.New("the geometry is cut off")
	errNoBlob  = errors.New("the geometry is not in GeoPackage form")
	errNotReal = errors.New("the geometry has a coordinate that is not a number")
)

// parser reads GeoPackageBinary as any program may write it: of both byte
// orders, with any box or none, with Z and M, which are dropped. It takes ISO
// WKB and the older forms of EWKB and GDAL. With keep unset, vertices land in a
// buffer that the next geometry overwrites.
type parser struct {
	keep     bool
	vertices []orb.Point

	rest  []byte
	order binary.ByteOrder
}

// geometry reads one blob. An empty geometry is nil: to the catalogue, a feature
// without a place.
func (p *parser) geometry(blob []byte) (orb.Geometry, error) {
	wkb, _, err := split(blob)
	if err != nil {
		return nil, err
	}
	p.rest, p.vertices = wkb, p.vertices[:0]
	if p.keep {
		p.vertices = nil
	}
	kind, dims, err := p.head()
	if err != nil {
		return nil, err
	}
	switch kind {
	case wkbPoint:
		v, err := p.points(1, dims)
		if err != nil || len(v) == 0 {
			return nil, err
		}
		return v[0], nil
	case wkbLineString:
		v, err := p.line(dims)
		if err != nil || len(v) == 0 {
			return nil, err
		}
		return orb.LineString(v), nil
	case wkbPolygon:
		g, err := p.polygon(dims)
		if err != nil || len(g) == 0 {
			return nil, err
		}
		return g, nil
	case wkbMultiPoint:
		return p.multiPoint()
	case wkbMultiLineString:
		return multi[orb.MultiLineString](p, wkbLineString, func(dims int) (orb.LineString, error) {
			v, err := p.line(dims)
			return v, err
		})
	case wkbMultiPolygon:
		return multi[orb.MultiPolygon](p, wkbPolygon, p.polygon)
	}
	return nil, fmt.Errorf("a geometry of WKB type %d is not one of point, line and polygon", kind)
}

// split parts a blob into header and WKB. The box is where the header's own lies,
// or nil.
func split(blob []byte) (wkb, box []byte, err error) {
	if len(blob) < headerSize || blob[0] != 'G' || blob[1] != 'P' {
		return nil, nil, errNoBlob
	}
	if blob[3]&flagExtended != 0 {
		return nil, nil, fmt.Errorf("%w: it is of a kind of its own", errNoBlob)
	}
	sizes := [...]int{0, 32, 48, 48, 64}
	code := int(blob[3] >> 1 & 7)
	if code >= len(sizes) {
		return nil, nil, fmt.Errorf("%w: its box is of kind %d", errNoBlob, code)
	}
	end := headerSize + sizes[code]
	if len(blob) < end {
		return nil, nil, errCutOff
	}
	if code > 0 {
		box = blob[headerSize : headerSize+boxSize]
	}
	return blob[end:], box, nil
}

// head reads a WKB header and gives the type without its dimensions, and how
// many floats a vertex has.
func (p *parser) head() (kind uint32, dims int, err error) {
	if len(p.rest) < 5 {
		return 0, 0, errCutOff
	}
	p.order = binary.BigEndian
	if p.rest[0] == 1 {
		p.order = binary.LittleEndian
	}
	t := p.order.Uint32(p.rest[1:])
	p.rest = p.rest[5:]
	const hasZ, hasM, hasSRID = 1 << 31, 1 << 30, 1 << 29 // EWKB
	dims = 2
	if t&hasZ != 0 {
		dims++
	}
	if t&hasM != 0 {
		dims++
	}
	if t&hasSRID != 0 {
		if len(p.rest) < 4 {
			return 0, 0, errCutOff
		}
		p.rest = p.rest[4:]
	}
	kind = t &^ (hasZ | hasM | hasSRID)
	switch kind / 1000 { // ISO 13249-3
	case 1, 2:
		dims = 3
	case 3:
		dims = 4
	}
	if kind/1000 <= 3 {
		kind %= 1000
	}
	return kind, dims, nil
}

// count reads how many things of at least size bytes follow.
func (p *parser) count(size int) (int, error) {
	if len(p.rest) < 4 {
		return 0, errCutOff
	}
	n := int(p.order.Uint32(p.rest))
	p.rest = p.rest[4:]
	if n > len(p.rest)/size {
		return 0, errCutOff
	}
	return n, nil
}

// points reads n vertices. A lone one of NaN is how WKB writes an empty point.
func (p *parser) points(n, dims int) ([]orb.Point, error) {
	size := dims * 8
	if len(p.rest) < n*size {
		return nil, errCutOff
	}
	from := len(p.vertices)
	for i := range n {
		x := math.Float64frombits(p.order.Uint64(p.rest[i*size:]))
		y := math.Float64frombits(p.order.Uint64(p.rest[i*size+8:]))
		if bad(x) || bad(y) {
			if n == 1 && math.IsNaN(x) && math.IsNaN(y) {
				n = 0
				break
			}
			return nil, errNotReal
		}
		p.vertices = append(p.vertices, orb.Point{x, y})
	}
	if n == 0 {
		p.rest = p.rest[min(size, len(p.rest)):]
		return nil, nil
	}
	p.rest = p.rest[n*size:]
	return p.vertices[from:len(p.vertices):len(p.vertices)], nil
}

func bad(f float64) bool { return math.IsNaN(f) || math.IsInf(f, 0) }

func (p *parser) line(dims int) ([]orb.Point, error) {
	n, err := p.count(dims * 8)
	if err != nil || n == 0 {
		return nil, err
	}
	from := len(p.vertices)
	v, err := p.points(n, dims)
	if err == nil && len(v) == 0 {
		p.vertices = p.vertices[:from]
		return nil, errNotReal
	}
	return v, err
}

func (p *parser) polygon(dims int) (orb.Polygon, error) {
	n, err := p.count(4)
	if err != nil {
		return nil, err
	}
	var g orb.Polygon
	for range n {
		ring, err := p.line(dims)
		if err != nil {
			return nil, err
		}
		if len(ring) > 0 {
			g = append(g, ring)
		}
	}
	return g, nil
}

func (p *parser) multiPoint() (orb.Geometry, error) {
	n, err := p.count(5)
	if err != nil {
		return nil, err
	}
	from := len(p.vertices)
	for range n {
		dims, err := p.member(wkbPoint)
		if err != nil {
			return nil, err
		}
		if _, err := p.points(1, dims); err != nil {
			return nil, err
		}
	}
	if len(p.vertices) == from {
		return nil, nil
	}
	return orb.MultiPoint(p.vertices[from:]), nil
}

// multi reads the members of a multiple geometry; empty ones are dropped.
func multi[M interface {
	~[]E
	orb.Geometry
}, E ~[]V, V any](p *parser, kind uint32, read func(dims int) (E, error)) (orb.Geometry, error) {
	n, err := p.count(5)
	if err != nil {
		return nil, err
	}
	var g M
	for range n {
		dims, err := p.member(kind)
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
	if len(g) == 0 {
		return nil, nil
	}
	return g, nil
}

func (p *parser) member(kind uint32) (dims int, err error) {
	k, dims, err := p.head()
	if err == nil && k != kind {
		err = fmt.Errorf("a multiple geometry holds a member of WKB type %d", k)
	}
	return dims, err
}

// bound is the box of a blob in degrees, from its header where that has one. ok
// is false for an empty or unreadable geometry.
func (p *parser) bound(blob []byte) (b orb.Bound, ok bool) {
	_, box, err := split(blob)
	if err != nil || blob[3]&flagEmpty != 0 {
		return b, false
	}
	if box == nil {
		g, err := p.geometry(blob)
		if err != nil || g == nil {
			return b, false
		}
		return g.Bound(), true
	}
	order := binary.ByteOrder(binary.BigEndian)
	if blob[3]&flagLittleEndian != 0 {
		order = binary.LittleEndian
	}
	for i, v := range []*float64{&b.Min[0], &b.Max[0], &b.Min[1], &b.Max[1]} {
		*v = math.Float64frombits(order.Uint64(box[i*8:]))
	}
	return b, !math.IsNaN(b.Min[0]) && !math.IsNaN(b.Min[1])
}
