package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

const (
	asGeoJSON    = "application/geo+json"
	asMergePatch = "application/merge-patch+json"
)

// sentItem is a feature as the tests read it.
type sentItem struct {
	ID         int64          `json:"id"`
	Geometry   map[string]any `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

// item reads a feature, and its tag.
func (w *world) item(path string) (sentItem, string) {
	w.t.Helper()
	resp, body := w.get(path)
	if resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s %.300s", path, resp.Status, body)
	}
	var f sentItem
	if err := json.Unmarshal([]byte(body), &f); err != nil {
		w.t.Fatal(err)
	}
	return f, resp.Header.Get("ETag")
}

// A feature is created, replaced, patched and deleted, and every answer has what was written.
func TestFeaturesAreEditedByOGCAPI(t *testing.T) {
	w := newWorld(t)
	const items = "/ogc/collections/road/items"
	resp, body := w.do(http.MethodPost, items, `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[109.9,33.8],[110,33.8]]},
		"properties":{"name":"新路","surface":"水泥","width_m":4}}`, "Content-Type", asGeoJSON, "X-Edit-Reason", "%E6%B5%8B%E8%AF%95")
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("POST: %s %s", resp.Status, body)
	}
	path := strings.TrimPrefix(resp.Header.Get("Location"), w.server.URL)
	made, tag := w.item(path)
	if made.Properties["name"] != "新路" || made.Properties["width_m"] != 4.0 {
		t.Errorf("it has %v", made.Properties)
	}
	if answered := resp.Header.Get("ETag"); !strings.HasPrefix(tag, strings.TrimSuffix(answered, `"`)+".") {
		t.Errorf("POST answers the tag %s, GET %s", answered, tag)
	}

	resp, body = w.do(http.MethodPatch, path, `{"properties":{"surface":null,"width_m":5.5}}`, "Content-Type", asMergePatch, "If-Match", tag)
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, `"width_m":5.5`) {
		t.Fatalf("PATCH: %s %s", resp.Status, body)
	}
	patched, _ := w.item(path)
	if patched.Properties["surface"] != nil || patched.Properties["name"] != "新路" || patched.Geometry == nil {
		t.Errorf("after PATCH it has %v", patched)
	}

	resp, body = w.do(http.MethodPut, path, `{"type":"Feature","geometry":null,"properties":{"name":"改名"}}`,
		"Content-Type", asGeoJSON, "If-Match", resp.Header.Get("ETag"))
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("PUT: %s %s", resp.Status, body)
	}
	put, tag := w.item(path)
	if put.Properties["name"] != "改名" || put.Properties["width_m"] != nil || put.Geometry != nil {
		t.Errorf("after PUT it has %v", put)
	}
	if resp, body = w.do(http.MethodDelete, path, "", "If-Match", tag); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("DELETE: %s %s", resp.Status, body)
	}
	if resp, _ = w.get(path); resp.StatusCode != http.StatusNotFound {
		t.Errorf("after DELETE: %s", resp.Status)
	}
}

// A feature that is sent back as it was served stays as it is stored, to the last bit.
func TestAFeatureSentBackMovesNothing(t *testing.T) {
	w := newWorld(t)
	exact := w.edit(layers.Update, "road", 1, nil, nil)
	exact.Set = []int{}
	stored := func() (f layers.Feature) {
		if _, err := w.store.LoadLayers(t.Context(), []string{"road"}, func(_ *layers.Layer, one *layers.Feature) error {
			f = layers.Feature{ID: one.ID, Geometry: one.Geometry, Values: slices.Clone(one.Values)}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return f
	}
	before := stored()
	for _, crs := range []string{"", "http://www.opengis.net/def/crs/EPSG/0/4326", "http://www.opengis.net/def/crs/EPSG/0/4547"} {
		path, headers := "/ogc/collections/road/items/1", []string{"Content-Type", asGeoJSON}
		query := ""
		if crs != "" {
			query, headers = "?crs="+crs, append(headers, "Content-Crs", "<"+crs+">")
		}
		resp, body := w.get(path + query)
		resp, answer := w.do(http.MethodPut, path, body, append(headers, "If-Match", resp.Header.Get("ETag"))...)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %s", crs, resp.Status, answer)
		}
		if after := stored(); !slices.Equal(before.Values, after.Values) || !equalGeometry(before, after) {
			t.Errorf("%s: %v became %v", crs, before, after)
		}
	}
}

func equalGeometry(a, b layers.Feature) bool {
	x, _ := json.Marshal(a.Geometry)
	y, _ := json.Marshal(b.Geometry)
	return string(x) == string(y)
}

// What is wrong with an edit is said, and nothing is written.
func TestAnEditThatIsWrongIsRefused(t *testing.T) {
	w := newWorld(t)
	_, tag := w.item("/ogc/collections/road/items/1")
	weak := "W/" + tag
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		says                     string
	}{
		{"no media type", "POST", "road/items", `{}`, nil, 415, "application/geo+json"},
		{"a patch as GeoJSON", "PATCH", "road/items/1", `{}`, []string{"Content-Type", asGeoJSON, "If-Match", tag}, 415, "merge-patch"},
		{"no JSON", "POST", "road/items", `{`, []string{"Content-Type", asGeoJSON}, 400, "body"},
		{
			"a collection of features", "POST", "road/items", `{"type":"FeatureCollection"}`,
			[]string{"Content-Type", asGeoJSON},
			400, "FeatureCollection",
		},
		{"an unknown layer", "POST", "castle/items", `{}`, []string{"Content-Type", asGeoJSON}, 404, "castle"},
		{
			"an unknown field", "POST", "road/items", `{"properties":{"colour":1}}`,
			[]string{"Content-Type", asGeoJSON},
			400, "colour",
		},
		{
			"values that are not allowed", "PATCH", "road/items/1", `{"properties":{"width_m":"四米","surface":"木"}}`,
			[]string{"Content-Type", asMergePatch, "If-Match", tag},
			400, "水泥",
		},
		{
			"a name that is missing", "POST", "village/items", `{"properties":{"code":"611002001999"}}`,
			[]string{"Content-Type", asGeoJSON},
			400, `"name"`,
		},
		{
			"a code that is taken", "POST", "village/items", `{"properties":{"code":"611002001201","name":"又一个"}}`,
			[]string{"Content-Type", asGeoJSON},
			409, `"code"`,
		},
		{
			"a derived field", "POST", "village/items", `{"properties":{"code":"611002001999","name":"村","cov_road":"reached"}}`,
			[]string{"Content-Type", asGeoJSON},
			400, "cov_road",
		},
		{
			"a point for a line", "POST", "road/items", `{"geometry":{"type":"Point","coordinates":[110,33]}}`,
			[]string{"Content-Type", asGeoJSON},
			400, "a line",
		},
		{
			"an unknown coordinate system", "POST", "road/items", `{"properties":{}}`,
			[]string{"Content-Type", asGeoJSON, "Content-Crs", "<http://www.opengis.net/def/crs/EPSG/0/1>"},
			400, "Content-Crs",
		},
		{
			"another id", "PATCH", "road/items/1", `{"id":2,"properties":{}}`,
			[]string{"Content-Type", asMergePatch, "If-Match", tag},
			400, "cannot be changed",
		},
		{"no precondition", "DELETE", "road/items/1", "", nil, 428, "If-Match"},
		{"a weak tag", "DELETE", "road/items/1", "", []string{"If-Match", weak}, 412, "312国道"},
		{"a feature that is not there", "DELETE", "road/items/99", "", []string{"If-Match", "*"}, 404, "99"},
		{
			"a record", "DELETE", "exit_step/items/1", "", []string{"If-Match", "*"}, 405, "record",
		},
	} {
		if strings.HasPrefix(c.path, "exit_step") {
			l, _ := w.catalog.Layer("exit_step")
			e := w.edit(layers.Insert, "exit_step", 0, nil, nil)
			fillRequired(l, &e.Feature)
			w.apply(e)
			w.eventually("there", func() bool { t, _ := w.live.Snapshot().Table("exit_step"); return t.Len() == 1 })
		}
		resp, body := w.do(c.method, "/ogc/collections/"+c.path, c.body, c.headers...)
		if resp.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %s %s", c.name, resp.Status, body)
		}
	}
	if again, _ := w.item("/ogc/collections/road/items/1"); again.Properties["name"] != "312国道" {
		t.Errorf("the road is now %v", again)
	}
}

// fillRequired gives a feature some value in each field that needs one.
func fillRequired(l *layers.Layer, f *layers.Feature) {
	for i := range l.Fields {
		field := &l.Fields[i]
		if !field.Required || !f.Values[i].IsNull() {
			continue
		}
		switch {
		case len(field.Values) > 0:
			f.Values[i] = layers.Text(field.Values[0].Value)
		case field.Type == layers.TypeDate:
			f.Values[i] = layers.Text("2017-05-31")
		case field.Type == layers.TypeCode:
			f.Values[i] = layers.Text("611002001201")
		case field.Type == layers.TypeText:
			f.Values[i] = layers.Text("x")
		default:
			f.Values[i] = layers.Int(2017)
		}
	}
}

// Two people edit one road: the second is shown both versions, and writes again with the tag of the other.
func TestAnEditWithDataOfAPersonIsRefusedAndNotTold(t *testing.T) {
	w := newWorld(t)
	_, tag := w.item("/ogc/collections/road/items/1")
	const citizen = "11010519491231002X" // the example of GB 11643
	for name, c := range map[string]struct{ body, reason, says string }{
		"in a free text":           {`{"properties":{"note":"户主` + citizen + `"}}`, "", "note"},
		"a telephone":              {`{"properties":{"name":"13800138000"}}`, "", "name"},
		"where a number should be": {`{"properties":{"width_m":"` + citizen + `"}}`, "", "width_m"},
		"as a number":              {`{"properties":{"width_m":13800138000}}`, "", "width_m"},
		"in the reason":            {`{"properties":{"note":"甲"}}`, "13800138000", "X-Edit-Reason"},
	} {
		resp, said := w.do("PATCH", "/ogc/collections/road/items/1", c.body,
			"Content-Type", asMergePatch, "If-Match", tag, "X-Edit-Reason", c.reason)
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(said, c.says) || !strings.Contains(said, "personal data") {
			t.Errorf("%s: %s %s", name, resp.Status, said)
		}
		if strings.Contains(said, citizen) || strings.Contains(said, "13800138000") {
			t.Errorf("%s: the answer tells it: %s", name, said)
		}
	}
}

func TestASecondEditorSeesBothVersions(t *testing.T) {
	w := newWorld(t)
	const path = "/ogc/collections/road/items/1"
	_, tag := w.item(path)
	patch := func(body, tag string) (*http.Response, string) {
		return w.do(http.MethodPatch, path, body, "Content-Type", asMergePatch, "If-Match", tag)
	}
	if resp, body := patch(`{"properties":{"surface":"水泥"}}`, tag); resp.StatusCode != http.StatusOK {
		t.Fatalf("the first: %s %s", resp.Status, body)
	}
	resp, body := patch(`{"properties":{"name":"我的路"}}`, tag)
	var p struct {
		Current struct {
			Properties map[string]any
			ETag       string
		}
		Mine struct{ Properties map[string]any }
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil || resp.StatusCode != http.StatusPreconditionFailed {
		t.Fatalf("the second: %s %s", resp.Status, body)
	}
	if p.Current.Properties["surface"] != "水泥" || p.Mine.Properties["name"] != "我的路" {
		t.Errorf("the second is told %s", body)
	}
	if resp, body := patch(`{"properties":{"name":"我的路"}}`, p.Current.ETag); resp.StatusCode != http.StatusOK {
		t.Fatalf("again: %s %s", resp.Status, body)
	}
	if now, _ := w.item(path); now.Properties["surface"] != "水泥" || now.Properties["name"] != "我的路" {
		t.Errorf("the road is %v", now.Properties)
	}
}

// edits is an answer of /api/edits.
type editsAnswer struct {
	Seen  bool
	Edits []struct {
		ID      int64
		ETag    string
		Problem *problem
	}
}

func (w *world) batch(body string, headers ...string) (*http.Response, editsAnswer, string) {
	w.t.Helper()
	resp, text := w.do(http.MethodPost, "/api/edits", body, append(headers, "Content-Type", "application/json")...)
	var a editsAnswer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		w.t.Fatalf("%s: %s", resp.Status, text)
	}
	return resp, a, text
}

func TestABatchIsDoneWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	_, road := w.item("/api/features/road/1")
	_, village := w.item("/api/features/village/611002001201")
	quoted := func(tag string) string { b, _ := json.Marshal(tag); return string(b) }
	split := `{"reason":"接路","edits":[
		{"op":"update","layer":"road","id":1,"base":` + quoted(road) + `,
			"geometry":{"type":"LineString","coordinates":[[109.9,33.9],[110,33.9]]}},
		{"op":"insert","layer":"road","values":{"name":"后半段"},"geometry":{"type":"LineString","coordinates":[[110,33.9],[110.2,33.9]]}},
		{"op":"update","layer":"village","id":1,"base":` + quoted(village) + `,"values":{"population":120}}]}`
	resp, a, text := w.batch(split)
	if resp.StatusCode != http.StatusOK || !a.Seen || len(a.Edits) != 3 || a.Edits[1].ID == 0 || a.Edits[2].ETag == "" {
		t.Fatalf("%s %s", resp.Status, text)
	}
	if _, now := w.item("/api/features/village/1"); !strings.HasPrefix(now, strings.TrimSuffix(a.Edits[2].ETag, `"`)+".") {
		t.Errorf("the batch answers the tag %s, the village has %s", a.Edits[2].ETag, now)
	}
	before := w.live.Snapshot()
	resp, _, text = w.batch(split) // its bases are gone
	var p problem
	err := json.Unmarshal([]byte(text), &p)
	if err != nil || resp.StatusCode != http.StatusPreconditionFailed || p.Edit == nil || *p.Edit != 0 {
		t.Errorf("again: %s %s", resp.Status, text)
	}
	if before != w.live.Snapshot() {
		t.Error("a batch that was refused has changed something")
	}
	some := strings.Replace(split, `{"reason"`, `{"policy":"partial","reason"`, 1)
	resp, a, text = w.batch(some)
	if resp.StatusCode != http.StatusOK || a.Edits[0].Problem == nil || a.Edits[0].Problem.Status != 412 ||
		a.Edits[1].Problem != nil || a.Edits[1].ID == 0 || a.Edits[2].Problem == nil {
		t.Errorf("in part: %s %s", resp.Status, text)
	}
}

func TestABatchThatIsWrongNamesTheEdit(t *testing.T) {
	w := newWorld(t)
	for body, says := range map[string]string{
		`{"edits":[]}`: "from 1 to",
		`{"edits":[{"op":"insert","layer":"road"},{"op":"put","layer":"road"}]}`: "edits[1].op",
		`{"edits":[{"op":"insert","layer":"castle"}]}`:                           "edits[0].layer",
		`{"edits":[{"op":"insert","layer":"road","id":7}]}`:                      "edits[0].id",
		`{"edits":[{"op":"insert","layer":"road","values":{"width_m":"x"}}]}`:    "edits[0].width_m",
		`{"edits":[{"op":"update","layer":"road","id":1,"values":{}}]}`:          "edits[0].base",
		`{"edits":[{"op":"update","layer":"road","id":99,"base":"*"}]}`:          "road has no feature 99",
		`{"edits":[{"op":"delete","layer":"exit_step","id":1,"base":"*"}]}`:      "edits[0].op",
		`{"policy":"some","edits":[{"op":"insert","layer":"road"}]}`:             "policy",
		`{"edit":[]}`: "body",
		`{"reason":"` + strings.Repeat("因", data.MostReason) + `","edits":[{"op":"insert","layer":"road"}]}`: "reason",
	} {
		resp, _, text := w.batch(body)
		if resp.StatusCode < 400 || resp.StatusCode >= 500 || !strings.Contains(text, says) {
			t.Errorf("%.100s: %s %s", body, resp.Status, text)
		}
	}
}

// The same batch sent many times with one key, at once and later, happens once, and is told of by its key.
func TestABatchWithAKeyHappensOnce(t *testing.T) {
	w := newWorld(t)
	body := `{"edits":[{"op":"insert","layer":"facility","values":{"name":"新学校","kind":"school"},
		"geometry":{"type":"Point","coordinates":[110,33.8]}}]}`
	var senders sync.WaitGroup
	var mu sync.Mutex
	ids := map[int64]int{}
	for range 6 {
		senders.Go(func() {
			resp, a, text := w.batch(body, "Idempotency-Key", `"k-1"`)
			if resp.StatusCode != http.StatusOK || len(a.Edits) != 1 {
				t.Errorf("%s %s", resp.Status, text)
				return
			}
			mu.Lock()
			ids[a.Edits[0].ID]++
			mu.Unlock()
		})
	}
	senders.Wait()
	if len(ids) != 1 {
		t.Errorf("the ids are %v", ids)
	}
	if t0, _ := w.live.Snapshot().Table("facility"); t0.Len() != 1 {
		t.Errorf("there are %d facilities", t0.Len())
	}
	resp, text := w.get("/api/edits/k-1")
	var a editsAnswer
	if err := json.Unmarshal([]byte(text), &a); err != nil || resp.StatusCode != http.StatusOK || ids[a.Edits[0].ID] != 6 {
		t.Errorf("by its key: %s %s", resp.Status, text)
	}
	if resp, text = w.get("/api/edits/other"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("by another key: %s %s", resp.Status, text)
	}
	if resp, _, text = w.batch(strings.Replace(body, "新学校", "别的学校", 1), "Idempotency-Key", "k-1"); resp.StatusCode != 422 {
		t.Errorf("another batch with the key: %s %s", resp.Status, text)
	}
}

func TestOptionsListWhatCanBeDone(t *testing.T) {
	w := newWorld(t)
	for path, allow := range map[string]string{
		"/ogc/collections/road/items":        "GET, HEAD, OPTIONS, POST",
		"/ogc/collections/road/items/1":      "GET, HEAD, OPTIONS, PUT, PATCH, DELETE",
		"/ogc/collections/exit_step/items":   "GET, HEAD, OPTIONS, POST",
		"/ogc/collections/exit_step/items/1": "GET, HEAD, OPTIONS",
		"/ogc/collections":                   "GET, HEAD, OPTIONS",
	} {
		if resp, _ := w.do(http.MethodOptions, path, ""); resp.Header.Get("Allow") != allow {
			t.Errorf("%s allows %s", path, resp.Header.Get("Allow"))
		}
	}
	_, body := w.get("/ogc/conformance?f=json")
	if !strings.Contains(body, "ogcapi-features-4/1.0/conf/optimistic-locking-etags") {
		t.Error("part 4 is not among what is conformed to")
	}
}
