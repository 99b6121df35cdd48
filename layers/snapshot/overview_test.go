package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers"
)

// TestScanIsByClaimAfterLoadAndEdits has bands of a few rows, and an overview that
// is as old as the table, or made now.
func TestScanIsByClaimAfterLoadAndEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := map[int64]*layers.Feature{}
		for id := range int64(rapid.IntRange(0, 60).Draw(t, "n")) {
			state[id] = drawSpot(t, id)
		}
		snap := build(t, crowded(), slices.Collect(maps.Values(state))...)
		var s Scan
		for range 5 {
			table := snap.tables[0]
			if table.overview.made.Load() == nil || rapid.Bool().Draw(t, "anew") {
				table.overview.made.Store(newOverview(table, rapid.IntRange(1, 8).Draw(t, "size")))
			}
			zoom := uint8(rapid.IntRange(0, OverviewBelow-1).Draw(t, "zoom"))
			box := geo.World
			if rapid.Bool().Draw(t, "box") {
				box = simplify.Cell(geo.Quantise(drawSpot(t, 0).Geometry.Bound().Min), 4096, rapid.IntRange(5, 14).Draw(t, "of"))
			}
			var want []uint32
			table.Shown(box, zoom, func(row uint32) bool { want = append(want, row); return true })
			slices.SortFunc(want, func(a, b uint32) int { return table.Priority(a).Compare(table.Priority(b)) })
			var got []uint32
			s.Begin(table, box, zoom)
			for rows := s.Next(); len(rows) > 0; rows = s.Next() {
				got = append(got, rows...)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("rows are %v, want %v", got, want)
			}
			checkLeft(t, &s, table, box, zoom, len(want))

			var changes []layers.Change
			for range rapid.IntRange(1, 5).Draw(t, "changes") {
				id := rapid.Int64Range(0, 70).Draw(t, "id")
				delete(state, id)
				if rapid.Bool().Draw(t, "put") {
					state[id] = drawSpot(t, id)
				}
				changes = append(changes, layers.Change{Layer: "crowded", ID: id, Feature: state[id]})
			}
			next, _, err := snap.Apply(changes)
			if err != nil {
				t.Fatal(err)
			}
			snap = next
		}
	})
}

func checkLeft(t *rapid.T, s *Scan, table *Table, box geo.Box, zoom uint8, all int) {
	s.Begin(table, box, zoom)
	seen := len(s.Next())
	if left := s.Left(); len(s.over.edited) == 0 && seen+left != all {
		t.Fatalf("%d rows left after %d of %d", left, seen, all)
	}
}

func TestClaimsAreByLevelThenSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []*layers.Feature
		for id := range int64(20) {
			all = append(all, drawSpot(t, id))
		}
		table := build(t, crowded(), all...).tables[0]
		rows := slices.SortedFunc(table.Rows, func(a, b uint32) int { return table.Priority(a).Compare(table.Priority(b)) })
		if !slices.IsSortedFunc(rows, func(a, b uint32) int { return cmp.Compare(table.Level(a), table.Level(b)) }) {
			t.Fatalf("rows by claim are %v", rows)
		}
	})
}

func TestSortRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]uint32{1, 1000, 1 << 11, 1 << 20, 1<<32 - 1}).Draw(t, "most")
		rows := rapid.SliceOfN(rapid.Uint32Range(0, most), 0, 400).Draw(t, "rows")
		want := slices.Sorted(slices.Values(rows))
		if got, _ := SortRows(rows, nil); !slices.Equal(got, want) {
			t.Fatalf("sorted is %v, want %v", got, want)
		}
	})
}

func TestClaimsGivesAllRowsInOrder(t *testing.T) {
	var all []*layers.Feature
	for id := range int64(5000) {
		f := &layers.Feature{ID: id, Values: make([]layers.Value, len(crowded().Layers[0].Fields)), Geometry: orb.Point{110, 33}}
		all = append(all, f)
	}
	table := build(t, crowded(), all...).tables[0]
	for _, n := range []int{0, 1, sortedAtOnce + 1, 5000} {
		want := slices.Collect(table.Rows)[:n]
		var c Priorities
		c.Begin(table, want)
		slices.SortFunc(want, func(a, b uint32) int { return table.Priority(a).Compare(table.Priority(b)) })
		var got []uint32
		for rows := c.Next(); len(rows) > 0; rows = c.Next() {
			got = append(got, rows...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d rows come in another order, or %d of them", n, len(got))
		}
	}
}
