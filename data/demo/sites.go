package demo

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
)

type site struct {
	name         string
	town, county int
	at           plane.XY
	shape        orb.Geometry
	zone         bool
	households   int
	people       int
	occupied     int
	floors       int
	areaM2       float64
	status       string
	year         int
	facilities   string
	note         string
}

// The capacity of all sites together, a little above the people to relocate. The
// twelve zones take what was announced for them in 2015; since that is nearly
// all, the other sites are small.
const (
	siteCount      = 200
	zoneHouseholds = 67_800
	zonePeople     = 252_800
	sitePeople     = 276_000
	smallestZone   = 5_000
)

// zoneTowns are the towns that the zones' names point to, where they do; the
// others are put near their county seat.
var zoneTowns = map[string]string{"竹林关江北": "竹林关", "商镇老君": "商镇", "云盖寺花园": "云盖寺", "中村": "中村", "下梁": "下梁"}

// placeSites puts the zones and then, town by town, the smaller sites on gentle
// ground near their town.
func (w *world) placeSites() {
	taken := newScatter(1500)
	extra := make([]float64, len(w.source.Zones))
	for k := range extra {
		extra[k] = 0.3 + plane.Chance(w.seed, k, 201)
	}
	more := apportion(zoneHouseholds-smallestZone*len(extra), extra)
	heads := make([]float64, len(extra))
	for k := range heads {
		heads[k] = float64(smallestZone + more[k])
	}
	people := apportion(zonePeople, heads)
	for k, z := range w.source.Zones {
		t := w.seat(z.County)
		if stem, ok := zoneTowns[z.Name]; ok {
			t = w.townByStem(stem)
		}
		at := w.siteSpot(w.towns[t].at, 900, 3200, 1200, taken, k)
		n := int(heads[k])
		area := float64(n) * 78
		w.sites = append(w.sites, site{
			name: z.Name + "安置区", town: t, county: z.County, at: at, zone: true, households: n, people: people[k],
			floors: 11 + int(plane.Hash(w.seed, k, 202)%16),
			areaM2: area, shape: blob(at, area, w.seed, k), facilities: "school,clinic,culture_square,library,bank,shop,market,waste,tv",
			note: "2015年公布的五千户以上安置区；位置、规模为虚构",
		})
	}
	w.smallSites(taken)
	w.settleSites()
}

func (w *world) smallSites(taken *scatter) {
	n := siteCount - len(w.sites)
	weights := make([]float64, len(w.towns))
	for k := range w.villages {
		weights[w.villages[k].town] += 1 + float64(w.people[k].move)/200
	}
	var small []site
	var size []float64
	for t, count := range apportion(n, weights) {
		for j := range count {
			k := t*50 + j
			at := w.siteSpot(w.towns[t].at, 500, 2500+900*float64(j), 450, taken, 1000+k)
			small = append(small, site{name: w.siteName(t, at, j), town: t, county: w.towns[t].county, at: at, shape: plane.ToDegrees(at)})
			normal := math.Sqrt(-2*math.Log(1-plane.Chance(w.seed, k, 203))) * math.Cos(2*math.Pi*plane.Chance(w.seed, k, 204))
			size = append(size, math.Exp(normal))
		}
	}
	for k := range size {
		size[k] = min(max(size[k], 0.3), 4)
	}
	for k, people := range apportion(sitePeople-zonePeople, size) {
		s := &small[k]
		s.people = people
		s.households = max(1, int(math.Round(float64(people)/3.72)))
		s.floors = 2 + int(plane.Hash(w.seed, k, 205)%5)
		s.areaM2 = math.Round(float64(s.households) * (120 + 60*plane.Chance(w.seed, k, 206)))
		list := []string{"culture_square"}
		if s.households >= 25 {
			list = append(list, "shop", "waste")
		}
		if s.households >= 60 {
			list = append(list, "clinic", "library")
		}
		if s.households >= 100 {
			list = append(list, "school")
		}
		s.facilities = strings.Join(list, ",")
	}
	w.sites = append(w.sites, small...)
}

// settleSites says how far along each is and who has moved in.
func (w *world) settleSites() {
	for k := range w.sites {
		s := &w.sites[k]
		luck := plane.Chance(w.seed, k, 207)
		switch {
		case luck < 0.5:
			s.status, s.year = "existing", 2013+int(plane.Hash(w.seed, k, 208)%5)
			s.occupied = int(float64(s.people) * (0.6 + 0.38*plane.Chance(w.seed, k, 209)))
		case luck < 0.8:
			s.status, s.year = "building", 2018+int(plane.Hash(w.seed, k, 208)%2)
			if s.zone {
				s.occupied = int(float64(s.people) * 0.3 * plane.Chance(w.seed, k, 209))
			}
		default:
			s.status, s.year = "planned", 2019+int(plane.Hash(w.seed, k, 208)%2)
		}
	}
}

// siteName is that of the nearest village of the town.
func (w *world) siteName(t int, at plane.XY, j int) string {
	best, name := math.MaxFloat64, townStem(w.source.Towns[t].Name)
	for k := range w.villages {
		if d := w.villages[k].at.Distance(at); w.villages[k].town == t && d < best {
			best, name = d, villageStem(w.source.Villages[k].Name)
		}
	}
	return townStem(w.source.Towns[t].Name) + name + []string{"安置点", "新村安置点", "小区安置点", "社区安置点"}[j%4]
}

// siteSpot is the gentlest of many places at a distance from a town, clear of the
// sites already there, of rivers and of villages' middles.
func (w *world) siteSpot(town plane.XY, near, far, apart float64, taken *scatter, k int) plane.XY {
	g := w.ground
	home := g.County[g.Grid.At(town)]
	best, at := -1.0, town
	for try := range 160 {
		reach := far * (1 + float64(try)/120)
		angle, d := 2*math.Pi*plane.Chance(w.seed, k, try, 211), near+(reach-near)*plane.Chance(w.seed, k, try, 212)
		p := town.Add(plane.XY{X: d * math.Cos(angle), Y: d * math.Sin(angle)})
		i := g.Grid.At(p)
		if g.County[i] != home || !g.WellInside(i) || g.Steep(i) > 0.45 {
			continue
		}
		score := g.Homely(i, 70) * math.Exp(-d/5000)
		if g.Mapped(int32(i)) {
			score *= 0.2
		}
		if taken.nearest(p, apart) < apart {
			score *= 0.001
		}
		if score > best {
			best, at = score, p
		}
	}
	taken.add(at)
	return at
}

// blob is a rounded outline around a place that covers an area.
func blob(at plane.XY, areaM2 float64, seed uint64, k int) orb.Polygon {
	const corners = 14
	var radius [corners]float64
	for c := range corners {
		radius[c] = 0.8 + 0.4*plane.Chance(seed, k, c, 221)
	}
	line := make([]plane.XY, corners)
	twice := 0.0
	for c := range corners {
		twice += radius[c] * radius[(c+1)%corners] * math.Sin(2*math.Pi/corners)
	}
	scale := math.Sqrt(2 * areaM2 / twice)
	for c := range corners {
		angle := 2 * math.Pi * float64(c) / corners
		line[c] = at.Add(plane.XY{X: math.Cos(angle), Y: math.Sin(angle)}.Times(radius[c] * scale))
	}
	ring := orb.Ring(ground.Degrees(line))
	return orb.Polygon{append(ring, ring[0])}
}

func (w *world) siteRows(r *rows) {
	for _, s := range w.sites {
		r.add(s.shape).text("name", s.name).text("town", w.townCode(s.town)).text("county", w.countyCode(s.county)).
			text("status", s.status).year("year", s.year).whole("households", s.households).whole("people", s.people).whole("occupied", s.occupied).
			number("area_m2", s.areaM2).whole("floors", s.floors).text("facilities", s.facilities).text("note", s.note)
	}
}
