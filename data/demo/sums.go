package demo

import (
	"fmt"
	"sort"
)

// apportion splits a total into whole parts in proportion to weights, by the
// largest remainder, ties to the earlier part.
func apportion(total int, weights []float64) []int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	parts, rest := make([]int, len(weights)), make([]float64, len(weights))
	left := total
	for i, w := range weights {
		exact := float64(total) * w / sum
		parts[i] = int(exact)
		rest[i] = exact - float64(parts[i])
		left -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]] })
	for i := 0; left > 0; i = (i + 1) % len(order) {
		parts[order[i]]++
		left--
	}
	return parts
}

// apportionWithin is apportion with a most for each part: what a part cannot take
// goes to the others in proportion.
func apportionWithin(total int, weights []float64, most []int) []int {
	parts := make([]int, len(weights))
	for left := total; left > 0; {
		open, room := make([]float64, len(weights)), 0
		for i := range weights {
			if r := most[i] - parts[i]; r > 0 {
				open[i] = weights[i]
				room += r
			}
		}
		if room < left {
			panic(fmt.Sprintf("demo: %d more than the parts can take", left-room))
		}
		for i, p := range apportion(left, open) {
			p = min(p, most[i]-parts[i])
			parts[i] += p
			left -= p
		}
	}
	return parts
}
