package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// testFeed follows one store and edits through it and through another one.
func testFeed(t *testing.T, s *setting) {
	own, other := s.store(t), s.store(t)
	maker := NewMaker(1)
	want, cursor := load(t, s, own)
	feed := follow(t, own, want, cursor)
	for round, store := range []data.Store{own, other, own, other} {
		for _, l := range s.catalog.Layers {
			edits := []layers.Edit{insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l))}
			ids := apply(t, store, edits...)
			want.do(edits, ids)
			edits = []layers.Edit{remove(l.ID, ids[0]), update(l.ID, ids[1], maker.Feature(l))}
			want.do(edits, apply(t, store, edits...))
		}
		feed.await(t, want)
		if len(feed.state) != 2*(round+1)*len(s.catalog.Layers) {
			t.Fatalf("round %d: the feed knows %d features", round, len(feed.state))
		}
	}

	// What is deleted and made anew in one batch is in its last state.
	l := s.layer(t, "village")
	edits := []layers.Edit{put("village", 500, maker.Feature(l)), remove("village", 500), put("village", 500, maker.Feature(l))}
	want.do(edits, apply(t, other, edits...))
	feed.await(t, want)
}

// testResume takes the cursor of a load, of a feed, and across reopening.
func testResume(t *testing.T, s *setting) {
	maker := NewMaker(2)
	l := s.layer(t, "village")
	edit := func(store data.Store, st state) {
		edits := []layers.Edit{insert("village", maker.Feature(l)), insert("village", maker.Feature(l))}
		ids := apply(t, store, edits...)
		st.do(edits, ids)
		edits = []layers.Edit{remove("village", ids[0])}
		st.do(edits, apply(t, store, edits...))
	}
	store := s.open()
	want, cursor := load(t, s, store)
	known := state{}
	edit(store, want)
	if err := store.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}

	other := s.store(t)
	for range 3 { // what happened while nobody followed comes first, then what happens now
		edit(other, want)
		store = s.open()
		feed := follow(t, store, known, cursor)
		feed.await(t, want)
		edit(other, want)
		feed.await(t, want)
		known, cursor = feed.stop(t)
		if err := store.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}

	// From the last cursor on there is nothing old to tell.
	feed := follow(t, other, known, cursor)
	edits := []layers.Edit{insert("village", maker.Feature(l))}
	want.do(edits, apply(t, other, edits...))
	feed.await(t, want)
	if len(feed.told) != 1 {
		t.Errorf("a feed in step told of %d features again", len(feed.told)-1)
	}
}

func testFollowStands(t *testing.T, s *setting) {
	store := s.store(t)
	_, cursor := load(t, s, store)
	enough := errors.New("enough")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := store.Follow(ctx, cursor, func(b data.Batch) error {
		if len(b.Changes) > 0 || b.Cursor == "" {
			t.Errorf("a feed with nothing to tell began with %d changes at %q", len(b.Changes), b.Cursor)
		}
		return enough
	})
	if !errors.Is(err, enough) {
		t.Errorf("a feed with nothing to tell never said that it stands: %v", err)
	}
}

func testEndFollow(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(3)
	l := s.layer(t, "village")
	_, cursor := load(t, s, store)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Follow(ctx, cursor, func(data.Batch) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a feed cancelled before it began gave %v", err)
	}

	apply(t, store, insert("village", maker.Feature(l)))
	enough := errors.New("enough")
	ctx, cancel = context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := store.Follow(ctx, cursor, func(b data.Batch) error {
		if len(b.Changes) == 0 {
			return nil
		}
		return enough
	})
	if !errors.Is(err, enough) {
		t.Errorf("a feed whose callee fails gave %v", err)
	}
}

func testUnknownCursor(t *testing.T, s *setting) {
	store := s.store(t)
	for _, cursor := range []data.Cursor{"", "nonsense", "1'; DROP TABLE village; --"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		if err := store.Follow(ctx, cursor, func(data.Batch) error { return nil }); !errors.Is(err, data.ErrExpired) {
			t.Errorf("cursor %q gave %v", cursor, err)
		}
		cancel()
	}
}

// testConverge lets several writers edit the same few features at random while
// one feed follows from the start and others start late; all must end where the
// store does.
func testConverge(t *testing.T, s *setting) {
	stores := []data.Store{s.store(t), s.store(t)}
	from, cursor := load(t, s, stores[0])
	early := follow(t, stores[0], from, cursor)
	var writers sync.WaitGroup
	errs := make(chan error, 4)
	for w := range 4 {
		writers.Go(func() { errs <- scribble(t.Context(), s, stores[w%2], uint64(w)) })
	}
	middle, at := load(t, s, stores[1])
	late := follow(t, stores[1], middle, at)
	writers.Wait()
	for range 4 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	want, _ := load(t, s, stores[1])
	early.await(t, want)
	late.await(t, want)
}

// scribble makes batches of edits of ids 1 to 20 of three layers, in ascending
// order.
func scribble(ctx context.Context, s *setting, store data.Store, seed uint64) error {
	maker, r := NewMaker(100+seed), rand.New(rand.NewPCG(seed, 7))
	for range 40 {
		var edits []layers.Edit
		for _, id := range []string{"village", "road", "dataset"} {
			l, _ := s.catalog.Layer(id)
			for n := int64(1); n <= 20; n++ {
				switch r.IntN(12) {
				case 0:
					edits = append(edits, put(id, n, maker.Feature(l)), remove(id, n))
				case 1, 2:
					edits = append(edits, put(id, n, maker.Feature(l)))
				}
			}
		}
		if _, err := tryApply(ctx, store, edits...); err != nil {
			return fmt.Errorf("writer %d: %w", seed, err)
		}
	}
	return nil
}

// testHundredThousand makes and then changes a hundred thousand features in one
// batch each, with a feed running.
func testHundredThousand(t *testing.T, s *setting) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const n = 100_000
	store, other := s.store(t), s.store(t)
	l := s.layer(t, "river")
	from, cursor := load(t, s, store)
	feed := follow(t, store, from, cursor)
	want := state{}
	for round := range 2 {
		edits := func(yield func(layers.Edit, error) bool) {
			for i := range int64(n) {
				values := make([]layers.Value, len(l.Fields))
				values[0] = layers.Text(fmt.Sprintf("河%d", round))
				f := layers.Feature{ID: i + 1, Values: values, Geometry: orb.LineString{{110, 33}, {110 + float64(i)/n, 33.5}}}
				want[key{"river", f.ID}] = f
				e := insert("river", f)
				if round > 0 {
					e = put("river", f.ID, f)
				}
				if !yield(e, nil) {
					return
				}
			}
		}
		start := time.Now()
		if ids, err := other.Apply(t.Context(), edits); err != nil || len(ids) != n {
			t.Fatalf("apply: %d ids, %v", len(ids), err)
		}
		applied := time.Now()
		feed.await(t, want)
		t.Logf("round %d: applied in %v, told %v later", round, applied.Sub(start), time.Since(applied))
	}
}
