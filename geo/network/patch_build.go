package network

import (
	"cmp"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/curve"
)

// arrange puts the lines of the graph to come into their order.
func (p *patcher) arrange() {
	next := int32(0) // of the old graph
	copyTo := func(to int32) {
		for ; next < to; next++ {
			if p.gone[next] || p.again[next] {
				continue
			}
			p.extend(false, next)
		}
	}
	for l := range p.isAnew {
		if !p.isAnew[l] {
			continue
		}
		copyTo(p.place(int32(l)))
		p.extend(true, int32(l))
	}
	copyTo(int32(len(p.old.lines)))
}

// place is the line of the old graph before which a line of anew stands.
func (p *patcher) place(l int32) int32 {
	if p.oldLine[l] >= 0 {
		return p.oldLine[l]
	}
	code, row := p.anew.code(l), p.anew.lines[l].Row
	at := p.old.lineFrom(code)
	for at < int32(len(p.old.lines)) && p.old.code(at) == code && p.compare(p.old.lines[at].Row, row) < 0 {
		at++
	}
	return at
}

// extend adds a line to the last run, or begins one.
func (p *patcher) extend(anew bool, l int32) {
	g := p.old
	if anew {
		g = p.anew
	}
	edge, vertex := g.lineEdge[l], g.vertex[g.lineEdge[l]]
	edges, vertices := g.lineEdge[l+1]-edge, g.vertex[g.lineEdge[l+1]]-vertex
	if n := len(p.runs); n > 0 {
		if r := &p.runs[n-1]; r.anew == anew && r.line+r.lines == l {
			r.lines, r.edges, r.vertices = r.lines+1, r.edges+edges, r.vertices+vertices
			return
		}
	}
	p.runs = append(p.runs, run{anew: anew, line: l, lines: 1, edge: edge, edges: edges, vertex: vertex, vertices: vertices})
}

// number finds which nodes are added and dropped, and how all are numbered.
func (p *patcher) number() {
	used := map[geo.Point]bool{}
	for l, anew := range p.isAnew {
		if anew {
			p.anew.eachNode(int32(l), func(node int32) { used[p.anew.nodes[node]] = true })
		}
	}
	p.dropped = map[int32]bool{}
	for node := range p.ends() {
		if !used[p.old.nodes[node]] && !p.stays(node) {
			p.dropped[node] = true
		}
	}
	for at := range used {
		if _, ok := p.old.nodeAt(at); !ok {
			p.added = append(p.added, at)
		}
	}
	slices.SortFunc(p.added, func(a, b geo.Point) int { return cmp.Compare(curve.MortonOf(a), curve.MortonOf(b)) })
	p.renumber()
}

// ends are the nodes of the edges of the old graph that are made anew or gone.
func (p *patcher) ends() map[int32]bool {
	nodes := map[int32]bool{}
	for _, lines := range []map[int32]bool{p.gone, p.again} {
		for l := range lines {
			p.old.eachNode(l, func(node int32) { nodes[node] = true })
		}
	}
	return nodes
}

// stays tells whether a line that is not noded again meets a node of the old graph.
func (p *patcher) stays(node int32) bool {
	return slices.ContainsFunc(p.old.At(node), func(e int32) bool {
		l := p.old.line[e]
		return !p.gone[l] && !p.again[l]
	})
}

// eachNode yields the nodes along a line.
func (g *Graph) eachNode(line int32, yield func(node int32)) {
	for e := g.lineEdge[line]; e < g.lineEdge[line+1]; e++ {
		yield(g.edges[e].a)
		yield(g.edges[e].b)
	}
}

// nodeAt is the node whose place is the one given.
func (g *Graph) nodeAt(at geo.Point) (node int32, ok bool) {
	n, ok := slices.BinarySearchFunc(g.nodes, curve.MortonOf(at), func(p geo.Point, code uint64) int {
		return cmp.Compare(curve.MortonOf(p), code)
	})
	return int32(n), ok
}

// renumber numbers the nodes along the Z-order.
func (p *patcher) renumber() {
	next, to := int32(0), int32(0)
	keep := func(until int32) {
		p.moves.nodes = p.moves.nodes.add(next, to, until-next)
		next, to = until, to+until-next
	}
	drops, all := sortedKeys(p.dropped), int32(len(p.old.nodes))
	for added := p.added; len(added) > 0 || len(drops) > 0; {
		insert := all
		if len(added) > 0 {
			insert, _ = p.old.nodeAt(added[0])
		}
		if len(drops) > 0 && drops[0] < insert {
			keep(drops[0])
			drops, next = drops[1:], next+1
		} else {
			keep(insert)
			added, to = added[1:], to+1
		}
	}
	keep(all)
	p.nodes = p.moves.nodes.all(len(p.old.nodes))
	p.nodeOf = make([]int32, len(p.anew.nodes))
	for i, place := range p.anew.nodes {
		if old, ok := p.old.nodeAt(place); ok && p.nodes[old] >= 0 {
			p.nodeOf[i] = p.nodes[old]
		} else {
			p.nodeOf[i] = p.placeOfAdded(place)
		}
	}
}

// placeOfAdded is the number of a node that is added; -1 of one that lines beside alone meet.
func (p *patcher) placeOfAdded(at geo.Point) int32 {
	code := curve.MortonOf(at)
	i, ok := slices.BinarySearchFunc(p.added, code, func(p geo.Point, code uint64) int { return cmp.Compare(curve.MortonOf(p), code) })
	if !ok {
		return -1
	}
	before, _ := p.old.nodeAt(at)
	gone := int32(0)
	for node := range p.dropped {
		if node < before {
			gone++
		}
	}
	return before - gone + int32(i)
}

// build puts the graph together from the runs.
func (p *patcher) build() (*Graph, *Moves) {
	g := &Graph{tolerance: p.old.tolerance}
	p.allocate(g)
	var parts errgroup.Group
	parts.Go(func() error { p.writeEdges(g); return nil })
	parts.Go(func() error { p.writePoints(g); p.index(g); return nil })
	_ = parts.Wait()
	p.writeAround(g)
	ends := map[int32]bool{}
	for node := range p.ends() {
		if to := p.nodes[node]; to != none {
			ends[to] = true
		}
	}
	p.moves.ends = sortedKeys(ends)
	g.all = g.Carry(p.old.all, &p.moves, nil, nil)
	g.scratch = newScratch(g)
	return g, &p.moves
}

// allocate gives the runs their places and the graph its arrays.
func (p *patcher) allocate(g *Graph) {
	var lines, edges int32
	var vertices uint32
	for i := range p.runs {
		r := &p.runs[i]
		r.toLine, r.toEdge, r.toVertex = lines, edges, vertices
		if !r.anew {
			p.moves.edges = p.moves.edges.add(r.edge, r.toEdge, r.edges)
		}
		lines, edges, vertices = lines+r.lines, edges+r.edges, vertices+r.vertices
	}
	g.lines, g.lineEdge = make([]Attributes, lines), make([]int32, lines+1)
	g.edges, g.line, g.vertex = make([]edge, edges), make([]int32, edges), make([]uint32, edges+1)
	g.points, g.put = make([]geo.Point, vertices), make([]uint64, (vertices+63)/64)
	g.lineEdge[lines], g.vertex[edges] = edges, vertices
}

// from is the graph that a run is copied from, and the numbers of its nodes.
func (p *patcher) from(r *run) (*Graph, []int32) {
	if r.anew {
		return p.anew, p.nodeOf
	}
	return p.old, p.nodes
}

func (p *patcher) writeEdges(g *Graph) {
	for i := range p.runs {
		r := &p.runs[i]
		from, node := p.from(r)
		copy(g.lines[r.toLine:], from.lines[r.line:r.line+r.lines])
		for l := range r.lines {
			g.lineEdge[r.toLine+l] = from.lineEdge[r.line+l] - r.edge + r.toEdge
		}
		for e := range r.edges {
			was := &from.edges[r.edge+e]
			g.edges[r.toEdge+e] = edge{node[was.a], node[was.b], was.mm, was.ms}
			g.line[r.toEdge+e] = from.line[r.edge+e] - r.line + r.toLine
			g.vertex[r.toEdge+e] = from.vertex[r.edge+e] - r.vertex + r.toVertex
		}
	}
	g.nodes = p.writeNodes()
}

func (p *patcher) writeNodes() []geo.Point {
	nodes := make([]geo.Point, len(p.old.nodes)-len(p.dropped)+len(p.added))
	for i, to := range p.nodes {
		if to >= 0 {
			nodes[to] = p.old.nodes[i]
		}
	}
	for i, to := range p.nodeOf {
		if to >= 0 {
			nodes[to] = p.anew.nodes[i]
		}
	}
	return nodes
}

func (p *patcher) writePoints(g *Graph) {
	for i := range p.runs {
		r := &p.runs[i]
		from, _ := p.from(r)
		copy(g.points[r.toVertex:], from.points[r.vertex:r.vertex+r.vertices])
		copyBits(g.put, int(r.toVertex), from.put, int(r.vertex), int(r.vertices))
	}
}

// copyBits copies n bits from the one place to the other, where there were none.
func copyBits(to []uint64, at int, from []uint64, begin, n int) {
	for n > 0 {
		room := min(n, 64-at&63)
		word := from[begin>>6] >> (begin & 63)
		if begin&63+room > 64 {
			word |= from[begin>>6+1] << (64 - begin&63)
		}
		if room < 64 {
			word &= 1<<room - 1
		}
		to[at>>6] |= word << (at & 63)
		at, begin, n = at+room, begin+room, n-room
	}
}

// index puts the lines into a tree, in which those that stay keep their places.
func (p *patcher) index(g *Graph) {
	tree := p.old.tree.Renumbered(nil)
	slots, slotOf := make([]uint32, len(g.lines)), p.old.slot
	var free []uint32
	for _, l := range sortedKeys(p.gone) {
		tree.Delete(p.old.lineBox(l), slotOf(l))
		free = append(free, slotOf(l))
	}
	most := p.old.slotCount
	for i := range p.runs {
		r := &p.runs[i]
		for l := range r.lines {
			to := r.toLine + l
			switch {
			case !r.anew:
				slots[to] = slotOf(r.line + l)
			case p.oldLine[r.line+l] >= 0:
				old := p.oldLine[r.line+l]
				slots[to] = slotOf(old)
				if was, is := p.old.lineBox(old), p.anew.lineBox(r.line+l); was != is {
					tree.Delete(was, slots[to])
					tree.Insert(is, slots[to])
				}
			default:
				if n := len(free); n > 0 {
					slots[to], free = free[n-1], free[:n-1]
				} else {
					slots[to] = most
					most++
				}
				tree.Insert(p.anew.lineBox(r.line+l), slots[to])
			}
		}
	}
	numbers := make([]uint32, most)
	for l, slot := range slots {
		numbers[slot] = uint32(l)
	}
	g.slots, g.slotCount, g.tree = slots, most, tree.Renumbered(numbers)
}

// slot is the id in the tree of a line.
func (g *Graph) slot(line int32) uint32 {
	if g.slots == nil {
		return uint32(line)
	}
	return g.slots[line]
}

// writeAround lists the edges around each node: as they were, but where edges come or go.
func (p *patcher) writeAround(g *Graph) {
	edges := p.moves.edges.all(len(p.old.edges))
	touched := map[int32][]int32{} // edges made anew, by node
	p.moves.edges.gaps(len(g.edges), func(e int32) {
		for _, node := range [2]int32{g.edges[e].a, g.edges[e].b} {
			touched[node] = append(touched[node], e)
		}
	})
	g.first, g.around = make([]uint32, len(g.nodes)+1), make([]int32, 2*len(g.edges))
	at, next := uint32(0), int32(0)
	finish := func(to int32) { // the node, whose old edges are written
		if more, ok := touched[to]; ok {
			at += uint32(copy(g.around[at:], more))
			slices.Sort(g.around[g.first[to]:at])
		}
		g.first[to+1] = at
	}
	for node, to := range p.nodes {
		if to < 0 {
			continue
		}
		for ; next < to; next++ { // nodes that are added
			g.first[next] = at
			finish(next)
		}
		g.first[to] = at
		for _, e := range p.old.At(int32(node)) {
			if edge := edges[e]; edge >= 0 {
				g.around[at] = edge
				at++
			}
		}
		finish(to)
		next++
	}
	for ; int(next) < len(g.nodes); next++ {
		g.first[next] = at
		finish(next)
	}
}
