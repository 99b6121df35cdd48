package network

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// State is whether there is a way.
type State uint8

// The states of a way.
const (
	Reached     State = iota
	OffNetwork        // no edge asked over lies within MaxSnap of the point
	Unconnected       // edges do, but no source is on their component
	BeyondLimit       // a source is, but costs more than the limit
)

func (s State) String() string {
	return [...]string{"reached", "off network", "unconnected", "beyond limit"}[s]
}

// Field is what it costs from everywhere to the nearest of some sources. It is
// made by one pass over the graph, takes 16 bytes for each node reached, never
// changes, and answers for a point in the time that snapping it takes.
type Field struct {
	plan
	*search
	byEdge  []int32 // places, by edge and then by number
	sources []orb.Point
	reached map[int32]bool // components on which a source lies
}

// Reach makes the field of the sources, such as all county seats. It costs one
// Dijkstra pass over what lies within the limit, however many sources there are.
func (g *Graph) Reach(ctx context.Context, sources []orb.Point, q Query) (*Field, error) {
	p, err := g.plan(q)
	if err != nil {
		return nil, err
	}
	f := &Field{plan: p, search: newSearch(g), sources: sources, reached: map[int32]bool{}}
	var places []place
	for i, source := range sources {
		for _, at := range p.candidates(source) {
			at.source = int32(i)
			places = append(places, at)
			f.reached[p.Over.Component(g.edges[at.edge].a)] = true
		}
		if i&1023 == 1023 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	f.byEdge = make([]int32, len(places))
	for i := range f.byEdge {
		f.byEdge[i] = int32(i)
	}
	slices.SortStableFunc(f.byEdge, func(a, b int32) int { return cmp.Compare(places[a].edge, places[b].edge) })
	f.begin(&f.plan, places)
	for n := 0; ; n++ {
		if _, more := f.next(); !more {
			break
		}
		f.settle(&f.plan)
		if n&0xffff == 0xffff && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	f.waiting = nil
	return f, nil
}

// Answer is what a point costs, with the places where the way begins and ends.
type Answer struct {
	State  State
	Source int     // the nearest, by its index; -1 where none is reached
	Cost   float64 // +Inf where none is reached
	Way    float64 // how many metres or minutes the way is, its walks too; +Inf likewise
	From   Snap    // of the point: where the way begins, or the nearest edge where there is no way
	To     Snap    // of the source
}

// way is how a point gets to a source: from at, on the edge towards the node, or
// straight along the edge where node is -1, to the place with the number origin.
type way struct {
	cost   int64
	at     place
	node   int32
	origin int32
}

// At is the answer for a point.
func (f *Field) At(p orb.Point) Answer {
	w, state, seen := f.find(p)
	return f.answer(p, w, state, seen)
}

// AtAll is the answers of several fields of one graph for a point. Those that are asked
// over the same edges with the same MaxSnap share the looking for places to walk to,
// which is nearly all the time that an answer takes.
func AtAll(p orb.Point, fields []*Field, answers []Answer) []Answer {
	var like *Field
	var seen []place
	for _, f := range fields {
		if like == nil || f.g != like.g || f.Over != like.Over || f.MaxSnap != like.MaxSnap {
			seen = f.plan.candidates(p)
		} else if f.walk != like.walk {
			for i := range seen {
				seen[i].walk = f.walkCost(seen[i].metres)
			}
		}
		like = f
		w, state := f.among(slices.Values(seen))
		answers = append(answers, f.answer(p, w, state, seen))
	}
	return answers
}

func unanswered(s State) Answer {
	return Answer{State: s, Source: -1, Cost: math.Inf(1), Way: math.Inf(1), From: nowhere, To: nowhere}
}

// reachedBy is the answer of a way with the cost between two places.
func (p *plan) reachedBy(cost int64, from, to *place) Answer {
	return Answer{
		State:  Reached,
		Source: int(to.source),
		Cost:   p.cost(cost),
		Way:    p.cost(cost - p.extra(from) - p.extra(to)),
		From:   p.snap(from),
		To:     p.snap(to),
	}
}

func (f *Field) answer(p orb.Point, w way, state State, seen []place) Answer {
	a := unanswered(state)
	switch {
	case state == Reached:
		a = f.reachedBy(w.cost, &w.at, &f.search.places[w.origin])
	case len(seen) > 0:
		a.From = f.snap(&seen[0])
	default:
		a.From = f.nearest(p)
	}
	return a
}

// Cost is the cost from a node itself; ok is false where no source is reached.
func (f *Field) Cost(node int32) (cost float64, ok bool) {
	l := f.get(node)
	return f.cost(l.cost), l.via != 0
}

// find looks for the cheapest way among all places that the point may walk to, of which
// it gives the nearest.
func (f *Field) find(p orb.Point) (way, State, []place) {
	// The nearest places come first, and those that are not asked for cost nothing.
	var first []place
	w, state := f.among(func(yield func(place) bool) {
		f.plan.nearestFirst(p, func(at place) bool {
			if first == nil {
				first = []place{at}
			}
			return yield(at)
		})
	})
	return w, state, first
}

// among is the cheapest way among places, the nearest first.
func (f *Field) among(seen iter.Seq[place]) (way, State) {
	best := way{cost: never, origin: math.MaxInt32}
	take := func(w way) {
		if w.cost < best.cost || w.cost == best.cost && f.search.places[w.origin].source < f.search.places[best.origin].source {
			best = w
		}
	}
	state := OffNetwork
	for at := range seen {
		if at.walk > best.cost {
			break // all that follow walk farther
		}
		d := &f.g.edges[at.edge]
		if state == OffNetwork {
			state = Unconnected
		}
		if f.reached[f.Over.Component(d.a)] {
			state = BeyondLimit
		}
		along := f.stretch(at.edge, at.mm)
		if l := f.get(d.a); l.via != 0 {
			take(way{at.walk + along + l.cost, at, d.a, l.origin})
		}
		if l := f.get(d.b); l.via != 0 {
			take(way{at.walk + f.weight(at.edge) - along + l.cost, at, d.b, l.origin})
		}
		for _, i := range f.placesOn(at.edge) {
			to := &f.search.places[i]
			if cost := at.walk + to.walk + abs(along-f.stretch(to.edge, to.mm)); cost <= f.limit {
				take(way{cost, at, -1, i})
			}
		}
	}
	if best.cost <= f.limit {
		state = Reached
	}
	return best, state
}

func abs(v int64) int64 { return max(v, -v) }

// placesOn lists the sources' places on an edge.
func (f *Field) placesOn(e int32) []int32 {
	from, _ := slices.BinarySearchFunc(f.byEdge, e, func(i, e int32) int { return cmp.Compare(f.search.places[i].edge, e) })
	to := from
	for to < len(f.byEdge) && f.search.places[f.byEdge[to]].edge == e {
		to++
	}
	return f.byEdge[from:to]
}
