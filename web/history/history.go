// Package history is what was changed, by whom and when, over HTTP: lists of changes, what puts them back, and the state of
// layers at an earlier moment.
//
// Requests flow in and are checked here; the store's history and layers/history answer; JSON flows out. Errors are returned
// to the caller, who writes them. Nothing here knows how history is kept.
package history

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/query"
)

// API answers. Any number of goroutines may ask it.
type API struct {
	Config
	areas  area.Cache
	states states
}

// Config is what the API needs.
type Config struct {
	Store data.Store // nil where there is none
	// For is the store as who asks may read and write it.
	For func(*http.Request) data.Store
	// See is what who asks may see of an earlier state.
	See func(*http.Request, *snapshot.Snapshot) *snapshot.Snapshot
	// Catalog is that of the store.
	Catalog func() *layers.Catalog
	// Desk makes one that has answered nothing yet.
	Desk func() *questions.Desk
	// Most is of how many features a state is built while somebody waits, where a job can be begun instead; 400,000 if 0.
	Most int
}

// New makes the API of a store.
func New(c Config) *API {
	return &API{Config: c, states: states{building: make(chan struct{}, 1)}}
}

// Route is the way to what can be read alone.
type Route struct {
	Path   string
	Answer func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error
}

// Routes are the ways to all that can be read.
func (a *API) Routes() []Route {
	return []Route{
		{"/api/history", a.changes},
		{"/api/history/writings", a.writings},
	}
}

// Limits of what is asked for at once.
const (
	usualChanges = 100
	mostChanges  = 1000
)

// question reads which changes are asked for. after is what a list gave as next.
func (a *API) question(q *query.Query, snap *snapshot.Snapshot) data.PastQuery {
	var p data.PastQuery
	if text, ok := q.Text("layer"); ok {
		p.Layers = strings.Split(text, ",")
		for _, id := range p.Layers {
			if _, ok := snap.Catalog.Layer(id); !ok {
				q.Refuse("layer", fmt.Sprintf("%q is none of %s", id, strings.Join(snap.Catalog.IDs(), ", ")))
			}
		}
	}
	if text, ok := q.Text("area"); ok {
		p.Areas = a.under(snap, text)
		if p.Areas == nil {
			q.Refuse("area", fmt.Sprintf("%q is not the code of a county, town or village, or of a prefecture or province that has some", text))
		}
	}
	p.Actor, _ = q.Text("actor")
	origin, _ := q.Text("origin")
	p.Origin = data.Origin(origin)
	p.Batch, _ = q.Text("batch")
	p.Since, p.Until = moment(q, "since", false), moment(q, "until", true)
	p.Before = int64(q.Whole("after", 0, 1<<53, 0))
	p.Most = q.Whole("limit", 1, mostChanges, usualChanges)
	return p
}

// moment reads a time, or a day, of which the end is meant where it ends a span.
func moment(q *query.Query, name string, end bool) time.Time {
	text, ok := q.Text(name)
	if !ok {
		return time.Time{}
	}
	t, err := ParseMoment(text, end)
	if err != nil {
		q.Refuse(name, err.Error())
	}
	return t
}

// ParseMoment reads a time as 2026-11-24T08:00:00+08:00, or a day as 2026-11-24 by the server's clock.
func ParseMoment(text string, end bool) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, time.Local)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither a time such as 2026-11-24T08:00:00+08:00 nor a day such as 2026-11-24", text)
	}
	if end {
		return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	return day, nil
}

// under are the codes of an area and of all that lie in it; nil where there is no such area.
func (a *API) under(snap *snapshot.Snapshot, code string) []string {
	index := a.areas.Get(snap)
	if _, ok := index.Find(code); !ok {
		return nil
	}
	codes := []string{code}
	for i := 0; i < len(codes); i++ {
		for _, child := range index.Children(codes[i]) {
			codes = append(codes, child.Code)
		}
	}
	villages, ok := snap.Table("village")
	if !ok {
		return codes
	}
	within, err := index.Within(villages, code)
	if err != nil { // villages do not say so
		return codes
	}
	field := villages.Layer.Field("code")
	for row := range villages.ByID {
		if within(row) {
			codes = append(codes, villages.Value(row, field).Text())
		}
	}
	return codes
}
