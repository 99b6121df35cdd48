package geo

import (
	"math"
	"testing"
)

func TestThePoleLiesAsFarFromTheEdgesAsAnyPlace(t *testing.T) {
	bent := []Point{{0, 0}, {30000, 0}, {30000, 10000}, {10000, 10000}, {10000, 30000}, {0, 30000}}
	square := []Point{{0, 0}, {30000, 0}, {30000, 30000}, {0, 30000}}
	hole := []Point{{1000, 1000}, {1000, 20000}, {20000, 20000}, {20000, 1000}}
	for name, c := range map[string]struct {
		rings [][]Point
		far   float64 // of the pole from the nearest edge
	}{
		"a square":             {[][]Point{{{0, 0}, {10000, 0}, {10000, 10000}, {0, 10000}}}, 5000},
		"an L":                 {[][]Point{bent}, 10000 * (2 - math.Sqrt2)},
		"a square with a hole": {[][]Point{square, hole}, 0},
	} {
		s := Shape{Kind: Polygons}
		for _, ring := range c.rings {
			s.Points = append(s.Points, ring...)
			s.Ends = append(s.Ends, uint32(len(s.Points)))
		}
		p := s.Pole()
		got := s.poleSquare(float64(p.X), float64(p.Y), 0).off
		want := c.far
		if want == 0 { // by looking everywhere
			for x := 0.0; x < 30000; x += 100 {
				for y := 0.0; y < 30000; y += 100 {
					want = max(want, s.poleSquare(x, y, 0).off)
				}
			}
		}
		if got < 0.985*want {
			t.Errorf("%s: the pole %v is %.0f off the edges, not %.0f", name, p, got, want)
		}
	}
	if p := (Shape{Kind: Points, Points: []Point{{3, 4}}, Ends: []uint32{1}}).Pole(); p != (Point{3, 4}) {
		t.Errorf("the pole of a point is %v", p)
	}
}
