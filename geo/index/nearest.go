package index

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Nearest yields the items in the order of dist, then of their ids, until yield
// returns false: for the k nearest stop after k, for all within a radius see Within.
//
// dist is the distance in metres from p (degrees) to an item as it lies on the
// grid. It must not be less than the distance to the item's box, as it never is when
// it is 0 or geo.Distance to a place in that box. It is asked only for items whose
// box comes close enough to matter, once each; an item for which it is NaN or +Inf
// is left out.
func (t *Tree) Nearest(p orb.Point, dist func(id uint32) float64, yield func(id uint32, metres float64) bool) {
	t.Within(p, math.Inf(1), dist, yield)
}

// Within is Nearest for the items at most metres away.
func (t *Tree) Within(p orb.Point, metres float64, dist func(id uint32) float64, yield func(id uint32, metres float64) bool) {
	if t.root == nil {
		return
	}
	origin := geo.At(p)
	var room [512]candidate // most questions need no more, and allocate nothing
	q := queue(room[:0])
	q = q.addAll(t.root, &origin, metres)
	for len(q) > 0 {
		var c candidate
		c, q = q.pop()
		switch {
		case c.node != nil:
			q = q.addAll(c.node, &origin, metres)
		case c.measured:
			if !yield(c.id, c.metres) {
				return
			}
		default:
			if d := dist(c.id); d <= metres && !math.IsInf(d, 1) {
				q = q.push(candidate{metres: d, id: c.id, measured: true})
			}
		}
	}
}

// candidate is a node or an item with a lower bound of its distance, or an item
// with its distance.
type candidate struct {
	metres   float64
	node     *node
	id       uint32
	measured bool
}

// before puts bounds before distances of the same size, so that all items of one
// distance have been measured when the first of them leaves the queue, by id.
func (a *candidate) before(b *candidate) bool {
	if a.metres != b.metres {
		return a.metres < b.metres
	}
	if a.measured != b.measured {
		return b.measured
	}
	return a.id < b.id
}

// queue is a heap with the next candidate first. Its methods return the queue as
// append does, so that its memory may stay on the stack.
type queue []candidate

func (q queue) addAll(n *node, origin *geo.Origin, metres float64) queue {
	for i := range n.boxes[:n.count] {
		c := candidate{metres: origin.Bound(n.boxes[i])}
		if c.metres > metres {
			continue
		}
		if n.kids != nil {
			c.node = n.kids[i]
		} else {
			c.id = n.ids[i]
		}
		q = q.push(c)
	}
	return q
}

func (q queue) push(c candidate) queue {
	h := append(q, c)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !c.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = c
	return h
}

func (q queue) pop() (candidate, queue) {
	top, last := q[0], q[len(q)-1]
	h := q[:len(q)-1]
	if len(h) == 0 {
		return top, h
	}
	i := 0
	for {
		kid := 2*i + 1
		if kid >= len(h) {
			break
		}
		if kid+1 < len(h) && h[kid+1].before(&h[kid]) {
			kid++
		}
		if !h[kid].before(&last) {
			break
		}
		h[i] = h[kid]
		i = kid
	}
	h[i] = last
	return top, h
}
