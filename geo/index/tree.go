package index

import (
	"sync/atomic"

	"github.com/cuntu/cuntu/geo"
)

// capacity is the number of entries in a node: 24 bytes and 50 entries of 20
// fill an allocation of 1024.
const capacity = 50

// Tree is an R-tree of items, each a box and an id. The zero Tree is empty and
// ready. Any number of goroutines may read it and Copy it at the same time; Insert,
// Delete and Load need it to themselves.
type Tree struct {
	root  *node
	count int
	// Nodes that carry this mark belong to this tree alone and may be changed in
	// place; others are shared with a copy. Nil until the first change after Copy.
	owner atomic.Pointer[mark]
}

type mark struct{ _ byte }

// node is a leaf when kids is nil. All leaves lie at the same depth. Boxes lie
// side by side because every question scans them and few entries match.
type node struct {
	owner *mark
	kids  *[capacity]*node
	count int
	boxes [capacity]geo.Box
	ids   [capacity]uint32
}

// Len is the number of items.
func (t *Tree) Len() int { return t.count }

// Box is the smallest box around all items.
func (t *Tree) Box() geo.Box {
	if t.root == nil {
		return geo.Empty
	}
	return t.root.box()
}

// Copy is a tree with the same items at the cost of a few words. From then on both
// trees copy a node before they first change it.
func (t *Tree) Copy() *Tree {
	t.owner.Store(nil)
	return &Tree{root: t.root, count: t.count}
}

// Search yields the id of each item whose box shares a point with box, in no
// particular order, until yield returns false. It allocates nothing.
func (t *Tree) Search(box geo.Box, yield func(id uint32) bool) {
	if t.root != nil && !box.IsEmpty() {
		t.root.search(&box, yield)
	}
}

func (n *node) search(q *geo.Box, yield func(id uint32) bool) bool {
	boxes := n.boxes[:n.count]
	for i := range boxes {
		b := &boxes[i]
		if !meets(b, q) {
			continue
		}
		more := true
		switch {
		case n.kids == nil:
			more = yield(n.ids[i])
		case holds(q, b):
			more = n.kids[i].all(yield)
		default:
			more = n.kids[i].search(q, yield)
		}
		if !more {
			return false
		}
	}
	return true
}

// All yields the id of each item, in no particular order, until yield returns
// false.
func (t *Tree) All(yield func(id uint32) bool) {
	if t.root != nil {
		t.root.all(yield)
	}
}

func (n *node) all(yield func(id uint32) bool) bool {
	for i := range n.count {
		if n.kids != nil {
			if !n.kids[i].all(yield) {
				return false
			}
		} else if !yield(n.ids[i]) {
			return false
		}
	}
	return true
}

func (n *node) box() geo.Box {
	box := geo.Empty
	for i := range n.boxes[:n.count] {
		box = box.Union(n.boxes[i])
	}
	return box
}

func meets(a, b *geo.Box) bool {
	return a.Min.X <= b.Max.X && b.Min.X <= a.Max.X && a.Min.Y <= b.Max.Y && b.Min.Y <= a.Max.Y
}

// holds tells whether b lies in a.
func holds(a, b *geo.Box) bool {
	return a.Min.X <= b.Min.X && b.Max.X <= a.Max.X && a.Min.Y <= b.Min.Y && b.Max.Y <= a.Max.Y
}

// mine gives the tree's mark.
func (t *Tree) mine() *mark {
	m := t.owner.Load()
	if m == nil {
		m = new(mark)
		t.owner.Store(m)
	}
	return m
}

// own makes a node safe to change and returns it: itself or its copy.
func (t *Tree) own(n *node) *node {
	m := t.mine()
	if n.owner == m {
		return n
	}
	c := *n
	c.owner = m
	if n.kids != nil {
		kids := *n.kids
		c.kids = &kids
	}
	return &c
}
