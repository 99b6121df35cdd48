package network

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Snap is where a point meets the network: the evidence of a way's end.
type Snap struct {
	Place  orb.Point // on the edge, in degrees
	WalkM  float64   // straight from the point to it
	Edge   int32     // -1 where there is none at all
	Row    uint32    // of the edge's segment
	AlongM float64   // from the edge's first node

	over *Subset
	node int32 // of the edge
}

// Component is the one that the edge lies in, of the subset asked over; -1 where there is no edge.
func (s *Snap) Component() int32 {
	if s.over == nil {
		return -1
	}
	return s.over.Component(s.node)
}

var nowhere = Snap{WalkM: math.Inf(1), Edge: -1}

// place is a snap with its costs.
type place struct {
	source int32 // of many
	edge   int32
	mm     uint32 // along the edge
	walk   int64  // cost of the walk
	metres float64
	at     orb.Point
}

// candidates are the nearest places, on edges asked over, of all segments within MaxSnap
// of p, the nearest first.
func (p *plan) candidates(from orb.Point) []place {
	origin := geo.At(from)
	var found []place
	box, _ := geo.Around(from, p.MaxSnap)
	p.g.tree.Search(box, func(line uint32) bool {
		if at := p.nearestOf(&origin, int32(line)); at.metres <= p.MaxSnap {
			found = append(found, at)
		}
		return true
	})
	slices.SortFunc(found, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.edge, b.edge))
	})
	return found
}

// nearestFirst yields the candidates one after the other, in their order. It measures no
// more of the segments than it must, which where they lie densely are few of those that
// candidates measures.
func (p *plan) nearestFirst(from orb.Point, yield func(place) bool) {
	origin := geo.At(from)
	p.g.tree.Within(from, p.MaxSnap,
		func(line uint32) float64 { return p.metresTo(&origin, int32(line)) },
		func(line uint32, _ float64) bool {
			at := p.nearestOf(&origin, int32(line))
			return at.metres > p.MaxSnap || yield(at)
		})
}

// metresTo is nearestOf's metres alone, at half the price.
func (p *plan) metresTo(o *geo.Origin, line int32) float64 {
	from, to := p.g.lineEdge[line], p.g.lineEdge[line+1]
	whole := to-from > 1
	for e := from; e < to && whole; e++ {
		whole = p.Over.Has(e)
	}
	if whole {
		var room [64]geo.Point
		return nearestOn(o, p.g.given(room[:0], line)).Metres
	}
	best := math.Inf(1)
	for e := from; e < to; e++ {
		if p.Over.Has(e) {
			best = min(best, nearestOn(o, p.g.Line(e)).Metres)
		}
	}
	return best
}

// nearestOf is the nearest place of a line's edges, those that are asked over; metres
// are +Inf where none is.
func (p *plan) nearestOf(o *geo.Origin, line int32) place {
	from, to := p.g.lineEdge[line], p.g.lineEdge[line+1]
	whole := to-from > 1
	for e := from; e < to && whole; e++ {
		whole = p.Over.Has(e)
	}
	if whole {
		return p.nearestOfWhole(o, line)
	}
	best := place{metres: math.Inf(1)}
	for e := from; e < to; e++ {
		if !p.Over.Has(e) {
			continue
		}
		vertices := p.g.Line(e)
		if hit := nearestOn(o, vertices); hit.Metres < best.metres {
			best = p.placeAt(e, min(p.g.edges[e].mm, along(vertices, hit, p.g.edges[e].mm)), hit)
		}
	}
	return best
}

// nearestOfWhole takes a split line as it was given: the vertices that splitting put in
// are rounded to the grid, and the bends of half a unit that they make would move the
// nearest place of a point far off by metres.
func (p *plan) nearestOfWhole(o *geo.Origin, line int32) place {
	var room [64]geo.Point
	vertices := p.g.given(room[:0], line)
	hit := nearestOn(o, vertices)
	e, last := p.g.lineEdge[line], p.g.lineEdge[line+1]-1
	length := uint32(0)
	for i := e; i <= last; i++ {
		length += p.g.edges[i].mm
	}
	mm := along(vertices, hit, length)
	for e < last && mm > p.g.edges[e].mm {
		mm -= p.g.edges[e].mm
		e++
	}
	return p.placeAt(e, min(p.g.edges[e].mm, mm), hit)
}

func nearestOn(o *geo.Origin, vertices []geo.Point) geo.Hit {
	ends := [1]uint32{uint32(len(vertices))}
	return o.Nearest(geo.Shape{Kind: geo.Lines, Points: vertices, Ends: ends[:]})
}

// along is how far, in millimetres, a place of a line lies from its start. The line's
// end is at its length, whatever rounding makes of the sum.
func along(line []geo.Point, hit geo.Hit, length uint32) uint32 {
	if geo.Distance(line[len(line)-1].LonLat(), hit.Place) < 5e-4 {
		return length
	}
	metres := geo.Distance(line[hit.Vertex].LonLat(), hit.Place)
	if n := hit.Vertex + 1; n > 1 {
		metres += geo.Shape{Kind: geo.Lines, Points: line[:n], Ends: []uint32{uint32(n)}}.Length()
	}
	return whole(metres * 1e3)
}

func (p *plan) placeAt(e int32, mm uint32, hit geo.Hit) place {
	return place{edge: e, mm: mm, walk: p.walkCost(hit.Metres), metres: hit.Metres, at: hit.Place}
}

func (p *plan) walkCost(metres float64) int64 { return int64(math.Round(metres * p.walk)) }

// farSnap is, in metres, how far the evidence for a point that is cut off looks for
// the network.
const farSnap = 100e3

// nearest is the nearest place at all, as evidence for a point beyond MaxSnap.
func (p *plan) nearest(from orb.Point) Snap {
	origin := geo.At(from)
	snap := nowhere
	p.g.tree.Within(from, farSnap,
		func(line uint32) float64 { return p.metresTo(&origin, int32(line)) },
		func(line uint32, _ float64) bool {
			at := p.nearestOf(&origin, int32(line))
			snap = p.snap(&at)
			return false
		})
	return snap
}

func (p *plan) snap(at *place) Snap {
	return Snap{
		Place: at.at, WalkM: at.metres, Edge: at.edge, Row: p.g.lines[p.g.line[at.edge]].Row,
		AlongM: metres(int64(at.mm)), over: p.Over, node: p.g.edges[at.edge].a,
	}
}

// Snap is where p meets the edges asked over: the nearest place of every segment
// within MaxSnap, the nearest first. It is empty for a point that is cut off.
func (g *Graph) Snap(p orb.Point, q Query) ([]Snap, error) {
	plan, err := g.plan(q)
	if err != nil {
		return nil, err
	}
	found := plan.candidates(p)
	snaps := make([]Snap, len(found))
	for i := range found {
		snaps[i] = plan.snap(&found[i])
	}
	return snaps, nil
}

// SnapUntil yields what Snap gives one after the other, the nearest first, and measures no
// more than it must.
func (g *Graph) SnapUntil(p orb.Point, q Query, yield func(Snap) bool) error {
	plan, err := g.plan(q)
	if err == nil {
		plan.nearestFirst(p, func(at place) bool { return yield(plan.snap(&at)) })
	}
	return err
}
