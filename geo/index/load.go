package index

import (
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// Item is a box with its id.
type Item struct {
	Box geo.Box
	ID  uint32
}

// Load adds many items, as LoadFunc does.
func (t *Tree) Load(items []Item) {
	t.LoadFunc(len(items), func(i int) (geo.Box, uint32) { return items[i].Box, items[i].ID })
}

// LoadFunc adds n items; item tells the box and id of the i-th, and is called
// several times for each. Into an empty tree, and wherever there are more new items
// than old ones, it packs full nodes in the order of a Hilbert curve (Kamel and
// Faloutsos, CIKM 1993), which is several times faster than n times Insert, takes
// half the memory and answers faster. Besides the tree it needs 8 bytes an item
// while it works.
func (t *Tree) LoadFunc(n int, item func(i int) (geo.Box, uint32)) {
	if n < t.count {
		for i := range n {
			t.Insert(item(i))
		}
		return
	}
	var old []entry
	if t.root != nil {
		old = t.root.items(make([]entry, 0, t.count))
	}
	at := func(i int) (geo.Box, uint32) {
		if i < len(old) {
			return old[i].box, old[i].id
		}
		return item(i - len(old))
	}
	nodes := t.leaves(order(n+len(old), at), at)
	for len(nodes) > 1 {
		nodes = t.parents(nodes)
	}
	t.root = nil
	if len(nodes) == 1 {
		t.root = nodes[0]
	}
}

func (n *node) items(to []entry) []entry {
	for i := range n.count {
		if n.kids != nil {
			to = n.kids[i].items(to)
		} else {
			to = append(to, n.entry(i))
		}
	}
	return to
}

// order gives the numbers of the items with a box, along the curve, in the low
// half of each key.
func order(n int, at func(i int) (geo.Box, uint32)) []uint64 {
	all := geo.Empty
	for i := range n {
		if b, _ := at(i); !b.IsEmpty() {
			all = all.Union(b)
		}
	}
	// The curve has 2¹⁶ cells a side, spread over twice the centres' square.
	size := max(int64(all.Max.X)-int64(all.Min.X), int64(all.Max.Y)-int64(all.Min.Y))*2 + 1
	keys := make([]uint64, 0, n)
	for i := range n {
		b, _ := at(i)
		if b.IsEmpty() {
			continue
		}
		x := int64(b.Min.X) + int64(b.Max.X) - 2*int64(all.Min.X)
		y := int64(b.Min.Y) + int64(b.Max.Y) - 2*int64(all.Min.Y)
		keys = append(keys, uint64(hilbert(uint32(x<<16/size), uint32(y<<16/size)))<<32|uint64(uint32(i)))
	}
	slices.Sort(keys)
	return keys
}

// hilbert is the place along a Hilbert curve of a cell of 2¹⁶ × 2¹⁶, from the
// highest bit down: each pair of bits picks the quarter, and the quarter's own
// curve is turned accordingly.
func hilbert(x, y uint32) uint32 {
	var d uint32
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		right, down := x&s != 0, y&s != 0
		switch {
		case !right && !down:
			x, y = y, x
		case !right:
			d += s * s
		case down:
			d += 2 * s * s
		default:
			d += 3 * s * s
			x, y = ^y, ^x
		}
	}
	return d
}

func (t *Tree) leaves(keys []uint64, at func(i int) (geo.Box, uint32)) []*node {
	t.count = len(keys)
	nodes := make([]*node, 0, (len(keys)+capacity-1)/capacity)
	for keys := range slices.Chunk(keys, capacity) {
		leaf := &node{owner: t.mine(), count: len(keys)}
		for i, key := range keys {
			leaf.boxes[i], leaf.ids[i] = at(int(uint32(key)))
		}
		nodes = append(nodes, leaf)
	}
	return nodes
}

func (t *Tree) parents(kids []*node) []*node {
	nodes := make([]*node, 0, (len(kids)+capacity-1)/capacity)
	for kids := range slices.Chunk(kids, capacity) {
		n := &node{owner: t.mine(), count: len(kids), kids: new([capacity]*node)}
		for i, kid := range kids {
			n.boxes[i], n.kids[i] = kid.box(), kid
		}
		nodes = append(nodes, n)
	}
	return nodes
}
