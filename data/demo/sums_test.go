package demo

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPartsSumToTheirTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0.01, 100), 1, 50).Draw(t, "weights")
		total := rapid.IntRange(0, 100000).Draw(t, "total")
		most := make([]int, len(weights))
		room := 0
		for i := range most {
			most[i] = rapid.IntRange(0, 5000).Draw(t, "most")
			room += most[i]
		}
		sum, all := 0, 0.0
		for _, w := range weights {
			all += w
		}
		for i, p := range apportion(total, weights) {
			sum += p
			if exact := float64(total) * weights[i] / all; float64(p) < exact-1.001 || float64(p) > exact+1.001 {
				t.Fatalf("part %d is %d of %f", i, p, exact)
			}
		}
		if sum != total {
			t.Fatalf("sum %d, want %d", sum, total)
		}
		within := min(total, room)
		sum = 0
		for i, p := range apportionWithin(within, weights, most) {
			if sum += p; p > most[i] {
				t.Fatalf("part %d is %d, at most %d", i, p, most[i])
			}
		}
		if sum != within {
			t.Fatalf("sum %d, want %d", sum, within)
		}
	})
}
