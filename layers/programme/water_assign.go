package programme

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// choice is by village the position of its pipe in pipes; -1 for none.
type choice []int

func (w *waterworks) length(c choice) (mm int64) {
	for i, k := range c {
		if k >= 0 {
			mm += w.pipes[i][k].mm
		}
	}
	return mm
}

func (w *waterworks) spare(c choice) []int64 {
	spare := make([]int64, len(w.works))
	for n := range w.works {
		spare[n] = w.works[n].People
	}
	for i, k := range c {
		if k >= 0 {
			spare[w.pipes[i][k].works] -= w.people(i)
		}
	}
	return spare
}

// assign gives villages their works: by regret, mended, and then time and again for a
// few of them anew, kept where more people are served or as many by shorter pipes.
func (w *waterworks) assign(ctx context.Context) (choice, error) {
	best := make(choice, len(w.villages))
	spare := w.spare(nil)
	for i := range best {
		best[i] = -1
	}
	w.regret(best, spare, everyone(len(best)))
	w.mend(best, spare)
	random := rand.New(rand.NewPCG(1, 2))
	const tries, few = 10_000, 9
	for n := 0; n < tries && len(best) > 0; n++ {
		if n&255 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c, room := slices.Clone(best), slices.Clone(spare)
		var left []int
		for _, i := range w.around(random, 2+random.IntN(few)) {
			if c[i] >= 0 {
				room[w.pipes[i][c[i]].works] += w.people(i)
				c[i] = -1
			}
			left = append(left, i)
		}
		random.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
		for first := random.IntN(len(left) + 1); len(left) > first && first > 0; first-- { // these have first choice
			w.regret(c, room, left[first-1:first])
		}
		w.regret(c, room, slices.DeleteFunc(slices.Clone(left), func(i int) bool { return c[i] >= 0 }))
		for _, i := range left {
			w.move(c, room, i)
		}
		if p, q := w.served(c), w.served(best); p > q || p == q && w.length(c) < w.length(best) {
			best, spare = c, room
		}
	}
	return best, nil
}

func everyone(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// around picks villages that may want the same works as one picked at random.
func (w *waterworks) around(random *rand.Rand, few int) (list []int) {
	first := random.IntN(len(w.villages))
	wants := map[int]bool{}
	for _, p := range w.pipes[first][:min(3, len(w.pipes[first]))] {
		wants[p.works] = true
	}
	list = append(list, first)
	for _, i := range random.Perm(len(w.villages)) {
		if len(list) == few {
			break
		}
		if i != first && slices.ContainsFunc(w.pipes[i][:min(6, len(w.pipes[i]))], func(p pipe) bool { return wants[p.works] }) {
			list = append(list, i)
		}
	}
	return list
}

func (w *waterworks) served(c choice) (people int64) {
	for i, k := range c {
		if k >= 0 {
			people += w.people(i)
		}
	}
	return people
}

// regret gives those left their works, the village first that would lose most by its
// second choice.
func (w *waterworks) regret(c choice, spare []int64, left []int) {
	left = slices.Clone(left)
	for len(left) > 0 {
		best, worst, at := -1, int64(-1), 0
		for n, i := range left {
			first, second := -1, int64(math.MaxInt64/4)
			for k, p := range w.pipes[i] {
				if spare[p.works] < w.people(i) {
					continue
				}
				if first >= 0 {
					second = p.mm
					break
				}
				first = k
			}
			if first >= 0 {
				second -= w.pipes[i][first].mm
			}
			if first >= 0 && second > worst {
				best, worst, at = first, second, n
			}
		}
		if best < 0 {
			return
		}
		w.put(c, spare, left[at], best)
		left = slices.Delete(left, at, at+1)
	}
}

// mend shortens a choice: a village goes to nearer works that can take it, or can when
// one of theirs goes elsewhere; so do villages that have none yet.
func (w *waterworks) mend(c choice, spare []int64) {
	for again := true; again; {
		again = false
		for i := range c {
			again = w.move(c, spare, i) || again
		}
	}
}

func (w *waterworks) move(c choice, spare []int64, i int) bool {
	for k, p := range w.pipes[i] {
		if c[i] >= 0 && k >= c[i] {
			break
		}
		if spare[p.works] >= w.people(i) {
			w.put(c, spare, i, k)
			return true
		}
		for j := range c {
			if j == i || c[j] < 0 || w.pipes[j][c[j]].works != p.works || spare[p.works]+w.people(j) < w.people(i) {
				continue
			}
			for m, other := range w.pipes[j] {
				room := spare[other.works]
				if c[i] >= 0 && w.pipes[i][c[i]].works == other.works {
					room += w.people(i)
				}
				gain := w.pipes[j][c[j]].mm - other.mm
				if c[i] >= 0 {
					gain += w.pipes[i][c[i]].mm - p.mm
				}
				if other.works == p.works || room < w.people(j) || c[i] >= 0 && gain <= 0 {
					continue
				}
				w.put(c, spare, j, m)
				w.put(c, spare, i, k)
				return true
			}
		}
	}
	return false
}

func (w *waterworks) put(c choice, spare []int64, i, k int) {
	if c[i] >= 0 {
		spare[w.pipes[i][c[i]].works] += w.people(i)
	}
	c[i] = k
	spare[w.pipes[i][k].works] -= w.people(i)
}
