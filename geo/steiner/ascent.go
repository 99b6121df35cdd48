package steiner

import "context"

// ascent is Wong's dual ascent: prices of cuts, of which each must be paid by any tree.
type ascent struct {
	*graph
	reduced []int64 // by arc: what is left of its cost
	bound   int64
	mark    []int32 // by node: the cut last searched that holds it
	marks   int32
	cut     []int32 // the nodes of that cut
}

func newAscent(g *graph) *ascent {
	a := &ascent{graph: g, reduced: make([]int64, 2*len(g.edges)), mark: make([]int32, g.nodes)}
	for i := range a.reduced {
		a.reduced[i] = g.edges[i>>1].Cost
		if g.closed(int32(i)) {
			a.reduced[i] = Must
		}
	}
	return a
}

// run raises the prices until every terminal has a way that is paid for. tilt, by node,
// breaks the order in which cuts are chosen. ok is false where a terminal has no way.
func (a *ascent) run(ctx context.Context, tilt []int64) (ok bool, err error) {
	var waiting queue
	for node, is := range a.terminal {
		if is {
			size := int64(len(a.out(int32(node)))) * 4
			if tilt != nil {
				size += tilt[node]
			}
			waiting.push(item{size, int32(node)})
		}
	}
	for n := 0; len(waiting) > 0; n++ {
		if n&63 == 63 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		t := waiting.pop().node
		if a.gather(t) {
			continue
		}
		for {
			lowest, entering := a.enter()
			if lowest >= Must {
				return false, nil
			}
			size := entering * 4
			if tilt != nil {
				size += tilt[t]
			}
			// A cut that has grown much waits for the smaller ones.
			if len(waiting) > 0 && size > waiting[0].cost+waiting[0].cost/4 {
				waiting.push(item{size, t})
				break
			}
			a.bound += lowest
			if a.pay(lowest) {
				break
			}
		}
	}
	return true, nil
}

// gather finds the cut of a terminal: all nodes from which it can be reached over arcs
// that are paid for. It reports whether the root is one of them.
func (a *ascent) gather(t int32) bool {
	a.marks++
	a.cut = append(a.cut[:0], t)
	a.mark[t] = a.marks
	return a.spread(0)
}

// spread takes in what reaches the cut's nodes from the one with the number on.
func (a *ascent) spread(from int) bool {
	for i := from; i < len(a.cut); i++ {
		node := a.cut[i]
		if node == a.root {
			return true
		}
		for _, arc := range a.out(node) {
			if in := arc ^ 1; a.reduced[in] == 0 {
				if u := a.head(arc); a.mark[u] != a.marks {
					a.mark[u] = a.marks
					a.cut = append(a.cut, u)
				}
			}
		}
	}
	return false
}

// enter is the least that is left of the arcs into the cut, and how many there are.
func (a *ascent) enter() (lowest, entering int64) {
	lowest = Must
	for _, node := range a.cut {
		for _, arc := range a.out(node) {
			if a.mark[a.head(arc)] != a.marks {
				if left := a.reduced[arc^1]; left < Must {
					entering++
					lowest = min(lowest, left)
				}
			}
		}
	}
	return lowest, entering
}

// pay takes a price from all arcs into the cut and lets it grow over those that are
// paid for. It reports whether it has grown to the root.
func (a *ascent) pay(price int64) bool {
	size := len(a.cut)
	for _, node := range a.cut[:size] {
		for _, arc := range a.out(node) {
			u := a.head(arc)
			if in := arc ^ 1; a.mark[u] != a.marks && a.reduced[in] < Must {
				a.reduced[in] -= price
			}
		}
	}
	for _, node := range a.cut[:size] {
		for _, arc := range a.out(node) {
			if u := a.head(arc); a.mark[u] != a.marks && a.reduced[arc^1] == 0 {
				a.mark[u] = a.marks
				a.cut = append(a.cut, u)
			}
		}
	}
	return a.spread(size)
}

// useless finds the arcs that no tree cheaper than most can use: a tree with the arc
// pays the bound and what is left on a way from the root over the arc to a terminal.
func (a *ascent) useless(most int64) func(arc int32) bool {
	from := a.distances([]int32{a.root}, false)
	var terminals []int32
	for node, is := range a.terminal {
		if is {
			terminals = append(terminals, int32(node))
		}
	}
	to := a.distances(terminals, true)
	room := most - a.bound
	return func(arc int32) bool {
		u, v := a.tail(arc), a.head(arc)
		return from[u] >= Must || to[v] >= Must || a.reduced[arc] >= Must || from[u]+a.reduced[arc]+to[v] >= room
	}
}

func (a *ascent) distances(sources []int32, against bool) []int64 {
	dist := make([]int64, a.nodes)
	for i := range dist {
		dist[i] = Must
	}
	var waiting queue
	for _, s := range sources {
		dist[s] = 0
		waiting.push(item{0, s})
	}
	for len(waiting) > 0 {
		it := waiting.pop()
		if it.cost > dist[it.node] {
			continue
		}
		for _, arc := range a.out(it.node) {
			left := a.reduced[arc]
			if against {
				left = a.reduced[arc^1]
			}
			if left >= Must {
				continue
			}
			if v := a.head(arc); it.cost+left < dist[v] {
				dist[v] = it.cost + left
				waiting.push(item{dist[v], v})
			}
		}
	}
	return dist
}
