package web

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/answer"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/openapi"
)

// mostBody is how many bytes the body of a question may have.
const mostBody = 16 << 20

// questionRoutes adds the route of every question.
func (s *server) questionRoutes(r *mux.Router) {
	for _, q := range questions.All() {
		methods := []string{q.Method}
		if q.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		r.HandleFunc(q.Path, s.answer(s.ask(q))).Methods(methods...)
	}
}

// ask answers a question, or starts a job that does.
func (s *server) ask(q *questions.Question) func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return layers.NewFault("query string", "must be URL-encoded as name=value&name=value")
		}
		world := questions.World{Snap: snap, Desk: s.desk}
		asked, err := q.Read(world, world.Choices(), mux.Vars(r), values, http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			return err
		}
		work, err := asked.Begin(r.Context(), world)
		if err != nil {
			return err
		}
		if work.Long && asked.Format == question.JSON { // as which jobs keep their results
			return s.startJob(w, q.Job, work.Do)
		}
		found, err := work.Do(r.Context(), func(question.Step) {})
		if err != nil {
			return err
		}
		return send(w, q.ID, found, asked.Format)
	}
}

// send sends an answer in a format; sheets are to be saved under its name.
func send(w http.ResponseWriter, name string, found any, format string) error {
	if named, ok := found.(question.Named); ok {
		name = named.FileName()
	}
	w.Header().Set("Content-Type", answer.MediaType(format))
	if answer.Saved(format) {
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, name, format))
	}
	_ = answer.Write(w, found, format, name) // fails only where the caller is gone
	return nil
}

// catalog is that of the snapshot; one without layers until there is one.
func (s *server) catalog() *layers.Catalog {
	if s.live != nil {
		if snap := s.live.Snapshot(); snap != nil {
			return snap.Catalog
		}
	}
	return &layers.Catalog{}
}

// openAPI answers /api/openapi.json and /api/openapi-3.0.json.
func (s *server) openAPI(version func(openapi.Document) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		doc, err := openapi.Describe(openapi.Config{
			Version:  s.version,
			Services: s.services,
			Layers:   s.catalog(),
			Problem:  reflect.TypeFor[problem](),
			Job:      reflect.TypeFor[jobStatus](),
		})
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(version(doc)) // a caller that is gone needs no answer
	}
}
