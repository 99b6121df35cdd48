package data_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// TestWhatAnEditMayWriteIsHeld holds the judge against CheckEdit and a snapshot, over features that are good or have one
// part of another field, layer or place.
func TestWhatAnEditMayWriteIsHeld(t *testing.T) {
	catalog := layers.Builtin()
	kept, left := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		maker := storetest.NewMaker(rapid.Uint64().Draw(t, "seed"))
		l := rapid.SampledFrom(catalog.Layers).Draw(t, "layer")
		f := maker.Feature(l)
		f.ID = 1
		other := rapid.SampledFrom(catalog.Layers).Draw(t, "another layer")
		switch rapid.IntRange(0, 3).Draw(t, "what is of it") {
		case 1:
			f.Geometry = maker.Feature(other).Geometry
		case 2:
			from := rapid.SampledFrom(other.Fields).Draw(t, "another field")
			f.Values[rapid.IntRange(0, len(l.Fields)-1).Draw(t, "field")] = maker.Value(&from)
		case 3:
			f.Geometry = orb.MultiPoint{{110, 33}, {180 * rapid.Float64Range(-2, 2).Draw(t, "lon"), 33}}
		}
		missing := slices.IndexFunc(l.Fields, func(of layers.Field) bool { return of.Required && f.Values[l.Field(of.ID)].IsNull() })
		if missing >= 0 { // which only edits are asked for
			return
		}
		edit := layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: f}
		_, refused := data.CheckEdit(catalog, 0, &edit)
		out, ok := data.Judge(l, &f)
		if ok != (refused == nil) {
			t.Fatalf("judged %v, %v, as an edit %v", ok, out, refused)
		}
		if !ok {
			left++
			return
		}
		kept++
		if err := snapshot.NewBuilder(catalog).Add(l, &f); err != nil {
			t.Fatalf("what is judged good is refused by the snapshot: %v", err)
		}
	})
	if kept == 0 || left == 0 {
		t.Errorf("%d were kept, %d left out", kept, left)
	}
}

func TestAMissingValueLeavesNoRowOut(t *testing.T) {
	village, _ := layers.Builtin().Layer("village")
	f := layers.Feature{ID: 1, Values: make([]layers.Value, len(village.Fields))}
	if out, ok := data.Judge(village, &f); !ok {
		t.Errorf("left out: %v", out)
	}
}

func TestARowThatIsLeftOutIsToldWithoutTheValueAtFault(t *testing.T) {
	village, _ := layers.Builtin().Layer("village")
	for _, c := range []struct {
		field string
		value layers.Value
		says  string
	}{
		{"exit_status", layers.Text("secret"), "is not one of 未退出, 待核查, 已销号"},
		{"insured_rate", layers.Float(123456), "is not 0 to 100"},
		{"code", layers.Text("123456789" + "secret"), "is not a code of 6, 9 or 12 digits"},
		{"exit_year", layers.Int(123456), "is not a year from 1900 to 2100"},
		{"note", layers.Text("secret\x00"), "NUL"},
		{"note", layers.Text("secret\xff"), "UTF-8"},
	} {
		f := layers.Feature{ID: 7, Values: make([]layers.Value, len(village.Fields)), Geometry: orb.Point{110, 33}}
		f.Values[village.Field("code")], f.Values[village.Field("name")] = layers.Text("611002001001"), layers.Text("村")
		f.Values[village.Field(c.field)] = c.value
		out, ok := data.Judge(village, &f)
		said := out.Error()
		if ok || out.Field != c.field || !strings.Contains(said, c.says) || strings.Contains(said, "secret") || strings.Contains(said, "123456") {
			t.Errorf("%s: %v, %v", c.field, ok, said)
		}
		if c.field != "code" && (out.Code != "611002001001" || out.Name != "村") {
			t.Errorf("%s: it is told as %+v", c.field, out)
		}
	}
	f := layers.Feature{ID: 7, Values: make([]layers.Value, len(village.Fields)), Geometry: orb.Point{110, math.Inf(1)}}
	f.Values[village.Field("name")] = layers.Text(strings.Repeat("长", 1000))
	if out, _ := data.Judge(village, &f); len([]rune(out.Name)) != 61 || out.Reason != data.OffEarth {
		t.Errorf("a long name is told as %+v", out)
	}
}

// TestARollIsWhatASetWouldBe plays batches against a set of ids.
func TestARollIsWhatASetWouldBe(t *testing.T) {
	catalog := layers.Builtin()
	names := []string{"village", "town", "river"}
	rapid.Check(t, func(t *rapid.T) {
		roll := data.NewRoll(catalog)
		want := map[string]map[int64]bool{}
		for _, layer := range names {
			want[layer] = map[int64]bool{}
			l, _ := catalog.Layer(layer)
			for id := range rapid.Int64Range(0, 5).Draw(t, "loaded") {
				roll.Add(l, data.LeftOut{Layer: layer, ID: id + 1, Field: "name", Reason: data.NotAllowed})
				want[layer][id+1] = true
			}
		}
		for range rapid.IntRange(1, 10).Draw(t, "batches") {
			var changes []layers.Change
			for _, layer := range names {
				for _, id := range rapid.SliceOfDistinct(rapid.Int64Range(1, 12), rapid.ID[int64]).Draw(t, layer) {
					changes = append(changes, layers.Change{Layer: layer, ID: id, Feature: feature(t, catalog, layer, id)})
				}
			}
			good, bad := roll.Sift(changes)
			for i, c := range changes {
				delete(want[c.Layer], c.ID)
				if c.Feature != nil && c.Feature.Geometry != nil {
					want[c.Layer][c.ID] = true
				}
				if left := want[c.Layer][c.ID]; left != (c.Feature != nil && good[i].Feature == nil) {
					t.Fatalf("%v became %v", c, good[i])
				}
			}
			if n := len(bad); n != len(slices.DeleteFunc(slices.Clone(changes), func(c layers.Change) bool { return !want[c.Layer][c.ID] })) {
				t.Fatalf("%d are told to be bad", n)
			}
			expect(t, roll, want)
		}
	})
}

// feature is one that is gone, one that its layer holds, or one with a geometry that none has.
func feature(t *rapid.T, c *layers.Catalog, layer string, id int64) *layers.Feature {
	l, _ := c.Layer(layer)
	f := &layers.Feature{ID: id, Values: make([]layers.Value, len(l.Fields))}
	switch rapid.IntRange(0, 2).Draw(t, "state") {
	case 0:
		return nil
	case 1:
		f.Geometry = orb.Collection{}
	}
	return f
}

func expect(t *rapid.T, roll data.Roll, want map[string]map[int64]bool) {
	listed := map[string][]int64{}
	for _, out := range roll.List(1000) {
		listed[out.Layer] = append(listed[out.Layer], out.ID)
	}
	for layer, ids := range want {
		if all := slices.Sorted(maps.Keys(ids)); roll.Counts()[layer] != len(ids) || !slices.Equal(listed[layer], all) {
			t.Fatalf("of %s %d are counted and %v listed, not %v", layer, roll.Counts()[layer], listed[layer], all)
		}
	}
}

func TestAMillionBadRowsAreCountedAndTheFirstAreTold(t *testing.T) {
	catalog := layers.Builtin()
	village, _ := catalog.Layer("village")
	roll := data.NewRoll(catalog)
	const n = 1_000_000
	for id := range int64(n) {
		roll.Add(village, data.LeftOut{Layer: "village", ID: id + 1, Field: "exit_status", Reason: data.NotAllowed, Detail: "in full", Name: "村"})
	}
	list := roll.List(2000)
	if roll.Counts()["village"] != n || len(list) != 2000 || list[0].Detail != "in full" {
		t.Errorf("%d are counted, %d listed, first %+v", roll.Counts()["village"], len(list), list[0])
	}
	want := data.LeftOut{Layer: "village", ID: 2000, Field: "exit_status", Reason: data.NotAllowed, Detail: "is not allowed"}
	if list[1999] != want {
		t.Errorf("beyond those kept in full one is told as %+v", list[1999])
	}
	var mended []layers.Change
	for id := range int64(n - 1) {
		mended = append(mended, layers.Change{Layer: "village", ID: id + 1})
	}
	roll.Sift(mended)
	if rest := roll.List(2); roll.Counts()["village"] != 1 || len(rest) != 1 || rest[0].ID != n {
		t.Errorf("once all but the last are gone: %v", fmt.Sprint(rest))
	}
}
