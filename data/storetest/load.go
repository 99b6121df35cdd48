package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

func testEndLoad(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(1)
	l := s.layer(t, "village")
	var edits []layers.Edit
	for range 3000 {
		edits = append(edits, insert("village", maker.Feature(l)))
	}
	apply(t, store, edits...)

	enough, n := errors.New("enough"), 0
	_, err := store.Load(t.Context(), func(*layers.Layer, *layers.Feature) error {
		if n++; n == 100 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 100 {
		t.Errorf("a load whose callee fails at 100 gave %v after %d", err, n)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := store.Load(ctx, func(*layers.Layer, *layers.Feature) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a load cancelled in the middle gave %v", err)
	}
	if got, _ := load(t, s, store); len(got) != 3000 {
		t.Errorf("then the store holds %d features", len(got))
	}
}

func testThousands(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(2), state{}
	var edits []layers.Edit
	for i := range 10_000 {
		l := s.catalog.Layers[i/50%len(s.catalog.Layers)] // runs of one layer
		edits = append(edits, insert(l.ID, maker.Feature(l)))
	}
	want.do(edits, apply(t, store, edits...))
	want.expect(t, s, s.store(t))
}

// testWriters has goroutines of two stores insert and edit what is their own.
func testWriters(t *testing.T, s *setting) {
	stores := []data.Store{s.store(t), s.store(t)}
	const writers = 6
	parts, errs := make([]state, writers), make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() { parts[w], errs[w] = write(t.Context(), s, stores[w%2], uint64(w)) })
	}
	wg.Wait()
	want, n := state{}, 0
	for w, part := range parts {
		if errs[w] != nil {
			t.Fatalf("writer %d: %v", w, errs[w])
		}
		n += len(part)
		for k, f := range part {
			want[k] = f
		}
	}
	if len(want) != n {
		t.Fatalf("%d features have %d ids", n, len(want))
	}
	want.expect(t, s, stores[0])
}

func write(ctx context.Context, s *setting, store data.Store, seed uint64) (state, error) {
	maker, st := NewMaker(10+seed), state{}
	for round := range 20 {
		var edits []layers.Edit
		for i := range 15 {
			l := s.catalog.Layers[(round+i)%len(s.catalog.Layers)]
			edits = append(edits, insert(l.ID, maker.Feature(l)))
		}
		ids, err := tryApply(ctx, store, edits...)
		if err != nil {
			return nil, err
		}
		st.do(edits, ids)
		edits = []layers.Edit{remove(edits[0].Layer, ids[0])}
		l, _ := s.catalog.Layer(s.catalog.Layers[(round+1)%len(s.catalog.Layers)].ID)
		edits = append(edits, update(l.ID, ids[1], maker.Feature(l)))
		if ids, err = tryApply(ctx, store, edits...); err != nil {
			return nil, err
		}
		st.do(edits, ids)
	}
	return st, nil
}

// testCrossing has two writers put the same features in opposite orders, which
// makes stores that lock rows wait for each other in a circle.
func testCrossing(t *testing.T, s *setting) {
	stores, maker := []data.Store{s.store(t), s.store(t)}, NewMaker(3)
	l := s.layer(t, "road")
	const n, rounds = 30, 10
	var up, down []layers.Edit
	for i := range int64(n) {
		up = append(up, put("road", i+1, maker.Feature(l)))
		down = append(down, put("road", n-i, maker.Feature(l)))
	}
	apply(t, stores[0], up...)
	errs := make(chan error, 2)
	for i, edits := range [][]layers.Edit{up, down} {
		go func() {
			for range rounds {
				if _, err := tryApply(t.Context(), stores[i], edits...); err != nil {
					errs <- fmt.Errorf("writer %d: %w", i, err)
					return
				}
			}
			errs <- nil
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	ups, downs := state{}, state{}
	ups.do(up, idsOf(up))
	downs.do(down, idsOf(down))
	got, _ := load(t, s, stores[0])
	if a, b := ups.diff(got), downs.diff(got); a != "" && b != "" {
		t.Errorf("what is left is of neither writer alone: %s; %s", a, b)
	}
}

func idsOf(edits []layers.Edit) []int64 {
	ids := make([]int64, len(edits))
	for i, e := range edits {
		ids[i] = e.Feature.ID
	}
	return ids
}

func testClose(t *testing.T, s *setting) {
	store, maker := s.open(), NewMaker(4)
	l := s.layer(t, "village")
	_, cursor := load(t, s, store)
	ended := make(chan error, 1)
	go func() {
		ended <- store.Follow(t.Context(), cursor, func(data.Batch) error { return nil })
	}()
	if err := store.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := store.Close(); err != nil {
		t.Errorf("a second close: %v", err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a feed of a closed store ends without an error")
		}
	case <-time.After(patience):
		t.Fatal("a feed of a closed store does not end")
	}
	if _, err := store.Apply(t.Context(), data.Edits(insert("village", maker.Feature(l)))); err == nil {
		t.Error("a closed store applies")
	}
	if _, err := store.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { return nil }); err == nil {
		t.Error("a closed store loads")
	}
}

// testLoadLayers loads some layers, with the cursor of all.
func testLoadLayers(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(21)
	for _, l := range s.catalog.Layers {
		apply(t, store, insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l)))
	}
	all, cursor := load(t, s, store)
	some, want := state{}, state{}
	for k, f := range all {
		if k.layer == "village" || k.layer == "river" {
			want[k] = f
		}
	}
	at, err := store.LoadLayers(t.Context(), []string{"river", "village", "castle"}, func(l *layers.Layer, f *layers.Feature) error {
		some[key{l.ID, f.ID}] = clone(f)
		return nil
	})
	if err != nil || len(want) != 4 {
		t.Fatalf("%d features are wanted: %v", len(want), err)
	}
	if d := want.diff(some); d != "" {
		t.Error(d)
	}
	if at != cursor {
		t.Errorf("the cursor is %q, not %q", at, cursor)
	}
}
