package programme

import (
	"math"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/coverage"
)

// costs are what a metre of road costs, by row.
type costs struct {
	r     *coverage.Result
	class map[string]float64 // 10,000 yuan a km
	cost  int                // field
	kind  int
}

func newCosts(r *coverage.Result) *costs {
	c := &costs{r: r, cost: -1, kind: -1, class: map[string]float64{}}
	for class, key := range map[string]string{
		"国道": "national", "省道": "provincial", "县道": "county", "乡道": "township", "村道": "village", "专用道": "special",
	} {
		c.class[class] = r.Rules().Limit("programme." + key + "_wan_km").Value
	}
	if t := r.Network.Table; t != nil {
		c.cost, c.kind = t.Layer.Field("cost_wan"), t.Layer.Field("class")
	}
	return c
}

// metre is what a metre of the row's road costs to harden, in 10,000 yuan: its own
// record's share, or else what the rules say of its class. A road of no class counts as
// a village road.
func (c *costs) metre(row uint32) (wan float64, estimated bool) {
	t := c.r.Network.Table
	if c.cost >= 0 {
		if v := t.Value(row, c.cost); !v.IsNull() && v.Float() >= 0 {
			if length := t.Shape(row).Length(); length > 0 {
				return v.Float() / length, false
			}
		}
	}
	km, ok := 0., false
	if c.kind >= 0 {
		km, ok = c.class[t.Value(row, c.kind).Text()]
	}
	if !ok {
		km = c.class["村道"]
	}
	return km / 1e3, true
}

// units are what is summed in whole numbers: millimetres, or yuan.
func (m Measure) units(metres, wan float64) int64 {
	if m == Wan {
		return int64(math.Round(wan * 1e4))
	}
	return int64(math.Round(metres * 1e3))
}

// inUnits is a budget of kilometres or 10,000 yuan in units; told is the reverse.
func (m Measure) inUnits(budget float64) int64 {
	if m == Wan {
		return int64(min(1e15, budget*1e4))
	}
	return int64(min(1e15, budget*1e6))
}

func (m Measure) told(units int64) float64 {
	if m == Wan {
		return float64(units) / 1e4
	}
	return float64(units) / 1e6
}

// Cost is what a part of roads costs, in 10,000 yuan: by the road's own record or, estimated, by the rules. ok is false of a
// village that is joined, whose pipe or cable the part does not tell.
func Cost(r *coverage.Result, p Part) (wan float64, estimated, ok bool) {
	c := newCosts(r)
	switch {
	case p.Village != 0:
		return 0, false, false
	case p.Line != nil:
		return geo.Length(p.Line) * c.class["村道"] / 1e3, true, true
	case c.r.Network.Table == nil:
		return 0, false, false
	}
	row, known := c.r.Network.Table.Find(p.Road)
	if !known {
		return 0, false, false
	}
	metre, estimated := c.metre(row)
	to := p.ToM
	if to == 0 {
		to = c.r.Network.Table.Shape(row).Length()
	}
	return metre * (to - p.FromM), estimated, true
}
