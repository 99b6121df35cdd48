package tiles

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// benchRoads are lines of 20 vertices over a prefecture of 2° by 1.5°, of the
// catalogue's road layer.
func benchRoads(n int, add func(*layers.Layer, *layers.Feature)) {
	r := rand.New(rand.NewPCG(7, 8))
	road, _ := layers.Builtin().Layer("road")
	choose := func(field string) layers.Value {
		c := road.Fields[road.Field(field)].Values
		return layers.Text(c[min(r.IntN(len(c)), r.IntN(len(c)+2))%len(c)].Value)
	}
	classes := []string{"国道", "省道", "县道", "乡道", "村道", "村道", "村道", "村道"}
	for i := range n {
		f := &layers.Feature{ID: int64(i + 1), Values: make([]layers.Value, len(road.Fields))}
		set := func(field string, v layers.Value) { f.Values[road.Field(field)] = v }
		set("number", layers.Text(fmt.Sprintf("C%03d", r.IntN(900))))
		set("name", layers.Text(fmt.Sprintf("村组道路%d", i/3)))
		set("county", layers.Text(fmt.Sprintf("6110%02d", 2+r.IntN(7))))
		set("class", layers.Text(classes[r.IntN(len(classes))]))
		for _, field := range []string{"grade", "surface", "kind", "status"} {
			set(field, choose(field))
		}
		set("width_m", layers.Float(float64(30+r.IntN(60))/10))
		set("year", layers.Int(int64(1990+r.IntN(30))))
		p := orb.Point{108.6 + 2*r.Float64(), 33 + 1.5*r.Float64()}
		heading := r.Float64() * 7
		line := orb.LineString{p}
		for range 19 {
			heading += r.NormFloat64() * .7
			step := .0015 * r.Float64()
			p = orb.Point{p[0] + step*math.Cos(heading), p[1] + step*math.Sin(heading)}
			line = append(line, p)
		}
		f.Geometry = line
		add(road, f)
	}
}

func benchSnapshot(t testing.TB, n int) *snapshot.Snapshot {
	t.Helper()
	c := layers.Builtin()
	b := snapshot.NewBuilder(c)
	road, _ := c.Layer("road")
	benchRoads(n, func(_ *layers.Layer, f *layers.Feature) {
		if err := b.Add(road, f); err != nil {
			t.Fatal(err)
		}
	})
	return b.Snapshot()
}

// benchTiles are tiles of some zooms at random places of the prefecture.
func benchTiles(from, to uint8, n int) (all []maptile.Tile) {
	r := rand.New(rand.NewPCG(9, 10))
	for i := range n {
		z := from + uint8(i)%(to-from+1)
		all = append(all, tileAt(orb.Point{108.6 + 2*r.Float64(), 33 + 1.5*r.Float64()}, z))
	}
	return all
}

func BenchmarkTile(b *testing.B) {
	snap := benchSnapshot(b, 100_000)
	for _, c := range []struct {
		name     string
		from, to uint8
		o        encode.Options
	}{
		{"z10-14", 10, 14, encode.Options{}},
		{"z10-14 full", 10, 14, encode.Options{Full: true}},
		{"z5-9", 5, 9, encode.Options{}},
		{"z5-9 full", 5, 9, encode.Options{Full: true}},
		{"z10-14 MLT", 10, 14, encode.Options{Format: encode.MLT}},
		{"z10-14 full MLT", 10, 14, encode.Options{Full: true, Format: encode.MLT}},
		{"z5-9 MLT", 5, 9, encode.Options{Format: encode.MLT}},
	} {
		b.Run(c.name, func(b *testing.B) {
			all := benchTiles(c.from, c.to, 500)
			var e encode.Encoder
			var buf []byte
			size := 0
			b.ReportAllocs()
			began := cpuTime()
			for i := 0; b.Loop(); i++ {
				buf, _ = e.Append(buf[:0], snap, []string{"road"}, all[i%len(all)], c.o)
				size += len(buf)
			}
			b.ReportMetric(float64(size)/float64(b.N), "bytes/tile")
			b.ReportMetric(float64(b.N)/(cpuTime()-began).Seconds(), "tiles/s/core")
		})
	}
}
