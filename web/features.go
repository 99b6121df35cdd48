package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/divisions"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/ogc"
)

// featureRoutes are the ways to features by OGC API, and those by which edits come, a county of the divisions
// of China among them.
func (s *server) featureRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	api := ogc.New(ogc.Config{
		Base: s.base, Version: s.version, Editor: s.editor,
		Whose: func(r *http.Request) string { return s.offices.Get(r.Context()).Line() },
	})
	for _, route := range api.Routes() {
		answer := route.Answer
		if strings.Contains(route.Path, "/items") { // what else is told of collections holds at any time
			answer = s.past.EarlierByHeader(collectionAsked, answer)
		}
		get(route.Path, s.answerMarked(s.withCare("collection", "feature", answer)))
		r.HandleFunc(route.Path, s.methods(api, route.Path)).Methods(http.MethodOptions)
	}
	for _, route := range api.Writes() {
		r.Handle(route.Path, s.edit(ogc.MostFeatureBytes, route.Answer)).Methods(route.Method)
	}
	get("/api/edits", s.editState)
	at := func(h func(*editing.Editor, http.ResponseWriter, *http.Request) error) func(
		http.ResponseWriter, *http.Request, *snapshot.Snapshot,
	) error {
		return func(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error { return h(s.editor(r), w, r) }
	}
	r.Handle("/api/edits", s.edit(editing.MostBatchBytes, at((*editing.Editor).Post))).Methods(http.MethodPost)
	pack := divisions.New(s.divisions)
	get("/api/divisions", s.answer(func(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error { return pack.Get(w, r) }))
	r.Handle("/api/divisions/{code}/take", s.edit(0, at(pack.Take))).Methods(http.MethodPost)
	r.Handle("/api/edits/{key}", s.edit(0, at((*editing.Editor).Get))).Methods(http.MethodGet)
}

// collectionAsked tells the layer that a request's path names.
func collectionAsked(r *http.Request) string { return mux.Vars(r)["collection"] }

// editor is where who asks writes edits; nil where there is no store or it is not loaded yet.
func (s *server) editor(r *http.Request) *editing.Editor {
	if s.store == nil || s.live == nil || s.live.Snapshot() == nil {
		return nil
	}
	rights := s.rights(r)
	return &editing.Editor{
		Store:  s.guarded(rights),
		Stored: s.live.Snapshot,
		Marked: func() *snapshot.Snapshot { return cmp.Or(s.tiles.Snapshot(), s.live.Snapshot()) },
		Served: func() *snapshot.Snapshot {
			return s.reader(r).See(cmp.Or(s.tiles.Snapshot(), s.live.Snapshot()))
		},
		Hidden: func(layer string, id int64) []string { return s.hidden(rights, layer, id) },
		Open:   s.edits.Allowed,
	}
}

// hidden are the fields of a feature's layer that who has the rights may read elsewhere, and not in this feature.
func (s *server) hidden(rights access.Rights, layer string, id int64) (fields []string) {
	snap := s.live.Snapshot()
	t, ok := snap.Table(layer)
	if !ok {
		return nil
	}
	if all, _ := access.DecideLayer(rights, access.Read, t.Layer, access.Sensitive); all {
		return nil
	}
	row, ok := t.Find(id)
	if !ok {
		return nil
	}
	index, where := s.areas.Get(snap), access.SubjectOf(t, row)
	for i := range t.Layer.Fields {
		if f := &t.Layer.Fields[i]; f.Secrecy != layers.Open && !access.Decide(index, rights, access.Read, where, f.Secrecy) {
			fields = append(fields, f.ID)
		}
	}
	return fields
}

// edit guards a handler that edits what the snapshot has.
func (s *server) edit(limit int64, h func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error) http.Handler {
	return s.write(limit, func(w http.ResponseWriter, r *http.Request) error {
		editor := s.editor(r)
		if editor == nil {
			return unavailable("the store is still being loaded")
		}
		return h(w, r, editor.Served())
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
