package programme

import (
	"container/heap"
	"math"

	"github.com/cuntu/cuntu/geo/steiner"
)

// block is a part of a tree that is built in one go: what it costs and how many gain.
type block struct {
	cost, gain int64
	nodes      []int32
	parent     int32 // a node of the block above
	version    int
}

// ratio is what the block gains for its cost.
func (b *block) ratio() float64 {
	if b.cost == 0 {
		return math.Inf(1)
	}
	return float64(b.gain) / float64(b.cost)
}

// candidates are blocks by their ratios, as they were when they were put in.
type candidates []candidate

type candidate struct {
	ratio          float64
	block, version int
}

func (c candidates) Len() int { return len(c) }
func (c candidates) Less(i, j int) bool {
	return c[i].ratio > c[j].ratio || c[i].ratio == c[j].ratio && c[i].block < c[j].block
}
func (c candidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(x any)   { *c = append(*c, x.(candidate)) }
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// order puts the nodes of a tree into the order in which the most is gained over the
// course of the works: the sum over what is spent of all that is gained by then is the
// greatest of all orders in which each node comes after the one above it (Horn 1972).
// Time and again the block that gains most for its cost goes right behind the one above
// it, for nothing can be better than to go on with it once it can be begun.
func order(root int32, uses []steiner.Use, edges []steiner.Edge, gain map[int32]int64) []int32 {
	at := map[int32]int{root: 0} // by node: where its block stands
	blocks := []*block{{nodes: []int32{root}, parent: -1}}
	var queue candidates
	for i, u := range uses {
		from, to := ends(edges, u)
		at[to] = len(blocks)
		blocks = append(blocks, &block{cost: edges[u.Edge].Cost, gain: gain[to], nodes: []int32{to}, parent: from})
		queue = append(queue, candidate{blocks[i+1].ratio(), i + 1, 0})
	}
	heap.Init(&queue)
	into := make([]int, len(blocks)) // the block that one has become part of
	for i := range into {
		into[i] = i
	}
	find := func(i int) int {
		for into[i] != i {
			into[i] = into[into[i]]
			i = into[i]
		}
		return i
	}
	for len(queue) > 0 {
		next := heap.Pop(&queue).(candidate)
		b := blocks[next.block]
		if into[next.block] != next.block || b.version != next.version {
			continue
		}
		n := find(at[b.parent])
		above := blocks[n]
		into[next.block] = n
		above.nodes, b.nodes = append(above.nodes, b.nodes...), nil
		if n != 0 {
			above.cost, above.gain, above.version = above.cost+b.cost, above.gain+b.gain, above.version+1
			heap.Push(&queue, candidate{above.ratio(), n, above.version})
		}
	}
	return blocks[0].nodes
}

// ends are the nodes of a tree's edge, that nearer to the root first.
func ends(edges []steiner.Edge, u steiner.Use) (from, to int32) {
	e := edges[u.Edge]
	if u.Backward {
		return e.B, e.A
	}
	return e.A, e.B
}
