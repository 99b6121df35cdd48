package tiles

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// outlinedCatalog has villages, thinned and clustered, and their outlines.
func outlinedCatalog() *layers.Catalog {
	code := layers.Field{ID: "code", Type: layers.TypeCode, Tile: true}
	return &layers.Catalog{Layers: []*layers.Layer{
		{
			ID: "village", MaxZoom: 14, Geometry: []geo.Kind{geo.Points}, Level: "village",
			Fields: []layers.Field{code, {ID: "people", Type: layers.TypeInt, Tile: true}},
			Draw: layers.Draw{
				Thin:    &layers.Thin{Below: 13, Units: 64, First: []layers.First{{Field: "people"}}},
				Cluster: &layers.Cluster{Below: 7, Units: 256, Sums: []layers.Sum{{ID: "people", Field: "people"}}},
			},
		},
		{ID: "village_area", MaxZoom: 14, Geometry: []geo.Kind{geo.Polygons}, Outlines: "village", Fields: []layers.Field{code}},
	}}
}

// lattice is a village or an outline by its number, on a lattice of hundredths of a degree.
func lattice(layer string, n int64, code int64, people int64) *layers.Feature {
	x, y := 110+0.01*float64(n%4), 33+0.01*float64(n/4)
	f := &layers.Feature{ID: n + 1, Values: []layers.Value{layers.Text(fmt.Sprintf("611002001%03d", code))}}
	if layer == "village" {
		f.Geometry, f.Values = orb.Point{x + 0.004, y + 0.004}, append(f.Values, layers.Int(people))
	} else {
		f.Geometry = orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + 0.01, y + 0.01}}.ToPolygon()
	}
	return f
}

func TestVillagesAreDrawnByTheirOutlinesWithTheirOwnIdsAndValues(t *testing.T) {
	var changes []layers.Change
	for n := range int64(12) {
		changes = append(changes, layers.Change{Layer: "village", ID: n + 1, Feature: lattice("village", n, n, 10*n)})
		if n != 5 { // which has none
			outline := lattice("village_area", n, n, 0)
			outline.ID += 100
			changes = append(changes, layers.Change{Layer: "village_area", ID: n + 101, Feature: outline})
		}
	}
	stray := lattice("village_area", 12, 99, 0)
	changes = append(changes, layers.Change{Layer: "village_area", ID: 13, Feature: stray})
	snap, _, err := snapshot.NewBuilder(outlinedCatalog()).Snapshot().Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	filter, err := cql2.Parse("people >= 30")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		tile maptile.Tile
		o    encode.Options
		from int64
	}{
		{tileAt(orb.Point{110.02, 33.015}, 10), encode.Options{Outlines: true}, 0},
		{tileAt(orb.Point{110.02, 33.015}, 5), encode.Options{Outlines: true}, 0},
		{tileAt(orb.Point{110.02, 33.015}, 10), encode.Options{Outlines: true, Filter: filter}, 3},
	} {
		raw, err := encode.Encode(snap, []string{"village"}, c.tile, c.o)
		if err != nil {
			t.Fatal(err)
		}
		read, err := mvt.Unmarshal(raw)
		if err != nil || len(read) != 1 || read[0].Name != "village" {
			t.Fatalf("%v: %v, %d layers", c.tile, err, len(read))
		}
		ids := map[int64]bool{}
		for _, f := range read[0].Features {
			n := int64(f.ID.(float64)) - 1
			ids[n] = true
			_, isPoint := f.Geometry.(orb.Point)
			if isPoint != (n == 5) || f.Properties["people"] != float64(10*n) {
				t.Errorf("%v: village %d is a %s with %v", c.tile, n, f.Geometry.GeoJSONType(), f.Properties)
			}
		}
		if want := int(12 - c.from); len(ids) != want || len(read[0].Features) != want {
			t.Errorf("%v: %d features of %d villages, not %d", c.tile, len(read[0].Features), len(ids), want)
		}
	}
}

func TestCachedTilesOfOutlinesAreFreshAfterAnyEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := map[string]map[int64]*layers.Feature{"village": {}, "village_area": {}}
		change := func(n int) (changes []layers.Change) {
			for range n {
				layer := rapid.SampledFrom(slices.Sorted(maps.Keys(state))).Draw(t, "layer")
				at := rapid.Int64Range(0, 7).Draw(t, "at")
				id := at + 1
				delete(state[layer], id)
				if rapid.IntRange(0, 3).Draw(t, "delete") > 0 {
					// A village may have moved, an outline may be of another one.
					code, people := rapid.Int64Range(0, 9).Draw(t, "code"), rapid.Int64Range(0, 3).Draw(t, "people")
					f := lattice(layer, rapid.Int64Range(0, 7).Draw(t, "place"), code, people)
					f.ID = id
					if layer == "village" && rapid.IntRange(0, 4).Draw(t, "nowhere") == 0 {
						f.Geometry = nil
					}
					for other, o := range state[layer] { // codes are unique
						if o.Values[0] == f.Values[0] {
							delete(state[layer], other)
							changes = append(changes, layers.Change{Layer: layer, ID: other})
						}
					}
					state[layer][id] = f
				}
				changes = append(changes, layers.Change{Layer: layer, ID: id, Feature: state[layer][id]})
			}
			return changes
		}
		snap, _, err := snapshot.NewBuilder(outlinedCatalog()).Snapshot().Apply(change(12))
		if err != nil {
			t.Fatal(err)
		}
		c := NewCache(1 << 30)
		c.Update(snap, nil)
		o := encode.Options{Outlines: true}
		var all []maptile.Tile
		for _, z := range []uint8{4, 9, 12, 14} {
			for _, p := range []orb.Point{{110.005, 33.005}, {110.025, 33.015}, {110.035, 33.005}} {
				if tile := tileAt(p, z); !slices.Contains(all, tile) {
					all = append(all, tile)
				}
			}
		}
		for range rapid.IntRange(1, 4).Draw(t, "rounds") {
			for _, tile := range all {
				if _, err := c.Get(t.Context(), []string{"village"}, tile, o); err != nil {
					t.Fatal(err)
				}
			}
			next, delta, err := c.Snapshot().Apply(change(rapid.IntRange(1, 3).Draw(t, "edits")))
			if err != nil {
				t.Fatal(err)
			}
			c.Update(next, delta)
			catalog := outlinedCatalog()
			b := snapshot.NewBuilder(catalog)
			for _, l := range catalog.Layers {
				for _, id := range slices.Sorted(maps.Keys(state[l.ID])) {
					if err := b.Add(l, state[l.ID][id]); err != nil {
						t.Fatal(err)
					}
				}
			}
			anew := b.Snapshot()
			for _, tile := range all {
				got, err := c.Get(t.Context(), []string{"village"}, tile, o)
				if err != nil {
					t.Fatal(err)
				}
				want, err := encode.Encode(anew, []string{"village"}, tile, o)
				if err != nil || !bytes.Equal(got.raw, want) {
					t.Fatalf("%v: %v, %d bytes are kept, %d are right", tile, err, len(got.raw), len(want))
				}
			}
		}
	})
}
