package network

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Stretch is the geometry of a part of an edge, between two places so many metres from
// its first node; at least two points.
func (g *Graph) Stretch(e int32, fromM, toM float64) orb.LineString {
	length := g.edges[e].mm
	mm := func(m float64) uint32 { return min(length, uint32(max(0, math.Round(m*1e3)))) }
	line, _ := g.draw(nil, leg{e, mm(fromM), mm(toM)})
	if len(line) == 1 {
		line = append(line, line[0])
	}
	return line
}

// Offset is how many metres along its segment's line an edge begins, and where that
// line does: of a segment of several lines it tells which.
func (g *Graph) Offset(e int32) (metres float64, start geo.Point) {
	first := g.lineEdge[g.line[e]]
	var mm int64
	for i := first; i < e; i++ {
		mm += int64(g.edges[i].mm)
	}
	return float64(mm) / 1e3, g.points[g.vertex[first]]
}
