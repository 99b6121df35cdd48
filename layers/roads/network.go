package roads

import (
	"iter"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
)

// Network is the roads of one snapshot as a graph, as of one year.
type Network struct {
	Graph *network.Graph
	Table *layers.Table // the attributes' Row is a row of it; nil where there is no road layer
	Year  int
	// Passable is what a vehicle can use: all but cableways. Hardened is that part of it
	// which is asphalt or cement.
	Hardened, Passable *network.Subset

	fastest float64 // km/h, of any way
}

// Build makes the network of the roads that are there by the end of the year: existing
// ones that were not completed later, and those under construction or planned whose
// year has come by then. What is not finished and has no year is not there. A road of
// which an upgrade is there, a row of its own on the very same line, is there no more: two
// edges side by side would look like two ways.
//
// A road without a status is taken for one that is there, but its surface proves
// nothing: it is not hardened.
func Build(snap *layers.Snapshot, year int) *Network {
	t, _ := snap.Table("road")
	return buildTable(t, year)
}

func buildTable(t *layers.Table, year int) *Network {
	n := &Network{Table: t, Year: year, fastest: network.DefaultFootKmh}
	n.Graph = network.Build(segments(t, year), network.DefaultTolerance)
	for e := range int32(n.Graph.Edges()) {
		n.fastest = max(n.fastest, float64(n.Graph.Edge(e).SpeedKmh))
	}
	n.Passable = n.Graph.Where(func(_ int32, a network.Attributes) bool { return a.Passable })
	n.Hardened = n.Graph.Where(func(_ int32, a network.Attributes) bool { return a.Passable && a.Hardened })
	return n
}

func segments(t *layers.Table, year int) iter.Seq[network.Segment] {
	return func(yield func(network.Segment) bool) {
		if t == nil {
			return
		}
		read := newReader(t.Layer)
		upgrades := read.upgrades(t, year)
		for row := range t.Rows {
			if !read.isThere(t, row, year) || upgrades.replace(t, row) {
				continue
			}
			if !yield(network.Segment{Shape: t.Shape(row), Attributes: read.attributes(t, row)}) {
				return
			}
		}
	}
}

// lineKey is the same for all shapes with the same points.
type lineKey struct {
	first, last geo.Point
	points      int
}

func keyOf(s geo.Shape) (k lineKey, ok bool) {
	if len(s.Points) == 0 {
		return k, false
	}
	return lineKey{s.Points[0], s.Points[len(s.Points)-1], len(s.Points)}, true
}

// upgrades are the rows, by line, that take the place of what else lies on it: those not
// finished yet that are there by the year, of several the one completed last.
type upgrades map[lineKey]uint32

func (r reader) upgrades(t *layers.Table, year int) upgrades {
	found := upgrades{}
	for row := range t.Rows {
		if !r.isUnfinished(t, row) || !r.isThere(t, row, year) {
			continue
		}
		if key, ok := keyOf(t.Shape(row)); ok {
			if other, ok := found[key]; !ok || t.Value(other, r.year).Int() < t.Value(row, r.year).Int() {
				found[key] = row
			}
		}
	}
	return found
}

func (u upgrades) replace(t *layers.Table, row uint32) bool {
	shape := t.Shape(row)
	key, ok := keyOf(shape)
	if !ok {
		return false
	}
	upgrade, ok := u[key]
	return ok && upgrade != row && slices.Equal(t.Shape(upgrade).Points, shape.Points)
}

// reader knows where in a row the fields stand.
type reader struct{ class, grade, surface, kind, status, year int }

func newReader(l *layers.Layer) reader {
	return reader{l.Field("class"), l.Field("grade"), l.Field("surface"), l.Field("kind"), l.Field("status"), l.Field("year")}
}

func (r reader) isThere(t *layers.Table, row uint32, year int) bool {
	done := t.Value(row, r.year)
	if r.isUnfinished(t, row) {
		return !done.IsNull() && done.Int() <= int64(year)
	}
	return done.IsNull() || done.Int() <= int64(year)
}

func (r reader) isUnfinished(t *layers.Table, row uint32) bool {
	status := t.Value(row, r.status).Text()
	return status == "building" || status == "planned"
}

func (r reader) attributes(t *layers.Table, row uint32) network.Attributes {
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
