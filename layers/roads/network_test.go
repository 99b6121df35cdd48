package roads

import (
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type values map[string]layers.Value

var catalog = layers.Builtin()

func feature(t *testing.T, id int64, g orb.Geometry, v values) layers.Feature {
	t.Helper()
	l, _ := catalog.Layer("road")
	f := layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
	for field, value := range v {
		i := l.Field(field)
		if i < 0 {
			t.Fatalf("no field %s", field)
		}
		f.Values[i] = value
	}
	return f
}

// street is the line of the n-th road: they meet end to end.
func street(n int) orb.LineString {
	return orb.LineString{{110 + float64(n)*0.01, 33.5}, {110 + float64(n+1)*0.01, 33.5}}
}

func snapshotOf(t *testing.T, roads ...values) *snapshot.Snapshot {
	t.Helper()
	b := snapshot.NewBuilder(catalog)
	l, _ := catalog.Layer("road")
	for i, v := range roads {
		f := feature(t, int64(i+1), street(i), v)
		if err := b.Add(l, &f); err != nil {
			t.Fatal(err)
		}
	}
	return b.Snapshot()
}

func TestARoadIsThereFromItsYearOn(t *testing.T) {
	text, whole := layers.Text, layers.Int
	for _, c := range []struct {
		name  string
		road  values
		there map[int]bool // by year
	}{
		{"existing since ever", values{"status": text("existing")}, map[int]bool{1990: true, 2030: true}},
		{"existing since 2015", values{"status": text("existing"), "year": whole(2015)}, map[int]bool{2014: false, 2015: true, 2020: true}},
		{"planned for 2019", values{"status": text("planned"), "year": whole(2019)}, map[int]bool{2018: false, 2019: true}},
		{"building until 2018", values{"status": text("building"), "year": whole(2018)}, map[int]bool{2017: false, 2018: true}},
		{"planned for some day", values{"status": text("planned")}, map[int]bool{2018: false, 2100: false}},
		{"of unknown status", values{}, map[int]bool{2018: true}},
	} {
		snap := snapshotOf(t, c.road)
		for year, want := range c.there {
			n := Build(snap, year)
			if got := !n.Graph.All().IsEmpty(); got != want || n.Year != year {
				t.Errorf("%s: there in %d: %v, want %v", c.name, year, got, want)
			}
		}
	}
}

func TestARoadIsWhatItsFieldsSay(t *testing.T) {
	text := layers.Text
	there := text("existing")
	for _, c := range []struct {
		name string
		road values
		want network.Attributes
	}{
		{
			"a cement village road of class IV",
			values{"status": there, "class": text("村道"), "grade": text("四级"), "surface": text("水泥"), "kind": text("road")},
			network.Attributes{SpeedKmh: 20, Grade: 2, Hardened: true, Passable: true},
		},
		{
			"an expressway's bridge",
			values{"status": there, "grade": text("高速"), "surface": text("沥青"), "kind": text("bridge")},
			network.Attributes{SpeedKmh: 80, Grade: 6, Kind: network.Bridge, Hardened: true, Passable: true},
		},
		{
			"an earth road below class IV",
			values{"status": there, "grade": text("等外"), "surface": text("土路")},
			network.Attributes{SpeedKmh: 7.5, Grade: 1, Passable: true},
		},
		{
			"a county road of unknown grade and surface",
			values{"status": there, "class": text("县道")},
			network.Attributes{SpeedKmh: 22.5, Passable: true},
		},
		{"a road of which nothing is known", values{"status": there}, network.Attributes{SpeedKmh: 11.25, Passable: true}},
		{
			"cement of unknown status",
			values{"grade": text("四级"), "surface": text("水泥")},
			network.Attributes{SpeedKmh: 20, Grade: 2, Passable: true},
		},
		{"a cableway", values{"status": there, "kind": text("cableway"), "surface": text("水泥")}, network.Attributes{Kind: network.Cableway}},
	} {
		n := Build(snapshotOf(t, c.road), 2020)
		if got := n.Graph.Edge(0).Attributes; got != c.want {
			t.Errorf("%s is %+v, want %+v", c.name, got, c.want)
		}
		if n.Passable.Has(0) != c.want.Passable || n.Hardened.Has(0) != c.want.Hardened {
			t.Errorf("%s: passable %v, hardened %v", c.name, n.Passable.Has(0), n.Hardened.Has(0))
		}
	}
}

func TestEveryGradeAndSurfaceHasASpeed(t *testing.T) {
	l, _ := catalog.Layer("road")
	for _, choice := range l.Fields[l.Field("grade")].Values {
		if gradeKmh[choice.Value] == 0 || GradeRank(choice.Value) == 0 {
			t.Errorf("grade %s has speed %v and rank %d", choice.Value, gradeKmh[choice.Value], GradeRank(choice.Value))
		}
	}
	for _, choice := range l.Fields[l.Field("class")].Values {
		if gradeKmh[classGrade[choice.Value]] == 0 {
			t.Errorf("class %s has no grade", choice.Value)
		}
	}
	for _, choice := range l.Fields[l.Field("surface")].Values {
		if surfaceShare[choice.Value] == 0 {
			t.Errorf("surface %s has no share", choice.Value)
		}
	}
}

func TestRowsLeadBackToRoads(t *testing.T) {
	snap := snapshotOf(t, values{"name": layers.Text("东街")}, values{"name": layers.Text("西街")})
	n := Build(snap, 2020)
	names := map[string]bool{}
	for e := range int32(n.Graph.Edges()) {
		names[n.Table.Get(n.Graph.Edge(e).Row, "name").Text()] = true
	}
	if n.Graph.Nodes() != 3 || !names["东街"] || !names["西街"] {
		t.Errorf("%d nodes, roads %v", n.Graph.Nodes(), names)
	}
}

func TestTheCacheBuildsOnceForEachStateOfTheRoads(t *testing.T) {
	var c Cache
	snap := snapshotOf(t, values{})
	var all [8]*Network
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() { all[i] = c.Get(snap, 2020) })
	}
	wait.Wait()
	for _, n := range all {
		if n != all[0] {
			t.Fatal("two networks of one year")
		}
	}
	same, _, err := snap.Apply([]layers.Change{{Layer: "town", ID: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Get(same, 2020) != all[0] {
		t.Error("an edit of another layer makes another network")
	}
	f := feature(t, 2, street(1), nil)
	next, _, err := snap.Apply([]layers.Change{{Layer: "road", ID: 2, Feature: &f}})
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Get(next, 2020); n == all[0] || n.Graph.Edges() != 2 {
		t.Error("an edit of the roads makes no new network")
	}
}

func TestTheCacheKeepsTheYearsLastAskedFor(t *testing.T) {
	var c Cache
	snap := snapshotOf(t, values{})
	first := c.Get(snap, 2000)
	for year := 2001; year < 2000+keptYears; year++ {
		c.Get(snap, year)
	}
	if c.Get(snap, 2000) != first {
		t.Errorf("%d years are too many", keptYears)
	}
	second := c.Get(snap, 2001)
	c.Get(snap, 2000)
	for year := 2010; year < 2010+keptYears-1; year++ {
		c.Get(snap, year)
	}
	if c.Get(snap, 2000) != first {
		t.Error("the year last asked for is gone")
	}
	count := 0
	for range c.networks.All() {
		count++
	}
	if c.Get(snap, 2001) == second || count != keptYears {
		t.Errorf("%d networks are kept", count)
	}
}

func TestYearsBetweenWhichNothingWasCompletedShareAGraph(t *testing.T) {
	var c Cache
	snap := snapshotOf(t, values{"year": layers.Int(2016)})
	before, after, later := c.Get(snap, 2015), c.Get(snap, 2016), c.Get(snap, 2020)
	if later.Graph != after.Graph || later.Year != 2020 || after.Year != 2016 || before.Graph == after.Graph {
		t.Error("the graphs of 2015, 2016 and 2020 are not two")
	}
}

func TestWithoutRoadsThereIsAnEmptyNetwork(t *testing.T) {
	empty := snapshot.NewBuilder(&layers.Catalog{}).Snapshot()
	if n := new(Cache).Get(empty, 2020); n.Graph.Edges() != 0 || n.Table != nil {
		t.Errorf("%+v", n)
	}
}

func TestAnUpgradeTakesThePlaceOfTheRoad(t *testing.T) {
	b := snapshot.NewBuilder(catalog)
	l, _ := catalog.Layer("road")
	there, planned, earth, cement := layers.Text("existing"), layers.Text("planned"), layers.Text("土路"), layers.Text("水泥")
	for i, v := range []values{
		{"status": there, "surface": earth},
		{"status": planned, "surface": layers.Text("砂石"), "year": layers.Int(2017)},
		{"status": planned, "surface": cement, "year": layers.Int(2019)},
		{"status": planned, "surface": cement},
	} {
		f := feature(t, int64(i+1), street(0), v)
		if err := b.Add(l, &f); err != nil {
			t.Fatal(err)
		}
	}
	f := feature(t, 9, orb.LineString{{110, 33.5}, {110.01, 33.5}, {110.01, 33.51}}, nil) // begins with the same stretch
	if err := b.Add(l, &f); err != nil {
		t.Fatal(err)
	}
	snap := b.Snapshot()
	for year, want := range map[int]int64{2016: 1, 2017: 2, 2018: 2, 2019: 3} {
		n := Build(snap, year)
		ids := map[int64]bool{}
		for e := range int32(n.Graph.Edges()) {
			if !n.Graph.All().Has(e) {
				continue
			}
			ids[n.Table.ID(n.Graph.Edge(e).Row)] = true
		}
		if len(ids) != 2 || !ids[want] || !ids[9] {
			t.Errorf("%d: roads %v, want %d and 9", year, ids, want)
		}
	}
}
