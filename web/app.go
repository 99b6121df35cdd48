package web

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

// The built web app. The folder holds a placeholder until `make build` has run.
//
//go:embed all:dist
var dist embed.FS

// app serves the web app: its hashed assets for good, the page itself checked
// anew each time.
func (s *server) app() http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	if _, err := fs.Stat(files, "index.html"); err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.fail(w, r, notFound("this binary was built without the web app; `make build` builds both"))
		})
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		if info, err := fs.Stat(files, name); err != nil || info.IsDir() {
			s.fail(w, r, notFound("there is no page "+r.URL.Path))
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		serve.ServeHTTP(w, r)
	})
}
