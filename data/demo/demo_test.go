package demo

import (
	"fmt"
	"hash/fnv"
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/layers"
)

// table is one generated layer.
type table struct {
	layer *layers.Layer
	list  []layers.Feature
}

func (t *table) at(f *layers.Feature, field string) layers.Value {
	i := t.layer.Field(field)
	if i < 0 {
		panic("no field " + field)
	}
	return f.Values[i]
}

func (t *table) sum(field string) int {
	n := 0
	for i := range t.list {
		n += int(t.at(&t.list[i], field).Int())
	}
	return n
}

func (t *table) count(is func(*layers.Feature) bool) int {
	n := 0
	for i := range t.list {
		n += b2i(is(&t.list[i]))
	}
	return n
}

// prefecture is what the tests look at, made once.
var prefecture = sync.OnceValue(func() map[string]*table {
	out := map[string]*table{}
	catalog := layers.Builtin()
	for _, l := range catalog.Layers {
		out[l.ID] = &table{layer: l}
	}
	madeWorld().emit(1, func(e layers.Edit, _ error) bool {
		out[e.Layer].list = append(out[e.Layer].list, e.Feature)
		return true
	})
	return out
})

var madeWorld = sync.OnceValue(func() *world {
	w, err := newWorld(1)
	if err != nil {
		panic(err)
	}
	return w
})

func TestAnotherSeedGivesAnotherPrefectureThatTheCatalogueAllows(t *testing.T) {
	last, ids, same := "", int64(0), 0
	villages := prefecture()["village"].list
	for e, err := range Generate(Options{Seed: 7}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Layer != last {
			last, ids = e.Layer, 0
		}
		if ids++; e.Feature.ID != ids || e.Op != layers.Insert {
			t.Fatalf("%s: id %d follows %d", e.Layer, e.Feature.ID, ids-1)
		}
		l, _ := layers.Builtin().Layer(e.Layer)
		if err := l.Check(&e.Feature); err != nil {
			t.Fatalf("%s %d: %v", e.Layer, e.Feature.ID, err)
		}
		if l.HasGeometry() && e.Feature.Geometry == nil {
			t.Fatalf("%s %d has no geometry", e.Layer, e.Feature.ID)
		}
		if e.Layer == "village" {
			same += b2i(e.Feature.Geometry == villages[ids-1].Geometry)
		}
	}
	if same > 10 {
		t.Errorf("%d villages stay where they are", same)
	}
}

func TestEveryFieldIsFilledAndSomeValuesAreUnknown(t *testing.T) {
	for id, tab := range prefecture() {
		for i, f := range tab.layer.Fields {
			n := 0
			for k := range tab.list {
				n += b2i(!tab.list[k].Values[i].IsNull())
			}
			if n == 0 && f.ID != "note" && f.ID != layers.PlacedBy && !f.Signed { // all places are known, and nothing was done here
				t.Errorf("%s.%s is null everywhere", id, f.ID)
			}
		}
	}
	v := prefecture()["village"]
	for _, field := range mayBeUnknown {
		n := v.count(func(f *layers.Feature) bool { return v.at(f, field).IsNull() })
		if n < 5 || n > 70 {
			t.Errorf("%s is unknown in %d of 1079 villages", field, n)
		}
	}
}

func TestItAddsUpToThePlan(t *testing.T) {
	p := prefecture()
	v, s, c := p["village"], p["site"], p["county"]
	exits := func(year int64) int {
		return v.count(func(f *layers.Feature) bool { return v.at(f, "poverty").Bool() && v.at(f, "exit_year").Int() == year })
	}
	counties := func(year int64) int {
		return c.count(func(f *layers.Feature) bool { return c.at(f, "exit_year").Int() == year })
	}
	zones, zoneHH := 0, 0
	for i := range s.list[:12] {
		zones += int(s.at(&s.list[i], "people").Int())
		zoneHH += int(s.at(&s.list[i], "households").Int())
	}
	leaving := 0
	for _, n := range PeopleOut() {
		leaving += n
	}
	for _, row := range []struct {
		what      string
		got, want int
	}{
		{"counties", len(c.list), 7},
		{"towns", len(p["town"].list), 98},
		{"villages", len(v.list), 1079},
		{"poverty villages", v.count(func(f *layers.Feature) bool { return v.at(f, "poverty").Bool() }), 699},
		{"exits in 2016", exits(2016), 258},
		{"exits in 2017", exits(2017), 289},
		{"exits in 2018", exits(2018), 152},
		{"registered poor", v.sum("poor_population"), 489_000},
		{"registered poor by county", c.sum("poor_population"), 489_000},
		{"poor leaving by year, as the plan rounds them", leaving, 490_000},
		{"people to relocate", v.sum("move_population"), 261_200},
		{"people in the twelve zones", zones, 252_800},
		{"households in the twelve zones", zoneHH, 67_800},
		{"sites", len(s.list), 200},
		{"capacity of sites", s.sum("people"), 276_000},
		{"counties out in 2018", counties(2018), 2},
		{"counties out in 2019", counties(2019), 3},
		{"counties out in 2020", counties(2020), 2},
		{"rural people", c.sum("rural_population"), v.sum("population")},
		{"people", c.sum("population"), p["town"].sum("population")},
	} {
		if row.got != row.want {
			t.Errorf("%s: %d, want %d", row.what, row.got, row.want)
		}
	}
	if n := c.sum("population"); n < 2_300_000 || n > 2_500_000 {
		t.Errorf("%d people", n)
	}
	for i := range c.list {
		code := c.at(&c.list[i], "code").Text()
		n := v.count(func(f *layers.Feature) bool { return v.at(f, "county").Text() == code && v.at(f, "poverty").Bool() })
		if n != countyPlans[code].poverty {
			t.Errorf("%s: %d poverty villages, want %d", code, n, countyPlans[code].poverty)
		}
	}
}

func TestNoVillageHasMoreThanItself(t *testing.T) {
	v := prefecture()["village"]
	for i := range v.list {
		f := &v.list[i]
		n := func(field string) int64 { return v.at(f, field).Int() }
		if n("poor_population") > n("population") || n("move_population") > n("poor_population") || n("poor_households") > n("households") ||
			n("move_households") > n("households") || n("dangerous_houses") > n("households") || n("poor_households") > n("poor_population") {
			t.Errorf("%s: %v", v.at(f, "name").Text(), f.Values)
		}
	}
	s := prefecture()["site"]
	for i := range s.list {
		f := &s.list[i]
		if s.at(f, "occupied").Int() > s.at(f, "people").Int() {
			t.Errorf("%s holds more than it can", s.at(f, "name").Text())
		}
		if (s.at(f, "households").Int() >= smallestZone) != (i < 12) {
			t.Errorf("%s: %d households", s.at(f, "name").Text(), s.at(f, "households").Int())
		}
	}
}

func TestNamesAndCodesAreTheOfficialOnes(t *testing.T) {
	codes := map[string]map[string]string{"town": {}, "village": {}}
	for layer, names := range codes {
		tab := prefecture()[layer]
		for i := range tab.list {
			names[tab.at(&tab.list[i], "code").Text()] = tab.at(&tab.list[i], "name").Text()
		}
		if len(names) != len(tab.list) {
			t.Errorf("%s codes repeat", layer)
		}
	}
	for _, row := range []struct{ layer, code, name string }{
		{"town", "611002001", "城关街道"},
		{"town", "611025105", "茅坪回族镇"},
		{"village", "611002001204", "杏树园村"},
		{"village", "611002001205", "西苑村"},
		{"village", "611002111226", "黑龙口村"},
		{"village", "611024107226", "黑龙谷村"},
	} {
		if got := codes[row.layer][row.code]; got != row.name {
			t.Errorf("%s is %q, want %q", row.code, got, row.name)
		}
	}
	if _, ok := codes["village"]["611002400598"]; ok {
		t.Error("a virtual unit is among the villages")
	}
}

func TestEverythingLiesInItsCounty(t *testing.T) {
	p := prefecture()
	c := p["county"]
	outline := map[string]orb.MultiPolygon{}
	for i := range c.list {
		switch g := c.list[i].Geometry.(type) {
		case orb.Polygon:
			outline[c.at(&c.list[i], "code").Text()] = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			outline[c.at(&c.list[i], "code").Text()] = g
		}
	}
	for _, id := range []string{"town", "village", "hamlet", "water", "broadband", "facility", "site", "park"} {
		tab := p[id]
		for i := range tab.list {
			f := &tab.list[i]
			at, ok := f.Geometry.(orb.Point)
			if !ok {
				at = f.Geometry.Bound().Center()
			}
			if !planar.MultiPolygonContains(outline[tab.at(f, "county").Text()], at) {
				t.Errorf("%s %s lies outside its county", id, tab.at(f, "name").Text())
			}
		}
	}
}

func TestCountiesHaveNoHoles(t *testing.T) {
	c := prefecture()["county"]
	for i := range c.list {
		polygons := orb.MultiPolygon{}
		switch g := c.list[i].Geometry.(type) {
		case orb.Polygon:
			polygons = append(polygons, g)
		case orb.MultiPolygon:
			polygons = g
		}
		for _, p := range polygons {
			if len(p) != 1 {
				t.Errorf("%s has %d rings inside", c.at(&c.list[i], "name").Text(), len(p)-1)
			}
		}
	}
}

func TestVillagesKeepApart(t *testing.T) {
	v := prefecture()["village"]
	for i := range v.list {
		for j := i + 1; j < len(v.list); j++ {
			a, b := plane.ToPlane(v.list[i].Geometry.(orb.Point)), plane.ToPlane(v.list[j].Geometry.(orb.Point))
			if a.Distance(b) < 400 {
				t.Errorf("%s and %s are %.0f m apart", v.at(&v.list[i], "name").Text(), v.at(&v.list[j], "name").Text(), a.Distance(b))
			}
		}
	}
}

func TestMostVillagesAreNearestTheirOwnTown(t *testing.T) {
	w, own := madeWorld(), 0
	for k := range w.villages {
		own += b2i(w.townIn(w.villages[k].county, w.villages[k].at) == w.villages[k].town)
	}
	if own < 700 {
		t.Errorf("%d of 1079", own)
	}
}

func TestRemoteVillagesFareWorse(t *testing.T) {
	w, v := madeWorld(), prefecture()["village"]
	for _, row := range []struct {
		what string
		sign float64
		of   func(k int, f *layers.Feature) float64
	}{
		{"poverty", +1, func(_ int, f *layers.Feature) float64 { return float64(b2i(v.at(f, "poverty").Bool())) }},
		{"share of poor", +1, func(k int, _ *layers.Feature) float64 {
			return float64(w.people[k].poor) / float64(w.people[k].population)
		}},
		{"share to move", +1, func(k int, _ *layers.Feature) float64 {
			return float64(w.people[k].move) / float64(w.people[k].population)
		}},
		{"income", -1, func(k int, _ *layers.Feature) float64 { return float64(w.people[k].income) }},
		{"tap water", -1, func(k int, _ *layers.Feature) float64 { return w.people[k].tapRate }},
		{"fibre", -1, func(k int, _ *layers.Feature) float64 { return float64(b2i(w.people[k].fibre)) }},
		{"signal", -1, func(k int, _ *layers.Feature) float64 { return float64(b2i(w.people[k].mobile)) }},
		{"population", -1, func(k int, _ *layers.Feature) float64 { return float64(w.people[k].population) }},
	} {
		var xs, ys []float64
		for k := range v.list {
			xs, ys = append(xs, w.away[k]+20*float64(w.ground.Above[w.villages[k].cell])), append(ys, row.of(k, &v.list[k]))
		}
		if r := correlation(xs, ys); r*row.sign < 0.1 {
			t.Errorf("%s goes with remoteness by %.2f", row.what, r)
		}
	}
}

func correlation(x, y []float64) float64 {
	mx, my := 0.0, 0.0
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

func TestTheSameOptionsGiveTheSameBytes(t *testing.T) {
	digest := func(w *world) uint64 {
		h := fnv.New64a()
		w.emit(2, func(e layers.Edit, _ error) bool {
			fmt.Fprintf(h, "%v", e)
			return true
		})
		return h.Sum64()
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	again, err := newWorld(1)
	if err != nil {
		t.Fatal(err)
	}
	if digest(again) != digest(madeWorld()) {
		t.Error("two runs differ")
	}
}
