package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo/trial"
)

func anyPlace() *rapid.Generator[orb.Point] {
	return rapid.Custom(func(t *rapid.T) orb.Point {
		return orb.Point{
			rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{-180, 0, 180})).Draw(t, "lon"),
			rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{-90, -45, 0, 45, 90})).Draw(t, "lat"),
		}
	})
}

func randomPlace(r *rand.Rand) orb.Point {
	return orb.Point{r.Float64()*360 - 180, math.Asin(r.Float64()*2-1) / radians}
}

func TestDistanceErrsByLessThanItSays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct{ upTo, error float64 }{
		{1, 1e-8}, {1000, 1e-8}, {50e3, 1e-8}, {199.99e3, 1e-5}, {2e6, 1e-6}, {20e6, 1e-6},
	} {
		worst := 0.
		for range trial.Part(20_000) {
			metres := c.upTo * (0.9 + 0.1*r.Float64())
			a := randomPlace(r)
			b := Destination(a, r.Float64()*360, metres)
			want := karney(a, b) // b's coordinates are rounded to some nanometres
			worst = max(worst, math.Abs(Distance(a, b)-want))
		}
		if worst > c.error {
			t.Errorf("up to %v m: off by %v m, allowed %v", c.upTo, worst, c.error)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b orb.Point
		want float64 // GeographicLib's GeodSolve
	}{
		{"nowhere", orb.Point{110, 34}, orb.Point{110, 34}, 0},
		{"a degree along the equator", orb.Point{0, 0}, orb.Point{1, 0}, 111319.490793},
		{"a degree along the equator across the antimeridian", orb.Point{179.5, 0}, orb.Point{-179.5, 0}, 111319.490793},
		{"a degree from the equator", orb.Point{7, 0}, orb.Point{7, 1}, 110574.388558},
		{"a degree to the pole", orb.Point{7, 89}, orb.Point{99, 90}, 111693.864914},
		{"pole to pole", orb.Point{7, -90}, orb.Point{99, 90}, 20003931.458625},
		{"JFK to LHR", orb.Point{-73.8, 40.6}, orb.Point{-0.5, 51.6}, 5551759.400319},
		{"the same place named with another turn", orb.Point{370, 20}, orb.Point{10, 20}, 0},
	} {
		if got := Distance(c.a, c.b); math.Abs(got-c.want) > 2e-6 {
			t.Errorf("%s: %.6f, want %.6f", c.name, got, c.want)
		}
	}
	for _, p := range []orb.Point{{math.NaN(), 0}, {0, math.NaN()}, {0, 90.001}, {math.Inf(1), 0}} {
		if d := Distance(p, orb.Point{1, 1}); !math.IsNaN(d) {
			t.Errorf("from %v: %v", p, d)
		}
	}
}

func TestDistanceIsSymmetricAndTheSameFromAnOrigin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyPlace().Draw(t, "a")
		b := anyPlace().Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = Destination(a, rapid.Float64Range(0, 360).Draw(t, "bearing"), rapid.Float64Range(0, 3e5).Draw(t, "metres"))
		}
		o := At(a)
		if d := Distance(a, b); d != Distance(b, a) || d != o.Distance(b) {
			t.Fatalf("%v, back %v, from an origin %v", d, Distance(b, a), o.Distance(b))
		}
	})
}

func TestDestinationAndBearingAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-89, 89).Draw(t, "lat")}
		bearing, metres := rapid.Float64Range(0, 359.9).Draw(t, "bearing"), rapid.Float64Range(1, 1e7).Draw(t, "metres")
		b := Destination(a, bearing, metres)
		if d := Distance(a, b); math.Abs(d-metres) > 2e-5 {
			t.Fatalf("went %v of %v m", d, metres)
		}
		if turn := math.Remainder(Bearing(a, b)-bearing, 360); math.Abs(turn)*metres*radians > 1e-3+1e-8*metres {
			t.Fatalf("bearing %v, want %v", Bearing(a, b), bearing)
		}
	})
}

func TestLengthAndArea(t *testing.T) {
	// A quarter degree at 34° N.
	ring := orb.Ring{{110, 34}, {110.25, 34}, {110.25, 34.25}, {110, 34.25}, {110, 34}}
	hole := orb.Ring{{110.1, 34.1}, {110.1, 34.15}, {110.15, 34.15}, {110.15, 34.1}, {110.1, 34.1}}
	open := ring[:4]
	perimeter := 0.
	for i := range open {
		perimeter += karney(ring[i], ring[i+1])
	}
	shape := func(g orb.Geometry) Shape {
		s, err := NewShape(g)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		name           string
		got, want, eps float64
	}{
		{"a line along the ring", Length(orb.LineString(ring)), perimeter, 1e-6},
		{"a closed ring's perimeter", Length(ring), perimeter, 1e-6},
		{"an open ring's perimeter", Length(open), perimeter, 1e-6},
		{"twice in a collection", Length(orb.Collection{ring, orb.MultiLineString{orb.LineString(ring)}}), 2 * perimeter, 1e-6},
		{"a point has no length", Length(orb.Point{1, 2}), 0, 0},
		{"a shape's length", shape(orb.LineString(ring)).Length(), perimeter, 0.05},
		{"a shape's perimeter", shape(orb.Polygon{ring}).Length(), perimeter, 0.05},
		{"points of a shape have no length", shape(orb.MultiPoint(ring)).Length(), 0, 0},
		{"open and closed rings have one area", Area(open), Area(ring), 0},
		{"holes are taken off", Area(orb.Polygon{ring, hole}), Area(ring) - Area(hole), 1e-6},
		{"parts add up", Area(orb.MultiPolygon{{ring}, {hole}}), Area(ring) + Area(hole), 1e-6},
		{"a line has no area", Area(orb.LineString(ring)), 0, 0},
		{"a bound", Area(ring.Bound()), Area(ring), 1e-6},
	} {
		if !(math.Abs(c.got-c.want) <= c.eps) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// The oracle measures a fine grid over the box.
func TestBoundIsBelowEveryDistanceAndClose(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range trial.Part(1500) {
		p := randomPlace(r)
		if i%3 == 0 {
			p = Destination(orb.Point{[]float64{-180, 179.99, 110}[i/3%3], []float64{0, 34, 79.9, -85, 89.5}[i/9%5]}, r.Float64()*360,
				math.Pow(10, r.Float64()*6))
		}
		size := math.Pow(10, 2+r.Float64()*7.6) // units
		corner := Quantise(p)
		if i%2 == 0 {
			corner = Quantise(Destination(p, r.Float64()*360, math.Pow(10, r.Float64()*7.3)))
		}
		side := func(c int32) int32 {
			return int32(max(math.MinInt32, min(math.MaxInt32, float64(c)+r.Float64()*size)))
		}
		box := Box{corner, Point{side(corner.X), side(corner.Y)}}
		o := At(p)
		bound := o.Bound(box)
		least := math.Inf(1)
		const n = 40
		for i := range n + 1 {
			for j := range n + 1 {
				x := float64(box.Min.X) + float64(i)/n*(float64(box.Max.X)-float64(box.Min.X))
				y := float64(box.Min.Y) + float64(j)/n*(float64(box.Max.Y)-float64(box.Min.Y))
				least = min(least, o.Distance(orb.Point{Lon(x), Lat(y)}))
			}
		}
		if bound > least {
			t.Fatalf("from %v to %v: bound %.9f above distance %.9f", p, box, bound, least)
		}
		// A cell of the grid is at most this wide and high.
		step := 0.02 + (float64(box.Max.X)-float64(box.Min.X)+float64(box.Max.Y)-float64(box.Min.Y))/n*toRadians*semiMajor
		if bound < least*(1-0.0075)-1e-7-step {
			t.Errorf("from %v to %v: bound %.9f far below distance %.9f (grid %f)", p, box, bound, least, step)
		}
	}
}

func TestBoundOfWhatHoldsTheOriginIsZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyPoint().Draw(t, "p")
		o := At(q.LonLat())
		box := Box{q, q}.Extend(anyPoint().Draw(t, "corner"))
		if rapid.Bool().Draw(t, "alone") {
			box = Box{q, q}
		}
		if d := o.Bound(box); d != 0 {
			t.Fatalf("%v m from %v to %v", d, q, box)
		}
	})
}
