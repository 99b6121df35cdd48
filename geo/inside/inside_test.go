package inside_test

import (
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/inside"
)

func seq(shapes []geo.Shape) iter.Seq2[uint32, geo.Shape] {
	return func(yield func(uint32, geo.Shape) bool) {
		for i, s := range shapes {
			if !yield(uint32(i+100), s) {
				return
			}
		}
	}
}

// crossings is how many edges lie east of a place, one by one and in whole numbers (Shimrat 1962).
func crossings(s geo.Shape, p geo.Point) (n int) {
	for i := range s.Ends {
		ring := s.Part(i)
		for j, a := range ring {
			b := ring[(j+1)%len(ring)]
			if (a.Y > p.Y) == (b.Y > p.Y) {
				continue
			}
			if a.Y > b.Y {
				a, b = b, a
			}
			if (int64(b.X)-int64(a.X))*(int64(p.Y)-int64(a.Y)) > (int64(p.X)-int64(a.X))*(int64(b.Y)-int64(a.Y)) {
				n++
			}
		}
	}
	return n
}

func TestAPlaceLiesInThosePolygonsWhoseEdgesAreCrossedAnOddNumberOfTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int32{4, 60, 1 << 29}).Draw(t, "size")
		at := rapid.Custom(func(t *rapid.T) geo.Point {
			return geo.Point{X: rapid.Int32Range(-size, size).Draw(t, "x"), Y: rapid.Int32Range(-size, size).Draw(t, "y")}
		})
		var shapes []geo.Shape
		for range rapid.IntRange(0, 8).Draw(t, "shapes") {
			s := geo.Shape{Kind: geo.Polygons}
			for range rapid.IntRange(1, 3).Draw(t, "rings") {
				s.Points = append(s.Points, rapid.SliceOfN(at, 3, 30).Draw(t, "ring")...)
				s.Ends = append(s.Ends, uint32(len(s.Points)))
			}
			shapes = append(shapes, s)
		}
		x := inside.New(seq(shapes))
		for range 20 {
			p := at.Draw(t, "p")
			var want []uint32
			for i, s := range shapes {
				if crossings(s, p)%2 == 1 {
					want = append(want, uint32(i+100))
				}
			}
			if got := x.At(p, nil); !slices.Equal(got, want) {
				t.Fatalf("%v lies in %v, not %v", p, got, want)
			}
		}
	})
}

// Cells of a lattice whose vertices are put anywhere near cover it once, on every side and vertex too.
func TestExactlyOneOfPolygonsSideBySideHasAPlaceBetweenThem(t *testing.T) {
	const n, step = 20, 1000
	r := rand.New(rand.NewPCG(1, 2))
	var corners [n + 1][n + 1]geo.Point
	for x := range corners {
		for y := range corners[x] {
			corners[x][y] = geo.Point{X: int32(x*step) + r.Int32N(step/2), Y: int32(y*step) + r.Int32N(step/2)}
		}
	}
	var shapes []geo.Shape
	for x := range n {
		for y := range n {
			ring := []geo.Point{corners[x][y], corners[x+1][y], corners[x+1][y+1], corners[x][y+1]}
			shapes = append(shapes, geo.Shape{Kind: geo.Polygons, Points: ring, Ends: []uint32{4}})
		}
	}
	index := inside.New(seq(shapes))
	places := []geo.Point{}
	for x := 1; x < n; x++ {
		for y := 1; y < n; y++ {
			a, b := corners[x][y], corners[x+1][y]
			places = append(places, a, geo.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2})
		}
	}
	for range 20000 {
		places = append(places, geo.Point{X: step + r.Int32N((n-2)*step), Y: step + r.Int32N((n-2)*step)})
	}
	for _, p := range places {
		if got := index.At(p, nil); len(got) != 1 {
			t.Fatalf("%v lies in %v", p, got)
		}
	}
}
