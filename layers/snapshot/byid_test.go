package snapshot_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Rows loaded, added and deleted come by their ids, from any id on.
func TestRowsComeByTheirIDs(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 1))
	catalog := &layers.Catalog{Layers: []*layers.Layer{{ID: "spot", Geometry: layers.Builtin().Layers[1].Geometry}}}
	feature := func(id int64) *layers.Feature {
		return &layers.Feature{ID: id, Geometry: orb.Point{100 + 10*r.Float64(), 30 + r.Float64()}}
	}
	b := snapshot.NewBuilder(catalog)
	there := map[int64]bool{}
	for id := int64(0); id < 6000; id += 1 + r.Int64N(4) {
		if err := b.Add(catalog.Layers[0], feature(id)); err != nil {
			t.Fatal(err)
		}
		there[id] = true
	}
	snap := b.Snapshot()
	for range 20 {
		var changes []layers.Change
		for range 25 {
			id := r.Int64N(6100)
			c := layers.Change{Layer: "spot", ID: id}
			if there[id] = r.IntN(2) == 0; there[id] {
				c.Feature = feature(id)
			}
			changes = append(changes, c)
		}
		var err error
		if snap, _, err = snap.Apply(changes); err != nil {
			t.Fatal(err)
		}
		var want []int64
		for id, ok := range there {
			if ok {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		table, _ := snap.Table("spot")
		for _, after := range []int64{math.MinInt64, -1, 0, r.Int64N(6100), 6100, math.MaxInt64} {
			from, found := slices.BinarySearch(want, after)
			if found {
				from++
			}
			var got []int64
			for row := range func(yield func(uint32) bool) { table.After(after, yield) } {
				got = append(got, table.ID(row))
			}
			if !slices.Equal(got, want[from:]) {
				t.Fatalf("after %d come %d rows, not %d", after, len(got), len(want)-from)
			}
		}
	}
}
