package demo

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/feeders"
	"github.com/cuntu/cuntu/data/demo/plane"
)

// tower is a 4G tower or a fibre node.
type tower struct {
	county   int
	at       plane.XY
	name     string
	kind     string // tower or node
	radius   float64
	mbps     float64
	ports    int
	operator string
	status   string
	year     int
}

var operators = []string{"中国移动", "中国电信", "中国联通", "中国铁塔"}

// placeTowers puts fibre nodes at towns and at well-placed villages, and 4G towers
// so that most villages, the needier ones less often, hear one.
func (w *world) placeTowers() {
	add := func(t tower, k int) {
		t.operator = operators[plane.Hash(w.seed, k, 131)%4]
		if t.kind == "tower" {
			t.radius = math.Round(22+22*plane.Chance(w.seed, k, 132)) * 100
			t.mbps = 100
		}
		t.status, t.year = "existing", 2013+int(plane.Hash(w.seed, k, 133)%5)
		if plane.Chance(w.seed, k, 134) < 0.08 {
			t.status, t.year = "planned", 2018+int(plane.Hash(w.seed, k, 135)%3)
		}
		w.towers = append(w.towers, t)
	}
	for k, t := range w.towns {
		stem := townStem(w.source.Towns[k].Name)
		add(tower{
			county: t.county,
			at:     w.nearby(t.at, k, 136, 300),
			name:   stem + "汇聚节点",
			kind:   "node",
			mbps:   10000,
			ports:  40 + int(plane.Hash(w.seed, k, 137)%200),
		}, 10*k)
		add(tower{county: t.county, at: w.nearby(t.at, k, 138, 600), name: stem + "基站", kind: "tower"}, 10*k+1)
	}
	for k, v := range w.villages {
		stem := villageStem(w.source.Villages[k].Name)
		if plane.Chance(w.seed, k, 139) < 0.34-0.2*w.need[k] {
			add(tower{
				county: v.county,
				at:     w.nearby(v.at, k, 140, 200),
				name:   stem + "光交节点",
				kind:   "node",
				mbps:   1000,
				ports:  int(plane.Hash(w.seed, k, 141) % 60),
			}, 10*k+2)
		}
		if plane.Chance(w.seed, k, 142) < 0.58-0.28*w.need[k] {
			add(tower{county: v.county, at: w.nearby(v.at, k, 143, 900), name: stem + "基站", kind: "tower"}, 10*k+3)
		}
	}
}

// signal tells whether a tower that stands covers a place.
func (w *world) signal(p plane.XY) bool {
	for k := range w.towers {
		t := &w.towers[k]
		if t.kind == "tower" && t.status == "existing" && t.at.Distance(p) <= t.radius {
			return true
		}
	}
	return false
}

// nearby is a place up to some metres from another, in the same county; the place
// itself where none is found.
func (w *world) nearby(p plane.XY, k, salt int, most float64) plane.XY {
	g := w.ground
	home := g.County[g.Grid.At(p)]
	for try := range 8 {
		angle := 2 * math.Pi * plane.Chance(w.seed, k, salt, try, 1)
		d := most * (0.25 + 0.75*plane.Chance(w.seed, k, salt, try, 2))
		q := p.Add(plane.XY{X: d * math.Cos(angle), Y: d * math.Sin(angle)})
		if i := g.Grid.At(q); g.County[i] == home && g.WellInside(i) {
			return q
		}
	}
	return p
}

type waterwork struct {
	town, county   int
	at             plane.XY
	name, kind     string
	capacity, used float64
	people         int
	guarantee      float64
	status         string
	year           int
}

// placeWaterworks gives each town a plant and three villages in five works of
// their own.
func (w *world) placeWaterworks() {
	add := func(x waterwork, k int, share float64) {
		if x.used = math.Round(float64(x.people) * 0.062 * (0.8 + 0.4*plane.Chance(w.seed, k, 151))); x.capacity == 0 {
			x.capacity = math.Round(x.used*(0.95+share*plane.Chance(w.seed, k, 152))) + 5
		}
		x.status, x.year = "existing", 2004+int(plane.Hash(w.seed, k, 153)%14)
		if plane.Chance(w.seed, k, 154) < 0.09 {
			x.status, x.year = "planned", 2018+int(plane.Hash(w.seed, k, 155)%3)
			if x.year == 2018 {
				x.status = "building"
			}
			x.used = 0
		}
		w.works = append(w.works, x)
	}
	people := w.townPeople()
	for k, t := range w.towns {
		name := townStem(w.source.Towns[k].Name) + "集镇供水厂"
		if t.kind == "county_seat" {
			name = w.source.Counties[t.county].Name + "城区水厂"
		}
		add(waterwork{
			town:      k,
			county:    t.county,
			at:        w.nearby(t.at, k, 156, 900),
			name:      name,
			kind:      "central",
			people:    people[k].people / 3,
			guarantee: tenth(95 + 4*plane.Chance(w.seed, k, 157)),
		}, k, 0.9)
	}
	for k, v := range w.villages {
		if plane.Chance(w.seed, k, 158) > 0.62 {
			continue
		}
		p := &w.people[k]
		kind := "central"
		switch luck := plane.Chance(w.seed, k, 159); {
		case w.ground.Above[v.cell] > 60 && luck < 0.6:
			kind = "spring"
		case w.ground.Above[v.cell] > 120 && luck < 0.8:
			kind = "cistern"
		case luck < 0.3:
			kind = "well"
		case luck < 0.5:
			kind = "spring"
		}
		add(waterwork{
			town: v.town, county: v.county, at: w.nearby(v.at, k, 160, 800), name: villageStem(w.source.Villages[k].Name) + "供水工程", kind: kind,
			people: int(float64(p.population) * p.tapRate / 100), guarantee: p.guarantee,
		}, 1000+k, 0.5)
	}
}

type facility struct {
	village, town, county int // village -1 for a town's
	at                    plane.XY
	name, kind, status    string
	year                  int
}

// placeFacilities builds what the villages' fields say they have, and what towns
// have as a rule.
func (w *world) placeFacilities() {
	add := func(f facility, k int, title string) {
		salt := 170 + len(f.kind)*7 + int(f.kind[0])
		f.at = w.nearby(f.at, k, salt, 260)
		f.name, f.status, f.year = f.name+title, "existing", 1996+int(plane.Hash(w.seed, k, salt)%22)
		w.facilities = append(w.facilities, f)
	}
	for k, t := range w.towns {
		stem := townStem(w.source.Towns[k].Name)
		for _, x := range []struct{ kind, title string }{
			{"school", "中心小学"},
			{"school", "初级中学"},
			{"clinic", "卫生院"},
			{"culture_square", "文化广场"},
			{"library", "文化站书屋"},
			{"bank", "农商银行"},
			{"bank", "邮储银行"},
			{"shop", "超市"},
			{"market", "集贸市场"},
			{"waste", "垃圾中转站"},
			{"tv", "广播电视站"},
		} {
			add(facility{village: -1, town: k, county: t.county, at: t.at, name: stem, kind: x.kind}, 100000+k*20+len(x.title), x.title)
		}
	}
	for k, v := range w.villages {
		p, stem := &w.people[k], villageStem(w.source.Villages[k].Name)
		f := facility{village: k, town: v.town, county: v.county, at: v.at, name: stem}
		build := func(kind, title string, when bool) {
			if when {
				f.kind = kind
				add(f, k, title)
			}
		}
		luck := func(salt int, share float64) bool { return plane.Chance(w.seed, k, salt) < share }
		build("school", "小学", p.school)
		build("clinic", "村卫生室", p.clinic)
		build("culture_square", "文化广场", p.square)
		build("library", "农家书屋", luck(181, 0.75-0.3*w.need[k]))
		build("shop", "便民商店", luck(182, 0.85-0.3*w.need[k]))
		build("waste", "垃圾收集点", luck(183, 0.6-0.3*w.need[k]))
		build("biogas", "沼气站", luck(184, 0.16))
		build("solar", "光伏扶贫电站", p.poverty && luck(185, 0.4))
		build("small_water", "塘坝", luck(186, 0.3))
		build("hydropower", "水电站", w.ground.Flow.Area[v.cell] > 20e6 && luck(187, 0.25))
		build("tv", "广播室", p.tv && luck(188, 0.3))
	}
}

func (w *world) broadbandRows(r *rows) {
	for _, t := range w.towers {
		f := r.add(plane.ToDegrees(t.at)).text("name", t.name).text("county", w.countyCode(t.county)).text("kind", t.kind).
			number("mbps", t.mbps).text("operator", t.operator).text("status", t.status).year("year", t.year)
		if t.kind == "tower" {
			f.number("radius_m", t.radius)
		} else {
			f.whole("spare_ports", t.ports)
		}
	}
}

func (w *world) waterRows(r *rows) {
	for _, x := range w.works {
		r.add(plane.ToDegrees(x.at)).text("name", x.name).
			text("town", w.townCode(x.town)).text("county", w.countyCode(x.county)).text("kind", x.kind).
			number("capacity_m3d", x.capacity).number("used_m3d", x.used).whole("people", x.people).number("guarantee", x.guarantee).
			text("status", x.status).year("year", x.year)
	}
}

func (w *world) facilityRows(r *rows) {
	used := map[string]int{}
	for _, x := range w.facilities {
		if used[x.name]++; used[x.name] > 1 && x.village < 0 {
			x.name += strconv.Itoa(used[x.name])
		}
		f := r.add(plane.ToDegrees(x.at)).text("name", x.name).text("town", w.townCode(x.town)).text("county", w.countyCode(x.county)).
			text("kind", x.kind).text("status", x.status).year("year", x.year)
		if x.village >= 0 {
			f.text("village", w.source.Villages[x.village].Code)
		}
	}
}

// The lines are made up as they are asked for: nothing else of the world rests on them.

// lanes are the roads along which lines may run.
func (w *world) lanes() *feeders.Ways {
	var roads []orb.LineString
	for _, s := range w.segments {
		if s.status == "existing" && s.kind != "cableway" && s.grade != "高速" {
			roads = append(roads, s.line)
		}
	}
	return feeders.New(roads)
}

// placed are the places of the villages that choose says yes to, and which those are.
func (w *world) placed(choose func(k int) bool) (at []plane.XY, villages []int) {
	for k, v := range w.villages {
		if choose(k) {
			at, villages = append(at, v.at), append(villages, k)
		}
	}
	return at, villages
}

// pipeRows lead water from the works that stand to the villages of which most people have taps.
func (w *world) pipeRows(r *rows) {
	var works []waterwork
	var sources []plane.XY
	for _, x := range w.works {
		if x.status == "existing" && x.kind != "cistern" {
			works, sources = append(works, x), append(sources, x.at)
		}
	}
	targets, villages := w.placed(func(k int) bool { return w.people[k].tapRate >= 60 })
	for n, l := range w.lanes().Lead(sources, targets, 7000, plane.XY{X: 5, Y: -4}) {
		x, people := works[l.Source], 0
		for _, i := range l.Serves {
			people += w.people[villages[i]].population
		}
		kind, title := "branch", "配水支管"
		if len(l.Serves) > 1 {
			kind, title = "main", "配水干管"
		}
		size, material := 63, "PE"
		for _, step := range []struct{ people, mm int }{{500, 75}, {1200, 90}, {2500, 110}, {5000, 160}} {
			if people > step.people {
				size = step.mm
			}
		}
		if size == 160 && plane.Chance(w.seed, n, 501) < 0.5 {
			material = "球墨铸铁"
		}
		r.add(l.Line).text("name", strings.TrimSuffix(x.name, "供水工程")+title).text("county", w.countyCode(x.county)).text("kind", kind).
			text("works", x.name).whole("diameter_mm", size).text("material", material).text("status", "existing").year("year", x.year)
	}
}

// cableRows lead from the county seats to all towns and on to the villages that have fibre.
func (w *world) cableRows(r *rows) {
	var sources, targets []plane.XY
	var seats []int
	for k, t := range w.towns {
		if t.kind == "county_seat" {
			sources, seats = append(sources, t.at), append(seats, k)
		} else {
			targets = append(targets, t.at)
		}
	}
	towns := len(targets)
	at, villages := w.placed(func(k int) bool { return w.people[k].fibre })
	for n, l := range w.lanes().Lead(sources, append(targets, at...), 150_000, plane.XY{X: -6, Y: 4}) {
		kind, cores := "branch", 12+12*int(plane.Hash(w.seed, n, 511)%2)
		name := ""
		for _, i := range l.Serves {
			if i < towns {
				kind, cores = "trunk", 48+48*int(plane.Hash(w.seed, n, 512)%2)
			} else if name == "" {
				name = villageStem(w.source.Villages[villages[i-towns]].Name) + "光缆"
			}
		}
		seat := w.towns[seats[l.Source]]
		if kind == "trunk" {
			name = w.source.Counties[seat.county].Name + "干线光缆"
		}
		laid := "架空"
		if kind == "trunk" && plane.Chance(w.seed, n, 513) < 0.3 {
			laid = "管道"
		}
		r.add(l.Line).text("name", name).text("county", w.countyCode(seat.county)).text("kind", kind).whole("cores", cores).
			whole("spare_cores", int(plane.Chance(w.seed, n, 514)*float64(cores)*0.7)).text("laid", laid).
			text("operator", operators[seat.county%3]).text("status", "existing").year("year", 2011+int(plane.Hash(w.seed, n, 515)%7))
	}
}

// mediumLines lead current from a substation at each town to the villages that have power, whose positions are the lines' targets.
func (w *world) mediumLines() (lines []feeders.Line, villages []int) {
	var sources []plane.XY
	for _, t := range w.towns {
		sources = append(sources, t.at)
	}
	targets, villages := w.placed(func(k int) bool { return w.people[k].power })
	return w.lanes().Lead(sources, targets, 60_000, plane.XY{X: 9, Y: 7}), villages
}

// mediumName is what a 10 kV line is called that a town's substation feeds.
func (w *world) mediumName(l feeders.Line, villages []int) string {
	last := villages[l.Serves[len(l.Serves)-1]]
	return townStem(w.source.Towns[l.Source].Name) + " 10 千伏" + villageStem(w.source.Villages[last].Name) + "线"
}

func (w *world) powerLineRows(r *rows) {
	lines, villages := w.mediumLines()
	for n, l := range lines {
		kind, conductor := "branch", "JL/G1A-50"
		if len(l.Serves) > 2 {
			kind, conductor = "trunk", "JL/G1A-120"
		}
		r.add(l.Line).text("name", w.mediumName(l, villages)).
			text("county", w.countyCode(w.towns[l.Source].county)).text("kind", kind).
			text("substation", townStem(w.source.Towns[l.Source].Name)+" 35 千伏变电站").text("laid", "架空").text("conductor", conductor).
			text("status", "existing").year("year", 1998+int(plane.Hash(w.seed, n, 521)%19))
	}
}

// transformerRows put one beside each village with power, and a second where many live.
func (w *world) transformerRows(r *rows) {
	lines, villages := w.mediumLines()
	feeds := make([]string, len(villages))
	for _, l := range lines { // the lines nearer to the substation come first
		for _, i := range l.Serves {
			feeds[i] = w.mediumName(l, villages)
		}
	}
	for i, k := range villages {
		v, p := w.villages[k], w.people[k]
		count := 1 + p.households/260
		for n := range count {
			capacity := 100.
			for _, size := range []float64{160, 200, 250, 315} {
				if float64(p.households/count) > size*0.8 {
					capacity = size
				}
			}
			r.add(plane.ToDegrees(w.nearby(v.at, k*4+n, 531, 220))).
				text("name", villageStem(w.source.Villages[k].Name)+" "+strconv.Itoa(n+1)+" 号公变").
				text("village", w.source.Villages[k].Code).text("town", w.townCode(v.town)).text("county", w.countyCode(v.county)).
				text("line", feeds[i]).number("capacity_kva", capacity).number("load_rate", math.Round(35+55*plane.Chance(w.seed, k, n, 532))).
				whole("households", p.households/count).text("status", "existing").year("year", 2002+int(plane.Hash(w.seed, k, n, 533)%15))
		}
	}
}
