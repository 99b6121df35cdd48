package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/casework"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// EvidenceKind is the kind of the documents that hold evidence, by its digest.
const EvidenceKind = "evidence"

// Evidence is what a step rested on, and what has become of it.
type Evidence struct {
	casework.Evidence
	Digest string `json:"digest"`
	// Intact tells that it is as it was when the step was taken: its digest is that of its name.
	Intact bool `json:"intact"`
	// Moved are the features that it rested on which are not as they were.
	Moved []casework.Moved `json:"moved"`
	// Lacks is what the subject would lack of the same conditions now.
	Lacks []layers.Words `json:"lacks"`
}

// Evidence answers GET /api/evidence/{digest}. It is for those who may read internal fields of its subject.
func (a *API) Evidence(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	digest := mux.Vars(r)["digest"]
	none := notFound("there is no evidence with this digest that you may read")
	d, err := a.Store.Document(r.Context(), EvidenceKind, digest)
	if errors.Is(err, data.ErrNoDocument) {
		return none
	}
	if err != nil {
		return err
	}
	found := Evidence{Digest: digest, Intact: casework.NameOf(d.Content) == digest, Lacks: []layers.Words{}}
	if err := json.Unmarshal(d.Content, &found.Evidence); err != nil {
		return fmt.Errorf("evidence %s: %w", digest, err)
	}
	world := a.World(r)
	p, ok := world.Procedures.Procedure(found.Procedure)
	if !ok {
		return none
	}
	work := world.Casework()
	c, ok := work.Open(p, found.Subject)
	if !ok || !access.Decide(work.Areas, a.Rights(r), access.Read, access.SubjectOf(c.Table, c.Row), access.Internal) {
		return none
	}
	found.Moved = found.Evidence.Moved(work.Snap)
	if step, ok := p.Step(found.Step); ok {
		subject := work.Subject(c)
		for _, name := range step.Conditions {
			found.Lacks = append(found.Lacks, subject.Condition(name)...)
		}
	}
	return send(w, found)
}

// read reads a body that has no unknown members.
func read(r *http.Request, to any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(to)
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return err
	}
	if err != nil {
		return bad(layers.NewFault("body", "must be JSON: %s", err.Error()))
	}
	if s, ok := to.(*Step); ok && utf8.RuneCountInString(s.Note) > mostNote {
		return bad(layers.NewFault("note", "has more than %d characters", mostNote))
	}
	return nil
}

func send(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

func notFound(detail string) *problem.Problem {
	return &problem.Problem{Title: "Not found", Status: http.StatusNotFound, Detail: detail}
}

func bad(err error) error {
	wrong, ok := errors.AsType[layers.Faults](err)
	if !ok {
		return err
	}
	return &problem.Problem{Title: "Bad request", Status: http.StatusBadRequest, Detail: wrong.Error(), Errors: wrong}
}
