package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
)

// places lie over a prefecture's 2° by 2°.
func places(n int) []geo.Point {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]geo.Point, n)
	for i := range out {
		out[i] = geo.Quantise(orb.Point{109 + 2*r.Float64(), 33 + 2*r.Float64()})
	}
	return out
}

func loaded(ps []geo.Point) *index.Tree {
	items := make([]index.Item, len(ps))
	for i, p := range ps {
		items[i] = index.Item{Box: geo.Box{Min: p, Max: p}, ID: uint32(i)}
	}
	t := new(index.Tree)
	t.Load(items)
	return t
}

func inserted(ps []geo.Point) *index.Tree {
	t := new(index.Tree)
	for i, p := range ps {
		t.Insert(geo.Box{Min: p, Max: p}, uint32(i))
	}
	return t
}

func BenchmarkNearest(b *testing.B) {
	for _, n := range []int{20_000, 1_000_000} {
		ps := places(n)
		from := places(1000)
		for name, t := range map[string]*index.Tree{"loaded": loaded(ps), "inserted": inserted(ps)} {
			b.Run(fmt.Sprintf("k=10 of %d %s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					o := geo.At(from[i%1000].LonLat())
					left := 10
					t.Nearest(o.Place(), func(id uint32) float64 { return o.Distance(ps[id].LonLat()) },
						func(uint32, float64) bool { left--; return left > 0 })
				}
			})
		}
	}
}

func BenchmarkFew(b *testing.B) {
	for _, n := range []int{20_000, 1_000_000} {
		ps := places(n)
		from := places(1000)
		t := loaded(ps)
		b.Run(fmt.Sprintf("k=10 of %d", n), func(b *testing.B) {
			b.ReportAllocs()
			var room []index.Found
			for i := 0; b.Loop(); i++ {
				o := geo.At(from[i%1000].LonLat())
				room = t.Few(room[:0], o.Place(), 10, math.Inf(1), func(id uint32) float64 { return o.Distance(ps[id].LonLat()) })
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{20_000, 1_000_000} {
		ps := places(n)
		from := places(1000)
		side := int32(24e6 / 100) // ten thousandth of the area
		for name, t := range map[string]*index.Tree{"loaded": loaded(ps), "inserted": inserted(ps)} {
			b.Run(fmt.Sprintf("%d of %d %s", n/10000, n, name), func(b *testing.B) {
				b.ReportAllocs()
				hits := 0
				for i := 0; b.Loop(); i++ {
					p := from[i%1000]
					t.Search(geo.Box{Min: p, Max: geo.Point{X: p.X + side, Y: p.Y + side}}, func(uint32) bool { hits++; return true })
				}
				b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
			})
		}
	}
}

func BenchmarkChange(b *testing.B) {
	ps := places(1_000_000)
	b.Run("Load a million", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			loaded(ps)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(ps)), "ns/item")
	})
	b.Run("Insert a million", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			inserted(ps)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(ps)), "ns/item")
	})
	t := loaded(ps)
	b.Run("Copy and Insert one into a million", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			p := ps[i%1000]
			t.Copy().Insert(geo.Box{Min: p, Max: p}, 7)
		}
	})
}
