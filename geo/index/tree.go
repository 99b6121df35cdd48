package index

import (
	"github.com/tidwall/rtree"

	"github.com/cuntu/cuntu/geo"
)

// Tree is an R-tree of items, each a box and an id. The zero Tree is empty and
// ready. Any number of goroutines may read it at the same time, also while one
// Copy is made; Insert, Delete, Load and Copy need it to themselves among each
// other.
//
// It keeps quantised coordinates as float64, in which they are exact. In int32 the
// library's areas, of which a tree is built, overflow for any box wider than 430 m:
// on a million boxes a search took 250 times as long.
type Tree struct {
	base    rtree.RTreeGN[float64, uint32]
	numbers []uint32 // of Renumbered; nil where ids are those that were put in
}

// id is the id under which the tree yields what was put in with an id.
func (t *Tree) id(put uint32) uint32 {
	if t.numbers == nil {
		return put
	}
	return t.numbers[put]
}

func corners(b geo.Box) (least, most [2]float64) {
	return [2]float64{float64(b.Min.X), float64(b.Min.Y)}, [2]float64{float64(b.Max.X), float64(b.Max.Y)}
}

func boxOf(least, most [2]float64) geo.Box {
	return geo.Box{
		Min: geo.Point{X: int32(least[0]), Y: int32(least[1])},
		Max: geo.Point{X: int32(most[0]), Y: int32(most[1])},
	}
}

// Len is the number of items.
func (t *Tree) Len() int { return t.base.Len() }

// Box is the smallest box around all items.
func (t *Tree) Box() geo.Box {
	if t.Len() == 0 {
		return geo.Empty
	}
	return boxOf(t.base.Bounds())
}

// Copy is a tree with the same items at the cost of a few words. From then on both
// trees copy a node before they first change it.
func (t *Tree) Copy() *Tree { return &Tree{base: *t.base.Copy(), numbers: t.numbers} }

// Renumbered is a copy whose items come out, and of equal distances in the order, of other ids: what was put in with the
// id i has numbers[i]. Insert and Delete go on to take the ids that are put in.
func (t *Tree) Renumbered(numbers []uint32) *Tree {
	c := t.Copy()
	c.numbers = numbers
	return c
}

// Item is a box with its id, which no other item of its tree has.
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

// Insert adds an item; one whose box is empty is left out.
func (t *Tree) Insert(box geo.Box, id uint32) {
	if !box.IsEmpty() {
		least, most := corners(box)
		t.base.Insert(least, most, id)
	}
}

// Delete takes away the item that was inserted with just this box and id, and
// tells whether it was there.
func (t *Tree) Delete(box geo.Box, id uint32) bool {
	if box.IsEmpty() {
		return false
	}
	before := t.base.Len()
	least, most := corners(box)
	t.base.Delete(least, most, id)
	return t.base.Len() < before
}

// Search yields the id of each item whose box shares a point with box, in no
// particular order, until yield returns false. It allocates nothing.
func (t *Tree) Search(box geo.Box, yield func(id uint32) bool) {
	if box.IsEmpty() {
		return
	}
	least, most := corners(box)
	t.base.Search(least, most, func(_, _ [2]float64, id uint32) bool { return yield(t.id(id)) })
}

// All yields the id of every item until yield returns false.
func (t *Tree) All(yield func(id uint32) bool) {
	t.base.Scan(func(_, _ [2]float64, id uint32) bool { return yield(t.id(id)) })
}
