// Package witness is the audit log over HTTP: what people do through the server is put on record here, and audit
// administrators read it and have it verified.
//
// Requests flow in, are told where they come from, and flow on; what is on record flows out to who may read it.
package witness

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// API puts on record and answers. Any number of goroutines may ask it.
type API struct {
	Config
}

// Config is what the API needs.
type Config struct {
	Recorder *audit.Recorder
	// Rights are what who asks holds.
	Rights func(*http.Request) access.Rights
	// Address is where who asks is, without port.
	Address func(*http.Request) string
	// Heads are those noted outside of the store; nil where none are.
	Heads func() ([]audit.Head, error)
}

// New makes the API.
func New(c Config) *API { return &API{c} }

// ownHeader on a request tells that the page made it.
const ownHeader = "X-Cuntu"

// Place tells each request's acts where they come from.
func (a *API) Place(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:16]
		w.Header().Set("X-Request-Id", id)
		scene := audit.Scene{Origin: data.FromAPI, Address: a.Address(r), Agent: agent(r.UserAgent()), Request: id}
		if r.Header.Get(ownHeader) != "" || r.Header.Get("Sec-Fetch-Site") == "same-origin" {
			scene.Origin = data.FromPage
		}
		h.ServeHTTP(w, r.WithContext(audit.With(r.Context(), scene)))
	})
}

// agent is a program's name, without all that it says besides.
func agent(text string) string {
	for _, name := range []string{"Edg", "OPR", "MicroMessenger", "QGIS", "Firefox", "Chrome", "Safari"} {
		if _, after, ok := strings.Cut(text, name+"/"); ok {
			version, _, _ := strings.Cut(after, ".")
			return name + " " + version
		}
	}
	first, _, _ := strings.Cut(text, " ")
	return first
}

// Known tells whether acts of who asks are put on record: of those who are known. What anybody may see, nobody needs to
// answer for.
func Known(ctx context.Context) bool { return access.From(ctx).Known() }

// Note puts an act of who is known on record before it is done. The error is the caller's to be told: the act must not be
// done.
func (a *API) Note(ctx context.Context, act data.Act) error {
	if a == nil || !Known(ctx) {
		return nil
	}
	if a.Recorder.Note(ctx, act) != nil { // why, stands in the server's log
		return &problem.Problem{
			Status: http.StatusServiceUnavailable, Title: "Not available now",
			Detail: "the audit log cannot be written, and what must stand there is not done without it; try again later",
		}
	}
	return nil
}

// told are parameters of a request that tell what was asked for, and hold no values of features.
var told = []string{
	"f", "crs", "county", "town", "area", "bbox", "year", "layer", "id", "since", "until", "limit", "offset", "datetime", "batch",
}

// Asked is what a request asked for, to be put on record. Of conditions it tells no values, which may be somebody's name.
func Asked(r *http.Request) string {
	values := r.URL.Query()
	for name, list := range values {
		if !slices.Contains(told, name) {
			for i := range list {
				list[i] = quoted.ReplaceAllString(list[i], "'…'")
				if name != "filter" {
					list[i] = "…"
				}
			}
		}
	}
	text, err := url.QueryUnescape(values.Encode())
	if err != nil {
		return ""
	}
	return text
}

// quoted is a text in a condition.
var quoted = regexp.MustCompile(`'(?:[^']|'')*'?`)

// Refuse puts on record what somebody who is known was refused.
func (a *API) Refuse(r *http.Request, why string) {
	if a != nil && Known(r.Context()) {
		a.Recorder.Refuse(r.Context(), data.Act{Verb: "request", Object: r.Method + " " + r.URL.Path, Detail: why})
	}
}

// Route is the way to an answer.
type Route struct {
	Path   string
	Answer func(http.ResponseWriter, *http.Request) error
}

// Routes are the ways to all answers, which are for audit administrators.
func (a *API) Routes() []Route {
	return []Route{{"/api/audit", a.guarded(a.list)}, {"/api/audit/verdict", a.guarded(a.verify)}, {"/api/audit/log", a.guarded(a.export)}}
}

// guarded lets audit administrators alone, whose reading is on record too.
func (a *API) guarded(h func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		if !a.Rights(r).Admin.Has(access.AuditAdmin) {
			return &problem.Problem{Status: http.StatusForbidden, Title: "Forbidden", Detail: "this is for the audit administrator alone"}
		}
		if err := a.Note(r.Context(), data.Act{Verb: "read-audit", Object: r.URL.Path, Detail: r.URL.RawQuery}); err != nil {
			return err
		}
		return h(w, r)
	}
}

// List is acts, the latest first.
type List struct {
	Acts []data.Act `json:"acts"`
	Next int64      `json:"next,omitempty"` // where the list goes on, as after=
}

const (
	usualActs = 100
	mostActs  = 1000
)

// list answers /api/audit.
func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	q := query.New(r)
	var asked data.ActQuery
	asked.Since, asked.Until = moment(q, "since"), moment(q, "until")
	asked.Actor, _ = q.Text("actor")
	asked.Verb, _ = q.Text("verb")
	asked.Text, _ = q.Text("q")
	asked.Outcome = data.Outcome(q.Choice("outcome", "", string(data.Done), string(data.Refused), string(data.Failed)))
	asked.Before = int64(q.Whole("after", 0, 1<<53, 0))
	most := q.Whole("limit", 1, mostActs, usualActs)
	if err := q.Done(); err != nil {
		return err
	}
	asked.Limit = most + 1
	acts, err := a.Recorder.Store.Acts(r.Context(), asked)
	if err != nil {
		return err
	}
	list := List{Acts: acts}
	if len(acts) > most {
		list.Acts, list.Next = acts[:most], acts[most-1].Seq
	}
	if list.Acts == nil {
		list.Acts = []data.Act{}
	}
	return write(w, list)
}

func moment(q *query.Query, name string) time.Time {
	text, ok := q.Text(name)
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		if t, err = time.ParseInLocation(time.DateOnly, text, time.Local); err != nil {
			q.Refuse(name, "must be a time such as 2026-11-24T08:00:00+08:00 or a day such as 2026-11-24")
		}
	}
	return t
}

// verify answers /api/audit/verdict: the whole log held against its seals, and those against what was noted outside.
func (a *API) verify(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	var heads []audit.Head
	if a.Heads != nil {
		var err error
		if heads, err = a.Heads(); err != nil {
			return err
		}
	}
	v, err := audit.Verify(r.Context(), a.Recorder.Store, heads)
	if err != nil {
		return err
	}
	return write(w, v)
}

// export answers /api/audit/log: all acts and seals, for verify_audit.py.
func (a *API) export(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
	if err := audit.Export(r.Context(), a.Recorder.Store, w); err != nil {
		panic(http.ErrAbortHandler) // the caller must not take half a log for the whole
	}
	return nil
}

func write(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, '\n')) // a caller that is gone needs no answer
	return nil
}
