package geo

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func randomPlaces(n int, spreadDeg float64) []orb.Point {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = orb.Point{109.9 + r.Float64()*spreadDeg, 33.5 + r.Float64()*spreadDeg}
	}
	return out
}

func BenchmarkQuantise(b *testing.B) {
	ps := randomPlaces(1024, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Quantise(ps[i%len(ps)])
	}
}

func BenchmarkLonLat(b *testing.B) {
	var ps []Point
	for _, p := range randomPlaces(1024, 1) {
		ps = append(ps, Quantise(p))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		ps[i%len(ps)].LonLat()
	}
}

func BenchmarkDistance(b *testing.B) {
	ps := randomPlaces(1024, 0.3)
	b.Run("short", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			Distance(ps[i%1024], ps[(i+1)%1024])
		}
	})
	b.Run("short from one origin", func(b *testing.B) {
		b.ReportAllocs()
		o := At(ps[0])
		for i := 0; b.Loop(); i++ {
			o.Distance(ps[(i+1)%1024])
		}
	})
	b.Run("exact", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			karney(ps[i%1024], ps[(i+1)%1024])
		}
	})
}

func BenchmarkBound(b *testing.B) {
	o := At(orb.Point{110, 34})
	for _, c := range []struct {
		name string
		at   orb.Point
	}{{"near", orb.Point{110.2, 34.2}}, {"far", orb.Point{113, 36}}} {
		p := Quantise(c.at)
		box := Box{p, Point{p.X + 1e5, p.Y + 1e5}}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				o.Bound(box)
			}
		})
	}
}

func BenchmarkAppendShape(b *testing.B) {
	var line orb.Geometry = orb.LineString(randomPlaces(20, 1))
	points, ends := make([]Point, 0, 20), make([]uint32, 0, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := AppendShape(points, ends, line); err != nil {
			b.Fatal(err)
		}
	}
}
