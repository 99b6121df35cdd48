package web

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/outline"
	"github.com/cuntu/cuntu/layers/questions"
)

func TestAreasAreCountiesWithTheirTownsAndHowFarTheseReach(t *testing.T) {
	w := newWorld(t)
	_, body := w.get("/api/areas")
	var got struct{ Counties []questions.Area }
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	var lines string
	for _, c := range got.Counties {
		lines += fmt.Sprintf("%s %s %.4f\n", c.Code, c.Name, c.BBox)
		for _, town := range c.Towns {
			lines += fmt.Sprintf("  %s %s %.4f\n", town.Code, town.Name, town.BBox)
		}
	}
	want := `611002 商州区 [109.5000 33.4000 110.5000 34.2000]
  611002001 城关街道 [109.9400 33.8500 110.0000 33.8700]
  611002101 夜村镇 [110.1000 33.8000 110.1000 33.8000]
`
	if lines != want {
		t.Errorf("got\n%s\nwant\n%s", lines, want)
	}
}

// Two villages' outlines overlap by a strip of 0.01° by 0.1°, and a third has the code of nobody.
func TestFlawsOfOutlinesAreToldWithTheirSizeAndPlace(t *testing.T) {
	w := newWorld(t)
	square := func(west, east float64) orb.Polygon {
		return orb.Polygon{{{west, 33.8}, {east, 33.8}, {east, 33.9}, {west, 33.9}, {west, 33.8}}}
	}
	lies := func(code string, west, east float64) layers.Edit {
		return w.edit(layers.Insert, "village_area", 0, square(west, east), map[string]layers.Value{"code": layers.Text(code)})
	}
	w.apply(lies("611002001201", 109.95, 110.06), lies("611002001299", 110.05, 110.15))
	strip := orb.Polygon{{{110.05, 33.8}, {110.06, 33.8}, {110.06, 33.9}, {110.05, 33.9}, {110.05, 33.8}}}
	var answer questions.OutlineFlaws
	w.eventually("checked", func() bool {
		_, body := w.get("/api/outlines/flaws?layer=village")
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatal(err, body)
		}
		return answer.Count > 0
	})
	first := answer.Results[0]
	if first.Kind != outline.Overlap || len(first.Places) != 2 || math.Abs(first.AreaM2/geo.Area(strip)-1) > 1e-3 ||
		first.Lon == nil || *first.Lon < 110.05 || *first.Lon > 110.06 {
		t.Errorf("%+v, want an overlap of %.0f m²", first, geo.Area(strip))
	}
	kinds := map[outline.Kind]int{}
	for _, f := range answer.Results {
		kinds[f.Kind]++
	}
	if kinds[outline.Stray] != 1 {
		t.Errorf("%v", kinds)
	}
	if _, body := w.get("/api/outlines/flaws?least_m2=1e9&layer=village"); strings.Contains(body, `"overlap"`) {
		t.Errorf("an overlap above 1000 km²: %s", body)
	}
	if resp, body := w.get("/api/outlines/flaws?layer=road"); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "town") {
		t.Errorf("of roads: %d %s", resp.StatusCode, body)
	}
}
