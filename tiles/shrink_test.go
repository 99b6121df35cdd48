package tiles

import (
	"bytes"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
)

// TestTooLargeTilesAreTheSameAfterEdits looks at tiles first, so that what finds their
// features is older than the edits, then moves roads, takes some away and adds some.
func TestTooLargeTilesAreTheSameAfterEdits(t *testing.T) {
	for _, merge := range []int{0, 10} {
		var all []layers.Feature
		benchRoads(60_000, func(_ *layers.Layer, f *layers.Feature) { all = append(all, *f) })
		c := layers.Builtin()
		road, _ := c.Layer("road")
		road.Draw.Merge = merge
		load := func(all []layers.Feature) *snapshot.Snapshot {
			b := snapshot.NewBuilder(c)
			for i := range all {
				if err := b.Add(road, &all[i]); err != nil {
					t.Fatal(err)
				}
			}
			return b.Snapshot()
		}
		snap := load(all[:59_900])
		look := func(snap *snapshot.Snapshot) (tiles [][]byte, dropped int) {
			var e encode.Encoder
			for _, z := range []uint8{5, 8} {
				for _, tile := range tilesOver(z) {
					b, err := e.Append(nil, snap, []string{"road"}, tile, encode.Options{})
					if err != nil || len(b) > encode.MaxBytes {
						t.Errorf("tile %v: %d bytes, %v", tile, len(b), err)
					}
					tiles = append(tiles, b)
					dropped += e.Stats.Dropped
				}
			}
			return tiles, dropped
		}
		before, _ := look(snap)
		var changes []layers.Change
		for i := range 100 { // two move, one goes, one comes
			a, b := &all[i], &all[500*i]
			a.Geometry, b.Geometry = b.Geometry, a.Geometry
			last := &all[59_999-i]
			changes = append(changes, layers.Change{Layer: "road", ID: a.ID, Feature: a}, layers.Change{Layer: "road", ID: b.ID, Feature: b},
				layers.Change{Layer: "road", ID: last.ID, Feature: last}, layers.Change{Layer: "road", ID: all[59_800+i].ID})
		}
		snap, _, err := snap.Apply(changes)
		if err != nil {
			t.Fatal(err)
		}
		got, dropped := look(snap)
		want, _ := look(load(append(all[:59_800:59_800], all[59_900:]...)))
		same := 0
		for i := range got {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("merge %d, tile %d: %d bytes after edits, %d fresh", merge, i, len(got[i]), len(want[i]))
			}
			if bytes.Equal(got[i], before[i]) {
				same++
			}
		}
		if dropped == 0 || same > 0 {
			t.Errorf("merge %d: %d dropped, %d of %d tiles as before", merge, dropped, same, len(got))
		}
	}
}
