package demo

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/data/demo/source"
)

// area is a polygon where one should not or must not build.
type area struct {
	name, kind, level string
	county            int
	shape             orb.Polygon
	people            int
	cells             ground.Region
}

const (
	hazardCount = 300
	clearance   = 600.0 // metres that limits keep from the middle of sites, seats and towns
)

// setLimits draws hazards and no-build areas. All keep clear of the sites and of
// the middles of towns, since those were chosen with an eye to them.
func (w *world) setLimits() {
	g := w.ground
	kept := make([]bool, len(g.Z))
	keep := func(p plane.XY, reach float64) {
		for y := -reach; y <= reach; y += g.Grid.Cell / 2 {
			for x := -reach; x <= reach; x += g.Grid.Cell / 2 {
				if x*x+y*y <= reach*reach {
					kept[g.Grid.At(p.Add(plane.XY{X: x, Y: y}))] = true
				}
			}
		}
	}
	for _, s := range w.sites {
		if keep(s.at, clearance); s.zone {
			keep(s.at, clearance+400)
		}
	}
	for _, p := range w.parks {
		keep(p.at, clearance)
	}
	for _, t := range w.towns {
		keep(t.at, clearance)
	}
	free := func(i int32) bool { return g.County[i] >= 0 && !kept[i] && g.WellInside(int(i)) }
	w.setReserves(free)
	w.setHazards(free)
}

// drawAreas looks for seeds at random that fit and grows each into an area of its own.
func (w *world) drawAreas(n, salt int, used []bool, most func(k int) int, fits func(int32) bool) []ground.Region {
	g := w.ground
	var out []ground.Region
	for try := 0; len(out) < n && try < 400*n; try++ {
		i := int32(plane.Hash(w.seed, try, salt) % uint64(len(g.Z)))
		if used[i] || g.County[i] < 0 {
			continue
		}
		home := g.County[i]
		r := g.Grow(i, most(len(out)), func(c int32) bool { return !used[c] && g.County[c] == home && fits(c) })
		if len(r) < 3 {
			continue
		}
		for _, c := range r {
			used[c] = true
		}
		out = append(out, r)
	}
	return out
}

func (w *world) setReserves(free func(int32) bool) {
	g := w.ground
	used := make([]bool, len(g.Z))
	add := func(kind, title string, n, salt int, most func(int) int, fits func(int32) bool) {
		for _, r := range w.drawAreas(n, salt, used, most, func(i int32) bool { return free(i) && fits(i) }) {
			t := w.nearestTown(g.Grid.Center(int(r[0])))
			w.reserves = append(w.reserves, area{
				name:   townStem(w.source.Towns[t].Name) + title,
				kind:   kind,
				county: int(g.County[r[0]]),
				shape:  g.Outline(r),
				cells:  r,
			})
		}
	}
	top := plane.ToPlane([2]float64{source.Summit.Lon, source.Summit.Lat})
	near := int32(g.Grid.At(top))
	for i := range g.Z { // the summit itself may lie a cell outside
		if free(int32(i)) && g.Grid.Center(i).Distance(top) < g.Grid.Center(int(near)).Distance(top)+1 && !free(near) {
			near = int32(i)
		}
	}
	if r := g.Grow(near, 2600, func(i int32) bool {
		return free(i) && w.source.Counties[g.County[i]].Code == source.SummitCounty && g.Z[i] > 1350 &&
			g.Grid.Center(int(i)).Distance(top) < 14000
	}); len(r) > 0 {
		for _, c := range r {
			used[c] = true
		}
		w.reserves = append(w.reserves, area{
			name:   "牛背梁国家级自然保护区",
			kind:   "nature_reserve",
			county: int(g.County[r[0]]),
			shape:  g.Outline(r),
			cells:  r,
		})
	}
	add("nature_reserve", "县级自然保护区", 5, 251, func(int) int { return 320 }, func(i int32) bool { return g.Above[i] > 220 })
	add("red_line", "生态保护红线", 42, 252, func(k int) int {
		return 120 + k%7*60
	}, func(i int32) bool { return g.Above[i] > 160 && w.net.mask[i] == 0 })
	add("basic_farmland", "永久基本农田", 64, 253, func(k int) int {
		return 8 + k%9*4
	}, func(i int32) bool { return g.Above[i] < 30 && g.Steep(int(i)) < 0.14 })
	add("steep_farmland", "退耕还林地", 46, 254, func(k int) int { return 4 + k%6*2 }, func(i int32) bool {
		return g.Steep(int(i)) > 0.466 && g.Above[i] < 320 // tan 25°
	})
}

func (w *world) setHazards(free func(int32) bool) {
	g := w.ground
	used := make([]bool, len(g.Z))
	add := func(kind, title string, n, salt int, most func(int) int, fits func(int32) bool) {
		for k, r := range w.drawAreas(n, salt, used, most, func(i int32) bool { return free(i) && fits(i) }) {
			v := w.nearestVillage(g.Grid.Center(int(r[0])))
			level := []string{"high", "medium", "medium", "low"}[plane.Hash(w.seed, k, salt, 261)%4]
			w.hazards = append(w.hazards, area{
				name:   villageStem(w.source.Villages[v].Name) + title,
				kind:   kind,
				level:  level,
				county: int(g.County[r[0]]),
				shape:  g.Outline(r),
				cells:  r,
			})
		}
	}
	slope := func(from, to float64) func(int32) bool {
		return func(i int32) bool {
			s := g.Steep(int(i))
			return s >= from && s < to && g.Above[i] > 20 && g.Above[i] < 260
		}
	}
	add("flood", "山洪区", hazardCount*30/100, 262, func(k int) int { return 6 + k%8*2 }, func(i int32) bool { return g.Flow.Area[i] > 14e6 })
	add("debris_flow", "泥石流沟", hazardCount*22/100, 263, func(k int) int { return 5 + k%6*2 }, func(i int32) bool {
		return g.Flow.Area[i] > 0.6e6 && g.Flow.Area[i] < 8e6
	})
	add("collapse", "崩塌体", hazardCount*15/100, 265, func(k int) int { return 3 + k%4 }, slope(0.42, 2))
	add("landslide", "滑坡体", hazardCount*33/100, 264, func(k int) int { return 4 + k%5*2 }, slope(0.3, 0.5))
	where := map[int32]int{}
	for k := range w.hazards {
		for _, c := range w.hazards[k].cells {
			where[c] = k + 1
		}
	}
	for k := range w.hamlets {
		if h := where[w.hamlets[k].cell]; h > 0 {
			w.hazards[h-1].people += 20 + int(plane.Hash(w.seed, k, 266)%120)
		}
	}
	for k := range w.villages {
		if h := where[w.villages[k].cell]; h > 0 {
			w.hazards[h-1].people += w.people[k].population / 4
		}
	}
}

func (w *world) hazardRows(r *rows) {
	for _, a := range w.hazards {
		r.add(a.shape).text("name", a.name).text("county", w.countyCode(a.county)).text("kind", a.kind).text("level", a.level).
			whole("people", a.people)
	}
}

func (w *world) reserveRows(r *rows) {
	for _, a := range w.reserves {
		r.add(a.shape).text("name", a.name).text("county", w.countyCode(a.county)).text("kind", a.kind)
	}
}
