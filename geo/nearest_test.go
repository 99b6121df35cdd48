package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// bruteNearest walks every edge in steps and then bisects around the best.
func bruteNearest(s Shape, p orb.Point) float64 {
	o := At(p)
	best := math.Inf(1)
	for part := range s.Ends {
		vertices := s.Part(part)
		for i := range vertices {
			if s.Kind != Polygons && i+1 == len(vertices) && i > 0 {
				break
			}
			a, b := vertices[i], vertices[(i+1)%len(vertices)]
			at := func(t float64) float64 {
				t = max(0, min(1, t))
				x := float64(a.X) + t*(float64(b.X)-float64(a.X))
				y := float64(a.Y) + t*(float64(b.Y)-float64(a.Y))
				return o.Distance(orb.Point{Lon(x), Lat(y)})
			}
			const n = 200
			t, least := 0., math.Inf(1)
			for k := range n + 1 {
				if d := at(float64(k) / n); d < least {
					t, least = float64(k)/n, d
				}
			}
			for step := 1. / n; step > 1e-13; step /= 1.5 {
				for _, u := range []float64{t - step, t + step} {
					if d := at(u); d < least {
						t, least = u, d
					}
				}
			}
			best = min(best, least)
		}
	}
	return best
}

func TestNearestFindsWhatBruteForceFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for i := range 1500 {
		middle := randomPlace(r)
		switch i % 4 {
		case 0:
			middle = orb.Point{179.9 + r.Float64()*.2, r.Float64()*160 - 80}
		case 1:
			middle = orb.Point{110, 34}
		}
		size := math.Pow(10, 1+r.Float64()*5.5) // metres
		var line orb.LineString
		for range 2 + r.IntN(6) {
			v := Destination(middle, r.Float64()*360, size*r.Float64())
			if math.Abs(v[0]-middle[0]) > 180 { // no edge round the world, which steps of a 200th would miss
				v[0] = math.Copysign(180, middle[0])
			}
			line = append(line, orb.Point{v[0], max(-85, min(85, v[1]))})
		}
		kind := []orb.Geometry{line, orb.MultiPoint(line), orb.Polygon{orb.Ring(line)}}[i%3]
		s, err := NewShape(kind)
		if err != nil {
			t.Fatal(err)
		}
		p := Destination(middle, r.Float64()*360, size*math.Pow(10, r.Float64()*3-2))
		hit := s.Nearest(p)
		want := bruteNearest(s, p)
		if hit.Inside {
			continue // TestNearestKnowsInside
		}
		eps := 1e-6
		if want > 100e3 {
			eps = 1e-7 * want
		}
		if math.Abs(hit.Metres-want) > eps {
			t.Errorf("%d: from %v to %v (%.0f m wide): %.9f m, brute force %.9f (%+v)", i, p, s, size, hit.Metres, want, hit)
		}
		if d := Distance(p, hit.Place); d != hit.Metres {
			t.Errorf("place is %v m away, said %v", d, hit.Metres)
		}
		part := s.Part(hit.Part)
		a, b := part[hit.Vertex], part[(hit.Vertex+1)%len(part)]
		x := float64(a.X) + hit.Fraction*(float64(b.X)-float64(a.X))
		y := float64(a.Y) + hit.Fraction*(float64(b.Y)-float64(a.Y))
		if d := Distance(orb.Point{Lon(x), Lat(y)}, hit.Place); d > 1e-6 {
			t.Errorf("place %v is %v m from fraction %v of edge %d of part %d", hit.Place, d, hit.Fraction, hit.Vertex, hit.Part)
		}
	}
}

func TestNearestKnowsInside(t *testing.T) {
	s, err := NewShape(orb.MultiPolygon{
		{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}, {{1, 1}, {3, 1}, {3, 3}, {1, 3}}},
		{{{1.5, 1.5}, {2.5, 1.5}, {2.5, 2.5}, {1.5, 2.5}}}, // an island in the hole
		{{{3.5, 3.5}, {5, 3.5}, {5, 5}, {3.5, 5}}},         // overlaps the first
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		p      orb.Point
		inside bool
		metres float64
	}{
		{"in the ring", orb.Point{0.5, 2}, true, 0},
		{"in the hole", orb.Point{1.25, 2}, false, Distance(orb.Point{1.25, 2}, orb.Point{1, 2})},
		{"on the island", orb.Point{2, 2}, true, 0},
		{"in the overlap", orb.Point{3.75, 3.75}, true, 0},
		{"outside", orb.Point{-1, 2}, false, Distance(orb.Point{-1, 2}, orb.Point{0, 2})},
		{"level with a corner", orb.Point{-1, 4}, false, Distance(orb.Point{-1, 4}, orb.Point{0, 4})},
	} {
		hit := s.Nearest(c.p)
		// A meridian is nearest a little towards the equator of the same latitude.
		if hit.Inside != c.inside || math.Abs(hit.Metres-c.metres) > 20 {
			t.Errorf("%s: %+v, want %v", c.name, hit, c.metres)
		}
		if c.inside && (hit.Metres != 0 || hit.Place != c.p || hit.Part != -1) {
			t.Errorf("%s: %+v", c.name, hit)
		}
	}
}

func TestNearestOfAVertexIsZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := NewShape(anyGeometry().Draw(t, "geometry"))
		if err != nil || len(s.Points) == 0 {
			return
		}
		v := rapid.SampledFrom(s.Points).Draw(t, "vertex")
		if hit := s.Nearest(v.LonLat()); hit.Metres != 0 {
			t.Fatalf("%v of %v: %+v", v, s, hit)
		}
	})
}

func TestNearest(t *testing.T) {
	line := orb.LineString{{110, 34}, {110.01, 34}, {110.01, 34.01}}
	for _, c := range []struct {
		name         string
		g            orb.Geometry
		p            orb.Point
		part, vertex int
		fraction     float64
		metres       float64
	}{
		{"beside the first edge", line, orb.Point{110.005, 33.999}, 0, 0, .5, 110.9},
		{"beside the second edge", line, orb.Point{110.02, 34.0075}, 0, 1, .75, 923.7},
		{"beyond the end", line, orb.Point{110.01, 34.02}, 0, 1, 1, 1109.2},
		{"the second of two points", orb.MultiPoint{{110, 34}, {111, 34}}, orb.Point{110.9, 34}, 1, 0, 0, 9238.5},
		{"the edge that closes a ring", orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 1}}, orb.Point{.5, -.1}, 0, 3, .5, 11057.4},
		{"a line on the antimeridian's other side", orb.LineString{{179.99, 10}, {179.99, 11}}, orb.Point{-179.99, 10.5}, 0, 0, .5, 2189.4},
	} {
		s, _ := NewShape(c.g)
		hit := s.Nearest(c.p)
		if hit.Part != c.part || hit.Vertex != c.vertex || math.Abs(hit.Fraction-c.fraction) > 2e-3 || math.Abs(hit.Metres-c.metres) > .1 {
			t.Errorf("%s: %+v", c.name, hit)
		}
	}
	if hit := (Shape{}).Nearest(orb.Point{1, 2}); !math.IsInf(hit.Metres, 1) || hit.Part != -1 {
		t.Errorf("nothing: %+v", hit)
	}
}

func TestNearestAllocatesNothing(t *testing.T) {
	s, _ := NewShape(orb.LineString(randomPlaces(50, 1)))
	p := randomPlaces(1, 2)[0]
	if n := testing.AllocsPerRun(100, func() { s.Nearest(p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkShapeNearest(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name string
		n    int
		km   float64
	}{{"20 vertices 5 km away", 20, 5}, {"20 vertices 300 km away", 20, 300}, {"1000 vertices 5 km away", 1000, 5}} {
		line := orb.LineString{{110, 34}}
		for range c.n - 1 {
			line = append(line, Destination(line[len(line)-1], r.Float64()*180, 200))
		}
		s, _ := NewShape(line)
		p := Destination(line[0], 270, c.km*1000)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Nearest(p)
			}
		})
	}
}
