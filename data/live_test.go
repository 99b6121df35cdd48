package data_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// script is a store whose feed does what a test tells it to. What a store really
// does, data/storetest checks; here it is what Live makes of it.
type script struct {
	data.Store // nil: Live writes nothing

	mu     sync.Mutex
	loads  int
	feeds  []data.Cursor // of each Follow
	steps  chan step
	loaded map[int64]*layers.Feature
	fail   error // of the next load
}

type step struct {
	batch data.Batch
	err   error
}

func (s *script) Load(_ context.Context, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fail; err != nil {
		s.fail = nil
		return "", err
	}
	s.loads++
	for _, f := range s.loaded {
		if err := add(catalogTown, f); err != nil {
			return "", err
		}
	}
	return "loaded", nil
}

func (s *script) Follow(ctx context.Context, since data.Cursor, fn func(data.Batch) error) error {
	s.mu.Lock()
	s.feeds = append(s.feeds, since)
	s.mu.Unlock()
	if err := fn(data.Batch{Cursor: since}); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case st := <-s.steps:
			if st.err != nil {
				return st.err
			}
			if err := fn(st.batch); err != nil {
				return err
			}
		}
	}
}

func (s *script) Close() error { return nil }

var (
	catalog        = layers.Builtin()
	catalogTown, _ = catalog.Layer("town")
)

func townAt(id int64, lon float64) *layers.Feature {
	return &layers.Feature{ID: id, Geometry: orb.Point{lon, 33.5}, Values: make([]layers.Value, len(catalogTown.Fields))}
}

func follow(t *testing.T, s *script) (*data.Live, func(what string, ok func() bool)) {
	t.Helper()
	s.steps = make(chan step)
	live := data.NewLive(s, catalog, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- live.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	})
	return live, func(what string, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not so after 10 s: %s", what)
			}
		}
	}
}

func towns(l *data.Live) int {
	s := l.Snapshot()
	if s == nil {
		return -1
	}
	table, _ := s.Table("town")
	return table.Len()
}

func TestLiveKeepsTheLastSnapshotAndGoesOnFromItsCursor(t *testing.T) {
	s := &script{loaded: map[int64]*layers.Feature{1: townAt(1, 110)}}
	live, eventually := follow(t, s)
	eventually("connected", func() bool { return live.State().Connected && towns(live) == 1 })
	s.steps <- step{batch: data.Batch{Cursor: "second", Changes: []layers.Change{{Layer: "town", ID: 2, Feature: townAt(2, 110.1)}}}}
	eventually("the change is in", func() bool { return towns(live) == 2 })

	var events []data.Event
	var mu sync.Mutex
	stop := live.Listen(func(e data.Event) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, e)
	})
	defer stop()
	s.steps <- step{err: errors.New("connection reset")}
	eventually("the loss is told", func() bool { mu.Lock(); defer mu.Unlock(); return len(events) > 0 })
	if towns(live) != 2 {
		t.Errorf("%d towns after the loss", towns(live))
	}
	eventually("in step again", func() bool { return live.State().Connected })
	s.steps <- step{batch: data.Batch{Cursor: "third", Changes: []layers.Change{{Layer: "town", ID: 1}}}}
	eventually("the delete is in", func() bool { return towns(live) == 1 })

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loads != 1 || len(s.feeds) != 2 || s.feeds[1] != "second" {
		t.Errorf("%d loads, followed from %v", s.loads, s.feeds)
	}
	mu.Lock()
	defer mu.Unlock()
	if first := events[0]; first.State.Connected || first.State.Problem == "" || first.Delta == nil {
		t.Errorf("the loss came as %+v", first)
	}
	if last := events[len(events)-1]; len(last.Delta["town"].IDs) != 1 || last.Delta["town"].IDs[0] != 1 {
		t.Errorf("the delete came as %+v", last.Delta)
	}
}

func TestLiveLoadsAnewWhenTheRecordDoesNotReachBack(t *testing.T) {
	s := &script{loaded: map[int64]*layers.Feature{1: townAt(1, 110)}}
	live, eventually := follow(t, s)
	eventually("connected", func() bool { return live.State().Connected })
	s.mu.Lock()
	s.loaded = map[int64]*layers.Feature{1: townAt(1, 110), 2: townAt(2, 111), 3: townAt(3, 112)}
	s.mu.Unlock()
	s.steps <- step{err: data.ErrExpired}
	eventually("loaded anew", func() bool { return towns(live) == 3 })
}

func TestLiveTriesAgainWhenTheFirstLoadFails(t *testing.T) {
	s := &script{fail: errors.New("no route to host"), loaded: map[int64]*layers.Feature{1: townAt(1, 110)}}
	live, eventually := follow(t, s)
	eventually("loaded", func() bool { return towns(live) == 1 && live.State().Connected })
}

func TestLiveLeavesOutWhatALayerCannotHold(t *testing.T) {
	bad := townAt(2, 110)
	bad.Geometry = orb.LineString{{110, 33}, {111, 33}}
	s := &script{loaded: map[int64]*layers.Feature{1: townAt(1, 110), 2: bad}}
	live, eventually := follow(t, s)
	eventually("loaded", func() bool { return towns(live) == 1 })
}

func TestARowThatGoesBadGoesOutAndComesInOnceItIsMended(t *testing.T) {
	s := &script{loaded: map[int64]*layers.Feature{1: townAt(1, 110), 2: townAt(2, 200)}}
	live, eventually := follow(t, s)
	eventually("loaded", func() bool { return towns(live) == 1 && live.State().Connected })
	unread := townAt(1, 110)
	unread.Unread = []layers.Unread{{Part: "level", Err: errors.New("it is no text")}}
	for _, c := range []struct {
		change layers.Change
		in     int
		out    []int64
	}{
		{layers.Change{Layer: "town", ID: 1, Feature: unread}, 0, []int64{1, 2}},
		{layers.Change{Layer: "town", ID: 2, Feature: townAt(2, 111)}, 1, []int64{1}},
		{layers.Change{Layer: "town", ID: 1, Feature: townAt(1, 110)}, 2, nil},
		{layers.Change{Layer: "town", ID: 3, Feature: townAt(3, -200)}, 2, []int64{3}},
		{layers.Change{Layer: "town", ID: 3}, 2, nil},
	} {
		s.steps <- step{batch: data.Batch{Cursor: "next", Changes: []layers.Change{c.change}}}
		eventually("it is so", func() bool {
			var out []int64
			for _, row := range live.LeftOut(10) {
				out = append(out, row.ID)
			}
			return towns(live) == c.in && slices.Equal(out, c.out) && live.CountLeftOut()["town"] == len(c.out)
		})
	}
	if !live.State().Connected {
		t.Errorf("a bad row is taken for a lost store: %+v", live.State())
	}
}
