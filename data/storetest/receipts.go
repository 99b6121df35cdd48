package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// writingWith is a writing with a key, which answers with the ids.
func writingWith(actor, key, request string, edits ...layers.Edit) data.Writing {
	return data.Writing{
		Edits:   data.Edits(edits...),
		Receipt: &data.Receipt{Actor: actor, Key: key, Request: request},
		Answer:  func(ids []int64) ([]byte, error) { return fmt.Append(nil, ids), nil },
	}
}

func testReceipts(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(31), state{}
	l := s.layer(t, "village")
	if _, err := store.Receipt(t.Context(), "", "a"); !errors.Is(err, data.ErrNoReceipt) {
		t.Errorf("a key that nobody used: %v", err)
	}
	edits := []layers.Edit{insert(l.ID, maker.Feature(l))}
	ids, err := store.Write(t.Context(), writingWith("", "a", "sum", edits...))
	if err != nil {
		t.Fatal(err)
	}
	want.do(edits, ids)
	for name, by := range map[string]data.Store{"the same store": store, "another store": s.store(t)} {
		r, err := by.Receipt(t.Context(), "", "a")
		if err != nil || r.Request != "sum" || string(r.Answer) != fmt.Sprint(ids) || r.Time.IsZero() {
			t.Errorf("%s has the receipt %+v, %v", name, r, err)
		}
		_, err = by.Write(t.Context(), writingWith("", "a", "other", insert(l.ID, maker.Feature(l))))
		before, ok := errors.AsType[*data.WrittenError](err)
		if !ok || string(before.Answer) != fmt.Sprint(ids) || before.Request != "sum" {
			t.Errorf("%s writes again: %v", name, err)
		}
	}
	want.expect(t, s, store)

	// Another actor's key is another one, and so is one whose writing came to nothing.
	edits = []layers.Edit{insert(l.ID, maker.Feature(l))}
	if ids, err = store.Write(t.Context(), writingWith("u1", "a", "sum", edits...)); err != nil {
		t.Fatal(err)
	}
	want.do(edits, ids)
	if _, err := store.Write(t.Context(), writingWith("", "b", "sum", remove(l.ID, 99999))); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("a writing that is refused: %v", err)
	}
	if _, err := store.Receipt(t.Context(), "", "b"); !errors.Is(err, data.ErrNoReceipt) {
		t.Errorf("the receipt of a writing that was refused: %v", err)
	}
	edits = []layers.Edit{insert(l.ID, maker.Feature(l))}
	if ids, err = store.Write(t.Context(), writingWith("", "b", "sum", edits...)); err != nil {
		t.Fatal(err)
	}
	want.do(edits, ids)
	for name, w := range map[string]data.Writing{
		"no key":         writingWith("", "", ""),
		"a long key":     writingWith("", strings.Repeat("k", data.MostKey+1), ""),
		"a key with NUL": writingWith("", "a\x00", ""),
	} {
		if _, err := store.Write(t.Context(), w); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want.expect(t, s, store)
}

// testReceiptsAtOnce sends one writing many times at once, through two stores.
func testReceiptsAtOnce(t *testing.T, s *setting) {
	store, other, maker := s.store(t), s.store(t), NewMaker(32)
	l := s.layer(t, "road")
	f := maker.Feature(l)
	id := apply(t, store, insert(l.ID, f))[0]
	edits := []layers.Edit{based(update(l.ID, id, maker.Feature(l)), seen(t, l, f)), insert(l.ID, maker.Feature(l))}
	var done, again atomic.Int32
	var writers sync.WaitGroup
	for i := range 8 {
		by := store
		if i%2 == 0 {
			by = other
		}
		writers.Go(func() {
			_, err := by.Write(t.Context(), writingWith("u1", "once", "sum", edits...))
			if before, ok := errors.AsType[*data.WrittenError](err); ok && strings.HasPrefix(string(before.Answer), "[") {
				again.Add(1)
			} else if err != nil {
				t.Error(err)
			} else {
				done.Add(1)
			}
		})
	}
	writers.Wait()
	if done.Load() != 1 || again.Load() != 7 {
		t.Errorf("%d writings came to pass, and %d were told so", done.Load(), again.Load())
	}
	if st, _ := load(t, s, store); len(st) != 2 {
		t.Errorf("there are %d features, not 2", len(st))
	}
}
