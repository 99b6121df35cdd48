package tiles

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// bulkSnapshot has roads, villages that cluster, towns that thin out, and counties
// of which one is so large that it fills tiles.
func bulkSnapshot(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	c := layers.Builtin()
	b := snapshot.NewBuilder(c)
	add := func(l *layers.Layer, f *layers.Feature) {
		l, _ = c.Layer(l.ID)
		if err := b.Add(l, f); err != nil {
			t.Fatal(err)
		}
	}
	benchRoads(300, add)
	r := rand.New(rand.NewPCG(5, 6))
	for id, n := range map[string]int{"village": 200, "town": 30} {
		l, _ := c.Layer(id)
		for i := range n {
			at := orb.Point{108.6 + 2*r.Float64(), 33 + 1.5*r.Float64()}
			add(l, &layers.Feature{ID: int64(i + 1), Geometry: at, Values: make([]layers.Value, len(l.Fields))})
		}
	}
	county, _ := c.Layer("county")
	for i, box := range []orb.Bound{
		{Min: orb.Point{108.6, 33}, Max: orb.Point{110.1, 34.5}},
		{Min: orb.Point{110.2, 33.2}, Max: orb.Point{110.2001, 33.2001}},
		{Min: orb.Point{-60, -20}, Max: orb.Point{-59, -19}},
	} {
		add(county, &layers.Feature{ID: int64(i + 1), Geometry: box.ToPolygon(), Values: make([]layers.Value, len(county.Fields))})
	}
	return b.Snapshot()
}

func gunzip(t testing.TB, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestBulkMakesEveryTileThatHoldsSomethingInOrder(t *testing.T) {
	snap := bulkSnapshot(t)
	ids := []string{"county", "road", "town", "village"}
	part := geo.QuantiseBound(orb.Bound{Min: orb.Point{109, 33.2}, Max: orb.Point{109.4, 33.6}})
	for _, c := range []struct {
		name string
		o    BulkOptions
	}{
		{"all", BulkOptions{MinZoom: 0, MaxZoom: 7, Bound: geo.World}},
		{"full", BulkOptions{MinZoom: 2, MaxZoom: 7, Bound: geo.World, Full: true}},
		{"of a part", BulkOptions{MinZoom: 5, MaxZoom: 9, Bound: part}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []maptile.Tile
			done, total := 0, -1
			stats, err := Bulk(t.Context(), snap, ids, c.o, func(tile maptile.Tile, packed []byte) error {
				want, err := encode.Encode(snap, ids, tile, encode.Options{Full: c.o.Full})
				if err != nil || !bytes.Equal(gunzip(t, packed), want) {
					t.Errorf("tile %v differs from the encoder's (%v)", tile, err)
				}
				got = append(got, tile)
				return nil
			}, func(d, n int) {
				if d <= done || d > n || total >= 0 && n != total {
					t.Errorf("progress is %d of %d after %d of %d", d, n, done, total)
				}
				done, total = d, n
			})
			if err != nil {
				t.Fatal(err)
			}
			if done != total || stats.Tiles != len(got) {
				t.Errorf("%d tiles of %v, progress %d of %d", len(got), stats, done, total)
			}
			var want []maptile.Tile
			for z := c.o.MinZoom; z <= c.o.MaxZoom; z++ {
				for id := (maptile.Tile{Z: uint8(z)}).ID(); id < (maptile.Tile{Z: uint8(z + 1)}).ID(); id++ {
					tile, _ := maptile.TileOf(id)
					if !tile.Box(0).Intersects(c.o.Bound) {
						continue
					}
					if raw, _ := encode.Encode(snap, ids, tile, encode.Options{Full: c.o.Full}); len(raw) > 0 {
						want = append(want, tile)
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("bulk made %d tiles, of all tiles %d hold something", len(got), len(want))
			}
		})
	}
}

func TestBulkEndsWithItsContextOrItsSink(t *testing.T) {
	snap := bulkSnapshot(t)
	o := BulkOptions{MinZoom: 0, MaxZoom: 12, Bound: geo.World}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	_, err := Bulk(ctx, snap, []string{"road"}, o, func(maptile.Tile, []byte) error {
		if n++; n == 20 {
			cancel()
		}
		return nil
	}, nil)
	if !errors.Is(err, context.Canceled) || n != 20 {
		t.Errorf("after a cancel: %v, %d tiles", err, n)
	}
	full := errors.New("disk full")
	if _, err := Bulk(t.Context(), snap, []string{"road"}, o, func(maptile.Tile, []byte) error { return full }, nil); !errors.Is(err, full) {
		t.Errorf("of a failing sink: %v", err)
	}
	for _, wrong := range []BulkOptions{{MinZoom: 3, MaxZoom: 2}, {MinZoom: -1}, {MaxZoom: 23}} {
		if _, err := Bulk(t.Context(), snap, []string{"road"}, wrong, nil, nil); err == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
	var unknown *encode.LayerError
	if _, err := Bulk(t.Context(), snap, []string{"rood"}, o, nil, nil); !errors.As(err, &unknown) {
		t.Errorf("of a layer that there is not: %v", err)
	}
}

// The ids of the specification's picture, and of tiles that other writers number.
func TestTileIDs(t *testing.T) {
	for want, tile := range map[uint64]maptile.Tile{
		0: {Z: 0, X: 0, Y: 0}, 1: {Z: 1, X: 0, Y: 0}, 2: {Z: 1, X: 0, Y: 1}, 3: {Z: 1, X: 1, Y: 1}, 4: {Z: 1, X: 1, Y: 0}, 5: {Z: 2, X: 0, Y: 0},
		19078479: {Z: 12, X: 3423, Y: 1763},
	} {
		if got := tile.ID(); got != want {
			t.Errorf("tile %v has id %d, not %d", tile, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		z := uint8(rapid.IntRange(0, maptile.MaxZoom).Draw(t, "z"))
		last := uint32(1)<<z - 1
		tile := maptile.Tile{Z: z, X: rapid.Uint32Range(0, last).Draw(t, "x"), Y: rapid.Uint32Range(0, last).Draw(t, "y")}
		if back, err := maptile.TileOf(tile.ID()); err != nil || back != tile {
			t.Errorf("%v comes back as %v, %v", tile, back, err)
		}
		if next, err := maptile.TileOf(tile.ID() + 1); err == nil && next.Z == z {
			if d := max(next.X, tile.X) - min(next.X, tile.X) + max(next.Y, tile.Y) - min(next.Y, tile.Y); d != 1 {
				t.Errorf("%v is followed by %v, which is not beside it", tile, next)
			}
		}
	})
	if _, err := maptile.TileOf(maptile.Tile{Z: maptile.MaxZoom + 1}.ID()); !errors.Is(err, maptile.ErrOutside) {
		t.Errorf("an id beyond the deepest zoom: %v", err)
	}
}
