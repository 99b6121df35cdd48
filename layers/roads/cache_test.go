package roads

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// edit changes some roads of a snapshot: their ways, fields and years, those that are upgrades of others among them.
func edit(t *testing.T, r *rand.Rand, snap *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	table, _ := snap.Table("road")
	l := table.Layer
	rows := slices.Collect(table.Rows)
	var changes []layers.Change
	for range 1 + r.IntN(4) {
		f := table.Feature(rows[r.IntN(len(rows))])
		set := func(field string, v layers.Value) { f.Values[l.Field(field)] = v }
		switch r.IntN(6) {
		case 0:
			changes = append(changes, layers.Change{Layer: "road", ID: f.ID})
			continue
		case 1: // an upgrade on the very same line
			f.ID = 10_000 + r.Int64N(10_000)
			set("status", layers.Text("planned"))
			set("year", layers.Int(2015+r.Int64N(5)))
		case 2:
			set("year", layers.Int(2015+r.Int64N(5)))
			set("status", layers.Text([]string{"existing", "planned"}[r.IntN(2)]))
		case 3:
			set("surface", layers.Text([]string{"水泥", "土路"}[r.IntN(2)]))
			set("status", layers.Text("existing"))
		case 4:
			f.Geometry = table.Feature(rows[r.IntN(len(rows))]).Geometry
		case 5: // a way of its own
			f.ID = 20_000 + r.Int64N(10_000)
			line := f.Geometry.(orb.LineString)
			f.Geometry = orb.LineString{line[0], {line[0][0] + 0.01*r.Float64(), line[0][1] + 0.01*r.Float64()}}
		}
		changes = append(changes, layers.Change{Layer: "road", ID: f.ID, Feature: &f})
	}
	next, _, err := snap.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func same(t *testing.T, got, want *Network) {
	t.Helper()
	if got.Graph.Edges() != want.Graph.Edges() || got.Graph.Nodes() != want.Graph.Nodes() {
		t.Fatalf("%d edges, %d nodes, want %d, %d", got.Graph.Edges(), got.Graph.Nodes(), want.Graph.Edges(), want.Graph.Nodes())
	}
	for e := range int32(want.Graph.Edges()) {
		if got.Graph.Edge(e) != want.Graph.Edge(e) {
			t.Fatalf("edge %d is %+v, want %+v", e, got.Graph.Edge(e), want.Graph.Edge(e))
		}
		for name, subsets := range map[string][2]*network.Subset{
			"there": {got.Graph.All(), want.Graph.All()}, "passable": {got.Passable, want.Passable}, "hardened": {got.Hardened, want.Hardened},
		} {
			if subsets[0].Has(e) != subsets[1].Has(e) {
				t.Fatalf("edge %d is %s: %v, in a network built anew %v", e, name, subsets[0].Has(e), subsets[1].Has(e))
			}
		}
	}
	for node := range int32(want.Graph.Nodes()) {
		if got.Passable.Component(node) != want.Passable.Component(node) || got.Hardened.Component(node) != want.Hardened.Component(node) {
			t.Fatalf("node %d lies in other components", node)
		}
	}
	if got.fastest < want.fastest {
		t.Fatalf("fastest is %v, less than %v", got.fastest, want.fastest)
	}
}

// TestNetworksAfterEditsAreThoseBuiltAnew edits roads and asks for some of the years after each.
func TestNetworksAfterEditsAreThoseBuiltAnew(t *testing.T) {
	for seed := range uint64(trial.Part(60)) {
		r := rand.New(rand.NewPCG(seed, 18))
		snap := country(t, r, 8, 0)
		var c Cache
		for range 25 {
			for year := 2015; year <= 2019; year++ {
				if r.IntN(3) == 0 {
					got := c.Get(snap, year)
					same(t, got, Build(snap, year))
				}
			}
			snap = edit(t, r, snap)
		}
		if c.base == nil || len(c.base.steps) == 0 {
			t.Fatal("no network was made from another")
		}
	}
}
