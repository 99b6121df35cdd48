package snapshot

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkBuilder loads a layer: lines of 20 vertices, whose ranks are found, and
// points, which make room for each other.
func BenchmarkBuilder(b *testing.B) {
	b.Run("100k lines", func(b *testing.B) { benchBuild(b, "road", benchLines(100_000)) })
	b.Run("1M points", func(b *testing.B) { benchBuild(b, "water", benchPoints(1_000_000)) })
}

func benchBuild(b *testing.B, layer string, places []orb.Geometry) {
	c := layers.Builtin()
	l, _ := c.Layer(layer)
	values := make([]layers.Value, len(l.Fields))
	for b.Loop() {
		builder := NewBuilder(c)
		for i, g := range places {
			if err := builder.Add(l, &layers.Feature{ID: int64(i), Geometry: g, Values: values}); err != nil {
				b.Fatal(err)
			}
		}
		builder.Snapshot()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(places)), "ns/feature")
}

// BenchmarkRank is the part of a line's load that finds its ranks.
func BenchmarkRank(b *testing.B) {
	var shapes []geo.Shape
	for _, g := range benchLines(1000) {
		s, err := geo.NewShape(g)
		if err != nil {
			b.Fatal(err)
		}
		shapes = append(shapes, s)
	}
	var r simplify.Ranker
	ranks := make([]uint8, 20)
	for b.Loop() {
		for _, s := range shapes {
			r.Rank(s, nil, ranks)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(shapes)), "ns/feature")
}

// BenchmarkOverview is what the first tile of a low zoom waits for.
func BenchmarkOverview(b *testing.B) {
	c := layers.Builtin()
	road, _ := c.Layer("road")
	values := make([]layers.Value, len(road.Fields))
	values[road.Field("class")] = layers.Text("国道")
	builder := NewBuilder(c)
	places := benchLines(100_000)
	for i, g := range places {
		if err := builder.Add(road, &layers.Feature{ID: int64(i), Geometry: g, Values: values}); err != nil {
			b.Fatal(err)
		}
	}
	table, _ := builder.Snapshot().Table("road")
	for b.Loop() {
		newOverview(table, firstBand)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(places)), "ns/feature")
}

func benchLines(n int) (all []orb.Geometry) {
	r := rand.New(rand.NewPCG(7, 8))
	for range n {
		p := orb.Point{108.6 + 2*r.Float64(), 33 + 1.5*r.Float64()}
		heading := r.Float64() * 7
		line := orb.LineString{p}
		for range 19 {
			heading += r.NormFloat64() * .7
			step := .0015 * r.Float64()
			p = orb.Point{p[0] + step*math.Cos(heading), p[1] + step*math.Sin(heading)}
			line = append(line, p)
		}
		all = append(all, line)
	}
	return all
}

func benchPoints(n int) (all []orb.Geometry) {
	r := rand.New(rand.NewPCG(9, 10))
	for range n {
		all = append(all, orb.Point{108.6 + 2*r.Float64(), 33 + 1.5*r.Float64()})
	}
	return all
}
