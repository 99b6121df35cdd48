package demo

import (
	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
)

// expressway is a road that others cross over or under: its line is apart from
// the network's and meets it only at interchanges.
type expressway struct {
	route int
	cells []int32
	ramps map[int32]bool // cells where a ramp joins it
}

// expresswayPlans are the expressways open in 2017; their ways through the towns
// are rough.
func expresswayPlans() []trunk {
	return []trunk{
		{
			"G40", "沪陕高速", expresswayLevel,
			joined(border(109.53, 34.06), via("牧护关", "麻街", "商州", "夜村", "棣花", "丹凤", "武关", "商南"), border(110.99, 33.52)),
		},
		{"G65", "包茂高速", expresswayLevel, joined(border(109.06, 33.83), via("营盘", "柞水", "下梁", "镇安", "青铜关"), border(109.16, 33.17))},
		{"G70", "福银高速", expresswayLevel, joined(via("沙河子", "杨峪河", "山阳", "天竺山", "漫川关"), border(110.02, 33.19))},
	}
}

// layExpressways runs each past its towns, a kilometre or two away, cutting
// through spurs where a road would go round, and builds a ramp at each town.
func (b *builder) layExpressways() {
	free := newFinder(b.ground, nil)
	for i := range free.rough {
		if b.net.on(int32(i)) { // Beside the old road, not on it
			free.rough[i]++
		}
	}
	taken := map[int32]bool{}
	for _, t := range expresswayPlans() {
		e := expressway{route: b.open(route{level: t.level, number: t.number, name: t.name, village: -1, hamlet: -1}), ramps: map[int32]bool{}}
		for _, s := range t.stops {
			here := int32(-1)
			if s.town != "" {
				here = b.interchange(b.towns[b.townByStem(s.town)].at, taken)
				e.ramps[here] = true
			} else {
				here = b.nearestInside(plane.ToPlane([2]float64{s.lon, s.lat}))
			}
			if len(e.cells) == 0 {
				e.cells = append(e.cells, here)
				continue
			}
			from := e.cells[len(e.cells)-1]
			end := free.find(wish{starts: []int32{here}, allow: b.inside, stop: func(i int32) bool { return i == from }, grade: 0.12})
			e.cells = append(e.cells, free.path(end)[1:]...)
		}
		for _, c := range e.cells {
			taken[c] = true
		}
		b.fast = append(b.fast, e)
	}
	for k := range b.fast {
		e := &b.fast[k]
		r := b.routes[e.route]
		for _, c := range e.cells {
			if e.ramps[c] && !b.net.on(c) {
				ramp := b.open(route{level: nationalLevel, number: r.number, name: r.name + "连接线", village: -1, hamlet: -1})
				end := b.find.find(wish{starts: []int32{c}, allow: b.inside, stop: b.net.on, reuse: 1, grade: 1})
				b.net.lay(b.find.path(end), ramp)
			}
		}
	}
}

// interchange is a level cell near a town that no road runs through.
func (b *builder) interchange(town plane.XY, taken map[int32]bool) int32 {
	g := b.ground
	best, at := 1e18, 0
	for y := -9; y <= 9; y++ {
		for x := -9; x <= 9; x++ {
			p := town.Add(plane.XY{X: float64(x) * g.Grid.Cell, Y: float64(y) * g.Grid.Cell})
			i := g.Grid.At(p)
			d := p.Distance(town)
			if d < 700 || d > 2200 || !b.inside(i) || !g.WellInside(i) || b.net.on(int32(i)) || taken[int32(i)] {
				continue
			}
			if cost := float64(g.Above[i]) + 200*g.Steep(i) + d/40; cost < best {
				best, at = cost, i
			}
		}
	}
	return int32(at)
}

// sweep is an expressway's line: its cells' places averaged over a kilometre,
// from one interchange to the next, so that it swings where a country road winds.
func sweep(line []plane.XY) []plane.XY {
	out := line
	for range 3 {
		next := append([]plane.XY(nil), out...)
		for k := range next {
			reach := min(k, len(out)-1-k, 3)
			sum := plane.XY{}
			for j := k - reach; j <= k+reach; j++ {
				sum = sum.Add(out[j])
			}
			next[k] = sum.Times(1 / float64(2*reach+1))
		}
		out = next
	}
	return ground.Smooth(out)
}
