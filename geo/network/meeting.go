package network

import (
	"context"
	"math"

	"github.com/paulmach/orb"
)

// meeting is a search from two ends and the best way found so far: by a node at
// which they met, or straight along an edge on which both have a place.
type meeting struct {
	*plan
	ends     [2]*search
	cost     int64
	node     int32 // -1: along from.edge
	from, to place
}

// straight looks for edges on which both points have a place.
func (m *meeting) straight(starts, stops []place) {
	on := make(map[int32][]int, len(stops))
	for i := range stops {
		on[stops[i].edge] = append(on[stops[i].edge], i)
	}
	for _, from := range starts {
		for _, i := range on[from.edge] {
			to := stops[i]
			cost := from.walk + to.walk + abs(m.stretch(from.edge, from.mm)-m.stretch(to.edge, to.mm))
			if cost < m.cost {
				m.cost, m.from, m.to = cost, from, to
			}
		}
	}
}

func (m *meeting) run(ctx context.Context) error {
	for n := 0; ; n++ {
		a, more := m.ends[0].next()
		b, moreToo := m.ends[1].next()
		if !more || !moreToo || a+b >= m.cost {
			return nil
		}
		side := 0
		if b < a {
			side = 1
		}
		it := m.ends[side].settle(m.plan)
		m.meet(it, m.ends[1-side])
		if n&0xffff == 0xffff && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// meet tries the way by a node that one search settles and the other has at least
// met. That suffices: of two neighbours on the best way, settled by one search each,
// whichever is settled later has a label from the other's side by then.
func (m *meeting) meet(it item, other *search) {
	if l := other.get(it.node); l.via != 0 && it.cost+l.cost < m.cost {
		m.cost, m.node = it.cost+l.cost, it.node
	}
}

func (m *meeting) route(from, to orb.Point, starts, stops []place) Route {
	a := Answer{Source: -1, Cost: math.Inf(1), From: nowhere, To: nowhere}
	if m.cost > m.limit {
		a.State = m.why(starts, stops)
		a.From, a.To = m.evidence(from, starts), m.evidence(to, stops)
		return m.unreached(a)
	}
	a.Source, a.Cost = 0, m.plan.cost(m.cost)
	if m.node < 0 {
		a.From, a.To = m.snap(&m.from), m.snap(&m.to)
		return m.plan.route(a, []leg{{m.from.edge, m.from.mm, m.to.mm}})
	}
	start := &m.ends[0].places[m.ends[0].get(m.node).origin]
	stop := &m.ends[1].places[m.ends[1].get(m.node).origin]
	a.From, a.To = m.snap(start), m.snap(stop)
	legs := m.ends[0].chain(m.plan, nil, m.node)
	for i, j := 0, len(legs)-1; i <= j; i, j = i+1, j-1 {
		legs[i], legs[j] = leg{legs[j].edge, legs[j].to, legs[j].from}, leg{legs[i].edge, legs[i].to, legs[i].from}
	}
	return m.plan.route(a, m.ends[1].chain(m.plan, legs, m.node))
}

func (m *meeting) why(starts, stops []place) State {
	switch {
	case len(starts) == 0 || len(stops) == 0:
		return OffNetwork
	case len(m.connected(starts, stops)) == 0:
		return Unconnected
	}
	return BeyondLimit
}

func (m *meeting) evidence(p orb.Point, places []place) Snap {
	if len(places) == 0 {
		return m.nearest(p)
	}
	return m.snap(&places[0])
}
