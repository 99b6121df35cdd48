package storetest

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// seen is the base of who saw a feature in some fields, all of them where none is named.
func seen(t *testing.T, l *layers.Layer, f layers.Feature, fields ...string) *layers.Base {
	t.Helper()
	shape, err := geo.NewShape(f.Geometry)
	if err != nil {
		t.Fatal(err)
	}
	if len(fields) == 0 {
		fields = l.StoredFields()
	}
	var list []layers.Field
	var at []int
	for i := range l.Fields {
		if slices.Contains(fields, l.Fields[i].ID) {
			list, at = append(list, l.Fields[i]), append(at, i)
		}
	}
	digest := layers.DigestOf(list, func(i int) layers.Value { return f.Values[at[i]] }, shape)
	return &layers.Base{Fields: fields, Digest: digest}
}

func based(e layers.Edit, b *layers.Base) layers.Edit { e.Base = b; return e }

// testBases edits features of every layer by the state that they are in, by another one, and where they are gone.
func testBases(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(21), state{}
	for _, l := range s.catalog.Layers {
		edits := []layers.Edit{insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l)), insert(l.ID, maker.Feature(l))}
		ids := apply(t, store, edits...)
		want.do(edits, ids)
		now := func(i int) *layers.Base { return seen(t, l, want[key{l.ID, ids[i]}]) }

		stale := now(0)
		edits = []layers.Edit{
			based(update(l.ID, ids[0], maker.Feature(l)), now(0)),
			based(put(l.ID, ids[1], maker.Feature(l)), now(1)),
			based(update(l.ID, ids[2], maker.Feature(l)), &layers.Base{}),
		}
		want.do(edits, apply(t, store, edits...))
		for name, e := range map[string]layers.Edit{
			"an update": based(update(l.ID, ids[0], maker.Feature(l)), stale),
			"a put":     based(put(l.ID, ids[0], maker.Feature(l)), stale),
			"a delete":  based(remove(l.ID, ids[0]), stale),
		} {
			_, err := store.Apply(t.Context(), data.Edits(insert(l.ID, maker.Feature(l)), based(remove(l.ID, ids[1]), now(1)), e))
			refused, ok := errors.AsType[*data.EditError](err)
			if !ok || !errors.Is(err, data.ErrChanged) || refused.Index != 2 || refused.ID != ids[0] || refused.Current == nil {
				t.Fatalf("layer %s: %s of a state that is gone: %v", l.ID, name, err)
			}
			if d := differ(want[key{l.ID, ids[0]}], *refused.Current); d != "" {
				t.Errorf("layer %s: %s is told of another state: %s", l.ID, name, d)
			}
		}
		want.expect(t, s, store)

		// A batch whose edits build upon each other.
		next := maker.Feature(l)
		edits = []layers.Edit{put(l.ID, ids[0], next), based(remove(l.ID, ids[0]), seen(t, l, next))}
		want.do(edits, apply(t, store, edits...))
		_, err := store.Apply(t.Context(), data.Edits(based(put(l.ID, ids[0], next), &layers.Base{})))
		if refused, ok := errors.AsType[*data.EditError](err); !ok || !errors.Is(err, data.ErrNotFound) || refused.ID != ids[0] {
			t.Errorf("layer %s: a put of what is gone: %v", l.ID, err)
		}
		if _, err := store.Apply(t.Context(), data.Edits(based(insert(l.ID, next), &layers.Base{}))); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("layer %s: an insert with a base: %v", l.ID, err)
		}
	}
	want.expect(t, s, store)
}

// testBaseFields has somebody edit who sees two fields of a village.
func testBaseFields(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(22), state{}
	l := s.layer(t, "village")
	name, note := l.Field("name"), l.Field("note")
	first := []layers.Edit{insert(l.ID, maker.Feature(l))}
	ids := apply(t, store, first...)
	want.do(first, ids)
	at := key{l.ID, ids[0]}
	mine := seen(t, l, want[at], "name", "population")

	hidden := update(l.ID, ids[0], layers.Feature{Values: slices.Clone(want[at].Values)}, note)
	hidden.Feature.Values[note] = layers.Text("别人改的备注")
	edits := []layers.Edit{hidden}
	want.do(edits, apply(t, store, edits...))

	named := update(l.ID, ids[0], layers.Feature{Values: slices.Clone(want[at].Values)}, name)
	named.Feature.Values[name] = layers.Text("新名")
	edits = []layers.Edit{based(named, mine)}
	want.do(edits, apply(t, store, edits...))
	want.expect(t, s, store)
	if _, err := store.Apply(t.Context(), data.Edits(based(named, mine))); !errors.Is(err, data.ErrChanged) {
		t.Errorf("an edit of a field that its editor sees, and that has changed: %v", err)
	}
}

// testBasesAtOnce has editors who saw one state write at once, through two stores.
func testBasesAtOnce(t *testing.T, s *setting) {
	store, other, maker := s.store(t), s.store(t), NewMaker(23)
	l := s.layer(t, "road")
	for round := range 5 {
		f := maker.Feature(l)
		id := apply(t, store, insert(l.ID, f))[0]
		base := seen(t, l, f)
		var done, refused atomic.Int32
		var editors sync.WaitGroup
		for i := range 8 {
			by, next := store, maker.Feature(l)
			if i%2 == 0 {
				by = other
			}
			editors.Go(func() {
				switch _, err := tryApply(t.Context(), by, based(update(l.ID, id, next), base)); {
				case err == nil:
					done.Add(1)
				case errors.Is(err, data.ErrChanged):
					refused.Add(1)
				default:
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		editors.Wait()
		if done.Load() != 1 || refused.Load() != 7 {
			t.Errorf("round %d: %d edits were done and %d refused", round, done.Load(), refused.Load())
		}
	}
}

func testUnplace(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(24), state{}
	l := s.layer(t, "village")
	f := maker.Feature(l)
	f.Geometry = orb.Point{110, 33}
	edits := []layers.Edit{insert(l.ID, f), insert(l.ID, f)}
	edits[1].Feature.Values = slices.Clone(f.Values)
	edits[1].Feature.Values[l.Field("code")] = layers.Text("611099001001")
	ids := apply(t, store, edits...)
	want.do(edits, ids)
	away := update(l.ID, ids[0], layers.Feature{Values: f.Values})
	away.Set, away.Unplace = []int{}, true
	edits = []layers.Edit{away, {Op: layers.Update, Layer: l.ID, Feature: withID(edits[1].Feature, ids[1]), Set: []int{}}}
	want.do(edits, apply(t, store, edits...))
	if want[key{l.ID, ids[0]}].Geometry != nil {
		t.Fatal("the test means to take a geometry away")
	}
	want.expect(t, s, store)
	away.Feature.Geometry = orb.Point{110, 33}
	if _, err := store.Apply(t.Context(), data.Edits(away)); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("an update that gives a geometry and takes it away: %v", err)
	}
}
