package programme

import "container/heap"

// flow is a network in which as much as possible is sent from its first node to its last
// at the least cost, by the successive shortest paths of Busacker and Gowen (1961) with
// the potentials of Edmonds and Karp (1972).
type flow struct {
	first []int32 // by node: its first arc, -1 for none
	arcs  []flowArc
}

type flowArc struct {
	to, next int32
	room     int64
	cost     int64
}

func newFlow(nodes int) *flow {
	f := &flow{first: make([]int32, nodes)}
	for i := range f.first {
		f.first[i] = -1
	}
	return f
}

// join adds an arc, and one that leads back.
func (f *flow) join(from, to int32, room, cost int64) {
	n := int32(len(f.arcs))
	f.arcs = append(f.arcs, flowArc{to, f.first[from], room, cost}, flowArc{from, f.first[to], 0, -cost})
	f.first[from], f.first[to] = n, n+1
}

type flowItem struct {
	cost int64
	node int32
}

type flowQueue []flowItem

func (q flowQueue) Len() int           { return len(q) }
func (q flowQueue) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q flowQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *flowQueue) Push(x any)        { *q = append(*q, x.(flowItem)) }
func (q *flowQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// run sends all that it can and is what that costs.
func (f *flow) run(stop func() error) (sent, cost int64, err error) {
	const never = int64(1) << 60
	n, last := len(f.first), int32(len(f.first)-1)
	potential, dist, via := make([]int64, n), make([]int64, n), make([]int32, n)
	for {
		if err := stop(); err != nil {
			return sent, cost, err
		}
		for i := range dist {
			dist[i], via[i] = never, -1
		}
		dist[0] = 0
		queue := flowQueue{{0, 0}}
		for len(queue) > 0 {
			it := heap.Pop(&queue).(flowItem)
			if it.cost > dist[it.node] {
				continue
			}
			if it.node == last {
				break
			}
			for a := f.first[it.node]; a >= 0; a = f.arcs[a].next {
				arc := &f.arcs[a]
				if c := it.cost + arc.cost + potential[it.node] - potential[arc.to]; arc.room > 0 && c < dist[arc.to] {
					dist[arc.to], via[arc.to] = c, a
					heap.Push(&queue, flowItem{c, arc.to})
				}
			}
		}
		if dist[last] == never {
			return sent, cost, nil
		}
		for i := range potential {
			potential[i] += min(dist[i], dist[last])
		}
		room := never
		for v := last; v != 0; v = f.arcs[via[v]^1].to {
			room = min(room, f.arcs[via[v]].room)
		}
		for v := last; v != 0; v = f.arcs[via[v]^1].to {
			f.arcs[via[v]].room -= room
			f.arcs[via[v]^1].room += room
			cost += room * f.arcs[via[v]].cost
		}
		sent += room
	}
}
