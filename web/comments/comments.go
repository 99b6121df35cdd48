// Package comments is what people say at a feature over HTTP, with the photos and documents that they put there.
//
// Requests flow in and are checked here; data/comments keeps what is sent; JSON and files flow out. Who may read a feature's
// internal fields may read what is said at it, if they are known: nothing of it is for the public. Errors are returned to the
// caller, who writes them.
package comments

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	kept "github.com/cuntu/cuntu/data/comments"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// Config is what the API needs.
type Config struct {
	Book *kept.Book
	// Rights are what who asks holds, and Careful the same once it is on record that they read sensitive things of a feature.
	Rights  func(*http.Request) access.Rights
	Careful func(r *http.Request, layer, what string) access.Rights
	// Stranger tells whether who asks is nobody, where there are accounts.
	Stranger func(*http.Request) bool
	// Closed is nil where the server takes something from who asks at all.
	Closed func(*http.Request) error
	// Areas is the index of a snapshot's areas.
	Areas func(*snapshot.Snapshot) *area.Index
	// Note puts on record what is done before it is.
	Note func(context.Context, data.Act) error
	// Disposition is the header that names a file.
	Disposition func(name, title string) string
}

// API answers. Any number of goroutines may ask it.
type API struct{ Config }

// New makes the API.
func New(c Config) *API { return &API{c} }

// Handler answers from a snapshot as who asks may see it.
type Handler = func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error

// Route is the way to an answer.
type Route struct {
	Method, Path string
	Answer       Handler
}

// Root is the path of a feature's comments.
const Root = "/api/features/{layer}/{id}/comments"

// Routes are the ways to all answers.
func (a *API) Routes() []Route {
	return []Route{
		{http.MethodGet, Root, a.list},
		{http.MethodPost, Root, a.add},
		{http.MethodDelete, Root + "/{comment}", a.remove},
		{http.MethodGet, Root + "/{comment}/files/{file}", a.file},
	}
}

// List is what is said at a feature.
type List struct {
	Comments []Comment `json:"comments"` // the oldest first
	May      May       `json:"may"`
}

// Comment is one, with what who asks may do with it.
type Comment struct {
	kept.Comment
	Removable bool `json:"removable"`
}

// May is what who asks may do here.
type May struct {
	Read    bool `json:"read"` // those who may not are told of no comments
	Comment bool `json:"comment"`
	Attach  bool `json:"attach"`
	// Sensitive tells whether they may read sensitive comments, and so write them.
	Sensitive bool `json:"sensitive"`
}

// at is the feature that a request is about, for who asks.
type at struct {
	api    *API
	r      *http.Request
	place  kept.Place
	what   access.Subject
	areas  *area.Index
	rights access.Rights
}

// at finds the feature. Of one that who asks may not see they hear what they would of one that is not there.
func (a *API) at(r *http.Request, snap *snapshot.Snapshot) (*at, error) {
	vars := mux.Vars(r)
	t, ok := snap.Table(vars["layer"])
	if !ok {
		return nil, notFound("there is no layer " + strconv.Quote(vars["layer"]))
	}
	row, ok := t.FindCode(vars["id"])
	if !ok {
		id, err := strconv.ParseInt(vars["id"], 10, 64)
		if err != nil {
			return nil, layers.NewFault("id", "must be a feature's id, a whole number, or its division code")
		}
		if row, ok = t.Find(id); !ok {
			return nil, notFound("layer " + t.Layer.ID + " has no feature " + vars["id"])
		}
	}
	whole, _ := snap.Whole().Table(t.Layer.ID) // where it lies is asked of fields that may be hidden, in the same row
	found := &at{
		api: a, r: r, place: kept.Place{Layer: t.Layer.ID, ID: t.ID(row)},
		what: access.SubjectOf(whole, row), areas: a.Areas(snap), rights: a.Rights(r),
	}
	if a.Stranger(r) {
		return nil, &problem.Problem{
			Status: http.StatusUnauthorized, Title: "Unauthorized", Detail: "sign in to read what is said at a feature, or send an API token",
		}
	}
	return found, nil
}

// open finds the feature for who may read what is said there.
func (a *API) open(r *http.Request, snap *snapshot.Snapshot) (*at, error) {
	f, err := a.at(r, snap)
	if err == nil && !f.may(access.Read, access.Internal) {
		return nil, forbidden("what is said at a feature is for those who may read its internal fields")
	}
	return f, err
}

func (f *at) may(verb access.Verb, class access.Class) bool {
	return access.Decide(f.areas, f.rights, verb, f.what, class)
}

// works tells whether who asks has more to do with the feature than to look.
func (f *at) works() bool {
	for _, verb := range []access.Verb{access.Write, access.Submit, access.Approve, access.Accept} {
		if f.may(verb, access.Open) {
			return true
		}
	}
	return false
}

// mays is what who asks may do. A person who may read may comment; a program must be let do more than read.
func (f *at) mays() May {
	if !f.may(access.Read, access.Internal) {
		return May{}
	}
	if f.api.Closed(f.r) != nil {
		return May{Read: true}
	}
	works := f.works()
	return May{
		Read: true, Comment: works || access.From(f.r.Context()).Token == "", Attach: works, Sensitive: f.may(access.Read, access.Sensitive),
	}
}

func (f *at) person() kept.Person {
	by := access.From(f.r.Context())
	return kept.Person{ID: by.ID, Name: by.Login}
}

// removes tells whether who asks may take a comment away: their own, and where they may write any.
func (f *at) removes(c *kept.Comment) bool {
	mine := c.By.ID != "" && c.By.ID == f.person().ID
	return c.Removed == nil && f.mays().Comment && (mine || f.may(access.Write, access.Open))
}

func (f *at) object(rest string) string {
	return f.place.Layer + "/" + strconv.FormatInt(f.place.ID, 10) + rest
}

// care puts on record that sensitive things are read; where that cannot be, the rights are without from now on.
func (f *at) care(rest string) {
	f.rights = f.api.Careful(f.r, f.place.Layer, strconv.FormatInt(f.place.ID, 10)+rest)
}

// list answers what is said at a feature. Whoever looks at one asks this, so that it is no refusal where they may read nothing.
func (a *API) list(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	f, err := a.at(r, snap)
	if err != nil {
		return err
	}
	list := List{Comments: []Comment{}, May: f.mays()}
	if !list.May.Read {
		return write(w, http.StatusOK, list)
	}
	all, err := a.Book.List(r.Context(), f.place)
	if err != nil {
		return err
	}
	careful := false
	for i := range all {
		c := &all[i]
		if c.Class == access.Sensitive && !careful && f.may(access.Read, access.Sensitive) {
			f.care("/comments")
			careful = true
		}
		if f.may(access.Read, c.Class) {
			list.Comments = append(list.Comments, Comment{*c, f.removes(c)})
		}
	}
	return write(w, http.StatusOK, list)
}

// add answers a comment that is sent.
func (a *API) add(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	f, err := a.open(r, snap)
	if err != nil {
		return err
	}
	if err := a.Closed(r); err != nil {
		return err
	}
	may := f.mays()
	if !may.Comment {
		return forbidden("this token may read, and commenting is more: make one with write, submit, approve or accept")
	}
	c, files, err := receive(w, r)
	if err != nil {
		return err
	}
	if len(files) > 0 && !may.Attach {
		return forbidden("photos and documents are put here by those who write, submit, approve or accept in this place; you may comment")
	}
	if !f.may(access.Read, c.Class) {
		return forbidden("you may not write what you may not read: comments of class " + c.Class.String())
	}
	c.By = f.person()
	if err := a.Note(r.Context(), data.Act{Verb: "add-comment", Object: f.object("/comments"), Detail: told(files)}); err != nil {
		return err
	}
	c, err = a.Book.Add(r.Context(), f.place, c, files)
	if errors.Is(err, kept.ErrIDTaken) {
		return &problem.Problem{Status: http.StatusConflict, Title: "Conflict", Detail: "another comment has this id: make another id"}
	}
	if err != nil {
		return err
	}
	return write(w, http.StatusCreated, Comment{c, f.removes(&c)})
}

// told is what the record has of files: how many, for names may be somebody's.
func told(files []kept.Sent) string {
	if len(files) == 0 {
		return ""
	}
	return strconv.Itoa(len(files)) + " files"
}

// find finds a comment that who asks may read. It is put on record that a sensitive one is.
func (f *at) find() (kept.Comment, error) {
	id := mux.Vars(f.r)["comment"]
	c, err := f.api.Book.Get(f.r.Context(), f.place, id)
	if err == nil && c.Class == access.Sensitive && f.may(access.Read, access.Sensitive) {
		f.care("/comments/" + id)
	}
	if errors.Is(err, kept.ErrNone) || err == nil && !f.may(access.Read, c.Class) {
		return c, notFound("there is no such comment here")
	}
	return c, err
}

// remove answers that a comment is taken away.
func (a *API) remove(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	f, err := a.open(r, snap)
	if err != nil {
		return err
	}
	c, err := f.find()
	if err != nil {
		return err
	}
	if err := a.Closed(r); err != nil {
		return err
	}
	if c.Removed == nil && !f.removes(&c) {
		return forbidden("a comment is taken away by who wrote it, or by those who may write at the feature")
	}
	if err := a.Note(r.Context(), data.Act{Verb: "remove-comment", Object: f.object("/comments/" + c.ID)}); err != nil {
		return err
	}
	if err := a.Book.Remove(r.Context(), f.place, c.ID, f.person()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// file answers a file, as something to keep and nothing to run: no browser takes it for a page of this server.
func (a *API) file(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := query.New(r)
	preview := q.Choice("size", "whole", "preview") == "preview"
	if err := q.Done(); err != nil {
		return err
	}
	f, err := a.open(r, snap)
	if err != nil {
		return err
	}
	c, err := f.find()
	if err != nil {
		return err
	}
	id := mux.Vars(r)["file"]
	get := a.Book.Preview
	if !preview {
		get = a.Book.Open
		act := data.Act{Verb: "read-file", Object: f.object("/comments/" + c.ID + "/files/" + id)}
		if err := a.Note(r.Context(), act); err != nil {
			return err
		}
	}
	file, content, err := get(r.Context(), f.place, c.ID, id)
	if errors.Is(err, kept.ErrNone) {
		return notFound("there is no such file here")
	}
	if err != nil {
		return err
	}
	send(w, r, file, content, preview, a.Disposition)
	return nil
}

func write(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a caller that is gone needs no answer
	return nil
}

func notFound(detail string) error {
	return &problem.Problem{Status: http.StatusNotFound, Title: "Not found", Detail: detail}
}

func forbidden(detail string) error {
	return &problem.Problem{Status: http.StatusForbidden, Title: "Forbidden", Detail: detail}
}

// uploadTime is how long what is sent may take to arrive: photos over a phone in the mountains take theirs.
const uploadTime = 20 * time.Minute
