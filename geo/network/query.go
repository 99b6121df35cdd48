package network

import (
	"cmp"
	"fmt"
	"math"
)

// Metric is what a way is measured by.
type Metric uint8

// The metrics. A cost is metres in the one and minutes in the other.
const (
	ByMetres Metric = iota
	ByMinutes
)

// Defaults of a Query.
const (
	// DefaultMaxSnap is in metres: the 2 km of the Rural Access Index (SDG 9.1.1), or
	// half an hour's walk.
	DefaultMaxSnap = 2000
	// DefaultFootWeight and DefaultFootTimeWeight are what a walk weighs by metres and by minutes. They were measured, on the
	// roads of Andorra and of the demo, as the least by which hardly one of a hundred pairs of places on roads walks across
	// to another bend: see the package's comment.
	DefaultFootWeight     = 20
	DefaultFootTimeWeight = 5
)

// Query is how a question is asked. The zero Query asks by metres over all edges,
// with the defaults.
type Query struct {
	Metric Metric
	// Over is the subset of edges that may be used; nil for all.
	Over *Subset
	// Weights, by edge, take the place of the edges' lengths or times: thousandths of
	// the metric's metres, or its milliseconds. They let hardened edges cost nothing.
	Weights []uint32
	// MaxSnap is how many metres a point may lie off the edges that it uses.
	MaxSnap float64
	// FootKmh is the speed of the walk to them, and FootWeight how many times each metre or minute of it counts.
	FootKmh, FootWeight float64
	// Limit is the greatest cost looked for, in metres or minutes; 0 for no limit.
	Limit float64
}

// plan is a query with its defaults, in whole units: millimetres or milliseconds.
type plan struct {
	Query
	g     *Graph
	walk  float64 // what a metre on foot costs, in units
	foot  float64 // what it is in units
	limit int64
}

func (g *Graph) plan(q Query) (plan, error) {
	if q.Over == nil {
		q.Over = g.all
	}
	if q.Over.nodes != len(g.nodes) || q.Weights != nil && len(q.Weights) != len(g.edges) {
		return plan{}, fmt.Errorf("network: the subset or the weights are those of another graph")
	}
	weight := float64(DefaultFootWeight)
	if q.Metric == ByMinutes {
		weight = DefaultFootTimeWeight
	}
	for _, v := range []struct {
		name  string
		value *float64
		or    float64
	}{
		{"MaxSnap", &q.MaxSnap, DefaultMaxSnap},
		{"FootKmh", &q.FootKmh, DefaultFootKmh},
		{"FootWeight", &q.FootWeight, weight},
		{"Limit", &q.Limit, math.Inf(1)},
	} {
		if *v.value == 0 {
			*v.value = v.or
		}
		if !(*v.value > 0) {
			return plan{}, fmt.Errorf("network: %s is %v, not a positive number", v.name, *v.value)
		}
	}
	p := plan{Query: q, g: g, foot: 1e3}
	if q.Metric == ByMinutes {
		p.foot = 3600 / q.FootKmh
	}
	p.walk = p.foot * q.FootWeight
	p.limit = p.units(q.Limit)
	return p, nil
}

// units is metres or minutes in whole units, below never.
func (p *plan) units(cost float64) int64 {
	unit := 1e3
	if p.Metric == ByMinutes {
		unit = 60e3
	}
	if u := cost * unit; u < float64(never-1) {
		return int64(u)
	}
	return never - 1
}

// never is more than any cost, with room for sums.
const never = int64(math.MaxInt64 / 4)

// weight is the cost of a whole edge.
func (p *plan) weight(e int32) int64 {
	switch {
	case p.Weights != nil:
		return int64(p.Weights[e])
	case p.Metric == ByMinutes:
		return int64(p.g.edges[e].ms)
	}
	return int64(p.g.edges[e].mm)
}

// stretch is the cost of an edge's first mm millimetres.
func (p *plan) stretch(e int32, mm uint32) int64 {
	d := &p.g.edges[e]
	if mm >= d.mm {
		if mm == 0 {
			return 0
		}
		return p.weight(e)
	}
	// Below 2⁶⁴, as both factors are below 2³².
	return int64(uint64(p.weight(e)) * uint64(mm) / uint64(d.mm))
}

// MostExtra is how much more than a way measures it may cost, since walks at both ends weigh more than they measure.
func (q Query) MostExtra() float64 {
	walks := 2 * cmp.Or(q.MaxSnap, DefaultMaxSnap)
	if q.Metric == ByMinutes {
		return walks * 0.06 / cmp.Or(q.FootKmh, DefaultFootKmh) * (cmp.Or(q.FootWeight, DefaultFootTimeWeight) - 1)
	}
	return walks * (cmp.Or(q.FootWeight, DefaultFootWeight) - 1)
}

// extra is how much more a walk costs than it measures.
func (p *plan) extra(at *place) int64 { return at.walk - int64(math.Round(at.metres*p.foot)) }

func (p *plan) cost(units int64) float64 {
	if p.Metric == ByMinutes {
		return minutes(units)
	}
	return metres(units)
}
