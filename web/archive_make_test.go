package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/pmtiles"
)

func TestAnArchiveIsMadeByAJob(t *testing.T) {
	w := newWorld(t)
	status, text := w.ran("/api/archives", `{"layers":["county","town"],"maxzoom":10,"county":"611002"}`)
	var made madeArchive
	if err := json.Unmarshal([]byte(text), &made); err != nil || status.State != data.JobDone ||
		status.Title != "611002 county, town" {
		t.Fatalf("%+v %s", status, text)
	}
	resp, file := w.get(made.File)
	if resp.StatusCode != http.StatusOK || int64(len(file)) != made.Bytes ||
		resp.Header.Get("Content-Disposition") != "attachment; filename=tiles-611002.pmtiles" {
		t.Fatalf("%d, %d bytes of %d, %v", resp.StatusCode, len(file), made.Bytes, resp.Header)
	}
	if resp, part := w.get(made.File, "Range", "bytes=0-6"); resp.StatusCode != http.StatusPartialContent || part != "PMTiles" {
		t.Errorf("a range: %d %q", resp.StatusCode, part)
	}
	archive, err := pmtiles.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	tile, err := archive.Tile(maptile.Tile{Z: 8, X: 206, Y: 102})
	if err != nil || len(tile) == 0 {
		t.Errorf("a tile of %d bytes, %v", len(tile), err)
	}
	if resp, _ := w.do(http.MethodDelete, "/api/jobs/"+status.ID, ""); resp.StatusCode != http.StatusNoContent {
		t.Errorf("forget it: %d", resp.StatusCode)
	}
	if folders, err := w.jobs.Files.List(); err != nil || len(folders) != 0 {
		t.Errorf("left behind: %v, %v", folders, err)
	}
}

func TestArchivesThatCannotBeMadeAreExplained(t *testing.T) {
	w := newWorld(t)
	for body, says := range map[string]string{
		`{"layers":["rood"]}`:             "layers: rood is not one of county, town",
		`{"minzoom":9,"maxzoom":8}`:       "minzoom: 9",
		`{"county":"999999"}`:             "county: 999999",
		`{"bbox":"1,2,3"}`:                "bbox: must be west,south,east,north",
		`{"bbox":"1,2,3,4","county":"1"}`: "bbox: and county cannot both be given",
		`{"format":"png"}`:                "format: png is not one of mvt, mlt",
		`{"zoom":3}`:                      "zoom",
	} {
		resp, text := w.do(http.MethodPost, "/api/archives", body)
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(text, says) {
			t.Errorf("%s: %d %s", body, resp.StatusCode, text)
		}
		if strings.Contains(body, "rood") && strings.Contains(text, "zoom") {
			t.Errorf("zooms of no layer are told to be wrong: %s", text)
		}
	}
	s, _ := w.ran("/api/archives", `{"layers":["county"],"bbox":"-10,-10,-9,-9","minzoom":6}`)
	if s.State != data.JobFailed || s.Error.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(s.Error.Detail, "nothing to write") {
		t.Errorf("%+v %+v", s, s.Error)
	}
	resp, text := w.get("/api/jobs/" + s.ID + "/file")
	if resp.StatusCode != http.StatusNotFound || !strings.Contains(text, "failed") {
		t.Errorf("its file: %d %s", resp.StatusCode, text)
	}
	if folders, err := w.jobs.Files.List(); err != nil || len(folders) != 0 {
		t.Errorf("left behind: %v, %v", folders, err)
	}
}
