package network_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
)

// sizes are the demo's, and a province's.
var sizes = []int{13_000, 1_000_000}

// spacing between crossings, in metres, that gives the demo's segments per area.
const spacing = 1000

func places(r *rand.Rand, n int, width float64) []orb.Point {
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = at(width*r.Float64(), width*r.Float64())
	}
	return out
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func side(segments int) float64 {
	n := 1
	for n*n < segments*4/7 {
		n++
	}
	return float64(n) * spacing
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			before := heap()
			var g *network.Graph
			for b.Loop() {
				g = network.Build(lattice(n*4/7, spacing), network.DefaultTolerance)
			}
			perEdge := float64(g.Edges())
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/perEdge, "ns/edge")
			b.ReportMetric(float64(heap()-before)/perEdge, "B/edge")
			runtime.KeepAlive(g)
		})
	}
}

func BenchmarkQuestions(b *testing.B) {
	for _, n := range sizes {
		g := network.Build(lattice(n*4/7, spacing), network.DefaultTolerance)
		questions(b, g, fmt.Sprint(n), side(n))
	}
}

func questions(b *testing.B, g *network.Graph, name string, width float64) {
	r := rand.New(rand.NewPCG(1, 1))
	q := network.Query{Metric: network.ByMinutes}
	route := func(apart float64) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				p := at((width-apart)*r.Float64(), width*r.Float64())
				if _, err := g.Route(b.Context(), p, orb.Point{p[0] + apart/92_000, p[1]}, q); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("a route of 30 km/"+name, route(30e3))
	b.Run("a route across/"+name, route(0.9*width))
	sources := places(r, 100, width)
	b.Run("reach from 100 sources/"+name, func(b *testing.B) {
		for b.Loop() {
			if _, err := g.Reach(b.Context(), sources, q); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(g.Edges()), "ns/edge")
	})
	field, err := g.Reach(b.Context(), sources, q)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("a point's nearest source/"+name, func(b *testing.B) {
		for b.Loop() {
			field.At(at(width*r.Float64(), width*r.Float64()))
		}
	})
	b.Run("a point's way to it/"+name, func(b *testing.B) {
		for b.Loop() {
			field.Route(at(width*r.Float64(), width*r.Float64()))
		}
	})
	b.Run("a catchment of 30 minutes/"+name, func(b *testing.B) {
		for b.Loop() {
			if _, err := g.Catchment(b.Context(), places(r, 1, width), 30, q); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("a subset/"+name, func(b *testing.B) {
		for b.Loop() {
			g.Where(func(_ int32, a network.Attributes) bool { return a.Hardened })
		}
	})
	b.Run("bridges/"+name, func(b *testing.B) {
		for b.Loop() {
			g.Bridges(nil)
		}
	})
	b.Run("near misses/"+name, func(b *testing.B) {
		for b.Loop() {
			if _, err := g.NearMisses(b.Context(), 20); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkScale builds and asks once at the size that CUNTU_BENCH_SEGMENTS names, such
// as 20000000, which takes two minutes and 6 GB.
func BenchmarkScale(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("CUNTU_BENCH_SEGMENTS"))
	if err != nil {
		b.Skip("CUNTU_BENCH_SEGMENTS names no number of segments")
	}
	begin := time.Now()
	g := network.Build(lattice(n*4/7, spacing), network.DefaultTolerance)
	b.Logf("%d edges built in %v", g.Edges(), time.Since(begin).Round(time.Millisecond))
	b.Logf("%.0f bytes an edge", float64(heap())/float64(g.Edges()))
	questions(b, g, strconv.Itoa(n), side(n))
}
