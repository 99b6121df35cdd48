package web

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// covered is a world with a village beside a hardened road to its seat, and one at the
// end of an earth road.
func covered(t *testing.T) *world {
	w := newWorld(t)
	cover(w)
	return w
}

// cover adds roads and a second village.
func cover(w *world) {
	text := layers.Text
	road := func(surface string, line ...orb.Point) {
		w.apply(w.edit(layers.Insert, "road", 0, orb.LineString(line), map[string]layers.Value{
			"surface": text(surface), "status": text("existing"), "year": layers.Int(2015), "name": text("乡路"), "county": text("611002"),
		}))
	}
	road("水泥", orb.Point{109.94, 33.87}, orb.Point{110.0, 33.85})
	road("土路", orb.Point{110.0, 33.85}, orb.Point{110.05, 33.85})
	w.apply(w.edit(layers.Insert, "village", 0, orb.Point{110.05, 33.85}, map[string]layers.Value{
		"code": text("611002001202"), "name": text("远村"), "county": text("611002"), "town": text("611002001"), "population": layers.Int(700),
		"water_quantity": layers.Float(30), "poverty": layers.Bool(false),
	}))
	w.eventually("complete", func() bool { v, _ := w.live.Snapshot().Table("village"); return v.Len() == 2 })
}

func TestCoverageListsWhoLacksWhatAndWhy(t *testing.T) {
	w := covered(t)
	var got struct {
		Count, People, Year int
		Results             []struct {
			Code, State string
			Why         []struct {
				Code, State, Source string
				Text                layers.Words
			}
			Road struct {
				Unhardened float64 `json:"unhardened_m"`
				Gaps       []struct {
					Name   string
					Metres float64
				}
			}
		}
	}
	_, body := w.get("/api/coverage?service=road&state=not,unknown&year=2017&county=611002&town=611002001")
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Count != 1 || got.People != 700 || got.Year != 2017 || got.Results[0].Code != "611002001202" ||
		got.Results[0].Why[0].Code != "road_far" ||
		got.Results[0].Why[0].Source == "" {
		t.Fatalf("%s", body)
	}
	if r := got.Results[0].Road; r.Unhardened < 4500 || r.Unhardened > 4800 || len(r.Gaps) != 1 || r.Gaps[0].Name != "乡路" {
		t.Errorf("%s", body)
	}
	if _, body = w.get("/api/coverage?service=road&state=not&year=2014"); !strings.Contains(body, `"count":2`) {
		t.Errorf("before the road was built: %s", body)
	}
	if _, body = w.get("/api/coverage?f=geojson&year=2017"); !json.Valid([]byte(body)) || strings.Count(body, `"Feature"`) != 2 {
		t.Errorf("geojson: %s", body)
	}
	resp, body := w.get("/api/coverage?service=water&state=not&f=csv&year=2017")
	if !strings.HasPrefix(body, "\uFEFFcode,") || !strings.Contains(body, "人均日供水量 30 升") ||
		!strings.Contains(resp.Header.Get("Content-Disposition"), "coverage-water-2017.csv") {
		t.Errorf("csv: %s", body)
	}
}

func TestCoverageIsListedAsItIsSearchedAndSorted(t *testing.T) {
	w := covered(t)
	for query, want := range map[string]string{
		"":                          "611002001201,611002001202",
		"&sort=-code":               "611002001202,611002001201",
		"&sort=metres":              "611002001201,611002001202",
		"&sort=-metres":             "611002001202,611002001201",
		"&q=远":                      "611002001202",
		"&q=远&sort=people":          "611002001202",
		"&q=城关街道&sort=-people":      "611002001202,611002001201",
		"&q=城关街道&sort=people&f=csv": "611002001201,611002001202",
		"&q=无此村":                    "",
	} {
		_, body := w.get("/api/coverage?service=road" + query)
		var codes []string
		for _, at := range regexp.MustCompile(`"code":"(\d{12})"|(?m)^(\d{12}),`).FindAllStringSubmatch(body, -1) {
			codes = append(codes, at[1]+at[2])
		}
		if got := strings.Join(codes, ","); got != want {
			t.Errorf("%s lists %s, want %s", query, got, want)
		}
	}
	if resp, body := w.get("/api/coverage?service=road&sort=name"); resp.StatusCode != 400 || !strings.Contains(body, "-people") {
		t.Errorf("sort=name: %s, %s", resp.Status, body)
	}
}

func TestCoverageOfOneVillageByCodeOrID(t *testing.T) {
	w := covered(t)
	for _, name := range []string{"611002001202", "2"} {
		var got struct {
			Code     string
			Services []struct{ Service, State string }
			Way      struct {
				Type        string
				Coordinates [][2]float64
			}
		}
		_, body := w.get("/api/coverage/" + name + "?year=2017")
		if err := json.Unmarshal([]byte(body), &got); err != nil || got.Code != "611002001202" || len(got.Services) != 10 ||
			got.Way.Type != "LineString" {
			t.Errorf("%s: %v %s", name, err, body)
		}
		states := map[string]string{}
		for _, s := range got.Services {
			states[s.Service] = s.State
		}
		for service, want := range map[string]string{"road": "not", "water": "not", "clinic": "unknown", "exit": "inapplicable"} {
			if states[service] != want {
				t.Errorf("%s is %s, want %s", service, states[service], want)
			}
		}
	}
}

func TestCoverageIsSummedUpByArea(t *testing.T) {
	w := covered(t)
	for by, code := range map[string]string{"town": "611002001", "county": "611002", "city": "611000"} {
		_, body := w.get("/api/coverage/summary?service=road&year=2017&by=" + by)
		for _, want := range []string{
			`"code":"` + code + `"`, `"not":1,"reached":1`, `"target_road"`, `"value":50`, `"rural_access"`, `"villages_without_population":1`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("by %s: no %s in %s", by, want, body)
			}
		}
	}
	if _, body := w.get("/api/coverage/summary?service=exit&year=2017"); !strings.Contains(body, `"county_tap_water"`) {
		t.Errorf("no checklist of the county: %s", body)
	}
}

func TestCoverageRefusesWhatItDoesNotKnow(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		path   string
		status int
		want   []string
	}{
		{
			"/api/coverage?service=roads&state=bad&county=61&town=9&yeer=2017", 400,
			[]string{"roads", "cooperative", "bad", "basically", "61", "town", "yeer"},
		},
		{"/api/coverage?year=17", 400, []string{"1900 to 2100"}},
		{"/api/coverage?f=xls", 400, []string{"json, geojson, csv"}},
		{"/api/coverage/nowhere", 404, []string{"nowhere"}},
		{"/api/coverage/summary?by=village", 400, []string{"county, town, prefecture, city"}},
	} {
		resp, body := w.get(c.path)
		for _, want := range c.want {
			if resp.StatusCode != c.status || !strings.Contains(body, want) {
				t.Errorf("%s: %d, no %q in %s", c.path, resp.StatusCode, want, body)
			}
		}
	}
}

func TestCriticalRoadsAndStatesAreAnswers(t *testing.T) {
	w := covered(t)
	// The hardened road is the one that the seat lies on; behind a second one lies a village.
	w.apply(w.edit(layers.Insert, "road", 0, orb.LineString{{110.0, 33.85}, {110.02, 33.83}}, map[string]layers.Value{
		"surface": layers.Text("沥青"), "status": layers.Text("existing"), "name": layers.Text("支路"),
	}))
	w.apply(w.edit(layers.Insert, "road", 0, orb.LineString{{110.1, 33.8}, {110.101, 33.8}}, map[string]layers.Value{
		"kind": layers.Text("cableway"), "status": layers.Text("existing"), "name": layers.Text("老索道"),
	}))
	w.apply(w.edit(layers.Insert, "village", 0, orb.Point{110.02, 33.83}, map[string]layers.Value{
		"code": layers.Text("611002001203"), "name": layers.Text("支村"), "county": layers.Text("611002"), "population": layers.Int(300),
	}))
	w.eventually("complete", func() bool { v, _ := w.live.Snapshot().Table("village"); return v.Len() == 3 })
	_, body := w.get("/api/coverage/critical?year=2017")
	for _, want := range []string{`"people":300`, `"name":"支村"`, `"name":"支路"`, `"MultiLineString"`, `"name":"老索道"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if _, body = w.get("/api/coverage/critical?year=2017&f=csv"); strings.Count(body, "\n") != 3 || !strings.Contains(body, "cableway") {
		t.Errorf("csv: %s", body)
	}
	_, body = w.get("/api/coverage/states?service=road&year=2017")
	if !strings.Contains(body, `"ids":[1,2,3]`) || !strings.Contains(body, `"states":[3,1,3]`) {
		t.Errorf("states: %s", body)
	}
}
