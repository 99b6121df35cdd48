package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// editable has a layer with all that can make one feature's edit change how others
// are drawn: shared borders, thinned points, clusters and merged lines.
func editable() *layers.Catalog {
	fields := []layers.Field{
		{ID: "kind", Type: layers.TypeText, Tile: true},
		{ID: "people", Type: layers.TypeInt, Tile: true, TileZoom: 9},
	}
	return &layers.Catalog{Layers: []*layers.Layer{
		{ID: "area", MaxZoom: 14, Geometry: []geo.Kind{geo.Polygons}, Fields: fields},
		{
			ID: "line", MaxZoom: 14, Geometry: []geo.Kind{geo.Lines},
			Works: &layers.Works{Year: "year", Status: "status", Pending: []string{"planned"}}, Fields: append(slices.Clone(fields),
				layers.Field{ID: "year", Type: layers.TypeYear, Tile: true}, layers.Field{ID: "status", Type: layers.TypeText}), Draw: layers.Draw{
				Merge: 10, Classes: []layers.Class{{Field: "kind", Value: "b", Zoom: 8}},
			},
		},
		{ID: "spot", MaxZoom: 14, Geometry: []geo.Kind{geo.Points}, Fields: fields, Draw: layers.Draw{
			Thin:    &layers.Thin{Below: 13, Units: 64, First: []layers.First{{Field: "people"}}},
			Cluster: &layers.Cluster{Below: 7, Units: 256, Sums: []layers.Sum{{ID: "people", Field: "people"}}},
		}},
	}}
}

func drawEdit(t *rapid.T, layer string) *layers.Feature {
	// Corners of a coarse grid, so that borders are shared and points crowd.
	corner := func() orb.Point {
		step := rapid.SampledFrom([]float64{.3, .01, .0005}).Draw(t, "step")
		return orb.Point{110 + step*float64(rapid.IntRange(0, 4).Draw(t, "x")), 33 + step*float64(rapid.IntRange(0, 4).Draw(t, "y"))}
	}
	f := &layers.Feature{Values: []layers.Value{
		layers.Text(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "kind")), layers.Int(rapid.Int64Range(0, 3).Draw(t, "people")),
	}}
	p := corner()
	switch layer {
	case "spot":
		f.Geometry = p
	case "line":
		year := layers.Value{}
		if y := rapid.Int64Range(2015, 2019).Draw(t, "year"); y > 2015 {
			year = layers.Int(y)
		}
		f.Values = append(f.Values, year, layers.Text(rapid.SampledFrom([]string{"existing", "planned"}).Draw(t, "status")))
		f.Geometry = orb.LineString{p, corner(), corner(), corner()}
	default:
		w := rapid.SampledFrom([]float64{.00005, .01, .3}).Draw(t, "w")
		var ring orb.Ring // with vertices along its edges, all of which neighbours share
		for _, side := range [][2]float64{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
			for range 8 {
				wiggle := w / 20 * math.Sin(1e4*(p[0]+p[1]))
				ring = append(ring, orb.Point{p[0] + wiggle*side[1], p[1] + wiggle*side[0]})
				p = orb.Point{p[0] + side[0]*w/8, p[1] + side[1]*w/8}
			}
		}
		f.Geometry = orb.Polygon{append(ring, ring[0])}
	}
	return f
}

// TestCachedTilesAreFreshAfterAnyEdits keeps tiles of all zooms, edits, and builds
// each anew from a snapshot loaded from scratch.
func TestCachedTilesAreFreshAfterAnyEdits(t *testing.T) {
	ctx := context.Background()
	kept, dropped := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		state := map[string]map[int64]*layers.Feature{"area": {}, "line": {}, "spot": {}}
		change := func(n int) (changes []layers.Change) {
			for range n {
				layer := rapid.SampledFrom([]string{"area", "line", "spot"}).Draw(t, "layer")
				id := rapid.Int64Range(1, 12).Draw(t, "id")
				delete(state[layer], id)
				if rapid.IntRange(0, 3).Draw(t, "delete") > 0 {
					state[layer][id] = drawEdit(t, layer)
					state[layer][id].ID = id
				}
				changes = append(changes, layers.Change{Layer: layer, ID: id, Feature: state[layer][id]})
			}
			return changes
		}
		snap, _, err := snapshot.NewBuilder(editable()).Snapshot().Apply(change(20))
		if err != nil {
			t.Fatal(err)
		}
		c := NewCache(1 << 30)
		c.Update(snap, nil)
		var all []maptile.Tile
		for z := uint8(0); z <= 16; z++ {
			for _, p := range []orb.Point{{110, 33}, {110.31, 33.3}, {110.0102, 33.0101}, {110.9, 33.95}} {
				t := tileAt(p, z)
				all = append(all, t, maptile.Tile{Z: z, X: min(t.X+1, 1<<z-1), Y: t.Y})
			}
		}
		combinations := [][]string{{"area"}, {"line", "spot"}, {"spot"}, {"area", "line", "spot"}}
		selected := []encode.Options{
			{},
			{Year: 2017},
			{Filter: parse(t, "kind = 'a' AND people > 0")},
			{Year: 2018, Filter: parse(t, "people < 3")},
		}
		get := func() {
			for i, tile := range all {
				for k, ids := range combinations {
					o := selected[(i+k)%len(selected)]
					o.Full, o.Format = (i+k)%7 == 0, encode.Format(i/2+k)%2
					if _, err := c.Get(ctx, ids, tile, o); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		for range 3 {
			get()
			next, delta, err := snap.Apply(change(rapid.IntRange(1, 3).Draw(t, "edits")))
			if err != nil {
				t.Fatal(err)
			}
			snap = next
			dropped += c.Update(snap, delta)
			fresh := reload(t, state)
			for _, b := range c.index.all() {
				kept++
				o := encode.Options{Full: b.key.full, Year: b.key.year, Format: b.key.format}
				if b.key.filter != "" {
					o.Filter = parse(t, b.key.filter)
				}
				want, err := encode.Encode(fresh, splitLayers(b.key.layers), b.key.tile, o)
				if err != nil {
					t.Fatal(err)
				}
				if got, _ := b.Bytes(Identity); !bytes.Equal(got, want) {
					t.Fatalf("tile %+v is stale", b.key)
				}
			}
		}
	})
	t.Logf("%d tiles kept and fresh, %d dropped", kept, dropped)
	if kept < dropped {
		t.Errorf("%d tiles dropped, only %d kept", dropped, kept)
	}
}

func parse(t interface{ Fatal(...any) }, filter string) *cql2.Expr {
	e, err := cql2.Parse(filter)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func splitLayers(s string) (ids []string) {
	for _, id := range bytes.Split([]byte(s), []byte(",")) {
		ids = append(ids, string(id))
	}
	return ids
}

func reload(t *rapid.T, state map[string]map[int64]*layers.Feature) *snapshot.Snapshot {
	c := editable()
	b := snapshot.NewBuilder(c)
	for _, l := range c.Layers {
		for _, id := range slices.Sorted(maps.Keys(state[l.ID])) {
			if err := b.Add(l, state[l.ID][id]); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Snapshot()
}

func TestEditDropsOnlyTilesThatItsShapeReaches(t *testing.T) {
	ctx := context.Background()
	snap := snapshot.NewBuilder(editable()).Snapshot()
	c := NewCache(1 << 30)
	c.Update(snap, nil)
	corners := []orb.Point{{110, 33}, {111, 34}, {110, 34}, {111, 33}, {110.5, 33.502}}
	get := func() {
		for _, p := range corners {
			for _, layer := range []string{"line", "spot"} {
				if _, err := c.Get(ctx, []string{layer}, tileAt(p, 12), encode.Options{}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	get()
	diagonal := &layers.Feature{ID: 1, Geometry: orb.LineString{{110, 33}, {111, 34}}, Values: make([]layers.Value, 4)}
	snap, delta, err := snap.Apply([]layers.Change{{Layer: "line", ID: 1, Feature: diagonal}})
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Update(snap, delta); n != 3 {
		t.Errorf("%d tiles dropped, not the three on the line", n)
	}
	if c.Update(snap, nil); c.Stats().Tiles != 0 {
		t.Errorf("%+v after a reload", c.Stats())
	}
}

func TestEveryEncodingIsOfTheSameTile(t *testing.T) {
	c := NewCache(1 << 30)
	if _, err := c.Get(context.Background(), []string{"road"}, maptile.Tile{}, encode.Options{}); !errors.Is(err, ErrNotLoaded) {
		t.Errorf("before a load: %v", err)
	}
	c.Update(prefecture(t, 3000, 10), nil)
	b, err := c.Get(context.Background(), []string{"road"}, tileAt(orb.Point{109.8, 33.5}, 10), encode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := b.Bytes(Identity)
	tags := map[string]bool{}
	for e := range encodings {
		packed, used := b.Bytes(e)
		if used != e {
			t.Errorf("asked for %v, got %v", e, used)
		}
		tags[b.ETag(e)] = true
		var r io.Reader = bytes.NewReader(packed)
		switch e {
		case Gzip:
			r, err = gzip.NewReader(r)
		case Zstd:
			r, err = zstd.NewReader(r)
		case Brotli:
			r = brotli.NewReader(r)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, raw) {
			t.Errorf("%v: %d bytes, not %d: %v", e, len(got), len(raw), err)
		}
		t.Logf("%q: %d bytes", e, len(packed))
	}
	if len(tags) != int(encodings) {
		t.Errorf("entity tags are %v", tags)
	}
	if s := c.Stats(); s.Tiles != 1 || s.Bytes < uint64(len(raw))*3/2 {
		t.Errorf("%+v", s)
	}
}

func TestCacheStaysWithinItsBytes(t *testing.T) {
	const limit = 300_000
	c := NewCache(limit)
	c.Update(prefecture(t, 3000, 10), nil)
	for _, tile := range tilesOver(11) {
		b, err := c.Get(context.Background(), []string{"road", "village"}, tile, encode.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b.Bytes(Brotli)
	}
	c.plain.CleanUp()
	plain := c.plain.EstimatedSize()
	for year := 1990; year < 2100; year++ { // variants without end push out nothing else
		if _, err := c.Get(context.Background(), []string{"road"}, tileAt(orb.Point{109.8, 33.5}, 11), encode.Options{Year: year}); err != nil {
			t.Fatal(err)
		}
	}
	c.plain.CleanUp()
	c.variants.CleanUp()
	if s := c.Stats(); s.Bytes > limit || s.Tiles == 0 || c.variants.EstimatedSize() == 0 {
		t.Errorf("%+v", s)
	}
	if c.plain.EstimatedSize() != plain {
		t.Errorf("%d tiles are left of %d after others by year", c.plain.EstimatedSize(), plain)
	}
	indexed := len(c.index.all())
	if n := c.Stats().Tiles; indexed != n {
		t.Errorf("%d tiles kept, %d in the index", n, indexed)
	}
}

// TestReadersNeverGetAStaleTileBack edits while readers ask: after an Update no
// reader may get a tile of before.
func TestReadersNeverGetAStaleTileBack(t *testing.T) {
	ctx := context.Background()
	snap := snapshot.NewBuilder(editable()).Snapshot()
	c := NewCache(1 << 30)
	c.Update(snap, nil)
	place := orb.Point{110, 33}
	tile := tileAt(place, 14)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := c.Get(ctx, []string{"spot"}, tile, encode.Options{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range int64(2000) {
		f := &layers.Feature{ID: 1, Geometry: place, Values: []layers.Value{layers.Null, layers.Int(n)}}
		next, delta, err := snap.Apply([]layers.Change{{Layer: "spot", ID: 1, Feature: f}})
		if err != nil {
			t.Fatal(err)
		}
		snap = next
		c.Update(snap, delta)
		b, err := c.Get(ctx, []string{"spot"}, tile, encode.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := encode.Encode(snap, []string{"spot"}, tile, encode.Options{})
		if got, _ := b.Bytes(Identity); !bytes.Equal(got, want) {
			t.Fatalf("edit %d is not in the tile", n)
		}
	}
	close(done)
	readers.Wait()
}

// Of a layer whose values differ by year each year has its own tile, which goes with any
// change that they depend on.
func TestTilesOfAYearHoldTheValuesOfTheYear(t *testing.T) {
	catalog := editable()
	l, _ := catalog.Layer("spot")
	l.Derived = []layers.Field{{ID: "made_of", Type: layers.TypeText, Tile: true}}
	b := snapshot.NewBuilder(catalog)
	if err := b.Add(l, &layers.Feature{ID: 1, Geometry: orb.Point{110, 33}, Values: []layers.Value{layers.Null, layers.Int(1)}}); err != nil {
		t.Fatal(err)
	}
	plain := b.Snapshot()
	of := func(kind string) *snapshot.Snapshot {
		return plain.WithDerived("spot", func(uint32, int) layers.Value { return layers.Text(kind) })
	}
	kinds := map[int]string{2016: "wood", 2017: "iron"}
	c := NewCache(1 << 20)
	c.ByYear(Yearly{Layer: "spot", Reads: []string{"line"}, AsOf: func(year int) (*snapshot.Table, error) {
		table, _ := of(kinds[year]).Table("spot")
		return table, nil
	}})
	c.Update(of("stone"), nil)
	holds := func(year int, kind string) {
		t.Helper()
		for _, z := range []uint8{8, 12} { // from an overview, and from the rows
			x := uint32((110. + 180) / 360 * float64(uint32(1)<<z))
			y := uint32((1 - math.Asinh(math.Tan(33.*math.Pi/180))/math.Pi) / 2 * float64(uint32(1)<<z))
			built, err := c.Get(t.Context(), []string{"spot"}, maptile.Tile{Z: z, X: x, Y: y}, encode.Options{Year: year})
			if err != nil || !bytes.Contains(built.raw, []byte(kind)) {
				t.Errorf("of %d: no %s at zoom %d: %v", year, kind, z, err)
			}
		}
	}
	holds(0, "stone")
	holds(2016, "wood")
	holds(2017, "iron")
	kinds[2016] = "clay"
	c.Update(of("stone"), snapshot.Delta{"area": {}})
	holds(2016, "wood")
	if n := c.Update(of("stone"), snapshot.Delta{"line": {}}); n != 4 {
		t.Errorf("%d tiles dropped, want two of each of the two years", n)
	}
	holds(0, "stone")
	holds(2016, "clay")
}
