package web

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/ogc"
)

// featureRoutes are the ways to features by OGC API, and those by which edits come.
func (s *server) featureRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	desk := s.editingDesk()
	api := ogc.New(s.base, s.version, desk)
	for _, route := range api.Routes() {
		get(route.Path, s.answer(s.withMarks(route.Answer)))
		r.HandleFunc(route.Path, s.methods(api, route.Path)).Methods(http.MethodOptions)
	}
	for _, route := range api.Writes() {
		r.Handle(route.Path, s.edit(ogc.MostFeatureBytes, route.Answer)).Methods(route.Method)
	}
	get("/api/edits", s.editState)
	withoutSnapshot := func(h func(http.ResponseWriter, *http.Request) error) func(
		http.ResponseWriter, *http.Request, *snapshot.Snapshot,
	) error {
		return func(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error { return h(w, r) }
	}
	r.Handle("/api/edits", s.edit(editing.MostBatchBytes, withoutSnapshot(desk.Post))).Methods(http.MethodPost)
	r.Handle("/api/edits/{key}", s.edit(0, withoutSnapshot(desk.Get))).Methods(http.MethodGet)
}

// editingDesk is where edits are written; nil where there is no store.
func (s *server) editingDesk() *editing.Desk {
	if s.store == nil || s.live == nil {
		return nil
	}
	return &editing.Desk{Store: s.store, Stored: s.live.Snapshot, Served: s.marked, Open: s.edits.Allowed}
}

// marked is the snapshot that tiles are made from, with what is derived as far as it is known; nil while there is none.
func (s *server) marked() *snapshot.Snapshot {
	if s.tiles != nil {
		if marked := s.tiles.Snapshot(); marked != nil {
			return marked
		}
	}
	return s.live.Snapshot()
}

// withMarks gives a handler the snapshot that tiles are made from.
func (s *server) withMarks(h func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error) func(
	http.ResponseWriter, *http.Request, *snapshot.Snapshot,
) error {
	return func(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error { return h(w, r, s.marked()) }
}

// edit guards a handler that edits what the snapshot has.
func (s *server) edit(limit int64, h func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error) http.Handler {
	return s.write(limit, func(w http.ResponseWriter, r *http.Request) error {
		snap := s.marked()
		if snap == nil {
			return unavailable("the store is still being loaded")
		}
		return h(w, r, snap)
	})
}

// methods answers OPTIONS with what can be done with a resource, to whoever may edit.
func (s *server) methods(api *ogc.API, path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var snap *snapshot.Snapshot
		if s.live != nil {
			snap = s.live.Snapshot()
		}
		methods := api.Methods(path, r, snap)
		w.Header().Set("Allow", strings.Join(methods, ", "))
		for _, m := range methods {
			if m == http.MethodPatch {
				w.Header().Set("Accept-Patch", "application/merge-patch+json")
			}
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
