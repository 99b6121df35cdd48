package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// MaxLat is the latitude, in degrees, at which Web Mercator's world ends.
const MaxLat = 85.0511287798066

// Point is a place in quantised Web Mercator: the world is a square of 2³²
// units a side, X grows east from the antimeridian's −2³¹, Y grows south from
// the northern edge's −2³¹, as tile rows do. One unit is 9.3 mm at the equator
// and less elsewhere, so rounding moves a point by under 7 mm.
type Point struct{ X, Y int32 }

const (
	half  = 1 << 31
	world = 1 << 32
)

// Quantise rounds longitude and latitude in degrees to the grid. A longitude
// beyond ±180° wraps round the world, +180° itself stays on the eastern edge; a
// latitude beyond ±MaxLat is clamped. NaN quantises to the origin.
func Quantise(p orb.Point) Point {
	return Point{quantiseLon(p[0]), quantiseLat(p[1])}
}

func quantiseLon(lon float64) int32 {
	if lon < -180 || lon > 180 {
		lon = math.Mod(math.Mod(lon+180, 360)+360, 360) - 180
	}
	return toInt32(lon / 360 * world)
}

func quantiseLat(lat float64) int32 {
	// The isometric latitude atanh(sin φ), written so that it takes one fast
	// logarithm; within MaxLat that is right to 10⁻⁵ of a unit.
	s := math.Sin(max(-MaxLat, min(MaxLat, lat)) * radians)
	return toInt32(math.Log((1-s)/(1+s)) * (world / (4 * math.Pi)))
}

func toInt32(v float64) int32 {
	switch v = math.Round(v); {
	case v >= half:
		return math.MaxInt32
	case v <= -half:
		return math.MinInt32
	case v != v:
		return 0
	}
	return int32(v)
}

// LonLat is the place in degrees of WGS 84.
func (p Point) LonLat() orb.Point {
	return orb.Point{Lon(float64(p.X)), Lat(float64(p.Y))}
}

// Lon is the longitude in degrees of a fractional quantised X.
func Lon(x float64) float64 { return x / world * 360 }

// Lat is the latitude in degrees of a fractional quantised Y.
func Lat(y float64) float64 {
	return mercatorLat(-y * toRadians)
}

// mercatorLat is the latitude in degrees at a Mercator northing in radians.
func mercatorLat(m float64) float64 {
	return (2*math.Atan(math.Exp(m)) - math.Pi/2) / radians
}

// Box is a rectangle with both edges included. The zero Box is the single
// point at the origin; Empty holds nothing.
type Box struct{ Min, Max Point }

// Empty is the box that holds nothing and that Extend grows from.
var Empty = Box{Point{math.MaxInt32, math.MaxInt32}, Point{math.MinInt32, math.MinInt32}}

// World is the box that holds everything.
var World = Box{Point{math.MinInt32, math.MinInt32}, Point{math.MaxInt32, math.MaxInt32}}

// QuantiseBound is the box of a bound in degrees. Rounding keeps order, so it
// holds the quantised form of every place in the bound. What lies beyond ±180° is
// cut off, not wrapped: a box that crosses the antimeridian is asked for as two.
func QuantiseBound(b orb.Bound) Box {
	return Box{
		Point{clampLon(b.Min[0]), quantiseLat(b.Max[1])},
		Point{clampLon(b.Max[0]), quantiseLat(b.Min[1])},
	}
}

func clampLon(lon float64) int32 { return toInt32(lon / 360 * world) }

// IsEmpty tells whether the box holds no point at all.
func (b Box) IsEmpty() bool { return b.Min.X > b.Max.X || b.Min.Y > b.Max.Y }

// Extend is the smallest box that holds b and p.
func (b Box) Extend(p Point) Box {
	return Box{Point{min(b.Min.X, p.X), min(b.Min.Y, p.Y)}, Point{max(b.Max.X, p.X), max(b.Max.Y, p.Y)}}
}

// Union is the smallest box that holds both.
func (b Box) Union(o Box) Box {
	return Box{Point{min(b.Min.X, o.Min.X), min(b.Min.Y, o.Min.Y)}, Point{max(b.Max.X, o.Max.X), max(b.Max.Y, o.Max.Y)}}
}

// Intersects tells whether the boxes share a point.
func (b Box) Intersects(o Box) bool {
	return b.Min.X <= o.Max.X && o.Min.X <= b.Max.X && b.Min.Y <= o.Max.Y && o.Min.Y <= b.Max.Y &&
		!b.IsEmpty() && !o.IsEmpty() // Empty's edges meet those of the world
}

// Contains tells whether p lies in the box or on its edge.
func (b Box) Contains(p Point) bool {
	return b.Min.X <= p.X && p.X <= b.Max.X && b.Min.Y <= p.Y && p.Y <= b.Max.Y
}

// Bound is the box in degrees.
func (b Box) Bound() orb.Bound {
	nw, se := b.Min.LonLat(), b.Max.LonLat()
	return orb.Bound{Min: orb.Point{nw[0], se[1]}, Max: orb.Point{se[0], nw[1]}}
}
