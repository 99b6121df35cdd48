package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRouteAndNearByRoad(t *testing.T) {
	store := demoCopy(t)
	points := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(points, []byte("lon,lat\n109.94,33.86\n108,35\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ends := []string{"--from", "109.94,33.87", "--to", "110.88,33.53"}
	for _, c := range []struct {
		args []string
		says []string
	}{
		{append([]string{"route", "--year", "2017"}, ends...), []string{"SURFACE", "In all", "not hardened", "From there it is", "component"}},
		{
			append([]string{"route", "--metric", "time", "-f", "geojson"}, ends...),
			[]string{`"LineString"`, `"state":"reached"`, `"unhardened_metres"`, `"steps":[`},
		},
		{append([]string{"route", "-f", "json"}, ends...), []string{`"metric":"road"`, `"minutes"`}},
		{[]string{"route", "--from", "109.94,33.87", "--to", "108,35"}, []string{"There is no way: off network"}},
		{
			[]string{"near", "--lon", "109.94", "--lat", "33.86", "--layer", "town", "--metric", "time", "--k", "2"},
			[]string{"MINUTES", "城关街道", "reached"},
		},
		{
			[]string{"near", "--points", points, "--layer", "town,site", "--metric", "road", "-f", "csv"},
			[]string{"road_metres", "城关街道", "1,108,35,town,,", "off network"},
		},
	} {
		out, code := run(t, nil, append(c.args, "--store", store)...)
		if code != 0 {
			t.Errorf("%v: %d %s", c.args, code, out)
		}
		for _, word := range c.says {
			if !strings.Contains(out, word) {
				t.Errorf("%v does not say %q: %.2000s", c.args, word, out)
			}
		}
		if strings.HasPrefix(out, "{") && !json.Valid([]byte(out)) {
			t.Errorf("%v is no JSON: %.2000s", c.args, out)
		}
	}
	out, code := run(t, nil, "route", "--from", "33.87,109.94", "--to", "110,33", "--store", store)
	if code == 0 || !strings.Contains(out, `--from: "33.87,109.94"`) || !strings.Contains(out, "lat from -90 to 90") {
		t.Errorf("swapped coordinates: %d %s", code, out)
	}
}
