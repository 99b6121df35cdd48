package geo

import (
	"container/heap"
	"math"
)

// Pole is the place inside of a polygon that lies farthest from its edges on the map, its pole of inaccessibility (Garcia-Castellanos
// and Lombardo 2007), to a hundredth of the distance; of points and lines, Label. It looks at every edge some dozens of times.
func (s Shape) Pole() Point {
	box := s.Box()
	width, height := int64(box.Max.X)-int64(box.Min.X), int64(box.Max.Y)-int64(box.Min.Y)
	if s.Kind != Polygons || min(width, height) == 0 {
		return s.Label()
	}
	// Squares cover the polygon; the one that may still hold the best place is cut into four until none can be better
	// by much (Agafonkin 2016).
	half := float64(min(width, height)) / 2
	var squares poleSquares
	for x := float64(box.Min.X) + half; x-half < float64(box.Max.X); x += 2 * half {
		for y := float64(box.Min.Y) + half; y-half < float64(box.Max.Y); y += 2 * half {
			squares = append(squares, s.poleSquare(x, y, half))
		}
	}
	heap.Init(&squares)
	label := s.Label()
	best := s.poleSquare(float64(label.X), float64(label.Y), 0)
	for len(squares) > 0 {
		q := heap.Pop(&squares).(poleSquare)
		if q.off > best.off {
			best = q
		}
		if q.most() <= best.off*1.01+1 {
			break
		}
		h := q.half / 2
		for _, at := range [4][2]float64{{q.x - h, q.y - h}, {q.x + h, q.y - h}, {q.x - h, q.y + h}, {q.x + h, q.y + h}} {
			heap.Push(&squares, s.poleSquare(at[0], at[1], h))
		}
	}
	return Point{int32(math.Round(best.x)), int32(math.Round(best.y))}
}

// poleSquare is a square of the map.
type poleSquare struct {
	x, y, half float64
	off        float64 // of its middle from the nearest edge; less than 0 outside
}

// most is how far any place in it may lie from the nearest edge.
func (q *poleSquare) most() float64 { return q.off + q.half*math.Sqrt2 }

func (s Shape) poleSquare(x, y, half float64) poleSquare {
	least, in := math.Inf(1), false
	for a, b := range s.edges {
		ax, ay, bx, by := float64(a.X), float64(a.Y), float64(b.X), float64(b.Y)
		if (ay > y) != (by > y) && x < ax+(bx-ax)*(y-ay)/(by-ay) {
			in = !in
		}
		dx, dy := bx-ax, by-ay
		t := 0.0
		if square := dx*dx + dy*dy; square > 0 {
			t = max(0, min(1, ((x-ax)*dx+(y-ay)*dy)/square))
		}
		fx, fy := ax+t*dx-x, ay+t*dy-y
		least = min(least, fx*fx+fy*fy)
	}
	off := math.Sqrt(least)
	if !in {
		off = -off
	}
	return poleSquare{x, y, half, off}
}

// poleSquares has the one that may hold the best place first.
type poleSquares []poleSquare

func (q poleSquares) Len() int           { return len(q) }
func (q poleSquares) Less(i, j int) bool { return q[i].most() > q[j].most() }
func (q poleSquares) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *poleSquares) Push(x any)        { *q = append(*q, x.(poleSquare)) }
func (q *poleSquares) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
