package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// OGC API Features stands in the server as all else does: with its headers, its errors and its compression.
func TestFeaturesAreServedWithTheServersManners(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	items := "/ogc/collections/village/items"
	w.eventually("judged", func() bool {
		_, body := w.get(items + "?filter=cov_road%20IS%20NOT%20NULL")
		return strings.Contains(body, `"cov_road":"`)
	})
	get, body := w.get(items)
	head, nothing := w.do(http.MethodHead, items, "")
	if nothing != "" || head.Header.Get("ETag") != get.Header.Get("ETag") || head.ContentLength != int64(len(body)) {
		t.Errorf("HEAD: %v, GET: %v", head.Header, get.Header)
	}
	options, _ := w.do(http.MethodOptions, items, "")
	if options.StatusCode != http.StatusNoContent || options.Header.Get("Allow") != "GET, HEAD, OPTIONS, POST" {
		t.Errorf("OPTIONS: %s %v", options.Status, options.Header)
	}
	if put, _ := w.do(http.MethodPut, items, "{}"); put.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %s", put.Status)
	}
	packed, unpacked := w.get(items, "Accept-Encoding", "gzip")
	tag := packed.Header.Get("ETag")
	vary := strings.Join(packed.Header.Values("Vary"), ",")
	if unpacked != body || tag == get.Header.Get("ETag") || !strings.Contains(vary, "Accept-Encoding") {
		t.Errorf("gzipped: %v", packed.Header)
	}
	for _, encoding := range []string{"gzip", "identity"} {
		if again, _ := w.get(items, "If-None-Match", tag, "Accept-Encoding", encoding); again.StatusCode != http.StatusNotModified {
			t.Errorf("If-None-Match %s as %s: %s", tag, encoding, again.Status)
		}
	}
	wrong, text := w.get(items + "?limit=none&x=1")
	var p problem
	err := json.Unmarshal([]byte(text), &p)
	if err != nil || wrong.Header.Get("Content-Type") != "application/problem+json" || len(p.Errors) != 2 {
		t.Errorf("%s %v %s", wrong.Status, err, text)
	}
	if unlike, _ := w.get(items, "Accept", "image/png"); unlike.StatusCode != http.StatusNotAcceptable {
		t.Errorf("as image/png: %s", unlike.Status)
	}
}

// An edit is in the items with the next snapshot, and the feature's tag is another one.
func TestAnEditGivesAFeatureAnotherTag(t *testing.T) {
	w := newWorld(t)
	path := "/ogc/collections/road/items/1"
	before, _ := w.get(path)
	edit := w.edit(layers.Update, "road", 1, nil, map[string]layers.Value{"name": layers.Text("新名")})
	edit.Set = []int{layerField(t, w.catalog, "road", "name")}
	w.apply(edit)
	w.eventually("edited", func() bool { _, body := w.get(path); return strings.Contains(body, "新名") })
	after, _ := w.get(path)
	if before.Header.Get("ETag") == after.Header.Get("ETag") {
		t.Errorf("the tag stays %s", after.Header.Get("ETag"))
	}
	if stale, _ := w.get(path, "If-None-Match", before.Header.Get("ETag")); stale.StatusCode != http.StatusOK {
		t.Errorf("what is stale is held to be new: %s", stale.Status)
	}
}

func layerField(t *testing.T, c *layers.Catalog, layer, field string) int {
	t.Helper()
	l, ok := c.Layer(layer)
	if !ok || l.Field(field) < 0 {
		t.Fatalf("layer %s has no field %s", layer, field)
	}
	return l.Field(field)
}
