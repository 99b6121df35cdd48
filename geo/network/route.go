package network

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Route is an answer with its way.
type Route struct {
	Answer
	// Metres and Minutes are of the whole way, both walks included.
	Metres, Minutes float64
	// UnhardenedM is how many of its metres lie on edges that are not hardened; the
	// steps tell which.
	UnhardenedM float64
	Steps       []Step
	// Line is the way along the edges, from From.Place to To.Place. Where ends meet
	// only within the tolerance it jumps the gap.
	Line orb.LineString
}

// Step is a stretch of one edge.
type Step struct {
	Attributes
	Edge            int32
	Metres, Minutes float64
	// FromM and ToM are where on the edge the step begins and ends, from its first
	// node; against the edge's direction FromM is the greater.
	FromM, ToM float64
	// The step's geometry is Line[Begin:End+1] of its route.
	Begin, End int
}

// leg is a stretch of an edge in millimetres from its start.
type leg struct {
	edge     int32
	from, to uint32
}

// Route is the way from a point to the nearest source.
func (f *Field) Route(p orb.Point) Route {
	w, state, seen := f.find(p)
	a := f.answer(p, w, state, seen)
	if state != Reached {
		return f.unreached(a)
	}
	to := &f.search.places[w.origin]
	if w.node < 0 {
		return f.plan.route(a, []leg{{w.at.edge, w.at.mm, to.mm}})
	}
	legs := []leg{{w.at.edge, w.at.mm, f.endMM(w.at.edge, w.node, w.at.mm)}}
	return f.plan.route(a, f.chain(&f.plan, legs, w.node))
}

func (p *plan) unreached(a Answer) Route {
	return Route{Answer: a, Metres: math.Inf(1), Minutes: math.Inf(1), UnhardenedM: math.Inf(1)}
}

// endMM is where on the edge the node lies; on an edge that comes back to it, at the
// end nearer to mm.
func (p *plan) endMM(e, node int32, mm uint32) uint32 {
	switch d := &p.g.edges[e]; {
	case d.a == d.b && mm > d.mm-mm:
		return d.mm
	case d.a == node:
		return 0
	default:
		return d.mm
	}
}

// chain appends the legs from a node to the place that its label comes from.
func (s *search) chain(p *plan, legs []leg, node int32) []leg {
	for {
		l := s.get(node)
		if l.via == atPlace {
			to := &s.places[l.origin]
			return append(legs, leg{to.edge, p.endMM(to.edge, node, to.mm), to.mm})
		}
		e := l.via - 1
		d := &p.g.edges[e]
		if node == d.a {
			legs = append(legs, leg{e, 0, d.mm})
		} else {
			legs = append(legs, leg{e, d.mm, 0})
		}
		node = d.other(node)
	}
}

// route adds up the legs.
func (p *plan) route(a Answer, legs []leg) Route {
	r := Route{Answer: a}
	walk := a.From.WalkM + a.To.WalkM
	r.Metres, r.Minutes = walk, walk*60/(1e3*p.FootKmh)
	for _, l := range legs {
		d := &p.g.edges[l.edge]
		if l.from == l.to && (d.mm > 0 || len(legs) > 1) {
			continue
		}
		s := Step{
			Attributes: p.g.lines[p.g.line[l.edge]], Edge: l.edge,
			Metres: math.Abs(metres(int64(l.to) - int64(l.from))),
			FromM:  metres(int64(l.from)), ToM: metres(int64(l.to)),
		}
		if d.mm > 0 {
			s.Minutes = minutes(int64(d.ms)) * s.Metres / metres(int64(d.mm))
		}
		r.Metres += s.Metres
		r.Minutes += s.Minutes
		if !s.Hardened {
			r.UnhardenedM += s.Metres
		}
		r.Line, s.Begin = p.g.draw(r.Line, l)
		s.End = len(r.Line) - 1
		r.Steps = append(r.Steps, s)
	}
	if len(r.Line) == 0 {
		r.Line = orb.LineString{a.From.Place}
	}
	return r
}

// draw appends a leg's vertices to a line and tells at which of them it begins.
func (g *Graph) draw(line orb.LineString, l leg) (orb.LineString, int) {
	vertices := g.Line(l.edge)
	way := make([]float64, len(vertices)) // millimetres
	for i := 1; i < len(vertices); i++ {
		way[i] = way[i-1] + 1e3*geo.Distance(vertices[i-1].LonLat(), vertices[i].LonLat())
	}
	low, high := float64(min(l.from, l.to)), float64(max(l.from, l.to))
	part := make(orb.LineString, 0, len(vertices)+2)
	part = append(part, g.placeOn(vertices, way, low))
	for i, v := range vertices {
		if way[i] > low+1 && way[i] < high-1 {
			part = append(part, v.LonLat())
		}
	}
	part = append(part, g.placeOn(vertices, way, high))
	if l.from > l.to {
		part.Reverse()
	}
	if n := len(line); n > 0 && line[n-1] == part[0] {
		return append(line, part[1:]...), n - 1
	}
	return append(line, part...), len(line)
}

// placeOn is the place at so many millimetres of a line whose vertices lie at way.
func (g *Graph) placeOn(vertices []geo.Point, way []float64, mm float64) orb.Point {
	last := len(vertices) - 1
	if mm >= way[last]-1 {
		return vertices[last].LonLat()
	}
	i := 0
	for way[i+1] <= mm {
		i++
	}
	t := (mm - way[i]) / (way[i+1] - way[i])
	if t == 0 {
		return vertices[i].LonLat()
	}
	a, b := vertices[i], vertices[i+1]
	return orb.Point{
		geo.Lon(float64(a.X) + t*(float64(b.X)-float64(a.X))),
		geo.Lat(float64(a.Y) + t*(float64(b.Y)-float64(a.Y))),
	}
}

// Route is the way between two points, by a search from both ends that stops when
// they have met and nothing shorter can come (Pohl 1971). Its source is index 0.
func (g *Graph) Route(ctx context.Context, from, to orb.Point, q Query) (Route, error) {
	p, err := g.plan(q)
	if err != nil {
		return Route{}, err
	}
	m := meeting{plan: &p, node: -1, cost: never}
	m.ends[0], m.ends[1] = g.scratch.Get().(*search), g.scratch.Get().(*search)
	defer func() {
		for _, s := range m.ends {
			s.reset()
			g.scratch.Put(s)
		}
	}()
	starts, stops := p.candidates(from), p.candidates(to)
	m.straight(starts, stops)
	m.ends[0].begin(&p, p.connected(starts, stops))
	m.ends[1].begin(&p, p.connected(stops, starts))
	if err := m.run(ctx); err != nil {
		return Route{}, err
	}
	return m.route(from, to, starts, stops), nil
}

// connected are the places on a component of the others: from the rest a search
// would go over all of their component in vain.
func (p *plan) connected(places, others []place) []place {
	there := map[int32]bool{}
	for i := range others {
		there[p.Over.Component(p.g.edges[others[i].edge].a)] = true
	}
	var kept []place
	for _, at := range places {
		if there[p.Over.Component(p.g.edges[at.edge].a)] {
			kept = append(kept, at)
		}
	}
	return kept
}
