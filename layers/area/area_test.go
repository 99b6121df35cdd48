package area_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type record map[string]string

func build(t testing.TB, rows map[string][]record) *snapshot.Snapshot {
	t.Helper()
	catalog := layers.Builtin()
	b := snapshot.NewBuilder(catalog)
	for layer, list := range rows {
		l, _ := catalog.Layer(layer)
		for n, r := range list {
			f := &layers.Feature{ID: int64(n + 1), Values: make([]layers.Value, len(l.Fields))}
			for id, v := range r {
				f.Values[l.Field(id)] = layers.Text(v)
			}
			if layer != "county" {
				f.Geometry = orb.Point{109 + float64(n)/10, 33}
			}
			if err := b.Add(l, f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Snapshot()
}

// world has a town that was moved: its code begins with the digits of the county that it came from.
func world(t testing.TB) *snapshot.Snapshot {
	return build(t, map[string][]record{
		"county": {
			{"code": "611002", "name": "商州区", "city": "商洛市"}, {"code": "611021", "name": "洛南县"}, {"code": "610122", "name": "蓝田县", "city": "西安市"},
		},
		"town": {{"code": "611002001", "name": "城关街道", "county": "611002"}, {"code": "611002108", "name": "移来镇", "county": "611021"}},
		"village": {
			{"code": "611002001201", "name": "东店子村", "town": "611002001", "county": "611002"},
			{"code": "611002108201", "name": "移来村", "town": "611002108", "county": "611002"}, // its own county is out of date
			{"code": "610122100201", "name": "无镇村", "county": "610122"},
		},
		"hamlet": {{"name": "组", "village": "611002108201"}, {"name": "散户", "county": "611002"}, {"name": "不明"}},
	})
}

func TestAnAreaHasItsLevelNameAndParents(t *testing.T) {
	x := area.New(world(t))
	for _, c := range []struct{ code, path string }{
		{"611002001201", "[东店子村 village] [城关街道 town] [商州区 county] [商洛市 prefecture] [ province]"},
		{"611002108201", "[移来村 village] [移来镇 town] [洛南县 county] [商洛市 prefecture] [ province]"},
		{"610122100201", "[无镇村 village] [蓝田县 county] [西安市 prefecture] [ province]"},
		{"611000", "[商洛市 prefecture] [ province]"},
		{"999999", ""},
	} {
		path := ""
		for n, a := range x.Path(c.code) {
			if n > 0 {
				path += " "
			}
			path += fmt.Sprintf("[%s %s]", a.Name, a.Level)
		}
		if path != c.path {
			t.Errorf("%s: %s, want %s", c.code, path, c.path)
		}
	}
	if town, _ := x.Find("611002108"); town.Box.IsEmpty() || town.Box.Min.X > town.Box.Max.X {
		t.Errorf("a town's box: %v", town.Box)
	}
	if list := x.Named("洛南县"); len(list) != 1 || list[0].Code != "611021" {
		t.Errorf("%v", list)
	}
	if list := x.Children("611000"); len(list) != 2 || list[0].Code != "611002" {
		t.Errorf("%v", list)
	}
}

func TestAnAreaLiesInANarrowingWhereItLiesInEachOfItsParts(t *testing.T) {
	x := area.New(world(t))
	for _, c := range []struct {
		in          area.Narrowing
		holds       string // of the areas below
		belowCounty bool
	}{
		{area.Narrowing{}, "610000 611000 611002 611021 611002108 611002108201", false},
		{area.Narrowing{Area: "611000"}, "611000 611002 611021 611002108 611002108201", false},
		{area.Narrowing{Area: "610000", County: "611021"}, "611021 611002108 611002108201", false},
		{area.Narrowing{County: "611021", Town: "611002108"}, "611002108 611002108201", true},
		{area.Narrowing{County: "611002", Town: "611002108"}, "", true}, // which has left that county
		{area.Narrowing{Area: "611002108201"}, "611002108201", true},
	} {
		var held []string
		for _, code := range []string{"610000", "611000", "611002", "611021", "611002108", "611002108201"} {
			if c.in.Holds(x, code) {
				held = append(held, code)
			}
		}
		if got := strings.Join(held, " "); got != c.holds || c.in.Below(x, area.County) != c.belowCounty {
			t.Errorf("%+v holds %s, not %s; below county: %v", c.in, got, c.holds, c.in.Below(x, area.County))
		}
	}
	for code, county := range map[string]string{"611002108201": "611021", "611002108": "611021", "611021": "611021", "611000": "611000"} {
		if got := x.UpTo(area.County, code); got != county {
			t.Errorf("%s up to its county: %s", code, got)
		}
	}
}

func TestWithinGoesByParentsAndNotByDigits(t *testing.T) {
	snap := world(t)
	x := area.New(snap)
	for _, c := range []struct {
		layer, code string
		want        []int64
	}{
		{"village", "611002", []int64{1}},
		{"village", "611021", []int64{2}},
		{"village", "611000", []int64{1, 2}},
		{"village", "610000", []int64{1, 2, 3}},
		{"village", "611002108", []int64{2}},
		{"village", "610122100201", []int64{3}},
		{"hamlet", "611021", []int64{1}},
		{"hamlet", "611002", []int64{2}},
		{"town", "611021", []int64{2}},
		{"county", "611000", []int64{1, 2}},
	} {
		table, _ := snap.Table(c.layer)
		within, err := x.Within(table, c.code)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for row := range table.Rows {
			if within(row) {
				got = append(got, table.ID(row))
			}
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s within %s: %v, want %v", c.layer, c.code, got, c.want)
		}
	}
	target, _ := snap.Table("dataset")
	if _, err := x.Within(target, "611002"); err == nil {
		t.Error("datasets lie in a county")
	}
	village, _ := snap.Table("village")
	if _, err := x.Within(village, "611099"); err == nil {
		t.Error("there is a county 611099")
	}
}

// TestWithinIsTheParentsOneByOne compares with a walk up the records, over random trees.
func TestWithinIsTheParentsOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := map[string][]record{}
		counties := []string{"611002", "611021", "610122"}
		for _, c := range counties {
			rows["county"] = append(rows["county"], record{"code": c, "name": c})
		}
		townOf := map[string]string{}
		var towns []string
		for n := range rapid.IntRange(1, 6).Draw(rt, "towns") {
			code := fmt.Sprintf("%s%03d", rapid.SampledFrom(counties).Draw(rt, "digits"), n)
			townOf[code] = rapid.SampledFrom(counties).Draw(rt, "county")
			towns = append(towns, code)
			rows["town"] = append(rows["town"], record{"code": code, "name": code, "county": townOf[code]})
		}
		county := map[int64]string{}
		for n := range rapid.IntRange(1, 12).Draw(rt, "villages") {
			town := rapid.SampledFrom(towns).Draw(rt, "town")
			own := record{"code": fmt.Sprintf("%s%03d", town, n), "name": "村", "county": rapid.SampledFrom(counties).Draw(rt, "own")}
			county[int64(n+1)] = own["county"]
			if rapid.IntRange(0, 3).Draw(rt, "named") > 0 {
				own["town"], county[int64(n+1)] = town, townOf[town]
			}
			rows["village"] = append(rows["village"], own)
		}
		snap := build(t, rows)
		x := area.New(snap)
		table, _ := snap.Table("village")
		rollup, err := x.Rollup(table, area.County)
		if err != nil {
			rt.Fatal(err)
		}
		for _, c := range counties {
			within, err := x.Within(table, c)
			if err != nil {
				rt.Fatal(err)
			}
			for row := range table.Rows {
				if want := county[table.ID(row)]; within(row) != (want == c) || rollup(row) != want {
					rt.Fatalf("village %d within %s: %v, in %s; want %s", table.ID(row), c, within(row), rollup(row), want)
				}
			}
		}
	})
}
