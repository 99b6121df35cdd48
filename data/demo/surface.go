package demo

import (
	"math"
	"sort"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/geo"
)

// What a road is made of, by class first, then worse for remote villages until
// as many lack an unbroken hardened road as the plan had left to do.

// lackingShare is the share of villages without an unbroken hardened road to
// their county seat at the end of 2017.
const lackingShare = 0.125

// pave fills in what segments are made of and how far each village is from its
// seat.
func (w *world) pave() {
	for k := range w.segments {
		s := &w.segments[k]
		s.metres = geo.Length(s.line)
		w.furnish(k, s)
	}
	w.graph = newRoadGraph(w.segments)
	w.measureNeed()
	w.looseLinks()
	broken := w.breakRoads()
	w.planRoads(broken)
	w.graph = newRoadGraph(w.segments)
	for k := range w.segments {
		w.price(k, &w.segments[k])
	}
}

// furnish gives a segment what its class is as a rule.
func (w *world) furnish(k int, s *segment) {
	if s.kind == "cableway" || s.status == "planned" {
		return
	}
	r := &w.routes[s.route]
	luck := plane.Chance(w.seed, s.route, 81)
	s.status, s.grade = "existing", r.grade
	pick := func(share float64, one, other string) string {
		if luck < share {
			return one
		}
		return other
	}
	span := func(from, to int) int { return from + int(plane.Chance(w.seed, s.route, 82)*float64(to-from+1)) }
	switch r.level {
	case expresswayLevel:
		s.surface, s.width, s.year = "沥青", 24.5, map[string]int{"G40": 2008, "G65": 2009, "G70": 2010}[r.number]
	case nationalLevel:
		s.surface, s.width, s.year = "沥青", 9, 1998+int(plane.Chance(w.seed, s.route, s.county, 83)*14)
	case provincialLevel:
		s.surface, s.width, s.year = "沥青", 8.5, 2001+int(plane.Chance(w.seed, s.route, s.county, 83)*12)
	case countyLevel:
		s.surface, s.width, s.year = pick(0.8, "沥青", "水泥"), 6.5, span(2003, 2014)
		if plane.Chance(w.seed, s.route, 84) < 0.15 {
			s.grade, s.width = "四级", 5.5
		}
	case townshipLevel:
		s.surface, s.width, s.year = pick(0.28, "沥青", "水泥"), 5, span(2005, 2015)
	case villageLevel:
		s.surface, s.width, s.year = "水泥", 4, span(2006, 2016)
		if plane.Chance(w.seed, s.route, 84) < 0.15 {
			s.grade, s.width = "等外", 3.5
		}
	case specialLevel:
		s.surface, s.width, s.year = pick(0.6, "水泥", "砂石"), 6, span(1990, 2012)
	default:
		w.furnishTrack(s, luck)
	}
}

// furnishTrack decides a hamlet's track: the higher above the valley, the less
// likely hardened.
func (w *world) furnishTrack(s *segment, luck float64) {
	r := &w.routes[s.route]
	high := min(float64(w.ground.Above[w.hamlets[r.hamlet].cell])/250, 1)
	s.grade, s.width, s.year = "等外", 3, 1996+int(plane.Chance(w.seed, s.route, 82)*21)
	switch {
	case luck < 0.58-0.45*high:
		s.surface, s.width, s.year = "水泥", 3.5, 2009+int(plane.Chance(w.seed, s.route, 82)*9)
		if luck < 0.46-0.3*high {
			s.grade = "四级"
		}
	case luck < 0.8-0.25*high:
		s.surface = "砂石"
	default:
		s.surface = "土路"
	}
}

// measureNeed scores each village from 0 to 1 by how far it is from its county
// seat by road and how high it lies; poverty and all services follow it.
func (w *world) measureNeed() {
	w.away = make([]float64, len(w.villages))
	score := make([]float64, len(w.villages))
	for c := range w.source.Counties {
		d := w.graph.away(w.nodeOf(w.towns[w.seat(c)].at), func(int32) bool { return true })
		for k := range w.villages {
			if v := &w.villages[k]; v.county == c {
				w.away[k] = float64(d[w.nodeOf(v.at)])
				score[k] = w.away[k]/45e3 + float64(w.ground.Above[v.cell])/260 + 0.5*v.height/1500 + 0.45*plane.Chance(w.seed, k, 91)
			}
		}
	}
	order := make([]int, len(score))
	for k := range order {
		order[k] = k
	}
	sort.SliceStable(order, func(a, b int) bool { return score[order[a]] < score[order[b]] })
	w.need = make([]float64, len(score))
	for rank, k := range order {
		w.need[k] = float64(rank) / float64(len(order)-1)
	}
}

// nodeOf is the graph's node at a place that a road ends at.
func (w *world) nodeOf(at plane.XY) int32 {
	n, ok := w.graph.node[plane.ToDegrees(at)]
	if !ok {
		panic("demo: no road ends at a settlement")
	}
	return n
}

// looseLinks leaves part of the links between villages unhardened.
func (w *world) looseLinks() {
	for k := range w.segments {
		s := &w.segments[k]
		r := &w.routes[s.route]
		if r.village < 0 && (r.level == townshipLevel || r.level == villageLevel) && plane.Chance(w.seed, s.route, 92) < 0.34 {
			w.roughen(k, plane.Chance(w.seed, s.route, 93) < 0.5)
		}
	}
}

// roughen takes a segment's pavement away. A bridge on it is kept or is a ford.
func (w *world) roughen(k int, earth bool) {
	s := &w.segments[k]
	s.surface, s.year = "砂石", 1985+int(plane.Hash(w.seed, s.route, 94)%25)
	if earth && s.kind == "road" {
		s.surface = "土路"
	}
	s.grade, s.width = "等外", min(s.width, 3.5)
	if s.kind == "bridge" {
		if plane.Chance(w.seed, k, 95) < 0.5 {
			s.surface = "水泥"
		} else {
			w.ford(k)
		}
	}
}

func (w *world) ford(k int) {
	s := &w.segments[k]
	s.kind, s.surface, s.grade, s.note = "road", "砂石", "等外", "漫水路面，汛期中断"
}

func (s *segment) hardened() bool { return s.surface == "沥青" || s.surface == "水泥" }

// lacking tells which villages have no unbroken hardened road to their county
// seat in a year.
func (w *world) lacking(near [][]int32, year int) []bool {
	open := func(k int32) bool {
		s := &w.segments[k]
		return s.hardened() && (s.status == "existing" || s.year <= year)
	}
	root := w.graph.join(open)
	out := make([]bool, len(w.villages))
	for k := range w.villages {
		seat := root[w.nodeOf(w.towns[w.seat(w.villages[k].county)].at)]
		out[k] = true
		for _, s := range near[k] {
			if open(s) && root[w.graph.ends[s][0]] == seat {
				out[k] = false
				break
			}
		}
	}
	return out
}

// breakRoads breaks the roads to the neediest villages until enough lack one, and
// returns the broken segments in that order.
func (w *world) breakRoads() []int {
	near := w.nearVillages()
	byRoute := make([][]int, len(w.routes))
	for k := range w.segments {
		byRoute[w.segments[k].route] = append(byRoute[w.segments[k].route], k)
	}
	own := make([]int, len(w.villages))
	for k := range own {
		own[k] = -1
	}
	for r := range w.routes {
		if v := w.routes[r].village; v >= 0 && w.routes[r].hamlet < 0 {
			own[v] = r
		}
	}
	order := make([]int, len(w.villages))
	for k := range order {
		order[k] = k
	}
	worst := func(k int) float64 { return w.need[k] + 0.5*plane.Chance(w.seed, k, 96) }
	sort.SliceStable(order, func(a, b int) bool { return worst(order[a]) > worst(order[b]) })
	var broken []int
	target := int(math.Round(lackingShare * float64(len(w.villages))))
	lack := w.lacking(near, thisYear)
	for n, k := range order {
		if n%6 == 0 {
			if lack = w.lacking(near, thisYear); count(lack) >= target {
				break
			}
		}
		if own[k] >= 0 && !lack[k] {
			broken = append(broken, w.breakRoute(byRoute[own[k]])...)
		}
	}
	return broken
}

func (w *world) nearVillages() [][]int32 {
	places := make([]plane.XY, len(w.villages))
	for k := range places {
		places[k] = w.villages[k].at
	}
	return w.segmentsNear(places)
}

func count(list []bool) int {
	n := 0
	for _, b := range list {
		n += b2i(b)
	}
	return n
}

// breakRoute breaks one village's road: all of it unpaved, a stretch of earth, or
// a ford where a bridge should be.
func (w *world) breakRoute(segments []int) []int {
	luck := plane.Chance(w.seed, w.segments[segments[0]].route, 97)
	var out []int
	switch {
	case luck < 0.42:
		for _, k := range segments {
			w.roughen(k, luck < 0.2)
			if !w.segments[k].hardened() {
				out = append(out, k)
			}
		}
	case luck < 0.75:
		for _, k := range segments {
			if w.segments[k].kind == "bridge" {
				w.ford(k)
				out = append(out, k)
			}
		}
		if len(out) > 0 {
			return out
		}
		fallthrough
	default:
		k := segments[int(luck*1000)%len(segments)]
		w.segments[k].kind = "road"
		w.roughen(k, true)
		out = append(out, k)
	}
	return out
}

// planRoads adds what is under way: beside each segment to be hardened stands a
// second one, on the same line, with its new surface and the year of its
// completion, because until then the old surface is what people drive on.
func (w *world) planRoads(broken []int) {
	planned := map[int]bool{}
	for n, k := range broken {
		late := 1 - float64(n)/float64(len(broken)) // the neediest come first in the list and last in the plan
		switch {
		case late > 0.86: // the hardest few are not in the plan at all
		case late > 0.62:
			w.plan(k, "planned", 2020)
		case late > 0.32:
			w.plan(k, "planned", 2019)
		default:
			w.plan(k, "building", 2018)
		}
		planned[k] = true
	}
	for k, n := 0, len(w.segments); k < n; k++ {
		s := &w.segments[k]
		if planned[k] || s.hardened() || s.status != "existing" || s.kind == "cableway" {
			continue
		}
		if level := w.routes[s.route].level; level <= villageLevel && plane.Chance(w.seed, s.route, 98) < 0.25 || level == trackLevel &&
			plane.Chance(w.seed, s.route, 98) < 0.04 {
			w.plan(k, "planned", 2018+int(plane.Hash(w.seed, s.route, 99)%3))
		}
	}
}

func (w *world) plan(k int, status string, year int) {
	s := w.segments[k]
	s.line = s.line.Clone()
	s.surface, s.status, s.year, s.grade, s.width = "水泥", status, year, "四级", 4.5
	s.note = "硬化改造"
	if w.segments[k].note != "" {
		s.kind, s.note = "bridge", "漫水路改桥"
	}
	w.segments = append(w.segments, s)
}

// price says what it costs to harden what is not, in 10,000 yuan: 38 to 70 a
// kilometre by the ground's steepness, and a bridge for a ford.
func (w *world) price(k int, s *segment) {
	if s.hardened() || s.kind == "cableway" {
		return
	}
	middle := plane.ToPlane(s.line[len(s.line)/2])
	perKm := 38 + 40*min(w.ground.Steep(w.ground.Grid.At(middle)), 0.8)
	s.cost = s.metres / 1000 * perKm * (0.9 + 0.2*plane.Chance(w.seed, k, 101))
	if s.note != "" {
		s.cost += 45 + s.metres*0.9
	}
	s.cost = math.Max(0.1, math.Round(s.cost*10)/10)
}
