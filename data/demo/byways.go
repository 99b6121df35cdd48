package demo

import (
	"slices"
	"sort"
	"strings"

	"github.com/cuntu/cuntu/data/demo/plane"
)

// Byways are the roads below county roads: to villages, between them, and on to
// hamlets.

// layVillageRoads joins the villages to the network, those near their town
// first, then links neighbours so that not every valley is a dead end.
func (b *builder) layVillageRoads() {
	order := make([]int, len(b.villages))
	away := make([]float64, len(b.villages))
	for k := range order {
		order[k] = k
		away[k] = b.villages[k].at.Distance(b.towns[b.villages[k].town].at)
	}
	sort.SliceStable(order, func(x, y int) bool { return away[order[x]] < away[order[y]] })
	for rank, k := range order {
		v := &b.villages[k]
		if b.net.on(v.cell) {
			continue
		}
		level, letter := villageLevel, "C"
		if rank < len(order)*65/100 {
			level, letter = townshipLevel, "Y"
		}
		b.branch(v.cell, route{
			level: level, number: b.number(letter, v.county, 1), village: k, hamlet: -1, county: v.county,
			name: townStem(b.source.Towns[v.town].Name) + "—" + villageStem(b.source.Villages[k].Name),
		})
	}
	places := make([]plane.XY, len(b.villages))
	for k := range places {
		places[k] = b.villages[k].at
	}
	for k := range b.villages {
		v := &b.villages[k]
		for _, o := range within(places, v.at, 8000) {
			if o <= k || !b.alone(places, k, o) {
				continue
			}
			to := b.villages[o].cell
			end := b.find.find(wish{
				starts: []int32{v.cell}, allow: b.between(v.at, b.villages[o].at), stop: func(i int32) bool { return i == to },
				reuse: 0.55, grade: 1, limit: 45e3,
			})
			if end < 0 {
				continue
			}
			path := b.find.path(end)
			if n := b.fresh(path); n < 3 || n > 40 {
				continue
			}
			level, letter := villageLevel, "C"
			if plane.Chance(b.seed, k, o, 31) < 0.65 {
				level, letter = townshipLevel, "Y"
			}
			b.net.lay(path, b.open(route{
				level: level, number: b.number(letter, v.county, 1), village: -1, hamlet: -1, county: v.county,
				name: villageStem(b.source.Villages[k].Name) + "—" + villageStem(b.source.Villages[o].Name),
			}))
		}
	}
}

// alone tells whether no third village lies in the circle over the two.
func (b *builder) alone(places []plane.XY, i, j int) bool {
	mid := places[i].To(places[j], 0.5)
	r := 0.85 * mid.Distance(places[i])
	for k, p := range places {
		if k != i && k != j && p.Distance(mid) < r {
			return false
		}
	}
	return true
}

// branch leads a road from a place to the nearest road.
func (b *builder) branch(from int32, r route) {
	end := b.find.find(wish{starts: []int32{from}, allow: b.inside, stop: b.net.on, reuse: 1, grade: 0.8})
	if end >= 0 {
		b.net.lay(b.find.path(end), b.open(r))
	}
}

// A cableway crosses a gorge to a hamlet that no road reaches.
type cableway struct {
	hamlet int
	foot   int32 // the cell of the network that it starts from
}

const (
	mostCableways    = 70
	shortestCableway = 250.0 // metres
	longestCableway  = 1100.0
)

// layTracks leads a track to each hamlet, except to those across a large river
// that are chosen to have a cableway.
func (b *builder) layTracks() {
	hung := b.acrossRivers()
	for k := range b.hamlets {
		if !hung[k] {
			b.layTrack(k)
		}
	}
	for k := range b.hamlets {
		if !hung[k] || b.net.on(b.hamlets[k].cell) {
			continue
		}
		if foot := b.foot(b.hamlets[k].at); foot >= 0 {
			b.cableways = append(b.cableways, cableway{k, foot})
		} else {
			b.layTrack(k)
		}
	}
	// A track laid since may have come through a cableway's hamlet.
	b.cableways = slices.DeleteFunc(b.cableways, func(c cableway) bool { return b.net.on(b.hamlets[c.hamlet].cell) })
}

func (b *builder) layTrack(k int) {
	h := &b.hamlets[k]
	if b.net.on(h.cell) {
		return
	}
	v := &b.villages[h.village]
	b.branch(h.cell, route{
		level: trackLevel, village: h.village, hamlet: k, county: v.county,
		number: b.number("C", v.county, 1), name: villageStem(b.source.Villages[h.village].Name) + "通组路",
	})
}

// acrossRivers draws hamlets high above a named river that lies between them and
// their village.
func (b *builder) acrossRivers() map[int]bool {
	g := b.ground
	var all []int
	for k := range b.hamlets {
		h := &b.hamlets[k]
		v := &b.villages[h.village]
		if d := h.at.Distance(v.at); d > 2*longestCableway || g.Above[h.cell] < 45 || b.net.on(h.cell) {
			continue
		}
		for f := 0.15; f < 0.9; f += 0.05 {
			if i := g.Grid.At(h.at.To(v.at, f)); g.Course[i] >= 0 {
				all = append(all, k)
				break
			}
		}
	}
	sort.SliceStable(all, func(x, y int) bool { return plane.Hash(b.seed, all[x], 41) < plane.Hash(b.seed, all[y], 41) })
	hung := map[int]bool{}
	for _, k := range all[:min(len(all), mostCableways)] {
		hung[k] = true
	}
	return hung
}

// foot is the nearest cell of the network across a river, or -1.
func (b *builder) foot(from plane.XY) int32 {
	g := b.ground
	best, at := longestCableway, int32(-1)
	reach := int(longestCableway/g.Grid.Cell) + 1
	middle := g.Grid.At(from)
	for y := -reach; y <= reach; y++ {
		for x := -reach; x <= reach; x++ {
			i := middle + y*g.Grid.W + x
			d := g.Grid.Center(i).Distance(from)
			if d < best && d > shortestCableway && b.net.on(int32(i)) && b.riverBetween(from, g.Grid.Center(i)) {
				best, at = d, int32(i)
			}
		}
	}
	return at
}

func (b *builder) riverBetween(p, q plane.XY) bool {
	for f := 0.0; f <= 1; f += 0.04 {
		if b.ground.Course[b.ground.Grid.At(p.To(q, f))] >= 0 {
			return true
		}
	}
	return false
}

// laySpecialRoads leads a road to the reservoirs, forest farms and nurseries of
// the official list, which lie away from villages.
func (b *builder) laySpecialRoads() {
	for k := range b.source.Special {
		s := &b.source.Special[k]
		if cell := b.specialPlace(k); !b.net.on(cell) {
			b.branch(cell, route{
				level:   specialLevel,
				village: -1,
				hamlet:  -1,
				county:  s.County,
				number:  b.number("Z", s.County, 1),
				name:    s.Name + "专用路",
			})
		}
	}
	for c := range b.source.Counties { // and to mines, made up
		for n := range 3 {
			cell := b.lonely(c, n)
			if cell < 0 || b.net.on(cell) {
				continue
			}
			b.branch(cell, route{level: specialLevel, village: -1, hamlet: -1, county: c, number: b.number("Z", c, 1), name: "矿山专用路"})
		}
	}
}

// lonely is a cell of a county some kilometres from any road, or -1.
func (b *builder) lonely(county, n int) int32 {
	g := b.ground
	for try := range 4000 {
		i := int(plane.Hash(b.seed, county, n, try, 43) % uint64(len(g.Z)))
		if int(g.County[i]) != county || !g.WellInside(i) || g.Steep(i) > 0.4 {
			continue
		}
		near := false
		for y := -9; y <= 9 && !near; y++ {
			for x := -9; x <= 9 && !near; x++ {
				near = b.net.on(int32(min(max(i+y*g.Grid.W+x, 0), len(g.Z)-1)))
			}
		}
		if !near {
			return int32(i)
		}
	}
	return -1
}

// specialPlace is where a special unit lies: a made-up place 1.5 to 6 km from its
// county seat for parks, further for forest farms.
func (w *world) specialPlace(k int) int32 {
	g, s := w.ground, &w.source.Special[k]
	seat := w.towns[w.seat(s.County)].at
	near, far := 1500.0, 6000.0
	if specialKind(s.Name) == "" || strings.Contains(s.Name, "林") {
		near, far = 6000, 22000
	}
	best, at := -1.0, 0
	for try := range 400 {
		i := int(plane.Hash(w.seed, k, try, 47) % uint64(len(g.Z)))
		for step := 0; step < 200 &&
			(int(g.County[i]) != s.County || g.Grid.Center(i).Distance(seat) > far || g.Grid.Center(i).Distance(seat) < near); step++ {
			i = int(plane.Hash(w.seed, k, try, step, 53) % uint64(len(g.Z)))
		}
		if int(g.County[i]) != s.County || g.Grid.Center(i).Distance(seat) > far {
			continue
		}
		if score := g.Homely(i, 80); score > best {
			best, at = score, i
		}
	}
	return int32(at)
}
