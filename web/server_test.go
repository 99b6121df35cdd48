package web

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/web/account"
)

// world is a server over a GeoPackage of its own.
type world struct {
	t       *testing.T
	store   data.Store
	live    *data.Live
	jobs    *jobs.Runner
	server  *httptest.Server
	catalog *layers.Catalog
	router  *mux.Router // of a server alike
	config  Config
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, layers.Builtin(), service.Builtin(), false)
}

// newWorldOf is a world whose layers and services are declared otherwise. Marked tiles have villages' states, which come
// a moment after the villages.
func newWorldOf(t *testing.T, catalog *layers.Catalog, services *service.Catalog, marked bool) *world {
	t.Helper()
	w := &world{t: t, catalog: services.Extend(catalog)}
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "test.gpkg"), w.catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	w.store = store
	w.fill()
	log := slog.New(slog.DiscardHandler)
	w.live = data.NewLive(store, w.catalog, log)
	ctx, cancel := context.WithCancel(context.Background())
	cache := tiles.NewCache(16 << 20)
	results, networks := &coverage.Cache{Services: services}, &roads.Cache{}
	marks := coverage.NewMarker(results, networks, func(snap *snapshot.Snapshot, delta snapshot.Delta) { cache.Update(snap, delta) })
	w.live.Listen(func(e data.Event) {
		if marked {
			marks.Hear(e.Snapshot, e.Delta)
		} else {
			cache.Update(e.Snapshot, e.Delta)
		}
	})
	var tasks sync.WaitGroup
	tasks.Go(func() { _ = w.live.Run(ctx) })
	tasks.Go(func() { _ = marks.Run(ctx) })
	w.jobs = jobs.New(jobs.Options{
		Store: store, Files: jobs.NewFiles(filepath.Join(t.TempDir(), "work")), Log: log, Poll: 20 * time.Millisecond,
	})
	desk, err := signin.New(signin.Options{Store: store, Catalog: w.catalog, Log: log})
	if err == nil {
		err = desk.Load(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	tasks.Go(func() { _ = desk.Run(ctx) })
	config := Config{
		Accounts: account.New(account.Config{Desk: desk, Log: log}),
		Audit:    audit.New(audit.Options{Store: store, Log: log}),
		Live:     w.live, Tiles: cache, Log: log, Version: "test", Closing: ctx.Done(),
		Store: store, Edits: Edits{Allowed: true}, Jobs: w.jobs, Coverage: results, Roads: networks,
	}
	if marked {
		config.Marks = marks
	}
	w.config = config
	w.router = newServer(config).routes(newMetrics(w.live, cache))
	w.server = httptest.NewServer(New(config))
	t.Cleanup(func() {
		cancel()
		tasks.Wait()
		w.server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.eventually("loaded", func() bool { return w.live.State().Connected })
	tasks.Go(func() { _ = w.jobs.Run(ctx) })
	return w
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("not %s after 10 s", what)
		}
	}
}

func (w *world) edit(op layers.Op, layer string, id int64, g orb.Geometry, values map[string]layers.Value) layers.Edit {
	l, _ := w.catalog.Layer(layer)
	f := layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	for name, v := range values {
		f.Values[l.Field(name)] = v
	}
	return layers.Edit{Op: op, Layer: layer, Feature: f}
}

func (w *world) apply(edits ...layers.Edit) {
	w.t.Helper()
	if _, err := w.store.Apply(w.t.Context(), data.Edits(edits...)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) fill() {
	text := layers.Text
	square := orb.Polygon{{{109.5, 33.4}, {110.5, 33.4}, {110.5, 34.2}, {109.5, 34.2}, {109.5, 33.4}}}
	w.apply(
		w.edit(layers.Insert, "county", 0, square, map[string]layers.Value{"code": text("611002"), "name": text("商州区")}),
		w.edit(
			layers.Insert, "town", 0, orb.Point{109.94, 33.87},
			map[string]layers.Value{"code": text("611002001"), "name": text("城关街道"), "county": text("611002"), "kind": text("county_seat")},
		),
		w.edit(
			layers.Insert, "town", 0, orb.Point{110.10, 33.80},
			map[string]layers.Value{"code": text("611002101"), "name": text("夜村镇"), "county": text("611002"), "kind": text("town")},
		),
		w.edit(
			layers.Insert,
			"village",
			0,
			orb.Point{110.0, 33.85},
			map[string]layers.Value{
				"code":        text("611002001201"),
				"name":        text("东店子村"),
				"county":      text("611002"),
				"town":        text("611002001"),
				"poverty":     layers.Bool(true),
				"exit_status": text("未退出"),
			},
		),
		w.edit(
			layers.Insert, "road", 0, orb.LineString{{109.9, 33.9}, {110.2, 33.9}},
			map[string]layers.Value{"name": text("312国道"), "surface": text("沥青")},
		),
		w.edit(
			layers.Insert, "dataset", 0, nil,
			map[string]layers.Value{"name": text("试验"), "layers": text("village,road"), "synthetic": layers.Bool(true)},
		),
	)
}

// get fetches a path; the body is unpacked where it is compressed.
func (w *world) get(path string, headers ...string) (*http.Response, string) {
	w.t.Helper()
	return w.do(http.MethodGet, path, "", headers...)
}

func (w *world) do(method, path, body string, headers ...string) (*http.Response, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var reader io.Reader = resp.Body
	if resp.Header.Get("Content-Encoding") == "gzip" && resp.StatusCode == http.StatusOK {
		if reader, err = gzip.NewReader(resp.Body); err != nil {
			w.t.Fatal(err)
		}
	}
	b, err := io.ReadAll(reader)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp, string(b)
}

func TestErrorsSayWhichParameterAndWhatIsAllowed(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               []string
	}{
		{"GET", "/api/near?lon=110&lat=33.8", "", 400, []string{"layer", "is required", "town"}},
		{"GET", "/api/near?lon=x&lat=91&layer=moon", "", 400, []string{"lon", "lat", "-90 to 90", "moon", "village"}},
		{"GET", "/api/near?lon=110&lat=33.8&layer=town&kk=3", "", 400, []string{"kk", "allowed are", "max"}},
		{"GET", "/api/near?lon=110&lon=111&lat=33.8&layer=town", "", 400, []string{"lon", "once"}},
		{"GET", "/api/near?lon=110&lat=33.8&layer=town&k=0", "", 400, []string{"k", "1 to 1000"}},
		{"GET", "/api/near?lon=110&lat=33.8&layer=dataset", "", 400, []string{"dataset", "not one of"}},
		{"GET", "/api/near?lon=NaN&lat=33.8&layer=town", "", 400, []string{"lon", "NaN"}},
		{"GET", "/api/near?lon=110&lat=33.8&layer=town&f=shp", "", 400, []string{"shp", "json, geojson, csv"}},
		{"POST", "/api/near?layer=town", `{"points": []}`, 400, []string{"points", "at least one"}},
		{"POST", "/api/near?layer=town", `{"points": [[110, 33], [33.8, 110]]}`, 400, []string{"points[1]", "lat from -90 to 90"}},
		{"POST", "/api/near?layer=town", `not json`, 400, []string{"body", "JSON"}},
		{"POST", "/api/near?layer=town", `{"points": [` + strings.Repeat(`[1,2],`, 100_000) + `[1,2]]}`, 413, []string{"100001", "100000"}},
		{"POST", "/api/near?layer=town&k=1000", `{"points": [` + strings.Repeat(`[1,2],`, 9_999) + `[1,2]]}`, 413, []string{"k=1000", "2000000"}},
		{"POST", "/api/near?layer=town", `{"points": [[` + strings.Repeat(" ", 17<<20) + `1,2]]}`, 413, []string{"body", "16777216"}},
		{"GET", "/api/search", "", 400, []string{"q", "required"}},
		{"GET", "/api/features/moon/1", "", 404, []string{"moon", "village"}},
		{"GET", "/api/features/village/999", "", 404, []string{"999"}},
		{"GET", "/api/features/village/x", "", 400, []string{"id", "code"}},
		{"GET", "/api/layers?x=1", "", 400, []string{"x", "none"}},
		{"DELETE", "/api/layers", "", 405, []string{"DELETE"}},
		{"GET", "/api/nothing", "", 404, []string{"/api/nothing"}},
		{"GET", "/tiles/village/3/8/0.mvt", "", 404, []string{"0 to 7"}},
		{"GET", "/tiles/village/40/0/0.mvt", "", 404, []string{"zoom"}},
		{"GET", "/tiles/moon/3/0/0.mvt", "", 404, []string{"moon"}},
		{"GET", "/tiles/moon.json", "", 404, []string{"moon"}},
		{"GET", "/tiles/village/3/0/0.mvt?what=1", "", 400, []string{"what"}},
	} {
		resp, body := w.do(c.method, c.path, c.body)
		if resp.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d: %.200s", c.method, c.path, resp.StatusCode, c.status, body)
			continue
		}
		if ct := resp.Header.Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s %s: content type %s", c.method, c.path, ct)
		}
		for _, word := range c.says {
			if !strings.Contains(body, word) {
				t.Errorf("%s %s: %s does not say %q", c.method, c.path, body, word)
			}
		}
	}
}

func TestNearAnswersOnePointAndMany(t *testing.T) {
	w := newWorld(t)
	var one struct {
		Results []struct {
			Layer, Name, Code string
			Metres, Lon, Lat  float64
		}
	}
	_, body := w.get("/api/near?lon=110&lat=33.85&layer=town,road&k=2")
	if err := json.Unmarshal([]byte(body), &one); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if len(one.Results) != 3 || one.Results[0].Name != "城关街道" || one.Results[1].Name != "夜村镇" || one.Results[2].Layer != "road" {
		t.Errorf("near: %s", body)
	}
	if d := one.Results[2]; d.Metres < 5500 || d.Metres > 5600 || d.Lon < 109.99 || d.Lon > 110.01 {
		t.Errorf("distance to the road: %+v", d)
	}
	if _, body := w.get("/api/near?lon=110&lat=33.85&layer=town&k=5&max=6000"); strings.Count(body, `"id"`) != 1 {
		t.Errorf("max=6000 finds %s", body)
	}
	var many struct {
		Points []struct{ Results []struct{ Name string } }
	}
	_, body = w.do("POST", "/api/near?layer=town", `{"points": [[109.9, 33.9], [110.2, 33.7]]}`)
	if err := json.Unmarshal([]byte(body), &many); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if len(many.Points) != 2 || many.Points[0].Results[0].Name != "城关街道" || many.Points[1].Results[0].Name != "夜村镇" {
		t.Errorf("near of many: %s", body)
	}
	resp, body := w.get("/api/near?lon=110&lat=33.85&layer=town&f=csv")
	if !strings.HasPrefix(body, "\uFEFFpoint,") || !strings.Contains(body, "城关街道") ||
		!strings.Contains(resp.Header.Get("Content-Disposition"), "near.csv") {
		t.Errorf("near as csv: %s", body)
	}
	if _, body = w.get("/api/near?lon=110&lat=33.85&layer=town,road&f=geojson"); !json.Valid([]byte(body)) ||
		strings.Count(body, `"Feature"`) != 2 {
		t.Errorf("near as geojson: %s", body)
	}
}

func TestFeatureByIDAndByCode(t *testing.T) {
	w := newWorld(t)
	_, byID := w.get("/api/features/village/1")
	_, byCode := w.get("/api/features/village/611002001201")
	if byID != byCode || !strings.Contains(byID, `"name":"东店子村"`) || !strings.Contains(byID, `"income":null`) ||
		!strings.Contains(byID, `"poverty":true`) {
		t.Errorf("by id %s, by code %s", byID, byCode)
	}
	var f struct {
		Geometry struct{ Coordinates []float64 }
	}
	if err := json.Unmarshal([]byte(byID), &f); err != nil || fmt.Sprint(f.Geometry.Coordinates) == "" {
		t.Fatal(err)
	}
	if d := f.Geometry.Coordinates[0] - 110; d > 1e-7 || d < -1e-7 {
		t.Errorf("served at %v", f.Geometry.Coordinates)
	}
}

func TestSearchSaysWhereItIs(t *testing.T) {
	w := newWorld(t)
	for _, q := range []string{"东店", "ddz", "dongdianzi", "611002001201"} {
		if _, body := w.get("/api/search?q=" + q); !strings.Contains(body, "东店子村") || !strings.Contains(body, "城关街道 · 商州区") {
			t.Errorf("search %s: %s", q, body)
		}
	}
}

func TestAnEditIsTold(t *testing.T) {
	w := newWorld(t)
	resp, err := http.Get(w.server.URL + "/api/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func(event string) string {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: "+event && lines.Scan() {
				return strings.TrimPrefix(lines.Text(), "data: ")
			}
		}
		t.Fatalf("no %s: %v", event, lines.Err())
		return ""
	}
	if got := next("state"); got != `{"connected":true}` {
		t.Errorf("state %s", got)
	}
	e := w.edit(layers.Update, "village", 1, nil, map[string]layers.Value{"exit_status": layers.Text("已销号")})
	l, _ := w.catalog.Layer("village")
	e.Set = []int{l.Field("exit_status")}
	w.apply(e)
	if got := next("change"); !strings.Contains(got, `"village":{"ids":[1],"count":1,"bbox":[`) {
		t.Errorf("change %s", got)
	}
	if _, body := w.get("/api/features/village/1"); !strings.Contains(body, "已销号") || !strings.Contains(body, "东店子村") {
		t.Errorf("after the edit: %s", body)
	}
}

func TestLayersAreTheCatalogueWithCounts(t *testing.T) {
	w := newWorld(t)
	_, body := w.get("/api/layers")
	var got struct {
		Layers []struct {
			ID       string
			Count    int
			Geometry []string
			Fields   []struct{ ID string }
		}
		Bounds   []float64
		Datasets []struct{ Synthetic bool }
		Formats  []formatJSON
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if f := got.Formats; len(f) != len(files.All()) || f[0].ID != "xlsx" || !f[0].Writes || f[0].Geometry ||
		f[0].Title.Zh != "Excel 表格（.xlsx）" {
		t.Errorf("formats: %+v", f)
	}
	if len(got.Layers) != len(w.catalog.Layers) || len(got.Bounds) != 4 || len(got.Datasets) != 1 || !got.Datasets[0].Synthetic {
		t.Errorf("layers: %.400s", body)
	}
	for _, l := range got.Layers {
		if l.ID == "town" && (l.Count != 2 || l.Geometry[0] != "point" || len(l.Fields) == 0) {
			t.Errorf("town: %+v", l)
		}
	}
	if resp, _ := w.get("/api/layers", "Accept-Encoding", "gzip"); resp.Header.Get("Content-Encoding") != "gzip" {
		t.Error("the catalogue is not compressed")
	}
}

func TestEveryAnswerHasTheUsualHeaders(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/api/layers", "/healthz", "/readyz", "/nothing"} {
		resp, _ := w.get(path)
		for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
			if resp.Header.Get(h) == "" {
				t.Errorf("%s has no %s", path, h)
			}
		}
	}
}

func TestTilesComeAsTheClientLikesThemBest(t *testing.T) {
	w := newWorld(t)
	const path = "/tiles/county,town,village,road/8/206/102.mvt"
	tags := map[string]bool{}
	for _, c := range []struct{ accept, want string }{
		{"gzip, deflate, br, zstd", "zstd"}, // for the first time the one that is made fast
		{"gzip, deflate, br, zstd", "br"},
		{"gzip", "gzip"},
		{"zstd;q=0.9, br;q=0.5", "zstd"},
		{"br;q=0, *", "zstd"},
		{"identity", ""},
		{"br;q=0", ""},
	} {
		resp, _ := w.get(path, "Accept-Encoding", c.accept)
		if got := resp.Header.Get("Content-Encoding"); resp.StatusCode != 200 || got != c.want {
			t.Errorf("Accept-Encoding %q: %d in %q, want %q", c.accept, resp.StatusCode, got, c.want)
		}
		if !strings.Contains(strings.Join(resp.Header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("Vary is %v", resp.Header.Values("Vary"))
		}
		tag := resp.Header.Get("ETag")
		tags[tag] = true
		for _, match := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			again, body := w.get(path, "Accept-Encoding", c.accept, "If-None-Match", match)
			if again.StatusCode != http.StatusNotModified || body != "" || match != "*" && again.Header.Get("ETag") != tag {
				t.Errorf("If-None-Match %s: %d, %d bytes, ETag %s", match, again.StatusCode, len(body), again.Header.Get("ETag"))
			}
		}
	}
	if len(tags) != 4 {
		t.Errorf("four encodings have the tags %v", tags)
	}
	if resp, _ := w.get("/tiles/village/8/0/0.mvt"); resp.StatusCode != http.StatusNoContent {
		t.Errorf("an empty tile: %d", resp.StatusCode)
	}
}

func TestATileIsNewAfterAnEdit(t *testing.T) {
	w := newWorld(t)
	const path = "/tiles/village/12/3299/1638.mvt"
	before, body := w.get(path)
	if before.StatusCode != 200 || !strings.Contains(body, "未退出") {
		t.Fatalf("%d %q", before.StatusCode, body)
	}
	_, far := w.get("/tiles/town/12/3300/1638.mvt")
	e := w.edit(layers.Update, "village", 1, nil, map[string]layers.Value{"exit_status": layers.Text("已销号")})
	l, _ := w.catalog.Layer("village")
	e.Set = []int{l.Field("exit_status")}
	w.apply(e)
	w.eventually("recoloured", func() bool {
		after, body := w.get(path, "If-None-Match", before.Header.Get("ETag"))
		return after.StatusCode == 200 && strings.Contains(body, "已销号")
	})
	if _, again := w.get("/tiles/town/12/3300/1638.mvt"); again != far {
		t.Error("another layer's tile is another")
	}
}

func TestMetricsCountFeaturesAndRequests(t *testing.T) {
	w := newWorld(t)
	w.get("/tiles/village/7/103/51.mvt")
	_, body := w.get("/metrics")
	for _, line := range []string{
		`cuntu_features{layer="town"} 2`, "cuntu_store_connected 1",
		`cuntu_http_request_seconds_count{route="/tiles/{layers}/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}.mvt",status="200"} 1`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("metrics lack %q", line)
		}
	}
}

func TestOnlyNamedOriginsMayUseTheAPI(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	live := data.NewLive(nil, service.Builtin().Extend(layers.Builtin()), log)
	for _, c := range []struct {
		origins []string
		want    string
	}{
		{nil, ""},
		{[]string{"https://gis.example.cn"}, "https://gis.example.cn"},
		{[]string{"https://other.example.cn"}, ""},
		{[]string{"*"}, "*"},
	} {
		h := New(Config{Live: live, Tiles: tiles.NewCache(1 << 20), Log: log, Origins: c.origins})
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Header.Set("Origin", "https://gis.example.cn")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if got := rec.Header().Get("Access-Control-Allow-Origin"); got != c.want {
			t.Errorf("origins %v: allowed %q, want %q", c.origins, got, c.want)
		}
	}
}

func TestReadyzIs503BeforeTheFirstLoad(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	live := data.NewLive(nil, service.Builtin().Extend(layers.Builtin()), log)
	h := New(Config{Live: live, Tiles: tiles.NewCache(1 << 20), Log: log})
	for path, want := range map[string]int{"/readyz": 503, "/healthz": 200, "/api/layers": 503, "/tiles/village/0/0/0.mvt": 503} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if rec.Code != want {
			t.Errorf("%s: %d, want %d", path, rec.Code, want)
		}
	}
}
