package web

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

type programmeJSON struct {
	Bound, Gap float64
	Bbox       []float64
	Total      struct {
		Km, Wan          float64
		Villages, People int
	}
	Works []struct {
		Km, Wan  float64
		Villages []struct{ ID int64 }
		Parts    json.RawMessage
		Geometry struct {
			Type        string
			Coordinates [][][2]float64
		}
	}
}

func (w *world) programme(query string) (p programmeJSON) {
	w.t.Helper()
	resp, body := w.get("/api/programme?" + query)
	if err := json.Unmarshal([]byte(body), &p); err != nil || resp.StatusCode != 200 {
		w.t.Fatalf("%s: %d %v %s", query, resp.StatusCode, err, body)
	}
	return p
}

func TestAProgrammeIsMadeAndItsWorksTriedOut(t *testing.T) {
	w := covered(t)
	p := w.programme("service=road&year=2017")
	if p.Total.Km < 4.5 || p.Total.Km > 4.8 || p.Total.People != 700 || p.Bound != p.Total.Km || p.Gap != 0 || len(p.Bbox) != 4 {
		t.Errorf("%+v", p)
	}
	if len(p.Works) != 1 || len(p.Works[0].Villages) != 1 || p.Works[0].Geometry.Type != "MultiLineString" {
		t.Fatalf("%+v", p.Works)
	}
	resp, body := w.do("POST", "/api/programme/whatif?year=2017", `{"works": `+string(p.Works[0].Parts)+`}`)
	var got struct {
		Changed []struct {
			ID                     int64
			Service, Before, After string
		}
		Services []struct {
			Service       string
			Before, After struct {
				Villages, People map[string]int
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 || len(got.Changed) != 1 {
		t.Fatalf("%d %v %s", resp.StatusCode, err, body)
	}
	if c := got.Changed[0]; c.ID != p.Works[0].Villages[0].ID || c.Service != "road" || c.Before != "not" || c.After != "reached" {
		t.Errorf("%+v", c)
	}
	if s := got.Services[0]; s.Before.Villages["not"] != 1 || s.After.Villages["not"] != 0 || s.After.People["reached"] != 700 {
		t.Errorf("%+v", s)
	}
	if _, body := w.get("/api/coverage?service=road&state=not&year=2017"); !strings.Contains(body, `"count":1`) {
		t.Errorf("what was only tried out is there: %s", body)
	}
	if p := w.programme("service=road&year=2017&budget_km=1"); len(p.Works) != 0 || p.Bound != 0 {
		t.Errorf("for a budget that reaches nobody: %+v", p)
	}
	if p := w.programme("service=road&year=2017&filter=population%3E700"); len(p.Works) != 0 {
		t.Errorf("for villages of which none lacks a road: %+v", p)
	}
	if p := w.programme("service=road&year=2017&filter=population%3C701"); p.Total.People != 700 {
		t.Errorf("for the village that lacks a road: %+v", p)
	}
	if p := w.programme("service=road&year=2017&budget_wan=1000"); p.Total.People != 700 {
		t.Errorf("for a budget that reaches everybody: %+v", p)
	}
}

func TestAProgrammeInEachFormat(t *testing.T) {
	w := covered(t)
	_, body := w.get("/api/programme?service=road&year=2017&f=geojson")
	if !json.Valid([]byte(body)) || strings.Count(body, `"LineString"`) != 1 || !strings.Contains(body, "乡路") {
		t.Errorf("geojson: %s", body)
	}
	resp, body := w.get("/api/programme?service=road&year=2017&f=csv")
	if !strings.HasPrefix(body, "\uFEFFwork,kind,road") || !strings.Contains(body, "远村") ||
		!strings.Contains(resp.Header.Get("Content-Disposition"), "programme-road-2017.csv") {
		t.Errorf("csv: %s", body)
	}
	for _, path := range []string{
		"/api/programme?service=road&year=2017&f=xlsx", "/api/coverage?service=water&year=2017&f=xlsx",
		"/api/near?lon=110&lat=33.8&layer=village&f=xlsx", "/api/route?from=109.95,33.866&to=110.04,33.85&f=xlsx",
	} {
		resp, body := w.get(path)
		book, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
		if err != nil {
			t.Errorf("%s: %d %v", path, resp.StatusCode, err)
			continue
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(rows) < 2 || len(rows[1]) < 3 {
			t.Errorf("%s: %v %v", path, err, rows)
		}
		_ = book.Close()
	}
}

func TestProgrammesAndTrialsRefuseWhatTheyDoNotKnow(t *testing.T) {
	w := covered(t)
	for _, c := range []struct {
		method, path, body string
		want               []string
	}{
		{"GET", "/api/programme?service=clinic", "", []string{"clinic", "road, water, broadband"}},
		{"GET", "/api/programme?budget_km=1&budget_wan=2", "", []string{"budget_wan", "one budget"}},
		{"GET", "/api/programme?budget_km=1&by=wan", "", []string{"budget_km", "its measure"}},
		{"GET", "/api/programme?budget_km=-1&county=61", "", []string{"budget_km", "0 to", "county", "61"}},
		{"GET", "/api/programme?filter=populatio%3E1", "", []string{"filter", "at character 1", "populatio"}},
		{"GET", "/api/programme?filter=population%3E", "", []string{"filter", "at character 12"}},
		{"POST", "/api/programme/whatif", "{}", []string{"at least one"}},
		{"POST", "/api/programme/whatif", "[1]", []string{"must be JSON", "from_m"}},
		{
			"POST", "/api/programme/whatif", `{"works": [{"road": 1, "village": 2, "service": "water"}]}`,
			[]string{"works[0]", "one of road, line and village"},
		},
		{"POST", "/api/programme/whatif", `{"works": [{"road": 99}]}`, []string{"works[0]", "99"}},
		{"POST", "/api/programme/whatif", `{"works": [{"road": 2, "from_m": 10, "to_m": 99999}]}`, []string{"works[0]", "99999"}},
		{"POST", "/api/programme/whatif", `{"works": [{"village": 2, "service": "road"}]}`, []string{"works[0]", "hardened"}},
		{"POST", "/api/programme/whatif", `{"works": [{"line": [[200, 1], [1, 1]]}]}`, []string{"works[0].line", "-180"}},
		{"POST", "/api/programme/whatif", `{"works": [{"line": [[1, 1]]}]}`, []string{"two places"}},
	} {
		resp, body := w.do(c.method, c.path, c.body)
		for _, want := range c.want {
			if resp.StatusCode != 400 || !strings.Contains(body, want) {
				t.Errorf("%s %s %s: %d, no %q in %s", c.method, c.path, c.body, resp.StatusCode, want, body)
			}
		}
	}
}

// A village that is given water has it.
func TestATrialGivesWaterAndFibre(t *testing.T) {
	w := covered(t)
	v, _ := w.live.Snapshot().Table("village")
	row, _ := v.FindCode("611002001202")
	id, _ := json.Marshal(v.ID(row))
	_, body := w.do(
		"POST", "/api/programme/whatif?year=2017",
		`{"works": [{"village": `+string(id)+`, "service": "water"}, {"village": `+string(id)+`, "service": "broadband"}]}`,
	)
	for _, want := range []string{
		`"service":"water","before":"not","after":"reached"`, `"service":"broadband","before":"unknown","after":"reached"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}
