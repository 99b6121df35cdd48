package guide_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/guide"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func add(t *testing.T, b *snapshot.Builder, c *layers.Catalog, layer string, id int64, g orb.Geometry, values map[string]layers.Value) {
	t.Helper()
	l, _ := c.Layer(layer)
	f := layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	for name, v := range values {
		f.Values[l.Field(name)] = v
	}
	if err := b.Add(l, &f); err != nil {
		t.Fatal(err)
	}
}

func of(snap *snapshot.Snapshot, heights bool) *guide.Guide {
	return guide.Of(&guide.World{Snap: snap, Heights: heights, Writable: func(*layers.Layer) bool { return true }}, service.Builtin())
}

// done are the steps by how far they are.
func done(g *guide.Guide, p guide.Progress) string {
	var ids []string
	for _, s := range g.Steps {
		if s.Done == p {
			ids = append(ids, s.ID)
		}
	}
	return strings.Join(ids, " ")
}

func missing(t *testing.T, g *guide.Guide, id string) string {
	t.Helper()
	at := slices.IndexFunc(g.Questions, func(q guide.Question) bool { return q.ID == id })
	if at < 0 {
		t.Fatalf("no question %s", id)
	}
	var titles []string
	for _, d := range g.Questions[at].Missing {
		titles = append(titles, d.Title.Zh)
	}
	return strings.Join(titles, "; ")
}

func TestAnEmptyStoreHasEverythingAhead(t *testing.T) {
	g := of(snapshot.NewBuilder(layers.Builtin()).Snapshot(), false)
	if !g.Empty || done(g, guide.None) != "names outlines places roads heights works targets exits" {
		t.Errorf("%+v", g)
	}
	for _, q := range g.Questions {
		if len(q.Missing) == 0 {
			t.Errorf("%s can be answered", q.ID)
		}
	}
}

func TestAStepIsDoneWhenThereIsSomethingOfAllThatBelongsToIt(t *testing.T) {
	c := layers.Builtin()
	b := snapshot.NewBuilder(c)
	square := orb.Polygon{{{108, 33}, {109, 33}, {109, 34}, {108, 34}, {108, 33}}}
	add(t, b, c, "county", 1, square, map[string]layers.Value{"code": layers.Text("990101"), "name": layers.Text("甲县")})
	add(t, b, c, "village", 1, orb.Point{108.5, 33.5}, map[string]layers.Value{
		"code": layers.Text("990101100201"), "name": layers.Text("甲村"), "power": layers.Bool(true),
	})
	add(t, b, c, "village", 2, nil, map[string]layers.Value{"code": layers.Text("990101100202"), "name": layers.Text("乙村")})
	snap := b.Snapshot()
	if g := of(snap, true); done(g, guide.Done) != "" || done(g, guide.Some) != "names outlines places heights works" {
		t.Errorf("with the county's outline: done %s; some %s", done(g, guide.Done), done(g, guide.Some))
	}
	var outlines []layers.Change
	for layer, code := range map[string]string{"town_area": "990101100", "village_area": "990101100201"} {
		l, _ := c.Layer(layer)
		f := &layers.Feature{ID: 1, Geometry: square, Values: make([]layers.Value, len(l.Fields))}
		f.Values[l.Field("code")] = layers.Text(code)
		outlines = append(outlines, layers.Change{Layer: layer, ID: 1, Feature: f})
	}
	snap, _, err := snap.Apply(outlines)
	if err != nil {
		t.Fatal(err)
	}
	g := of(snap, true)
	if g.Empty || done(g, guide.Done) != "outlines" || done(g, guide.Some) != "names places heights works" {
		t.Errorf("done %s; some %s", done(g, guide.Done), done(g, guide.Some))
	}
	places := g.Steps[2].Data[1]
	if places.Layer != "village" || places.Count != 1 || places.Of != 2 {
		t.Errorf("%+v", places)
	}
	for id, want := range map[string]string{
		"map":            "",
		"coverage-power": "",
		"coverage-water": "行政村：人均日供水量或通水年份; 行政村：取水往返时间或通水年份; 行政村：供水保证率或通水年份; 行政村：水质达标或通水年份",
		"coverage-road":  "镇的位置或范围; 公路的位置或范围; 公路：路面",
		"siting":         "公路的位置或范围; 镇的位置或范围; 灾害易发区的位置或范围; 禁建区的位置或范围",
	} {
		if got := missing(t, g, id); got != want {
			t.Errorf("%s lacks %s, not %s", id, got, want)
		}
	}
}

func TestWhatTheReaderMayNotKnowIsNotAskedFor(t *testing.T) {
	c := layers.Builtin()
	village, _ := c.Layer("village")
	c.Layers = slices.DeleteFunc(c.Layers, func(l *layers.Layer) bool { return l.ID == "hazard" })
	*village = *village.Without(func(field string) bool { return field == "move_population" || field == "move_households" })
	g := of(snapshot.NewBuilder(c).Snapshot(), false)
	for _, id := range []string{"siting", "relocation"} {
		if got := missing(t, g, id); strings.Contains(got, "灾害") || strings.Contains(got, "搬迁户") {
			t.Errorf("%s tells of %s", id, got)
		}
	}
}

// BenchmarkGuideOfFourHundredThousandFeatures counts what a county asks of them in each request.
func BenchmarkGuideOfFourHundredThousandFeatures(b *testing.B) {
	catalog := service.Builtin().Extend(layers.Builtin())
	builder := snapshot.NewBuilder(catalog)
	for id, most := range map[string]int64{"village": 20_000, "hamlet": 100_000, "road": 100_000, "facility": 180_000} {
		l, _ := catalog.Layer(id)
		for n := range most {
			f := layers.Feature{ID: n + 1, Values: make([]layers.Value, len(l.Fields))}
			f.Geometry = orb.Point{110 + float64(n%1000)/1000, 33}
			if id == "road" {
				f.Geometry = orb.LineString{{110, 33}, {110 + float64(n%1000)/1000, 33}}
			}
			f.Values[l.Field("name")] = layers.Text("甲")
			if err := builder.Add(l, &f); err != nil {
				b.Fatal(err)
			}
		}
	}
	snap := builder.Snapshot()
	least := time.Hour // the mean tells more of what else the machine does
	for b.Loop() {
		begin := time.Now()
		of(snap, true)
		least = min(least, time.Since(begin))
	}
	b.ReportMetric(least.Seconds()*1000, "least-ms")
}
