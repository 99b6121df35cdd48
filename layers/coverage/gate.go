package coverage

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// gate answers for any place whether a road within reach leads on to the seat of a
// county, over one choice of roads.
type gate struct {
	g      *network.Graph
	over   *network.Subset // what may be travelled
	access *network.Subset // the part of it that can be entered where it passes
	at     [][]int32       // by seat: the edges on which it is, the nearest first
	// arrived are, by county, the components of over that the seats lie on.
	arrived [][]int32
	reachM  float64
}

// Seat is a county's capital.
type Seat struct {
	County int32 // of Result.Counties
	At     orb.Point
}

// Entry is a choice of roads, such as the hardened ones, and where they may be entered
// and left.
type Entry struct {
	Over  *network.Subset // what may be travelled
	Enter *network.Subset // the part of it that can be entered where it passes
	// Arrived are, by county, the components of Over that its seat lies on.
	Arrived [][]int32
}

func (t *gate) entry() Entry { return Entry{t.over, t.access, t.arrived} }

// findSeats lists the towns that are county seats and have a place.
func findSeats(towns *Places) []Seat {
	var list []Seat
	for i, row := range towns.Rows {
		if at, ok := towns.At(i); ok && towns.County[i] >= 0 && towns.Table.Get(row, "kind").Text() == "county_seat" {
			list = append(list, Seat{towns.County[i], at})
		}
	}
	return list
}

// newGate finds the seats on the network.
func newGate(j *roadJudge, over, access *network.Subset) (*gate, error) {
	t := &gate{g: j.g, over: over, access: access, at: make([][]int32, len(j.seats)), reachM: j.reachM}
	for n := range j.seats {
		if err := t.meet(j, n); err != nil {
			return nil, err
		}
	}
	t.arrive(j)
	return t, nil
}

// meet finds where a seat is on the network. A seat is a built-up area and not a point:
// every component that comes within its reach has arrived there, so that a stub of a
// road beside the point does not hide the network. Where none does, the nearest road
// within the network's snapping distance stands for it.
func (t *gate) meet(j *roadJudge, seat int) error {
	at := j.seats[seat].At
	snaps, err := t.g.Snap(at, network.Query{Over: t.access, MaxSnap: j.seatReachM})
	if err != nil {
		return err
	}
	if len(snaps) == 0 {
		if snaps, err = t.g.Snap(at, network.Query{Over: t.access}); err != nil {
			return err
		}
		snaps = snaps[:min(1, len(snaps))]
	}
	t.at[seat] = nil
	for _, snap := range snaps {
		t.at[seat] = append(t.at[seat], snap.Edge)
	}
	return nil
}

// arrive lists the components on which the seats lie.
func (t *gate) arrive(j *roadJudge) {
	t.arrived = make([][]int32, j.counties)
	for n, s := range j.seats {
		for _, e := range t.at[n] {
			if c := t.component(e); !slices.Contains(t.arrived[s.County], c) {
				t.arrived[s.County] = append(t.arrived[s.County], c)
			}
		}
	}
}

func (t *gate) component(edge int32) int32 { return t.over.Component(t.g.Edge(edge).A) }

// entered is where a place meets the roads: the nearest within reach, and whether
// any within reach leads to the seat.
type entered struct {
	near    bool // a road lies within reach
	leads   bool
	nearest network.Snap // of those that lead, or of all; where near
}

func (t *gate) enter(p orb.Point, county int32) (e entered, err error) {
	err = t.g.SnapUntil(p, network.Query{Over: t.access, MaxSnap: t.reachM}, func(s network.Snap) bool {
		if e.leads = slices.Contains(t.arrived[county], t.component(s.Edge)); e.leads || !e.near {
			e.near, e.nearest = true, s
		}
		return !e.leads
	})
	return e, err
}

// choice is a set of roads taken twice: what is sure, and what might be besides
// since a field is not on record. maybe is nil where all is on record.
type choice struct{ sure, maybe *gate }

// grade is the answer of both: unknown where only what might be leads to the seat.
func (c choice) grade(p orb.Point, county int32) (service.State, entered, error) {
	e, err := c.sure.enter(p, county)
	switch {
	case err != nil:
		return service.Unknown, e, err
	case e.leads:
		return service.Reached, e, nil
	case c.maybe == nil:
		return service.Not, e, nil
	}
	perhaps, err := c.maybe.enter(p, county)
	if perhaps.leads {
		return service.Unknown, e, err
	}
	return service.Not, e, err
}

// surfaces are what is known of the roads of a network, by row.
type surfaces struct {
	table                  *snapshot.Table
	surface, grade, status int
	controlled, town       []uint8 // ranks of grades
}

func newSurfaces(n *roads.Network, rules *service.Rules) surfaces {
	s := surfaces{table: n.Table}
	if n.Table != nil {
		s.surface, s.grade, s.status = n.Table.Layer.Field("surface"), n.Table.Layer.Field("grade"), n.Table.Layer.Field("status")
	}
	for _, g := range rules.List("road.controlled").Values {
		s.controlled = append(s.controlled, roads.GradeRank(g))
	}
	for _, g := range rules.List("road.town_grade").Values {
		s.town = append(s.town, roads.GradeRank(g))
	}
	return s
}

func (s *surfaces) isControlled(a network.Attributes) bool {
	return slices.Contains(s.controlled, a.Grade)
}

// maybeHardened tells whether a road that is not taken for hardened may be so.
func (s *surfaces) maybeHardened(a network.Attributes) bool {
	if value(s.table, a.Row, s.surface).IsNull() {
		return true
	}
	return value(s.table, a.Row, s.status).IsNull() && roads.IsHardened(value(s.table, a.Row, s.surface).Text())
}

// road tells of an edge whether it is of a choice of roads: surely, and perhaps.
// known, where given, is the subset of the network that the sure ones are.
type road struct {
	sure, maybe func(network.Attributes) bool
	known       *network.Subset
}

func (c *road) isSure(_ int32, a network.Attributes) bool { return a.Passable && c.sure(a) }
func (c *road) isBoth(_ int32, a network.Attributes) bool {
	return a.Passable && (c.sure(a) || c.maybe(a))
}

// choose makes the gates of the roads for which sure holds, and of those besides for
// which maybe does.
func (j *roadJudge) choose(of road) (c choice, err error) {
	any := false
	both := j.g.Where(func(e int32, a network.Attributes) bool {
		if !of.isBoth(e, a) {
			return false
		}
		any = any || !of.isSure(e, a)
		return true
	})
	over := of.known
	switch {
	case over != nil:
	case any:
		over = j.g.Where(of.isSure)
	default:
		over = both
	}
	if c.sure, err = newGate(j, over, j.enterable(over)); err != nil || !any {
		return c, err
	}
	c.maybe, err = newGate(j, both, j.enterable(both))
	return c, err
}

// enterable leaves out what cannot be entered where it passes.
func (j *roadJudge) enterable(of *network.Subset) *network.Subset {
	return j.g.Where(j.mayEnter(of))
}

func (j *roadJudge) mayEnter(of *network.Subset) func(e int32, a network.Attributes) bool {
	return func(e int32, a network.Attributes) bool { return of.Has(e) && !j.known.isControlled(a) }
}
