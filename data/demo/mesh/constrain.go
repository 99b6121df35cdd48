package mesh

import "slices"

// Constrain makes edges between points be edges of triangles (Sloan 1993). They may meet at their ends alone, and no
// other point may lie on one.
func (m *Mesh) Constrain(edges [][2]int32) {
	at := make([]int32, len(m.points)) // a triangle at each point
	for t, tri := range m.triangles {
		if !m.dead[t] {
			for _, c := range tri.Corners {
				at[c] = int32(t)
			}
		}
	}
	for _, e := range edges {
		m.force(e[0], e[1], at)
	}
}

// crossing is an edge that lies across a forced one, by its ends.
type crossing struct{ from, to int32 }

// force flips the edges that lie across one between two points until it is there.
func (m *Mesh) force(a, b int32, at []int32) {
	across := m.across(a, b, at)
	for len(across) > 0 {
		c := across[0]
		across = across[1:]
		t, k := m.find(c.from, c.to, at)
		n := m.triangles[t].Beside[k]
		left := m.triangles[t].Corners[(k+2)%3]
		right := m.triangles[n].Corners[(m.corner(n, c.to)+2)%3]
		if m.side(right, left, c.from) <= 0 || m.side(left, right, c.to) <= 0 {
			across = append(across, c) // no quadrilateral that can be cut the other way yet
			continue
		}
		m.flip(t, n, k, at)
		if left != a && left != b && right != a && right != b && m.side(a, b, left)*m.side(a, b, right) < 0 {
			across = append(across, crossing{right, left})
		}
	}
}

// find is the triangle whose edge runs from one point to another, and which of its edges that is; -1 for none.
func (m *Mesh) find(from, to int32, at []int32) (t int32, k int) {
	found := int32(none)
	m.around(from, at, func(t int32, corner int) bool {
		if m.triangles[t].Corners[(corner+1)%3] == to {
			found, k = t, corner
		}
		return found == none
	})
	return found, k
}

// around yields the triangles at a point, and which corner of each it is: counter-clockwise, and where that comes to the outside,
// the others clockwise.
func (m *Mesh) around(point int32, at []int32, yield func(t int32, corner int) bool) {
	first := at[point]
	t := first
	for t != none {
		k := m.corner(t, point)
		if !yield(t, k) {
			return
		}
		if t = m.triangles[t].Beside[(k+2)%3]; t == first {
			return
		}
	}
	for t = m.triangles[first].Beside[m.corner(first, point)]; t != none; {
		k := m.corner(t, point)
		if !yield(t, k) {
			return
		}
		t = m.triangles[t].Beside[k]
	}
}

// across are the edges that lie across the way from a to b, in order.
func (m *Mesh) across(a, b int32, at []int32) (list []crossing) {
	if t, _ := m.find(a, b, at); t != none {
		return nil
	}
	t, k := int32(none), 0
	m.around(a, at, func(n int32, corner int) bool {
		c := m.triangles[n].Corners
		if m.side(a, b, c[(corner+1)%3]) < 0 && m.side(a, b, c[(corner+2)%3]) > 0 {
			t, k = n, (corner+1)%3
		}
		return t == none
	})
	for {
		c := m.triangles[t].Corners
		from, to := c[k], c[(k+1)%3]
		list = append(list, crossing{from, to})
		n := m.triangles[t].Beside[k]
		tip := (m.corner(n, to) + 2) % 3 // the edge runs from to to from there
		switch beyond := m.triangles[n].Corners[tip]; {
		case beyond == b:
			return list
		case m.side(a, b, beyond) > 0: // left of the way: the edge from the right to it lies across
			t, k = n, slices.Index(m.triangles[n].Corners[:], from)
		default:
			t, k = n, tip
		}
	}
}

// flip cuts the quadrilateral of two triangles the other way. k is the edge of t that n lies beside.
func (m *Mesh) flip(t, n int32, k int, at []int32) {
	one, two := m.triangles[t], m.triangles[n]
	from, to, left := one.Corners[k], one.Corners[(k+1)%3], one.Corners[(k+2)%3]
	j := m.corner(n, to)
	right := two.Corners[(j+2)%3]
	toLeft, leftFrom := one.Beside[(k+1)%3], one.Beside[(k+2)%3]
	fromRight, rightTo := two.Beside[(j+1)%3], two.Beside[(j+2)%3]
	m.triangles[t] = Triangle{[3]int32{right, left, from}, [3]int32{n, leftFrom, fromRight}}
	m.triangles[n] = Triangle{[3]int32{left, right, to}, [3]int32{t, rightTo, toLeft}}
	if fromRight != none {
		m.meet(fromRight, right, t)
	}
	if toLeft != none {
		m.meet(toLeft, left, n)
	}
	at[left], at[right], at[from], at[to] = t, t, t, n
}
