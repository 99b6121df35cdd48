package mesh

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawPoints are different points; on a small lattice many are in line and on one circle.
func drawPoints(t *rapid.T) []Point {
	size := rapid.SampledFrom([]int64{3, 12, 1 << 27}).Draw(t, "size")
	at := rapid.Custom(func(t *rapid.T) Point {
		return Point{rapid.Int64Range(-size, size).Draw(t, "x"), rapid.Int64Range(-size, size).Draw(t, "y")}
	})
	return rapid.SliceOfNDistinct(at, 4, 60, func(p Point) Point { return p }).Draw(t, "points")
}

// check sees that triangles are counter-clockwise, that neighbours name each other, and that no two cover the same ground: twice
// the area of all is that of what they cover.
func check(t *rapid.T, m *Mesh) map[[2]int32]int32 {
	edges := map[[2]int32]int32{}
	for i, tri := range m.triangles {
		if m.dead[i] {
			continue
		}
		if m.side(tri.Corners[0], tri.Corners[1], tri.Corners[2]) <= 0 {
			t.Fatalf("triangle %v is flat or clockwise", tri)
		}
		for k, a := range tri.Corners {
			e := [2]int32{a, tri.Corners[(k+1)%3]}
			if _, twice := edges[e]; twice {
				t.Fatalf("two triangles lie left of %v", e)
			}
			edges[e] = int32(i)
		}
	}
	for e, i := range edges {
		k := m.corner(i, e[0])
		other, ok := edges[[2]int32{e[1], e[0]}]
		if !ok {
			other = none
		}
		if beside := m.triangles[i].Beside[k]; beside != other {
			t.Fatalf("beside %v lies %d, not %d", e, other, beside)
		}
	}
	return edges
}

func TestNoPointLiesWithinTheCircleOfATriangle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := New(drawPoints(t))
		check(t, m)
		used := map[int32]bool{}
		for i := range m.triangles {
			if m.dead[i] {
				continue
			}
			for p := range int32(len(m.points) - 3) {
				if !slices.Contains(m.triangles[i].Corners[:], p) && m.within(&m.triangles[i], p) {
					t.Fatalf("%d lies within the circle of %v", p, m.triangles[i])
				}
			}
			for _, c := range m.triangles[i].Corners {
				used[c] = true
			}
		}
		if len(used) != len(m.points) {
			t.Fatalf("%d of %d points are corners", len(used), len(m.points))
		}
	})
}

func TestForcedEdgesAreThereAndTheRestIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := drawPoints(t)
		m := New(points)
		var forced [][2]int32
		for range rapid.IntRange(1, 12).Draw(t, "tries") {
			a, b := rapid.Int32Range(0, int32(len(points)-1)).Draw(t, "a"), rapid.Int32Range(0, int32(len(points)-1)).Draw(t, "b")
			if a != b && m.mayBeForced(a, b, forced) {
				forced = append(forced, [2]int32{a, b})
			}
		}
		m.Constrain(forced)
		edges := check(t, m)
		for _, e := range forced {
			if _, ok := edges[e]; !ok {
				t.Fatalf("%v is not there", e)
			}
		}
	})
}

// mayBeForced tells whether no point lies on an edge and no forced one crosses it, one by one.
func (m *Mesh) mayBeForced(a, b int32, forced [][2]int32) bool {
	for p := range int32(len(m.points) - 3) {
		if p != a && p != b && m.side(a, b, p) == 0 {
			return false
		}
	}
	for _, e := range forced {
		c, d := e[0], e[1]
		if c != a && c != b && d != a && d != b && m.side(a, b, c)*m.side(a, b, d) < 0 && m.side(c, d, a)*m.side(c, d, b) < 0 {
			return false
		}
		if c == b && d == a {
			return false
		}
	}
	return true
}
