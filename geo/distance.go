package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"
)

// The WGS 84 ellipsoid (NGA.STND.0036, table 3.1): semi-axes in metres,
// flattening and first eccentricity squared.
const (
	semiMajor    = 6378137.0
	flattening   = 1 / 298.257223563
	semiMinor    = semiMajor * (1 - flattening)
	eccentricity = flattening * (2 - flattening) // squared
)

// shortChord, in metres, is where Distance changes from the chord to Karney's
// solution.
const shortChord = 200e3

// radians makes degrees into radians.
const radians = math.Pi / 180

// Distance is the length in metres of the geodesic between two places in
// degrees on WGS 84. It is symmetric, zero for equal places, and the same
// function everywhere, so that values may be compared with each other.
//
// Beyond 200 km it is Karney's solution (J. Geodesy 87, 2013), exact to
// nanometres. Below, where nearly all questions are, it takes the straight chord
// through the Earth and bends it to the curvature that the ellipsoid has half
// way along it, in a tenth of the time. That errs by less than 10 nm up to 50 km
// and by less than 10 µm at 200 km. A NaN or a latitude beyond a pole gives NaN.
func Distance(a, b orb.Point) float64 {
	p, q := spotAt(a), spotAt(b)
	return between(a, b, &p, &q)
}

// between is the distance of two places whose spots are known.
func between(a, b orb.Point, p, q *spot) float64 {
	if c2 := chordSquared(p, q); c2 < shortChord*shortChord {
		return arc(p, q, c2)
	}
	return karney(a, b)
}

// karney is the exact distance. The order of the places is fixed, since its
// rounding depends on it.
func karney(a, b orb.Point) float64 {
	if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
		a, b = b, a
	}
	if s := a[0] + a[1] + b[0] + b[1]; math.IsNaN(s) || math.IsInf(s, 0) {
		return math.NaN()
	}
	var metres float64
	geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0], &metres, nil, nil)
	return metres
}

// spot is a place on the ellipsoid in Earth-centred metres, and the distance
// from the centre to the plane that touches the ellipsoid there.
type spot struct{ x, y, z, support float64 }

func spotAt(p orb.Point) spot {
	sinLat, cosLat := math.Sincos(p[1] * radians)
	sinLon, cosLon := math.Sincos(p[0] * radians)
	if !(math.Abs(p[1]) <= 90) {
		sinLat = math.NaN()
	}
	return spotOf(sinLat, cosLat, sinLon, cosLon)
}

func spotOf(sinLat, cosLat, sinLon, cosLon float64) spot {
	w := math.Sqrt(1 - eccentricity*sinLat*sinLat)
	n := semiMajor / w // radius of curvature across the meridian
	return spot{n * cosLat * cosLon, n * cosLat * sinLon, n * (1 - eccentricity) * sinLat, semiMajor * w}
}

func chordSquared(a, b *spot) float64 {
	dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
	return dx*dx + dy*dy + dz*dz
}

// arc is the length of the curve over a short chord. The ellipsoid's normal
// curvature in the chord's direction v is support·vᵀHv/|v|², H being
// diag(1/a², 1/a², 1/b²) (the second fundamental form of a quadric); taken with
// the mean support of the two ends it is the curvature at the middle.
func arc(a, b *spot, chord2 float64) float64 {
	if chord2 == 0 {
		return 0
	}
	dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
	bend := (a.support + b.support) / 2 * ((dx*dx+dy*dy)/(semiMajor*semiMajor) + dz*dz/(semiMinor*semiMinor)) // curvature × chord²
	u2 := bend * bend / chord2 / 4                                                                            // (half the angle's sine)²
	return math.Sqrt(chord2) * (1 + u2*(1./6+u2*(3./40)))                                                     // asin(u)/u
}

// Destination is the place that lies metres away from a place, leaving it at a
// bearing in degrees clockwise from north, along the geodesic (Karney 2013). Its
// longitude is within ±180°.
func Destination(from orb.Point, bearingDeg, metres float64) orb.Point {
	var lat, lon float64
	geodesic.WGS84.Direct(from[1], from[0], bearingDeg, metres, &lat, &lon, nil)
	return orb.Point{lon, lat}
}

// Bearing is the direction, in degrees clockwise from north and within [0, 360),
// in which the geodesic from a to b leaves a.
func Bearing(a, b orb.Point) float64 {
	var bearing float64
	geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0], nil, &bearing, nil)
	if bearing < 0 {
		bearing += 360
	}
	return bearing
}
