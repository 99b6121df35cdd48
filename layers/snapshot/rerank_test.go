package snapshot

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

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
		state := map[int64]*layers.Feature{}
		draw := func(id int64) *layers.Feature {
			x, y := int(id%4), int(id/4)
			return &layers.Feature{
				ID:       id,
				Geometry: cell(x, y, rapid.IntRange(1, 2).Draw(t, "w"), rapid.IntRange(0, 3).Draw(t, "start")),
				Values:   make([]layers.Value, 7),
			}
		}
		var first []*layers.Feature
		for id := range int64(16) {
			if rapid.IntRange(0, 3).Draw(t, "there") > 0 {
				state[id] = draw(id)
				first = append(first, state[id])
			}
		}
		snap := build(t, mixed(), first...)
		for range 4 {
			var changes []layers.Change
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				id := rapid.Int64Range(0, 15).Draw(t, "id")
				delete(state, id)
				if rapid.Bool().Draw(t, "put") {
					state[id] = draw(id)
				}
				changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: state[id]})
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
	var all []*layers.Feature
	for id := range int64(9) {
		all = append(all, &layers.Feature{ID: id, Geometry: cell(int(id%3), int(id/3), 1, int(id)%4), Values: make([]layers.Value, 7)})
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
	f := &layers.Feature{
		ID:       1,
		Geometry: orb.Polygon{{{110, 33}, {110.00001, 33}, {110.00002, 33.00001}, {110, 33.00001}, {110, 33}}},
		Values:   make([]layers.Value, 7),
	}
	_, ranks := build(t, mixed(), f).tables[0].Ranked(0)
	if n := bytes.Count(ranks, []byte{0}); n != 3 {
		t.Errorf("ranks are %v: %d vertices show at zoom 0", ranks, n)
	}
}
