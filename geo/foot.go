package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// finder looks for the nearest place of a shape's edges and keeps the best so
// far.
type finder struct {
	o   *Origin
	hit Hit

	a, b         Point // the edge under measurement
	part, vertex int
}

// stretch is an edge in radians of Mercator, with its longitudes on the side of
// the antimeridian that is nearer to the origin.
type stretch struct{ ax, am, bx, bm float64 }

func (o *Origin) stretch(a, b Point) stretch {
	e := stretch{float64(a.X) * toRadians, -float64(a.Y) * toRadians, float64(b.X) * toRadians, -float64(b.Y) * toRadians}
	switch middle := (e.ax + e.bx) / 2; {
	case middle-o.x > math.Pi:
		return e.shift(-2 * math.Pi)
	case o.x-middle > math.Pi:
		return e.shift(2 * math.Pi)
	}
	return e
}

func (e stretch) shift(x float64) stretch { return stretch{e.ax + x, e.am, e.bx + x, e.bm} }

func (e stretch) at(t float64) (x, m float64) {
	return e.ax + t*(e.bx-e.ax), e.am + t*(e.bm-e.am)
}

// foot is the fraction within [from, to] at which the stretch lies nearest to
// the origin in the Mercator plane.
func (e stretch) foot(o *Origin, from, to float64) float64 {
	dx, dm := e.bx-e.ax, e.bm-e.am
	l2 := dx*dx + dm*dm
	if l2 == 0 {
		return from
	}
	return max(from, min(to, ((o.x-e.ax)*dx+(o.m-e.am)*dm)/l2))
}

// planar is the square of the distance from the origin in the Mercator plane, in
// radians, at a fraction of the stretch.
func (e stretch) planar(o *Origin, t float64) float64 {
	x, m := e.at(t)
	return (x-o.x)*(x-o.x) + (m-o.m)*(m-o.m)
}

// planar is the square of the distance in the Mercator plane, in radians, from
// the origin to an edge, whichever way round the world is shorter.
func (o *Origin) planar(a, b Point) float64 {
	e := o.stretch(a, b)
	d := e.planar(o, e.foot(o, 0, 1))
	middle := (e.ax + e.bx) / 2
	if math.Abs(e.bx-e.ax)/2+math.Abs(middle-o.x) > math.Pi {
		e = e.shift(math.Copysign(2*math.Pi, o.x-middle))
		d = min(d, e.planar(o, e.foot(o, 0, 1)))
	}
	return d
}

// reach is the square of the distance in the plane, in radians, beyond which
// nothing is nearer than the best so far: a way of that many metres climbs to no
// latitude at which a radian of Mercator has fewer than cosφ·M metres, and M, the
// meridian's radius of curvature, is nowhere below a(1−e²).
func (f *finder) reach() float64 {
	const smallestM = semiMajor * (1 - eccentricity)
	lat := math.Abs(f.o.place[1])*radians + f.hit.Metres/smallestM
	if lat > 89*radians {
		return math.Inf(1)
	}
	r := f.hit.Metres / (smallestM * math.Cos(lat))
	return r*r*(1+1e-6) + 1e-24
}

// measure takes the nearest place of an edge for the best if it is.
func (f *finder) measure(a, b Point, part, vertex int) {
	f.a, f.b, f.part, f.vertex = a, b, part, vertex
	if a == b {
		f.offer(stretch{}, 0)
		return
	}
	f.search(f.o.stretch(a, b), 0, 1)
}

// offer takes the place at fraction t for the best if it is.
func (f *finder) offer(e stretch, t float64) {
	var p orb.Point
	switch t {
	case 0:
		p = f.a.LonLat()
	case 1:
		p = f.b.LonLat()
	default:
		x, m := e.at(t)
		p = orb.Point{math.Remainder(x, 2*math.Pi) / radians, mercatorLat(m)}
	}
	if d := f.o.Distance(p); d < f.hit.Metres {
		f.hit = Hit{Metres: d, Place: p, Part: f.part, Vertex: f.vertex, Fraction: t}
	}
}

// offerNear offers a fraction, and the end of the edge too when that is so close
// that rounding may have missed it.
func (f *finder) offerNear(e stretch, t float64) {
	const close = 1e-6
	f.offer(e, t)
	if t < close && t > 0 {
		f.offer(e, 0)
	} else if t > 1-close && t < 1 {
		f.offer(e, 1)
	}
}

// Limits in radians of Mercator: a longer piece of an edge is halved, and to a
// piece farther away the foot is sought without slopes.
const (
	longPiece = 0.05
	farPiece  = 0.3
)

// search looks between two fractions of an edge.
func (f *finder) search(e stretch, from, to float64) {
	length := math.Hypot(e.bx-e.ax, e.bm-e.am) * (to - from)
	t := e.foot(f.o, from, to)
	switch {
	case length > longPiece:
		middle := (from + to) / 2
		near, far := [2]float64{from, middle}, [2]float64{middle, to}
		nearBound, farBound := f.pieceBound(e, near), f.pieceBound(e, far)
		if farBound < nearBound {
			near, far, nearBound, farBound = far, near, farBound, nearBound
		}
		if nearBound < f.hit.Metres {
			f.search(e, near[0], near[1])
		}
		if farBound < f.hit.Metres {
			f.search(e, far[0], far[1])
		}
	case e.planar(f.o, t) < farPiece*farPiece:
		f.offerNear(e, f.descend(e, t, from, to))
	default:
		f.offerNear(e, f.section(e, from, to))
	}
}

func (f *finder) pieceBound(e stretch, piece [2]float64) float64 {
	ax, am := e.at(piece[0])
	bx, bm := e.at(piece[1])
	return f.o.bound(min(ax, bx), max(ax, bx), min(am, bm), max(am, bm))
}

// descend is the fraction with the shortest chord, by Gauss-Newton steps from the
// planar foot t. Each leaves a miss of about the distance over the Earth's radius
// times the last one; a miss of δ metres at the foot adds δ²/2d to a distance of d.
func (f *finder) descend(e stretch, t, from, to float64) float64 {
	dx, dm := e.bx-e.ax, e.bm-e.am
	for range 20 {
		x, m := e.at(t)
		sinLon, cosLon := math.Sincos(x)
		ex := math.Exp(m)
		cosLat := 2 / (ex + 1/ex)
		sinLat := (ex - 1/ex) / 2 * cosLat
		q := spotOf(sinLat, cosLat, sinLon, cosLon)
		w := q.support / semiMajor
		east := semiMajor / w * cosLat * dx // metres for the whole stretch
		north := semiMajor * (1 - eccentricity) / (w * w * w) * cosLat * dm
		gx := q.x - f.o.position.x
		gy := q.y - f.o.position.y
		gz := q.z - f.o.position.z
		slope := east*(gy*cosLon-gx*sinLon) + north*(gz*cosLat-sinLat*(gx*cosLon+gy*sinLon))
		steep := east*east + north*north
		next := max(from, min(to, t-slope/steep))
		step2 := (next - t) * (next - t) * steep
		t = next
		if step2 < 1e-12+1e-8*math.Sqrt(gx*gx+gy*gy+gz*gz) {
			break
		}
	}
	return t
}

// section is the fraction with the shortest chord by golden section, for pieces
// so far away that a chord has one minimum on them.
func (f *finder) section(e stretch, from, to float64) float64 {
	const golden = 0.6180339887498949
	chord := func(t float64) float64 {
		x, m := e.at(t)
		sinLon, cosLon := math.Sincos(x)
		q := spotOf(math.Tanh(m), 1/math.Cosh(m), sinLon, cosLon)
		return chordSquared(&f.o.position, &q)
	}
	lo, hi := from, to
	l, r := hi-golden*(hi-lo), lo+golden*(hi-lo)
	cl, cr := chord(l), chord(r)
	for range 32 { // 0.618³² of 0.05 radians is 7 cm
		if cl < cr {
			hi, r, cr = r, l, cl
			l = hi - golden*(hi-lo)
			cl = chord(l)
		} else {
			lo, l, cl = l, r, cr
			r = lo + golden*(hi-lo)
			cr = chord(r)
		}
	}
	best, least := (lo+hi)/2, chord((lo+hi)/2)
	for _, end := range [2]float64{from, to} {
		if c := chord(end); c <= least {
			best, least = end, c
		}
	}
	return best
}
