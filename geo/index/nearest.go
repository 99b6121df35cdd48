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
	if t.Len() == 0 {
		return
	}
	origin := geo.At(p)
	var room [64]measured // most questions need no more
	waiting := queue(room[:0])
	more := true
	// Items come by the bound of their box. One that is measured waits until no box that
	// is still to come may hold a nearer one.
	take := func(id uint32, bound float64) bool {
		for more && len(waiting) > 0 && waiting[0].metres < bound {
			more = yield(waiting[0].id, waiting[0].metres)
			waiting = waiting.pop()
		}
		if !more || bound > metres {
			return false
		}
		if d := dist(id); d <= metres && !math.IsInf(d, 1) {
			waiting = waiting.push(measured{d, id})
		}
		return true
	}
	var bounded [fewBoxes]measured
	if boxes, all := t.inReach(bounded[:0], &origin, p, metres); all {
		for more && len(boxes) > 0 && take(boxes[0].id, boxes[0].metres) {
			boxes = boxes.pop()
		}
	} else {
		t.base.Nearby(
			func(least, most [2]float64, _ uint32, _ bool) float64 { return origin.Bound(boxOf(least, most)) },
			func(_, _ [2]float64, id uint32, bound float64) bool { return take(t.id(id), bound) })
	}
	for more && len(waiting) > 0 {
		more = yield(waiting[0].id, waiting[0].metres)
		waiting = waiting.pop()
	}
}

// fewBoxes is how many boxes are listed before they are taken from the tree one by one.
const fewBoxes = 128

// inReach lists the items whose boxes come within reach, by the bound of those; all is
// false where they are too many. A search costs less than a walk through the tree from the
// nearest node on, which bounds every box that it passes, and queues it.
func (t *Tree) inReach(boxes queue, origin *geo.Origin, p orb.Point, metres float64) (_ queue, all bool) {
	if math.IsInf(metres, 1) {
		return nil, false
	}
	window, whole := geo.Around(p, metres)
	if !whole {
		return nil, false
	}
	least, most := corners(window)
	t.base.Search(least, most, func(least, most [2]float64, id uint32) bool {
		if len(boxes) == fewBoxes {
			whole = false
			return false
		}
		boxes = boxes.push(measured{origin.Bound(boxOf(least, most)), t.id(id)})
		return true
	})
	return boxes, whole
}

// measured is an item with its distance.
type measured struct {
	metres float64
	id     uint32
}

func (a measured) before(b measured) bool {
	return a.metres < b.metres || a.metres == b.metres && a.id < b.id
}

// queue is a heap with the nearest item first. Its methods return the queue as
// append does, so that its memory may stay on the stack.
type queue []measured

func (q queue) push(m measured) queue {
	h := append(q, m)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !m.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = m
	return h
}

func (q queue) pop() queue {
	last := q[len(q)-1]
	h := q[:len(q)-1]
	if len(h) == 0 {
		return h
	}
	i := 0
	for {
		kid := 2*i + 1
		if kid >= len(h) {
			break
		}
		if kid+1 < len(h) && h[kid+1].before(h[kid]) {
			kid++
		}
		if !h[kid].before(last) {
			break
		}
		h[i] = h[kid]
		i = kid
	}
	h[i] = last
	return h
}
