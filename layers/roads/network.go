package roads

import (
	"iter"
	"slices"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Network is the roads of one snapshot as a graph, as of one year.
type Network struct {
	Graph *network.Graph
	Table *snapshot.Table // the attributes' Row is a row of it; nil where there is no road layer
	Year  int
	// Passable is what a vehicle can use: all but cableways. Hardened is that part of it
	// which is asphalt or cement.
	Hardened, Passable *network.Subset

	fastest float64 // km/h, of any way
}

// Build makes the network of the roads that are there by the end of the year, as
// layers.Standing has it: where an upgrade lay beside the road that it takes the place
// of, two edges would look like two ways.
//
// A road without a status is taken for one that is there, but its surface proves
// nothing: it is not hardened.
func Build(snap *snapshot.Snapshot, year int) *Network {
	t, _ := snap.Table("road")
	return buildTable(t, year)
}

func buildTable(t *snapshot.Table, year int) *Network {
	n := &Network{Table: t, Year: year, fastest: network.DefaultFootKmh}
	n.Graph = network.Build(segments(t, year), network.DefaultTolerance)
	for e := range int32(n.Graph.Edges()) {
		n.fastest = max(n.fastest, float64(n.Graph.Edge(e).SpeedKmh))
	}
	n.Passable = n.Graph.Where(func(_ int32, a network.Attributes) bool { return a.Passable })
	n.Hardened = n.Graph.Where(func(_ int32, a network.Attributes) bool { return a.Passable && a.Hardened })
	return n
}

func segments(t *snapshot.Table, year int) iter.Seq[network.Segment] {
	return func(yield func(network.Segment) bool) {
		if t == nil {
			return
		}
		read := newReader(t.Layer)
		standing := t.CompleteBy(year)
		for row := range t.Rows {
			if standing != nil && !standing.Has(row) {
				continue
			}
			if !yield(network.Segment{Shape: t.Shape(row), Attributes: read.attributes(t, row)}) {
				return
			}
		}
	}
}

// reader knows where in a row the fields stand.
type reader struct{ class, grade, surface, kind, status int }

func newReader(l *layers.Layer) reader {
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
