package roads

import (
	"slices"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Network is the roads of one snapshot as a graph, as of one year.
type Network struct {
	// Graph has the roads of all years; in its view are those that are complete by the year. Where an upgrade lies
	// beside the road that it takes the place of, the road is not.
	Graph *network.Graph
	Table *snapshot.Table // the attributes' Row is a row of it; nil where there is no road layer
	Year  int
	// Passable is what a vehicle can use: all but cableways. Hardened is that part of it
	// which is asphalt or cement.
	Hardened, Passable *network.Subset

	base     *base
	there    *network.Subset // of the base's graph: the view
	complete []uint64        // bits by row: the roads that are complete by the year
	fastest  float64         // km/h: no way is faster
}

// Build makes the network of the roads that are complete by the end of the year.
//
// A road without a status is taken for one that is there, but its surface proves
// nothing: it is not hardened.
func Build(snap *snapshot.Snapshot, year int) *Network {
	t, _ := snap.Table("road")
	return build(newBase(t), year, completeRows(t, year))
}

func build(b *base, year int, complete []uint64) *Network {
	n := &Network{Table: b.table, Year: year, base: b, complete: complete}
	n.there = b.graph.Where(n.isThere)
	n.Graph = b.graph.View(n.there)
	n.Passable, n.Hardened = n.Graph.Where(isPassable), n.Graph.Where(isHardened)
	n.fastest = network.DefaultFootKmh
	for e := range int32(n.Graph.Edges()) {
		n.fastest = max(n.fastest, float64(n.Graph.Edge(e).SpeedKmh))
	}
	return n
}

// carry makes the network of a base out of an earlier one of the same year; ok is false where it is not known what changed
// since.
func carry(b *base, before *Network) (n *Network, ok bool) {
	if before == nil {
		return nil, false
	}
	change, ok := b.since(before.Table)
	if !ok {
		return nil, false
	}
	n = &Network{Table: b.table, Year: before.Year, base: b, complete: slices.Clone(before.complete), fastest: before.fastest}
	for _, row := range change.Rows {
		for int(row>>6) >= len(n.complete) {
			n.complete = append(n.complete, 0)
		}
		n.complete[row>>6] &^= 1 << (row & 63)
		if b.table.Holds(row) && b.table.IsComplete(row, n.Year) {
			n.complete[row>>6] |= 1 << (row & 63)
		}
	}
	var again []int32
	for _, row := range change.Rows {
		for _, e := range n.EdgesOf(row) {
			again = append(again, e)
			n.fastest = max(n.fastest, float64(b.graph.Edge(e).SpeedKmh))
		}
	}
	n.there = b.graph.Carry(before.there, change.Moves, n.isThere, again)
	n.Graph = b.graph.View(n.there)
	n.Passable = n.Graph.Carry(before.Passable, change.Moves, isPassable, again)
	n.Hardened = n.Graph.Carry(before.Hardened, change.Moves, isHardened, again)
	return n, true
}

// Since is what changed since the network of an earlier state of the roads, and the same year; ok is false where that is not
// known.
func (n *Network) Since(before *Network) (c Change, ok bool) {
	if n.Year != before.Year {
		return c, false
	}
	return n.base.since(before.Table)
}

// EdgesOf are the edges of a road, whether it is complete by the year or not.
func (n *Network) EdgesOf(row uint32) []int32 {
	if !n.Table.Holds(row) {
		return nil
	}
	return n.base.graph.EdgesOf(network.Segment{Shape: n.Table.Shape(row), Attributes: network.Attributes{Row: row}})
}

// IsComplete tells whether a road is complete by the year.
func (n *Network) IsComplete(row uint32) bool {
	return int(row>>6) < len(n.complete) && n.complete[row>>6]>>(row&63)&1 != 0
}

func (n *Network) isThere(_ int32, a network.Attributes) bool {
	return n.complete[a.Row>>6]>>(a.Row&63)&1 != 0
}

func isPassable(_ int32, a network.Attributes) bool { return a.Passable }
func isHardened(_ int32, a network.Attributes) bool { return a.Passable && a.Hardened }

// reader knows where in a row the fields stand.
type reader struct{ class, grade, surface, kind, status int }

func readerOf(t *snapshot.Table) (r reader) {
	if t == nil {
		return r
	}
	l := t.Layer
	return reader{l.Field("class"), l.Field("grade"), l.Field("surface"), l.Field("kind"), l.Field("status")}
}

func (r reader) attributes(t *snapshot.Table, row uint32) network.Attributes {
	class, grade, surface := t.Value(row, r.class).Text(), t.Value(row, r.grade).Text(), t.Value(row, r.surface).Text()
	a := network.Attributes{Row: row, Grade: GradeRank(grade), Passable: true}
	switch t.Value(row, r.kind).Text() {
	case "cableway":
		a.Kind, a.Passable = network.Cableway, false
		return a
	case "bridge":
		a.Kind = network.Bridge
	case "tunnel":
		a.Kind = network.Tunnel
	}
	a.SpeedKmh = speed(class, grade, surface)
	a.Hardened = IsHardened(surface) && !t.Value(row, r.status).IsNull()
	return a
}

// IsHardened tells whether a surface is asphalt or cement.
func IsHardened(surface string) bool { return surface == "沥青" || surface == "水泥" }

// grades are the technical grades of JTG B01-2014, clause 3.1.1, and below them what
// reaches none.
var grades = []string{"等外", "四级", "三级", "二级", "一级", "高速"}

// GradeRank is 6 for an expressway down to 1 for a road below class IV; 0 where the
// grade is not known.
func GradeRank(grade string) uint8 { return uint8(slices.Index(grades, grade) + 1) }
