package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// follower keeps a state in step with a store by its feed alone.
type follower struct {
	mu      sync.Mutex
	state   state
	cursor  data.Cursor
	told    map[key]bool // what it was ever told of
	wrong   error        // what the feed may not do
	changed chan struct{}
	cancel  context.CancelFunc
	ended   chan error
}

// follow starts a follower from a state at a cursor; it ends with the test.
func follow(t *testing.T, store data.Store, from state, since data.Cursor) *follower {
	ctx, cancel := context.WithCancel(t.Context())
	f := &follower{
		state: maps.Clone(from), cursor: since, told: map[key]bool{},
		changed: make(chan struct{}, 1), cancel: cancel, ended: make(chan error, 1),
	}
	go func() { f.ended <- store.Follow(ctx, since, f.take) }()
	t.Cleanup(func() { f.stop(t) })
	return f
}

func (f *follower) take(b data.Batch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	once := map[key]bool{}
	for _, c := range b.Changes {
		k := key{c.Layer, c.ID}
		if once[k] {
			f.wrong = fmt.Errorf("one batch tells %s %d twice", c.Layer, c.ID)
		}
		once[k], f.told[k] = true, true
		if c.Feature == nil {
			delete(f.state, k)
			continue
		}
		if c.Feature.ID != c.ID {
			f.wrong = fmt.Errorf("a change of %s %d holds feature %d", c.Layer, c.ID, c.Feature.ID)
		}
		f.state[k] = *c.Feature
	}
	f.cursor = b.Cursor
	select {
	case f.changed <- struct{}{}:
	default:
	}
	return nil
}

// await waits until the follower's state is the wanted one.
func (f *follower) await(t *testing.T, want state) {
	t.Helper()
	f.until(t, func(got state) string { return want.diff(got) })
}

// until waits until lacks has nothing left to say.
func (f *follower) until(t *testing.T, lacks func(state) string) {
	t.Helper()
	deadline := time.After(patience)
	for {
		f.mu.Lock()
		lack, wrong := lacks(f.state), f.wrong
		f.mu.Unlock()
		switch {
		case wrong != nil:
			t.Fatal(wrong)
		case lack == "":
			return
		}
		select {
		case <-f.changed:
		case err := <-f.ended:
			f.ended <- err
			t.Fatalf("the feed ended with %v; until then: %s", err, lack)
		case <-deadline:
			t.Fatalf("the feed did not tell: %s", lack)
		}
	}
}

// stop ends the follower and gives its state and cursor.
func (f *follower) stop(t *testing.T) (state, data.Cursor) {
	t.Helper()
	f.cancel()
	select {
	case err := <-f.ended:
		if !errors.Is(err, context.Canceled) && !errors.Is(err, errClosed) {
			t.Errorf("a cancelled feed ended with %v", err)
		}
		f.ended <- errClosed // for who stops it again
	case <-time.After(patience):
		t.Fatal("a cancelled feed does not end")
	}
	return f.state, f.cursor
}

var errClosed = errors.New("stopped before")

func insert(layer string, f layers.Feature) layers.Edit {
	return layers.Edit{Op: layers.Insert, Layer: layer, Feature: f}
}

func put(layer string, id int64, f layers.Feature) layers.Edit {
	f.ID = id
	return layers.Edit{Op: layers.Put, Layer: layer, Feature: f}
}

func update(layer string, id int64, f layers.Feature, set ...int) layers.Edit {
	f.ID = id
	return layers.Edit{Op: layers.Update, Layer: layer, Feature: f, Set: set}
}

func remove(layer string, id int64) layers.Edit {
	return layers.Edit{Op: layers.Delete, Layer: layer, Feature: layers.Feature{ID: id}}
}
