package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data"
)

func TestASearchIsAnsweredAtOnceOrAsAJob(t *testing.T) {
	w := covered(t)
	const area = `"area": {"type": "Polygon", "coordinates": [[[109.9, 33.82], [110.05, 33.82], [110.05, 33.9], [109.9, 33.82]]]}`
	var found struct {
		Candidates, Passed int
		Results            []struct{ Total float64 }
		All                struct{ Values [][]*float64 }
		Stability          []struct{ Criterion string }
	}
	resp, body := w.do(http.MethodPost, "/api/siting/search?year=2017", `{"grid_m": 500, "all": true, "results": 2, `+area+`}`)
	if err := json.Unmarshal([]byte(body), &found); resp.StatusCode != 200 || err != nil || found.Candidates < 200 ||
		len(found.All.Values) != found.Candidates {
		t.Fatalf("%d %v %.300s", resp.StatusCode, err, body)
	}
	if len(found.Results) > 2 || len(found.Results) == 2 && found.Results[0].Total < found.Results[1].Total {
		t.Errorf("results %+v", found.Results)
	}
	resp, body = w.do(http.MethodPost, "/api/siting/search?year=2017", `{"grid_m": 90, "results": 0, `+area+`}`)
	var job jobStatus
	if err := json.Unmarshal([]byte(body), &job); resp.StatusCode != http.StatusAccepted || err != nil || job.Kind != "siting-search" {
		t.Fatalf("%d %v %s", resp.StatusCode, err, body)
	}
	w.eventually("the job is done", func() bool {
		_, body := w.get("/api/jobs/" + job.ID)
		return json.Unmarshal([]byte(body), &job) == nil && job.State.Final()
	})
	if _, body := w.get("/api/jobs/" + job.ID + "/result"); job.State != data.JobDone || json.Unmarshal([]byte(body), &found) != nil ||
		found.Candidates < 5000 {
		t.Errorf("%+v: %.300s", job, body)
	}
}

func TestQuestionsOfSitingThatAreNoneAreExplained(t *testing.T) {
	w := covered(t)
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"evaluate", `{}`, 400, "parcels"},
		{"evaluate", `{"parcels": {"type": "Point", "coordinates": [509, 33]}}`, 400, "-180"},
		{"evaluate", `{"parcels": {"type": "LineString", "coordinates": [[109, 33], [110, 33]]}}`, 400, "polygon"},
		{"evaluate", `{"parcels": {"type": "FeatureCollection", "features": []}}`, 400, "from 1"},
		{"evaluate", `{"parcels": {"type": "Point", "coordinates": [109, 33]}, "weights": {"moon": 3}}`, 400, "county_seat"},
		{"evaluate", `{"parcels": {"type": "Point", "coordinates": [109, 33]}, "curves": {"town": [[3, 5], [2, 4]]}}`, 400, "ascend"},
		{"evaluate", `{"parcel": 1}`, 400, "unknown field"},
		{"search", `{}`, 400, "grid_m, sites and parcels"},
		{"search", `{"grid_m": 500}`, 400, "county or an area"},
		{"search", `{"grid_m": 5, "county": "611002"}`, 400, "20 to 20000"},
		{"search", `{"grid_m": 500, "county": "000000"}`, 400, "000000"},
		{"search", `{"sites": true, "top": 99}`, 400, "1 to 20"},
		{"search", `{"sites": true, "people": -1}`, 400, "people"},
		{"search", `{"sites": true, "judgements": {"of": ["near", "moon"], "matrix": [[1, 2], [0.5, 1]]}}`, 400, "moon"},
		{"search", `{"grid_m": 500, "area": {"type": "Point", "coordinates": [109, 33]}}`, 400, "Polygon"},
		{"judge", `{"of": ["near", "terrain"], "matrix": [[1, 2], [2, 1]]}`, 400, "reciprocal"},
	} {
		resp, body := w.do(http.MethodPost, "/api/siting/"+c.path, c.body)
		if resp.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d, want %d and %q: %s", c.path, c.body, resp.StatusCode, c.status, c.says, body)
		}
	}
	for path, says := range map[string]string{
		"/api/siting/evaluate?lon=109.9":                    "lat",
		"/api/siting/evaluate?lon=109.9&lat=33.9&people=0":  "people",
		"/api/siting/evaluate?lon=109.9&lat=33.9&persons=5": "persons",
		"/api/siting/evaluate?lon=109.9&lat=33.9&f=shp":     "geojson",
		"/api/siting/evaluate?lon=109.9&lat=33.9&year=1066": "year",
		"/api/siting/criteria?x=1":                          "x",
	} {
		if resp, body := w.get(path); resp.StatusCode != 400 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}

func TestWithoutAnElevationModelSlopeIsUnknownAndSaidSo(t *testing.T) {
	w := covered(t)
	resp, body := w.get("/api/siting/evaluate?lon=109.95&lat=33.866&year=2017")
	if resp.StatusCode != 200 || !strings.Contains(body, "没有导入高程模型") || !strings.Contains(body, `"unchecked":["slope"`) {
		t.Errorf("%d %.2000s", resp.StatusCode, body)
	}
	if resp, body := w.get("/tiles/dem.json"); resp.StatusCode != 404 || !strings.Contains(body, "--layer dem") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, body := w.get("/api/siting/evaluate?lon=109.95&lat=33.866&f=csv"); resp.StatusCode != 200 || strings.Count(body, "\n") != 2 {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
