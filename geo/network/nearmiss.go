package network

import (
	"context"

	"github.com/paulmach/orb"
)

// NearMiss is a loose end close to another segment that it does not meet: most often
// an error of drawing.
type NearMiss struct {
	Place  orb.Point // of the end
	Edge   int32     // that ends there
	Row    uint32
	Metres float64 // to the other segment
	Other  Snap    // where it comes closest
}

// sameWay is how many times the gap's greatest width the way round it may be long for
// the end to count as joined already, like a stub a few metres off a main road.
const sameWay = 4

// NearMisses lists the ends of no other edge that lie within metres of another
// segment, the nearest for each, in the order of the nodes. It costs some
// microseconds for each loose end.
func (g *Graph) NearMisses(ctx context.Context, metres float64) ([]NearMiss, error) {
	p, err := g.plan(Query{MaxSnap: metres, Limit: sameWay * metres})
	if err != nil {
		return nil, err
	}
	s := newSearch(g)
	var misses []NearMiss
	for node := range g.nodes {
		if node&0xffff == 0xffff && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		e, loose := g.only(int32(node))
		if !loose {
			continue
		}
		line := g.Line(e)
		end := place{edge: e, at: line[0].LonLat()}
		if g.edges[e].b == int32(node) {
			end.mm, end.at = g.edges[e].mm, line[len(line)-1].LonLat()
		}
		if other, ok := p.missed(s, &end); ok {
			misses = append(misses, NearMiss{end.at, e, g.lines[g.line[e]].Row, other.metres, p.snap(&other)})
		}
	}
	return misses, nil
}

// missed is the nearest place of another segment to which no short way leads.
func (p *plan) missed(s *search, end *place) (place, bool) {
	near := p.candidates(end.at)
	if len(near) < 2 { // its own segment alone
		return place{}, false
	}
	s.reset()
	s.begin(p, []place{*end})
	for {
		if _, more := s.next(); !more {
			break
		}
		s.settle(p)
	}
	for _, at := range near {
		if p.g.line[at.edge] == p.g.line[end.edge] {
			continue
		}
		d := &p.g.edges[at.edge]
		a, b := s.get(d.a), s.get(d.b)
		if a.via != 0 && a.cost+int64(at.mm) <= p.limit || b.via != 0 && b.cost+int64(d.mm-at.mm) <= p.limit {
			continue
		}
		return at, true
	}
	return place{}, false
}
