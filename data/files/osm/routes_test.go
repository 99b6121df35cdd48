package osm_test

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

const andorra = "testdata/andorra.osm.pbf"

// roadsOf are the roads of the extract as a snapshot.
func roadsOf(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	catalog := layers.Builtin()
	l, _ := catalog.Layer("road")
	src, err := files.Open(andorra, read.Options{For: l.ID})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	builder, id := snapshot.NewBuilder(catalog), int64(0)
	for rec, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		id++
		f := layers.Feature{ID: id, Geometry: rec.Geometry, Values: make([]layers.Value, len(l.Fields))}
		for i, column := range src.Fields {
			if text, ok := rec.Values[i].(string); ok && l.Field(column.Name) >= 0 {
				f.Values[l.Field(column.Name)] = layers.Text(text)
			}
		}
		if err := builder.Add(l, &f); err != nil {
			t.Fatal(err)
		}
	}
	return builder.Snapshot()
}

// pair is a row of routes.csv; metres are +Inf where no way leads.
type pair struct {
	from, to           orb.Point
	metres, gridMetres float64
}

func readPairs(t *testing.T) (pairs []pair) {
	t.Helper()
	file, err := os.Open("testdata/routes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		n := make([]float64, len(row))
		for i, text := range row {
			if n[i], err = strconv.ParseFloat(text, 64); err != nil {
				n[i] = math.Inf(1)
			}
		}
		pairs = append(pairs, pair{orb.Point{n[0], n[1]}, orb.Point{n[2], n[3]}, n[4], n[5]})
	}
	return pairs
}

// strict joins roads only where they share a place of the grid, as OpenStreetMap's model has it.
func strict(n *roads.Network) *network.Graph {
	var segments []network.Segment
	for row := range n.Table.ByID {
		segments = append(segments, network.Segment{Shape: n.Table.Shape(row), Attributes: n.Graph.Edge(n.EdgesOf(row)[0]).Attributes})
	}
	return network.Build(slices.Values(segments), 0)
}

// Lengths are geodesics on WGS 84 over the places of the grid. They agree to 1e-6, or where a way has many short stretches to
// half of the millimetre in which each of them is counted.
func TestWaysOverAnImportAreThoseOfNetworkX(t *testing.T) {
	n := roads.Build(roadsOf(t), 2100)
	g := strict(n)
	found, beyond, exact, onGrid, shorter := 0, 0, 0., 0., 0
	for _, p := range readPairs(t) {
		from, to := geo.Quantise(p.from).LonLat(), geo.Quantise(p.to).LonLat()
		q := network.Query{MaxSnap: 1e-3} // both ends are vertices of roads
		way, err := g.Route(t.Context(), from, to, q)
		if err != nil {
			t.Fatal(err)
		}
		if there := !math.IsInf(p.metres, 1); there != (way.State == network.Reached) {
			t.Errorf("from %v to %v: %v, networkx says %v m", p.from, p.to, way.State, p.metres)
			continue
		} else if !there {
			continue
		}
		found++
		off := math.Abs(way.Metres - p.gridMetres)
		if off > 1e-6*p.gridMetres+5e-4*float64(len(way.Steps)) {
			t.Errorf("from %v to %v are %.4f m, networkx says %.4f", p.from, p.to, way.Metres, p.gridMetres)
		}
		if off > 1e-6*p.gridMetres {
			beyond++
		}
		exact, onGrid = max(exact, math.Abs(way.Metres-p.metres)/p.metres), max(onGrid, off/p.gridMetres)
		joined, err := n.Graph.Route(t.Context(), from, to, q)
		if err != nil || joined.Metres > way.Metres+0.2 {
			t.Errorf("from %v to %v: %v m with the tolerance, %v without; %v", p.from, p.to, joined.Metres, way.Metres, err)
		} else if joined.Metres < way.Metres-0.2 {
			shorter++
		}
	}
	t.Logf("%d ways differ by at most %.1e, %d by more than 1e-6; before rounding to the grid by %.1e", found, onGrid, beyond, exact)
	// One road ends 15 mm beside another with which it has no node in common: there the server joins them.
	t.Logf("%d are shorter where ends that lie within %v m of a road join it", shorter, network.DefaultTolerance)
	if found < 800 || shorter > found/20 {
		t.Errorf("%d ways, %d of them shorter", found, shorter)
	}
}

// That a way by road goes by road is what a walk's weight is chosen for: it was 5 by metres and 1 by minutes, and more than
// half of these pairs walked.
func TestHardlyAnybodyWhoIsOnARoadWalksToAnother(t *testing.T) {
	n := roads.Build(roadsOf(t), 2100)
	for _, by := range []network.Metric{network.ByMetres, network.ByMinutes} {
		ways, walks, metres := 0, 0, 0.
		for _, p := range readPairs(t)[:300] {
			way, err := n.Graph.Route(t.Context(), p.from, p.to, n.Query(by))
			if err != nil {
				t.Fatal(err)
			}
			if math.IsInf(p.metres, 1) || way.State != network.Reached {
				continue
			}
			ways++
			if walk := way.From.WalkM + way.To.WalkM; walk > 1 {
				walks, metres = walks+1, metres+walk
			}
		}
		t.Logf("metric %d: %d of %d ways walk, %.0f m on average", by, walks, ways, metres/float64(max(walks, 1)))
		if walks > ways/25 {
			t.Errorf("metric %d: %d of %d ways walk", by, walks, ways)
		}
	}
}
