package data

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Live is the snapshot of a store, kept in step with it. Readers take Snapshot
// and never wait; when the store goes away they keep the last one, and State
// says since when it is the last.
type Live struct {
	store   Store
	catalog *layers.Catalog
	log     *slog.Logger

	snapshot atomic.Pointer[snapshot.Snapshot]
	state    atomic.Pointer[State]
	roll     atomic.Pointer[roll] // of what is not in the snapshot

	mu        sync.Mutex // held while listeners are told, so that they hear in order
	listeners map[*listener]struct{}
}

type listener struct{ hear func(Event) }

// State tells whether the snapshot is in step with the store.
type State struct {
	Loaded    bool // there is a snapshot
	Connected bool // and it follows the store
	Since     time.Time
	Problem   string // why it does not, for an operator; without secrets
	Failed    bool   // it was tried, and failed
	Lost      bool   // for the store is out of reach, rather than answers what cannot be used
}

// Event is what listeners hear: a new snapshot, or a new state.
type Event struct {
	Snapshot *snapshot.Snapshot
	Delta    snapshot.Delta // what changed; nil after a load, when all may have
	State    State
}

// NewLive makes a Live without a snapshot; Run brings it.
func NewLive(store Store, catalog *layers.Catalog, log *slog.Logger) *Live {
	l := &Live{store: store, catalog: catalog, log: log, listeners: map[*listener]struct{}{}}
	l.state.Store(&State{Since: time.Now(), Problem: "loading"})
	l.roll.Store(newRoll(catalog))
	return l
}

// Snapshot is the latest snapshot, nil before the first load is done.
func (l *Live) Snapshot() *snapshot.Snapshot { return l.snapshot.Load() }

// State is how the snapshot stands to the store.
func (l *Live) State() State { return *l.state.Load() }

// CountLeftOut is how many rows of the store are not in the snapshot since their layers cannot hold them, by the layers
// that have any.
func (l *Live) CountLeftOut() map[string]int { return l.roll.Load().counts() }

// LeftOut lists such rows by layer and id, up to so many.
func (l *Live) LeftOut(most int) []LeftOut { return l.roll.Load().list(most) }

// Listen has fn called for every event from now on, one at a time, until stop
// is called. fn must be quick: the next snapshot waits for it.
func (l *Live) Listen(fn func(Event)) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	me := &listener{fn}
	l.listeners[me] = struct{}{}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.listeners, me)
	}
}

// Wait returns when there is a snapshot, or ctx's error when that ends before.
func (l *Live) Wait(ctx context.Context) error {
	loaded := make(chan struct{}, 1)
	stop := l.Listen(func(e Event) {
		if e.Snapshot != nil {
			select {
			case loaded <- struct{}{}:
			default: // it is said already
			}
		}
	})
	defer stop()
	if l.Snapshot() != nil {
		return nil
	}
	select {
	case <-loaded:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// The pause before the store is tried again grows from the first to the last.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// Run loads the store and follows it until ctx ends, through any number of lost
// connections; it returns ctx's error.
func (l *Live) Run(ctx context.Context) error {
	cursor, pause := Cursor(""), firstPause
	for ctx.Err() == nil {
		began := time.Now()
		err := l.step(ctx, &cursor)
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, ErrExpired) {
			l.log.Warn("the store's change record no longer reaches back: loading anew")
			cursor = ""
			continue
		}
		if time.Since(began) > lastPause {
			pause = firstPause
		}
		state, what := State{Problem: err.Error(), Failed: true, Lost: errors.Is(err, ErrUnreachable)}, "cannot follow the store"
		if state.Lost {
			what = "lost the store"
		}
		l.setState(state)
		l.log.Warn(what, "error", err, "next try in", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
	return ctx.Err()
}

// step loads, where there is no cursor to go on from, and then follows until
// something fails.
func (l *Live) step(ctx context.Context, cursor *Cursor) error {
	if *cursor == "" {
		at, err := l.load(ctx)
		if err != nil {
			return err
		}
		*cursor = at
	}
	return l.store.Follow(ctx, *cursor, func(b Batch) error {
		l.apply(b.Changes)
		*cursor = b.Cursor
		l.setState(State{Connected: true})
		return nil
	})
}

// maxWarnings is how many bad rows a load or batch names in the log; the rest it only counts.
const maxWarnings = 20

func (l *Live) warn(bad ...LeftOut) {
	for _, out := range bad[:min(len(bad), maxWarnings)] {
		l.log.Warn("left out a row that its layer cannot hold", "row", out)
	}
	if len(bad) > maxWarnings {
		l.log.Warn("left out more rows that their layers cannot hold", "rows", len(bad)-maxWarnings)
	}
}

func (l *Live) load(ctx context.Context) (Cursor, error) {
	began, bad, roll := time.Now(), 0, newRoll(l.catalog)
	snapshot, cursor, err := load(ctx, l.store, l.catalog, func(layer *layers.Layer, out LeftOut) {
		roll.add(layer, out)
		if bad++; bad <= maxWarnings {
			l.warn(out)
		}
	})
	if err != nil {
		return "", err
	}
	count := 0
	for _, t := range snapshot.Tables() {
		count += t.Len()
	}
	l.log.Info("loaded", "features", count, "left out", bad, "took", time.Since(began).Round(time.Millisecond))
	l.roll.Store(roll)
	l.publish(snapshot, nil)
	l.setState(State{Connected: true})
	return cursor, nil
}

func (l *Live) apply(changes []layers.Change) {
	changes, bad := l.roll.Load().sift(changes)
	l.warn(bad...)
	next, delta, err := l.Snapshot().Apply(changes)
	if err != nil {
		l.log.Warn("left out changes that their layers cannot hold", "error", err)
	}
	if len(delta) > 0 {
		l.publish(next, delta)
	}
}

func (l *Live) publish(s *snapshot.Snapshot, delta snapshot.Delta) {
	l.snapshot.Store(s)
	l.tell(Event{Snapshot: s, Delta: delta, State: l.State()})
}

func (l *Live) setState(s State) {
	old := l.State()
	s.Loaded = l.Snapshot() != nil
	if s.Loaded == old.Loaded && s.Connected == old.Connected && s.Problem == old.Problem && s.Lost == old.Lost {
		return
	}
	s.Since = time.Now()
	l.state.Store(&s)
	if s.Connected && old.Loaded && !old.Connected {
		l.log.Info("in step with the store again")
	}
	l.tell(Event{Snapshot: l.Snapshot(), Delta: snapshot.Delta{}, State: s})
}

func (l *Live) tell(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for me := range l.listeners {
		me.hear(e)
	}
}

// Load makes a snapshot of a store. Rows that their layer cannot hold are left
// out and told to bad, as LeftOut.
func Load(ctx context.Context, store Store, catalog *layers.Catalog, bad func(error)) (*snapshot.Snapshot, Cursor, error) {
	return load(ctx, store, catalog, func(_ *layers.Layer, out LeftOut) { bad(out) })
}

func load(ctx context.Context, store Store, catalog *layers.Catalog,
	bad func(*layers.Layer, LeftOut),
) (*snapshot.Snapshot, Cursor, error) {
	builder := snapshot.NewBuilder(catalog)
	cursor, err := store.Load(ctx, func(layer *layers.Layer, f *layers.Feature) error {
		if out, ok := judge(layer, f); !ok {
			bad(layer, out)
			return nil
		}
		if err := builder.Add(layer, f); err != nil {
			bad(layer, LeftOut{Layer: layer.ID, ID: f.ID, Field: geometryPart, Reason: BadGeometry, Detail: err.Error()})
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return builder.Snapshot(), cursor, nil
}

// LoadSnapshotAt is the snapshot of some layers as of an earlier moment; the others are empty. Rows that their layers cannot
// hold are left out.
func LoadSnapshotAt(ctx context.Context, store History, catalog *layers.Catalog, ids []string, at time.Time) (*snapshot.Snapshot, error) {
	builder := snapshot.NewBuilder(catalog)
	err := store.LoadAt(ctx, ids, at, func(layer *layers.Layer, f *layers.Feature) error {
		if _, ok := judge(layer, f); ok {
			_ = builder.Add(layer, f) // what it refuses is left out
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return builder.Snapshot(), nil
}
