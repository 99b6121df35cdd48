package layers

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestStandingIsWhatIsCompletedByTheYear(t *testing.T) {
	catalog := Builtin()
	road, _ := catalog.Layer("road")
	line := func(at float64) orb.LineString { return orb.LineString{{at, 33}, {at + 1, 34}} }
	b := NewBuilder(catalog)
	for _, c := range []struct {
		id     int64
		at     float64
		status Value
		year   Value
	}{
		{1, 109, Text("existing"), Int(2015)},
		{2, 110, Text("existing"), Null},
		{3, 111, Null, Null},
		{4, 112, Text("planned"), Null},
		{5, 113, Text("building"), Int(2017)},
		{6, 109, Text("planned"), Int(2018)}, // an upgrade of 1
		{7, 109, Text("planned"), Int(2020)}, // and of 6
		{8, 109, Text("planned"), Int(2020)}, // the same again
	} {
		f := &Feature{ID: c.id, Geometry: line(c.at), Values: make([]Value, len(road.Fields))}
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
		s := table.Standing(c.year)
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
	if s := (&Table{Layer: village}).Standing(2018); s != nil {
		t.Errorf("villages are not built, but have %v", s)
	}
}
