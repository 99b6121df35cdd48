package programme_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
)

// thirsty is a county with a road 10 km long from waterworks, and a village without water at its end.
func thirsty(t *testing.T) *world {
	w := newWorld(t).road("水泥", at(0, 0), at(5000, 0)).road("水泥", at(5000, 0), at(10_000, 0)).village(at(10_000, 0), 100)
	w.set("village", values{"water_quantity": 5, "fibre": false})
	w.add("broadband", at(0, 0), values{"name": "节点", "kind": "node", "status": "existing"})
	return w.add("water", at(0, 0), values{"name": "水厂", "capacity_m3d": 500, "used_m3d": 10, "status": "existing"})
}

func (w *world) pipe(v values, line ...orb.Point) *world {
	return w.add("pipe", orb.LineString(line), with(v))
}

func with(v values) values {
	all := values{"status": "existing"}
	for k, x := range v {
		all[k] = x
	}
	return all
}

func TestAPipeBeginsOnTheNearestPipeThatWaterworksWithRoomFeed(t *testing.T) {
	far := func(w *world) *world { // works of another name, without room
		return w.add("water", at(9000, 3000), values{"name": "满厂", "capacity_m3d": 10, "used_m3d": 10, "status": "existing"})
	}
	for name, c := range map[string]struct {
		lay    func(w *world) *world
		metres float64
		line   int64 // 0: from the works
		no     bool  // lines are not to be used
	}{
		"none is there":        {func(w *world) *world { return w }, 10_000, 0, false},
		"one that names works": {func(w *world) *world { return w.pipe(values{"works": "水厂"}, at(3000, 500), at(10_000, 400)) }, 400, 1, false},
		"one nobody may know":  {func(w *world) *world { return w.pipe(values{"works": "水厂"}, at(3000, 500), at(10_000, 400)) }, 10_000, 0, true},
		"raw water": {func(w *world) *world {
			return w.pipe(values{"works": "水厂", "kind": "raw"}, at(3000, 500), at(9900, 0))
		}, 10_000, 0, false},
		"planned for later": {func(w *world) *world {
			return w.pipe(values{"works": "水厂", "status": "planned", "year": 2019}, at(3000, 500), at(9900, 0))
		}, 10_000, 0, false},
		"it begins at the works": {func(w *world) *world { return w.pipe(nil, at(60, 0), at(8500, 0)) }, 1500, 1, false},
		"it hangs on another": {func(w *world) *world {
			return w.pipe(nil, at(60, 0), at(6000, 200)).pipe(nil, at(6000, 200), at(9000, 0))
		}, 1000, 2, false},
		"it hangs on nothing": {func(w *world) *world { return w.pipe(nil, at(2000, 200), at(9000, 0)) }, 10_000, 0, false},
		"its works have no room": {func(w *world) *world {
			return far(w).pipe(values{"works": "满厂"}, at(0, 0), at(9900, 0))
		}, 10_000, 0, false},
		"its works are not on record": {func(w *world) *world { return w.pipe(values{"works": "无名"}, at(0, 0), at(9900, 0)) }, 100, 1, false},
		"it passes a junction of roads": {func(w *world) *world {
			return w.pipe(values{"works": "水厂"}, at(0, 80), at(5000, 80), at(5000, 4000))
		}, 5080, 1, false},
		"it ends beside a road": {func(w *world) *world { return w.pipe(values{"works": "水厂"}, at(0, 0), at(7000, 300)) }, 3300, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := compute(t, c.lay(thirsty(t)).snapshot(), 2017)
			p, err := programme.Make(t.Context(), r, programme.Ask{
				Service: service.Water, By: programme.Km, Budget: math.Inf(1), NoLines: c.no,
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Works) != 1 || len(p.Works[0].Stretches) != 1 {
				t.Fatalf("%+v, left %v", p.Works, p.Left)
			}
			work := p.Works[0]
			line := int64(0)
			if work.FromLine {
				line = r.LinesOf(service.Water).Table.ID(work.Line)
			}
			stretch := work.Stretches[0]
			if line != c.line || math.Abs(stretch.Metres-c.metres) > 0.003*c.metres {
				t.Errorf("%.1f m from line %d, want %.1f from %d", stretch.Metres, line, c.metres, c.line)
			}
			if drawn := geo.Length(stretch.Line); math.Abs(drawn-stretch.Metres) > 0.01 || p.Gap > 1e-6 {
				t.Errorf("%.2f m are drawn and %.2f paid for; a gap of %v", drawn, stretch.Metres, p.Gap)
			}
		})
	}
}

func TestACableBeginsOnTheNearestCable(t *testing.T) {
	for name, c := range map[string]struct {
		line   orb.LineString
		values values
		metres float64
	}{
		"none is near":         {orb.LineString{at(0, 9000), at(100, 9000)}, nil, 10_000},
		"one passes by":        {orb.LineString{at(9000, 700), at(11_000, 700)}, nil, 700},
		"it is for later":      {orb.LineString{at(9000, 700), at(11_000, 700)}, values{"status": "planned", "year": 2018}, 10_000},
		"it ends by the road":  {orb.LineString{at(7000, 3000), at(7000, 0)}, nil, 3000},
		"it passes a junction": {orb.LineString{at(5000, -3000), at(5000, 3000)}, nil, 5000},
	} {
		t.Run(name, func(t *testing.T) {
			r := compute(t, thirsty(t).add("cable", c.line, with(c.values)).snapshot(), 2017)
			p := plan(t, r, service.Broadband, programme.Km, math.Inf(1))
			if got := 1e3 * p.Total.Km; len(p.Works) != 1 || math.Abs(got-c.metres) > 0.003*c.metres || p.Gap > 1e-6 {
				t.Errorf("%.1f m, want %.1f; a gap of %v; left %v", got, c.metres, p.Gap, p.Left)
			}
		})
	}
}

// The oracle tries every way there is, one after the other: straight from the village, from both ends of each pipe, and from each
// end of a road that a pipe passes. And no way from any place of the pipes, ten metres after ten metres, is far below.
func TestThePipeToAVillageIsTheShortestOfAll(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 7))
	for n := range trial.Part(40) {
		w := newWorld(t)
		place := func() orb.Point { return at(random.Float64()*9000, random.Float64()*9000) }
		joints := []orb.Point{place()}
		for len(joints) < 7 {
			next := place()
			w.road("水泥", joints[random.IntN(len(joints))], next)
			joints = append(joints, next)
		}
		village := place()
		w.village(village, 100)
		w.set("village", values{"water_quantity": 5})
		works := place()
		w.add("water", works, values{"name": "水厂", "capacity_m3d": 500, "used_m3d": 10, "status": "existing"})
		var pipes []orb.LineString
		for range 1 + random.IntN(3) {
			a := joints[random.IntN(len(joints))]
			line := orb.LineString{a, place(), place()}
			pipes = append(pipes, line)
			w.pipe(values{"works": "水厂"}, line...)
		}
		r := compute(t, w.snapshot(), 2017)
		p := plan(t, r, service.Water, programme.Km, math.Inf(1))
		q := r.Network.Query(network.ByMetres)
		q.FootWeight = 1
		away := func(from orb.Point) float64 {
			route, err := r.Network.Graph.Route(t.Context(), from, village, q)
			if err != nil || route.State != network.Reached {
				return math.Inf(1)
			}
			return route.Cost
		}
		want, least := away(works), away(works)
		for _, line := range pipes {
			shape, err := geo.NewShape(line)
			if err != nil {
				t.Fatal(err)
			}
			if hit := shape.Nearest(village); hit.Metres <= network.DefaultMaxSnap {
				want = min(want, hit.Metres)
			}
			want = min(want, away(line[0]), away(line[len(line)-1]))
			for _, joint := range joints {
				if hit := shape.Nearest(joint); hit.Metres <= 100 {
					want = min(want, hit.Metres+away(joint))
				}
			}
			for i := 1; i < len(line); i++ {
				steps := math.Ceil(geo.Distance(line[i-1], line[i]) / 10)
				for k := 0.; k <= steps; k++ {
					f := k / steps
					at := orb.Point{line[i-1][0] + f*(line[i][0]-line[i-1][0]), line[i-1][1] + f*(line[i][1]-line[i-1][1])}
					least = min(least, away(at), geo.Distance(at, village))
				}
			}
		}
		if math.IsInf(want, 1) {
			if len(p.Works) != 0 {
				t.Errorf("%d: %.1f m where there is no way", n, 1e3*p.Total.Km)
			}
			continue
		}
		if got := 1e3 * p.Total.Km; math.Abs(got-want) > 0.02 || got < least-10 {
			t.Errorf("%d: %.2f m, want %.2f; from no place of the pipes is it below %.2f", n, got, want, least)
		}
	}
}

// set changes what is on record of the last feature of a layer.
func (w *world) set(layer string, v values) *world {
	w.t.Helper()
	l, _ := w.catalog.Layer(layer)
	demotest.Set(w.t, l, &w.list[layer][len(w.list[layer])-1], v)
	return w
}
