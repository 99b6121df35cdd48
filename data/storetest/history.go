package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

var wang = data.Authorship{Actor: "u1", Name: "王小明", Origin: data.FromPage, Reason: "核实了“宽度”", Batch: "b1"}

// sign writes edits under a name.
func sign(t *testing.T, store data.Store, by data.Authorship, edits ...layers.Edit) []int64 {
	t.Helper()
	ids, err := store.Write(t.Context(), data.Writing{Edits: data.Edits(edits...), By: by})
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return ids
}

// pasts are the changes that a question asks for.
func pasts(t *testing.T, store data.Store, q data.PastQuery) []*data.Past {
	t.Helper()
	var list []*data.Past
	err := store.Pasts(t.Context(), q, func(p *data.Past) error { list = append(list, p); return nil })
	if err != nil {
		t.Fatalf("history: %v", err)
	}
	return list
}

// testHistory makes one change of each kind of every layer.
func testHistory(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(31)
	for _, l := range s.catalog.Layers {
		first, second := maker.Feature(l), maker.Feature(l)
		if second.Geometry == nil { // which an update leaves
			second.Geometry = first.Geometry
		}
		before := time.Now().Add(-time.Second)
		id := sign(t, store, wang, insert(l.ID, first))[0]
		sign(t, store, data.Authorship{Actor: "u2", Origin: data.FromAPI}, update(l.ID, id, second))
		sign(t, store, wang, remove(l.ID, id))
		list := pasts(t, store, data.PastQuery{Layers: []string{l.ID}, Geometry: true, OldestFirst: true})
		if len(list) == 2 { // the two features were the same
			continue
		}
		if len(list) != 3 {
			t.Fatalf("layer %s: %d changes, not 3", l.ID, len(list))
		}
		for i, p := range list {
			if p.Layer != l.ID || p.ID != id || p.Op != []layers.Op{layers.Insert, layers.Update, layers.Delete}[i] {
				t.Errorf("change %d is %v of %s %d", i, p.Op, p.Layer, p.ID)
			}
			if by := []data.Authorship{wang, {Actor: "u2", Origin: data.FromAPI}, wang}[i]; p.By != by {
				t.Errorf("change %d is by %+v, not %+v", i, p.By, by)
			}
			if p.At.Before(before) || p.At.After(time.Now().Add(time.Second)) || p.At.Location() != time.UTC {
				t.Errorf("change %d was at %v", i, p.At)
			}
			if i > 0 && (p.Seq <= list[i-1].Seq || p.Writing == list[i-1].Writing || p.Place <= list[i-1].Place) {
				t.Errorf("change %d does not come after the one before: %+v", i, p)
			}
		}
		expectWhole(t, l, list[0].After, list[0].GeometryAfter, first)
		expectWhole(t, l, list[2].Before, list[2].GeometryBefore, second)
		if list[0].Before != nil || list[0].GeometryBefore != nil || list[2].After != nil || list[2].GeometryAfter != nil {
			t.Errorf("layer %s: an insert has a before, or a delete an after", l.ID)
		}
		expectDifference(t, l, list[1], first, second)
	}
}

// expectWhole fails unless cells are all of a feature but its nulls.
func expectWhole(t *testing.T, l *layers.Layer, cells map[string]layers.Value, g orb.Geometry, f layers.Feature) {
	t.Helper()
	n := 0
	for i, v := range f.Values {
		if v.IsNull() {
			continue
		}
		n++
		if got := cells[l.Fields[i].ID]; got != v {
			t.Errorf("layer %s: %s is %#v, not %#v", l.ID, l.Fields[i].ID, got.Any(), v.Any())
		}
	}
	if len(cells) != n {
		t.Errorf("layer %s: %d values, not %d", l.ID, len(cells), n)
	}
	if !sameGeometry(g, f.Geometry) {
		t.Errorf("layer %s: geometry %v, not %v", l.ID, g, f.Geometry)
	}
}

func sameGeometry(a, b orb.Geometry) bool {
	return (a == nil) == (b == nil) && (a == nil || orb.Equal(a, b))
}

// expectDifference fails unless a change is what differs between two features.
func expectDifference(t *testing.T, l *layers.Layer, p *data.Past, first, second layers.Feature) {
	t.Helper()
	for i := range l.Fields {
		id := l.Fields[i].ID
		was, before := p.Before[id]
		is, after := p.After[id]
		if differs := first.Values[i] != second.Values[i]; before != differs || after != differs {
			t.Errorf("layer %s: %s from %v to %v is told: %v", l.ID, id, first.Values[i], second.Values[i], before)
		} else if differs && (was != first.Values[i] || is != second.Values[i]) {
			t.Errorf("layer %s: %s went from %v to %v, not from %v to %v", l.ID, id, first.Values[i], second.Values[i], was, is)
		}
	}
	if sameGeometry(first.Geometry, second.Geometry) {
		if p.Moved() {
			t.Errorf("layer %s: the geometry stayed, and is told", l.ID)
		}
	} else if !sameGeometry(p.GeometryBefore, first.Geometry) || !sameGeometry(p.GeometryAfter, second.Geometry) {
		t.Errorf("layer %s: the geometry went from %v to %v", l.ID, p.GeometryBefore, p.GeometryAfter)
	}
}

// testNoHistory does what changes nothing.
func testNoHistory(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(32)
	l := s.layer(t, "village")
	f := maker.Feature(l)
	id := sign(t, store, wang, insert("village", f))[0]
	sign(t, store, wang, update("village", id, f), put("village", id, f), layers.Edit{
		Op: layers.Update, Layer: "village", Feature: withID(f, id), Set: []int{},
	})
	_, err := store.Write(t.Context(), data.Writing{
		Edits: data.Edits(insert("village", maker.Feature(l)), remove("village", 99999)), By: wang,
	})
	if !errors.Is(err, data.ErrNotFound) {
		t.Fatal(err)
	}
	if list := pasts(t, store, data.PastQuery{}); len(list) != 1 {
		t.Errorf("%d changes, not 1", len(list))
	}
	_, err = store.Write(t.Context(), data.Writing{
		Edits: data.Edits(remove("village", id)), By: data.Authorship{Reason: strings.Repeat("x", data.MostReason+1)},
	})
	if !errors.Is(err, data.ErrInvalid) {
		t.Errorf("too long a reason: %v", err)
	}
}

// testFindHistory asks by each thing that a question may name.
func testFindHistory(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(33)
	l := s.layer(t, "village")
	here, there := maker.Feature(l), maker.Feature(l)
	for field, codes := range map[string][2]string{
		"code": {"611002001001", "611003001001"}, "town": {"611002001", "611003001"}, "county": {"611002", "611003"},
	} {
		here.Values[l.Field(field)], there.Values[l.Field(field)] = layers.Text(codes[0]), layers.Text(codes[1])
	}
	moved := clone(&here)
	moved.Values[l.Field("county")], moved.Values[l.Field("code")] = layers.Text("611003"), layers.Text("611002001001")
	li := data.Authorship{Actor: "u2", Origin: data.FromImport, Batch: "import-7"}
	ids := sign(t, store, wang, insert("village", here), insert("village", there))
	early := time.Now()
	waitTick()
	sign(t, store, li, update("village", ids[0], moved, l.Field("county")))
	sign(t, store, wang, insert("river", maker.Feature(s.layer(t, "river"))))
	waitTick()
	late := time.Now()
	sign(t, store, data.Authorship{}, remove("village", ids[1]))

	all := pasts(t, store, data.PastQuery{OldestFirst: true})
	if len(all) != 5 {
		t.Fatalf("%d changes, not 5", len(all))
	}
	if p := all[4]; p.By.Origin != data.FromOutside || p.By.Actor == "" || p.By.Name != "" {
		t.Errorf("who told nothing of himself is %+v", p.By)
	}
	for _, c := range []struct {
		name string
		q    data.PastQuery
		want []int
	}{
		{"all", data.PastQuery{}, []int{4, 3, 2, 1, 0}},
		{"a layer", data.PastQuery{Layers: []string{"river"}}, []int{3}},
		{"no layer", data.PastQuery{Layers: []string{}}, nil},
		{"a feature", data.PastQuery{Layers: []string{"village"}, ID: ids[0]}, []int{2, 0}},
		{"a county", data.PastQuery{Areas: []string{"611003"}}, []int{4, 2, 1}},
		{"a county left", data.PastQuery{Areas: []string{"611002"}}, []int{2, 0}},
		{"a town", data.PastQuery{Areas: []string{"611002001", "x"}}, []int{2, 0}},
		{"a part of a code", data.PastQuery{Areas: []string{"11002"}}, nil},
		{"a person", data.PastQuery{Actor: "u1"}, []int{3, 1, 0}},
		{"an origin", data.PastQuery{Origin: data.FromImport}, []int{2}},
		{"a batch", data.PastQuery{Batch: "import-7"}, []int{2}},
		{"a writing", data.PastQuery{Writing: all[0].Writing}, []int{1, 0}},
		{"since", data.PastQuery{Since: late}, []int{4}},
		{"until", data.PastQuery{Until: early}, []int{1, 0}},
		{"a page", data.PastQuery{Before: all[3].Seq, Most: 2}, []int{2, 1}},
		{"after", data.PastQuery{After: all[2].Seq, OldestFirst: true}, []int{3, 4}},
		{"numbers", data.PastQuery{Seqs: []int64{all[1].Seq, all[4].Seq}}, []int{4, 1}},
		{"text as it is", data.PastQuery{Actor: "u1' OR 1=1 --"}, nil},
	} {
		var want []int64
		for _, i := range c.want {
			want = append(want, all[i].Seq)
		}
		var got []int64
		for _, p := range pasts(t, store, c.q) {
			got = append(got, p.Seq)
			if p.Moved() {
				t.Errorf("%s: a geometry that nobody asked for", c.name)
			}
			if p.Seq == all[2].Seq && p.Remade || p.Seq == all[3].Seq && !p.Remade {
				t.Errorf("%s: change %d tells that the geometry changed: %v", c.name, p.Seq, p.Remade)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: changes %v, not %v", c.name, got, want)
		}
	}
	expectTallies(t, store, data.PastQuery{}, "2 insert village", "1 update village", "1 insert river", "1 delete village")
	expectTallies(t, store, data.PastQuery{Layers: []string{"village"}, Most: 2}, "1 update village", "1 delete village")
	expectTallies(t, store, data.PastQuery{Before: all[2].Writing}, "2 insert village")
	expectTallies(t, store, data.PastQuery{Areas: []string{"611003"}, Actor: "u1"}, "1 insert village")
	enough := errors.New("enough")
	if err := store.Pasts(t.Context(), data.PastQuery{}, func(*data.Past) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("an error of the callee came back as %v", err)
	}
}

// expectTallies fails unless the counts, the oldest first, are those.
func expectTallies(t *testing.T, store data.Store, q data.PastQuery, want ...string) {
	t.Helper()
	list, err := store.Tallies(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range slices.Backward(list) {
		got = append(got, fmt.Sprintf("%d %s %s", c.Count, data.OpName(c.Op), c.Layer))
		if c.At.IsZero() || c.By.Origin == "" || c.ID == 0 {
			t.Errorf("a count tells not whose it is: %+v", c)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v: %v, not %v", q, got, want)
	}
}

// waitTick lets the clock move on by more than stores tell apart.
func waitTick() {
	for start := time.Now(); time.Since(start) < 3*time.Millisecond; {
		time.Sleep(time.Millisecond)
	}
}

// testEarlierStates has many writers at once make random edits, in rounds. Between rounds nothing is under way: there the
// state is known, and stays known as that of its moment.
func testEarlierStates(t *testing.T, s *setting) {
	stores := []data.Store{s.store(t), s.store(t)}
	type moment struct {
		at    time.Time
		state state
	}
	moments := []moment{{time.Now().Add(-time.Hour), state{}}}
	for round := range 12 {
		var writers sync.WaitGroup
		errs := make(chan error, 4)
		for w := range 4 {
			writers.Go(func() { errs <- scrawl(t.Context(), s, stores[w%2], uint64(round*4+w)) })
		}
		writers.Wait()
		for range 4 {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		waitTick()
		now, _ := load(t, s, stores[0])
		moments = append(moments, moment{time.Now(), now})
		waitTick()
	}
	last := moments[len(moments)-1].state
	if d := last.diff(replay(t, s, stores[0])); d != "" {
		t.Errorf("the history, replayed, differs from what is there: %s", d)
	}
	for i, m := range moments {
		got := state{}
		ids := s.catalog.IDs()
		if err := stores[i%2].LoadAt(t.Context(), ids, m.at, func(l *layers.Layer, f *layers.Feature) error {
			got[key{l.ID, f.ID}] = clone(f)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if d := m.state.diff(got); d != "" {
			t.Errorf("the state at moment %d, of %d features, differs: %s", i, len(m.state), d)
		}
	}
	if err := stores[0].LoadAt(t.Context(), []string{"county"}, moments[5].at, func(l *layers.Layer, _ *layers.Feature) error {
		if l.ID != "county" {
			t.Errorf("asked for counties, got layer %s", l.ID)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// scrawl makes some writings, each of random edits of ids 1 to 12 of three layers, in ascending order.
func scrawl(ctx context.Context, s *setting, store data.Store, seed uint64) error {
	r, maker := rand.New(rand.NewPCG(seed, 41)), NewMaker(seed+1000)
	for range 4 {
		var edits []layers.Edit
		for _, id := range []string{"county", "river", "road"} {
			l, _ := s.catalog.Layer(id)
			for feature := int64(1 + r.IntN(4)); feature <= 12; feature += int64(1 + r.IntN(6)) {
				edits = append(edits, put(id, feature, maker.Feature(l)))
				switch r.IntN(4) {
				case 0:
					edits = append(edits, remove(id, feature))
				case 1:
					edits = append(edits, update(id, feature, maker.Feature(l), r.IntN(len(l.Fields))))
				}
			}
		}
		if _, err := store.Write(ctx, data.Writing{Edits: data.Edits(edits...), By: wang}); err != nil {
			return err
		}
	}
	return nil
}

// replay is what the whole history makes of nothing.
func replay(t *testing.T, s *setting, store data.Store) state {
	t.Helper()
	st := state{}
	for _, p := range pasts(t, store, data.PastQuery{OldestFirst: true, Geometry: true}) {
		k, l := key{p.Layer, p.ID}, s.layer(t, p.Layer)
		f, there := st[k]
		if there != (p.Op != layers.Insert) {
			t.Fatalf("change %d: operation %d on a feature that is there: %v", p.Seq, p.Op, there)
		}
		switch p.Op {
		case layers.Delete:
			delete(st, k)
			continue
		case layers.Insert:
			f = layers.Feature{ID: p.ID, Values: make([]layers.Value, len(l.Fields))}
		}
		f = clone(&f)
		for i := range l.Fields {
			if v, ok := p.After[l.Fields[i].ID]; ok {
				f.Values[i] = v
			}
		}
		if p.Moved() {
			f.Geometry = p.GeometryAfter
		}
		st[k] = f
	}
	return st
}

// testLargeHistory writes more than goes the ordinary way at once.
func testLargeHistory(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(35), state{}
	l := s.layer(t, "water")
	var edits []layers.Edit
	for range 3000 {
		edits = append(edits, insert("water", maker.Feature(l)))
	}
	ids := sign(t, store, wang, edits...)
	want.do(edits, ids)
	before := copied(want)
	waitTick()
	at := time.Now()
	waitTick()
	edits = nil
	for i, id := range ids {
		switch i % 3 {
		case 0:
			edits = append(edits, put("water", id, maker.Feature(l)))
		case 1:
			edits = append(edits, update("water", id, maker.Feature(l), 1, 2))
		default:
			edits = append(edits, remove("water", id))
		}
	}
	want.do(edits, sign(t, store, wang, edits...))
	if d := want.diff(replay(t, s, store)); d != "" {
		t.Errorf("the history, replayed, differs: %s", d)
	}
	got := state{}
	if err := store.LoadAt(t.Context(), []string{"water"}, at, func(l *layers.Layer, f *layers.Feature) error {
		got[key{l.ID, f.ID}] = clone(f)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if d := before.diff(got); d != "" {
		t.Errorf("the state before differs: %s", d)
	}
}

func copied(st state) state {
	out := state{}
	for k, f := range st {
		out[k] = clone(&f)
	}
	return out
}
