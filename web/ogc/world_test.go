package ogc_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/ogc"
)

// world is the API over a snapshot, by itself.
type world struct {
	testing.TB
	snap   *snapshot.Snapshot
	router *mux.Router
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, snap: demotest.Snapshot(t), router: mux.NewRouter()}
	api := ogc.New(ogc.Config{
		Base: func(r *http.Request) string { return "http://" + r.Host }, Version: "test",
		Whose: func(*http.Request) string { return "示例县 & 局 · 内部使用" },
	})
	for _, route := range api.Routes() {
		w.router.HandleFunc(route.Path, func(rw http.ResponseWriter, r *http.Request) {
			if err := route.Answer(rw, r, w.snap); err != nil {
				http.Error(rw, err.Error(), statusOf(err))
			}
		})
	}
	return w
}

func statusOf(err error) int {
	if _, ok := errors.AsType[layers.Faults](err); ok {
		return http.StatusBadRequest
	}
	if _, ok := errors.AsType[question.NotFound](err); ok {
		return http.StatusNotFound
	}
	if _, ok := errors.AsType[ogc.NotAcceptable](err); ok {
		return http.StatusNotAcceptable
	}
	if _, ok := errors.AsType[question.TooLarge](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// get asks for a path below the landing page, or for a link.
func (w *world) get(path string, headers ...string) (*http.Response, string) {
	w.Helper()
	path = strings.TrimPrefix(path, "http://example.com") // which is the host of requests that httptest makes
	if !strings.HasPrefix(path, ogc.Root) {
		path = ogc.Root + path
	}
	r := httptest.NewRequest(http.MethodGet, strings.ReplaceAll(path, " ", "%20"), nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.router.ServeHTTP(rec, r)
	return rec.Result(), rec.Body.String()
}

// read asks for a path that must be there, and reads its JSON.
func (w *world) read(path string, into any, headers ...string) *http.Response {
	w.Helper()
	resp, body := w.get(path, headers...)
	if resp.StatusCode != http.StatusOK {
		w.Fatalf("%s: %s: %.300s", path, resp.Status, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		w.Fatalf("%s: %v: %.300s", path, err, body)
	}
	return resp
}

// link is a link of a document.
type link struct{ Href, Rel, Type, Title, Hreflang string }

func find(links []link, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// itemsPage is a page of features.
type itemsPage struct {
	Type           string
	Features       []feature
	NumberMatched  int
	NumberReturned int
	Links          []link
}

type feature struct {
	Type       string
	ID         int64
	Geometry   json.RawMessage
	Properties map[string]any
	Place      json.RawMessage
	Time       map[string]any
	Links      []link
}

// walk reads all pages from a path on.
func (w *world) walk(path string) (all []feature) {
	w.Helper()
	for path != "" {
		var page itemsPage
		w.read(path, &page)
		if page.NumberReturned != len(page.Features) {
			w.Fatalf("%s: numberReturned is %d of %d", path, page.NumberReturned, len(page.Features))
		}
		all = append(all, page.Features...)
		path = find(page.Links, "next")
	}
	return all
}

func ids(features []feature) (list []int64) {
	for _, f := range features {
		list = append(list, f.ID)
	}
	return list
}
