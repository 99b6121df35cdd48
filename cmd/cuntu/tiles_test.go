package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/pmtiles"
)

// makeTiles runs cuntu tiles over the demo.
func makeTiles(t *testing.T, store, out string, flags ...string) {
	t.Helper()
	args := append([]string{"tiles", "--store", store, "--out", out}, flags...)
	if said, code := run(t, nil, args...); code != 0 || !strings.Contains(said, "Wrote ") {
		t.Fatalf("%v: %d %s", args, code, said)
	}
}

// untilServed waits for a tile as it is to be: a server finds the villages' states after
// it has begun to serve.
func untilServed(t *testing.T, p *process, path, want string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		_, body := p.get(path)
		if body == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is %d bytes, and should be %d", path, len(body), len(want))
		}
	}
}

func TestFilesSayWhoseTheMapIs(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	p := serve(t, store)
	request := must(http.NewRequest(http.MethodPut, p.url+"/api/office", strings.NewReader(`{"name":"示例县局","internal":true}`)))(t)
	request.Header.Set("Content-Type", "application/json")
	answer := must(http.DefaultClient.Do(request))(t)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status)
	}
	const line = "示例县局 · 内部使用"
	out := filepath.Join(dir, "a.pmtiles")
	makeTiles(t, store, out, "--layers", "county", "--maxzoom", "7")
	content := must(os.ReadFile(out))(t)
	about := must(pmtiles.NewReader(bytes.NewReader(content), int64(len(content))))(t).TileJSON("")
	if about.Description != line || !strings.HasPrefix(about.Attribution, line) {
		t.Errorf("the archive says %q, %q", about.Description, about.Attribution)
	}
	file := filepath.Join(dir, "a.geojson")
	if said, code := run(t, nil, "export", "--store", store, "--layer", "county", file); code != 0 {
		t.Fatal(said)
	}
	if text := must(os.ReadFile(file))(t); !bytes.Contains(text[:500], []byte(`"attribution":"`+line)) {
		t.Errorf("the export says %.500s", text)
	}
}

func TestAnArchiveHoldsWhatTheServerServes(t *testing.T) {
	store, out := demoCopy(t), filepath.Join(t.TempDir(), "商洛.pmtiles")
	ids := []string{"county", "road", "village"}
	makeTiles(t, store, out, "--layers", strings.Join(ids, ","), "--maxzoom", "10")
	content := must(os.ReadFile(out))(t)
	archive := must(pmtiles.NewReader(bytes.NewReader(content), int64(len(content))))(t)

	live, alone := serve(t, store), serveWith(t, "--tiles", out)
	both := serveWith(t, "--store", store, "--tiles", out)
	middle := maptile.Tile{Z: 8, X: 206, Y: 102}
	known := must(io.ReadAll(must(gzip.NewReader(bytes.NewReader(must(archive.Tile(middle))(t))))(t)))(t)
	for _, p := range []*process{live, both} {
		untilServed(t, p, fmt.Sprintf("/tiles/%s/%v.mvt", strings.Join(ids, ","), middle), string(known))
	}
	same := 0
	for id := uint64(0); id < (maptile.Tile{Z: 11}).ID(); id++ {
		tile := must(maptile.TileOf(id))(t)
		packed := must(archive.Tile(tile))(t)
		if packed == nil && id%5000 > 0 { // some of the empty ones
			continue
		}
		want := []byte{}
		if packed != nil {
			want = must(io.ReadAll(must(gzip.NewReader(bytes.NewReader(packed)))(t)))(t)
			same++
		}
		for who, answer := range map[*process]string{live: strings.Join(ids, ","), alone: strings.Join(ids, ","), both: "商洛"} {
			path := fmt.Sprintf("/tiles/%s/%v.mvt", answer, tile)
			if _, body := who.get(path); body != string(want) {
				t.Errorf("%s is %d bytes, in the archive %d", path, len(body), len(want))
			}
		}
	}
	if same < 50 {
		t.Errorf("only %d tiles were compared", same)
	}
	const roads = "/tiles/road,village/9/412/204.mvt"
	_, want := live.get(roads)
	if _, body := alone.get(roads); body != want || want == "" {
		t.Errorf("two layers of the archive's three: %d bytes, the store's are %d", len(body), len(want))
	}
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/readyz":                     {200, "ready"},
		"/metrics":                    {200, "cuntu_http_request_seconds"},
		"/tiles/商洛.json":              {200, `"vector_layers":[{"id":"county"`},
		"/tiles/road.json":            {200, `"vector_layers":[{"id":"road"`},
		"/tiles/river/9/412/204.mvt":  {404, "商洛 (county, road, village)"},
		"/tiles/road/11/1650/818.mvt": {404, "0 to 10"},
		"/tiles/other.pmtiles":        {404, "商洛"},
		"/tiles/road.pmtiles":         {404, "商洛"},
		"/api/search?q=x":             {404, "no store"},
		"/api/events":                 {404, "no store"},
	} {
		if status, body := alone.get(path); status != want.status || !strings.Contains(body, want.says) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	request := must(http.NewRequestWithContext(t.Context(), http.MethodGet, both.url+"/tiles/商洛.pmtiles", nil))(t)
	request.Header.Set("Range", "bytes=100-16383")
	resp := must(http.DefaultClient.Do(request))(t)
	defer resp.Body.Close()
	if part := must(io.ReadAll(resp.Body))(t); resp.StatusCode != http.StatusPartialContent || !bytes.Equal(part, content[100:16384]) ||
		resp.Header.Get("ETag") == "" {
		t.Errorf("a range: %d, %d bytes, ETag %s", resp.StatusCode, len(part), resp.Header.Get("ETag"))
	}
}

func TestAnArchiveOfMLTHoldsWhatTheServerServes(t *testing.T) {
	store, out := demoCopy(t), filepath.Join(t.TempDir(), "商洛.pmtiles")
	makeTiles(t, store, out, "--layers", "county,road,village", "--maxzoom", "8", "--format", "mlt")
	live, alone := serve(t, store), serveWith(t, "--tiles", out)
	_, packed := alone.get("/tiles/county,road,village/8/205/102.mlt")
	untilServed(t, live, "/tiles/county,road,village/8/205/102.mlt", packed)
	for _, path := range []string{"/tiles/county,road,village/8/205/102.mlt", "/tiles/village,county/8/205/102.mlt"} {
		_, want := live.get(path)
		if _, body := alone.get(path); body != want || want == "" {
			t.Errorf("%s is %d bytes, in the archive %d", path, len(want), len(body))
		}
	}
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/tiles/商洛.json":            {200, `{z}/{x}/{y}.mlt"],"encoding":"mlt"`},
		"/tiles/road/8/205/102.mvt": {404, "end in .mlt"},
	} {
		if status, body := alone.get(path); status != want.status || !strings.Contains(body, want.says) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
}

func TestAnArchiveOfACountyHasOnlyItsTiles(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	whole, part, box := filepath.Join(dir, "whole.pmtiles"), filepath.Join(dir, "part.pmtiles"), filepath.Join(dir, "box.pmtiles")
	zooms := []string{"--layers", "village", "--minzoom", "11", "--maxzoom", "11"}
	makeTiles(t, store, whole, zooms...)
	makeTiles(t, store, part, append(zooms, "--county", "611002")...)
	makeTiles(t, store, box, append(zooms, "--bbox", "109.9,33.8,110,33.9", "--full")...)
	count := func(path string) uint64 {
		b := must(os.ReadFile(path))(t)
		return must(pmtiles.NewReader(bytes.NewReader(b), int64(len(b))))(t).Header.Addressed
	}
	if w, p, b := count(whole), count(part), count(box); p >= w || p == 0 || b >= p || b == 0 {
		t.Errorf("%d tiles in all, %d of a county, %d of a small box", w, p, b)
	}
}

func TestGDALReadsTheTiles(t *testing.T) {
	out := filepath.Join(t.TempDir(), "x.mbtiles")
	makeTiles(t, demoCopy(t), out, "--maxzoom", "9")
	cmd := exec.Command("ogrinfo", "-so", "-al", out)
	var said, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &warnings
	if err := cmd.Run(); err != nil {
		t.Fatalf("ogrinfo (package gdal-bin; `make test` installs it): %v: %s", err, warnings.String())
	}
	if warnings.Len() > 0 {
		t.Errorf("ogrinfo warns: %s", warnings.String())
	}
	for _, want := range []string{"Layer name: county", "Layer name: road", "surface: String", "Layer name: village", "count: Real"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("ogrinfo does not say %q: %.3000s", want, said.String())
		}
	}
}

func TestAnInterruptedArchiveLeavesWhatWasThere(t *testing.T) {
	store := demoCopy(t)
	for _, c := range []struct {
		name   string
		signal syscall.Signal
	}{{"x.pmtiles", syscall.SIGINT}, {"x.mbtiles", syscall.SIGTERM}} {
		dir := t.TempDir()
		out := filepath.Join(dir, c.name)
		if err := os.WriteFile(out, []byte("the one before"), 0o600); err != nil {
			t.Fatal(err)
		}
		// Minutes of work, so that the signal comes in its midst.
		cmd := exec.Command(
			must(binary())(t), "tiles", "--store", store, "--layers", "county", "--minzoom", "17", "--maxzoom", "18", "--out", out,
		)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it writes under another name", func() bool {
			parts, err := filepath.Glob(out + ".*.part")
			return err == nil && len(parts) == 1
		})
		if err := cmd.Process.Signal(c.signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 130 {
			t.Errorf("after %v: %v: %s", c.signal, err, said.String())
		}
		entries := must(os.ReadDir(dir))(t)
		if b := must(os.ReadFile(out))(t); len(entries) != 1 || string(b) != "the one before" {
			t.Errorf("after %v the directory holds %v", c.signal, entries)
		}
	}
}

func TestMistakesWithTilesAreExplained(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	out := filepath.Join(dir, "x.pmtiles")
	text := filepath.Join(dir, "text.pmtiles")
	if err := os.WriteFile(text, []byte("not an archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"tiles", "--store", store, "--out", "x.zip"}, []string{"--out", ".pmtiles", ".mbtiles"}},
		{
			[]string{"tiles", "--store", store, "--out", filepath.Join(dir, "x.mbtiles"), "--format", "mlt"},
			[]string{"--format mlt", "--out", ".pmtiles"},
		},
		{[]string{"tiles", "--store", store, "--out", out, "--format", "png"}, []string{"--format", "mvt", "mlt"}},
		{[]string{"tiles", "--store", store, "--out", out, "--layers", "rood"}, []string{"--layers: rood", "road, "}},
		{
			[]string{"tiles", "--store", store, "--out", out, "--minzoom", "9", "--maxzoom", "8"},
			[]string{"--minzoom: 9", "--maxzoom: 8"},
		},
		{[]string{"tiles", "--store", store, "--out", out, "--maxzoom", "23"}, []string{"--maxzoom: 23", "22"}},
		{[]string{"tiles", "--store", store, "--out", out, "--bbox", "110,33,109,34"}, []string{"--bbox", "west,south,east,north"}},
		{[]string{"tiles", "--store", store, "--out", out, "--bbox", "1,2,3"}, []string{"--bbox"}},
		{[]string{"tiles", "--store", store, "--out", out, "--county", "999999"}, []string{"--county: 999999", "no county"}},
		{[]string{"tiles", "--store", store, "--out", out, "--bbox=-10,-10,-9,-9", "--minzoom", "6"}, []string{"nothing to write"}},
		{[]string{"tiles", "--store", store, "--out", filepath.Join(dir, "none", "x.pmtiles")}, []string{"no such file or directory"}},
		{[]string{"serve", "--tiles", text}, []string{"text.pmtiles", "not a sound PMTiles"}},
		{[]string{"serve"}, []string{"--store", "--tiles"}},
	} {
		said, code := run(t, nil, c.args...)
		if code == 0 {
			t.Errorf("%v succeeds", c.args)
		}
		for _, word := range c.says {
			if !strings.Contains(said, word) {
				t.Errorf("%v does not say %q: %s", c.args, word, said)
			}
		}
	}
	if entries := must(os.ReadDir(dir))(t); len(entries) != 1 {
		t.Errorf("mistakes leave files behind: %v", entries)
	}
}
