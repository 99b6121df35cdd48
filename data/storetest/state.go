package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// patience is how long a test waits for what should take milliseconds.
const patience = time.Minute

type key struct {
	layer string
	id    int64
}

// state is what a store holds, as a test knows it.
type state map[key]layers.Feature

// Load is everything that a store holds, and the cursor.
func load(t *testing.T, s *setting, store data.Store) (state, data.Cursor) {
	t.Helper()
	st := state{}
	at, last := 0, int64(0)
	cursor, err := store.Load(t.Context(), func(l *layers.Layer, f *layers.Feature) error {
		i := slices.IndexFunc(s.catalog.Layers, func(c *layers.Layer) bool { return c.ID == l.ID })
		if i < at || i == at && f.ID <= last {
			return fmt.Errorf("%s %d comes after %s %d", l.ID, f.ID, s.catalog.Layers[at].ID, last)
		}
		at, last = i, f.ID
		st[key{l.ID, f.ID}] = clone(f)
		return nil
	})
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return st, cursor
}

func clone(f *layers.Feature) layers.Feature {
	return layers.Feature{ID: f.ID, Geometry: orb.Clone(f.Geometry), Values: slices.Clone(f.Values)}
}

// apply applies and gives the ids.
func apply(t *testing.T, store data.Store, edits ...layers.Edit) []int64 {
	t.Helper()
	ids, err := store.Apply(t.Context(), data.Edits(edits...))
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	if len(ids) != len(edits) {
		t.Fatalf("apply gave %d ids for %d edits", len(ids), len(edits))
	}
	return ids
}

// do makes the edits in the state as a store should, with the ids it gave.
func (st state) do(edits []layers.Edit, ids []int64) {
	for i, e := range edits {
		k := key{e.Layer, ids[i]}
		switch e.Op {
		case layers.Delete:
			delete(st, k)
		case layers.Update:
			f := st[k]
			f = clone(&f)
			for n, v := range e.Feature.Values {
				if data.Sets(&e, n) {
					f.Values[n] = v
				}
			}
			if data.Places(&e) {
				f.Geometry = e.Feature.Geometry
			}
			st[k] = f
		default:
			f := clone(&e.Feature)
			f.ID = ids[i]
			st[k] = f
		}
	}
}

// diff is the first difference between two states, or "".
func (st state) diff(got state) string {
	for k, want := range st {
		have, ok := got[k]
		if !ok {
			return fmt.Sprintf("%s %d is missing", k.layer, k.id)
		}
		if d := differ(want, have); d != "" {
			return fmt.Sprintf("%s %d: %s", k.layer, k.id, d)
		}
	}
	for k := range got {
		if _, ok := st[k]; !ok {
			return fmt.Sprintf("%s %d should not be there", k.layer, k.id)
		}
	}
	return ""
}

func differ(want, have layers.Feature) string {
	if want.ID != have.ID {
		return fmt.Sprintf("its id is %d", have.ID)
	}
	if (want.Geometry == nil) != (have.Geometry == nil) || want.Geometry != nil && !orb.Equal(want.Geometry, have.Geometry) {
		return fmt.Sprintf("geometry is %v, not %v", have.Geometry, want.Geometry)
	}
	if len(want.Values) != len(have.Values) {
		return fmt.Sprintf("%d values, not %d", len(have.Values), len(want.Values))
	}
	for i := range want.Values {
		if want.Values[i] != have.Values[i] {
			return fmt.Sprintf("value %d is %#v, not %#v", i, have.Values[i].Any(), want.Values[i].Any())
		}
	}
	return ""
}

// expect fails unless the store holds exactly the state.
func (st state) expect(t *testing.T, s *setting, store data.Store) {
	t.Helper()
	got, _ := load(t, s, store)
	if d := st.diff(got); d != "" {
		t.Fatalf("the store differs: %s", d)
	}
}

// tryApply is apply for goroutines, which may not end a test.
func tryApply(ctx context.Context, store data.Store, edits ...layers.Edit) ([]int64, error) {
	ids, err := store.Apply(ctx, data.Edits(edits...))
	if err == nil && len(ids) != len(edits) {
		err = fmt.Errorf("apply gave %d ids for %d edits", len(ids), len(edits))
	}
	return ids, err
}
