package coverage

import (
	"cmp"
	"iter"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// besideM is how many metres a line may lie off a junction of roads to be taken to pass it.
const besideM = 100

// Lines are the lines of one layer that a service comes from, such as pipes: those that are complete by the year.
type Lines struct {
	Table *snapshot.Table
	s     *supplies
	taps  func() []Tap
}

// Tap is a place on a line from which one goes on along roads: its end, or where it passes a junction or an end of roads.
type Tap struct {
	Row    uint32    // of the line
	At     orb.Point // on the line
	Via    orb.Point // the junction; of the end of a line, the end
	Node   int32     // of the network; -1 of the end of a line
	Metres float64   // from At to Via
}

// LinesOf are the lines that a service comes from, nil where there are none.
func (r *Result) LinesOf(id service.ID) *Lines {
	for _, s := range r.supplies[id] {
		if l := r.lines[s]; l != nil {
			return l
		}
	}
	return nil
}

// newLines are supplies as lines, nil where they are none.
func (r *Result) newLines(s *supplies) *Lines {
	if s.table == nil || s.n == 0 || !s.table.Layer.Allows(geo.Lines) {
		return nil
	}
	return &Lines{s.table, s, sync.OnceValue(func() []Tap { return r.tapsOf(s) })}
}

// All are the rows of the lines by their ids.
func (l *Lines) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for row := range l.Table.ByID {
			if l.s.has(row) && !yield(row) {
				return
			}
		}
	}
}

// Within yields the lines at most so many metres away from a place with the nearest place on each, the nearest line first, until
// yield returns false.
func (l *Lines) Within(from orb.Point, metres float64, yield func(row uint32, place orb.Point, metres float64) bool) {
	origin := geo.At(from)
	l.s.tree.Within(from, metres,
		func(row uint32) float64 { return origin.Nearest(l.Table.Shape(row)).Metres },
		func(row uint32, m float64) bool { return yield(row, origin.Nearest(l.Table.Shape(row)).Place, m) })
}

// Taps are where one goes on from the lines, by the lines' ids. They are found when they are first asked for.
func (l *Lines) Taps() []Tap { return l.taps() }

func (r *Result) tapsOf(s *supplies) (taps []Tap) {
	g := r.Network.Graph
	l := Lines{Table: s.table, s: s}
	for node := range int32(g.Nodes()) {
		if len(g.At(node)) == 0 {
			continue
		}
		via := g.NodePlace(node)
		l.Within(via, besideM, func(row uint32, place orb.Point, metres float64) bool {
			taps = append(taps, Tap{row, place, via, node, metres})
			return true
		})
	}
	for row := range l.All() {
		shape := s.table.Shape(row)
		for i := range shape.Ends {
			part := shape.Part(i)
			for _, p := range []geo.Point{part[0], part[len(part)-1]} {
				taps = append(taps, Tap{row, p.LonLat(), p.LonLat(), -1, 0})
			}
		}
	}
	slices.SortStableFunc(taps, func(a, b Tap) int {
		return cmp.Or(cmp.Compare(s.table.ID(a.Row), s.table.ID(b.Row)), cmp.Compare(a.Node, b.Node))
	})
	return taps
}
