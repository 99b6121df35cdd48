package tiles

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles/encode"
)

// TestSelectedTileIsThatOfTheSelectedFeatures makes the same tile of a table that never
// had the others.
func TestSelectedTileIsThatOfTheSelectedFeatures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := map[string]map[int64]*layers.Feature{"area": {}, "line": {}, "spot": {}}
		for layer := range state {
			for id := range rapid.Int64Range(0, 30).Draw(t, "features") {
				state[layer][id+1] = drawEdit(t, layer)
				state[layer][id+1].ID = id + 1
			}
		}
		all := reload(t, state)
		o := encode.Options{
			Filter: parse(t, rapid.SampledFrom([]string{"people > 1", "kind = 'b' OR people = 0", "NOT people IN (1, 2)"}).Draw(t, "filter")),
			Full:   rapid.Bool().Draw(t, "full"),
		}
		for layer, features := range state {
			table, _ := all.Table(layer)
			f, err := o.Filter.Bind(table)
			if err != nil {
				t.Fatal(err)
			}
			for row := range table.Rows {
				if !f.Match(row) {
					delete(features, table.ID(row))
				}
			}
		}
		fewer := reload(t, state)
		for z := uint8(0); z <= 15; z++ {
			for _, p := range []orb.Point{{110, 33}, {110.31, 33.3}, {110.0102, 33.0101}} {
				for _, layer := range []string{"spot", "line"} { // an area's outline depends on its neighbours
					got, err := encode.Encode(all, []string{layer}, tileAt(p, z), o)
					if err != nil {
						t.Fatal(err)
					}
					want, _ := encode.Encode(fewer, []string{layer}, tileAt(p, z), encode.Options{Full: o.Full})
					if !bytes.Equal(got, want) && !sameByID(t, got, want) {
						t.Fatalf("tile %v of %s: %d bytes, not %d", tileAt(p, z), layer, len(got), len(want))
					}
				}
			}
		}
	})
}

// sameByID compares features, which at low zooms come by level unless they are selected.
func sameByID(t fataler, a, b []byte) bool {
	return maps.EqualFunc(decode(t, a), decode(t, b), func(p, q orb.Geometry) bool { return orb.Equal(p, q) })
}

func TestFilterLeavesAloneLayersThatLackItsProperties(t *testing.T) {
	snap := prefecture(t, 2000, 10)
	tile := tileAt(orb.Point{109.8, 33.5}, 12)
	encodeTile := func(o encode.Options, ids ...string) []byte {
		t.Helper()
		b, err := encode.Encode(snap, ids, tile, o)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	surface := encode.Options{Filter: parse(t, "surface = '水泥'")}
	both := append(encodeTile(surface, "road"), encodeTile(encode.Options{}, "village")...)
	if !bytes.Equal(encodeTile(surface, "road", "village"), both) {
		t.Error("a filter on roads has an effect on villages, or none on roads")
	}
	if bytes.Equal(encodeTile(surface, "road"), encodeTile(encode.Options{}, "road")) {
		t.Error("the filter leaves out no road, which tests nothing")
	}
	var none layers.Faults
	if _, err := encode.Encode(snap, []string{"village", "town"}, tile, surface); !errors.As(err, &none) {
		t.Errorf("a filter that fits no layer: %v", err)
	}
	var wrong layers.Faults
	if _, err := encode.Encode(snap, []string{"road"}, tile, encode.Options{Filter: parse(t, "surface = 1")}); !errors.As(err, &wrong) {
		t.Errorf("a filter that compares a text with a number: %v", err)
	}
	c := NewCache(1 << 20)
	c.Update(snap, nil)
	for _, year := range []int{0, 2015, 2016} { // villages are not built in a year
		if _, err := c.Get(context.Background(), []string{"village"}, tile, encode.Options{Year: year}); err != nil {
			t.Fatal(err)
		}
	}
	if s := c.Stats(); s.Misses != 1 {
		t.Errorf("%+v: a year made other tiles of villages", s)
	}
}
