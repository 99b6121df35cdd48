package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// testRefusals offers each bad edit between good ones, as the first of a batch,
// after a run of inserts, and after other edits, since stores group them.
func testRefusals(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(1), state{}
	l := s.layer(t, "village")
	good := func() layers.Feature { return maker.Feature(l) }
	with := func(field string, v layers.Value) layers.Feature {
		f := good()
		f.Values[l.Field(field)] = v
		return f
	}
	placed := func(g orb.Geometry) layers.Feature {
		f := good()
		f.Geometry = g
		return f
	}
	there := []layers.Edit{
		insert("village", with("code", layers.Text("611002001001"))),
		insert("village", with("code", layers.Text("611002001002"))),
		insert("village", good()),
	}
	ids := apply(t, store, there...)
	want.do(there, ids)
	_, cursor := load(t, s, store)
	feed := follow(t, store, want, cursor)

	for _, c := range []struct {
		name  string
		edit  layers.Edit
		why   error
		field string
	}{
		{"an unknown layer", insert("castle", good()), data.ErrInvalid, ""},
		{"no operation", layers.Edit{Layer: "village", Feature: good()}, data.ErrInvalid, ""},
		{"too few values", insert("village", layers.Feature{}), data.ErrInvalid, ""},
		{"a negative id", insert("village", withID(good(), -3)), data.ErrInvalid, ""},
		{"a put without id", put("village", 0, good()), data.ErrInvalid, ""},
		{"an update of nothing", update("village", 999, good()), data.ErrNotFound, ""},
		{"an update without id", update("village", 0, good()), data.ErrNotFound, ""},
		{"an update that sets nothing of nothing", layers.Edit{
			Op:      layers.Update,
			Layer:   "village",
			Feature: withID(placed(nil), 999),
			Set:     []int{},
		}, data.ErrNotFound, ""},
		{"an update of no field", update("village", ids[0], good(), 999), data.ErrInvalid, ""},
		{"a delete of nothing", remove("village", 999), data.ErrNotFound, ""},
		{"an id that is taken", insert("village", withID(good(), ids[0])), data.ErrDuplicate, ""},
		{"an inserted code that is taken", insert("village", with("code", layers.Text("611002001002"))), data.ErrDuplicate, "code"},
		{"an updated code that is taken", update("village", ids[0], with("code", layers.Text("611002001002"))), data.ErrDuplicate, "code"},
		{"a put code that is taken", put("village", 998, with("code", layers.Text("611002001002"))), data.ErrDuplicate, "code"},
		{"a missing name", insert("village", with("name", layers.Null)), data.ErrInvalid, "name"},
		{"a name updated away", update("village", ids[0], with("name", layers.Null), l.Field("name")), data.ErrInvalid, "name"},
		{"a text for a number", put("village", ids[0], with("population", layers.Text("many"))), data.ErrInvalid, "population"},
		{"a number out of range", insert("village", with("insured_rate", layers.Float(100.5))), data.ErrInvalid, "insured_rate"},
		{"an unknown choice", insert("village", with("exit_status", layers.Text("maybe"))), data.ErrInvalid, "exit_status"},
		{"a bad code", insert("village", with("county", layers.Text("61100x"))), data.ErrInvalid, "county"},
		{"NUL in a text", insert("village", with("note", layers.Text("a\x00b"))), data.ErrInvalid, "note"},
		{"bytes of GBK in a text", insert("village", with("note", layers.Text("\xb4\xe5"))), data.ErrInvalid, "note"},
		{"a line for a point", insert("village", placed(orb.LineString{{110, 33}, {111, 34}})), data.ErrInvalid, "geometry"},
		{"an empty geometry", insert("village", placed(orb.MultiPoint{})), data.ErrInvalid, "geometry"},
		{"a line of one vertex", insert("road", roadAlong(s, orb.LineString{{110, 33}})), data.ErrInvalid, "geometry"},
		{
			"a ring that is open", insert("county", countyIn(s, orb.Polygon{{{110, 33}, {111, 33}, {111, 34}, {110, 34}}})), data.ErrInvalid,
			"geometry",
		},
		{"a ring of three vertices", insert("county", countyIn(s, orb.Polygon{{{110, 33}, {111, 33}, {110, 33}}})), data.ErrInvalid, "geometry"},
		{"a collection", insert("village", placed(orb.Collection{orb.Point{110, 33}})), data.ErrInvalid, "geometry"},
	} {
		for _, b := range []struct {
			where string
			at    int
			batch []layers.Edit
		}{
			{"first", 0, []layers.Edit{c.edit, insert("village", good())}},
			{"among inserts", 2, []layers.Edit{insert("village", good()), insert("village", good()), c.edit, insert("village", good())}},
			{"among others", 3, []layers.Edit{
				update("village", ids[2], good()), insert("village", good()), remove("village", ids[2]), c.edit,
				put("road", 3, roadAlong(s, nil)),
			}},
		} {
			_, err := store.Apply(t.Context(), data.Edits(b.batch...))
			e, ok := errors.AsType[*data.EditError](err)
			switch {
			case !ok:
				t.Errorf("%s, %s: error %v is no *data.EditError", c.name, b.where, err)
			case !errors.Is(e, c.why) || e.Layer != c.edit.Layer || e.Field != c.field,
				e.Index != -1 && (e.Index != b.at || e.ID != c.edit.Feature.ID):
				t.Errorf("%s, %s: error %#v (%v)", c.name, b.where, e, e)
			case strings.Contains(e.Error(), "611002001002") || strings.Contains(strings.ToLower(e.Error()), "constraint"):
				t.Errorf("%s, %s: error tells too much: %v", c.name, b.where, e)
			}
		}
		got, _ := load(t, s, store)
		if d := want.diff(got); d != "" {
			t.Fatalf("after %s: %s", c.name, d)
		}
	}
	feed.await(t, want)
}

func roadAlong(s *setting, g orb.Geometry) layers.Feature {
	l, _ := s.catalog.Layer("road")
	return layers.Feature{Geometry: g, Values: make([]layers.Value, len(l.Fields))}
}

func countyIn(s *setting, g orb.Geometry) layers.Feature {
	l, _ := s.catalog.Layer("county")
	f := layers.Feature{Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	f.Values[l.Field("code")], f.Values[l.Field("name")] = layers.Text("611002"), layers.Text("商州区")
	return f
}

// testSequenceError has the source of the edits fail half way.
func testSequenceError(t *testing.T, s *setting) {
	store, maker := s.store(t), NewMaker(2)
	l := s.layer(t, "village")
	broken := errors.New("row 1,500 cannot be read")
	pulled := 0
	_, err := store.Apply(t.Context(), func(yield func(layers.Edit, error) bool) {
		for range 1500 {
			if pulled++; !yield(insert("village", maker.Feature(l)), nil) {
				t.Error("the store stopped early")
				return
			}
		}
		if yield(layers.Edit{}, broken) {
			t.Error("the store asked for more after an error")
		}
	})
	if !errors.Is(err, broken) || pulled != 1500 {
		t.Errorf("after %d edits and an error of the sequence: %v", pulled, err)
	}
	state{}.expect(t, s, store)
}

func testCancelApply(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(3), state{}
	l := s.layer(t, "village")
	before := []layers.Edit{insert("village", maker.Feature(l))}
	want.do(before, apply(t, store, before...))

	for _, n := range []int{100, 2500} { // stores change their ways somewhere in between
		ctx, cancel := context.WithCancel(t.Context())
		edits := func(yield func(layers.Edit, error) bool) {
			for i := range 2 * n {
				if i == n {
					cancel()
				}
				if !yield(insert("village", maker.Feature(l)), nil) {
					return
				}
			}
		}
		if _, err := store.Apply(ctx, edits); !errors.Is(err, context.Canceled) {
			t.Errorf("an apply cancelled after %d edits gave %v", n, err)
		}
		if _, err := store.Apply(ctx, data.Edits(before...)); !errors.Is(err, context.Canceled) {
			t.Errorf("an apply cancelled before gave %v", err)
		}
	}
	want.expect(t, s, store)
	after := []layers.Edit{insert("village", maker.Feature(l))}
	want.do(after, apply(t, store, after...))
	want.expect(t, s, store)
}

// testRecords adds to a layer that is a record, and tries to change it.
func testRecords(t *testing.T, s *setting) {
	s.catalog = layers.Builtin()
	store, maker, want := s.store(t), NewMaker(1), state{}
	l := s.layer(t, "exit_step")
	there := []layers.Edit{insert(l.ID, maker.Feature(l)), insert(l.ID, withID(maker.Feature(l), 12))}
	ids := apply(t, store, there...)
	want.do(there, ids)
	for name, e := range map[string]layers.Edit{
		"an update": update(l.ID, ids[0], maker.Feature(l)),
		"a put":     put(l.ID, 99, maker.Feature(l)),
	} {
		_, err := store.Apply(t.Context(), data.Edits(insert(l.ID, maker.Feature(l)), e))
		wrong, ok := errors.AsType[*data.EditError](err)
		if !ok || wrong.Index != 1 || !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone := []layers.Edit{remove(l.ID, ids[0])} // as when an import is taken back
	want.do(gone, apply(t, store, gone...))
	want.expect(t, s, store)
}
