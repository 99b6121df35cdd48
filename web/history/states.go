package history

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// mostStates is how many earlier states are kept: each is as large as its layers.
const mostStates = 2

// states keeps the last ones asked for, the latest first. One is built at a time.
type states struct {
	mu   sync.Mutex
	kept []state
}

type state struct {
	at       time.Time
	layers   string
	snapshot *snapshot.Snapshot
}

// At is the state of some layers at an earlier moment; others are empty in it.
func (a *API) At(ctx context.Context, catalog *layers.Catalog, ids []string, at time.Time) (*snapshot.Snapshot, error) {
	slices.Sort(ids)
	key := strings.Join(ids, ",")
	a.states.mu.Lock()
	defer a.states.mu.Unlock()
	for i, s := range a.states.kept {
		if s.at.Equal(at) && s.layers == key {
			a.states.kept = append([]state{s}, slices.Delete(a.states.kept, i, i+1)...)
			return s.snapshot, nil
		}
	}
	snap, err := data.LoadSnapshotAt(ctx, a.Store, catalog, ids, at)
	if err != nil {
		return nil, err
	}
	a.states.kept = append([]state{{at, key, snap}}, a.states.kept[:min(len(a.states.kept), mostStates-1)]...)
	return snap, nil
}

// Handler answers from a snapshot.
type Handler = func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error

// Earlier has past answer from the state at the moment that datetime= names, of the layers that layersOf tells, and present
// where it is not given. An answer of the past says so in Memento-Datetime (RFC 7089).
func (a *API) Earlier(layersOf func(*http.Request) []string, past, present Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		values := r.URL.Query()
		text := values.Get("datetime")
		if a == nil || a.Store == nil || !values.Has("datetime") {
			return present(w, r, snap)
		}
		at, err := ParseMoment(text, true)
		switch {
		case err != nil:
			return layers.NewFault("datetime", "%v", err)
		case len(values["datetime"]) > 1:
			return layers.NewFault("datetime", "may be given once")
		}
		if !at.Before(time.Now()) {
			return layers.NewFault("datetime", "%q is yet to come; leave it out for the present state", text)
		}
		old, err := a.At(r.Context(), a.Catalog(), layersOf(r), at)
		if err != nil {
			return err
		}
		values.Del("datetime")
		then := r.Clone(r.Context())
		then.URL.RawQuery = values.Encode()
		w.Header().Set("Memento-Datetime", at.UTC().Format(http.TimeFormat))
		return past(w, then, a.See(r, old))
	}
}
