package parcel

import (
	"math"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// buckets are squares of the plane with what lies in each.
type buckets struct {
	size float64
	has  map[[2]int32][]int32
}

func newBuckets(size float64) *buckets { return &buckets{size, map[[2]int32][]int32{}} }

func (b *buckets) add(n int32, at plane.XY) {
	key := b.key(at)
	b.has[key] = append(b.has[key], n)
}

func (b *buckets) key(p plane.XY) [2]int32 {
	return [2]int32{int32(math.Floor(p.X / b.size)), int32(math.Floor(p.Y / b.size))}
}

// around yields what may lie within so many metres of a place.
func (b *buckets) around(p plane.XY, metres float64, yield func(n int32) bool) {
	low, high := b.key(plane.XY{X: p.X - metres, Y: p.Y - metres}), b.key(plane.XY{X: p.X + metres, Y: p.Y + metres})
	for x := low[0]; x <= high[0]; x++ {
		for y := low[1]; y <= high[1]; y++ {
			for _, n := range b.has[[2]int32{x, y}] {
				if !yield(n) {
					return
				}
			}
		}
	}
}
