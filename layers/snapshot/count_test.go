package snapshot

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// TestCountIsWhatALookAtEveryRowFinds counts in villages with all kinds of values, of which some are then taken away or changed.
func TestCountIsWhatALookAtEveryRowFinds(t *testing.T) {
	catalog := layers.Builtin()
	l, _ := catalog.Layer("village")
	r := rand.New(rand.NewPCG(15, 6))
	b := NewBuilder(catalog)
	made := func(id int64) *layers.Feature {
		f := &layers.Feature{ID: id, Values: make([]layers.Value, len(l.Fields))}
		if r.IntN(3) > 0 {
			f.Geometry = orb.Point{110 + r.Float64(), 34}
		}
		for i, field := range l.Fields {
			if r.IntN(4) == 0 || i == l.Field("note") {
				continue
			}
			switch field.Type {
			case layers.TypeInt, layers.TypeYear:
				f.Values[i] = layers.Int(int64(r.IntN(3)) * 100_000)
			case layers.TypeFloat:
				f.Values[i] = layers.Float(r.NormFloat64())
			case layers.TypeBool:
				f.Values[i] = layers.Bool(r.IntN(2) == 0)
			case layers.TypeText:
				f.Values[i] = layers.Text(string(rune('a' + r.IntN(5))))
			}
		}
		return f
	}
	const features = 3*pageRows + 17
	for id := range int64(features) {
		if err := b.Add(l, made(id+1)); err != nil {
			t.Fatal(err)
		}
	}
	snap := b.Snapshot()
	var changes []layers.Change
	for id := int64(1); id <= features; id += 7 {
		c := layers.Change{Layer: l.ID, ID: id}
		if r.IntN(2) == 0 {
			c.Feature = made(id)
		}
		changes = append(changes, c)
	}
	edited, _, err := snap.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	for name, snap := range map[string]*Snapshot{"loaded": snap, "edited": edited} {
		table, _ := snap.Table(l.ID)
		few := table.Where(func(row uint32) bool { return table.ID(row)%5 > 0 })
		for _, table := range []*Table{table, few} {
			for _, fields := range [][]int{
				nil, {}, {l.Field("name")}, {l.Field("note")}, {l.Field("population"), l.Field("fibre")}, {l.Field("income")},
			} {
				for _, placed := range []bool{false, true} {
					want := 0
					for row := range table.Rows {
						has := fields == nil || slices.ContainsFunc(fields, func(f int) bool { return !table.Value(row, f).IsNull() })
						if has && (!placed || table.Shape(row).Geometry() != nil) {
							want++
						}
					}
					if got := table.Count(fields, placed); got != want {
						t.Errorf("%s: %v, placed %v: %d, not %d of %d", name, fields, placed, got, want, table.Len())
					}
				}
			}
		}
	}
}
