package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/questions/sites"
	"github.com/cuntu/cuntu/layers/relocation"
)

// movers adds two villages with people to move and two sites, along the road.
func (w *world) movers() {
	text, number := layers.Text, layers.Int
	village := func(code, name string, lon float64, people int64) layers.Edit {
		return w.edit(layers.Insert, "village", 0, orb.Point{lon, 33.9}, map[string]layers.Value{
			"code": text(code), "name": text(name), "county": text("611002"), "town": text("611002001"),
			"move_households": number(people / 4), "move_population": number(people),
		})
	}
	site := func(name, status string, lon float64, people int64) layers.Edit {
		return w.edit(layers.Insert, "site", 0, orb.Point{lon, 33.9}, map[string]layers.Value{
			"name": text(name), "county": text("611002"), "town": text("611002001"), "status": text(status),
			"households": number(people / 4), "people": number(people),
		})
	}
	w.apply(
		village("611002001301", "西沟村", 109.95, 80), village("611002001302", "=东沟村", 110.15, 120),
		site("西安置点", "existing", 109.96, 100), site("东安置点/一期", "planned", 110.14, 200),
	)
	w.eventually("told of the sites", func() bool {
		t, ok := w.live.Snapshot().Table("site")
		return ok && t.Len() == 2
	})
}

func (w *world) keep(body string) string {
	w.t.Helper()
	resp, text := w.do(http.MethodPost, "/api/siting/scenarios", body)
	var head relocation.Scenario
	if err := json.Unmarshal([]byte(text), &head); err != nil || resp.StatusCode != http.StatusCreated || head.ID == "" {
		w.t.Fatalf("keeping %s: %d %s", body, resp.StatusCode, text)
	}
	return head.ID
}

func TestAPlanIsMadeKeptComparedAndExported(t *testing.T) {
	w := newWorld(t)
	w.movers()
	job := func(body string) (string, sites.Outcome) {
		s, text := w.ran("/api/siting/plan", body)
		var out sites.Outcome
		if err := json.Unmarshal([]byte(text), &out); err != nil || s.State != data.JobDone {
			t.Fatalf("%s: %+v %s", body, s, text)
		}
		return s.ID, out
	}
	first, out := job(`{}`)
	if out.Plan == nil || out.People != 200 || out.LeftPeople != 0 || !out.Optimal || len(out.Villages) != 2 ||
		out.Villages[0].Moves[0].Site == out.Villages[1].Moves[0].Site {
		t.Fatalf("the plan is %+v", out.Plan)
	}
	second, _ := job(`{"most_sites": 1, "keep": []}`)
	if _, none := job(`{"most_sites": 1, "keep": [], "shut_sites": [2], "everybody": true}`); none.Infeasible == nil ||
		none.Infeasible.Reasons[0].Constraint != "size" {
		t.Errorf("what cannot be met: %+v", none)
	}

	a := w.keep(`{"name": "甲", "author": "王", "note": "初稿", "job": "` + first + `"}`)
	b := w.keep(`{"name": "乙", "job": "` + second + `"}`)
	_, text := w.get("/api/siting/scenarios/compare?a=" + a + "&b=" + b)
	var c relocation.Comparison
	if err := json.Unmarshal([]byte(text), &c); err != nil || c.AffectedPeople != 80 || c.AffectedVillages != 1 ||
		c.Villages[0].Name != "西沟村" ||
		c.After.OpenSites != 1 {
		t.Errorf("the comparison is %s", text)
	}

	resp, text := w.do(http.MethodPost, "/api/siting/scenarios/"+a+"/copy", `{"name": "丙"}`)
	var copied relocation.Scenario
	if err := json.Unmarshal([]byte(text), &copied); err != nil || resp.StatusCode != http.StatusCreated || copied.CopyOf != a {
		t.Errorf("the copy: %d %s", resp.StatusCode, text)
	}
	if resp, text := w.do(http.MethodPatch, "/api/siting/scenarios/"+copied.ID, `{"name": "丁"}`); resp.StatusCode != http.StatusOK ||
		!strings.Contains(text, "丁") {
		t.Errorf("renaming: %d %s", resp.StatusCode, text)
	}
	if resp, _ := w.do(http.MethodDelete, "/api/siting/scenarios/"+b, ""); resp.StatusCode != http.StatusNoContent {
		t.Errorf("deleting: %d", resp.StatusCode)
	}
	_, text = w.get("/api/siting/scenarios")
	var list struct{ Scenarios []relocation.Scenario }
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Scenarios) != 2 || list.Scenarios[0].Name != "丁" ||
		list.Scenarios[1].Author != "王" ||
		list.Scenarios[1].Note != "初稿" {
		t.Errorf("the list is %s", text)
	}
	w.exports(a)
}

// exports reads a scenario in the formats that it can be had in.
func (w *world) exports(id string) {
	t := w.t
	_, text := w.get("/api/siting/scenarios/" + id + "?f=geojson")
	var features struct {
		Features []struct{ Properties map[string]any }
	}
	if err := json.Unmarshal([]byte(text), &features); err != nil || len(features.Features) != 4 ||
		features.Features[0].Properties["people"] != 80. {
		t.Errorf("GeoJSON: %s", text)
	}
	_, text = w.get("/api/siting/scenarios/" + id + "?f=xlsx")
	book, err := excelize.OpenReader(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if sheets := strings.Join(book.GetSheetList(), "|"); sheets != "方案|安置点|搬迁村|西安置点|东安置点 一期" {
		t.Errorf("the sheets are %s", sheets)
	}
	if name, err := book.GetCellValue("东安置点 一期", "B2"); err != nil || name != "=东沟村" {
		t.Errorf("the village is %q, %v", name, err)
	}
	if formula, err := book.GetCellFormula("东安置点 一期", "B2"); err != nil || formula != "" {
		t.Errorf("a name is the formula %q, %v", formula, err)
	}
}

func TestWrongPlansAndScenariosAreRefused(t *testing.T) {
	w := newWorld(t)
	w.movers()
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/api/siting/plan", `{"objectiv": "median"}`, 400, "objectiv"},
		{"POST", "/api/siting/plan?when=1", `{}`, 400, "when"},
		{"POST", "/api/siting/plan", `{"objective": "cover"}`, 400, "max_minutes"},
		{"POST", "/api/siting/plan", `{"county": "999"}`, 400, "county"},
		{"POST", "/api/siting/plan", `{"keep_sites": [77]}`, 400, "77"},
		{"POST", "/api/siting/plan", `{"seconds": 1e9}`, 400, "seconds"},
		{"POST", "/api/siting/plan", `{"candidates": [{"lon": 500}]}`, 400, "candidates[0]"},
		{"POST", "/api/siting/plan", `{"classes": {"classes": []}}`, 400, "classes"},
		{"GET", "/api/siting/classes?x=1", "", 400, "x"},
		{"POST", "/api/siting/scenarios", `{"name": "x"}`, 400, "job"},
		{"POST", "/api/siting/scenarios", `{"name": " ", "job": "y"}`, 400, "empty"},
		{"POST", "/api/siting/scenarios", `{"name": "x", "job": "y"}`, 404, "job"},
		{"GET", "/api/siting/scenarios/none", "", 404, "scenario"},
		{"GET", "/api/siting/scenarios/none?f=pdf", "", 400, "pdf"},
		{"GET", "/api/siting/scenarios/compare?a=1", "", 400, "b"},
		{"PATCH", "/api/siting/scenarios/none", `{"job": "x"}`, 400, "allowed"},
		{"DELETE", "/api/siting/scenarios/none", "", 404, "scenario"},
	} {
		resp, text := w.do(c.method, c.path, c.body)
		if resp.StatusCode != c.status || !strings.Contains(text, c.says) || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, resp.StatusCode, text)
		}
	}
	resp, err := http.Post(
		w.server.URL+"/api/siting/plan", "application/json",
		io.LimitReader(strings.NewReader(`{"objective":"`+strings.Repeat("x", mostBody)+`"}`), mostBody+10),
	)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a body too long: %d", resp.StatusCode)
	}
}
