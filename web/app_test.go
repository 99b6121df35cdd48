package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
)

func TestAnAddressIsAnsweredByItsFile(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"index.html", "favicon.svg", "assets/map-1f.js", "help/index.html", "help/map.html"} {
		files[name] = &fstest.MapFile{Data: []byte(name)}
	}
	pages := (&server{log: slog.New(slog.DiscardHandler)}).pages(files)
	for _, c := range []struct {
		path string
		code int
		want string // the file, or where the address leads
	}{
		{"/", http.StatusOK, "index.html"},
		{"/favicon.svg", http.StatusOK, "favicon.svg"},
		{"/assets/map-1f.js", http.StatusOK, "assets/map-1f.js"},
		{"/help", http.StatusMovedPermanently, "help/"},
		{"/help?lang=en", http.StatusMovedPermanently, "help/?lang=en"},
		{"/help/", http.StatusOK, "help/index.html"},
		{"/help/map?lang=en", http.StatusOK, "help/map.html"},
		{"/help/nowhere", http.StatusNotFound, ""},
		{"/help/map/", http.StatusNotFound, ""},
		{"/assets/", http.StatusNotFound, ""},
		{"/assets", http.StatusNotFound, ""},
	} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, nil))
		got := w.Body.String()
		if c.code != http.StatusOK {
			got = w.Header().Get("Location")
		}
		if w.Code != c.code || got != c.want {
			t.Errorf("%s: %d %q, want %d %q", c.path, w.Code, got, c.code, c.want)
		}
		kept := "no-cache"
		if c.want == "assets/map-1f.js" {
			kept = "public, max-age=31536000, immutable"
		}
		if c.code == http.StatusOK && w.Header().Get("Cache-Control") != kept {
			t.Errorf("%s is kept %q, want %q", c.path, w.Header().Get("Cache-Control"), kept)
		}
	}
}
