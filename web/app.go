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

// app serves the web app and its manual.
func (s *server) app() http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	return s.pages(files)
}

// pages serves what the app was built into: its hashed assets for good, the pages themselves checked anew each time.
func (s *server) pages(files fs.FS) http.Handler {
	if _, err := fs.Stat(files, "index.html"); err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.fail(w, r, notFound("this binary was built without the web app; `make build` builds both"))
		})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/help" { // the manual's addresses are relative to its folder
			w.Header().Set("Location", strings.TrimSuffix("help/?"+r.URL.RawQuery, "?"))
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		name, ok := pageFile(files, r.URL.Path)
		if !ok {
			s.fail(w, r, notFound("there is no page "+r.URL.Path))
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		http.ServeFileFS(w, r, files, name)
	})
}

// pageFile is the file that a path is answered with: itself, the index of a folder, or of a page its document.
func pageFile(files fs.FS, path string) (string, bool) {
	name := strings.TrimPrefix(path, "/")
	switch {
	case name == "" || strings.HasSuffix(name, "/"):
		name += "index.html"
	case !strings.Contains(name, "."):
		name += ".html"
	}
	info, err := fs.Stat(files, name)
	return name, err == nil && !info.IsDir()
}
