package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
)

func TestATileIsOfTheFormatThatItsAddressOrTheClientAsksFor(t *testing.T) {
	w := newWorld(t)
	mvt, mlt := mediaTypes[encode.MVT], mediaTypes[encode.MLT]
	const path = "/tiles/county,town,village,road/8/206/102"
	tags := map[string]string{} // by type and encoding
	for _, c := range []struct{ ending, accept, want string }{
		{".mvt", "", mvt},
		{".mvt", "*/*", mvt},
		{".mvt", "application/*", mvt},
		{".mvt", mvt, mvt},
		{".mvt", mlt, mlt},
		{".mvt", mlt + ", */*", mlt},
		{".mvt", mlt + ", " + mvt + ";q=0.5", mlt},
		{".mvt", mlt + ";q=0.5, " + mvt, mvt},
		{".mvt", mlt + ";q=0.5, application/*;q=0.8, */*;q=0.1", mvt},
		{".mvt", mlt + ";q=0", mvt},
		{".mlt", "", mlt},
		{".mlt", mvt, mlt},
	} {
		for _, encoding := range []string{"identity", "gzip", "br", "zstd"} {
			resp, body := w.get(path+c.ending, "Accept", c.accept, "Accept-Encoding", encoding)
			got := resp.Header.Get("Content-Type")
			if resp.StatusCode != 200 || got != c.want || body == "" {
				t.Errorf("%s for %q: %d %s, want %s", c.ending, c.accept, resp.StatusCode, got, c.want)
			}
			vary := strings.Split(strings.Join(resp.Header.Values("Vary"), ", "), ", ")
			if !slices.Contains(vary, "Accept-Encoding") || slices.Contains(vary, "Accept") != (c.ending == ".mvt") {
				t.Errorf("%s varies by %q", c.ending, vary)
			}
			key, tag := got+" "+encoding, resp.Header.Get("ETag")
			if before, ok := tags[key]; ok && before != tag {
				t.Errorf("%s has the tags %s and %s", key, before, tag)
			}
			tags[key] = tag
			again, _ := w.get(path+c.ending, "Accept", c.accept, "Accept-Encoding", encoding, "If-None-Match", tag)
			if again.StatusCode != http.StatusNotModified || len(again.Header.Values("Vary")) != len(resp.Header.Values("Vary")) {
				t.Errorf("%s for %q again: %d", c.ending, c.accept, again.StatusCode)
			}
		}
	}
	different := map[string]bool{}
	for _, tag := range tags {
		different[tag] = true
	}
	if len(tags) != 8 || len(different) != 8 {
		t.Errorf("two formats of four encodings have the tags %v", tags)
	}
	if resp, _ := w.get("/tiles/village/8/0/0.mlt"); resp.StatusCode != http.StatusNoContent || resp.Header.Get("Vary") == "" {
		t.Errorf("an empty tile: %d", resp.StatusCode)
	}
}

func TestTileJSONTellsTheFormat(t *testing.T) {
	w := newWorld(t)
	for query, want := range map[string][2]string{
		"":                        {"", ".mvt"},
		"?encoding=mvt":           {"", ".mvt"},
		"?encoding=mlt":           {"mlt", ".mlt"},
		"?encoding=mlt&year=2020": {"mlt", ".mlt?year=2020"},
	} {
		_, body := w.get("/tiles/village.json" + query)
		var j tiles.TileJSON
		if err := json.Unmarshal([]byte(body), &j); err != nil || j.Encoding != want[0] || len(j.Tiles) != 1 ||
			!strings.HasSuffix(j.Tiles[0], want[1]) {
			t.Errorf("%s: %v, encoding %q, %v", query, err, j.Encoding, j.Tiles)
		}
	}
	if resp, body := w.get("/tiles/village.json?encoding=png"); resp.StatusCode != 400 || !strings.Contains(body, "mvt, mlt") {
		t.Errorf("an unknown format: %d %s", resp.StatusCode, body)
	}
}

func TestAnEditMakesTilesOfEitherFormatNew(t *testing.T) {
	w := newWorld(t)
	before := map[string]string{}
	paths := []string{"/tiles/village/12/3299/1638.mvt", "/tiles/village/12/3299/1638.mlt"}
	for _, path := range paths {
		_, before[path] = w.get(path)
	}
	e := w.edit(layers.Update, "village", 1, nil, map[string]layers.Value{"exit_status": layers.Text("已销号")})
	l, _ := w.catalog.Layer("village")
	e.Set = []int{l.Field("exit_status")}
	w.apply(e)
	for _, path := range paths {
		w.eventually(path+" is new", func() bool {
			_, body := w.get(path)
			return body != before[path] && strings.Contains(body, "已销号")
		})
	}
}
