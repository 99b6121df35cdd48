package tiles

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// prefecture has villages and roads of the catalogue, n of each; before merge,
// roads of the same values are one feature.
func prefecture(t testing.TB, n, merge int) *snapshot.Snapshot {
	t.Helper()
	c := service.Builtin().Extend(layers.Builtin())
	road, _ := c.Layer("road")
	road.Draw.Merge = merge
	b := snapshot.NewBuilder(c)
	add := func(l *layers.Layer, f *layers.Feature) {
		l, _ = c.Layer(l.ID)
		if err := b.Add(l, f); err != nil {
			t.Fatal(err)
		}
	}
	benchRoads(n, add)
	village, _ := c.Layer("village")
	r := rand.New(rand.NewPCG(11, 12))
	for i := range n {
		f := &layers.Feature{
			ID: int64(i + 1), Geometry: orb.Point{109 + 1.5*r.Float64(), 33 + r.Float64()},
			Values: make([]layers.Value, len(village.Fields)),
		}
		f.Values[village.Field("poverty")] = layers.Bool(r.IntN(3) == 0)
		f.Values[village.Field("poor_population")] = layers.Int(r.Int64N(1000))
		f.Values[village.Field("exit_status")] = layers.Text([]string{"未退出", "待核查", "已销号"}[r.IntN(3)])
		add(village, f)
	}
	return b.Snapshot()
}

// tilesOver are the tiles of a zoom over the prefecture.
func tilesOver(z uint8) (all []maptile.Tile) {
	nw, se := tileAt(orb.Point{108.5, 34.6}, z), tileAt(orb.Point{110.8, 32.9}, z)
	for x := nw.X; x <= se.X; x++ {
		for y := nw.Y; y <= se.Y; y++ {
			all = append(all, maptile.Tile{Z: z, X: x, Y: y})
		}
	}
	return all
}

func layerOf(t testing.TB, snap *snapshot.Snapshot, tile maptile.Tile, id string, o encode.Options) *mvt.Layer {
	t.Helper()
	b, err := encode.Encode(snap, []string{id}, tile, o)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(decoded) == 0 {
		return &mvt.Layer{}
	}
	return decoded[0]
}

func inside(g orb.Geometry) bool {
	p, ok := g.(orb.Point)
	return ok && p[0] >= 0 && p[0] < maptile.Extent && p[1] >= 0 && p[1] < maptile.Extent
}

func TestClustersTellTheTruth(t *testing.T) {
	snap := prefecture(t, 3000, 10)
	villages, _ := snap.Table("village")
	want := map[string]int64{layers.CountID: 3000}
	for row := range villages.Rows {
		want["poor_population"] += villages.Get(row, "poor_population").Int()
		if villages.Get(row, "poverty").Bool() {
			want["poverty"]++
		}
		if villages.Get(row, "exit_status").Text() == "已销号" {
			want["out"]++
		}
	}
	for z := uint8(0); z < 7; z++ {
		got := map[string]int64{}
		for _, tile := range tilesOver(z) {
			for _, f := range layerOf(t, snap, tile, "village", encode.Options{}).Features {
				if inside(f.Geometry) {
					for id := range want {
						got[id] += int64(f.Properties.MustInt(id))
					}
				}
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("zoom %d: %v, want %v", z, got, want)
		}
	}
}

func TestPointsNeverComeAndGo(t *testing.T) {
	snap := prefecture(t, 3000, 10)
	before := map[float64]bool{}
	for z := uint8(7); z <= 14; z++ {
		here := map[float64]bool{}
		for _, tile := range tilesOver(min(z, 11)) {
			tile.Z, tile.X, tile.Y = z, tile.X<<max(0, int(z)-11), tile.Y<<max(0, int(z)-11)
			for dx := range uint32(1) << max(0, int(z)-11) {
				for dy := range uint32(1) << max(0, int(z)-11) {
					for _, f := range layerOf(t, snap, maptile.Tile{Z: z, X: tile.X + dx, Y: tile.Y + dy}, "village", encode.Options{}).Features {
						here[f.ID.(float64)] = true
					}
				}
			}
		}
		for id := range before {
			if !here[id] {
				t.Errorf("village %v shows at zoom %d but not at %d", id, z-1, z)
			}
		}
		t.Logf("zoom %d: %d villages", z, len(here))
		if z == 7 && (len(here) < 1000 || len(here) == 3000) || z >= 11 && len(here) != 3000 {
			t.Errorf("zoom %d: %d villages", z, len(here))
		}
		before = here
	}
}

// TestNeighboursShowTheSameInTheirBuffers compares what two tiles side by side
// draw around their common edge.
func TestNeighboursShowTheSameInTheirBuffers(t *testing.T) {
	snap := prefecture(t, 3000, 10)
	compared := 0
	for z := uint8(3); z < 13; z++ {
		tile := tileAt(orb.Point{109.8, 33.5}, z)
		east := maptile.Tile{Z: z, X: tile.X + 1, Y: tile.Y}
		const from, to = maptile.Extent - maptile.Buffer, maptile.Extent + maptile.Buffer
		here, there := map[string]bool{}, map[string]bool{}
		for _, f := range layerOf(t, snap, tile, "village", encode.Options{}).Features {
			if p := f.Geometry.(orb.Point); p[0] >= from {
				here[fmt.Sprint(p, f.ID, f.Properties)] = true
			}
		}
		for _, f := range layerOf(t, snap, east, "village", encode.Options{}).Features {
			if p := f.Geometry.(orb.Point); p[0] <= to-maptile.Extent {
				there[fmt.Sprint(orb.Point{p[0] + maptile.Extent, p[1]}, f.ID, f.Properties)] = true
			}
		}
		if fmt.Sprint(here) != fmt.Sprint(there) {
			t.Errorf("zoom %d: %v beside %v", z, here, there)
		}
		compared += len(here)
	}
	if compared < 20 {
		t.Errorf("only %d compared", compared)
	}
}

func TestMergedLinesAreThoseOfTheirClass(t *testing.T) {
	snap := prefecture(t, 3000, 10)
	unmerged := prefecture(t, 3000, 0)
	for z := uint8(5); z < 10; z++ {
		tile := tileAt(orb.Point{109.8, 33.5}, z)
		merged := layerOf(t, snap, tile, "road", encode.Options{})
		got, want := map[string]float64{}, map[string]float64{}
		seen := map[string]bool{}
		for _, f := range merged.Features {
			if f.ID != nil {
				t.Errorf("a merged line has id %v", f.ID)
			}
			if seen[fmt.Sprint(f.Properties)] {
				t.Errorf("two lines have %v", f.Properties)
			}
			seen[fmt.Sprint(f.Properties)] = true
			got[f.Properties.MustString("class", "")] += planar.Length(f.Geometry)
		}
		single := layerOf(t, unmerged, tile, "road", encode.Options{})
		for _, f := range single.Features {
			want[f.Properties.MustString("class", "")] += planar.Length(f.Geometry)
		}
		for class, length := range want {
			if math.Abs(got[class]-length) > 1e-6*length {
				t.Errorf("zoom %d: %s is %v long, %v of it drawn", z, class, length, got[class])
			}
		}
		if len(got) != len(want) || len(got) == 0 {
			t.Errorf("zoom %d: classes %v, want %v", z, got, want)
		}
		t.Logf("zoom %d: %d features for %d", z, len(merged.Features), len(single.Features))
	}
}

func TestLinesThatMeetBecomeOne(t *testing.T) {
	c := layers.Builtin()
	road, _ := c.Layer("road")
	b := snapshot.NewBuilder(c)
	values := make([]layers.Value, len(road.Fields))
	values[road.Field("class")] = layers.Text("国道")
	at := func(k int) orb.Point { return orb.Point{109.5 + float64(k*k%7)/10, 33 + float64(k)/30} }
	for k := range 20 { // in no order, and every other one backward
		line := orb.LineString{at(k * 7 % 20), at(k*7%20 + 1)}
		if k%2 == 0 {
			line.Reverse()
		}
		if err := b.Add(road, &layers.Feature{ID: int64(k), Geometry: line, Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	got := layerOf(t, b.Snapshot(), tileAt(at(3), 5), "road", encode.Options{}).Features
	if len(got) != 1 {
		t.Fatalf("%d features", len(got))
	}
	line, ok := got[0].Geometry.(orb.LineString)
	if !ok || len(line) != 21 {
		t.Errorf("the road is %v", got[0].Geometry)
	}
}

func TestNoTileIsTooLarge(t *testing.T) {
	snap := prefecture(t, 60_000, 0)
	roads, _ := snap.Table("road")
	var e encode.Encoder
	most := 0
	for z := uint8(0); z < 14; z++ {
		tile := tileAt(orb.Point{109.8, 33.5}, z)
		b, err := e.Append(nil, snap, []string{"road", "village"}, tile, encode.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("zoom %d: %d bytes, %+v", z, len(b), e.Stats)
		if len(b) > encode.MaxBytes {
			t.Errorf("zoom %d: %d bytes", z, len(b))
		}
		if e.Stats.Dropped < 1000 {
			continue
		}
		most = max(most, e.Stats.Dropped)
		drawn := layerIDs(layerOf(t, snap, tile, "road", encode.Options{}))
		var total, shown [15]int
		last := 0
		for id := range layerIDs(layerOf(t, snap, tile, "road", encode.Options{Full: true})) {
			row, _ := roads.Find(id)
			level := int(roads.Level(row))
			total[level]++
			if drawn[id] {
				shown[level]++
				last = max(last, level)
			}
		}
		for level := range last { // a few are too short to show at all
			if shown[level] < total[level]*95/100 {
				t.Errorf("zoom %d: of %d roads of level %d only %d show, but some of level %d", z, total[level], level, shown[level], last)
			}
		}
	}
	if most == 0 {
		t.Error("nothing had to be dropped")
	}
}

func layerIDs(l *mvt.Layer) map[int64]bool {
	ids := map[int64]bool{}
	for _, f := range l.Features {
		ids[int64(f.ID.(float64))] = true
	}
	return ids
}
