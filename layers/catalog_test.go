package layers

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

func TestTheCatalogueIsWhole(t *testing.T) {
	ids := map[string]bool{}
	c := Builtin()
	for _, l := range c.Layers {
		if ids[l.ID] || l.Title.Zh == "" || l.Title.En == "" || l.Group == "" {
			t.Errorf("layer %q is there twice or lacks a title or group", l.ID)
		}
		ids[l.ID] = true
		if l.ColorBy != "" && l.Field(l.ColorBy) < 0 {
			t.Errorf("%s is coloured by %s, which it lacks", l.ID, l.ColorBy)
		}
		if l.HasGeometry() && (l.MinZoom > l.MaxZoom || l.MaxZoom > 14) {
			t.Errorf("%s has zooms %d to %d", l.ID, l.MinZoom, l.MaxZoom)
		}
		fields, headings := map[string]bool{}, map[string]string{}
		for _, f := range l.Fields {
			if fields[f.ID] || f.Title.Zh == "" || f.Title.En == "" || strings.ToLower(f.ID) != f.ID {
				t.Errorf("%s.%s is there twice, lacks a title or has capitals", l.ID, f.ID)
			}
			fields[f.ID] = true
			for _, h := range append([]string{f.Title.Zh}, f.Headings...) {
				if other := headings[h]; other != "" && other != f.ID {
					t.Errorf("%s: the heading %s means %s and %s", l.ID, h, other, f.ID)
				}
				headings[h] = f.ID
			}
			if ref, ok := c.Layer(f.Ref); f.Ref != "" && (!ok || ref.Field("code") < 0) {
				t.Errorf("%s.%s refers to %s, which has no code", l.ID, f.ID, f.Ref)
			}
			for _, choice := range f.Values {
				if choice.Title.Zh == "" || choice.Title.En == "" {
					t.Errorf("%s.%s: %s lacks a title", l.ID, f.ID, choice.Value)
				}
			}
		}
	}
}

func TestCheckSaysWhatIsAllowed(t *testing.T) {
	village, _ := Builtin().Layer("village")
	for _, c := range []struct {
		field string
		value Value
		want  Value
		says  string
	}{
		{"households", Float(12), Int(12), ""},
		{"households", Float(12.5), Null, "a whole number"},
		{"households", Int(-1), Null, "0 or more"},
		{"tap_water_rate", Int(90), Float(90), ""},
		{"tap_water_rate", Float(190), Null, "0 to 100"},
		{"exit_year", Int(17), Null, "1900 to 2100"},
		{"exit_status", Text("已销号"), Text("已销号"), ""},
		{"exit_status", Text("退出"), Null, "未退出, 待核查, 已销号"},
		{"code", Text("61100200120"), Null, "6, 9 or 12 digits"},
		{"code", Null, Null, "needs a value"},
		{"poverty", Text("是"), Null, "true or false"},
		{"name", Int(3), Null, "a text"},
		{"income", Null, Null, ""},
	} {
		got, err := village.Fields[village.Field(c.field)].Check(c.value)
		switch {
		case c.says == "" && (err != nil || got != c.want):
			t.Errorf("%s = %v: %v, %v", c.field, c.value, got, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.field)):
			t.Errorf("%s = %v: %v does not say %q", c.field, c.value, err, c.says)
		}
	}
	for _, c := range []struct {
		g    orb.Geometry
		says string
	}{
		{orb.Point{110, 33}, ""},
		{nil, ""},
		{orb.LineString{{110, 33}, {111, 33}}, "a point"},
		{orb.Point{33.8, 110}, "latitude -90 to 90"},
		{orb.Point{37_500_000, 3_700_000}, "degrees"},
	} {
		if err := village.CheckGeometry(c.g); (c.says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v does not say %q", c.g, err, c.says)
		}
	}
	if (&Layer{Geometry: []geo.Kind{geo.Points}}).Allows(geo.Lines) {
		t.Error("a point layer allows lines")
	}
}

func TestLooksNameWhatTheirLayersHave(t *testing.T) {
	symbols := []string{"", "dot", "speck", "ring", "seat", "square", "drop", "mast", "house", "hexagon", "diamond"}
	orders, levels := map[int]string{}, map[string]string{}
	for _, l := range Builtin().Layers {
		look := l.Draw.Look
		named := []string{look.Rank}
		if look.Label != nil {
			named = append(named, look.Label.Field)
		}
		if look.Great != nil {
			named = append(named, look.Great.Field)
		}
		if look.Ways != nil {
			named = append(named, look.Ways.Class, look.Ways.Made)
		}
		for _, f := range l.Fields {
			if f.Theme != nil {
				named = append(named, f.Theme.Scope, f.Theme.Over)
			}
			for _, value := range f.Good {
				if f.Type != TypeBool && !slices.ContainsFunc(f.Values, func(c Choice) bool { return c.Value == value }) {
					t.Errorf("%s.%s: %s is good and no value", l.ID, f.ID, value)
				}
			}
		}
		for _, r := range l.Ratios {
			named = append(named, r.Part, r.Over)
		}
		for _, id := range named {
			if id != "" && l.Field(id) < 0 {
				t.Errorf("%s is drawn by %s, which it lacks", l.ID, id)
			}
		}
		if !slices.Contains(symbols, look.Symbol) {
			t.Errorf("%s has the symbol %q", l.ID, look.Symbol)
		}
		if other := orders[look.Order]; l.HasGeometry() && other != "" {
			t.Errorf("%s and %s have the same order", l.ID, other)
		}
		if other := levels[l.Level]; l.Level != "" && other != "" {
			t.Errorf("%s and %s are areas of one level", l.ID, other)
		}
		orders[look.Order], levels[l.Level] = l.ID, l.ID
	}
}
