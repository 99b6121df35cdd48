package gpkg

import (
	"errors"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/wkb"
)

const srsID = 4326 // EPSG; CGCS2000 is the same to well under a metre

var errNotReal = errors.New("the geometry has a coordinate that is not a number")

// parser reads geometries of the file. With keep unset, vertices land in a buffer that
// the next geometry overwrites.
type parser struct {
	keep   bool
	reader wkb.Reader
}

// geometry reads one blob. An empty geometry is nil: to the catalogue, a feature
// without a place. One with a coordinate that is not finite comes beside errNotReal.
func (p *parser) geometry(blob []byte) (orb.Geometry, error) {
	b, err := wkb.SplitBlob(blob)
	if err != nil {
		return nil, err
	}
	if p.keep {
		p.reader.Forget()
	} else {
		p.reader.Reset()
	}
	g, err := p.reader.Read(b.WKB)
	if err != nil {
		return nil, err
	}
	if _, ok := g.(orb.Collection); ok {
		return nil, wkb.Collection
	}
	if wkb.Empty(g) {
		return nil, nil
	}
	if p.reader.Head.Odd {
		return g, errNotReal
	}
	return g, nil
}

// bound is the box of a blob in degrees, from its header where that has one. ok
// is false for an empty or unreadable geometry.
func (p *parser) bound(blob []byte) (box orb.Bound, ok bool) {
	b, err := wkb.SplitBlob(blob)
	if err != nil || b.Empty {
		return box, false
	}
	if box, ok = b.Box(); ok {
		return box, !math.IsNaN(box.Min[0]) && !math.IsNaN(box.Min[1])
	}
	g, err := p.geometry(blob)
	if err != nil || g == nil {
		return box, false
	}
	return g.Bound(), true
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
