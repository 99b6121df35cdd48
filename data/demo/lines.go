package demo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
)

// segment is a road between two nodes, which are the ends of its line.
type segment struct {
	route   int
	line    orb.LineString
	kind    string // road, bridge or cableway
	surface string
	status  string
	grade   string
	year    int
	width   float64
	cost    float64 // wan yuan to harden; 0 for none
	county  int
	note    string
	metres  float64
}

// calmest is the last of the ways to draw a line that bend knows.
const calmest = 3

// longest is the number of edges after which a segment is cut.
const longest = 12

// draw turns the edges into lines and cuts bridges out where they cross a river.
func (b *builder) draw() {
	settled := make(map[int32]plane.XY, len(b.hamlets)+len(b.villages)+len(b.towns))
	b.nodes = map[int32]bool{}
	for k := range b.hamlets {
		settled[b.hamlets[k].cell] = b.hamlets[k].at
	}
	for k := range b.villages {
		settled[b.villages[k].cell], b.nodes[b.villages[k].cell] = b.villages[k].at, true
	}
	for k := range b.towns {
		settled[b.towns[k].cell], b.nodes[b.towns[k].cell] = b.towns[k].at, true
	}
	for _, c := range b.cableways {
		b.nodes[c.foot] = true
	}
	place := func(i int32) plane.XY {
		if p, ok := settled[i]; ok {
			return p
		}
		return b.roadside(i)
	}
	cross := newCrossings(b.rivers)
	drafts := b.draft(place)
	for calm := 1; calm <= calmest; calm++ {
		for _, k := range crossing(drafts) {
			drafts[k].line = b.bend(drafts[k].cells, place, calm)
		}
	}
	for _, d := range drafts {
		b.addSegments(d.route, int(b.ground.County[d.cells[0]]), d.line, cross)
	}
	for _, e := range b.fast {
		b.drawExpressway(e, place, cross)
	}
	for _, c := range b.cableways {
		b.hang(c, place)
	}
}

// draft is the line of a segment-to-be and the cells that it runs through.
type draft struct {
	route int
	cells []int32
	line  []plane.XY
}

// draft draws every chain of the network, in parts that are not too long.
func (b *builder) draft(place func(int32) plane.XY) []draft {
	var out []draft
	for _, c := range b.net.chains(func(i int32) bool { return b.nodes[i] }) {
		parts := (len(c.cells) - 2) / longest
		for p := range parts + 1 {
			from, to := (len(c.cells)-1)*p/(parts+1), (len(c.cells)-1)*(p+1)/(parts+1)
			cells := c.cells[from : to+1]
			out = append(out, draft{int(c.route), cells, b.bend(cells, place, 0)})
		}
	}
	return out
}

// crossing lists the drafts that cross another between nodes, so that they can be
// drawn straighter.
func crossing(drafts []draft) []int {
	type edge struct {
		a, b plane.XY
		of   int32
	}
	buckets := map[[2]int][]edge{}
	hit := make([]bool, len(drafts))
	for k := range drafts {
		line := drafts[k].line
		for j := 1; j < len(line); j++ {
			e := edge{line[j-1], line[j], int32(k)}
			from := bucketOf(plane.XY{X: min(e.a.X, e.b.X), Y: min(e.a.Y, e.b.Y)})
			to := bucketOf(plane.XY{X: max(e.a.X, e.b.X), Y: max(e.a.Y, e.b.Y)})
			for x := from[0]; x <= to[0]; x++ {
				for y := from[1]; y <= to[1]; y++ {
					for _, o := range buckets[[2]int{x, y}] {
						if o.of == int32(k) || e.a == o.a || e.a == o.b || e.b == o.a || e.b == o.b {
							continue
						}
						if _, ok := meet(e.a, e.b, o.a, o.b); ok {
							hit[k], hit[o.of] = true, true
						}
					}
					buckets[[2]int{x, y}] = append(buckets[[2]int{x, y}], e)
				}
			}
		}
	}
	var out []int
	for k := range hit {
		if hit[k] {
			out = append(out, k)
		}
	}
	return out
}

func (b *builder) drawExpressway(e expressway, place func(int32) plane.XY, cross *crossings) {
	from := 0
	for to := 1; to < len(e.cells); to++ {
		if to < len(e.cells)-1 && !e.ramps[e.cells[to]] {
			continue
		}
		points := make([]plane.XY, 0, to-from+1)
		for k := from; k <= to; k++ {
			points = append(points, place(e.cells[k]))
		}
		line := sweep(points)
		parts := len(line) / 24
		for p := range parts + 1 {
			a, z := (len(line)-1)*p/(parts+1), (len(line)-1)*(p+1)/(parts+1)
			b.addSegments(e.route, max(0, int(b.ground.County[b.ground.Grid.At(line[a])])), line[a:z+1], cross)
		}
		from = to
	}
}

func (b *builder) addSegments(route, county int, line []plane.XY, cross *crossings) {
	for _, p := range cross.cut(line, bridgedFrom(b.routes[route].level)) {
		s := segment{route: route, line: ground.Degrees(p.line), kind: "road", county: county}
		if p.bridge {
			s.kind = "bridge"
		}
		b.segments = append(b.segments, s)
	}
}

// hang adds a cableway and, for most, the bridge that is planned in its place.
func (b *builder) hang(c cableway, place func(int32) plane.XY) {
	h := &b.hamlets[c.hamlet]
	v := &b.villages[h.village]
	name := villageStem(b.source.Villages[h.village].Name)
	line := ground.Degrees([]plane.XY{place(c.foot), h.at})
	r := b.open(route{level: trackLevel, village: h.village, hamlet: c.hamlet, county: v.county, name: name + "索道"})
	b.segments = append(b.segments, segment{
		route: r, line: line, kind: "cableway", county: v.county, status: "existing",
		year: 1988 + int(plane.Hash(b.seed, c.hamlet, 71)%20), width: 1, note: "过河溜索，待改桥",
	})
	if plane.Chance(b.seed, c.hamlet, 72) < 0.8 {
		r := b.open(route{
			level:   villageLevel,
			village: h.village,
			hamlet:  c.hamlet,
			county:  v.county,
			number:  b.number("C", v.county, 1),
			name:    name + "索改桥",
		})
		b.segments = append(b.segments, segment{
			route: r, line: line.Clone(), kind: "bridge", surface: "水泥", county: v.county, status: "planned", grade: "四级",
			year: 2018 + int(plane.Hash(b.seed, c.hamlet, 73)%3), width: 4.5, note: "索改桥",
		})
	}
}

// bend draws the line through a chain of cells: with hairpins where the ground is
// steeper than a road can be, and rounded. Calm 1 leaves out the hairpins, 2 the
// rounding too, and 3 runs through the middle of the cells.
func (b *builder) bend(cells []int32, place func(int32) plane.XY, calm int) []plane.XY {
	const climb = 0.09 // rise over run that a mountain road keeps to
	line := []plane.XY{place(cells[0])}
	for k := 1; k < len(cells); k++ {
		from, to := line[len(line)-1], place(cells[k])
		if calm == 3 && k < len(cells)-1 {
			to = b.ground.Grid.Center(int(cells[k]))
		}
		run := from.Distance(to)
		rise := math.Abs(float64(b.ground.Z[cells[k]] - b.ground.Z[cells[k-1]]))
		if longer := min(rise/climb/max(run, 1), 2.8); longer > 1.3 && calm == 0 {
			line = append(line, zigzag(from, to, longer, plane.Hash(b.seed, int(cells[k]), 33))...)
		}
		line = append(line, to)
	}
	if calm >= 2 {
		return line
	}
	return ground.Smooth(ground.Smooth(line))
}

// zigzag is the turns of a way from a to b that is some times longer than
// straight.
func zigzag(a, b plane.XY, longer float64, luck uint64) []plane.XY {
	d := b.Sub(a)
	legs := 2 + int(1.5*longer)
	if luck&1 == 1 {
		legs++
	}
	leg := d.Length() / float64(legs)
	side := leg * math.Sqrt(longer*longer-1) / 2
	if luck&2 == 2 {
		side = -side
	}
	across := plane.XY{X: -d.Y, Y: d.X}.Times(side / d.Length())
	out := make([]plane.XY, 0, legs)
	for k := range legs {
		p := a.To(b, (float64(k)+0.5)/float64(legs))
		if k&1 == 0 {
			p = p.Add(across)
		} else {
			p = p.Sub(across)
		}
		out = append(out, p)
	}
	return out
}
