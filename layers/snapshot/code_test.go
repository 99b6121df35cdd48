package snapshot

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/layers"
)

func coded() *layers.Catalog {
	return &layers.Catalog{Layers: []*layers.Layer{{ID: "coded", Fields: []layers.Field{{ID: "code", Type: layers.TypeCode}}}}}
}

func codeOf(n int64) layers.Value { return layers.Text(fmt.Sprintf("%06d", n)) }

// TestCodesAreFoundAfterAnySequenceOfEdits compares with a look at every row, in old snapshots too, which are asked
// before and after the next ones are made.
func TestCodesAreFoundAfterAnySequenceOfEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := coded()
		b := NewBuilder(c)
		for id := range rapid.Int64Range(0, 40).Draw(t, "features") {
			if err := b.Add(c.Layers[0], &layers.Feature{ID: id, Values: []layers.Value{codeOf(id)}}); err != nil {
				t.Fatal(err)
			}
		}
		all := []*Snapshot{b.Snapshot()}
		for range rapid.IntRange(1, 5).Draw(t, "edits") {
			var changes []layers.Change
			for range rapid.IntRange(1, 2*mostChanged).Draw(t, "changes") {
				id := rapid.Int64Range(0, 60).Draw(t, "id")
				change := layers.Change{Layer: "coded", ID: id}
				if rapid.IntRange(0, 3).Draw(t, "kind") > 0 {
					change.Feature = &layers.Feature{ID: id, Values: []layers.Value{codeOf(id + 100*rapid.Int64Range(0, 2).Draw(t, "move"))}}
				}
				changes = append(changes, change)
			}
			if rapid.Bool().Draw(t, "asked before") {
				check(t, all[len(all)-1])
			}
			next, _, err := all[len(all)-1].Apply(changes)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, next)
		}
		for _, s := range all {
			check(t, s)
		}
	})
}

func check(t *rapid.T, s *Snapshot) {
	table := s.tables[0]
	want := map[string]bool{}
	for row := range table.Rows {
		want[table.Value(row, 0).Text()] = true
	}
	for id := range int64(261) {
		code := codeOf(id).Text()
		row, ok := table.FindCode(code)
		if ok != want[code] || ok && table.Value(row, 0).Text() != code {
			t.Fatalf("%s: row %d, %v; want %v", code, row, ok, want[code])
		}
	}
}

func BenchmarkFindCode(b *testing.B) {
	c := coded()
	builder := NewBuilder(c)
	for id := range int64(100_000) {
		if err := builder.Add(c.Layers[0], &layers.Feature{ID: id, Values: []layers.Value{codeOf(id)}}); err != nil {
			b.Fatal(err)
		}
	}
	table := builder.Snapshot().tables[0]
	for n := int64(0); b.Loop(); n++ {
		if _, ok := table.FindCode(codeOf(n % 100_000).Text()); !ok {
			b.Fatal(n)
		}
	}
}
