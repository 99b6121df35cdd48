package snapshot

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

func TestNearWhereIsNearAmongTheRowsKept(t *testing.T) {
	catalog := layers.Builtin()
	hamlet, _ := catalog.Layer("hamlet")
	b := NewBuilder(catalog)
	r := rand.New(rand.NewPCG(1, 2))
	for id := range int64(3000) {
		f := &layers.Feature{
			ID:       id + 1,
			Geometry: orb.Point{109 + r.Float64(), 33 + r.Float64()},
			Values:   make([]layers.Value, len(hamlet.Fields)),
		}
		f.Values[hamlet.Field("name")] = layers.Text("组")
		if err := b.Add(hamlet, f); err != nil {
			t.Fatal(err)
		}
	}
	table, _ := b.Snapshot().Table("hamlet")
	for _, one := range []int64{1, 3, 100, 5000} { // in so many
		keep := func(row uint32) bool { return table.ID(row)%one == 0 }
		some := table.Where(keep)
		for range 20 {
			p := orb.Point{109 + r.Float64(), 33 + r.Float64()}
			var want []Near
			for row := range table.Rows {
				if keep(row) {
					place := table.Shape(row).Points[0].LonLat()
					want = append(want, Near{table, row, geo.Distance(p, place), place})
				}
			}
			slices.SortFunc(want, func(a, b Near) int { return cmp.Compare(a.Metres, b.Metres) })
			if some.Len() != len(want) {
				t.Fatalf("one in %d: the table has %d rows, not %d", one, some.Len(), len(want))
			}
			want = want[:min(7, len(want))]
			for name, got := range map[string][]Near{"NearWhere": table.NearWhere(p, 7, math.Inf(1), keep), "Where": some.Near(p, 7, math.Inf(1))} {
				if !slices.EqualFunc(got, want, func(a, b Near) bool { return a.Row == b.Row && math.Abs(a.Metres-b.Metres) < 1e-6 }) {
					t.Errorf("%s, one in %d: %v, want %v", name, one, got, want)
				}
			}
		}
	}
}
