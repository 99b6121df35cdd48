package main

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlacesOfTheDemoAreEvaluatedAndSearched(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	var e struct {
		Total    float64
		Passes   bool
		Readings []struct {
			Criterion string
			Value     *float64
		}
	}
	out, code := run(t, nil, "site", "evaluate", "--store", store, "--lon", "109.94", "--lat", "33.86", "-f", "json")
	if err := json.Unmarshal([]byte(out), &e); code != 0 || err != nil || !e.Passes || e.Total < 80 || e.Readings[9].Criterion != "slope" ||
		e.Readings[9].Value == nil {
		t.Fatalf("%d %v %.500s", code, err, out)
	}
	server := serve(t, store)
	eventually(t, "the elevation model is loaded", func() bool { status, _ := server.get("/tiles/dem.json"); return status == 200 })
	if _, body := server.get("/api/siting/evaluate?lon=109.94&lat=33.86"); strings.TrimSpace(body) != strings.TrimSpace(out) {
		t.Errorf("the server says otherwise than the command: %.300s", body)
	}
	parcels, judgements, criteria := filepath.Join(dir, "parcels.csv"), filepath.Join(dir, "pairs.json"), filepath.Join(dir, "criteria.yaml")
	for path, text := range map[string]string{
		parcels:    "名称,人数,lon,lat\n东沟,200,109.94,33.86\n西沟,,109.7,33.6\n",
		judgements: `{"of": ["near", "at_hand", "terrain"], "matrix": [[1, 9, 0.111], [0.111, 1, 9], [9, 0.111, 1]]}`,
		criteria:   "criteria: [{id: slope, max: 0.001}]",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		says []string
		fail bool
	}{
		{[]string{"evaluate", "--parcels", parcels, "--crs", "EPSG:4326", "-f", "csv"}, []string{"东沟", "西沟", ",200,", ",500,"}, false},
		{
			[]string{"search", "--grid", "2000", "--county", "611026", "--judgements", judgements, "--top", "3"},
			[]string{"consistency ratio", "more than 0.1", "FIRST STAYS"},
			false,
		},
		{
			[]string{"search", "--sites", "--county", "611026", "-f", "geojson", "--weights", "town=40,park=0"},
			[]string{`"FeatureCollection"`, "安置点"},
			false,
		},
		{
			[]string{"search", "--parcels", parcels, "--crs", "EPSG:4326", "--criteria", criteria},
			[]string{"2 places, 0 pass", "slope: 2 out"},
			false,
		},
		{[]string{"evaluate", "--lon", "109.94", "--lat", "33.86", "--lang", "en"}, []string{"CRITERION", "walked to the road"}, false},
		{[]string{"evaluate", "--lon", "109.94", "--lat", "33.86", "--lang", "zh"}, []string{"标准", "其中步行"}, false},
		{[]string{"search"}, []string{"--grid", "--sites", "--parcels"}, true},
		{[]string{"search", "--grid", "500"}, []string{"county or an area"}, true},
		{[]string{"search", "--grid", "5", "--county", "611026"}, []string{"20 to 20000"}, true},
		{[]string{"search", "--sites", "--weights", "moon=1"}, []string{"moon", "county_seat"}, true},
		{[]string{"evaluate", "--lon", "109"}, []string{"--lat"}, true},
	} {
		out, code := run(t, nil, append([]string{"site", c.args[0], "--store", store}, c.args[1:]...)...)
		if (code != 0) != c.fail {
			t.Errorf("%v: %d %.300s", c.args, code, out)
		}
		for _, word := range c.says {
			if !strings.Contains(out, word) {
				t.Errorf("%v does not say %q: %.600s", c.args, word, out)
			}
		}
	}
}

func TestAnElevationModelIsImportedAndServedAtOnce(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	server := serve(t, store)
	eventually(t, "the demo's own model is loaded", func() bool { status, _ := server.get("/tiles/dem.json"); return status == 200 })
	before := height(t, server, "109.94", "33.86")
	made, tif := filepath.Join(dir, "made.asc"), filepath.Join(dir, "made.tif")
	grid := "ncols 60\nnrows 60\nxllcorner 109.93\nyllcorner 33.85\ncellsize 0.000333333333\nNODATA_value -9999\n" + strings.Repeat(
		strings.Repeat("2345 ", 60)+"\n", 60,
	)
	if err := os.WriteFile(made, []byte(grid), 0o600); err != nil {
		t.Fatal(err)
	}
	translate := exec.Command("gdal_translate", "-q", "-a_srs", "EPSG:4490", "-ot", "Int16", "-co", "COMPRESS=LZW", made, tif)
	if said, err := translate.CombinedOutput(); err != nil {
		t.Fatalf("gdal_translate (package gdal-bin; `make test` installs it): %v: %s", err, said)
	}
	if out, code := run(t, nil, "import", "--store", store, "--layer", "dem", tif); code != 0 || !strings.Contains(out, "EPSG:4490") ||
		!strings.Contains(out, "Wrote 3600 heights") {
		t.Fatalf("%d %s", code, out)
	}
	eventually(t, "the finer model stands before the demo's", func() bool { return height(t, server, "109.94", "33.86") == 2345 })
	if before == 2345 || math.IsNaN(before) {
		t.Errorf("before it was %v", before)
	}
	resp := must(http.Get(server.url + "/tiles/dem/11/1649/819.png"))(t)
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "image/png" || resp.Header.Get("ETag") == "" {
		t.Errorf("a tile: %d %v", resp.StatusCode, resp.Header)
	}
	for path, want := range map[string]int{"/tiles/dem/11/0/0.png": 204, "/tiles/dem/2/9/9.png": 404, "/tiles/dem/11/1649/819.png?x=1": 400} {
		if status, _ := server.get(path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	if out, code := run(t, nil, "import", "--store", store, "--layer", "dem", made); code == 0 || !strings.Contains(out, "GeoTIFF") {
		t.Errorf("a file of another kind: %d %s", code, out)
	}
	if out, code := run(t, nil, "import", "--store", store, "--layer", "village", tif, tif); code == 0 || !strings.Contains(out, "one file") {
		t.Errorf("two files of villages: %d %s", code, out)
	}
}

// height is what an evaluation says of the ground's height.
func height(t *testing.T, server *process, lon, lat string) float64 {
	t.Helper()
	_, body := server.get("/api/siting/evaluate?people=20&lon=" + lon + "&lat=" + lat)
	var e struct {
		Readings []struct {
			Criterion string
			Value     *float64
		}
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err, body)
	}
	for _, r := range e.Readings {
		if r.Criterion == "height" && r.Value != nil {
			return *r.Value
		}
	}
	return math.NaN()
}
