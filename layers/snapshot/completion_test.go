package snapshot

import (
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/paulmach/orb"
)

func TestStandingIsWhatIsCompletedByTheYear(t *testing.T) {
	catalog := layers.Builtin()
	road, _ := catalog.Layer("road")
	line := func(at float64) orb.LineString { return orb.LineString{{at, 33}, {at + 1, 34}} }
	b := NewBuilder(catalog)
	for _, c := range []struct {
		id     int64
		at     float64
		status layers.Value
		year   layers.Value
	}{
		{1, 109, layers.Text("existing"), layers.Int(2015)},
		{2, 110, layers.Text("existing"), layers.Null},
		{3, 111, layers.Null, layers.Null},
		{4, 112, layers.Text("planned"), layers.Null},
		{5, 113, layers.Text("building"), layers.Int(2017)},
		{6, 109, layers.Text("planned"), layers.Int(2018)}, // an upgrade of 1
		{7, 109, layers.Text("planned"), layers.Int(2020)}, // and of 6
		{8, 109, layers.Text("planned"), layers.Int(2020)}, // the same again
	} {
		f := &layers.Feature{ID: c.id, Geometry: line(c.at), Values: make([]layers.Value, len(road.Fields))}
		f.Values[road.Field("status")], f.Values[road.Field("year")] = c.status, c.year
		if err := b.Add(road, f); err != nil {
			t.Fatal(err)
		}
	}
	table, _ := b.Snapshot().Table("road")
	for _, c := range []struct {
		year int
		want string
	}{{2014, "23"}, {2016, "123"}, {2017, "1235"}, {2018, "2356"}, {2019, "2356"}, {2020, "2357"}} {
		s := table.CompleteBy(c.year)
		got := ""
		for id := int64(1); id <= 8; id++ {
			if row, _ := table.Find(id); s.Has(row) {
				got += string('0' + rune(id))
			}
		}
		if got != c.want {
			t.Errorf("by %d: %s, want %s", c.year, got, c.want)
		}
	}
	village, _ := b.catalog.Layer("village")
	if s := (&Table{Layer: village}).CompleteBy(2018); s != nil {
		t.Errorf("villages are not built, but have %v", s)
	}
}
