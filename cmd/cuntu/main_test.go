package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

// These tests run the real binary, as a user would.

// binary is the path of the program: CUNTU_BIN, where that names one that is built already.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("CUNTU_BIN"); path != "" {
		return path, nil
	}
	dir, err := scratch()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "cuntu")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return path, nil
})

// demoFile is a GeoPackage with the demo, made once for all tests, which must copy it: CUNTU_DEMO, where that names
// one that is made already.
var demoFile = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("CUNTU_DEMO"); path != "" {
		return path, nil
	}
	path, err := binary()
	if err != nil {
		return "", err
	}
	dir, err := scratch()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "demo.gpkg")
	if out, err := exec.Command(path, "demo", "--store", file).CombinedOutput(); err != nil {
		return "", fmt.Errorf("demo: %w: %s", err, out)
	}
	return file, nil
})

// scratch is the directory of what is made once for all tests.
var scratch = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "cuntu-test-") })

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := scratch(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func demoCopy(t *testing.T) string {
	t.Helper()
	b := must(os.ReadFile(must(demoFile())(t)))(t)
	path := filepath.Join(t.TempDir(), "demo.gpkg")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs the binary to its end.
func run(t *testing.T, env []string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), must(binary())(t), args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// process is a server under test.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	url string
	log *bytes.Buffer
	mu  sync.Mutex
}

var announced = regexp.MustCompile(`http://localhost:\d+`)

func serve(t *testing.T, store string) *process {
	t.Helper()
	return serveWith(t, "--store", store)
}

func serveWith(t *testing.T, flags ...string) *process {
	t.Helper()
	p := &process{t: t, log: &bytes.Buffer{}}
	p.cmd = exec.Command(must(binary())(t), append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...)...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
		if t.Failed() {
			t.Log(p.said())
		}
	})
	eventually(t, "it says its address", func() bool {
		p.url = announced.FindString(p.said())
		return p.url != ""
	})
	eventually(t, "it is ready", func() bool {
		status, body := p.get("/readyz")
		return status == 200 && strings.Contains(body, `"ready"`)
	})
	return p
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

func (p *process) get(path string) (status int, body string) {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("after SIGTERM: %v", err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 30 s it is not so that %s", what)
		}
	}
}

func TestTheDemoIsServedFromAGeoPackage(t *testing.T) {
	file := demoCopy(t)
	p := serve(t, file)
	_, body := p.get("/api/layers")
	var catalogue struct {
		Layers []struct {
			ID    string
			Count int
		}
	}
	if err := json.Unmarshal([]byte(body), &catalogue); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, l := range catalogue.Layers {
		counts[l.ID] = l.Count
	}
	if counts["county"] != 7 || counts["village"] != 1079 || counts["road"] < 10_000 || counts["site"] < 100 {
		t.Errorf("counts: %v", counts)
	}
	for path, want := range map[string]string{
		"/api/search?q=shangnan":                        "商南县",
		"/api/near?lon=109.94&lat=33.86&layer=town&k=1": "城关街道",
		"/api/features/village/611002001204":            "杏树园",
		"/tiles/county,village/9/412/204.mvt":           "exit_status",
		"/tiles/village.json":                           `"vector_layers"`,
	} {
		if status, body := p.get(path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q: %.300s", path, status, want, body)
		}
	}
	p.stop()
	for _, left := range []string{"-wal", "-shm", "-journal"} {
		if _, err := os.Stat(file + left); err == nil {
			t.Errorf("%s is left behind", left)
		}
	}
}

func TestGDALReadsTheDemoWithoutAWarning(t *testing.T) {
	cmd := exec.Command("ogrinfo", "-so", "-al", must(demoFile())(t))
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	if err := cmd.Run(); err != nil {
		t.Fatalf("ogrinfo (package gdal-bin; `make test` installs it): %v: %s", err, warnings.String())
	}
	if warnings.Len() > 0 {
		t.Errorf("ogrinfo warns: %s", warnings.String())
	}
	if !strings.Contains(out.String(), "Layer name: village") || !strings.Contains(out.String(), "Feature Count: 1079") {
		t.Errorf("ogrinfo says %.1000s", out.String())
	}
}

func TestPostGISEndToEnd(t *testing.T) {
	url := pgtest.URL(t)
	if out, code := run(t, []string{"CUNTU_STORE=" + url}, "db", "check"); code == 0 || !strings.Contains(out, "db migrate") {
		t.Errorf("check of an empty database: %d %s", code, out)
	}
	for _, command := range [][]string{{"db", "migrate"}, {"db", "check"}, {"demo"}} {
		if out, code := run(t, []string{"CUNTU_STORE=" + url}, command...); code != 0 {
			t.Fatalf("%v: %s", command, out)
		}
	}
	proxy := pgtest.NewProxy(t, url)
	p := serve(t, proxy.URL())
	db := must(pgx.Connect(t.Context(), url))(t)
	defer db.Close(context.WithoutCancel(t.Context()))
	update := func(status string) time.Time {
		t.Helper()
		if _, err := db.Exec(t.Context(), `UPDATE cuntu.village SET exit_status = $1 WHERE code = '611002001204'`, status); err != nil {
			t.Fatal(err)
		}
		return time.Now()
	}
	village := func(status string) func() bool {
		return func() bool {
			_, body := p.get("/api/features/village/611002001204")
			return strings.Contains(body, `"exit_status":"`+status+`"`)
		}
	}
	var place struct {
		Geometry struct{ Coordinates orb.Point }
	}
	if _, body := p.get("/api/features/village/611002001204"); json.Unmarshal([]byte(body), &place) != nil {
		t.Fatalf("the village is %s", body)
	}
	at := maptile.At(place.Geometry.Coordinates, 14)
	tile := func() string {
		status, body := p.get(fmt.Sprintf("/tiles/village/14/%d/%d.mvt", at.X, at.Y))
		if status != 200 {
			t.Fatalf("tile: %d", status)
		}
		return body
	}

	update("未退出")
	eventually(t, "the village is not out", village("未退出"))
	var times []time.Duration
	for i := range 5 {
		began := update([]string{"待核查", "未退出"}[i%2])
		eventually(t, "the tile shows what psql wrote", func() bool { return strings.Contains(tile(), "待核查") == (i%2 == 0) })
		times = append(times, time.Since(began))
	}
	// Other tests may hold both processors for a second, hardly five times in a row.
	if slices.Min(times) > time.Second {
		t.Errorf("an UPDATE took %v to reach the map", times)
	}

	proxy.Cut()
	eventually(t, "readyz says degraded", func() bool {
		status, body := p.get("/readyz")
		return status == 200 && strings.Contains(body, "degraded")
	})
	for _, path := range []string{
		"/tiles/village,road/9/412/204.mvt", "/api/search?q=shangnan", "/api/near?lon=109.94&lat=33.86&layer=town",
		"/api/features/village/611002001204",
	} {
		if status, body := p.get(path); status != 200 || len(body) < 50 {
			t.Errorf("with the database gone: %s: %d", path, status)
		}
	}
	update("已销号") // while nobody listens
	proxy.Restore()
	eventually(t, "readyz says ready", func() bool { _, body := p.get("/readyz"); return strings.Contains(body, `"ready"`) })
	eventually(t, "it has caught up", village("已销号"))
	p.stop()
	if said := p.said(); strings.Contains(said, "goroutine ") || strings.Contains(said, "SELECT") {
		t.Errorf("the log tells too much: %s", said)
	}
	if out, code := run(t, nil, "demo", "--store", url); code == 0 || !strings.Contains(out, "already holds data") {
		t.Errorf("a second demo: %d %s", code, out)
	}
}

func TestMistakesAreExplained(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.gpkg")
	if err := os.WriteFile(text, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says []string
	}{
		{
			[]string{"near", "--store", filepath.Join(dir, "none.gpkg"), "--layer", "town", "--lon", "109", "--lat", "33"},
			[]string{"there is no file", "cuntu demo --store"},
		},
		{[]string{"serve", "--store", filepath.Join(dir, "none", "new.gpkg")}, []string{"there is no directory", "none", "new.gpkg"}},
		{[]string{"serve", "--store", text}, []string{"text.gpkg"}},
		{[]string{"serve", "--store", "mysql://root:secret@host/db"}, []string{"postgres://", ".gpkg"}},
		{[]string{"serve", "--store", "postgres://cuntu:secret@127.0.0.1:1/none"}, []string{"127.0.0.1"}},
		{[]string{"serve"}, []string{"--store"}},
		{[]string{"near", "--store", text, "--layer", "town"}, []string{"--lon", "--points"}},
		{[]string{"near", "--store", text, "--layer", "town", "--lon", "33.8", "--lat", "109.9"}, []string{`--lat: "109.9"`, "90"}},
		{[]string{"demo", "--store", filepath.Join(dir, "x.gpkg"), "--scale", "0"}, []string{"--scale", "1 to 1000"}},
		{[]string{"sreve"}, []string{"sreve"}},
	} {
		out, code := run(t, nil, c.args...)
		if code == 0 {
			t.Errorf("%v succeeds", c.args)
		}
		for _, word := range c.says {
			if !strings.Contains(out, word) {
				t.Errorf("%v does not say %q: %s", c.args, word, out)
			}
		}
		if strings.Contains(out, "secret") {
			t.Errorf("%v tells a password: %s", c.args, out)
		}
	}
}

func TestAnEmptyStoreIsMadeAndServed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new.gpkg")
	p := serve(t, file)
	if p.stop(); !strings.Contains(p.said(), "new.gpkg: it is made, and empty") {
		t.Errorf("said %s", p.said())
	}
	again := serve(t, file)
	if again.stop(); strings.Contains(again.said(), "it is made") {
		t.Errorf("the second time: %s", again.said())
	}
}

func TestAnAddressInUseIsSaidAtOnce(t *testing.T) {
	p := serve(t, demoCopy(t))
	out, code := run(t, nil, "serve", "--store", demoCopy(t), "--addr", strings.TrimPrefix(p.url, "http://"))
	if code == 0 || !strings.Contains(out, "address already in use") {
		t.Errorf("second server: %d %s", code, out)
	}
}

func TestNearOfAPlaceAndOfAFile(t *testing.T) {
	store := demoCopy(t)
	out, code := run(
		t, nil, "near", "--store", store, "--lon", "109.94", "--lat", "33.86", "--layer", "town,park", "--k", "2", "--max", "10000",
	)
	if code != 0 || !strings.Contains(out, "城关街道") {
		t.Errorf("near: %d %s", code, out)
	}
	points := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(points, []byte("\uFEFFname,lat,lon\na,33.86,109.94\nb,33.53,110.88\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code = run(t, nil, "near", "--store", store, "--points", points, "--layer", "county", "-f", "csv")
	if code != 0 || !strings.Contains(out, "商州区") || !strings.Contains(out, "商南县") {
		t.Errorf("near of a file: %d %s", code, out)
	}
	if err := os.WriteFile(points, []byte("lat,lon\n33.86,109.94\n109.9,33.8\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = run(t, nil, "near", "--store", store, "--points", points, "--layer", "county"); code == 0 ||
		!strings.Contains(out, "row 3") {
		t.Errorf("swapped coordinates: %d %s", code, out)
	}
}
