package guard_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/guard"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

const own, other = "611002", "611003"

// setting is a store with two counties, a village in each and one that names no area, and who may write the first county.
type setting struct {
	store    data.Store
	guarded  *guard.Store
	catalog  *layers.Catalog
	snapshot *snapshot.Snapshot
}

func newSetting(t *testing.T, grants ...access.Grant) *setting {
	t.Helper()
	s := &setting{catalog: layers.Builtin()}
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), s.catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s.store = store
	square := func(west float64) orb.Polygon {
		return orb.Polygon{{{west, 33}, {west + 1, 33}, {west + 1, 34}, {west, 34}, {west, 33}}}
	}
	edits := []layers.Edit{
		s.edit(layers.Insert, "county", 1, square(109), "code", own, "name", "甲县"),
		s.edit(layers.Insert, "county", 2, square(110), "code", other, "name", "乙县"),
		s.edit(layers.Insert, "village", 1, orb.Point{109.5, 33.5}, "code", own+"100201", "name", "甲村", "county", own, "leader", "张三"),
		s.edit(layers.Insert, "village", 2, orb.Point{110.5, 33.5}, "code", other+"100201", "name", "乙村", "county", other),
		s.edit(layers.Insert, "river", 1, orb.LineString{{109.2, 33.2}, {109.3, 33.3}}, "name", "甲河"),
		s.edit(layers.Insert, "river", 2, orb.LineString{{110.2, 33.2}, {110.3, 33.3}}, "name", "乙河"),
	}
	if _, err := store.Apply(t.Context(), data.Edits(edits...)); err != nil {
		t.Fatal(err)
	}
	if s.snapshot, _, err = data.Load(t.Context(), store, s.catalog, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	s.guarded = &guard.Store{
		Store: store, Rights: access.Rights{Grants: grants}, Areas: &area.Cache{},
		Snapshot: func() *snapshot.Snapshot { return s.snapshot },
	}
	return s
}

// edit is one of a layer; of an update it sets the fields that are given.
func (s *setting) edit(op layers.Op, layer string, id int64, g orb.Geometry, fields ...string) layers.Edit {
	l, _ := s.catalog.Layer(layer)
	e := layers.Edit{Op: op, Layer: layer, Feature: layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}}
	e.Set = []int{}
	for i := 0; i < len(fields); i += 2 {
		f := l.Field(fields[i])
		e.Feature.Values[f] = layers.Text(fields[i+1])
		e.Set = append(e.Set, f)
	}
	return e
}

func TestEditsAreHeldAgainstWhereAFeatureWasAndWhereItComesToLie(t *testing.T) {
	everywhere := access.Grant{Verb: access.Read, Layer: access.AllLayers, Class: access.Internal}
	writes := access.Grant{Verb: access.Write, Layer: access.AllLayers, Class: access.Internal, Area: own}
	s := newSetting(t, everywhere, writes)
	hidden := newSetting(t, writes, access.Grant{Verb: access.Read, Layer: access.AllLayers, Class: access.Internal, Area: own})
	open := access.Grant{Verb: access.Write, Layer: access.AllLayers, Area: own}
	edit, opens := s.edit, newSetting(t, everywhere, open)
	for _, c := range []struct {
		name string
		in   *setting
		edit layers.Edit
		want error // nil where it is allowed
		part string
	}{
		{"a village of the own county", s, edit(layers.Update, "village", 1, nil, "name", "新村"), nil, ""},
		{"an internal field of it", s, edit(layers.Update, "village", 1, nil, "note", "记"), nil, ""},
		{"a sensitive field of it", s, edit(layers.Update, "village", 1, nil, "leader", "李四"), guard.ErrDenied, "leader"},
		{
			"the value that a sensitive field has", s,
			edit(layers.Update, "village", 1, nil, "leader", "张三"),
			guard.ErrDenied, "leader",
		},
		{
			"all of a feature with a sensitive value", s,
			edit(layers.Put, "village", 1, nil, "code", own+"100201", "name", "新村", "county", own),
			guard.ErrDenied, "leader",
		},
		{"a village of another county", s, edit(layers.Update, "village", 2, nil, "name", "新村"), guard.ErrDenied, ""},
		{"its being taken away", s, edit(layers.Delete, "village", 2, nil), guard.ErrDenied, ""},
		{
			"moving the own village to another county by its field", s,
			edit(layers.Update, "village", 1, nil, "county", other),
			guard.ErrDenied, "",
		},
		{
			"taking in another county's village by its field", s,
			edit(layers.Update, "village", 2, nil, "county", own),
			guard.ErrDenied, "",
		},
		{
			"a new village of the own county", s,
			edit(layers.Insert, "village", 0, orb.Point{109.1, 33.1}, "code", own+"100202", "name", "新", "county", own),
			nil, "",
		},
		{
			"a new village of another county", s,
			edit(layers.Insert, "village", 0, nil, "code", other+"100202", "name", "新", "county", other),
			guard.ErrDenied, "",
		},
		{
			"a new village of no county", s,
			edit(layers.Insert, "village", 0, nil, "code", "999999100202", "name", "新"),
			guard.ErrDenied, "",
		},
		{"a river by its place", s, edit(layers.Update, "river", 1, nil, "name", "新河"), nil, ""},
		{
			"a river moved out", s,
			edit(layers.Update, "river", 1, orb.LineString{{110.2, 33.2}, {110.3, 33.3}}),
			guard.ErrDenied, "",
		},
		{"a river elsewhere", s, edit(layers.Delete, "river", 2, nil), guard.ErrDenied, ""},
		{"what is hidden, as what is not there", hidden, edit(layers.Delete, "village", 2, nil), data.ErrNotFound, ""},
		{"what is not there", hidden, edit(layers.Delete, "village", 77, nil), data.ErrNotFound, ""},
		{
			"an internal field by who may write open ones", opens,
			edit(layers.Update, "village", 1, nil, "note", "记"),
			guard.ErrDenied, "note",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := state(t, c.in)
			_, err := c.in.guarded.Write(t.Context(), data.Writing{
				Edits: data.Edits(edit(layers.Insert, "river", 0, orb.LineString{{109.4, 33.4}, {109.5, 33.5}}), c.edit),
			})
			if !errors.Is(err, c.want) {
				t.Fatalf("the error is %v, not %v", err, c.want)
			}
			if c.want == nil {
				return
			}
			if e, ok := errors.AsType[*data.EditError](err); !ok || e.Index != 1 || e.Field != c.part {
				t.Errorf("the error is of another edit or field: %v", err)
			}
			if after := state(t, c.in); after != before {
				t.Errorf("%d features are there after the refusal, not %d", after, before)
			}
		})
	}
}

func state(t *testing.T, s *setting) (n int) {
	t.Helper()
	if _, err := s.store.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}
