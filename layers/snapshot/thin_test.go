package snapshot

import (
	"maps"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers"
)

// crowded is a layer whose points make room for each other.
func crowded() *layers.Catalog {
	return &layers.Catalog{Layers: []*layers.Layer{{
		ID: "crowded", MinZoom: 5, MaxZoom: 14, Geometry: []geo.Kind{geo.Points},
		Fields: []layers.Field{{ID: "kind", Type: layers.TypeText}, {ID: "people", Type: layers.TypeInt}},
		Draw: layers.Draw{
			Classes: []layers.Class{{Field: "kind", Value: "late", Zoom: 11}},
			Thin:    &layers.Thin{Below: 13, Units: 64, First: []layers.First{{Field: "kind", Value: "seat"}, {Field: "people"}}},
		},
	}}}
}

func drawSpot(t *rapid.T, id int64) *layers.Feature {
	f := &layers.Feature{ID: id, Values: []layers.Value{
		layers.Text(rapid.SampledFrom([]string{"seat", "town", "late"}).Draw(t, "kind")),
		layers.Int(rapid.Int64Range(0, 3).Draw(t, "people")),
	}}
	if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
		f.Values[1] = layers.Null
	}
	// A few places at every scale of closeness.
	spread := []float64{0, 1e-4, 1e-3, 1e-2, 1e-1, 1}[rapid.IntRange(0, 5).Draw(t, "spread")]
	f.Geometry = orb.Point{110 + spread*rapid.Float64Range(0, 1).Draw(t, "x"), 33 + spread*rapid.Float64Range(0, 1).Draw(t, "y")}
	return f
}

// levelOf is the level as declared, by looking at all the others.
func levelOf(state map[int64]*layers.Feature, f *layers.Feature) uint8 {
	place := func(f *layers.Feature) geo.Point { return geo.Quantise(f.Geometry.(orb.Point)) }
	before := func(a, b *layers.Feature) bool {
		people := func(f *layers.Feature) int64 {
			if f.Values[1].IsNull() {
				return -1
			}
			return f.Values[1].Int()
		}
		if s, o := a.Values[0].Text() == "seat", b.Values[0].Text() == "seat"; s != o {
			return s
		}
		if people(a) != people(b) {
			return people(a) > people(b)
		}
		return a.ID < b.ID
	}
	level := 5
	if f.Values[0].Text() == "late" {
		level = 11
	}
	for z := 5; z < 13; z++ {
		cell := simplify.Cell(place(f), 64, z)
		for _, o := range state {
			if o != f && cell.Contains(place(o)) && before(o, f) {
				level = max(level, z+1)
			}
		}
	}
	return uint8(level)
}

func TestLevelsAreAsDeclaredAfterLoadAndEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := map[int64]*layers.Feature{}
		for id := range int64(rapid.IntRange(0, 30).Draw(t, "n")) {
			state[id] = drawSpot(t, id)
		}
		snap := build(t, crowded(), slices.Collect(maps.Values(state))...)
		check := func() {
			table := snap.tables[0]
			for id, f := range state {
				row, _ := table.Find(id)
				if got, want := table.Level(row), levelOf(state, f); got != want {
					t.Fatalf("feature %d has level %d, want %d", id, got, want)
				}
			}
		}
		check()
		for range 4 {
			var changes []layers.Change
			for range rapid.IntRange(1, 5).Draw(t, "changes") {
				id := rapid.Int64Range(0, 35).Draw(t, "id")
				delete(state, id)
				if rapid.Bool().Draw(t, "put") {
					state[id] = drawSpot(t, id)
				}
				changes = append(changes, layers.Change{Layer: "crowded", ID: id, Feature: state[id]})
			}
			old := snap.tables[0]
			next, delta, err := snap.Apply(changes)
			if err != nil {
				t.Fatal(err)
			}
			snap = next
			check()
			for row := range snap.tables[0].Rows {
				before, ok := old.Find(snap.tables[0].ID(row))
				if ok && old.Level(before) != snap.tables[0].Level(row) &&
					!slices.ContainsFunc(delta["crowded"].Shapes, snap.tables[0].Shape(row).Equal) {
					t.Fatalf("feature %d got another level but is not touched", snap.tables[0].ID(row))
				}
			}
		}
	})
}

func TestShownFindsThoseOfTheZoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []*layers.Feature
		for id := range int64(rapid.IntRange(0, 40).Draw(t, "n")) {
			all = append(all, drawSpot(t, id))
		}
		table := build(t, crowded(), all...).tables[0]
		for z := range uint8(15) {
			shown := 0
			table.Shown(geo.World, z, func(row uint32) bool {
				if shown++; table.Level(row) > z {
					t.Fatalf("level %d shows at zoom %d", table.Level(row), z)
				}
				return true
			})
			for row := range table.Rows {
				if table.Level(row) <= z {
					shown--
				}
			}
			if shown != 0 {
				t.Fatalf("zoom %d: %d too many", z, shown)
			}
		}
	})
}

func TestShowOfTheCatalogueNamesWhatThereIs(t *testing.T) {
	for _, l := range layers.Builtin().Layers {
		check := func(field, value string) {
			f := l.Field(field)
			if f < 0 {
				t.Errorf("%s has no field %s", l.ID, field)
				return
			}
			choices := l.Fields[f].Values
			if value != "" && len(choices) > 0 && !slices.ContainsFunc(choices, func(c layers.Choice) bool { return c.Value == value }) {
				t.Errorf("%s: %s is never %s", l.ID, field, value)
			}
		}
		grid := func(units int) {
			if units < 1 || units > 4096 || units&(units-1) != 0 {
				t.Errorf("%s: a grid of %d units", l.ID, units)
			}
		}
		for _, c := range l.Draw.Classes {
			check(c.Field, c.Value)
		}
		if thin := l.Draw.Thin; thin != nil {
			grid(thin.Units)
			for _, f := range thin.First {
				check(f.Field, f.Value)
			}
		}
		if cluster := l.Draw.Cluster; cluster != nil {
			grid(cluster.Units)
			for _, s := range cluster.Sums {
				check(s.Field, s.Value)
			}
		}
	}
}
