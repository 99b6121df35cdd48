package network

// Apart lists nodes of the graph such that, but for them, nodes lie in one component of after just where they lay in one of
// before, a subset of a graph from which moves lead to this one; nodes that are added are left out. Of a component that fell
// apart, or of several that became one, it leaves out the largest part. It costs some passes over the nodes.
func (g *Graph) Apart(before, after *Subset, since *Moves) (nodes []int32) {
	const several = none - 1
	old, young := before.parts(), after.parts()
	if old == young {
		return nil
	}
	now, then := filled(old.count, none), filled(young.count, none) // the one component that each became, or was
	each := func(yield func(node, was, is int32)) {
		for _, m := range since.nodes {
			for i := range m.count {
				yield(m.to+i, old.of[m.from+i], young.of[m.to+i])
			}
		}
	}
	mark := func(of *int32, other int32) {
		switch *of {
		case none:
			*of = other
		case other:
		default:
			*of = several
		}
	}
	any := false
	each(func(_, was, is int32) {
		mark(&now[was], is)
		mark(&then[is], was)
		any = any || now[was] == several || then[is] == several
	})
	if !any {
		return nil
	}
	type pair struct{ was, is int32 }
	count := map[pair]int{}
	each(func(_, was, is int32) {
		if now[was] == several || then[is] == several {
			count[pair{was, is}]++
		}
	})
	largest, largestOf := map[int32]pair{}, map[int32]pair{} // by was, by is
	larger := func(in map[int32]pair, key int32, p pair) {
		best, ok := in[key]
		if n, most := count[p], count[best]; !ok || n > most || n == most && (p.was < best.was || p.was == best.was && p.is < best.is) {
			in[key] = p
		}
	}
	for p := range count {
		larger(largest, p.was, p)
		larger(largestOf, p.is, p)
	}
	each(func(node, was, is int32) {
		p := pair{was, is}
		if (now[was] == several || then[is] == several) && (largest[was] != p || largestOf[is] != p) {
			nodes = append(nodes, node)
		}
	})
	return nodes
}
