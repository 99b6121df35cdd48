package demo

import (
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/plane"
)

type park struct {
	name, kind   string
	town, county int
	at           plane.XY
	shape        orb.Geometry
	status       string
	year, jobs   int
	note         string
}

// specialKind is the kind of park that a special unit of the official list is, ""
// where it is none.
func specialKind(name string) string {
	switch {
	case strings.Contains(name, "农业"), strings.Contains(name, "苗圃"):
		return "agricultural"
	case strings.Contains(name, "林厂"), strings.Contains(name, "林场"):
		return "tourism" // forest farms have become forest parks
	case strings.Contains(name, "产业"), strings.Contains(name, "工业"):
		return "industrial"
	}
	return ""
}

// scenic are places well known to visitors, with the town that they lie in.
var scenic = []struct{ name, town string }{
	{"金丝峡景区", "金丝峡"},
	{"天竺山景区", "天竺山"},
	{"牛背梁景区", "营盘"},
	{"漫川古镇景区", "漫川关"},
	{"棣花古镇景区", "棣花"},
	{"柞水溶洞景区", "下梁"},
	{"凤凰古镇景区", "凤凰"},
	{"木王山景区", "木王"},
	{"塔云山景区", "柴坪"},
}

var crops = []string{"核桃", "茶叶", "食用菌", "中药材", "板栗", "葡萄", "生猪", "苗木"}

// placeParks takes the parks and farms of the official list, known scenic places,
// and two or three made-up parks a county.
func (w *world) placeParks() {
	add := func(p park, k int) {
		p.status, p.year = "existing", 2008+int(plane.Hash(w.seed, k, 231)%10)
		if plane.Chance(w.seed, k, 232) < 0.2 {
			p.status, p.year = "building", 2018+int(plane.Hash(w.seed, k, 233)%2)
		}
		p.jobs = 60 + int(plane.Hash(w.seed, k, 234)%300)
		p.shape = plane.ToDegrees(p.at)
		if p.kind == "industrial" {
			p.jobs *= 7
			p.shape = blob(p.at, 250e3+350e3*plane.Chance(w.seed, k, 235), w.seed, 5000+k)
		}
		w.parks = append(w.parks, p)
	}
	for k := range w.source.Special {
		s := &w.source.Special[k]
		kind := specialKind(s.Name)
		if kind == "" {
			continue
		}
		at := w.ground.Beside(w.specialPlace(k))
		name := strings.Replace(s.Name, "业业园", "业园", 1) // the official list has a slip of the pen
		add(park{name: name, kind: kind, county: s.County, town: w.townIn(s.County, at), at: at, note: "名称见官方区划代码 " + s.Code + "；位置为虚构"}, k)
	}
	taken := newScatter(1500)
	for k, s := range scenic {
		t := w.townByStem(s.town)
		add(park{
			name:   s.name,
			kind:   "tourism",
			county: w.towns[t].county,
			town:   t,
			at:     w.siteSpot(w.towns[t].at, 1200, 4200, 600, taken, 7000+k),
			note:   "位置为虚构",
		}, 50+k)
	}
	for c := range w.source.Counties {
		stem := strings.TrimRight(w.source.Counties[c].Name, "区县")
		seat := w.seat(c)
		add(park{
			name:   stem + "工业集中区",
			kind:   "industrial",
			county: c,
			town:   seat,
			at:     w.siteSpot(w.towns[seat].at, 1500, 4000, 900, taken, 7100+c),
		}, 100+c)
		for n := range 3 {
			t := int(plane.Hash(w.seed, c, n, 236) % uint64(len(w.towns)))
			for w.towns[t].county != c || w.towns[t].kind != "town" {
				t = (t + 1) % len(w.towns)
			}
			add(park{
				name: townStem(w.source.Towns[t].Name) + crops[plane.Hash(w.seed, c, n, 237)%uint64(len(crops))] + "产业园",
				kind: "agricultural", county: c,
				town: t,
				at:   w.siteSpot(w.towns[t].at, 700, 2800, 600, taken, 7200+c*5+n),
			}, 200+c*5+n)
		}
	}
}

func (w *world) townIn(county int, at plane.XY) int {
	best := -1
	for k := range w.towns {
		if w.towns[k].county == county && (best < 0 || w.towns[k].at.Distance(at) < w.towns[best].at.Distance(at)) {
			best = k
		}
	}
	return best
}

func (w *world) parkRows(r *rows) {
	for _, p := range w.parks {
		r.add(p.shape).text("name", p.name).text("town", w.townCode(p.town)).text("county", w.countyCode(p.county)).text("kind", p.kind).
			text("status", p.status).year("year", p.year).whole("jobs", p.jobs).text("note", p.note)
	}
}
