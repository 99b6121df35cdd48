package programme

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// Measure is what a programme is to save.
type Measure string

// The measures: kilometres, and 10,000 yuan.
const (
	Km  Measure = "km"
	Wan Measure = "wan"
)

// Ask is what a programme is for.
type Ask struct {
	Service service.ID            // Road, Water or Broadband
	County  string                // its code; "" for all
	Only    func(row uint32) bool // of the village layer: who else is left out; nil for nobody
	By      Measure
	Budget  float64 // by that measure; +Inf for none
	// NoLines has works begin at places alone, and not on pipes and cables: so it is for who may not know where these run.
	NoLines bool
}

// Services are those for which there are programmes.
var Services = []service.ID{service.Road, service.Water, service.Broadband}

// ServiceIDs are their ids.
func ServiceIDs() []string {
	ids := make([]string, len(Services))
	for i, id := range Services {
		ids[i] = string(id)
	}
	return ids
}

// Totals are sums over works.
type Totals struct {
	Km, Wan  float64
	Villages int
	People   int
}

// of is the total by the measure.
func (t Totals) of(m Measure) float64 {
	if m == Wan {
		return t.Wan
	}
	return t.Km
}

// Kind is what a stretch of works is.
type Kind string

// The kinds: a road that is there is hardened, one where there is none is built, a pipe
// or a cable is laid.
const (
	Harden Kind = "harden"
	Link   Kind = "link"
	Pipe   Kind = "pipe"
	Cable  Kind = "cable"
)

// Stretch is one piece of works.
type Stretch struct {
	Kind Kind
	// Row is that of the road that is hardened, from so many metres along it to so many.
	Row         uint32
	FromM, ToM  float64
	Metres, Wan float64
	Estimated   bool // the money is by the rules, not by the road's own record
	Line        orb.LineString
}

// Work is works that are done together, and what they bring.
type Work struct {
	Totals
	Villages  []int // that gain, by their indexes in the result
	Stretches []Stretch
	Estimated bool   // the money is at least in part
	Supply    uint32 // of water: the row of the works that serve the village
	Line      uint32 // of water: the row of the pipe from which the work begins, where FromLine
	FromLine  bool
	Sum       Totals // of this and all before
}

// Left is a village that has nothing of the programme, and why.
type Left struct {
	Village int
	Why     string // one of the reasons
}

// The reasons to be left.
const (
	OverBudget = "budget"
	NoWay      = "no_way"      // nothing within reach can be joined to
	NoCapacity = "no_capacity" // of waterworks
	NoPlace    = "no_place"    // the village's or its county seat's is not on record
	Unsure     = "unknown"     // whether it lacks the service is not on record
)

// Plan is a programme.
type Plan struct {
	Ask
	Result  *coverage.Result
	Lacking Totals // who lacks the service, in the area asked for
	Works   []Work
	Total   Totals
	Left    []Left
	// Bound is what no programme can beat: without a budget the least that joins all whom
	// this one joins, by the measure; with one the most people that it can serve.
	Bound float64
	// Gap is how far the programme may be from the best, as a share of it.
	Gap float64
}

// Make makes the programme.
func Make(ctx context.Context, r *coverage.Result, ask Ask) (*Plan, error) {
	p := &Plan{Ask: ask, Result: r}
	if ask.By != Km && ask.By != Wan || !(ask.Budget >= 0) {
		return nil, fmt.Errorf("programme: by %q, a budget of %v", ask.By, ask.Budget)
	}
	var err error
	wanted := p.wanted()
	switch ask.Service {
	case service.Road:
		err = p.alongRoads(ctx, func() (*sketch, error) { return newRoadSketch(r, wanted, ask.By) })
	case service.Broadband:
		err = p.alongRoads(ctx, func() (*sketch, error) { return newFibreSketch(r, wanted, ask.By, p.lines()) })
	case service.Water:
		err = p.assignWater(ctx, wanted)
	default:
		err = fmt.Errorf("programme: there is none for %v", ask.Service)
	}
	if err != nil {
		return nil, err
	}
	p.sum()
	return p, nil
}

// wanted are the villages of the area that lack the service. Those of which it is not
// known are left.
func (p *Plan) wanted() (list []int) {
	r := p.Result
	for i, state := range r.States[p.Service] {
		county := r.Villages.County[i]
		if p.County != "" && (county < 0 || r.Counties[county].Code != p.County) {
			continue
		}
		if p.Only != nil && !p.Only(r.Villages.Rows[i]) {
			continue
		}
		if state == service.Unknown {
			p.leave(i, Unsure)
		}
		if state != service.Not {
			continue
		}
		p.Lacking.Villages++
		p.Lacking.People += people(r, i)
		if _, ok := r.Villages.At(i); !ok {
			p.leave(i, NoPlace)
			continue
		}
		list = append(list, i)
	}
	return list
}

// lines are those from which works may begin; nil for none.
func (p *Plan) lines() *coverage.Lines {
	if p.NoLines {
		return nil
	}
	return p.Result.LinesOf(p.Service)
}

func (p *Plan) leave(village int, why string) { p.Left = append(p.Left, Left{village, why}) }

// people are a village's; none where nobody knows.
func people(r *coverage.Result, village int) int { return int(max(0, r.Villages.People[village])) }

// sum fills in all totals.
func (p *Plan) sum() {
	var sum Totals
	for i := range p.Works {
		w := &p.Works[i]
		w.Totals = Totals{Villages: len(w.Villages)}
		for _, v := range w.Villages {
			w.People += people(p.Result, v)
		}
		for _, s := range w.Stretches {
			w.Km += s.Metres / 1e3
			w.Wan += s.Wan
			w.Estimated = w.Estimated || s.Estimated
		}
		sum.Km, sum.Wan, sum.Villages, sum.People = sum.Km+w.Km, sum.Wan+w.Wan, sum.Villages+len(w.Villages), sum.People+w.People
		w.Sum = sum
	}
	p.Total = sum
	switch {
	case math.IsInf(p.Budget, 1) && sum.of(p.By) > 0:
		p.Bound = min(p.Bound, sum.of(p.By))
		p.Gap = (sum.of(p.By) - p.Bound) / sum.of(p.By)
	case math.IsInf(p.Budget, 1):
		p.Bound = 0
	case p.Bound > 0:
		p.Gap = (p.Bound - float64(sum.People)) / p.Bound
	}
}
