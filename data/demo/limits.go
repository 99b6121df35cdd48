package demo

import (
	"github.com/paulmach/orb"
)

// area is a polygon where one should not or must not build.
type area struct {
	name, kind, level string
	county            int
	shape             orb.Polygon
	people            int
	cells             region
}

const (
	hazardCount = 300
	clearance   = 600.0 // metres that limits keep from the middle of sites, seats and towns
)

// setLimits draws hazards and no-build areas. All keep clear of the sites and of
// the middles of towns, since those were chosen with an eye to them.
func (w *world) setLimits() {
	g := w.ground
	kept := make([]bool, len(g.z))
	keep := func(p xy, reach float64) {
		for y := -reach; y <= reach; y += g.grid.cell / 2 {
			for x := -reach; x <= reach; x += g.grid.cell / 2 {
				if x*x+y*y <= reach*reach {
					kept[g.grid.at(p.add(xy{x, y}))] = true
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
	free := func(i int32) bool { return g.county[i] >= 0 && !kept[i] && g.wellInside(int(i)) }
	w.setReserves(free)
	w.setHazards(free)
}

// drawAreas looks for seeds at random that fit and grows each into an area of its own.
func (w *world) drawAreas(n, salt int, used []bool, most func(k int) int, fits func(int32) bool) []region {
	g := w.ground
	var out []region
	for try := 0; len(out) < n && try < 400*n; try++ {
		i := int32(hash(w.seed, try, salt) % uint64(len(g.z)))
		if used[i] || g.county[i] < 0 {
			continue
		}
		home := g.county[i]
		r := g.grow(i, most(len(out)), func(c int32) bool { return !used[c] && g.county[c] == home && fits(c) })
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
	used := make([]bool, len(g.z))
	add := func(kind, title string, n, salt int, most func(int) int, fits func(int32) bool) {
		for _, r := range w.drawAreas(n, salt, used, most, func(i int32) bool { return free(i) && fits(i) }) {
			t := w.nearestTown(g.grid.center(int(r[0])))
			w.reserves = append(w.reserves, area{
				name:   townStem(w.source.towns[t].name) + title,
				kind:   kind,
				county: int(g.county[r[0]]),
				shape:  g.outline(r),
				cells:  r,
			})
		}
	}
	top := toPlane([2]float64{summit.lon, summit.lat})
	near := int32(g.grid.at(top))
	for i := range g.z { // the summit itself may lie a cell outside
		if free(int32(i)) && g.grid.center(i).distance(top) < g.grid.center(int(near)).distance(top)+1 && !free(near) {
			near = int32(i)
		}
	}
	if r := g.grow(near, 2600, func(i int32) bool {
		return free(i) && w.source.counties[g.county[i]].code == summitCounty && g.z[i] > 1350 && g.grid.center(int(i)).distance(top) < 14000
	}); len(r) > 0 {
		for _, c := range r {
			used[c] = true
		}
		w.reserves = append(w.reserves, area{
			name:   "牛背梁国家级自然保护区",
			kind:   "nature_reserve",
			county: int(g.county[r[0]]),
			shape:  g.outline(r),
			cells:  r,
		})
	}
	add("nature_reserve", "县级自然保护区", 5, 251, func(int) int { return 320 }, func(i int32) bool { return g.above[i] > 220 })
	add("red_line", "生态保护红线", 42, 252, func(k int) int {
		return 120 + k%7*60
	}, func(i int32) bool { return g.above[i] > 160 && w.net.mask[i] == 0 })
	add("basic_farmland", "永久基本农田", 64, 253, func(k int) int {
		return 8 + k%9*4
	}, func(i int32) bool { return g.above[i] < 30 && g.steep(int(i)) < 0.14 })
	add("steep_farmland", "退耕还林地", 46, 254, func(k int) int { return 4 + k%6*2 }, func(i int32) bool {
		return g.steep(int(i)) > 0.466 && g.above[i] < 320 // tan 25°
	})
}

func (w *world) setHazards(free func(int32) bool) {
	g := w.ground
	used := make([]bool, len(g.z))
	add := func(kind, title string, n, salt int, most func(int) int, fits func(int32) bool) {
		for k, r := range w.drawAreas(n, salt, used, most, func(i int32) bool { return free(i) && fits(i) }) {
			v := w.nearestVillage(g.grid.center(int(r[0])))
			level := []string{"high", "medium", "medium", "low"}[hash(w.seed, k, salt, 261)%4]
			w.hazards = append(w.hazards, area{
				name:   villageStem(w.source.villages[v].name) + title,
				kind:   kind,
				level:  level,
				county: int(g.county[r[0]]),
				shape:  g.outline(r),
				cells:  r,
			})
		}
	}
	slope := func(from, to float64) func(int32) bool {
		return func(i int32) bool {
			s := g.steep(int(i))
			return s >= from && s < to && g.above[i] > 20 && g.above[i] < 260
		}
	}
	add("flood", "山洪区", hazardCount*30/100, 262, func(k int) int { return 6 + k%8*2 }, func(i int32) bool { return g.flow.area[i] > 14e6 })
	add("debris_flow", "泥石流沟", hazardCount*22/100, 263, func(k int) int { return 5 + k%6*2 }, func(i int32) bool {
		return g.flow.area[i] > 0.6e6 && g.flow.area[i] < 8e6
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
			w.hazards[h-1].people += 20 + int(hash(w.seed, k, 266)%120)
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
