package index

import (
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// Insert adds an item. Nothing keeps a box and id from being added twice. An item
// with an empty box is not added, since no question could find it.
func (t *Tree) Insert(box geo.Box, id uint32) {
	if box.IsEmpty() {
		return
	}
	if t.root == nil {
		t.root = &node{owner: t.mine()}
	}
	t.root = t.own(t.root)
	if sibling := t.insert(t.root, box, id); sibling != nil {
		root := &node{owner: t.mine(), kids: new([capacity]*node), count: 2}
		root.kids[0], root.kids[1] = t.root, sibling
		root.boxes[0], root.boxes[1] = t.root.box(), sibling.box()
		t.root = root
	}
	t.count++
}

// insert adds below n, which the tree owns, and returns n's new sibling when n
// had to be split.
func (t *Tree) insert(n *node, box geo.Box, id uint32) *node {
	if n.kids == nil {
		return n.add(entry{box, nil, id})
	}
	i := n.choose(&box)
	kid := t.own(n.kids[i])
	n.kids[i] = kid
	sibling := t.insert(kid, box, id)
	if sibling == nil {
		n.boxes[i] = n.boxes[i].Union(box)
		return nil
	}
	n.boxes[i] = kid.box()
	return n.add(entry{sibling.box(), sibling, 0})
}

// choose is the entry whose box grows least, then the smallest. Areas are
// float64: of boxes across a county they pass 2³² by far, and the half perimeter,
// a trifle beside any area, tells apart boxes without area.
func (n *node) choose(box *geo.Box) int {
	best, bestGrowth, bestSize := 0, 0., 0.
	for i := range n.boxes[:n.count] {
		b := n.boxes[i]
		size := extent(b)
		growth := 0.
		if !holds(&b, box) {
			growth = extent(b.Union(*box)) - size
		}
		if i == 0 || growth < bestGrowth || growth == bestGrowth && size < bestSize {
			best, bestGrowth, bestSize = i, growth, size
		}
	}
	return best
}

func extent(b geo.Box) float64 {
	w, h := float64(b.Max.X)-float64(b.Min.X), float64(b.Max.Y)-float64(b.Min.Y)
	return w*h + w + h
}

// entry is one of a node's entries on its own.
type entry struct {
	box geo.Box
	kid *node
	id  uint32
}

func (n *node) entry(i int) entry {
	if n.kids != nil {
		return entry{n.boxes[i], n.kids[i], 0}
	}
	return entry{n.boxes[i], nil, n.ids[i]}
}

func (n *node) put(i int, e entry) {
	n.boxes[i], n.ids[i] = e.box, e.id
	if n.kids != nil {
		n.kids[i] = e.kid
	}
}

// add appends an entry, or splits a full node and returns the other half.
func (n *node) add(e entry) *node {
	if n.count < capacity {
		n.put(n.count, e)
		n.count++
		return nil
	}
	var all [capacity + 1]entry
	for i := range n.count {
		all[i] = n.entry(i)
	}
	all[n.count] = e
	cut := split(&all)
	sibling := &node{owner: n.owner}
	if n.kids != nil {
		sibling.kids = new([capacity]*node)
		*n.kids = [capacity]*node{}
	}
	for i, e := range all[:cut] {
		n.put(i, e)
	}
	for i, e := range all[cut:] {
		sibling.put(i, e)
	}
	n.count, sibling.count = cut, len(all)-cut
	return sibling
}

// split orders the entries so that they part well in two and returns where, as
// the R*-tree does (Beckmann et al., SIGMOD 1990, 4.2): the axis along which the
// halves have the least perimeter over all cuts, then the cut with the least
// overlap, then the least area.
func split(all *[capacity + 1]entry) int {
	byX := func(a, b entry) int { return compare(a.box.Min.X, b.box.Min.X, a.box.Max.X, b.box.Max.X) }
	byY := func(a, b entry) int { return compare(a.box.Min.Y, b.box.Min.Y, a.box.Max.Y, b.box.Max.Y) }
	slices.SortFunc(all[:], byX)
	cutX, marginX := bestCut(all)
	slices.SortFunc(all[:], byY)
	cutY, marginY := bestCut(all)
	if marginY <= marginX {
		return cutY
	}
	slices.SortFunc(all[:], byX)
	return cutX
}

func compare(a, b, a2, b2 int32) int {
	if a == b {
		a, b = a2, b2
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func bestCut(all *[capacity + 1]entry) (cut int, margins float64) {
	const least = capacity * 2 / 5 // as the R*-tree's authors found best
	var before [capacity + 1]geo.Box
	box := geo.Empty
	for i := range all {
		before[i] = box
		box = box.Union(all[i].box)
	}
	after := geo.Empty
	var bestOverlap, bestSize float64
	for i := capacity; i >= least; i-- {
		after = after.Union(all[i].box)
		if i > capacity+1-least {
			continue
		}
		margins += margin(before[i]) + margin(after)
		overlap, size := 0., extent(before[i])+extent(after)
		if shared := intersection(before[i], after); !shared.IsEmpty() {
			overlap = extent(shared)
		}
		if cut == 0 || overlap < bestOverlap || overlap == bestOverlap && size < bestSize {
			cut, bestOverlap, bestSize = i, overlap, size
		}
	}
	return cut, margins
}

func margin(b geo.Box) float64 {
	return float64(b.Max.X) - float64(b.Min.X) + float64(b.Max.Y) - float64(b.Min.Y)
}

func intersection(a, b geo.Box) geo.Box {
	return geo.Box{
		Min: geo.Point{X: max(a.Min.X, b.Min.X), Y: max(a.Min.Y, b.Min.Y)},
		Max: geo.Point{X: min(a.Max.X, b.Max.X), Y: min(a.Max.Y, b.Max.Y)},
	}
}

// Delete takes away one item with this box and id and tells whether there was
// one.
func (t *Tree) Delete(box geo.Box, id uint32) bool {
	if t.root == nil || !t.root.has(&box, id) {
		return false
	}
	t.root = t.own(t.root)
	var orphans []entry
	t.delete(t.root, &box, id, &orphans)
	t.count -= 1 + len(orphans)
	for t.root != nil && t.root.kids != nil && t.root.count == 1 {
		t.root = t.root.kids[0]
	}
	if t.root.count == 0 {
		t.root = nil
	}
	for _, e := range orphans {
		t.Insert(e.box, e.id)
	}
	return true
}

// has keeps Delete from copying nodes in which there is nothing to delete.
func (n *node) has(box *geo.Box, id uint32) bool {
	for i := range n.boxes[:n.count] {
		if n.kids == nil {
			if n.ids[i] == id && n.boxes[i] == *box {
				return true
			}
		} else if holds(&n.boxes[i], box) && n.kids[i].has(box, id) {
			return true
		}
	}
	return false
}

// delete takes the item out below n, which the tree owns. A leaf left with less
// than a fifth goes, and its items with it into orphans.
func (t *Tree) delete(n *node, box *geo.Box, id uint32, orphans *[]entry) {
	for i := range n.count {
		if n.kids == nil {
			if n.ids[i] == id && n.boxes[i] == *box {
				n.remove(i)
				return
			}
			continue
		}
		if !holds(&n.boxes[i], box) || !n.kids[i].has(box, id) {
			continue
		}
		kid := t.own(n.kids[i])
		n.kids[i] = kid
		t.delete(kid, box, id, orphans)
		if kid.kids == nil && kid.count < capacity/5 {
			for j := range kid.count {
				*orphans = append(*orphans, kid.entry(j))
			}
			kid.count = 0
		}
		if kid.count == 0 {
			n.remove(i)
		} else {
			n.boxes[i] = kid.box()
		}
		return
	}
}

func (n *node) remove(i int) {
	n.count--
	n.put(i, n.entry(n.count))
	if n.kids != nil {
		n.kids[n.count] = nil
	}
}
