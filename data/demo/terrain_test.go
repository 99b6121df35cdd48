package demo

import (
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/data/demo/source"
)

func TestHeightsFitTheFacts(t *testing.T) {
	g := madeWorld().ground
	terrain, err := ground.NewTerrain(1)
	if err != nil {
		t.Fatal(err)
	}
	lowest, highest := float32(1e9), float32(0)
	for k, c := range madeWorld().source.Counties {
		sum, n := 0.0, 0.0
		for i := range g.Z {
			if int(g.County[i]) == k {
				sum, n = sum+float64(g.Z[i]), n+1
				lowest, highest = min(lowest, g.Z[i]), max(highest, g.Z[i])
			}
		}
		if want := source.CountyMean[c.Code]; sum/n < 0.93*want || sum/n > 1.07*want {
			t.Errorf("%s: mean height %.0f m, want about %.0f", c.Name, sum/n, want)
		}
	}
	if lowest < 195 || lowest > 240 || highest < 2760 || highest > 2840 {
		t.Errorf("heights from %.0f to %.0f m, want 215 to 2802", lowest, highest)
	}
	if h := terrain.Height(orb.Point{109.937, 33.864}); h < 600 || h > 850 {
		t.Errorf("%.0f m at the prefecture's seat", h)
	}
}

func TestRiversRunDownhillAndTheNorthDrainsEast(t *testing.T) {
	w := madeWorld()
	terrain := w.ground.Terrain()
	seen := map[string]bool{}
	for _, r := range w.rivers {
		seen[r.Name] = true
		for k := 1; k < len(r.Cells); k++ {
			if w.ground.Z[r.Cells[k]] > w.ground.Z[r.Cells[k-1]] {
				t.Fatalf("%s runs uphill", r.Name)
			}
		}
		if from, to := terrain.At(r.Line[0]), terrain.At(r.Line[len(r.Line)-1]); from < to {
			t.Errorf("%s runs from %.0f to %.0f m", r.Name, from, to)
		}
		if end := plane.ToDegrees(r.Line[len(r.Line)-1]); r.Name == "洛河" && (end[0] < 110.5 || end[1] < 34) {
			t.Errorf("洛河 ends at %v", end)
		}
	}
	for _, name := range []string{"丹江", "洛河", "金钱河", "旬河", "乾佑河", "银花河"} {
		if !seen[name] {
			t.Errorf("no river %s", name)
		}
	}
}
