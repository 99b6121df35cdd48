// Package geometry reads the geometries in the rows of a GeoPackage.
//
// Blobs flow in; geometries, or only their boxes, flow out. What the file says of itself beside its rows is not its business.
package geometry

import (
	"errors"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/wkb"
)

// SRS is the one that all geometries are in.
const SRS = 4326 // EPSG; CGCS2000 is the same to well under a metre

// ErrNotReal comes beside a geometry that can be read and is nowhere on Earth.
var ErrNotReal = errors.New("the geometry has a coordinate that is not a number")

// Reader reads geometries of a file. With Keep unset, vertices land in a buffer that
// the next geometry overwrites.
type Reader struct {
	Keep bool
	wkb  wkb.Reader
}

// Read reads one blob. An empty geometry is nil: to the catalogue, a feature
// without a place. One with a coordinate that is not finite comes beside ErrNotReal.
func (r *Reader) Read(blob []byte) (orb.Geometry, error) {
	b, err := wkb.SplitBlob(blob)
	if err != nil {
		return nil, err
	}
	if r.Keep {
		r.wkb.Forget()
	} else {
		r.wkb.Reset()
	}
	g, err := r.wkb.Read(b.WKB)
	if err != nil {
		return nil, err
	}
	if _, ok := g.(orb.Collection); ok {
		return nil, wkb.Collection
	}
	if wkb.Empty(g) {
		return nil, nil
	}
	if r.wkb.Head.Odd {
		return g, ErrNotReal
	}
	return g, nil
}

// Bound is the box of a blob in degrees, from its header where that has one. ok
// is false for an empty or unreadable geometry.
func (r *Reader) Bound(blob []byte) (box orb.Bound, ok bool) {
	b, err := wkb.SplitBlob(blob)
	if err != nil || b.Empty {
		return box, false
	}
	if box, ok = b.Box(); ok {
		return box, !math.IsNaN(box.Min[0]) && !math.IsNaN(box.Min[1])
	}
	g, err := r.Read(blob)
	if err != nil || g == nil {
		return box, false
	}
	return g.Bound(), true
}

// TypeName is the name by which gpkg_geometry_columns knows a geometry's
// type (annex G).
func TypeName(g orb.Geometry) string {
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
