package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	kept "github.com/cuntu/cuntu/data/comments"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/casework"
	"github.com/cuntu/cuntu/web/comments"
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

// commentRoutes add what people say at a feature.
func (s *server) commentRoutes(r *mux.Router) {
	if s.store == nil {
		return
	}
	api := comments.New(comments.Config{
		Book:   &kept.Book{Store: s.store},
		Rights: s.rights, Careful: s.cautious, Areas: s.areas.Get, Note: s.witness.Note, Disposition: disposition,
		Stranger: func(r *http.Request) bool {
			return s.accounts != nil && !s.accounts.Open() && !access.From(r.Context()).Known() && !s.hasEditToken(r)
		},
		Closed: func(r *http.Request) error {
			if s.accounts == nil || s.accounts.Open() || s.edits.Off {
				return s.mayEdit(r)
			}
			return nil
		},
	})
	for _, route := range api.Routes() {
		if route.Method == http.MethodGet {
			r.HandleFunc(route.Path, s.answer(route.Answer)).Methods(http.MethodGet, http.MethodHead)
		} else {
			r.Handle(route.Path, s.sameOrigin(s.answer(route.Answer))).Methods(route.Method)
		}
	}
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

func (s *server) newCasework() *casework.API {
	if s.store == nil || s.live == nil {
		return nil
	}
	return &casework.API{
		Store:    s.store,
		Snapshot: s.live.Snapshot,
		World: func(r *http.Request) questions.World {
			return questions.World{Snap: s.reader(r).See(s.live.Snapshot()), Desk: s.desk}
		},
		Rights: s.rights,
		Editor: s.editor,
		Own: func() *editing.Editor {
			return &editing.Editor{
				Store:  s.store,
				Stored: s.live.Snapshot,
				Marked: func() *snapshot.Snapshot { return cmp.Or(s.tiles.Snapshot(), s.live.Snapshot()) },
				Served: s.live.Snapshot,
				Open:   true,
			}
		},
	}
}

// caseRoutes adds what changes cases, and what shows of them that is no question:
//
//	POST /api/procedures/{procedure}/{subject}   {"step", "stage", …}: take a step
//	GET  /api/evidence/{digest}                  what a step rested on
//	POST /api/projects                           {"year", "drafts"}: draft projects from works
//	GET  /api/projects/{number}/results          what an accepted project makes true of other layers
//	POST /api/projects/{number}/results          write that
func (s *server) caseRoutes(r *mux.Router) {
	on := func(h func(*casework.API, http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
		return func(w http.ResponseWriter, r *http.Request) error {
			switch {
			case s.casework == nil:
				return s.noStore()
			case s.live.Snapshot() == nil:
				return unavailable("the store is still being loaded")
			}
			return h(s.casework, w, r)
		}
	}
	read := func(h func(*casework.API, http.ResponseWriter, *http.Request) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if err := on(h)(w, r); err != nil {
				s.fail(w, r, err)
			}
		}
	}
	r.Handle("/api/procedures/{procedure}/{subject}",
		s.change(casework.MostBody, on((*casework.API).Act), access.Submit, access.Approve, access.Accept)).Methods(http.MethodPost)
	r.HandleFunc("/api/evidence/{digest}", read((*casework.API).Evidence)).Methods(http.MethodGet, http.MethodHead)
	r.Handle("/api/projects", s.write(casework.MostBody, on((*casework.API).Draft))).Methods(http.MethodPost)
	r.HandleFunc("/api/projects/{number}/results", read((*casework.API).ShowResults)).Methods(http.MethodGet, http.MethodHead)
	r.Handle("/api/projects/{number}/results", s.write(0, on((*casework.API).WriteResults))).Methods(http.MethodPost)
}
