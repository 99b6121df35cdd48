package web

import (
	"archive/zip"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/web/start"
)

func TestALayerIsExportedInEveryFormat(t *testing.T) {
	w := newWorld(t)
	for _, f := range files.Written() {
		resp, body := w.get("/api/export/village?county=611002&headings=zh&values=titles&f=" + f)
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", f, resp.StatusCode, body)
			continue
		}
		end := f
		if f == "shp" {
			end = "zip"
		}
		want := `attachment; filename=village-611002.` + end +
			`; filename*=utf-8''%E8%A1%8C%E6%94%BF%E6%9D%91-%E5%95%86%E5%B7%9E%E5%8C%BA.` + end
		if got := resp.Header.Get("Content-Disposition"); got != want {
			t.Errorf("%s is called %s, not %s", f, got, want)
		}
		name := "a." + end
		src, err := files.OpenFS(fstest.MapFS{name: {Data: []byte(body)}}, name, read.Options{})
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		r, err := src.Next()
		if got := fmt.Sprint(r.Values); err != nil || !strings.Contains(got, "东店子村") || !strings.Contains(got, "是") || r.Geometry == nil {
			t.Errorf("%s: %v, %v at %v", f, err, got, r.Geometry)
		}
		src.Close()
		head, _ := w.do(http.MethodHead, "/api/export/village?f="+f, "")
		if head.StatusCode != http.StatusOK || head.Header.Get("Content-Type") != resp.Header.Get("Content-Type") {
			t.Errorf("HEAD of %s: %d %v", f, head.StatusCode, head.Header)
		}
	}
	resp, body := w.get("/api/export/road?f=shp&crs=EPSG:4525&filter=" + "surface%3D'沥青'")
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err, resp.Status, body)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "road-EPSG4525.cpg road-EPSG4525.dbf road-EPSG4525.prj road-EPSG4525.shp road-EPSG4525.shx" {
		t.Error(got)
	}
}

func TestAnExportTellsAllThatIsWrong(t *testing.T) {
	w := newWorld(t)
	for path, c := range map[string]struct {
		status int
		says   []string
	}{
		"/api/export/moon": {404, []string{"moon", "village"}},
		"/api/export/village?f=dwg&crs=x&county=1&kk=1": {
			400, []string{"dwg", "geojson, xlsx, csv", "EPSG:4490", "county", "kk", "f, crs, filter, county"},
		},
		"/api/export/village?year=18":                          {400, []string{"year"}},
		"/api/export/village?year=2018":                        {400, []string{"year", "complete"}},
		"/api/export/village?filter=nothing%3D1&bbox=1,2":      {400, []string{"filter", "nothing", "bbox"}},
		"/api/export/village?f=csv&f=xlsx":                     {400, []string{"once"}},
		"/api/export/village?headings=zh&values=all&crs=4525x": {400, []string{"stored, titles", "crs"}},
	} {
		resp, body := w.get(path)
		if resp.StatusCode != c.status || resp.Header.Get("Content-Type") != "application/problem+json" ||
			resp.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %v: %s", path, resp.StatusCode, resp.Header, body)
		}
		for _, word := range c.says {
			if !strings.Contains(body, word) {
				t.Errorf("%s: %s does not say %q", path, body, word)
			}
		}
	}
}

func TestFilesInTheMakingHaveALimit(t *testing.T) {
	s := &server{
		live: newWorld(t).live, coverage: &coverage.Cache{}, roads: &roads.Cache{}, offices: &start.Offices{},
		exports: make(chan struct{}, exportsAtOnce),
	}
	for range exportsAtOnce {
		s.exports <- struct{}{}
	}
	for format, status := range map[string]int{"xlsx": 503, "csv": 200} {
		w := httptest.NewRecorder()
		s.answer(s.export)(w, mux.SetURLVars(httptest.NewRequest(http.MethodGet, "/?f="+format, nil), map[string]string{"layer": "village"}))
		if w.Code != status || (w.Header().Get("Content-Disposition") != "") != (status == 200) {
			t.Errorf("%s: %d %v", format, w.Code, w.Header())
		}
	}
	<-s.exports
	w := httptest.NewRecorder()
	s.answer(s.export)(w, mux.SetURLVars(httptest.NewRequest(http.MethodGet, "/?f=xlsx", nil), map[string]string{"layer": "village"}))
	if w.Code != 200 || len(s.exports) != exportsAtOnce-1 {
		t.Errorf("%d, and %d places taken", w.Code, len(s.exports))
	}
}

func TestAnExportThatIsCutShortIsNoWholeAnswer(t *testing.T) {
	s := &server{
		live: newWorld(t).live, offices: &start.Offices{}, exports: make(chan struct{}, exportsAtOnce), log: slog.New(slog.DiscardHandler),
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, format := range []string{"csv", "xlsx"} {
		r := mux.SetURLVars(httptest.NewRequestWithContext(ctx, http.MethodGet, "/?f="+format, nil), map[string]string{"layer": "village"})
		w := httptest.NewRecorder()
		panicked := func() (p any) {
			defer func() { p = recover() }()
			s.answer(s.export)(w, r)
			return nil
		}()
		if streams := format == "csv"; streams != (panicked == http.ErrAbortHandler) || w.Body.Len() > 0 || len(s.exports) > 0 {
			t.Errorf("%s: %v, %d bytes, %d places taken", format, panicked, w.Body.Len(), len(s.exports))
		}
	}
}

func TestExportOfVillagesByTheirStatesHasTheStatesToo(t *testing.T) {
	w := covered(t)
	filter := "/api/export/village?f=csv&filter=" + url.QueryEscape("cov_road = 'not'") + "&states="
	for year, rows := range map[string]int{"2014": 2, "2017": 1} {
		_, body := w.get(filter + year)
		if lines := strings.Count(strings.TrimSpace(body), "\n"); lines != rows || !strings.Contains(body, "cov_road") {
			t.Errorf("%s: %d villages, want %d: %s", year, lines, rows, body)
		}
	}
	if _, body := w.get("/api/export/village?f=csv&states=2017"); strings.Count(strings.TrimSpace(body), "\n") != 2 ||
		!strings.Contains(body, "cov_road") {
		t.Errorf("states without a filter: %s", body)
	}
	for path, want := range map[string]string{
		"/api/coverage?service=water&year=2017&filter=":                         `"count":1`,
		"/api/near?lon=110&lat=33.85&layer=village&k=5&year=2017&filter=":       `"results":[{"layer":"village","id":2`,
		"/api/summary?layer=village&by=county&field=cov_road&year=2017&filter=": `"count":1`,
	} {
		if resp, body := w.get(path + url.QueryEscape("cov_road = 'not'")); resp.StatusCode != 200 || !strings.Contains(body, want) ||
			strings.Count(body, `"id":1,`) > 0 {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	if _, body := w.get("/api/export/village?f=csv"); strings.Contains(body, "cov_road") {
		t.Errorf("states that nobody asked for: %s", body)
	}
	if resp, body := w.get("/api/export/town?f=csv&states=2017"); resp.StatusCode != 400 {
		t.Errorf("states of a layer without: %d %s", resp.StatusCode, body)
	}
}
