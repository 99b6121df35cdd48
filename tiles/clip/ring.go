package clip

// Area2 is twice the signed area of a ring: positive when it runs clockwise on
// the map, as outer rings do.
func Area2(ring []Point) int64 {
	if len(ring) < 3 {
		return 0
	}
	var sum int64
	last := ring[len(ring)-1]
	for _, p := range ring {
		sum += int64(last.X)*int64(p.Y) - int64(p.X)*int64(last.Y)
		last = p
	}
	return sum
}

// Turn is positive where a, b, c turn clockwise on the map, 0 where they are in line.
func Turn(a, b, c Point) int64 {
	return int64(b.X-a.X)*int64(c.Y-b.Y) - int64(b.Y-a.Y)*int64(c.X-b.X)
}

// Tidy removes what has no area: repeated vertices, vertices in line with their
// neighbours and spikes, where the ring goes back the way it came. What it keeps
// encloses the same area. It works in place and returns the ring's new form,
// which has no vertex left where nothing else has.
func Tidy(ring []Point) []Point {
	n := 0
	for _, p := range ring {
		n = push(ring, n, p)
	}
	first := 0
	for n-first >= 3 { // where the end meets the beginning
		a, b := ring[n-1], ring[first]
		switch {
		case Turn(ring[n-2], a, b) == 0:
			n--
		case Turn(a, b, ring[first+1]) == 0:
			first++
		default:
			return ring[first:n]
		}
	}
	return ring[:0]
}

// push puts p behind the first n vertices after taking off those that it makes
// needless, and returns how many there are then.
func push(ring []Point, n int, p Point) int {
	for n >= 2 && Turn(ring[n-2], ring[n-1], p) == 0 {
		n--
	}
	if n == 1 && ring[0] == p {
		return n
	}
	ring[n] = p
	return n + 1
}

func Reverse(ring []Point) {
	for l, r := 1, len(ring)-1; l < r; l, r = l+1, r-1 {
		ring[l], ring[r] = ring[r], ring[l]
	}
}

// holds tells whether p lies in the ring. On the ring it is either.
func holds(ring []Point, p Point) (in bool) {
	last := ring[len(ring)-1]
	for _, q := range ring {
		if (last.Y > p.Y) != (q.Y > p.Y) {
			t := Turn(last, q, p)
			if (t > 0) == (q.Y > last.Y) {
				in = !in
			}
		}
		last = q
	}
	return in
}

// ringIn tells whether a hole lies in an outer ring: whether the first of its
// vertices that is not on the ring does.
func ringIn(outer, hole []Point) bool {
	for _, p := range hole {
		if !on(outer, p) {
			return holds(outer, p)
		}
	}
	return false
}

func on(ring []Point, p Point) bool {
	a := ring[len(ring)-1]
	for _, b := range ring {
		if Turn(a, b, p) == 0 &&
			min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) && min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y) {
			return true
		}
		a = b
	}
	return false
}
