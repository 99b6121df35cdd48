package start

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/office"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// Office is whose map it is, as every page and print of it says.
type Office struct {
	office.Office
	// Mine tells that who asks may change it.
	Mine bool `json:"mine"`
}

// MostOfficeBytes is of the body of a request.
const MostOfficeBytes = 256 << 10

const staleAfter = 10 * time.Second // another server may have changed it

// Offices keeps the office of a store, so that pages are answered while the store is away. The zero Offices is of no store.
type Offices struct {
	Store data.Documents
	// Allowed is nil where who asks may change it.
	Allowed func(*http.Request) error

	mu     sync.Mutex
	office office.Office
	read   time.Time
}

// Show answers GET /api/office.
func (o *Offices) Show(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	return writeJSON(w, Office{o.Get(r.Context()), o.Store != nil && o.Allowed(r) == nil})
}

func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// Get is the office as it was last read, which is not long ago unless the store is away.
func (o *Offices) Get(ctx context.Context) office.Office {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Store == nil || time.Since(o.read) < staleAfter {
		return o.office
	}
	o.read = time.Now()
	if found, err := office.Read(ctx, o.Store); err == nil {
		o.office = found
	}
	return o.office
}

// Put answers PUT /api/office.
func (o *Offices) Put(w http.ResponseWriter, r *http.Request, author string) error {
	var asked Office
	in := json.NewDecoder(r.Body)
	in.DisallowUnknownFields()
	if err := in.Decode(&asked); err != nil {
		if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
			return err
		}
		return refuse(layers.NewFault("body", "must be a JSON object with name, review, internal and emblem"))
	}
	if wrong := asked.Check(); wrong != nil {
		return refuse(wrong)
	}
	if err := office.Put(r.Context(), o.Store, asked.Office, author); err != nil {
		return err
	}
	o.mu.Lock()
	o.office, o.read = asked.Office, time.Now()
	o.mu.Unlock()
	return writeJSON(w, Office{asked.Office, true})
}

func refuse(wrong layers.Faults) error {
	return &problem.Problem{Title: "Bad request", Status: http.StatusBadRequest, Detail: wrong.Error(), Errors: wrong}
}
