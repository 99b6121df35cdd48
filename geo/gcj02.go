package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// GCJ-02 (国测局坐标, "Mars coordinates") is the datum that maps published in
// China must use: WGS 84 moved by a smooth pseudo-random 100 to 700 m. The state
// publishes no formula. The constants are those of the transform that has been
// public since 2010 ("EvilTransform") and that agrees with the official
// converter to about a metre; gcjSemiMajor and gcjEccentricity are the Krasovsky
// 1940 ellipsoid.
const (
	gcjSemiMajor    = 6378245.0
	gcjEccentricity = 0.00669342162296594323 // squared

	gcjWest, gcjEast   = 72.004, 137.8347
	gcjSouth, gcjNorth = 0.8293, 55.8271

	// bdTurn is the frequency, in radians a degree, of BD-09's wobble.
	bdTurn = math.Pi * 3000 / 180
)

// InGCJ02 tells whether the transform moves a place given in WGS 84: whether it
// lies in the rectangle 72.004° to 137.8347° E, 0.8293° to 55.8271° N that the
// public transform takes for China. It takes in parts of the neighbours, and so
// do the map services that use it.
func InGCJ02(p orb.Point) bool {
	return p[0] >= gcjWest && p[0] <= gcjEast && p[1] >= gcjSouth && p[1] <= gcjNorth
}

// WGS84ToGCJ02 moves a place in degrees of WGS 84 to GCJ-02. A place for which
// InGCJ02 is false stays where it is.
func WGS84ToGCJ02(p orb.Point) orb.Point {
	if !InGCJ02(p) {
		return p
	}
	return gcjMove(p)
}

// GCJ02ToWGS84 is the inverse of WGS84ToGCJ02, found by iteration to well below
// a millimetre. A place that no place inside the rectangle moves to stays where
// it is; within 1 km outside the rectangle's edge, where both a moved and an
// unmoved place may have the same GCJ-02, the moved one is taken.
func GCJ02ToWGS84(p orb.Point) orb.Point {
	w := undo(p, gcjMove)
	// On the rectangle's edge, rounding must not put it outside.
	in := orb.Point{max(gcjWest, min(gcjEast, w[0])), max(gcjSouth, min(gcjNorth, w[1]))}
	if math.Abs(in[0]-w[0]) < 1e-9 && math.Abs(in[1]-w[1]) < 1e-9 {
		return in
	}
	return p
}

// gcjMove is the transform without regard to the rectangle.
func gcjMove(p orb.Point) orb.Point {
	x, y := p[0]-105, p[1]-35
	root := math.Sqrt(math.Abs(x))
	wave := 2. / 3 * (20*math.Sin(6*math.Pi*x) + 20*math.Sin(2*math.Pi*x))
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + wave +
		2./3*(20*math.Sin(math.Pi*y)+40*math.Sin(math.Pi/3*y)) +
		2./3*(160*math.Sin(math.Pi/12*y)+320*math.Sin(math.Pi/30*y))
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + wave +
		2./3*(20*math.Sin(math.Pi*x)+40*math.Sin(math.Pi/3*x)) +
		2./3*(150*math.Sin(math.Pi/12*x)+300*math.Sin(math.Pi/30*x))
	sinLat, cosLat := math.Sincos(p[1] * radians)
	w2 := 1 - gcjEccentricity*sinLat*sinLat
	w := math.Sqrt(w2)
	return orb.Point{
		p[0] + east/(gcjSemiMajor/w*cosLat*radians),
		p[1] + north/(gcjSemiMajor*(1-gcjEccentricity)/(w2*w)*radians),
	}
}

// GCJ02ToBD09 moves a place from GCJ-02 to BD-09, Baidu's own datum on top of
// it, by the formula public since 2013.
func GCJ02ToBD09(p orb.Point) orb.Point {
	r := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*bdTurn)
	sin, cos := math.Sincos(math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*bdTurn))
	return orb.Point{r*cos + 0.0065, r*sin + 0.006}
}

// BD09ToGCJ02 is the inverse of GCJ02ToBD09, by iteration; the inverse formula in
// circulation is a metre off.
func BD09ToGCJ02(p orb.Point) orb.Point { return undo(p, GCJ02ToBD09) }

// WGS84ToBD09 moves a place from WGS 84 to BD-09.
func WGS84ToBD09(p orb.Point) orb.Point { return GCJ02ToBD09(WGS84ToGCJ02(p)) }

// BD09ToWGS84 moves a place from BD-09 to WGS 84.
func BD09ToWGS84(p orb.Point) orb.Point { return GCJ02ToWGS84(BD09ToGCJ02(p)) }

// undo finds the place that move takes to p. A move whose offset varies slowly
// is a contraction, so each step mends the last one's miss; 1e-11° is a
// micrometre.
func undo(p orb.Point, move func(orb.Point) orb.Point) orb.Point {
	q := p
	for range 30 {
		m := move(q)
		dx, dy := p[0]-m[0], p[1]-m[1]
		q[0] += dx
		q[1] += dy
		if math.Abs(dx) < 1e-11 && math.Abs(dy) < 1e-11 {
			break
		}
	}
	return q
}
