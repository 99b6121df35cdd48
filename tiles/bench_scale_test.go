package tiles

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
)

// BenchmarkScale makes tiles of so many of the demo's prefectures side by side that they have
// 20 million road vertices and a million points, and of a sixth of that. What a tile costs must
// grow with what it draws, not with the tables: "ratio" is of the processor time for a kilobyte
// of a tile, the larger country's over the smaller one's. Each layer is a tile of its own:
// together they may be drawn twice, to share the bytes. The ratio of "memory" is of what a
// snapshot takes, once tiles of all zooms were made of it, to 8 bytes a vertex and 64 a
// feature.
func BenchmarkScale(b *testing.B) {
	small, big := loadScaled(b, benchScale/6), loadScaled(b, benchScale)
	b.Logf("%d features, %d vertices (%d of roads), %d points, loaded at %.0f features to a second of processor time",
		big.features, big.vertices, big.roadVertices, big.points, float64(big.features)/big.load.Seconds())
	layerIDs := []string{
		"county", "town", "village", "hamlet", "road", "river", "water", "broadband", "facility", "site", "park", "hazard",
		"reserve",
	}
	for _, zooms := range [][2]uint8{{6, 9}, {10, 12}, {13, 14}} {
		b.Run(fmt.Sprintf("z%d-%d", zooms[0], zooms[1]), func(b *testing.B) {
			few, many := &scaledTiles{layers: layerIDs}, &scaledTiles{layers: layerIDs}
			few.make(b, small.snap, zooms) // the first ones make what tables keep for tiles
			many.make(b, big.snap, zooms)
			few.bytes, few.cpu, many.bytes, many.cpu, many.tiles = 0, 0, 0, 0, 0
			for b.Loop() {
				few.make(b, small.snap, zooms)
				many.make(b, big.snap, zooms)
			}
			b.ReportMetric(many.perKB()/few.perKB(), "ratio")
			b.ReportMetric(1.5, "at-most")
			b.ReportMetric(float64(many.tiles)/many.cpu.Seconds(), "tiles/cpu-s")
			b.ReportMetric(float64(many.bytes)/float64(many.tiles), "bytes/tile")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("memory", func(b *testing.B) {
		var all uint64
		for b.Loop() {
			all = heap() - big.before
		}
		b.ReportMetric(float64(all)/float64(8*big.vertices+64*big.features), "ratio")
		b.ReportMetric(1.5, "at-most")
		b.ReportMetric(float64(all)/1e6, "MB")
		b.ReportMetric(0, "ns/op")
	})
	runtime.KeepAlive(big)
}

// scaledTiles are tiles at places spread over all prefectures: where villages are.
type scaledTiles struct {
	layers  []string
	encoder encode.Encoder
	buf     []byte
	bytes   int
	tiles   int
	cpu     time.Duration
}

func (s *scaledTiles) make(b *testing.B, snap *snapshot.Snapshot, zooms [2]uint8) {
	r := rand.New(rand.NewPCG(5, 6))
	village, _ := snap.Table("village")
	var rows []uint32
	for row := range village.Rows {
		rows = append(rows, row)
	}
	began := cpuTime()
	for i := range 60 {
		z := zooms[0] + uint8(i)%(zooms[1]-zooms[0]+1)
		tile := tileAt(village.Shape(rows[r.IntN(len(rows))]).Points[0].LonLat(), z)
		for i := range s.layers {
			var err error
			if s.buf, err = s.encoder.Append(s.buf[:0], snap, s.layers[i:i+1], tile, encode.Options{}); err != nil {
				b.Fatal(err)
			}
			s.bytes += len(s.buf)
		}
		s.tiles++
	}
	s.cpu += cpuTime() - began
}

func (s *scaledTiles) perKB() float64 { return s.cpu.Seconds() / float64(s.bytes) }

// scaled is so many of the demo's prefectures.
type scaled struct {
	snap                 *snapshot.Snapshot
	features, vertices   int
	roadVertices, points int
	load                 time.Duration // of processor time, without making it up
	before               uint64        // bytes in use before it was loaded
}

const benchScale = 59

func loadScaled(b *testing.B, scale int) scaled {
	b.Helper()
	s := scaled{before: heap()}
	catalog := layers.Builtin()
	builder := snapshot.NewBuilder(catalog)
	for edit, err := range demo.Generate(demo.Options{Scale: scale}) {
		if err != nil {
			b.Fatal(err)
		}
		began := cpuTime()
		l, _ := catalog.Layer(edit.Layer)
		if err := builder.Add(l, &edit.Feature); err != nil {
			b.Fatal(err)
		}
		s.load += cpuTime() - began
	}
	began := cpuTime()
	s.snap = builder.Snapshot()
	s.load += cpuTime() - began
	for _, t := range s.snap.Tables() {
		for row := range t.Rows {
			shape := t.Shape(row)
			s.features++
			s.vertices += len(shape.Points)
			switch {
			case t.Layer.ID == "road":
				s.roadVertices += len(shape.Points)
			case shape.Kind == geo.Points:
				s.points++
			}
		}
	}
	return s
}

// heap is what is in use after all that is not has been collected.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
