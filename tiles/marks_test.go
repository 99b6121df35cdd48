package tiles

import (
	"fmt"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
)

func TestClustersCountTheVillagesOfEachState(t *testing.T) {
	snap := prefecture(t, 3000, 10)
	states := service.StateNames()
	l, _ := snap.Catalog.Layer("village")
	marked := snap.WithDerived("village", func(row uint32, f int) layers.Value {
		if l.Derived[f].Type == layers.TypeInt {
			return layers.Int(int64(row) % 8)
		}
		return layers.Text(states[(int(row)*7+f*f)/3%len(states)])
	})
	want := map[string]int64{}
	village, _ := marked.Table("village")
	for row := range village.Rows {
		for _, f := range l.Derived {
			if f.Type == layers.TypeInt {
				want[f.ID] += village.Get(row, f.ID).Int()
			} else if state := village.Get(row, f.ID).Text(); state != "inapplicable" {
				want[f.ID+"_"+state]++
			}
		}
	}
	if len(want) != len(l.DerivedSums) {
		t.Fatalf("states too few to tell by: %v", want)
	}
	for _, z := range []uint8{2, 5, 6} {
		got := map[string]int64{}
		for _, tile := range tilesOver(z) {
			for _, f := range layerOf(t, marked, tile, "village", encode.Options{}).Features {
				if !inside(f.Geometry) {
					continue
				}
				for _, s := range l.DerivedSums {
					if n := int64(f.Properties.MustInt(s.ID)); n > 0 {
						got[s.ID] += n
					}
				}
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("zoom %d: %v, want %v", z, got, want)
		}
	}
	if _, ok := tileFields(t, marked)["cov_water_not"]; !ok {
		t.Error("TileJSON does not tell of cov_water_not")
	}
	if village, _ = snap.Table("village"); len(village.Layer.Draw.Cluster.Sums) != 7 {
		t.Error("the marks' sums went into the catalogue's own layer")
	}
}

func tileFields(t *testing.T, snap *snapshot.Snapshot) map[string]string {
	t.Helper()
	j, err := JSON(snap, []string{"village"}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return j.VectorLayers[0].Fields
}
