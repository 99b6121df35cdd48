package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestSummaryRollsFieldsUpByArea(t *testing.T) {
	w := covered(t)
	var got struct {
		Results []struct {
			Code   string
			Count  int
			Fields map[string]struct {
				Counts        map[string]int
				Classes       []int
				Unknown       int
				Known         int
				Sum           float64
				UnknownWeight float64 `json:"unknown_weight"`
			}
		}
	}
	_, body := w.get("/api/summary?field=cov_road,poverty,population&breaks=700&weight=population&by=county&year=2017")
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Results) != 1 {
		t.Fatalf("%v %s", err, body)
	}
	r := got.Results[0]
	if road := r.Fields["cov_road"].Counts; r.Code != "611002" || r.Count != 2 || road["reached"] != 1 || road["not"] != 1 {
		t.Errorf("%s", body)
	}
	if p := r.Fields["population"]; p.Known != 1 || p.Unknown != 1 || p.Sum != 700 || p.Classes[0] != 0 || p.Classes[1] != 1 {
		t.Errorf("%s", body)
	}
	if _, body = w.get("/api/summary?field=cov_road&year=2014"); !strings.Contains(body, `"not":2`) {
		t.Errorf("before the road was built: %s", body)
	}
	if _, body = w.get("/api/summary?field=poverty&filter=" + url.QueryEscape("cov_road = 'not'") + "&year=2017"); !strings.Contains(
		body, `"count":1`,
	) {
		t.Errorf("filtered: %s", body)
	}
	resp, body := w.get("/api/summary?field=cov_road,population&breaks=700&by=town&f=csv&year=2017")
	if !strings.HasPrefix(
		body, "\uFEFFcode,name,count,cov_road.unknown,cov_road.not,",
	) || !strings.Contains(body, "population.<700,population.>=700") ||
		!strings.Contains(body, "\r\n611002001,城关街道,") ||
		!strings.Contains(resp.Header.Get("Content-Disposition"), "summary-village-town-2017.csv") {
		t.Errorf("csv: %q", body)
	}
	for year, want := range map[string]bool{"2014": false, "2015": true} {
		if _, body = w.get("/api/summary?layer=road&field=surface&year=" + year); strings.Contains(body, `"code":"611002"`) != want {
			t.Errorf("roads that stand by %s: %s", year, body)
		}
	}
}

func TestSummaryRefusesWhatItDoesNotKnow(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ query, says string }{
		{"layer=villages", "villages"},
		{"field=nothing", "cov_road"},
		{"by=village", "county, town, prefecture, city"},
		{"breaks=3,2", "ascending"},
		{"area=61", "611"[:2]},
		{"weight=name", "population"},
		{"filter=" + url.QueryEscape("cov_road = 1"), "do not compare"},
		{"yeer=2017", "yeer"},
		{"f=geojson", "json, csv, xlsx"},
	} {
		resp, body := w.get("/api/summary?" + c.query)
		if name, _, _ := strings.Cut(c.query, "="); resp.StatusCode != 400 || !strings.Contains(body, c.says) ||
			!strings.Contains(body, `"parameter":"`+name+`"`) {
			t.Errorf("%s: %d: %s", c.query, resp.StatusCode, body)
		}
	}
}
