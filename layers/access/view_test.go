package access_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// world is a small prefecture: counties side by side, each with towns and villages, and layers of which some features name
// no area, a wrong one or one that was moved.
type world struct {
	r        *rand.Rand
	catalog  *layers.Catalog
	counties []string
	towns    []string
	villages []string
}

func newWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 1)), catalog: layers.Builtin()}
	for c := range 4 {
		w.counties = append(w.counties, fmt.Sprintf("6110%02d", c+1))
	}
	for n := range 12 {
		w.towns = append(w.towns, fmt.Sprintf("%s%03d", w.counties[n%4], 100+n))
	}
	for n := range 60 {
		w.villages = append(w.villages, fmt.Sprintf("%s%03d", w.towns[n%12], 200+n))
	}
	return w
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// code is mostly one of a list, and else none or one that nobody knows.
func (w *world) code(list []string) layers.Value {
	switch w.r.IntN(8) {
	case 0:
		return layers.Null
	case 1:
		return layers.Text("999999")
	}
	return layers.Text(pick(w.r, list...))
}

func (w *world) change(layer string, id int64) layers.Change {
	l, _ := w.catalog.Layer(layer)
	f := &layers.Feature{ID: id, Values: make([]layers.Value, len(l.Fields))}
	set := func(field string, v layers.Value) {
		if i := l.Field(field); i >= 0 {
			f.Values[i] = v
		}
	}
	x := w.r.Float64() * 5 // the last of five columns is outside of all counties
	place := orb.Point{109 + x, 33 + w.r.Float64()}
	set("name", layers.Text(fmt.Sprint(layer, id)))
	switch layer {
	case "county":
		set("code", layers.Text(w.counties[id-1]))
		west := 109 + float64(id-1)
		f.Geometry = orb.Polygon{{{west, 33}, {west + 1, 33}, {west + 1, 34}, {west, 34}, {west, 33}}}
		return layers.Change{Layer: layer, ID: id, Feature: f}
	case "town":
		set("code", layers.Text(w.towns[id-1]))
		set("county", w.code(w.counties))
	case "village":
		set("code", layers.Text(w.villages[id-1]))
		set("town", w.code(w.towns))
		set("county", w.code(w.counties))
		set("poor_population", layers.Int(w.r.Int64N(100)))
		set("leader", layers.Text("张三"))
	default:
		set("village", w.code(w.villages))
		set("town", w.code(w.towns))
		set("county", w.code(w.counties))
	}
	f.Geometry = place
	if layer == "road" || layer == "river" {
		f.Geometry = orb.LineString{place, {place[0] + 0.01, place[1]}}
	}
	return layers.Change{Layer: layer, ID: id, Feature: f}
}

var peopled = []struct {
	layer string
	n     int64
}{{"county", 4}, {"town", 12}, {"village", 60}, {"hamlet", 40}, {"road", 40}, {"river", 10}, {"facility", 20}}

func (w *world) grants() (list []access.Grant) {
	somewhere := func() string {
		return pick(w.r, "", "611000", "610000", pick(w.r, w.counties...), pick(w.r, w.towns...), pick(w.r, w.villages...), "999999")
	}
	for range w.r.IntN(6) {
		g := access.Grant{
			Verb: pick(w.r, access.Verbs()...), Layer: pick(w.r, access.AllLayers, access.AllLayers, "village", "road", "hamlet"),
			Class: pick(w.r, access.Open, access.Internal, access.Sensitive), Area: somewhere(),
		}
		if w.r.IntN(4) == 0 {
			g.Within = somewhere()
		}
		if w.r.IntN(2) == 0 {
			g.Verb = access.Read
		}
		list = append(list, g)
	}
	return list
}

// TestAViewHoldsJustWhatMayBeRead compares views, over many edits, with what Decide says of every feature and field.
func TestAViewHoldsJustWhatMayBeRead(t *testing.T) {
	for seed := range uint64(trial.Part(60)) {
		w := newWorld(seed)
		snap := snapshot.NewBuilder(w.catalog).Snapshot()
		var changes []layers.Change
		for _, p := range peopled {
			for id := int64(1); id <= p.n; id++ {
				changes = append(changes, w.change(p.layer, id))
			}
		}
		views := &access.Views{}
		readers := []access.Rights{{}, access.All(), {Grants: w.grants()}, {Grants: w.grants()}, {Grants: w.grants()}}
		for range 6 {
			var err error
			if snap, _, err = snap.Apply(changes); err != nil {
				t.Fatal(err)
			}
			for _, r := range readers {
				expectView(t, snap, views.Reader(r).See(snap), r)
			}
			changes = changes[:0]
			for range 1 + w.r.IntN(8) {
				p := pick(w.r, peopled[1:]...)
				change := w.change(p.layer, 1+w.r.Int64N(p.n))
				if w.r.IntN(5) == 0 {
					change.Feature = nil
				}
				changes = append(changes, change)
			}
		}
	}
}

func expectView(t *testing.T, whole, view *snapshot.Snapshot, r access.Rights) {
	t.Helper()
	x := area.New(whole)
	for _, table := range whole.Tables() {
		seen, there := view.Table(table.Layer.ID)
		if _, some := access.DecideLayer(r, access.Read, table.Layer, access.Open); some != there {
			t.Fatalf("layer %s: in the view is %v, not %v", table.Layer.ID, there, some)
		}
		if !there {
			continue
		}
		for row := range table.Rows {
			what := access.SubjectOf(table, row)
			if may := access.Decide(x, r, access.Read, what, access.Open); may != seen.Holds(row) {
				t.Fatalf("%s %d with %+v: in the view is %v, not %v", table.Layer.ID, table.ID(row), r.Grants, !may, may)
			} else if !may {
				continue
			}
			for i, f := range table.Layer.Fields {
				want := layers.Null
				if access.Decide(x, r, access.Read, what, f.Secrecy) {
					want = table.Value(row, i)
				}
				if got := seen.Get(row, f.ID); got != want {
					t.Fatalf("%s %d with %+v: %s is %v, not %v", table.Layer.ID, table.ID(row), r.Grants, f.ID, got, want)
				}
			}
		}
		for _, f := range table.Layer.Fields {
			_, some := access.DecideLayer(r, access.Read, table.Layer, f.Secrecy)
			if there := seen.Layer.Field(f.ID) >= 0; there != some {
				t.Fatalf("%s.%s with %+v: in the view is %v, not %v", table.Layer.ID, f.ID, r.Grants, there, some)
			}
		}
	}
}

func TestReadersWhoMaySeeTheSameAreOfOneClass(t *testing.T) {
	village := access.Grant{Verb: access.Read, Layer: "village", Class: access.Internal, Area: "611002"}
	all := access.Grant{Verb: access.Read, Layer: access.AllLayers, Class: access.Open}
	writes := access.Grant{Verb: access.Write, Layer: "village", Class: access.Internal, Area: "611002"}
	one := access.Rights{Grants: []access.Grant{village, all}}
	other := access.Rights{Grants: []access.Grant{all, village, writes, all}}
	if one.ReaderClass() != other.ReaderClass() {
		t.Error("readers of the same are of two classes")
	}
	if (access.Rights{Grants: []access.Grant{all}}).ReaderClass() == one.ReaderClass() {
		t.Error("readers of different things are of one class")
	}
	if class := access.All().ReaderClass(); class != "" {
		t.Errorf("who may read all is of class %q", class)
	}
}

func TestAGrantEnds(t *testing.T) {
	end := time.Date(2020, 12, 31, 0, 0, 0, 0, time.UTC)
	r := access.Rights{Grants: []access.Grant{{Verb: access.Read, Layer: access.AllLayers, Until: end}}}
	if len(r.At(end.Add(-time.Second)).Grants) != 1 || len(r.At(end).Grants) != 0 {
		t.Error("the grant does not end when it says")
	}
}

func TestARowThatNamesNoAreaBelongsToTheCountyAroundIt(t *testing.T) {
	w := newWorld(1)
	l, _ := w.catalog.Layer("river")
	f := &layers.Feature{ID: 1, Geometry: orb.LineString{{110.4, 33.5}, {110.6, 33.5}}, Values: make([]layers.Value, len(l.Fields))}
	snap, _, err := snapshot.NewBuilder(w.catalog).Snapshot().Apply(
		[]layers.Change{w.change("county", 1), w.change("county", 2), {Layer: "river", ID: 1, Feature: f}},
	)
	if err != nil {
		t.Fatal(err)
	}
	rivers, _ := snap.Table("river")
	codes := area.New(snap).Whereabouts(l, func(field int) layers.Value { return f.Values[field] }, rivers.Shape(0))
	if !slices.Equal(codes, []string{"611002", "611000", "610000"}) {
		t.Errorf("it lies in %v", codes)
	}
}
