package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/answer"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/history"
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

// asking is what was asked, as a job keeps it.
type asking struct {
	Vars  map[string]string `json:"vars,omitempty"` // parts of the path
	Query string            `json:"query,omitempty"`
	Body  json.RawMessage   `json:"body,omitempty"`
	At    time.Time         `json:"at,omitzero"` // the moment it is asked of; the present where it is zero
}

// begin reads what was asked and says what is left to do for the answer, and in which format.
func begin(
	ctx context.Context, q *questions.Question, world questions.World, a asking, body io.Reader,
) (work question.Work[any], format string, err error) {
	values, err := url.ParseQuery(a.Query)
	if err != nil {
		return work, "", layers.NewFault("query string", "must be URL-encoded as name=value&name=value")
	}
	if err := world.May(q.Reads); err != nil {
		return work, "", err
	}
	asked, err := q.Read(world, world.Choices(), a.Vars, values, body)
	if err != nil {
		return work, "", err
	}
	work, err = asked.Begin(ctx, world)
	return work, asked.Format, err
}

// world is what is asked about: the snapshot, or of an earlier state what all of the readers may see.
func (s *server) world(
	ctx context.Context, snap *snapshot.Snapshot, at time.Time, readers ...*access.Reader,
) (questions.World, error) {
	before := func(ctx context.Context, at time.Time) (questions.World, error) {
		return s.world(ctx, nil, at, readers...)
	}
	if s.store == nil {
		before = nil // archives have no history
	}
	if at.IsZero() {
		return questions.World{Snap: snap, Desk: s.desk, Past: before}, nil
	}
	now := s.live.Snapshot()
	then, err := s.past.Then(ctx, now.Catalog.IDs(), at)
	if err != nil {
		return questions.World{}, err
	}
	past := then.Snap
	for _, reader := range readers {
		past = reader.SeePast(now, past)
	}
	return questions.World{Snap: past, Desk: then.Desk, Past: before}, nil
}

// ask answers a question, or starts a job that does.
func (s *server) ask(q *questions.Question) func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		at, r, err := s.past.Moment(r)
		if err != nil {
			return err
		}
		a := asking{Vars: mux.Vars(r), Query: r.URL.RawQuery, At: at}
		if !at.IsZero() && keptAsJob(q, r) && s.past.Long(s.live.Snapshot(), at) {
			if a.Body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody)); err != nil {
				return err
			}
			return s.startJob(w, r, data.Job{Kind: q.Job}, a)
		}
		world, err := s.world(r.Context(), snap, at, s.reader(r))
		if err != nil {
			return err
		}
		var body bytes.Buffer
		ctx := access.WithRights(r.Context(), s.rights(r))
		work, format, err := begin(ctx, q, world, a, io.TeeReader(http.MaxBytesReader(w, r.Body, mostBody), &body))
		if err != nil {
			return err
		}
		if !at.IsZero() {
			history.Memento(w, at)
		}
		if work.Long && format == question.JSON { // as which jobs keep their results
			a.Body = body.Bytes()
			return s.startJob(w, r, data.Job{Kind: q.Job}, a)
		}
		found, err := work.Do(ctx, func(question.Step) {})
		if err != nil {
			return err
		}
		return send(w, q.ID, found, format, s.credit(r.Context(), world.Snap, ""))
	}
}

// keptAsJob tells whether a job can answer: jobs keep JSON.
func keptAsJob(q *questions.Question, r *http.Request) bool {
	format := r.URL.Query().Get("f")
	return q.Job != "" && (format == "" || format == question.JSON)
}

// answerJob does a job that answers a question, of the snapshot as it is when the job is begun.
func (s *server) answerJob(q *questions.Question) func(ctx context.Context, run *jobs.Run) (any, error) {
	return func(ctx context.Context, run *jobs.Run) (any, error) {
		var a asking
		if err := json.Unmarshal(run.Params, &a); err != nil {
			return nil, err
		}
		reader := s.views.Reader(access.RightsFrom(ctx))
		world, err := s.world(ctx, reader.See(s.live.Snapshot()), a.At, reader)
		if err != nil {
			return nil, err
		}
		work, _, err := begin(ctx, q, world, a, bytes.NewReader(a.Body))
		if err != nil {
			return nil, err
		}
		return work.Do(ctx, run.Tell)
	}
}

// send sends an answer in a format; sheets are to be saved under its name, and carry a credit.
func send(w http.ResponseWriter, name string, found any, format, credit string) error {
	if named, ok := found.(question.Named); ok {
		name = named.FileName()
	}
	w.Header().Set("Content-Type", answer.MediaType(format))
	if answer.Saved(format) {
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, name, format))
	}
	_ = answer.Write(w, found, format, name, credit) // fails only where the caller is gone
	return nil
}

// catalog is that of what who asks may see; one without layers until there is a snapshot.
func (s *server) catalog(r *http.Request) *layers.Catalog {
	if s.live != nil {
		if snap := s.live.Snapshot(); snap != nil {
			return s.reader(r).See(snap).Catalog
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
			Layers:   s.catalog(r),
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
