package demo

import (
	"math"
	"strconv"

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
