package tiles

// area2 is twice the signed area of a ring: positive when it runs clockwise on
// the map, as outer rings do.
func area2(ring []point) int64 {
	if len(ring) < 3 {
		return 0
	}
	var sum int64
	last := ring[len(ring)-1]
	for _, p := range ring {
		sum += int64(last.x)*int64(p.y) - int64(p.x)*int64(last.y)
		last = p
	}
	return sum
}

// turn is positive where a, b, c turn clockwise on the map, 0 where they are in line.
func turn(a, b, c point) int64 {
	return int64(b.x-a.x)*int64(c.y-b.y) - int64(b.y-a.y)*int64(c.x-b.x)
}

// tidy removes what has no area: repeated vertices, vertices in line with their
// neighbours and spikes, where the ring goes back the way it came. What it keeps
// encloses the same area. It works in place and returns the ring's new form,
// which has no vertex left where nothing else has.
func tidy(ring []point) []point {
	n := 0
	for _, p := range ring {
		n = push(ring, n, p)
	}
	first := 0
	for n-first >= 3 { // where the end meets the beginning
		a, b := ring[n-1], ring[first]
		switch {
		case turn(ring[n-2], a, b) == 0:
			n--
		case turn(a, b, ring[first+1]) == 0:
			first++
		default:
			return ring[first:n]
		}
	}
	return ring[:0]
}

// push puts p behind the first n vertices after taking off those that it makes
// needless, and returns how many there are then.
func push(ring []point, n int, p point) int {
	for n >= 2 && turn(ring[n-2], ring[n-1], p) == 0 {
		n--
	}
	if n == 1 && ring[0] == p {
		return n
	}
	ring[n] = p
	return n + 1
}

func reverse(ring []point) {
	for l, r := 1, len(ring)-1; l < r; l, r = l+1, r-1 {
		ring[l], ring[r] = ring[r], ring[l]
	}
}

// holds tells whether p lies in the ring. On the ring it is either.
func holds(ring []point, p point) (in bool) {
	last := ring[len(ring)-1]
	for _, q := range ring {
		if (last.y > p.y) != (q.y > p.y) {
			t := turn(last, q, p)
			if (t > 0) == (q.y > last.y) {
				in = !in
			}
		}
		last = q
	}
	return in
}

// ringIn tells whether a hole lies in an outer ring: whether the first of its
// vertices that is not on the ring does.
func ringIn(outer, hole []point) bool {
	for _, p := range hole {
		if !on(outer, p) {
			return holds(outer, p)
		}
	}
	return false
}

func on(ring []point, p point) bool {
	a := ring[len(ring)-1]
	for _, b := range ring {
		if turn(a, b, p) == 0 &&
			min(a.x, b.x) <= p.x && p.x <= max(a.x, b.x) && min(a.y, b.y) <= p.y && p.y <= max(a.y, b.y) {
			return true
		}
		a = b
	}
	return false
}
