package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/web/history"
)

// readJSON fetches a path and reads its answer.
func readJSON[T any](w *world, path string) (answer T) {
	w.t.Helper()
	response, body := w.get(path)
	if err := json.Unmarshal([]byte(body), &answer); err != nil || response.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s %v %s", path, response.Status, err, body)
	}
	return answer
}

func (w *world) restore(wish string) (*http.Response, history.Restored) {
	w.t.Helper()
	response, body := w.do(http.MethodPost, "/api/history/restore", wish)
	var done history.Restored
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal([]byte(body), &done); err != nil {
			w.t.Fatal(err)
		}
	}
	return response, done
}

// changed is a world in which a person has changed the village and the road, one change after the other.
func changed(t *testing.T) (w *world, before time.Time) {
	w = newWorld(t)
	time.Sleep(5 * time.Millisecond)
	before = time.Now()
	time.Sleep(5 * time.Millisecond)
	by := data.Authorship{Actor: "u1", Name: "王小明", Origin: data.FromPage, Reason: "核实", Batch: "b1"}
	for _, change := range []struct {
		layer, field string
		to           layers.Value
		place        orb.Geometry
	}{
		{"village", "exit_status", layers.Text("已销号"), nil},
		{"road", "surface", layers.Text("水泥"), orb.LineString{{109.9, 33.9}, {110.2, 33.91}}},
		{"village", "population", layers.Int(1234), nil},
	} {
		l, _ := w.catalog.Layer(change.layer)
		e := w.edit(layers.Update, change.layer, 1, change.place, map[string]layers.Value{change.field: change.to})
		e.Set = []int{l.Field(change.field)}
		if _, err := w.store.Write(t.Context(), data.Writing{Edits: data.Edits(e), By: by}); err != nil {
			t.Fatal(err)
		}
	}
	w.eventually("in step", func() bool {
		table, _ := w.live.Snapshot().Table("village")
		row, _ := table.Find(1)
		return table.Value(row, table.Layer.Field("population")).Int() == 1234
	})
	return w, before
}

func TestHistoryTellsWhoChangedWhat(t *testing.T) {
	w, before := changed(t)
	for query, want := range map[string]string{
		"":                               "population exit_status+surface",
		"?layer=village":                 "population exit_status",
		"?layer=village&id=611002001201": "population exit_status",
		"?actor=u1&layer=road":           "surface",
		"?actor=u2":                      "",
		"?area=611002":                   "population exit_status",
		"?batch=b1&limit=1":              "population",
		"?since=" + url.QueryEscape(before.Format(time.RFC3339Nano)): "population exit_status+surface",
		"?until=2020-01-01": "",
	} {
		list := readJSON[history.List](w, "/api/history"+query)
		var got []string
		for _, c := range list.Changes {
			for _, cell := range c.Cells {
				if c.Op == "update" && !strings.Contains(strings.Join(got, " "), cell.Field) {
					got = append(got, cell.Field)
				}
			}
		}
		for _, field := range strings.FieldsFunc(want, func(r rune) bool { return r == ' ' || r == '+' }) {
			if !strings.Contains(strings.Join(got, " "), field) {
				t.Errorf("%s: changes of %v, not of %s", query, got, want)
			}
		}
		if n := len(strings.FieldsFunc(want, func(r rune) bool { return r == ' ' || r == '+' })); n != len(got) {
			t.Errorf("%s: changes of %v, not of %s", query, got, want)
		}
	}
	road := readJSON[history.List](w, "/api/history?layer=road&id=1").Changes[0]
	if road.By.Name != "王小明" || road.By.Reason != "核实" || road.Geometry == nil || !road.Moved || road.Name != "312国道" || !road.There ||
		len(road.Cells) != 1 || road.Cells[0] != (history.Cell{Field: "surface", Before: layers.Text("沥青"), After: layers.Text("水泥")}) {
		t.Errorf("the road's change is %+v", road)
	}
	first := readJSON[history.List](w, "/api/history?limit=2")
	rest := readJSON[history.List](w, fmt.Sprintf("/api/history?limit=1000&after=%d", first.Next))
	if len(first.Changes) != 2 || len(rest.Changes) != 7 || rest.Next != 0 {
		t.Errorf("pages of %d and %d changes", len(first.Changes), len(rest.Changes))
	}
	writings := readJSON[history.Writings](w, "/api/history/writings?limit=3")
	if len(writings.Writings) != 3 || writings.Next == 0 || writings.Writings[0].Counts[0].Name != "东店子村" {
		t.Errorf("writings %+v", writings)
	}
	for query, says := range map[string]string{
		"?layer=roads": "none of", "?area=7": "code", "?since=yesterday": "2026-11-24",
		"?limit=0": "whole number", "?id=1": "one layer", "?x=1": "not a parameter",
	} {
		if response, body := w.get("/api/history" + query); response.StatusCode != http.StatusBadRequest || !strings.Contains(body, says) {
			t.Errorf("%s: %s %s", query, response.Status, body)
		}
	}
}

func TestAFeatureIsShownAsItWas(t *testing.T) {
	w, before := changed(t)
	at := url.QueryEscape(before.Format(time.RFC3339Nano))
	response, body := w.get("/api/features/village/611002001201?datetime=" + at)
	if !strings.Contains(body, `"exit_status":"未退出"`) || strings.Contains(body, "1234") ||
		response.Header.Get("Memento-Datetime") != before.UTC().Format(http.TimeFormat) {
		t.Errorf("%v %s", response.Header, body)
	}
	if response, body := w.get("/api/features/village/611002001201"); !strings.Contains(body, "已销号") ||
		response.Header.Get("Memento-Datetime") != "" {
		t.Errorf("%v %s", response.Header, body)
	}
	for query, status := range map[string]int{
		"2001-01-01": http.StatusNotFound, "2999-01-01": http.StatusBadRequest, "once": http.StatusBadRequest,
	} {
		if response, body := w.get("/api/features/village/1?datetime=" + query); response.StatusCode != status {
			t.Errorf("%s: %s %s", query, response.Status, body)
		}
	}
}

// What was answered before a change is answered again to who asks for that moment, byte for byte.
func TestAnswersOfAMomentAreThoseOfThen(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	cover(w)
	w.eventually("judged", func() bool {
		_, tile := w.get("/tiles/village/10/824/409.mvt")
		return strings.Contains(tile, "reached")
	})
	// What is derived is not told of a past feature, and no run takes as long as another.
	varies := regexp.MustCompile(`,?"(cov_[a-z]+|seconds)":[^,}]+`)
	type asked struct{ method, path, body string }
	var all []asked
	for _, path := range []string{
		"/tiles/village/10/824/409.mvt?", "/tiles/road,town/10/824/409.mlt?full=1", "/tiles/county/7/103/51.mvt?",
		"/tiles/village/7/103/51.mvt?filter=" + url.QueryEscape("population>600"), "/tiles/road/10/824/409.mvt?year=2016",
		"/api/export/village?f=csv", "/api/export/road?f=geojson", "/api/export/village?f=csv&states=2016",
		"/api/features/village/611002001201?", "/ogc/collections/village/items?f=csv", "/ogc/collections/road/items/1?",
	} {
		all = append(all, asked{http.MethodGet, path, ""})
	}
	for _, q := range questions.All() {
		path, query, body := example(t, q)
		all = append(all, asked{q.Method, path + "?" + query, body})
	}
	ask := func(a asked, at time.Time) (status int, body, memento string) {
		var headers []string
		if !at.IsZero() && strings.HasPrefix(a.path, "/ogc/") {
			headers = []string{"Accept-Datetime", at.UTC().Format(http.TimeFormat)}
		} else if !at.IsZero() {
			a.path += "&datetime=" + url.QueryEscape(at.Format(time.RFC3339Nano))
		}
		response, body := w.do(a.method, a.path, a.body, headers...)
		if response.StatusCode == http.StatusAccepted {
			_, body := w.result(response.Header.Get("Location"))
			return http.StatusOK, varies.ReplaceAllString(body, ""), at.UTC().Format(http.TimeFormat)
		}
		if strings.Contains(response.Header.Get("Content-Type"), "json") {
			body = varies.ReplaceAllString(body, "")
		}
		return response.StatusCode, body, response.Header.Get("Memento-Datetime")
	}
	before := map[asked]string{}
	for _, a := range all {
		status, body, _ := ask(a, time.Time{})
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", a.path, status, body)
		}
		before[a] = body
	}
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(1050 * time.Millisecond))) // headers count in seconds
	then := time.Now()
	time.Sleep(10 * time.Millisecond)
	set := func(e layers.Edit, fields ...string) layers.Edit {
		l, _ := w.catalog.Layer(e.Layer)
		for _, field := range fields {
			e.Set = append(e.Set, l.Field(field))
		}
		return e
	}
	w.apply(
		set(w.edit(layers.Update, "village", 1, orb.Point{110.002, 33.851}, map[string]layers.Value{"population": layers.Int(7)}), "population"),
		set(w.edit(layers.Update, "village", 2, nil, map[string]layers.Value{"name": layers.Text("改名村")}), "name"),
		w.edit(layers.Delete, "road", 1, nil, nil),
		w.edit(layers.Insert, "road", 0, orb.LineString{{109.95, 33.84}, {110.05, 33.85}}, map[string]layers.Value{"name": layers.Text("新路")}),
	)
	w.eventually("edited", func() bool {
		roads, _ := w.live.Snapshot().Table("road")
		_, there := roads.Find(1)
		return !there
	})
	for _, a := range all {
		status, body, memento := ask(a, then)
		if status != http.StatusOK || body != before[a] {
			t.Errorf("%s as of then: %d\n%.600s\nnot\n%.600s", a.path, status, body, before[a])
		}
		if memento != then.UTC().Format(http.TimeFormat) {
			t.Errorf("%s is of %q", a.path, memento)
		}
	}
	changed := 0
	for _, a := range all {
		if _, body, _ := ask(a, time.Time{}); body != before[a] {
			changed++
		}
	}
	t.Logf("%d of %d answers changed", changed, len(all))
	if changed < len(all)/3 { // what is asked of procedures, plans and watching says nothing of roads and villages
		t.Errorf("only %d of %d answers changed by the edits", changed, len(all))
	}
}

// A state that takes long to build is asked for by a job, where a question can be one.
func TestALargeStateIsAJob(t *testing.T) {
	w := covered(t)
	time.Sleep(10 * time.Millisecond)
	at := "?datetime=" + url.QueryEscape(time.Now().Format(time.RFC3339Nano))
	w.apply(w.edit(layers.Delete, "road", 2, nil, nil))
	const path, body = "/api/siting/search", `{"sites":true}`
	_, want := w.do(http.MethodPost, path+at, body)
	large := *w
	s := newServer(w.config)
	s.past.Most = 1
	large.server = httptest.NewServer(s.routes(newMetrics(w.live, w.config.Tiles)))
	t.Cleanup(large.server.Close)
	resp, got := large.do(http.MethodPost, path+at, body)
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s %s", resp.Status, got)
	}
	if _, got = large.result(resp.Header.Get("Location")); !reflect.DeepEqual(parsed(t, got), parsed(t, want)) {
		t.Errorf("the job found %s\nnot\n%s", got, want)
	}
	if resp, got := large.do(http.MethodPost, path+at, body); resp.StatusCode != http.StatusOK || got != want {
		t.Errorf("a state that is there: %s %s", resp.Status, got)
	}
	later := "?datetime=" + url.QueryEscape(time.Now().Format(time.RFC3339Nano))
	if resp, got := large.do(http.MethodPost, path+later+"&f=csv", body); resp.StatusCode == http.StatusAccepted {
		t.Errorf("a sheet is a job: %s", got)
	}
	if resp, got := large.get("/api/coverage" + later + "&service=road"); resp.StatusCode != http.StatusOK {
		t.Errorf("what is no job: %s %s", resp.Status, got)
	}
}

func parsed(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestPastChangesArePutBack(t *testing.T) {
	w, before := changed(t)
	value := func(layer, field string) layers.Value {
		table, _ := w.live.Snapshot().Table(layer)
		row, _ := table.Find(1)
		return table.Value(row, table.Layer.Field(field))
	}
	road := readJSON[history.List](w, "/api/history?layer=road&id=1").Changes[0]
	one := fmt.Sprintf(`{"seqs": [%d], "fields": ["surface"], "dry_run": true}`, road.Seq)
	if _, done := w.restore(one); done.Written || len(done.Edits) != 1 || len(done.Edits[0].Cells) != 1 || done.Edits[0].Geometry != nil {
		t.Errorf("what it would do is %+v", done)
	}
	if got := value("road", "surface"); got != layers.Text("水泥") {
		t.Errorf("a dry run wrote %v", got)
	}
	_, done := w.restore(fmt.Sprintf(`{"layer": "village", "id": 1, "at": %q, "reason": "误报"}`, before.Format(time.RFC3339Nano)))
	if !done.Written || done.Batch == "" {
		t.Fatalf("restored %+v", done)
	}
	w.eventually("put back", func() bool {
		return value("village", "exit_status") == layers.Text("未退出") && value("village", "population").IsNull()
	})
	last := readJSON[history.List](w, "/api/history?limit=1").Changes[0]
	if last.By.Origin != data.FromRestore || last.By.Reason != "误报" || last.By.Batch != done.Batch {
		t.Errorf("the history tells of it %+v", last.By)
	}

	// What was changed again since stays, and the rest is put back only where that is wished.
	all := fmt.Sprintf(`{"since": %q, "actor": "u1", "until": %q`, before.Format(time.RFC3339Nano), time.Now().Format(time.RFC3339Nano))
	w.apply(func() layers.Edit {
		e := w.edit(layers.Update, "road", 1, nil, map[string]layers.Value{"surface": layers.Text("砂石")})
		road, _ := w.live.Snapshot().Catalog.Layer("road")
		e.Set = []int{road.Field("surface")}
		return e
	}())
	if response, done := w.restore(all + "}"); response.StatusCode != http.StatusConflict || done.Written || len(done.Conflicts) != 1 ||
		done.Conflicts[0].Field != "surface" || done.Conflicts[0].Now != layers.Text("砂石") {
		t.Errorf("%s %+v", response.Status, done)
	}
	if _, done := w.restore(all + `, "skip_conflicts": true}`); !done.Written || len(done.Edits) != 1 || done.Edits[0].Geometry == nil {
		t.Errorf("%+v", done)
	}
	for wish, says := range map[string]string{
		`{}`: "names nothing", `{"seq": 1}`: "unknown field", `{"layer": "x", "id": 1, "at": "2026-01-01"}`: "none of",
		`{"since": "2026-01-01", "area": "7", "until": "2026-01-02"}`: "code", `{"seqs": [99999]}`: "no such change",
	} {
		if response, body := w.do(http.MethodPost, "/api/history/restore", wish); response.StatusCode < 400 || !strings.Contains(body, says) {
			t.Errorf("%s: %s %s", wish, response.Status, body)
		}
	}
}
