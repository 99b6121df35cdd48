package crs

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

const radians = math.Pi / 180

// Shift moves geocentric places of one datum to WGS 84: translations in metres,
// rotations in seconds of arc, difference of scale in parts per million. The
// rotations are those of the position vector convention (EPSG method 9606), as
// in WKT's TOWGS84 and PROJ's +towgs84; Chinese 布尔莎 parameters follow the
// same. Three parameters leave the rest zero.
type Shift struct {
	DX, DY, DZ float64
	RX, RY, RZ float64
	PPM        float64
}

// ParseShift reads "dx,dy,dz" or "dx,dy,dz,rx,ry,rz,ppm".
func ParseShift(s string) (Shift, error) {
	parts := strings.Split(s, ",")
	if len(parts) != 3 && len(parts) != 7 {
		return Shift{}, fmt.Errorf("shift %q: 3 numbers (dx,dy,dz in metres) or 7 (and rx,ry,rz in seconds of arc, scale in ppm) are "+
			"needed, not %d", s, len(parts))
	}
	var v [7]float64
	for i, p := range parts {
		f, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return Shift{}, fmt.Errorf("shift %q: %q is not a number", s, p)
		}
		v[i] = f
	}
	return shiftOf(v)
}

// shiftOf refuses what no datum on Earth has, such as rotations in radians or
// degrees given as seconds or translations in millimetres.
func shiftOf(v [7]float64) (Shift, error) {
	s := Shift{v[0], v[1], v[2], v[3], v[4], v[5], v[6]}
	for _, d := range v[:3] {
		if math.Abs(d) > 5000 {
			return s, fmt.Errorf("shift: a translation of %g m is no datum's; allowed is ±5000 m", d)
		}
	}
	for _, r := range v[3:] {
		if math.Abs(r) > 100 {
			return s, fmt.Errorf("shift: %g is no datum's; allowed are rotations of ±100 seconds of arc and a scale of ±100 ppm", r)
		}
	}
	return s, nil
}

// String is the form that ParseShift reads, always with seven numbers.
func (s Shift) String() string {
	var parts []string
	for _, f := range []float64{s.DX, s.DY, s.DZ, s.RX, s.RY, s.RZ, s.PPM} {
		parts = append(parts, strconv.FormatFloat(f, 'f', -1, 64))
	}
	return strings.Join(parts, ",")
}

type vector [3]float64

func (s Shift) apply(v vector) vector {
	const second = radians / 3600
	rx, ry, rz, m := s.RX*second, s.RY*second, s.RZ*second, 1+s.PPM*1e-6
	return vector{
		s.DX + m*(v[0]-rz*v[1]+ry*v[2]),
		s.DY + m*(rz*v[0]+v[1]-rx*v[2]),
		s.DZ + m*(-ry*v[0]+rx*v[1]+v[2]),
	}
}

// geocentric is the place on the ellipsoid's surface, in metres from its centre
// (EPSG method 9602).
func (e ellipsoid) geocentric(p orb.Point) vector {
	sinLat, cosLat := math.Sincos(p[1] * radians)
	sinLon, cosLon := math.Sincos(p[0] * radians)
	nu := e.a / math.Sqrt(1-e.e2()*sinLat*sinLat)
	return vector{nu * cosLat * cosLon, nu * cosLat * sinLon, nu * (1 - e.e2()) * sinLat}
}

// geodetic is the place below or above which v lies; Bowring's formula (1976),
// repeated, is right to a nanometre for heights of a few hundred metres.
func (e ellipsoid) geodetic(v vector) orb.Point {
	p := math.Hypot(v[0], v[1])
	b := e.a * (1 - e.f())
	ep2 := e.e2() / (1 - e.e2())
	beta := math.Atan2(v[2]*e.a, p*b)
	var lat float64
	for range 3 {
		sin, cos := math.Sincos(beta)
		lat = math.Atan2(v[2]+ep2*b*sin*sin*sin, p-e.e2()*e.a*cos*cos*cos)
		beta = math.Atan((1 - e.f()) * math.Tan(lat))
	}
	return orb.Point{math.Atan2(v[1], v[0]) / radians, lat / radians}
}

// toWGS84 moves degrees of a datum to degrees of WGS 84. Heights are taken as
// zero, as two-dimensional data give none; a height of 1000 m would move the
// result by a few centimetres.
func (s Shift) toWGS84(e ellipsoid, p orb.Point) orb.Point {
	return wgs84.geodetic(s.apply(e.geocentric(p)))
}

// fromWGS84 finds the place that toWGS84 moves to p, by iteration: the shift
// varies so slowly that each step gains five digits.
func (s Shift) fromWGS84(e ellipsoid, p orb.Point) orb.Point {
	q := p
	for range 8 {
		m := s.toWGS84(e, q)
		dx, dy := math.Remainder(p[0]-m[0], 360), p[1]-m[1]
		q[0] += dx
		q[1] += dy
		if math.Abs(dx)+math.Abs(dy) < 1e-12 {
			break
		}
	}
	return q
}
