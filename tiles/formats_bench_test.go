package tiles_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// BenchmarkFormats holds the demo's tiles in both formats against each other, by layer and
// zooms: their bytes as they are and as they are sent, and how long a browser's JavaScript
// reads them. `go test ./tiles -run '^$' -bench Formats -benchtime 1x` takes a minute.
func BenchmarkFormats(b *testing.B) {
	snap := demotest.Snapshot(b)
	cache := tiles.NewCache(1 << 30)
	cache.Update(snap, nil)
	var whole formats
	for _, table := range snap.Tables() {
		if !table.Layer.HasGeometry() {
			continue
		}
		for _, zooms := range [][2]uint8{{0, 6}, {7, 9}, {10, 12}, {13, 14}} {
			var f formats
			for z := zooms[0]; z <= zooms[1]; z++ {
				for _, tile := range demoTiles(table, z, 40) {
					f.add(b, cache, table, tile)
					whole.add(b, cache, table, tile)
				}
			}
			if f.sizes[encode.MVT][tiles.Identity] > 0 {
				b.Run(fmt.Sprintf("%s/z%d-%d", table.Layer.ID, zooms[0], zooms[1]), f.report)
			}
		}
	}
	b.Run("all", whole.report)
}

// formats are the sums over tiles.
type formats struct {
	sizes [2][4]int // by format and encoding
	pairs pairs
}

func (f *formats) add(b *testing.B, cache *tiles.Cache, table *snapshot.Table, t maptile.Tile) {
	var raw [2][]byte
	for format := range f.sizes {
		built, err := cache.Get(context.Background(), []string{table.Layer.ID}, t, encode.Options{Format: encode.Format(format)})
		if err != nil {
			b.Fatal(err)
		}
		for e := range f.sizes[format] {
			packed, _ := built.Bytes(tiles.Encoding(e))
			f.sizes[format][e] += len(packed)
		}
		raw[format], _ = built.Bytes(tiles.Identity)
	}
	f.pairs.add(b, t.String(), raw[encode.MVT], raw[encode.MLT])
}

func (f *formats) report(b *testing.B) {
	for range b.N {
		var micros [2]float64
		if _, err := fmt.Sscan(f.pairs.read(b, "--time"), &micros[0], &micros[1]); err != nil {
			b.Fatal(err)
		}
		for e, name := range []string{"raw", "gzip", "zstd", "br"} {
			b.ReportMetric(float64(f.sizes[encode.MVT][e])/float64(f.pairs.count), "mvt-"+name+"-B")
			b.ReportMetric(float64(f.sizes[encode.MLT][e])/float64(f.sizes[encode.MVT][e]), name)
		}
		b.ReportMetric(micros[encode.MVT], "mvt-read-us")
		b.ReportMetric(micros[encode.MLT]/micros[encode.MVT], "read")
	}
}
