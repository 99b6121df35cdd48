package features_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// spots are features at random places whose values repeat and are missing.
type spots struct {
	r     *rand.Rand
	layer *layers.Layer
	snap  *snapshot.Snapshot
}

func newSpots(t testing.TB, count int64) *spots {
	t.Helper()
	village, _ := layers.Builtin().Layer("village")
	w := &spots{r: rand.New(rand.NewPCG(19, 0)), layer: village}
	b := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{village}})
	for id := int64(1); id <= count; id++ {
		if err := b.Add(village, w.feature(id)); err != nil {
			t.Fatal(err)
		}
	}
	w.snap = b.Snapshot()
	return w
}

func (w *spots) feature(id int64) *layers.Feature {
	f := &layers.Feature{
		ID: id, Geometry: orb.Point{109 + 2*w.r.Float64(), 33 + w.r.Float64()}, Values: make([]layers.Value, len(w.layer.Fields)),
	}
	set := func(name string, v layers.Value) {
		if w.r.IntN(8) > 0 {
			f.Values[w.layer.Field(name)] = v
		}
	}
	set("name", layers.Text(string([]rune("山川水石田")[w.r.IntN(5)])+"村"))
	set("population", layers.Int(w.r.Int64N(20)))
	set("tap_water_rate", layers.Float(float64(w.r.IntN(1000))/10))
	set("poverty", layers.Bool(w.r.IntN(2) == 0))
	return f
}

func (w *spots) table() *snapshot.Table {
	t, _ := w.snap.Table("village")
	return t
}

// edit changes, deletes and adds some features.
func (w *spots) edit(t *testing.T) (touched map[int64]bool) {
	t.Helper()
	touched = map[int64]bool{}
	var changes []layers.Change
	for range 10 {
		id := 1 + w.r.Int64N(700)
		c := layers.Change{Layer: "village", ID: id}
		if w.r.IntN(3) > 0 {
			c.Feature = w.feature(id)
		}
		touched[id] = true
		changes = append(changes, c)
	}
	var err error
	if w.snap, _, err = w.snap.Apply(changes); err != nil {
		t.Fatal(err)
	}
	return touched
}

func (w *spots) order(keys ...string) (o features.Order) {
	for _, name := range keys {
		plain, descending := strings.CutPrefix(name, "-")
		o = append(o, features.Key{Field: w.layer.Field(plain), Descending: descending})
	}
	return o
}

func condition(t testing.TB, text string) features.Condition {
	t.Helper()
	e, err := cql2.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return features.Condition{Part: "filter", Expr: e}
}

// twin finds what a request is of by looking at every row, and puts it in order with no more than the values' meaning.
func twin(t *testing.T, table *snapshot.Table, asked features.Request) (ids []int64) {
	t.Helper()
	var rows []uint32
	for row := range table.Rows {
		matches := true
		for _, c := range asked.Conditions {
			f, err := c.Bind(table)
			if err != nil {
				t.Fatal(err)
			}
			matches = matches && f.Match(row)
		}
		if matches {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b uint32) int {
		for _, k := range asked.Order {
			x, y := table.Value(a, k.Field), table.Value(b, k.Field)
			switch {
			case x == y:
				continue
			case x.IsNull():
				return 1
			case y.IsNull():
				return -1
			}
			c := cmp.Or(cmp.Compare(x.Float(), y.Float()), strings.Compare(x.Text(), y.Text()))
			if x.Kind() == layers.BoolKind {
				c = cmp.Compare(x.String(), y.String())
			}
			if c != 0 && k.Descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Compare(table.ID(a), table.ID(b))
	})
	for _, row := range rows {
		ids = append(ids, table.ID(row))
	}
	return ids
}

var filters = []string{
	"", "population > 5", "population BETWEEN 3 AND 7 AND poverty", "name IN ('山村', '石村')", "name = '水村' OR tap_water_rate < 20",
	"S_INTERSECTS(geometry, BBOX(109.5, 33.2, 110, 33.6))", "S_INTERSECTS(geom, BBOX(109, 33, 110.9, 34)) AND population >= 2",
	"population IN (3, 3, 4)", "population <= 4", "code = 'none'", "name > '田'", "FALSE",
}

// All pages together are what a twin finds in one, whatever the filter, the order and the size of a page, and whatever was
// asked before.
func TestPagesAreWhatATwinFinds(t *testing.T) {
	w := newSpots(t, 700)
	var reader features.Reader
	orders := []features.Order{nil, w.order("population"), w.order("-population"), w.order("name", "-tap_water_rate"), w.order("-poverty")}
	for range trial.Part(400) {
		table := w.table()
		asked := features.Request{Order: orders[w.r.IntN(len(orders))], Limit: 1 + w.r.IntN(200)}
		if f := filters[w.r.IntN(len(filters))]; f != "" {
			asked.Conditions = append(asked.Conditions, condition(t, f))
		}
		want := twin(t, table, asked)
		var got []int64
		for {
			page, err := reader.Page(t.Context(), table, asked)
			if err != nil {
				t.Fatal(err)
			}
			if page.Matched != len(want) || len(page.Rows) > asked.Limit {
				t.Fatalf("%+v: %d match, not %d; %d rows on a page of %d", asked, page.Matched, len(want), len(page.Rows), asked.Limit)
			}
			for _, row := range page.Rows {
				got = append(got, table.ID(row))
			}
			if !page.More {
				break
			}
			asked.After = page.Cursor(page.Rows[len(page.Rows)-1])
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v by %s: %v, not %v", asked.Conditions, asked.Order.String(w.layer), got, want)
		}
		if w.r.IntN(4) == 0 {
			w.edit(t)
		}
	}
}

// Edits between pages neither repeat nor skip a feature that they leave alone.
func TestNextPagesAreStableUnderEdits(t *testing.T) {
	for _, keys := range [][]string{nil, {"population"}, {"-name", "tap_water_rate"}} {
		w := newSpots(t, 500)
		var reader features.Reader
		asked := features.Request{Order: w.order(keys...), Limit: 20, Conditions: []features.Condition{condition(t, "id > 0")}}
		alone := map[int64]bool{}
		for row := range w.table().Rows {
			alone[w.table().ID(row)] = true
		}
		seen := map[int64]int{}
		for {
			table := w.table()
			page, err := reader.Page(t.Context(), table, asked)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Rows {
				seen[table.ID(row)]++
			}
			if !page.More {
				break
			}
			asked.After = page.Cursor(page.Rows[len(page.Rows)-1])
			for id := range w.edit(t) {
				delete(alone, id)
			}
		}
		if len(alone) < 200 {
			t.Fatalf("only %d features were left alone, which tests nothing", len(alone))
		}
		for id := range alone {
			if seen[id] != 1 {
				t.Errorf("by %v: feature %d came %d times", keys, id, seen[id])
			}
		}
	}
}

func TestCursorsOfNoLinkAreRefused(t *testing.T) {
	w := newSpots(t, 10)
	var reader features.Reader
	for _, cursor := range []string{"x!", "bm90IGpzb24", "W10", "WyJhIl0", "WzEuNV0", "WzEsMl0", "WyJhIiwxXQ"} {
		for _, order := range []features.Order{nil, w.order("population")} {
			asked := features.Request{Order: order, After: cursor, Limit: 1}
			if order != nil && cursor == "WzEsMl0" { // [1,2] is one of this order
				continue
			}
			_, err := reader.Page(t.Context(), w.table(), asked)
			if _, ok := errors.AsType[layers.Faults](err); !ok || !strings.HasPrefix(err.Error(), "cursor") {
				t.Errorf("%s by %v: %v", cursor, order, err)
			}
		}
	}
}

func TestWorkIsBounded(t *testing.T) {
	w := newSpots(t, 5000)
	for _, limits := range []features.Limits{{Rows: 4000, Time: time.Minute}, {Rows: 1e9, Time: time.Nanosecond}} {
		reader := features.Reader{Limits: limits}
		asked := features.Request{Conditions: []features.Condition{condition(t, "population > 3")}, Limit: 1}
		_, err := reader.Page(t.Context(), w.table(), asked)
		if _, ok := errors.AsType[question.TooLarge](err); !ok || !strings.Contains(err.Error(), "narrow it") {
			t.Errorf("%+v: %v", limits, err)
		}
	}
}

// Geometries are written as those that Shape.Geometry makes, which another encoder writes.
func TestGeometriesAreWrittenAsTheyAre(t *testing.T) {
	square := func(w, s, size float64) orb.Ring {
		return orb.Ring{{w, s}, {w + size, s}, {w + size, s + size}, {w, s + size}, {w, s}}
	}
	hole := square(1.2, 1.2, .2)
	slices.Reverse(hole)
	for _, g := range []orb.Geometry{
		nil,
		orb.Point{109.9, 33.8},
		orb.MultiPoint{{1, 2}, {3, 4}},
		orb.LineString{{1, 2}, {3, 4}, {5, 4}},
		orb.LineString{{1, 2}, {1, 2}},
		orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}},
		orb.Polygon{square(1, 1, 1), hole},
		orb.MultiPolygon{{square(1, 1, 1), hole}, {square(3, 3, 1)}},
	} {
		shape, err := geo.NewShape(g)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(served.GeometryOf(shape.Geometry()))
		if err != nil {
			t.Fatal(err)
		}
		got := features.NewPlaces(features.DefaultSystem()).AppendShape(nil, shape)
		if !sameJSON(t, got, want) {
			t.Errorf("%v is written %s, not %s", g, got, want)
		}
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatalf("%s, %s: %v", a, b, err)
	}
	ax, _ := json.Marshal(x)
	by, _ := json.Marshal(y)
	return string(ax) == string(by)
}

// A version is another one exactly when the feature is.
func TestVersionsTellStatesApart(t *testing.T) {
	w := newSpots(t, 600)
	for range 20 {
		before := w.table()
		w.edit(t)
		after := w.table()
		for row := range before.Rows {
			now, ok := after.Find(before.ID(row))
			if !ok {
				continue
			}
			same := before.Shape(row).Equal(after.Shape(now)) && slices.Equal(before.Feature(row).Values, after.Feature(now).Values)
			if (features.Version(before, row) == features.Version(after, now)) != same {
				t.Fatalf("feature %d: the same is %v, and the version says otherwise", before.ID(row), same)
			}
		}
	}
}
