package demo

import (
	"fmt"
	"sort"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// route is a road with one number from one place to another.
type route struct {
	class, grade string
	number, name string
	level        int // 0 expressway, 1 national, 2 provincial, 3 county, 4 township, 5 village, 6 hamlet track, 7 special
	village      int // that it leads to; -1
	hamlet       int // -1
	county       int
}

const (
	expresswayLevel = iota
	nationalLevel
	provincialLevel
	countyLevel
	townshipLevel
	villageLevel
	trackLevel
	specialLevel
)

var (
	levelClass = [...]string{"国道", "国道", "省道", "县道", "乡道", "村道", "村道", "专用道"}
	levelGrade = [...]string{"高速", "二级", "二级", "三级", "四级", "四级", "等外", "四级"}
)

// trunk is a road by the places that it passes: a town's stem, or a place in
// degrees where it crosses the border.
type trunk struct {
	number, name string
	level        int
	stops        []stop
}

type stop struct {
	town     string
	lon, lat float64
}

// via is stops at towns.
func via(names ...string) []stop {
	out := make([]stop, len(names))
	for k, n := range names {
		out[k].town = n
	}
	return out
}

// seat names stand for the first town of a county, since three are called 城关.
var seats = map[string]string{
	"商州": "611002",
	"洛南": "611021",
	"丹凤": "611022",
	"商南": "611023",
	"山阳": "611024",
	"镇安": "611025",
	"柞水": "611026",
}

// trunks are the national and provincial roads. Numbers of national roads are
// real, their ways through towns roughly so; provincial ones are made up.
func trunks() []trunk {
	return []trunk{
		{
			"G312", "沪霍线", nationalLevel,
			joined(border(109.515, 34.075), via("牧护关", "麻街", "商州", "夜村", "棣花", "商镇", "丹凤", "铁峪铺", "武关", "清油河", "商南", "富水"), border(111.0, 33.55)),
		},
		{
			"G242", "甘钦线", nationalLevel,
			joined(border(110.16, 34.385), via("石门", "洛南", "板桥", "商州", "杨峪河", "山阳", "天竺山", "漫川关"), border(110.01, 33.19)),
		},
		{"G211", "银榕线", nationalLevel, joined(border(109.04, 33.835), via("营盘", "柞水", "下梁", "回龙", "镇安", "青铜关"), border(109.15, 33.18))},
		{"G345", "启那线", nationalLevel, joined(border(110.96, 33.62), via("商南", "过风楼", "竹林关", "银花", "中村", "山阳", "色河铺", "杨地", "凤凰", "小岭", "下梁"))},
		{"S101", "洛卢线", provincialLevel, joined(via("洛源", "保安", "洛南", "古城", "灵口"), border(110.68, 34.10))},
		{"S102", "洛丹线", provincialLevel, via("洛南", "景村", "蔡川", "丹凤")},
		{"S201", "商柞线", provincialLevel, via("商州", "杨峪河", "杨斜", "红岩寺", "曹坪", "柞水")},
		{"S202", "镇旬线", provincialLevel, via("镇安", "云盖寺", "月河", "木王")},
		{"S203", "商郧线", provincialLevel, via("商南", "青山", "湘河", "赵川")},
		{"S204", "镇山线", provincialLevel, via("镇安", "铁厂", "大坪", "户家塬", "色河铺")},
	}
}

// border is a stop where a road leaves the prefecture.
func border(lon, lat float64) []stop { return []stop{{lon: lon, lat: lat}} }

func joined(parts ...[]stop) []stop {
	var out []stop
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func (w *world) townByStem(stem string) int {
	for k, t := range w.source.Towns {
		if code, ok := seats[stem]; ok {
			if w.source.Counties[t.County].Code == code {
				return k
			}
		} else if townStem(t.Name) == stem {
			return k
		}
	}
	panic("demo: no town " + stem)
}

// builder lays roads, class by class.
type builder struct {
	*world
	find    *finder
	numbers map[string]int
}

func (w *world) buildRoads() {
	w.net = newNetwork(w.ground)
	b := &builder{w, newFinder(w.ground, w.net), map[string]int{}}
	b.layTrunks()
	b.layCountyRoads()
	b.layVillageRoads()
	b.layTracks()
	b.layExpressways()
	b.laySpecialRoads()
	b.layBanks()
	b.draw()
}

func (b *builder) inside(i int) bool { return b.ground.County[i] >= 0 }

// layTrunks leads each trunk road from stop to stop. Later ones share the road of
// earlier ones where that is no great detour.
func (b *builder) layTrunks() {
	for _, t := range trunks() {
		r := b.open(route{level: t.level, number: t.number, name: t.name, village: -1, hamlet: -1})
		var last int32 = -1
		for _, s := range t.stops {
			var here int32
			if s.town != "" {
				here = b.towns[b.townByStem(s.town)].cell
			} else {
				here = b.nearestInside(plane.ToPlane([2]float64{s.lon, s.lat}))
			}
			if last >= 0 {
				b.link(last, here, r, 0.75, 1.6)
			}
			last = here
		}
	}
}

// nearestInside is the cell of the prefecture nearest to a place.
func (b *builder) nearestInside(p plane.XY) int32 {
	best, at := 1e18, 0
	for i := range b.ground.Z {
		if b.inside(i) {
			if d := b.ground.Grid.Center(i).Distance(p); d < best {
				best, at = d, i
			}
		}
	}
	return int32(at)
}

func (b *builder) open(r route) int {
	r.class, r.grade = levelClass[r.level], levelGrade[r.level]
	b.routes = append(b.routes, r)
	return len(b.routes) - 1
}

// link lays a road between two cells.
func (b *builder) link(from, to int32, r int, reuse, grade float32) bool {
	end := b.find.find(wish{
		starts: []int32{from}, allow: b.inside, stop: func(i int32) bool { return i == to },
		reuse: reuse, grade: grade,
	})
	if end < 0 {
		return false
	}
	b.net.lay(b.find.path(end), r)
	return true
}

// number is the next number of a class in a county: X101, X102, …
func (b *builder) number(letter string, county, first int) string {
	key := letter + b.source.Counties[county].Code
	b.numbers[key]++
	return fmt.Sprintf("%s%03d", letter, first+b.numbers[key]-1)
}

// layCountyRoads joins every town to its county seat, all from one search a
// county, so that their ways run together; then neighbouring towns whose way
// round would be long.
func (b *builder) layCountyRoads() {
	for c := range b.source.Counties {
		seat := b.seat(c)
		b.find.find(wish{starts: []int32{b.towns[seat].cell}, allow: b.inside, reuse: 0.45, grade: 1.2, limit: 260e3})
		for k, t := range b.towns {
			if t.county != c || k == seat {
				continue
			}
			path := b.find.path(t.cell)
			for j := range path { // only up to the first road met
				if j > 0 && b.net.on(path[j]) {
					path = path[:j+1]
					break
				}
			}
			if b.net.on(t.cell) {
				continue
			}
			name := townStem(b.source.Towns[k].Name) + "—" + b.source.Counties[c].Name[:6]
			b.net.lay(path, b.open(route{level: countyLevel, number: b.number("X", c, 201), name: name, village: -1, hamlet: -1, county: c}))
		}
	}
	type pair struct {
		a, b int
		d    float64
	}
	var pairs []pair
	for i := range b.towns {
		for j := i + 1; j < len(b.towns); j++ {
			if d := b.towns[i].at.Distance(b.towns[j].at); d < 26e3 && b.neighbours(i, j) {
				pairs = append(pairs, pair{i, j, d})
			}
		}
	}
	sort.Slice(pairs, func(x, y int) bool {
		return pairs[x].d < pairs[y].d || pairs[x].d == pairs[y].d &&
			(pairs[x].a < pairs[y].a || pairs[x].a == pairs[y].a && pairs[x].b < pairs[y].b)
	})
	for _, p := range pairs {
		c := b.towns[p.a].county
		to := b.towns[p.b].cell
		end := b.find.find(wish{
			starts: []int32{b.towns[p.a].cell}, allow: b.between(b.towns[p.a].at, b.towns[p.b].at),
			stop: func(i int32) bool { return i == to }, reuse: 0.6, grade: 1.2, limit: float32(p.d * 5),
		})
		if end < 0 {
			continue
		}
		name := townStem(b.source.Towns[p.a].Name) + "—" + townStem(b.source.Towns[p.b].Name)
		r := route{level: countyLevel, name: name, village: -1, hamlet: -1, county: c}
		path := b.find.path(end)
		if b.fresh(path) < 3 {
			continue
		}
		r.number = b.number("X", c, 201)
		b.net.lay(path, b.open(r))
	}
}

// fresh counts the edges of a path that no road has yet.
func (b *builder) fresh(path []int32) int {
	n := 0
	for j := 1; j < len(path); j++ {
		if !b.net.has(int(path[j-1]), b.net.direction(int(path[j]-path[j-1]))) {
			n++
		}
	}
	return n
}

// between allows the cells of an ellipse around two places, so that a search for
// a way from one to the other does not spread over half the prefecture.
func (b *builder) between(from, to plane.XY) func(int) bool {
	most := 1.25*from.Distance(to) + 2500
	return func(i int) bool {
		if !b.inside(i) {
			return false
		}
		p := b.ground.Grid.Center(i)
		return p.Distance(from)+p.Distance(to) < most
	}
}

// neighbours tells whether no third town lies in the middle between the two (a
// Gabriel graph with circles a little smaller, for some more links).
func (b *builder) neighbours(i, j int) bool {
	mid := b.towns[i].at.To(b.towns[j].at, 0.5)
	r := 0.85 * mid.Distance(b.towns[i].at)
	for k := range b.towns {
		if k != i && k != j && b.towns[k].at.Distance(mid) < r {
			return false
		}
	}
	return true
}

func (w *world) seat(county int) int {
	for k := range w.towns {
		if w.towns[k].county == county && w.towns[k].kind == "county_seat" {
			return k
		}
	}
	panic("demo: county without seat")
}
