package snapshot

import (
	"slices"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// TestRowsComeInTheOrderOfATableLoadedAnew edits and asks for all rows.
func TestRowsComeInTheOrderOfATableLoadedAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := mixed()
		state := map[int64]*layers.Feature{}
		b := NewBuilder(c)
		for _, id := range rapid.SliceOfNDistinct(rapid.Int64Range(-50, 50), 0, 40, rapid.ID).Draw(t, "ids") {
			state[id] = drawFeature(t, id)
			if err := b.Add(c.Layers[0], state[id]); err != nil {
				t.Fatal(err)
			}
		}
		snap := b.Snapshot()
		for range rapid.IntRange(0, 6).Draw(t, "edits") {
			id := rapid.Int64Range(-50, 50).Draw(t, "id")
			state[id] = drawFeature(t, id)
			if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
				state[id] = nil
			}
			var err error
			if snap, _, err = snap.Apply([]layers.Change{{Layer: "mixed", ID: id, Feature: state[id]}}); err != nil {
				t.Fatal(err)
			}
		}
		b = NewBuilder(c)
		for id, f := range state { // in whatever order
			if f != nil {
				if err := b.Add(c.Layers[0], state[id]); err != nil {
					t.Fatal(err)
				}
			}
		}
		ids := func(s *Snapshot) (ids []int64) {
			table := s.tables[0]
			rows, _ := table.InOrder(slices.Collect(table.Rows), nil)
			for _, row := range rows {
				ids = append(ids, table.ID(row))
			}
			return ids
		}
		if got, want := ids(snap), ids(b.Snapshot()); !slices.Equal(got, want) {
			t.Fatalf("the rows are of %v, loaded anew of %v", got, want)
		}
	})
}

func TestRowsOfNeighboursAreNeighbours(t *testing.T) {
	c := mixed()
	b := NewBuilder(c)
	id := int64(0)
	for x := range 100 { // in columns, from south to north
		for y := range 100 {
			id++
			f := &layers.Feature{
				ID:       id,
				Geometry: orb.Point{109 + float64(x)/100, 33 + float64(y)/100},
				Values:   make([]layers.Value, len(c.Layers[0].Fields)),
			}
			if err := b.Add(c.Layers[0], f); err != nil {
				t.Fatal(err)
			}
		}
	}
	table := b.Snapshot().tables[0]
	pages := map[uint32]bool{}
	table.Search(
		table.Shape(0).Box().Union(table.Shape(uint32(pageRows)).Box()),
		func(row uint32) bool { pages[row>>pageBits] = true; return true },
	)
	if len(pages) > 4 {
		t.Errorf("a page's width of the map lies in %d of %d pages", len(pages), len(table.pages))
	}
	for want := range id {
		if row, ok := table.Find(want + 1); !ok || table.ID(row) != want+1 {
			t.Fatalf("feature %d is not found", want+1)
		}
	}
}
