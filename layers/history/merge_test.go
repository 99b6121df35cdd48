package history

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// plain is a layer of three fields and a point.
func plain() *layers.Layer {
	return &layers.Layer{ID: "plain", Geometry: []geo.Kind{geo.Points}, Fields: []layers.Field{
		{ID: "name", Type: layers.TypeText}, {ID: "width", Type: layers.TypeFloat}, {ID: "year", Type: layers.TypeYear},
	}}
}

// some is one of few features, so that two are often alike in a cell; nil at times.
func some(mayBeGone bool) *rapid.Generator[*layers.Feature] {
	return rapid.Custom(func(t *rapid.T) *layers.Feature {
		if mayBeGone && rapid.IntRange(0, 5).Draw(t, "there") == 0 {
			return nil
		}
		f := &layers.Feature{ID: 7, Values: []layers.Value{
			rapid.SampledFrom([]layers.Value{layers.Null, layers.Text("a"), layers.Text("b")}).Draw(t, "name"),
			rapid.SampledFrom([]layers.Value{layers.Null, layers.Float(1), layers.Float(2)}).Draw(t, "width"),
			rapid.SampledFrom([]layers.Value{layers.Null, layers.Int(2016), layers.Int(2017)}).Draw(t, "year"),
		}}
		f.Geometry = rapid.SampledFrom([]orb.Geometry{nil, orb.Point{110, 33}, orb.Point{110.5, 33}, orb.Point{111, 33}}).Draw(t, "place")
		return f
	})
}

func TestWhatBothHaveAlikeIsTaken(t *testing.T) {
	l := plain()
	rapid.Check(t, func(t *rapid.T) {
		base, x := some(true).Draw(t, "base"), some(true).Draw(t, "x")
		for name, m := range map[string][2]*layers.Feature{"both": {x, x}, "theirs alone": {x, base}, "mine alone": {base, x}} {
			if got, conflicts := Merge(l, base, m[0], m[1]); !Same(l, got, x) || len(conflicts) > 0 {
				t.Fatalf("%s: %v, %v", name, got, conflicts)
			}
		}
	})
}

func TestMergeDoesNotAskWhoWasFirst(t *testing.T) {
	l := plain()
	rapid.Check(t, func(t *rapid.T) {
		base, x, y := some(true).Draw(t, "base"), some(true).Draw(t, "x"), some(true).Draw(t, "y")
		one, conflicts := Merge(l, base, x, y)
		other, others := Merge(l, base, y, x)
		if len(conflicts) != len(others) {
			t.Fatalf("%d conflicts one way, %d the other", len(conflicts), len(others))
		}
		if len(conflicts) == 0 && !Same(l, one, other) {
			t.Fatalf("%v one way, %v the other", one, other)
		}
		if again, more := Merge(l, base, one, y); len(conflicts) == 0 && (len(more) > 0 || !Same(l, again, one)) {
			t.Fatalf("merged again it is %v, %v", again, more)
		}
	})
}

func TestMergeOfThreeDoesNotAskInWhichOrder(t *testing.T) {
	l := plain()
	rapid.Check(t, func(t *rapid.T) {
		base := some(false).Draw(t, "base")
		x, y, z := some(false).Draw(t, "x"), some(false).Draw(t, "y"), some(false).Draw(t, "z")
		xy, a := Merge(l, base, x, y)
		left, b := Merge(l, base, xy, z)
		yz, c := Merge(l, base, y, z)
		right, d := Merge(l, base, x, yz)
		if len(a)+len(b)+len(c)+len(d) == 0 && !Same(l, left, right) {
			t.Fatalf("%v or %v", left, right)
		}
	})
}

func TestMergeLosesNoValue(t *testing.T) {
	l := plain()
	rapid.Check(t, func(t *rapid.T) {
		base, theirs, mine := some(false).Draw(t, "base"), some(false).Draw(t, "theirs"), some(false).Draw(t, "mine")
		merged, conflicts := Merge(l, base, theirs, mine)
		for _, f := range []*layers.Feature{theirs, mine} {
			for i, v := range f.Values {
				kept := v == base.Values[i] || v == merged.Values[i]
				for _, c := range conflicts {
					kept = kept || c.Field == l.Fields[i].ID && (c.Mine == v || c.Theirs == v)
				}
				if !kept {
					t.Fatalf("%s %v is neither in %v nor in %v", l.Fields[i].ID, v, merged, conflicts)
				}
			}
		}
	})
}

func TestToDeleteWhatTheOtherOneChangedIsAConflict(t *testing.T) {
	l := plain()
	base := &layers.Feature{ID: 7, Values: []layers.Value{layers.Text("a"), layers.Null, layers.Null}}
	edited := &layers.Feature{ID: 7, Values: []layers.Value{layers.Text("b"), layers.Null, layers.Null}}
	for _, pair := range [][2]*layers.Feature{{nil, edited}, {edited, nil}} {
		got, conflicts := Merge(l, base, pair[0], pair[1])
		if len(conflicts) != 1 || conflicts[0].Field != "" || conflicts[0].ID != 7 || !Same(l, got, pair[0]) {
			t.Errorf("%v, %v", got, conflicts)
		}
	}
}

func TestWhoSendsBackWhatWasServedMovesNothing(t *testing.T) {
	if !SamePlace(orb.Point{110, 33}, orb.Point{110 + 1e-9, 33}) || SamePlace(orb.Point{110, 33}, orb.Point{110.000001, 33}) {
		t.Error("0.1 mm is a move, or 9 cm is none")
	}
}

// story is a feature's random life: its states, the first nil, and the changes between them.
func story(t *rapid.T, l *layers.Layer) (states []*layers.Feature, pasts []*Past) {
	states = []*layers.Feature{nil}
	for n := range rapid.IntRange(1, 8).Draw(t, "changes") {
		was, is := states[len(states)-1], some(true).Draw(t, "state")
		p := between(l, int64(n+1), was, is)
		if p == nil {
			continue
		}
		states, pasts = append(states, is), append(pasts, p)
	}
	return states, pasts
}

// between is a change as a store records it.
func between(l *layers.Layer, seq int64, was, is *layers.Feature) *Past {
	if Same(l, was, is) {
		return nil
	}
	p := &Past{Seq: seq, Layer: l.ID, ID: 7, Op: layers.Update, Before: map[string]layers.Value{}, After: map[string]layers.Value{}}
	fill := func(f *layers.Feature, cells map[string]layers.Value) {
		for i, v := range f.Values {
			if !v.IsNull() {
				cells[l.Fields[i].ID] = v
			}
		}
	}
	switch {
	case was == nil:
		p.Op, p.Before, p.GeometryAfter = layers.Insert, nil, is.Geometry
		fill(is, p.After)
	case is == nil:
		p.Op, p.After, p.GeometryBefore = layers.Delete, nil, was.Geometry
		fill(was, p.Before)
	default:
		for i := range l.Fields {
			if was.Values[i] != is.Values[i] {
				p.Before[l.Fields[i].ID], p.After[l.Fields[i].ID] = was.Values[i], is.Values[i]
			}
		}
		if !SamePlace(was.Geometry, is.Geometry) {
			p.GeometryBefore, p.GeometryAfter = was.Geometry, is.Geometry
		}
	}
	return p
}

func TestAllChangesTakenBackLeadToTheStateBefore(t *testing.T) {
	l := plain()
	catalog := &layers.Catalog{Layers: []*layers.Layer{l}}
	rapid.Check(t, func(t *rapid.T) {
		states, pasts := story(t, l)
		back := rapid.IntRange(0, len(pasts)).Draw(t, "back to")
		last := states[len(states)-1]
		var newest []*Past
		var rewind Rewind
		for i := len(pasts) - 1; i >= back; i-- {
			newest = append(newest, pasts[i])
			rewind.Add(pasts[i])
		}
		r := NewRevert(catalog, newest, func(*layers.Layer, int64) *layers.Feature { return last })
		if len(r.Conflicts) > 0 || len(r.Edits) > 1 {
			t.Fatalf("conflicts %v, edits %v", r.Conflicts, r.Edits)
		}
		got := last
		for i := range r.Edits {
			got = do(last, &r.Edits[i])
		}
		if !Same(l, got, states[back]) {
			t.Fatalf("%v instead of %v", got, states[back])
		}
		var old *layers.Feature
		err := rewind.Layer(l, func(add func(*layers.Feature) error) error {
			if last == nil {
				return nil
			}
			return add(last)
		}, func(f *layers.Feature) error { old = f; return nil })
		if err != nil || !Same(l, old, states[back]) {
			t.Fatalf("rewound it is %v instead of %v", old, states[back])
		}
	})
}

// do makes an edit as a store would.
func do(f *layers.Feature, e *layers.Edit) *layers.Feature {
	switch e.Op {
	case layers.Delete:
		return nil
	case layers.Update:
		f = Copy(f)
		for _, i := range e.Set {
			f.Values[i] = e.Feature.Values[i]
		}
		if e.Feature.Geometry != nil {
			f.Geometry = e.Feature.Geometry
		}
		return f
	}
	return &e.Feature
}

// TestOneChangeTakenBackSparesWhatCameAfter takes one change of many back, whatever came after it.
func TestOneChangeTakenBackSparesWhatCameAfter(t *testing.T) {
	l := plain()
	catalog := &layers.Catalog{Layers: []*layers.Layer{l}}
	rapid.Check(t, func(t *rapid.T) {
		states, pasts := story(t, l)
		if len(pasts) == 0 {
			return
		}
		p := rapid.SampledFrom(pasts).Draw(t, "change")
		last := states[len(states)-1]
		r := NewRevert(catalog, []*Past{p}, func(*layers.Layer, int64) *layers.Feature { return last })
		if p.Op != layers.Update || last == nil || len(r.Edits) == 0 {
			return
		}
		got := do(last, &r.Edits[0])
		for i := range l.Fields {
			id := l.Fields[i].ID
			before, changed := p.Before[id]
			switch {
			case !changed && got.Values[i] != last.Values[i]:
				t.Fatalf("%s, which the change left alone, became %v", id, got.Values[i])
			case changed && last.Values[i] == p.After[id] && got.Values[i] != before:
				t.Fatalf("%s is %v and not %v again", id, got.Values[i], before)
			case changed && last.Values[i] != p.After[id] && got.Values[i] != last.Values[i]:
				t.Fatalf("%s was changed since, and became %v", id, got.Values[i])
			}
		}
	})
}
