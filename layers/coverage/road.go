package coverage

import (
	"context"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// Reasons of a road's state.
const (
	roadReached   = "road_reached"
	roadFar       = "road_far"        // no hardened road within reach
	roadCutOff    = "road_cut_off"    // one, from which no unbroken hardened path leads to the seat
	roadDetached  = "road_detached"   // the same, where no road at all joins it to those that lead there
	roadUnknown   = "road_unrecorded" // roads whose surface or status is not on record decide it
	roadNoPlace   = "road_no_place"
	roadNoSeat    = "road_no_seat"
	roadNoNetwork = "road_no_network" // no roads are on record at all
)

var roadCodes = []string{roadReached, roadFar, roadCutOff, roadUnknown, roadNoPlace, roadNoSeat, roadNoNetwork}

// Roads is what the road rule found, in columns by village.
type Roads struct {
	code []uint8 // of roadCodes
	// NearestM is the straight line to the nearest hardened road, of those that lead to
	// the seat where one within reach does, and NearestRow its row in the road layer;
	// NaN where there is none.
	NearestM   []float32
	NearestRow []uint32
}

// roadJudge is what the road's states rest on.
type roadJudge struct {
	g                          *network.Graph
	known                      surfaces
	seats                      []Seat
	counties                   int
	reachM, seatReachM         float64
	hardened, passable, graded choice
	none                       bool // no roads are on record at all
}

// findGates makes the choices of roads that places are judged by: those of the result before carried on where there is one.
func (r *Result) findGates(c *follower, further bool) (err error) {
	j := &roadJudge{
		g: r.Network.Graph, known: newSurfaces(r.Network, r.Rules()), seats: r.ground.seats, counties: len(r.Counties),
		reachM: r.Rules().Limit("road.reach_m").Value, seatReachM: r.Rules().Limit("road.seat_reach_m").Value,
		none: r.Network.Graph.All().IsEmpty(),
	}
	r.roads, r.Seats = j, j.seats
	hardened := road{func(a network.Attributes) bool { return a.Hardened }, j.known.maybeHardened, r.Network.Hardened}
	if j.hardened, err = c.choice(j, hardened, func(j *roadJudge) choice { return j.hardened }); err != nil {
		return err
	}
	r.Hardened = j.hardened.sure.entry()
	if !further {
		return nil
	}
	passable := road{func(network.Attributes) bool { return true }, func(network.Attributes) bool { return false }, r.Network.Passable}
	if j.passable, err = c.choice(j, passable, func(j *roadJudge) choice { return j.passable }); err != nil {
		return err
	}
	r.Passable = j.passable.sure.entry()
	graded := road{j.known.isTownGrade, func(a network.Attributes) bool { return a.Grade == 0 }, nil}
	j.graded, err = c.choice(j, graded, func(j *roadJudge) choice { return j.graded })
	return err
}

// judgeFurther fills in the state of hamlets and towns, and what is nearest.
func (r *Result) judgeFurther(ctx context.Context, c *follower) (err error) {
	if r.TownRoad, err = r.gradeAll(ctx, r.TownPlaces, r.roads.graded, nil, c.towns, c.before.TownRoad); err != nil {
		return err
	}
	if r.HamletRoad, err = r.gradeAll(ctx, r.Hamlets, r.roads.passable, nil, c.hamlets, c.before.HamletRoad); err != nil {
		return err
	}
	return r.measureNearest(ctx, c)
}

func (s *surfaces) isTownGrade(a network.Attributes) bool { return slices.Contains(s.town, a.Grade) }

func newRoads(n int) *Roads {
	r := &Roads{code: make([]uint8, n), NearestM: make([]float32, n), NearestRow: make([]uint32, n)}
	for i := range r.NearestM {
		r.NearestM[i] = float32(math.NaN())
	}
	return r
}

// gradeAll grades each place; out, where given, is told why. Of places that were before, from tells as which, the state
// before holds.
func (r *Result) gradeAll(
	ctx context.Context, p *Places, c choice, out *Roads, from []int32, before []service.State,
) ([]service.State, error) {
	states := make([]service.State, p.Len())
	err := eachPlace(ctx, p.Len(), func(i int) error {
		if from[i] >= 0 {
			states[i] = before[from[i]]
			return nil
		}
		var e entered
		var err error
		at, placed := p.At(i)
		code := roadNoPlace
		switch {
		case !placed:
		case r.roads.none:
			code = roadNoNetwork
		case p.County[i] < 0 || !r.ground.seated[p.County[i]]:
			code = roadNoSeat
		default:
			states[i], e, err = c.grade(at, p.County[i])
			switch {
			case states[i] == service.Reached:
				code = roadReached
			case states[i] == service.Unknown:
				code = roadUnknown
			case e.near:
				code = roadCutOff
			default:
				code = roadFar
			}
		}
		if out != nil {
			out.setCode(i, code)
			if e.near {
				out.NearestM[i], out.NearestRow[i] = float32(e.nearest.WalkM), e.nearest.Row
			}
		}
		return err
	})
	return states, err
}

func (r *Roads) setCode(i int, code string) {
	for n, c := range roadCodes {
		if c == code {
			r.code[i] = uint8(n)
		}
	}
}

// measureNearest finds the nearest hardened road of the villages that have none
// within reach, and of every village and hamlet whether one lies as near as the Rural
// Access Index asks.
func (r *Result) measureNearest(ctx context.Context, c *follower) error {
	within, none := r.Rules().Limit("road.rural_access_m").Value, r.Network.Graph.All().IsEmpty()
	look := func(p *Places, i int, most float64) (first network.Snap, placed bool, err error) {
		first.Edge = -1
		at, placed := p.At(i)
		if placed {
			err = r.Network.Graph.SnapUntil(at, network.Query{Over: r.Hardened.Enter, MaxSnap: most}, func(s network.Snap) bool {
				first = s
				return false
			})
		}
		return first, placed, err
	}
	r.villageNear, r.hamletNear = carry(c.before.villageNear, c.villages), carry(c.before.hamletNear, c.hamlets)
	judge := func(snap network.Snap, placed bool) service.State {
		switch {
		case !placed || none:
			return service.Unknown
		case snap.Edge >= 0 && snap.WalkM <= within:
			return service.Reached
		}
		return service.Not
	}
	err := eachPlace(ctx, r.Villages.Len(), func(i int) error {
		if c.villages[i] >= 0 {
			return nil
		}
		snap, placed, err := look(r.Villages, i, within)
		if placed && err == nil && snap.Edge < 0 {
			snap, placed, err = look(r.Villages, i, farthestRoadM)
		}
		if snap.Edge >= 0 && math.IsNaN(float64(r.Roads.NearestM[i])) {
			r.Roads.NearestM[i], r.Roads.NearestRow[i] = float32(snap.WalkM), snap.Row
		}
		r.villageNear[i] = judge(snap, placed)
		return err
	})
	if err != nil {
		return err
	}
	return eachPlace(ctx, r.Hamlets.Len(), func(i int) error {
		if c.hamlets[i] >= 0 {
			return nil
		}
		snap, placed, err := look(r.Hamlets, i, within)
		r.hamletNear[i] = judge(snap, placed)
		return err
	})
}

// farthestRoadM is as far as the nearest hardened road of a village is looked for.
const farthestRoadM = 100e3

// roadCriterion is the evidence of a village's road.
func (r *Result) roadCriterion(declared *criterion, i int) Criterion {
	limit := declared.full
	c := declared.evidence(layers.Null)
	c.Code, c.State, c.Year = roadCodes[r.Roads.code[i]], r.States[service.Road][i], r.Year
	c.Limit, c.Basic, c.Source = limit.Value, limit.Value, limit.Source
	if c.Code != roadCutOff {
		c.Value = layers.Float(float64(r.Roads.NearestM[i]))
		return c
	}
	if way := r.Way(i); way.UnhardenedM == 0 && way.WalkM > 0 {
		c.Code, c.Value = roadDetached, layers.Float(float64(way.WalkM))
	} else {
		c.Value = layers.Float(float64(way.UnhardenedM)) // null where there is no way at all
	}
	return c
}
