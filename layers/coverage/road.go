package coverage

import (
	"context"
	"math"

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
	// Of those without: the best way out, that with the fewest unhardened metres.
	// WayM is the whole way, WalkM the part of it before any road; NaN where there is
	// no way. Its gaps are those of Gaps(i).
	UnhardenedM, WayM, WalkM []float32
	gapsEnd                  []int32
	gaps                     []Gap
}

// Gap is a stretch of a way out that is not hardened.
type Gap struct {
	Row      uint32 // of the road layer
	Metres   float32
	From, To [2]float64 // degrees
}

// Gaps are the unhardened stretches of a village's best way out, from the village on.
func (r *Roads) Gaps(i int) []Gap {
	from := int32(0)
	if i > 0 {
		from = r.gapsEnd[i-1]
	}
	return r.gaps[from:r.gapsEnd[i]]
}

// roadJudge is what the road's states rest on.
type roadJudge struct {
	known    surfaces
	seats    []Seat
	seated   []bool // by county: whether it has a seat
	hardened choice
}

// judgeRoads fills in the road's state of villages.
func (r *Result) judgeRoads(ctx context.Context) (*roadJudge, error) {
	n := len(r.Counties)
	j := &roadJudge{known: newSurfaces(r.Network, r.Rules()), seats: findSeats(r.TownPlaces), seated: make([]bool, n)}
	for _, s := range j.seats {
		j.seated[s.County] = true
	}
	var err error
	j.hardened, err = j.known.choose(r.Network, j.seats, n, r.Rules(),
		func(a network.Attributes) bool { return a.Hardened }, j.known.maybeHardened)
	if err != nil {
		return nil, err
	}
	r.Seats, r.Hardened = j.seats, j.hardened.sure.entry()
	r.Roads = newRoads(r.Villages.Len())
	r.States[service.Road], err = r.gradeAll(ctx, r.Villages, j.hardened, j.seated, r.Roads)
	return j, err
}

// judgeFurther fills in the state of hamlets and towns, what is nearest, and ways out.
func (r *Result) judgeFurther(ctx context.Context, j *roadJudge) error {
	n := len(r.Counties)
	passable, err := j.known.choose(r.Network, j.seats, n, r.Rules(),
		func(network.Attributes) bool { return true }, func(network.Attributes) bool { return false })
	if err != nil {
		return err
	}
	graded, err := j.known.choose(r.Network, j.seats, n, r.Rules(),
		func(a network.Attributes) bool { return j.known.isTownGrade(a) }, func(a network.Attributes) bool { return a.Grade == 0 })
	if err != nil {
		return err
	}
	r.Passable = passable.sure.entry()
	if r.TownRoad, err = r.gradeAll(ctx, r.TownPlaces, graded, j.seated, nil); err != nil {
		return err
	}
	if r.HamletRoad, err = r.gradeAll(ctx, r.Hamlets, passable, j.seated, nil); err != nil {
		return err
	}
	if err := r.measureNearest(ctx, j.hardened.sure.access); err != nil {
		return err
	}
	return r.findWays(ctx, j.seats, j.known.enterable(r.Network.Graph, r.Network.Passable), j.hardened.sure)
}

func (s *surfaces) isTownGrade(a network.Attributes) bool {
	for _, g := range s.town {
		if a.Grade == g {
			return true
		}
	}
	return false
}

func newRoads(n int) *Roads {
	r := &Roads{code: make([]uint8, n), NearestRow: make([]uint32, n), gapsEnd: make([]int32, n)}
	for _, column := range []*[]float32{&r.NearestM, &r.UnhardenedM, &r.WayM, &r.WalkM} {
		*column = make([]float32, n)
		for i := range *column {
			(*column)[i] = float32(math.NaN())
		}
	}
	return r
}

// gradeAll grades each place; out, where given, is told why.
func (r *Result) gradeAll(ctx context.Context, p *Places, c choice, seated []bool, out *Roads) ([]service.State, error) {
	states := make([]service.State, p.Len())
	err := eachPlace(ctx, p.Len(), func(i int) error {
		var e entered
		var err error
		at, placed := p.At(i)
		code := roadNoNetwork
		switch {
		case r.Network.Graph.All().IsEmpty():
		case !placed:
			code = roadNoPlace
		case p.County[i] < 0 || !seated[p.County[i]]:
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
func (r *Result) measureNearest(ctx context.Context, access *network.Subset) error {
	within := r.Rules().Limit("road.rural_access_m").Value
	look := func(p *Places, i int, most float64) (first network.Snap, placed bool, err error) {
		first.Edge = -1
		at, placed := p.At(i)
		if placed {
			err = r.Network.Graph.SnapUntil(at, network.Query{Over: access, MaxSnap: most}, func(s network.Snap) bool {
				first = s
				return false
			})
		}
		return first, placed, err
	}
	r.villageNear, r.hamletNear = make([]service.State, r.Villages.Len()), make([]service.State, r.Hamlets.Len())
	judge := func(snap network.Snap, placed bool) service.State {
		switch {
		case !placed || r.Network.Graph.All().IsEmpty():
			return service.Unknown
		case snap.Edge >= 0 && snap.WalkM <= within:
			return service.Reached
		}
		return service.Not
	}
	err := eachPlace(ctx, r.Villages.Len(), func(i int) error {
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
	switch {
	case c.Code != roadCutOff:
		c.Value = layers.Float(float64(r.Roads.NearestM[i]))
	case r.Roads.UnhardenedM[i] == 0 && r.Roads.WalkM[i] > 0:
		c.Code, c.Value = roadDetached, layers.Float(float64(r.Roads.WalkM[i]))
	default:
		c.Value = layers.Float(float64(r.Roads.UnhardenedM[i])) // null where there is no way at all
	}
	return c
}
