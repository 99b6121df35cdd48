package relief_test

import (
	"bytes"
	"image/png"
	"math"
	"testing"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/relief"
)

// hills are 3″ cells around 109.9° E, 33.9° N.
func hills(t *testing.T) *dem.Model {
	t.Helper()
	wgs84, err := crs.ByCode(4326)
	if err != nil {
		t.Fatal(err)
	}
	l, col, row, err := dem.NewLattice(wgs84, 109.9, 33.9, 1./1200, 1./1200)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := dem.TileOf(col, row)
	heights := make([]float32, dem.Side*dem.Side)
	for i := range heights {
		heights[i] = float32(900 + 400*math.Sin(float64(i%dem.Side)/30)*math.Cos(float64(i/dem.Side)/40))
	}
	packed, err := dem.NewPacker().Pack(heights)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dem.New([]dem.Packed{{Lattice: l, ID: id, Bytes: packed}}, 1<<24)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPixelsAreTheHeightsOfTheirPlaces(t *testing.T) {
	m := hills(t)
	cache := relief.NewCache(m, 1<<24)
	if z := cache.MaxZoom(); z < 10 || z > 12 {
		t.Errorf("the deepest zoom of 3″ cells is %d", z)
	}
	b, _ := m.Bounds()
	middle := geo.Quantise(b.Center())
	for _, z := range []uint8{10, 11, 12} {
		at := maptile.Tile{Z: z, X: uint32((int64(middle.X) + 1<<31) >> (32 - z)), Y: uint32((int64(middle.Y) + 1<<31) >> (32 - z))}
		tile, err := cache.Get(t.Context(), at)
		if err != nil || tile.ETag == "" {
			t.Fatal(err, tile)
		}
		img, err := png.Decode(bytes.NewReader(tile.PNG))
		if err != nil {
			t.Fatal(err)
		}
		unit := math.Ldexp(1, 32-int(z)) / relief.Size
		compared := 0
		for n := range 2000 {
			i, j := (n*37)%relief.Size, (n*101)%relief.Size
			x, y := float64(at.X)*unit*relief.Size-1<<31+(float64(i)+0.5)*unit, float64(at.Y)*unit*relief.Size-1<<31+(float64(j)+0.5)*unit
			want, ok := m.Height([2]float64{geo.Lon(x), geo.Lat(y)})
			if !ok {
				continue
			}
			compared++
			r, g, b, _ := img.At(i, j).RGBA()
			got := float64(r>>8)*256 + float64(g>>8) + float64(b>>8)/256 - 32768
			if math.Abs(got-want) > 1 { // rounding, and the curve against the bilinear facet
				t.Fatalf("zoom %d, pixel %d %d is %v m, the ground is %v", z, i, j, got, want)
			}
		}
		if compared < 100 {
			t.Errorf("zoom %d: only %d pixels lie on known ground", z, compared)
		}
		again, err := relief.NewCache(m, 1).Get(t.Context(), at)
		if err != nil || again.ETag != tile.ETag || !bytes.Equal(again.PNG, tile.PNG) {
			t.Errorf("the same tile made again is another: %v", err)
		}
	}
	for _, far := range []maptile.Tile{{Z: 11}, {Z: 5, X: 3, Y: 3}} {
		if tile, err := cache.Get(t.Context(), far); err != nil || len(tile.PNG) > 0 {
			t.Errorf("%v, where nothing is known, has %d bytes, %v", far, len(tile.PNG), err)
		}
	}
	if _, err := cache.Get(t.Context(), maptile.Tile{Z: 2, X: 9}); err == nil {
		t.Error("a tile outside of the world is made")
	}
}
