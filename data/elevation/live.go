package elevation

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/dem"
)

// Load makes a model of all tiles in a store; nil where there are none. Of unpacked
// tiles it keeps at most maxBytes.
func Load(ctx context.Context, store data.Documents, maxBytes int64) (*dem.Model, error) {
	l := NewLive(store, maxBytes, nil)
	err := l.refresh(ctx)
	return l.Model(), err
}

// Live is the model of a store, kept in step with it.
type Live struct {
	store    data.Documents
	maxBytes int64
	log      *slog.Logger
	model    atomic.Pointer[dem.Model]
	have     map[string]tile // by document id
}

type tile struct {
	at     time.Time
	packed dem.Packed
}

// NewLive makes a Live that has no model yet.
func NewLive(store data.Documents, maxBytes int64, log *slog.Logger) *Live {
	return &Live{store: store, maxBytes: maxBytes, log: log, have: map[string]tile{}}
}

// Model is the latest model; nil where there is none.
func (l *Live) Model() *dem.Model { return l.model.Load() }

// retryAfter is how long to wait when the store cannot be read.
const retryAfter = 5 * time.Second

// Run loads the model, and again whenever it is woken, until ctx ends. Only tiles that
// are new are read.
func (l *Live) Run(ctx context.Context, wake <-chan struct{}) error {
	for {
		var again <-chan time.Time
		if err := l.refresh(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("the elevation model stays as it was", "error", err)
			again = time.After(retryAfter)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-again:
		}
	}
}

func (l *Live) refresh(ctx context.Context) error {
	list, err := l.store.ListDocuments(ctx, Kind)
	if err != nil {
		return err
	}
	now, tiles, changed := map[string]tile{}, []dem.Packed{}, len(list) != len(l.have)
	for _, d := range list {
		t, ok := l.have[d.ID]
		if !ok || !t.at.Equal(d.Time) {
			full, err := l.store.Document(ctx, Kind, d.ID)
			if errors.Is(err, data.ErrNoDocument) {
				continue // deleted since
			}
			if err != nil {
				return err
			}
			if t.packed, err = fromDocument(full); err != nil {
				return err
			}
			t.at, changed = full.Time, true
		}
		now[d.ID] = t
		tiles = append(tiles, t.packed)
	}
	if !changed {
		return nil
	}
	model, err := dem.New(tiles, l.maxBytes)
	if err != nil {
		return err
	}
	l.have = now
	if model.Empty() {
		model = nil
	}
	l.model.Store(model)
	return nil
}
