package history

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
)

// Limits of what is kept of earlier states.
const (
	mostStates = 2        // each is as large as its layers
	tileBytes  = 16 << 20 // of the tiles of each
	longState  = 400_000  // features; see Config.Most
)

// State is the store as it was at a moment, of some layers, with what answers are made from. The other layers are empty.
type State struct {
	At    time.Time
	Snap  *snapshot.Snapshot
	Tiles *tiles.Cache
	Desk  *questions.Desk

	layers []string
}

// states keeps the last ones asked for, the latest first.
type states struct {
	building chan struct{} // holds a token while one is built, or looked for
	kept     []*State
}

// Then is the state of layers, and perhaps of more, at an earlier moment.
func (a *API) Then(ctx context.Context, ids []string, at time.Time) (*State, error) {
	select {
	case a.states.building <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-a.states.building }()
	i := slices.IndexFunc(a.states.kept, func(s *State) bool { return s.At.Equal(at) })
	if i >= 0 {
		s := a.states.kept[i]
		a.states.kept = append([]*State{s}, slices.Delete(a.states.kept, i, i+1)...)
		if s.has(ids) {
			return s, nil
		}
		ids = append(slices.Clone(ids), s.layers...)
		a.states.kept = a.states.kept[1:]
	}
	s, err := a.build(ctx, ids, at)
	if err != nil {
		return nil, err
	}
	a.states.kept = append([]*State{s}, a.states.kept[:min(len(a.states.kept), mostStates-1)]...)
	return s, nil
}

func (s *State) has(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(s.layers, id) })
}

func (a *API) build(ctx context.Context, ids []string, at time.Time) (*State, error) {
	c := a.Catalog()
	ids = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(ids))), func(id string) bool { _, ok := c.Layer(id); return !ok })
	snap, err := data.LoadSnapshotAt(ctx, a.Store, c, ids, at)
	if err != nil {
		return nil, err
	}
	s := &State{At: at, Snap: snap, Tiles: tiles.NewCache(tileBytes), Desk: a.Desk(), layers: ids}
	s.Desk.Now = func() time.Time { return at }
	marks := coverage.NewMarker(s.Desk.Coverage, s.Desk.Roads, func(snap *snapshot.Snapshot, delta snapshot.Delta) {
		s.Tiles.Update(snap, delta)
	})
	s.Tiles.ByYear(tiles.Yearly{Layer: service.MarkedLayer, Reads: coverage.MarkReads(), AsOf: marks.AsOf})
	marks.Hear(snap, nil)
	return s, nil
}

// Long tells whether a state is too large to be built while somebody waits, and not there yet.
func (a *API) Long(now *snapshot.Snapshot, at time.Time) bool {
	features := 0
	for _, t := range now.Tables() {
		features += t.Len()
	}
	if features <= cmp.Or(a.Most, longState) {
		return false
	}
	select {
	case a.states.building <- struct{}{}:
	default:
		return true // one is being built, which is worth no waiting
	}
	defer func() { <-a.states.building }()
	return !slices.ContainsFunc(a.states.kept, func(s *State) bool { return s.At.Equal(at) && s.has(now.Catalog.IDs()) })
}

// LayersOf are the layers that a state must have so that what some have can be derived: all where villages are among them.
func LayersOf(c *layers.Catalog, ids []string) []string {
	if slices.Contains(ids, service.MarkedLayer) {
		return c.IDs()
	}
	return ids
}

// Moment is the moment that datetime= asks for, and the request without it; zero where it asks for none.
func (a *API) Moment(r *http.Request) (time.Time, *http.Request, error) {
	const name = "datetime"
	if a == nil || a.Store == nil || !strings.Contains(r.URL.RawQuery, name) {
		return time.Time{}, r, nil
	}
	values := r.URL.Query()
	if !values.Has(name) {
		return time.Time{}, r, nil
	}
	text := values.Get(name)
	at, err := ParseMoment(text, true)
	switch {
	case err != nil:
		return at, r, layers.NewFault(name, "%v", err)
	case len(values[name]) > 1:
		return at, r, layers.NewFault(name, "may be given once")
	}
	if !at.Before(time.Now()) {
		return at, r, layers.NewFault(name, "%q is yet to come; leave it out for the present state", text)
	}
	values.Del(name)
	rest := r.Clone(r.Context())
	rest.URL.RawQuery = values.Encode()
	return at, rest, nil
}

// AcceptedMoment is the moment that the header Accept-Datetime asks for (RFC 7089); zero where it asks for none.
func (a *API) AcceptedMoment(r *http.Request) (time.Time, error) {
	text := r.Header.Get("Accept-Datetime")
	if text == "" || a == nil || a.Store == nil {
		return time.Time{}, nil
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return at, layers.NewFault("Accept-Datetime", "is a time such as %s, not %q", http.TimeFormat, text)
	}
	if !at.Before(time.Now()) { // the latest is what is nearest
		return time.Time{}, nil
	}
	return at, nil
}

// Memento says of an answer of which moment it is (RFC 7089).
func Memento(w http.ResponseWriter, at time.Time) {
	w.Header().Set("Memento-Datetime", at.UTC().Format(http.TimeFormat))
}

// Handler answers from a snapshot.
type Handler = func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error

// Earlier has past answer from the state at the moment that datetime= names, of the layer that is asked for, and present
// where it is not given. Nothing is derived in that state.
func (a *API) Earlier(layer func(*http.Request) string, past, present Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		at, r, err := a.Moment(r)
		if err != nil {
			return err
		}
		if at.IsZero() {
			return present(w, r, snap)
		}
		then, err := a.Then(r.Context(), []string{layer(r)}, at)
		if err != nil {
			return err
		}
		Memento(w, at)
		return past(w, r, a.See(r, then.Snap))
	}
}

// EarlierByHeader has a handler answer from the state at the moment that the header Accept-Datetime names, where datetime=
// means something else. Its layer has its derived fields, of the year of that moment.
func (a *API) EarlierByHeader(layer func(*http.Request) string, h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		w.Header().Add("Vary", "Accept-Datetime")
		at, err := a.AcceptedMoment(r)
		if err != nil {
			return err
		}
		if at.IsZero() {
			return h(w, r, snap)
		}
		then, err := a.Then(r.Context(), LayersOf(a.Catalog(), []string{layer(r)}), at)
		if err != nil {
			return err
		}
		world := questions.World{Snap: a.See(r, then.Snap), Desk: then.Desk}
		if t, ok := world.Snap.Table(layer(r)); ok && len(t.Layer.Derived) > 0 {
			if world.Snap, err = world.WithDerived(layer(r), "", at.Year()); err != nil {
				return err
			}
		}
		Memento(w, at)
		return h(w, r, world.Snap)
	}
}
