// Package served is how answers put numbers, places and geometries: rounded to what is known of them, so that what is sent
// back stands for the same point of the grid. It knows no layer and no question.
package served

import (
	"encoding/json"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// DegreeDigits keeps served coordinates within a millimetre of the grid point that they stand for, so that quantising them
// again gives the same point.
const DegreeDigits = 1e8

// Degrees rounds a longitude or latitude.
func Degrees(v float64) float64 { return math.Round(v*DegreeDigits) / DegreeDigits }

// Centi rounds to hundredths: centimetres, or 0.6 s.
func Centi(v float64) float64 { return math.Round(v*100) / 100 }

// Milli rounds to thousandths: millimetres, so that parts that are sent back meet.
func Milli(v float64) float64 { return math.Round(v*1e3) / 1e3 }

// OrNull is nil for what is not a number.
func OrNull(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// Bounds is west, south, east, north; nil where the box is empty.
type Bounds []float64

// BoundsOf are the bounds of a box.
func BoundsOf(b geo.Box) Bounds {
	if b.IsEmpty() {
		return nil
	}
	return BoundsOfDegrees(b.Bound())
}

// BoundsOfDegrees are the bounds of a bound in degrees.
func BoundsOfDegrees(b orb.Bound) Bounds {
	return Bounds{Degrees(b.Min[0]), Degrees(b.Min[1]), Degrees(b.Max[0]), Degrees(b.Max[1])}
}

// Geometry is a geometry as GeoJSON; null where there is none.
type Geometry struct{ orb.Geometry }

// GeometryOf is a geometry to be written.
func GeometryOf(g orb.Geometry) Geometry { return Geometry{g} }

// MarshalJSON writes it with coordinates rounded as they are served.
func (g Geometry) MarshalJSON() ([]byte, error) {
	if g.Geometry == nil {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Type        string       `json:"type"`
		Coordinates orb.Geometry `json:"coordinates"`
	}{g.GeoJSONType(), orb.Round(g.Geometry, int(DegreeDigits))})
}
