package index_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo/index"
)

func TestPackedFindsWhatAScanFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var items []item
		var packed []index.Item
		for id := range uint32(rapid.IntRange(0, 700).Draw(t, "n")) {
			box := anyBox().Draw(t, "box")
			items = append(items, item{box, id})
			packed = append(packed, index.Item{Box: box, ID: id})
		}
		p := index.Pack(packed)
		for range 4 {
			box := anyBox().Draw(t, "query")
			want := scan(items, box)
			got := p.Search(box, []uint32{})
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("found %v, want %v", got, want)
			}
			if n := p.Count(box); n != len(want) {
				t.Fatalf("counted %d, found %d", n, len(want))
			}
		}
	})
}
