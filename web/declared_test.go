package web

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// furtherWorld declares, and nothing else, a field of villages, a layer and a service that it supplies.
func furtherWorld(t *testing.T) *world {
	catalog := layers.Builtin()
	village, _ := catalog.Layer("village")
	village.Fields = append(village.Fields, layers.Field{
		ID: "toilet_rate", Type: layers.TypeFloat, Title: layers.Words{Zh: "卫生厕所普及率", En: "Sanitary toilets"}, Unit: "%", Tile: true,
	})
	catalog.Layers = append(catalog.Layers, &layers.Layer{
		ID: "toilet", Title: layers.Words{Zh: "公共厕所", En: "Public toilet"}, Group: "services",
		Geometry: []geo.Kind{geo.Points}, MinZoom: 5, MaxZoom: 14, Color: "#3d6b8c",
		Fields: []layers.Field{{ID: "name", Type: layers.TypeText, Title: layers.Words{Zh: "名称", En: "Name"}, Tile: true}},
	})
	services := service.Builtin()
	services.Services = append(services.Services, &service.Service{
		ID: "toilet", Title: layers.Words{Zh: "卫生厕所", En: "Sanitary toilets"}, Mark: layers.Words{Zh: "厕所达标", En: "Toilets"},
		Supplies: []service.Supply{{Layer: "toilet"}},
		Criteria: []service.Criterion{{
			Code: "toilet_rate", Field: "toilet_rate", Title: layers.Words{Zh: "普及率", En: "share of toilets"}, Unit: layers.Words{Zh: "%", En: "%"},
			Rule: service.AtLeast, Limit: "target.tap_water",
		}},
		Targets: []service.Target{{
			Code: "target_toilet", Of: "toilet", Rule: service.AtLeast, Limit: "target.power", Title: layers.Words{Zh: "达标的村", En: "villages"},
		}},
	})
	if err := services.Check(); err != nil {
		t.Fatal(err)
	}
	w := newWorldOf(t, catalog, services, true)
	w.apply(
		w.edit(layers.Insert, "village", 0, orb.Point{110.05, 33.85}, map[string]layers.Value{
			"code": layers.Text("611002001202"), "name": layers.Text("远村"), "county": layers.Text("611002"), "town": layers.Text("611002001"),
			"population": layers.Int(700), "toilet_rate": layers.Float(40),
		}),
		w.edit(layers.Insert, "toilet", 0, orb.Point{110.06, 33.85}, map[string]layers.Value{"name": layers.Text("广场公厕")}),
	)
	w.eventually("complete", func() bool {
		toilets, _ := w.live.Snapshot().Table("toilet")
		return toilets.Len() == 1
	})
	return w
}

func TestAFurtherServiceAndLayerAreFoundEverywhere(t *testing.T) {
	w := furtherWorld(t)
	lacking := url.QueryEscape("cov_toilet = 'not'")
	for path, says := range map[string][]string{
		"/api/layers":                                                 {`"id":"toilet"`, `"cov_toilet"`, `"公共厕所"`, `"卫生厕所"`, `"target_toilet"`},
		"/api/coverage?service=toilet&state=not":                      {`"远村"`, `"toilet_rate"`, `"广场公厕"`, "share of toilets 40%; asked ≥ 90%"},
		"/api/coverage/summary?service=toilet":                        {`"target_toilet"`},
		"/api/coverage/states?service=toilet":                         {`"service":"toilet"`},
		"/api/coverage/611002001202":                                  {`"service":"toilet","state":"not"`},
		"/api/near?lon=110&lat=33.85&layer=toilet":                    {"广场公厕"},
		"/api/near?lon=110&lat=33.85&layer=moon":                      {"toilet"}, // told as allowed
		"/api/summary?field=cov_toilet":                               {`"cov_toilet"`, `"not":1`},
		"/api/search?q=" + url.QueryEscape("广场"):                      {"广场公厕"},
		"/api/features/village/611002001202":                          {`"cov_toilet":"not"`},
		"/api/features/toilet/1":                                      {"广场公厕"},
		"/api/export/toilet?f=geojson":                                {"广场公厕"},
		"/api/export/village?f=csv&filter=" + lacking:                 {"cov_toilet", "远村"},
		"/tiles/village,toilet.json":                                  {`"cov_toilet"`, `"toilet"`},
		"/api/openapi.json":                                           {`"toilet"`},
		"/api/near?lon=110&lat=33.85&layer=village&filter=" + lacking: {"远村"},
	} {
		_, body := w.get(path)
		for _, word := range says {
			if !strings.Contains(body, word) {
				t.Errorf("%s does not say %q: %.600s", path, word, body)
			}
		}
	}
	tile := func() string {
		_, body := w.get("/tiles/village,toilet/10/825/409.mvt")
		return body
	}
	w.eventually("in tiles", func() bool {
		body := tile()
		return strings.Contains(body, "cov_toilet") && strings.Contains(body, "广场公厕")
	})
}

func TestHeadingsOfASheetAreThoseOfFurtherFields(t *testing.T) {
	w := furtherWorld(t)
	_, body := w.get("/api/export/village?f=xlsx&headings=zh&values=titles&states=2020")
	book, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if at := slices.Index(rows[0], "厕所达标"); at < 0 || rows[2][at] != "未达标" || !slices.Contains(rows[0], "卫生厕所普及率(%)") {
		t.Errorf("%v\n%v", rows[0], rows[2])
	}
}

func TestQuestionsAllowTheServicesThatAreDeclared(t *testing.T) {
	w := furtherWorld(t)
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name   string
				Schema struct{ Enum []string }
			}
		}
	}
	_, body := w.get("/api/openapi.json")
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	for _, p := range doc.Paths["/api/coverage"]["get"].Parameters {
		if p.Name == "service" && !slices.Contains(p.Schema.Enum, "toilet") {
			t.Errorf("allowed are %v", p.Schema.Enum)
		}
	}
}
