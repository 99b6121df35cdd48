package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// segment is a road between two nodes.
type segment struct {
	route   int
	line    orb.LineString
	kind    string
	surface string
	status  string
	year    int
	width   float64
	grade   string
	cost    float64
	county  int
	note    string
}

// longest is the number of edges after which a segment is cut.
const longest = 7

// draw turns the edges into lines.
func (b *builder) draw() []segment {
	settled := make(map[int32]xy, len(b.villages)+len(b.towns))
	for k := range b.hamlets {
		settled[b.hamlets[k].cell] = b.hamlets[k].at
	}
	node := map[int32]bool{}
	for k := range b.villages {
		settled[b.villages[k].cell] = b.villages[k].at
		node[b.villages[k].cell] = true
	}
	for k := range b.towns {
		settled[b.towns[k].cell] = b.towns[k].at
		node[b.towns[k].cell] = true
	}
	place := func(i int32) xy {
		if p, ok := settled[i]; ok {
			return p
		}
		return b.ground.spot(i)
	}
	var out []segment
	for _, c := range b.net.chains(func(i int32) bool { return node[i] }) {
		parts := (len(c.cells) - 2) / longest
		for p := range parts + 1 {
			from, to := (len(c.cells)-1)*p/(parts+1), (len(c.cells)-1)*(p+1)/(parts+1)
			out = append(out, segment{route: int(c.route), line: degrees(b.bend(c.cells[from:to+1], place)), kind: "road", county: int(b.ground.county[c.cells[from]])})
		}
	}
	return out
}

// bend draws the line through a chain of cells: with hairpins where the ground is
// steeper than a road can be, and rounded.
func (b *builder) bend(cells []int32, place func(int32) xy) []xy {
	const climb = 0.10 // rise over run that a mountain road keeps to
	line := []xy{place(cells[0])}
	for k := 1; k < len(cells); k++ {
		from, to := line[len(line)-1], place(cells[k])
		run := from.distance(to)
		rise := math.Abs(float64(b.ground.z[cells[k]] - b.ground.z[cells[k-1]]))
		if longer := min(rise/climb/max(run, 1), 2.6); longer > 1.35 {
			line = append(line, zigzag(from, to, longer, hash(b.seed, int(cells[k]), 33))...)
		}
		line = append(line, to)
	}
	return smooth(smooth(line))
}

// zigzag is the turns of a way from a to b that is some times longer than
// straight.
func zigzag(a, b xy, longer float64, luck uint64) []xy {
	d := b.sub(a)
	legs := 2 + int(longer)
	if luck&1 == 1 {
		legs++
	}
	leg := d.length() / float64(legs)
	side := leg * math.Sqrt(longer*longer-1) / 2
	if luck&2 == 2 {
		side = -side
	}
	across := xy{-d.y, d.x}.times(side / d.length())
	out := make([]xy, 0, legs)
	for k := range legs {
		p := a.to(b, (float64(k)+0.5)/float64(legs))
		if k&1 == 0 {
			p = p.add(across)
		} else {
			p = p.sub(across)
		}
		out = append(out, p)
	}
	return out
}
