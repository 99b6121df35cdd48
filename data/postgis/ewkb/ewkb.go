// Package ewkb reads and writes geometries as PostGIS has them in a row: WKB with an SRID.
//
// Bytes of the database flow in and geometries out, and the other way about. What a
// layer may hold is not its business; the constraints and data.CheckEdit see to that.
package ewkb

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/wkb"
)

// SRID is of longitude and latitude in degrees, as all geometries are kept.
const SRID = 4326

// Read reads a geometry as the database sends it: in degrees, of two dimensions and
// nothing behind it. Empty geometries come as they are, though the constraints refuse them;
// an empty point as one of NaN, from which nothing in WKB tells it.
func Read(r *wkb.Reader, b []byte) (orb.Geometry, error) {
	g, err := r.Read(b)
	switch {
	case err != nil:
		return nil, err
	case r.Head.Dims > 2:
		return nil, errors.New("geometry has heights or measures")
	case r.Head.SRID != 0 && r.Head.SRID != SRID:
		return nil, fmt.Errorf("geometry has SRID %d, not %d", r.Head.SRID, SRID)
	case r.Head.Left > 0:
		return nil, fmt.Errorf("geometry has %d bytes too many", r.Head.Left)
	}
	if _, ok := g.(orb.Collection); ok {
		return nil, wkb.Collection
	}
	if g == nil {
		return orb.Point{math.NaN(), math.NaN()}, nil
	}
	return g, nil
}
