package demo

import (
	"sort"
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
		away[k] = b.villages[k].at.distance(b.towns[b.villages[k].town].at)
	}
	sort.SliceStable(order, func(x, y int) bool { return away[order[x]] < away[order[y]] })
	for rank, k := range order {
		v := &b.villages[k]
		if b.net.on(v.cell) {
			continue
		}
		level, letter := villageLevel, "C"
		if rank < len(order)*55/100 {
			level, letter = townshipLevel, "Y"
		}
		b.branch(v.cell, route{level: level, number: b.number(letter, v.county, 1), village: k, hamlet: -1, county: v.county,
			name: townStem(b.source.towns[v.town].name) + "—" + villageStem(b.source.villages[k].name)})
	}
	places := make([]xy, len(b.villages))
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
			end := b.find.find(wish{starts: []int32{v.cell}, allow: b.inside, stop: func(i int32) bool { return i == to },
				reuse: 0.4, grade: 1, limit: 40e3})
			if end < 0 {
				continue
			}
			path := b.find.path(end)
			if n := b.fresh(path); n < 3 || n > 40 {
				continue
			}
			level, letter := villageLevel, "C"
			if chance(b.seed, k, o, 31) < 0.5 {
				level, letter = townshipLevel, "Y"
			}
			b.net.lay(path, b.open(route{level: level, number: b.number(letter, v.county, 1), village: -1, hamlet: -1, county: v.county,
				name: villageStem(b.source.villages[k].name) + "—" + villageStem(b.source.villages[o].name)}))
		}
	}
}

// alone tells whether no third village lies in the circle over the two.
func (b *builder) alone(places []xy, i, j int) bool {
	mid := places[i].to(places[j], 0.5)
	r := mid.distance(places[i])
	for k, p := range places {
		if k != i && k != j && p.distance(mid) < r {
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

// layTracks leads a track to each hamlet.
func (b *builder) layTracks() {
	for k := range b.hamlets {
		h := &b.hamlets[k]
		if b.net.on(h.cell) {
			continue
		}
		v := &b.villages[h.village]
		b.branch(h.cell, route{level: trackLevel, village: h.village, hamlet: k, county: v.county,
			number: b.number("C", v.county, 1), name: villageStem(b.source.villages[h.village].name) + "通组路"})
	}
}
