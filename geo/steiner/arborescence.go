package steiner

import "slices"

// link is an arc of a graph that may have been contracted.
type link struct {
	from, to int32
	cost     int64
	arc      int32 // position in the links of the level below
}

// arborescence is the cheapest tree from the root to all nodes (Edmonds 1967): exact
// where every node is to be passed. ok is false where one cannot be reached.
func (g *graph) arborescence() (t tree, ok bool) {
	var links []link
	for arc := range int32(2 * len(g.edges)) {
		if !g.closed(arc) {
			links = append(links, link{g.tail(arc), g.head(arc), g.edges[arc>>1].Cost, arc})
		}
	}
	chosen, ok := edmonds(g.nodes, g.root, links)
	if !ok {
		return t, false
	}
	var arcs []int32
	for _, n := range chosen {
		arcs = append(arcs, links[n].arc)
		t.cost += links[n].cost
	}
	t.arcs = g.ordered(arcs)
	return t, true
}

// edmonds lists, by their positions, the links of the tree.
func edmonds(nodes int, root int32, links []link) (chosen []int32, ok bool) {
	in := make([]int32, nodes) // by node: its cheapest link
	for i := range in {
		in[i] = -1
	}
	for n, l := range links {
		if l.to != root && l.from != l.to && (in[l.to] < 0 || l.cost < links[in[l.to]].cost) {
			in[l.to] = int32(n)
		}
	}
	group, groups, cyclic := cycles(root, in, links)
	if group == nil {
		return nil, false
	}
	if !cyclic {
		for _, n := range in {
			if n >= 0 {
				chosen = append(chosen, n)
			}
		}
		return chosen, true
	}
	var above []link
	for n, l := range links {
		if a, b := group[l.from], group[l.to]; a != b {
			cost := l.cost
			if l.to != root {
				cost -= links[in[l.to]].cost
			}
			above = append(above, link{a, b, cost, int32(n)})
		}
	}
	upper, ok := edmonds(groups, group[root], above)
	if !ok {
		return nil, false
	}
	entered := make([]bool, nodes) // by a link from outside its cycle
	for _, n := range upper {
		chosen = append(chosen, above[n].arc)
		entered[links[above[n].arc].to] = true
	}
	size := make([]int, groups)
	for _, n := range group {
		size[n]++
	}
	for node, n := range in {
		if n >= 0 && !entered[node] && size[group[node]] > 1 {
			chosen = append(chosen, n)
		}
	}
	return chosen, true
}

// cycles numbers the nodes so that those of one cycle of cheapest links share a number.
// It gives nil where a node has no link.
func cycles(root int32, in []int32, links []link) (group []int32, groups int, cyclic bool) {
	group = make([]int32, len(in))
	seen := make([]int32, len(in)) // by whose walk, plus one
	for i := range group {
		group[i] = -1
	}
	for start := range int32(len(in)) {
		node := start
		for node != root && seen[node] == 0 {
			if in[node] < 0 {
				return nil, 0, false
			}
			seen[node] = start + 1
			node = links[in[node]].from
		}
		if node == root || seen[node] != start+1 || group[node] >= 0 {
			continue
		}
		for cyclic = true; group[node] < 0; node = links[in[node]].from {
			group[node] = int32(groups)
		}
		groups++
	}
	for node := range group {
		if group[node] < 0 {
			group[node] = int32(groups)
			groups++
		}
	}
	return group, groups, cyclic
}

// ordered is a tree's arcs, each after that by which its tail is reached.
func (g *graph) ordered(arcs []int32) []int32 {
	below := make([][]int32, g.nodes)
	for _, arc := range arcs {
		below[g.tail(arc)] = append(below[g.tail(arc)], arc)
	}
	out := slices.Clone(below[g.root])
	for i := 0; i < len(out); i++ {
		out = append(out, below[g.head(out[i])]...)
	}
	return out
}
