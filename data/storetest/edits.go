package storetest

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

func testEmpty(t *testing.T, s *setting) {
	store := s.store(t)
	st, cursor := load(t, s, store)
	if len(st) != 0 {
		t.Errorf("an empty store holds %d features", len(st))
	}
	if cursor == "" {
		t.Error("the cursor is empty")
	}
	if ids := apply(t, store); len(ids) != 0 {
		t.Errorf("no edits gave ids %v", ids)
	}
}

// testRoundTrip writes some of every layer through one store and reads them
// through it, through another one and after reopening.
func testRoundTrip(t *testing.T, s *setting) {
	maker, want := NewMaker(1), state{}
	store := s.open()
	defer store.Close()
	for _, l := range s.catalog.Layers {
		var edits []layers.Edit
		for range 150 {
			edits = append(edits, insert(l.ID, maker.Feature(l)))
		}
		empty := layers.Feature{Values: make([]layers.Value, len(l.Fields))}
		for i := range l.Fields {
			if l.Fields[i].Required {
				empty.Values[i] = maker.Value(&l.Fields[i])
			}
		}
		edits = append(edits, insert(l.ID, empty))
		want.do(edits, apply(t, store, edits...))
	}
	want.expect(t, s, store)
	want.expect(t, s, s.store(t))
	if err := store.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	want.expect(t, s, s.store(t))
}

func testTexts(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(1), state{}
	l := s.layer(t, "water")
	var edits []layers.Edit
	for _, text := range awkwardTexts {
		f := maker.Feature(l)
		f.Values[l.Field("name")], f.Values[l.Field("note")] = layers.Text(text), layers.Text(text)
		edits = append(edits, insert("water", f))
	}
	ids := apply(t, store, edits...)
	want.do(edits, ids)
	want.expect(t, s, store)

	// A lone edit may take another way into the store than a run of inserts.
	for i := range edits {
		edits[i] = put("water", ids[i], edits[len(edits)-1-i].Feature)
	}
	want.do(edits, apply(t, store, edits...))
	want.expect(t, s, store)
}

func testUpdate(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(2), state{}
	for _, l := range s.catalog.Layers {
		var edits []layers.Edit
		for range 4 {
			edits = append(edits, insert(l.ID, maker.Feature(l)))
		}
		ids := apply(t, store, edits...)
		want.do(edits, ids)

		some, nothing, placed, whole := maker.Feature(l), maker.Feature(l), maker.Feature(l), maker.Feature(l)
		some.Geometry, nothing.Geometry = nil, nil
		edits = []layers.Edit{
			update(l.ID, ids[0], some, len(l.Fields)-1, 0),
			{Op: layers.Update, Layer: l.ID, Feature: withID(nothing, ids[1]), Set: []int{}},
			{Op: layers.Update, Layer: l.ID, Feature: withID(placed, ids[2]), Set: []int{}},
			update(l.ID, ids[3], whole),
		}
		want.do(edits, apply(t, store, edits...))
	}
	want.expect(t, s, store)
}

func withID(f layers.Feature, id int64) layers.Feature { f.ID = id; return f }

func testPut(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(3), state{}
	for _, l := range s.catalog.Layers {
		first := []layers.Edit{put(l.ID, 7, maker.Feature(l)), put(l.ID, 9, maker.Feature(l))}
		want.do(first, apply(t, store, first...))
		bare := maker.Feature(l)
		bare.Geometry = nil
		second := []layers.Edit{put(l.ID, 9, bare), put(l.ID, 8, maker.Feature(l)), put(l.ID, 8, maker.Feature(l))}
		want.do(second, apply(t, store, second...))
	}
	want.expect(t, s, store)
}

func testDelete(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(4), state{}
	for _, l := range s.catalog.Layers {
		edits := []layers.Edit{insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l))}
		ids := apply(t, store, edits...)
		want.do(edits, ids)
		edits = []layers.Edit{remove(l.ID, ids[1])}
		want.do(edits, apply(t, store, edits...))
	}
	want.expect(t, s, store)
}

func testIDs(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(5)
	l := s.layer(t, "village")
	one := func() layers.Edit { return insert("village", maker.Feature(l)) }
	ids := apply(t, store, one(), one(), one())
	if ids[0] < 1 || !slices.IsSorted(ids) || ids[0] == ids[1] || ids[1] == ids[2] {
		t.Errorf("three inserts got the ids %v", ids)
	}

	explicit := one()
	explicit.Feature.ID = ids[2] + 1000
	if got := apply(t, store, one(), explicit, one()); got[1] != explicit.Feature.ID || got[2] <= got[1] {
		t.Errorf("inserts with ids 0, %d, 0 got %v", explicit.Feature.ID, got)
	} else if got[0] <= ids[2] {
		t.Errorf("id %d was given after %d", got[0], ids[2])
	}
	if got := apply(t, store, put("village", ids[2]+5000, maker.Feature(l)), one()); got[1] <= got[0] {
		t.Errorf("after a put under %d an insert got %d", got[0], got[1])
	}

	last := apply(t, store, one())[0]
	apply(t, store, remove("village", last))
	if again := apply(t, s.store(t), one())[0]; again <= last {
		t.Errorf("id %d was given after %d had been, though deleted", again, last)
	}
}

// testSequence has edits of one batch build upon each other.
func testSequence(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(6), state{}
	l := s.layer(t, "village")
	code := l.Field("code")
	a, b, c := maker.Feature(l), maker.Feature(l), maker.Feature(l)
	b.Values[code] = a.Values[code] // free again once the first one is gone
	edits := []layers.Edit{
		insert("village", withID(a, 5)),
		update("village", 5, maker.Feature(l), l.Field("name")),
		remove("village", 5),
		insert("village", withID(b, 6)),
		put("village", 5, c),
		remove("village", 5),
		insert("village", withID(c, 5)),
		insert("county", withID(maker.Feature(s.layer(t, "county")), 5)),
	}
	edits[1].Feature.Geometry = orb.Point{110, 33}
	want.do(edits, apply(t, store, edits...))
	if len(want) != 3 {
		t.Fatalf("the test means to leave three features, not %d", len(want))
	}
	want.expect(t, s, store)
}
