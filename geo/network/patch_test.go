package network_test

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/trial"
)

// edited is a network whose segments change.
type edited struct {
	segments map[uint32]network.Segment
	next     uint32
}

func newEdited(segments []network.Segment) *edited {
	e := &edited{segments: map[uint32]network.Segment{}}
	for _, s := range segments {
		e.segments[s.Row] = s
		e.next = max(e.next, s.Row+1)
	}
	return e
}

func (e *edited) build(tolerance float64) *network.Graph {
	return network.Build(func(yield func(network.Segment) bool) {
		for _, row := range slices.Sorted(maps.Keys(e.segments)) {
			if !yield(e.segments[row]) {
				return
			}
		}
	}, tolerance)
}

// edit changes some segments: takes them away, gives them other attributes or the way of another, adds them.
func (e *edited) edit(r *rand.Rand, size float64) (changes []network.Change) {
	for _, s := range tangle(r, 1+r.IntN(4), size) {
		rows := slices.Sorted(maps.Keys(e.segments))
		row := e.next
		if len(rows) > 0 && r.IntN(3) > 0 {
			row = rows[r.IntN(len(rows))]
		} else {
			e.next++
		}
		if slices.ContainsFunc(changes, func(c network.Change) bool { return c.After.Row == row }) {
			continue
		}
		before := e.segments[row]
		before.Row, s.Row = row, row
		switch other := e.any(r, rows); r.IntN(5) {
		case 0:
			s.Shape = geo.Shape{}
			delete(e.segments, row)
		case 1: // the same way, of another kind
			s.Shape = before.Shape
		case 2: // from where another one has a vertex
			if points := other.Shape.Points; len(points) > 0 {
				s.Shape.Points = slices.Clone(s.Shape.Points)
				s.Shape.Points[r.IntN(len(s.Shape.Points))] = points[r.IntN(len(points))]
			}
		case 3: // along with another one
			if other.Shape.Kind == geo.Lines {
				s.Shape = other.Shape
			}
		}
		if s.Shape.Kind == geo.Lines {
			e.segments[row] = s
		} else {
			delete(e.segments, row)
		}
		changes = append(changes, network.Change{Before: before, After: s})
	}
	return changes
}

func (e *edited) any(r *rand.Rand, rows []uint32) network.Segment {
	if len(rows) == 0 {
		return network.Segment{}
	}
	return e.segments[rows[r.IntN(len(rows))]]
}

// TestAPatchedGraphIsTheOneBuiltAnew edits networks of every density step by step, and holds each graph against one that is
// built of all segments: array by array. Subsets are carried on at each step or, over several, now and then; one of them
// chooses other edges each time.
func TestAPatchedGraphIsTheOneBuiltAnew(t *testing.T) {
	for seed := range uint64(trial.Part(400)) {
		r := rand.New(rand.NewPCG(seed, 18))
		size := []float64{3, 30, 300, 3000}[seed%4]
		tolerance := []float64{network.DefaultTolerance, network.DefaultTolerance, 0}[seed%3]
		e := newEdited(tangle(r, r.IntN(120), size))
		g := e.build(tolerance)
		closed := uint32(0)
		keep := []func(e int32, a network.Attributes) bool{
			func(_ int32, a network.Attributes) bool { return a.Hardened },
			func(_ int32, a network.Attributes) bool { return a.Passable && a.Grade > 2 },
			func(_ int32, a network.Attributes) bool { return a.Row%5 != closed },
		}
		subsets, since := make([]*network.Subset, len(keep)), make([]*network.Moves, len(keep))
		for i := range keep {
			subsets[i] = g.Where(keep[i])
			subsets[i].Components() // known, so that they are carried on
		}
		for step := range 12 {
			after, moves, ok := g.Patch(e.edit(r, size), cmp.Compare[uint32])
			if !ok {
				t.Fatalf("seed %d, step %d: too much to patch", seed, step)
			}
			g = after
			fresh := e.build(tolerance)
			if part := g.Differs(fresh); part != "" {
				t.Fatalf("seed %d, step %d: the graph differs in its %s", seed, step, part)
			}
			var again []int32
			was := closed
			closed = r.Uint32N(5)
			for e := range int32(g.Edges()) {
				if row := g.Edge(e).Row % 5; row == was || row == closed {
					again = append(again, e)
				}
			}
			for i := range keep {
				if since[i] == nil {
					since[i] = moves
				} else {
					since[i] = since[i].Then(moves)
				}
				if i == 0 && r.IntN(3) > 0 {
					continue
				}
				edges := again
				if i < 2 {
					edges = nil
				}
				subsets[i], since[i] = g.Carry(subsets[i].Alone(), since[i], keep[i], edges), nil
				if part := subsets[i].Differs(fresh.Where(keep[i])); part != "" {
					t.Fatalf("seed %d, step %d: subset %d differs in its %s", seed, step, i, part)
				}
			}
		}
	}
}

func TestAChangeThatTouchesMostOfAGraphIsLeftToBuild(t *testing.T) {
	pile := make([]network.Segment, 500) // on one line: each is split where any of them has a vertex
	for i := range pile {
		pile[i] = road(uint32(i), paved, 0, 0, 300, 10, 600, 0)
	}
	if _, _, ok := build(pile...).Patch([]network.Change{{Before: pile[7]}}, cmp.Compare[uint32]); ok {
		t.Error("patched")
	}
	far := road(900, paved, 90_000, 0, 90_500, 0)
	if _, _, ok := build(append(pile, far)...).Patch([]network.Change{{Before: far}}, cmp.Compare[uint32]); !ok {
		t.Error("a road far from all others is too much")
	}
}
