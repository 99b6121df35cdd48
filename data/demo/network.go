package demo

import "github.com/cuntu/cuntu/data/demo/ground"

// network is the roads as edges between neighbouring cells. Two lines meet only
// where they share a cell: diagonals that would cross between cells are kept
// apart, so that what looks like a junction is one.
type network struct {
	w     int
	off   [8]int
	mask  []uint8    // bit k: an edge in direction k
	route [][4]int32 // of the edges in directions 0 to 3, plus 1; 0 for none
}

func newNetwork(g *ground.Ground) *network {
	n := &network{w: g.Grid.W, mask: make([]uint8, len(g.Z)), route: make([][4]int32, len(g.Z))}
	n.off, _ = g.Grid.Offsets()
	return n
}

func (n *network) has(i, k int) bool { return n.mask[i]>>k&1 == 1 }

func (n *network) on(i int32) bool { return n.mask[i] != 0 }

// crosses tells whether a diagonal edge exists that would cross the one from i in
// direction k.
func (n *network) crosses(i, k int) bool {
	a := i + n.off[(k+7)&7] // the corner that k's diagonal passes on its right
	return n.has(a, (k+2)&7)
}

// routeOf is the route of the edge in direction k.
func (n *network) routeOf(i int32, k int) int32 {
	if k < 4 {
		return n.route[i][k] - 1
	}
	return n.route[int(i)+n.off[k]][k-4] - 1
}

// lay adds the edges of a path that are new, for a route, and says how many.
func (n *network) lay(path []int32, route int) int {
	added := 0
	for j := 1; j < len(path); j++ {
		i, to := path[j-1], path[j]
		k := n.direction(int(to - i))
		if n.has(int(i), k) {
			continue
		}
		n.mask[i] |= 1 << k
		n.mask[to] |= 1 << (k ^ 4)
		if k < 4 {
			n.route[i][k] = int32(route) + 1
		} else {
			n.route[to][k-4] = int32(route) + 1
		}
		added++
	}
	return added
}

func (n *network) direction(d int) int {
	for k, o := range n.off {
		if o == d {
			return k
		}
	}
	panic("demo: cells are not neighbours")
}

func (n *network) degree(i int32) int {
	d := 0
	for m := n.mask[i]; m != 0; m &= m - 1 {
		d++
	}
	return d
}

// chain is edges in a row with one route and no junction between.
type chain struct {
	route int32
	cells []int32
}

// chains takes the network apart at junctions, ends, changes of route and the
// cells for which cut holds, in the order of the cells.
func (n *network) chains(cut func(int32) bool) []chain {
	node := func(i int32) bool {
		if n.degree(i) != 2 || cut(i) {
			return true
		}
		first := int32(-2)
		for k := range 8 {
			if n.has(int(i), k) {
				if r := n.routeOf(i, k); first == -2 {
					first = r
				} else if r != first {
					return true
				}
			}
		}
		return false
	}
	done := make([]uint8, len(n.mask))
	var out []chain
	walk := func(i int32, k int) {
		c := chain{n.routeOf(i, k), []int32{i}}
		for {
			done[i] |= 1 << k
			i += int32(n.off[k])
			done[i] |= 1 << (k ^ 4)
			c.cells = append(c.cells, i)
			if node(i) || i == c.cells[0] {
				break
			}
			for next := range 8 {
				if n.has(int(i), next) && next != k^4 {
					k = next
					break
				}
			}
		}
		out = append(out, c)
	}
	for pass := range 2 { // rings without a node are left for the second
		for i := range n.mask {
			if n.mask[i] == 0 || pass == 0 && !node(int32(i)) {
				continue
			}
			for k := range 8 {
				if n.has(i, k) && done[i]>>k&1 == 0 {
					walk(int32(i), k)
				}
			}
		}
	}
	return out
}
