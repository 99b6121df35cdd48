// Package divisions is the official divisions of China over HTTP: lists of them by code, counties by name, and the county
// that somebody begins a map with.
//
// Requests flow in; data/divisions answers, and web/editing writes. Who may write, its callers have asked before, and the
// store asks again of each edit.
package divisions

import (
	"cmp"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/divisions"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/query"
)

// API answers. Any number of goroutines may ask it.
type API struct {
	pack *divisions.Pack
	// taking is held by who takes a county, so that two at once do not both add it.
	taking sync.Mutex
}

// New makes the API of a pack.
func New(pack *divisions.Pack) *API { return &API{pack: pack} }

// Answer is some divisions, and where they are from.
type Answer struct {
	Source  string            `json:"source"`
	Year    int               `json:"year" doc:"As of which the pack is"`
	Results []divisions.Match `json:"results"`
}

// Limits of how many counties are found.
const (
	usualFound = 20
	mostFound  = 100
)

// Get answers GET /api/divisions: the divisions right below parent=, the provinces where it is not given, or the counties
// that are called q=.
func (a *API) Get(w http.ResponseWriter, r *http.Request) error {
	in := query.New(r)
	parent, below := in.Text("parent")
	typed, byName := in.Text("q")
	limit := in.Whole("limit", 1, mostFound, usualFound)
	if below && byName {
		in.Refuse("parent", "cannot be given beside q")
	}
	if in.Values.Has("limit") && !byName {
		in.Refuse("limit", "goes with q alone: lists by parent are whole")
	}
	if err := in.Done(); err != nil {
		return err
	}
	answer := Answer{Source: divisions.Source, Year: divisions.Year, Results: []divisions.Match{}}
	var err error
	if byName {
		answer.Results, err = a.pack.Search(typed, limit)
	} else {
		answer.Results, err = a.children(parent)
	}
	if err != nil {
		return err
	}
	return writeJSON(w, answer)
}

func (a *API) children(parent string) ([]divisions.Match, error) {
	if parent != "" {
		if _, ok, err := a.pack.Find(parent); err != nil || !ok {
			return nil, cmp.Or(err, error(layers.NewFault("parent", "there is no division with the code %q", parent)))
		}
	}
	list, err := a.pack.Children(parent)
	matches := make([]divisions.Match, len(list))
	for i, d := range list {
		matches[i].Division = d
	}
	return matches, err
}

// Taken says what was added to the map of a county.
type Taken struct {
	County divisions.Division `json:"county"`
	Added  map[string]int     `json:"added" doc:"How many features of each layer, none of which has a place yet"`
	Kept   int                `json:"kept" doc:"How many were there already, by their codes; nothing was changed about them"`
	Seen   bool               `json:"seen" doc:"Whether the map has them already"`
	Source string             `json:"source"`
	Year   int                `json:"year"`
}

// Take answers POST /api/divisions/{code}/take: the county with its towns and villages is added to the map, without places,
// which an import brings later by their codes. All is added, or nothing.
func (a *API) Take(e *editing.Editor, w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	code := mux.Vars(r)["code"]
	county, ok, err := a.pack.Find(code)
	switch {
	case err != nil:
		return err
	case !ok:
		return question.NotFound("there is no division with the code " + code)
	case county.Level != area.County:
		return layers.NewFault("code", "%s is a %s; only a county can be taken, by its 6 digits", code, county.Level)
	}
	by, err := editing.Authorship(r)
	if err != nil {
		return err
	}
	by.Reason = cmp.Or(by.Reason, divisions.Source)
	a.taking.Lock()
	defer a.taking.Unlock()
	begin, err := a.pack.BeginCounty(e.Stored(), county)
	if err != nil {
		return err
	}
	taken := Taken{County: county, Added: begin.Added, Kept: begin.Kept, Seen: true, Source: divisions.Source, Year: divisions.Year}
	if len(begin.Edits) > 0 {
		if _, taken.Seen, err = e.Write(r.Context(), editing.Wish{Edits: begin.Edits, By: by}); err != nil {
			return err
		}
	}
	return writeJSON(w, taken)
}

func writeJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, '\n')) // a caller that is gone needs no answer
	return nil
}
