package cql2

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// someVillages are five villages that lack one thing or another.
func someVillages(t testing.TB) *snapshot.Table {
	t.Helper()
	catalog := layers.Builtin()
	village, _ := catalog.Layer("village")
	b := snapshot.NewBuilder(catalog)
	for i, row := range []map[string]layers.Value{
		{
			"name":       layers.Text("杏树园村"),
			"code":       layers.Text("611002001204"),
			"population": layers.Int(1200),
			"fibre":      layers.Bool(true),
			"exit_year":  layers.Int(2017),
			"elevation":  layers.Float(712.5),
		},
		{
			"name":       layers.Text("东店子村"),
			"code":       layers.Text("011002001205"),
			"population": layers.Int(300),
			"fibre":      layers.Bool(false),
			"exit_year":  layers.Int(2018),
			"elevation":  layers.Float(-3),
		},
		{"name": layers.Text("Café A_B"), "code": layers.Text("611002001206"), "population": layers.Int(0), "exit_year": layers.Int(2018)},
		{"name": layers.Text("100%"), "code": layers.Text("611002001207"), "fibre": layers.Bool(true)},
		{"name": layers.Text("它's"), "code": layers.Text("611002001208")},
	} {
		f := layers.Feature{ID: int64(i + 1), Values: make([]layers.Value, len(village.Fields)), Geometry: orb.Point{109 + float64(i)/2, 33.5}}
		if i == 4 {
			f.Geometry = nil
		}
		for name, v := range row {
			f.Values[village.Field(name)] = v
		}
		if err := b.Add(village, &f); err != nil {
			t.Fatal(err)
		}
	}
	table, _ := b.Snapshot().Table("village")
	return table
}

func bind(t testing.TB, table *snapshot.Table, text string) *Filter {
	t.Helper()
	e, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	f, err := e.Bind(table)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

// TestConditions gives the answer for each of someVillages: yes, no or unknown.
func TestConditions(t *testing.T) {
	table := someVillages(t)
	for _, c := range []struct{ text, want string }{
		{"population > 300", "ynn??"},
		{"NOT population > 300", "nyy??"},
		{"population > 300 OR fibre", "ynuyu"},
		{"population > 300 AND fibre", "ynnu?"},
		{"fibre = TRUE", "yn?y?"},
		{"fibre <> TRUE", "ny?n?"},
		{"fibre IS NULL", "nnyny"},
		{"fibre IS NOT NULL", "yynyn"},
		{"TRUE", "yyyyy"},
		{"name = '东店子村'", "nynnn"},
		{"name LIKE '%村'", "yynnn"},
		{"name LIKE '_店_村'", "nynnn"},
		{"name LIKE '%'", "yyyyy"},
		{"name LIKE ''", "nnnnn"},
		{`name LIKE '100\%'`, "nnnyn"},
		{`name LIKE '%A\_B'`, "nnyny"[:2] + "ynn"},
		{"name LIKE 'it%'", "nnnnn"},
		{"name = '它''s'", "nnnny"},
		{"CASEI(name) = 'café a_b'", "nnynn"},
		{"ACCENTI(CASEI(name)) LIKE 'cafe%'", "nnynn"},
		{"CASEI(name) = CASEI('CAFÉ A_B')", "nnynn"},
		{"code = '611002001204'", "ynnnn"},
		{"code <> '611002001204'", "nyyyy"},
		{"code LIKE '61%20_'", "ynyyy"},
		{"code LIKE '01%'", "nynnn"},
		{"code IN ('611002001204', '011002001205', 'x')", "yynnn"},
		{"'611002001206' <= code", "nnyyy"},
		{"code >= '611002001206'", "nnyyy"},
		{"population IN (0, 300)", "nyy??"},
		{"population NOT IN (0, 300)", "ynn??"},
		{"population IN (id * 150, 1200)", "yyn??"},
		{"population BETWEEN 0 AND 300", "nyy??"},
		{"population NOT BETWEEN 0 AND 300", "ynn??"},
		{"population / 0 > 1", "?????"},
		{"population + id = 1201", "ynn??"},
		{"population % 7 = 3", "ynn??"},
		{"population div 7 = 171", "ynn??"},
		{"id ^ 2 = 9", "nnynn"},
		{"-id = -3", "nnynn"},
		{"elevation * 2 = 1425", "yn???"},
		{"exit_year <= DATE('2017-06-30')", "ynn??"},
		{"exit_year = TIMESTAMP('2018-06-30T00:00:00Z')", "nyy??"},
		{"DATE('2018-01-01') > exit_year", "ynn??"},
		{"name = code", "nnnnn"},
		{"id = 2", "nynnn"},
		{"S_INTERSECTS(geometry, BBOX(109.2, 33, 110.2, 34))", "nyyn?"},
		{"S_DISJOINT(geometry, BBOX(109.2, 33, 110.2, 34))", "ynny?"},
		{"S_WITHIN(geometry, POLYGON((109.5 33, 111 33, 111 34, 109.5 34, 109.5 33)))", "nnyy?"},
		{"S_TOUCHES(geometry, POLYGON((109.5 33, 111 33, 111 34, 109.5 34, 109.5 33)))", "nynn?"},
		{"S_CONTAINS(POLYGON((109.5 33, 111 33, 111 34, 109.5 34, 109.5 33)), geometry)", "nnyy?"},
		{"S_EQUALS(geometry, POINT(110 33.5))", "nnyn?"},
		{"S_INTERSECTS(geometry, LINESTRING(109 33.5, 109.5 33.5))", "yynn?"},
		{"geometry IS NULL", "nnnny"},
	} {
		f := bind(t, table, c.text)
		got := ""
		for id := int64(1); id <= 5; id++ {
			row, _ := table.Find(id)
			got += string("n?y"[f.root.test(row)])
			if f.Match(row) != (f.root.test(row) == isTrue) {
				t.Errorf("%s: row %d matches though it is not true, or the other way round", c.text, row)
			}
		}
		if want := strings.ReplaceAll(c.want, "u", "?"); got != want {
			t.Errorf("%s: got %s, want %s", c.text, got, want)
		}
	}
}

func TestBindErrorsNamePropertyAndWhatIsAllowed(t *testing.T) {
	table := someVillages(t)
	for _, c := range []struct{ text, want string }{
		{"人口 > 1", `at character 1: layer village has no property "人口": there are id, code, name`},
		{"name = 1", "at character 8: name is a text and 1 is a number, which do not compare"},
		{"population = '1'", "population is a number and '1' is a text"},
		{"code = 611002001204", "code is a text"},
		{"fibre > TRUE", "true and false compare by = and <> alone"},
		{"fibre = 1", "fibre is true or false and 1 is a number"},
		{"population", "at character 1: population is a number, not true or false"},
		{"population LIKE '1%'", "at character 1: LIKE takes texts; population is a number"},
		{"name LIKE code", "at character 11: LIKE takes a pattern that stands in the filter"},
		{"name + 1 = 2", "at character 1: + takes numbers, not a text"},
		{"CASEI(population) = '1'", "CASEI takes a text, not a number"},
		{"population = DATE('2018-01-01')", "a date compares with a property of years alone"},
		{"geometry = POINT(1 2)", "geometry compares by the functions"},
		{"S_WITHIN(name, POINT(1 2))", "S_WITHIN takes the property geometry and a geometry"},
		{"S_WITHIN(geometry, geometry)", "S_WITHIN takes the property geometry and a geometry"},
		{"S_WITHIN(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "at character 20: the geometry is not valid"},
		{"population IN (1, 'x')", "at character 19: population is a number and 'x' is a text"},
		{"name = 'x' AND nothing = 1", `at character 16: layer village has no property "nothing"`},
	} {
		e, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if _, err := e.Bind(table); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestFitsIsWhetherAllPropertiesAreThere(t *testing.T) {
	catalog := layers.Builtin()
	for _, c := range []struct {
		layer, text string
		want        bool
	}{
		{"road", "surface = '水泥' AND id > 3 AND S_WITHIN(geometry, BBOX(1,2,3,4))", true},
		{"village", "surface = '水泥' OR population > 3", false},
		{"dataset", "S_WITHIN(geometry, BBOX(1,2,3,4))", false},
	} {
		l, _ := catalog.Layer(c.layer)
		e, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Fits(l); got != c.want {
			t.Errorf("%s fits %s: got %v, want %v", c.text, c.layer, got, c.want)
		}
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	table := someVillages(t)
	for _, text := range []string{
		"population * 2 > 600 AND exit_year BETWEEN 2017 AND 2018", "name LIKE '%村' AND CASEI(name) = 'x'",
		"code LIKE '61%' OR code < '7' OR code IN ('1', '2')", "fibre AND name IS NOT NULL",
		"S_WITHIN(geometry, BBOX(109, 33, 110, 34)) OR S_INTERSECTS(geometry, LINESTRING(109 33.5, 109.5 33.5))",
	} {
		f := bind(t, table, text)
		all := func() {
			for row := range table.Rows {
				f.Match(row)
			}
		}
		all() // each text is tested once
		if n := testing.AllocsPerRun(10, all); n > 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

func TestBoxHoldsAllMatches(t *testing.T) {
	table := someVillages(t)
	for _, c := range []struct {
		text  string
		whole bool
	}{
		{"S_WITHIN(geometry, BBOX(109.2, 33, 110.2, 34)) AND id > 0", false},
		{"S_WITHIN(geometry, BBOX(109.2, 33, 110.2, 34)) OR S_EQUALS(geometry, POINT(109 33.5))", false},
		{"S_WITHIN(geometry, BBOX(109.2, 33, 110.2, 34)) OR id = 4", true},
		{"NOT S_WITHIN(geometry, BBOX(109.2, 33, 110.2, 34))", true},
		{"S_DISJOINT(geometry, BBOX(109.2, 33, 110.2, 34))", true},
	} {
		f := bind(t, table, c.text)
		for row := range table.Rows {
			if f.Match(row) && !table.Shape(row).Box().Intersects(f.Box()) {
				t.Errorf("%s: row %d matches and lies outside of the box", c.text, row)
			}
		}
		if whole := sizeOf(f.Box()) > 1e18; whole != c.whole {
			t.Errorf("%s: the box is the world: %v, want %v", c.text, whole, c.whole)
		}
	}
}
