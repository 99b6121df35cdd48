package layers

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
)

func drawLine(t *rapid.T) []geo.Point {
	size := int32(math.Exp2(rapid.Float64Range(3, 29).Draw(t, "size")))
	var line []geo.Point
	for range rapid.IntRange(2, 40).Draw(t, "n") {
		line = append(line, geo.Point{X: rapid.Int32Range(-size, size).Draw(t, "x"), Y: rapid.Int32Range(-size, size).Draw(t, "y")})
	}
	return line
}

func planarLine(line []geo.Point) (l orb.LineString) {
	for _, p := range line {
		l = append(l, orb.Point{float64(p.X), float64(p.Y)})
	}
	return l
}

func TestLineOfAZoomLiesWithinHalfAPixelOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		var r ranker
		ranks := make([]uint8, len(line))
		r.line(line, ranks)
		for z := range uint8(23) {
			var kept []geo.Point
			for i, p := range line {
				if ranks[i] <= z {
					kept = append(kept, p)
				}
			}
			tolerance := rankUnits * math.Exp2(20-float64(z))
			for _, p := range planarLine(line) {
				if d := planar.DistanceFrom(planarLine(kept), p); d > tolerance*1.000001 {
					t.Fatalf("zoom %d: %v is %v off, more than %v", z, p, d, tolerance)
				}
			}
			if want := douglasPeucker(line, tolerance); !slices.Equal(kept, want) {
				t.Fatalf("zoom %d: kept %v, want %v", z, kept, want)
			}
		}
		slices.Reverse(line)
		again := make([]uint8, len(line))
		r.line(line, again)
		if slices.Reverse(again); !bytes.Equal(again, ranks) {
			t.Fatalf("backward it is %v, forward %v", again, ranks)
		}
	})
}

// douglasPeucker is the algorithm as published, from the lesser end.
func douglasPeucker(line []geo.Point, tolerance float64) []geo.Point {
	line = slices.Clone(line)
	n := len(line)
	if c := comparePoints(line[0], line[n-1]); c > 0 || c == 0 && comparePoints(line[1], line[n-2]) > 0 {
		slices.Reverse(line)
		defer slices.Reverse(line)
		kept := simplify(line, tolerance)
		slices.Reverse(kept)
		return kept
	}
	return simplify(line, tolerance)
}

func simplify(line []geo.Point, tolerance float64) []geo.Point {
	if len(line) == 2 {
		return slices.Clone(line)
	}
	at, d := farthest(line)
	if d <= tolerance {
		return []geo.Point{line[0], line[len(line)-1]}
	}
	left := simplify(line[:at+1], tolerance)
	return append(left[:len(left)-1], simplify(line[at:], tolerance)...)
}

// border is, in a square cut into cells whose borders wiggle, the way from corner a to corner b of the grid, both of which it holds.
func border(ax, ay, bx, by int) []orb.Point {
	if ax > bx || ay > by {
		line := border(bx, by, ax, ay)
		slices.Reverse(line)
		return line
	}
	const steps = 12
	var line []orb.Point
	for k := range steps + 1 {
		f := float64(k) / steps
		wiggle := math.Sin(float64(k*k+ax*7+ay*13)) * math.Sin(math.Pi*f) / 6
		x, y := float64(ax)+f*float64(bx-ax), float64(ay)+f*float64(by-ay)
		if ax == bx {
			x += wiggle
		} else {
			y += wiggle
		}
		line = append(line, orb.Point{110 + x/10, 33 + y/10})
	}
	return line
}

// cell is the area from column x to column x+w, in row y, starting at one of its corners.
func cell(x, y, w, start int) orb.Polygon {
	var ring orb.Ring
	corners := [][2]int{}
	for i := range w + 1 {
		corners = append(corners, [2]int{x + i, y})
	}
	for i := range w + 1 {
		corners = append(corners, [2]int{x + w - i, y + 1})
	}
	n := len(corners)
	for i := range n {
		a, b := corners[(start+i)%n], corners[(start+i+1)%n]
		line := border(a[0], a[1], b[0], b[1])
		ring = append(ring, line[:len(line)-1]...)
	}
	return orb.Polygon{append(ring, ring[0])}
}

func TestRanksAfterEditsAreThoseOfAFreshLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := map[int64]*Feature{}
		draw := func(id int64) *Feature {
			x, y := int(id%4), int(id/4)
			return &Feature{ID: id, Geometry: cell(x, y, rapid.IntRange(1, 2).Draw(t, "w"), rapid.IntRange(0, 3).Draw(t, "start")), Values: make([]Value, 7)}
		}
		var first []*Feature
		for id := range int64(16) {
			if rapid.IntRange(0, 3).Draw(t, "there") > 0 {
				state[id] = draw(id)
				first = append(first, state[id])
			}
		}
		snap := build(t, mixed(), first...)
		for range 4 {
			var changes []Change
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				id := rapid.Int64Range(0, 15).Draw(t, "id")
				delete(state, id)
				if rapid.Bool().Draw(t, "put") {
					state[id] = draw(id)
				}
				changes = append(changes, Change{"mixed", id, state[id]})
			}
			old := ranksByID(snap)
			next, delta, err := snap.Apply(changes)
			if err != nil {
				t.Fatal(err)
			}
			if diff := differ(ranksByID(snap), old); len(diff) > 0 {
				t.Fatalf("the old snapshot changed: %v", diff)
			}
			fresh := build(t, mixed(), slices.Collect(maps.Values(state))...)
			if diff := differ(ranksByID(next), ranksByID(fresh)); len(diff) > 0 {
				t.Fatalf("ranks of %v differ from a fresh load", diff)
			}
			for _, id := range differ(old, ranksByID(next)) {
				row, ok := next.tables[0].Find(id)
				if ok && !slices.ContainsFunc(delta["mixed"].Shapes, next.tables[0].Shape(row).Equal) {
					t.Fatalf("%d got other ranks but is not touched", id)
				}
			}
			snap = next
		}
	})
}

func ranksByID(s *Snapshot) map[int64][]uint8 {
	ranks := map[int64][]uint8{}
	for row := range s.tables[0].Rows {
		_, r := s.tables[0].Ranked(row)
		ranks[s.tables[0].ID(row)] = slices.Clone(r)
	}
	return ranks
}

func differ(a, b map[int64][]uint8) (ids []int64) {
	for id, r := range a {
		if !bytes.Equal(r, b[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestNeighboursRankTheirCommonBorderAlike(t *testing.T) {
	var all []*Feature
	for id := range int64(9) {
		all = append(all, &Feature{ID: id, Geometry: cell(int(id%3), int(id/3), 1, int(id)%4), Values: make([]Value, 7)})
	}
	table := build(t, mixed(), all...).tables[0]
	ranks := map[geo.Point]uint8{}
	shared, between := 0, 0
	for row := range table.Rows {
		shape, r := table.Ranked(row)
		for i, p := range shape.Points {
			if old, seen := ranks[p]; seen {
				if shared++; old != r[i] {
					t.Errorf("%v has rank %d in one area and %d in another", p, old, r[i])
				}
			}
			if ranks[p] = r[i]; r[i] > 0 {
				between++
			}
		}
	}
	if shared < 100 || between < 100 {
		t.Errorf("only %d shared vertices, %d with a rank", shared, between)
	}
}

func TestRingKeepsThreeVerticesAtEveryZoom(t *testing.T) {
	f := &Feature{ID: 1, Geometry: orb.Polygon{{{110, 33}, {110.00001, 33}, {110.00002, 33.00001}, {110, 33.00001}, {110, 33}}}, Values: make([]Value, 7)}
	_, ranks := build(t, mixed(), f).tables[0].Ranked(0)
	if n := bytes.Count(ranks, []byte{0}); n != 3 {
		t.Errorf("ranks are %v: %d vertices show at zoom 0", ranks, n)
	}
}
