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
