package questions

import (
	"encoding/json"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// degreeDigits keeps served coordinates within a millimetre of the grid point
// they stand for, so that quantising them again gives the same point.
const degreeDigits = 1e8

func roundDegrees(v float64) float64 { return math.Round(v*degreeDigits) / degreeDigits }

// round2 rounds to hundredths: centimetres, or 0.6 s.
func round2(v float64) float64 { return math.Round(v*100) / 100 }

// milli rounds to thousandths: millimetres, so that parts that are sent back meet.
func milli(v float64) float64 { return math.Round(v*1e3) / 1e3 }

// orNull is nil for what is not a number.
func orNull(v float64) *float64 {
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
	d := b.Bound()
	return Bounds{roundDegrees(d.Min[0]), roundDegrees(d.Min[1]), roundDegrees(d.Max[0]), roundDegrees(d.Max[1])}
}

// Geometry is a geometry as GeoJSON; null where there is none.
type Geometry struct{ orb.Geometry }

// MarshalJSON writes it with coordinates rounded as they are served.
func (g Geometry) MarshalJSON() ([]byte, error) {
	if g.Geometry == nil {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Type        string       `json:"type"`
		Coordinates orb.Geometry `json:"coordinates"`
	}{g.GeoJSONType(), orb.Round(g.Geometry, int(degreeDigits))})
}
