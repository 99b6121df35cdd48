package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Origin is a place that many distances are measured from. It keeps what they
// have in common; it is made by At, is never written to again and may be shared.
type Origin struct {
	place    orb.Point
	position spot

	x, m float64 // Web Mercator in radians, m growing north

	// tangent, sine and cosine of the reduced latitude
	tan, sin, cos float64

	// metres in a radian of Mercator at the origin, eastward and northward, both
	// made smaller by as much as they change over nearRadians towards the equator;
	// and the greatest tanh m there, at which they shrink towards the pole
	east, north, shrink float64
}

const (
	toRadians = 2 * math.Pi / world // radians of Mercator in a quantised unit

	// nearRadians is how far, in radians of Mercator, the flat bound reaches: 64 km
	// at the equator, 53 km at 34° of latitude.
	nearRadians = 0.01

	// nearLat is the latitude in degrees up to which it is used.
	nearLat = 80
)

// At is the origin of distances from p, in degrees.
func At(p orb.Point) Origin {
	sinLat, cosLat := math.Sincos(p[1] * radians)
	o := Origin{place: p, position: spotAt(p), x: p[0] * radians, m: math.Asinh(sinLat / cosLat)}
	if o.x < -math.Pi || o.x > math.Pi {
		o.x = math.Remainder(o.x, 2*math.Pi)
	}
	o.tan = (1 - flattening) * sinLat / cosLat
	o.cos = 1 / math.Sqrt(1+o.tan*o.tan)
	o.sin = o.tan * o.cos
	if math.Abs(p[1]) <= nearLat {
		w2 := 1 - eccentricity*sinLat*sinLat
		n := semiMajor / math.Sqrt(w2)
		// Over 0.01 radians M changes by at most 3e²·sinφ·cosφ·0.01 = 1.0·10⁻⁴ and N
		// by a third of it.
		o.east = n * cosLat * (1 - 2e-4)
		o.north = n * (1 - eccentricity) / w2 * cosLat * (1 - 2e-4)
		o.shrink = math.Tanh(math.Abs(o.m) + 1.1*nearRadians)
	}
	return o
}

// Place is where the origin lies, in degrees.
func (o *Origin) Place() orb.Point { return o.place }

// Distance is Distance(o.Place(), p) in half the time.
func (o *Origin) Distance(p orb.Point) float64 {
	q := spotAt(p)
	return between(o.place, p, &o.position, &q)
}

// Bound is a lower bound, in metres, of Distance from the origin to every place
// in the box, and 0 when the origin lies in it or on its edge. It is exact in
// longitude and latitude, across the antimeridian and near the poles too, and
// less than 0.7 % below the distance. For an empty box it is +Inf.
//
// It rests on two maps that shorten every curve, so that distances on them bound
// those on the ellipsoid. Far away: the map to a sphere of the semi-minor axis by
// longitude and reduced latitude β, where a step dβ along the meridian is b·dβ in
// place of a·√(1−e²cos²β)·dβ ≥ b·dβ, and b·cosβ·dλ across it in place of
// a·cosβ·dλ. Nearby, without a transcendental function: the Mercator plane at the
// smallest scale that the way can meet.
func (o *Origin) Bound(b Box) float64 {
	if b.IsEmpty() {
		return math.Inf(1)
	}
	return o.bound(float64(b.Min.X)*toRadians, float64(b.Max.X)*toRadians,
		-float64(b.Max.Y)*toRadians, -float64(b.Min.Y)*toRadians)
}

// bound takes the box in radians of Mercator.
func (o *Origin) bound(west, east, south, north float64) float64 {
	var dx, dm float64 // gaps to the box; dm is signed, north positive
	if o.x < west {
		dx = min(west-o.x, o.x-east+2*math.Pi)
	} else if o.x > east {
		dx = min(o.x-east, west-o.x+2*math.Pi)
	}
	if o.m < south {
		dm = south - o.m
	} else if o.m > north {
		dm = north - o.m
	}
	if dx == 0 && dm == 0 {
		return 0
	}
	metres := 0.
	if dx <= nearRadians && math.Abs(dm) <= nearRadians && o.shrink > 0 {
		metres = o.nearBound(dx, dm)
	} else {
		metres = o.farBound(dx, south, north)
	}
	// What rounding may take from Distance.
	return max(0, metres*(1-1e-9)-1e-8)
}

// nearBound is the way to the gap's other end at the scale of the highest
// latitude it meets. That is dm, or for a way that begins and ends on one
// parallel the bulge of the great circle, below dx²/8 radians. The scale,
// cosφ = sech m, falls by at most the factor exp(−shrink·rise).
func (o *Origin) nearBound(dx, dm float64) float64 {
	d2 := dx*dx + dm*dm
	rise := max(0, math.Copysign(dm, dm*o.m)) + d2/2
	e, n := dx*o.east, dm*o.north
	return math.Sqrt(e*e+n*n) * (1 - o.shrink*rise)
}

// farBound is the distance on the sphere to the nearest place of the box's
// nearer meridian.
func (o *Origin) farBound(dx, south, north float64) float64 {
	sinX, cosX := math.Sincos(dx)
	low, high := reducedTan(south), reducedTan(north)
	var c2 float64
	if cosX > 0 {
		// The foot of the great circle that meets the meridian at a right angle.
		c2 = o.sphereChord(max(low, min(high, o.tan/cosX)), sinX, cosX)
	} else {
		c2 = min(o.sphereChord(low, sinX, cosX), o.sphereChord(high, sinX, cosX))
	}
	c := math.Sqrt(c2)
	if c > 0.3 {
		return 2 * semiMinor * math.Asin(min(1, c/2))
	}
	return semiMinor * c * (1 + c2/24) // less than 2·asin(c/2)
}

// sphereChord is the square of the chord of the unit sphere to the reduced
// latitude with tangent t, at a difference in longitude.
func (o *Origin) sphereChord(t, sinX, cosX float64) float64 {
	cos := 1 / math.Sqrt(1+t*t)
	x, y, z := cos*cosX-o.cos, cos*sinX, t*cos-o.sin
	return x*x + y*y + z*z
}

// reducedTan is the tangent of the reduced latitude at a Mercator northing.
func reducedTan(m float64) float64 {
	e := math.Exp(m)
	return (1 - flattening) * (e - 1/e) / 2
}
