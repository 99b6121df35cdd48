package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
)

// outlines is GeoJSON of squares, each a degree's hundredth wide, with the middle and the properties given.
func outlines(list ...string) string {
	var features []string
	for _, f := range list {
		var lon, lat float64
		var properties string
		if _, err := fmt.Sscanf(f, "%f %f %s", &lon, &lat, &properties); err != nil {
			panic(err)
		}
		w, e, s, n := lon-0.005, lon+0.005, lat-0.005, lat+0.005
		features = append(features, fmt.Sprintf(
			`{"type":"Feature","properties":%s,"geometry":{"type":"Polygon","coordinates":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}`,
			properties, w, s, e, s, e, n, w, n, w, s))
	}
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func TestAFileOfBoundariesIsKnownByItsCodesOrNames(t *testing.T) {
	o := inFile(t)
	for name, c := range map[string]struct{ properties, layer string }{
		"counties by code":      {`{"code":"611002","name":"商州区"}`, "county"},
		"towns by code":         {`{"XZQDM":"611002001","XZQMC":"城关街道"}`, "town_area"},
		"towns by twelve":       {`{"代码":"611002001000","名称":"城关街道"}`, "town_area"},
		"villages by code":      {`{"ZLDWDM":"611002001201","ZLDWMC":"东店子村"}`, "village_area"},
		"villages by nineteen":  {`{"ZLDWDM":"6110020012010000000","ZLDWMC":"东店子村"}`, "village_area"},
		"villages by name":      {`{"名称":"东店子村"}`, "village_area"},
		"towns by name":         {`{"名称":"城关街道"}`, "town_area"},
		"no-build areas, still": {`{"名称":"东坡","管控类型":"生态保护红线"}`, "reserve"},
	} {
		sheet, err := o.Inspect(t.Context(), file(t, "界.geojson", outlines("109.9 33.85 "+c.properties)), intake.Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if sheet.Layer != c.layer {
			t.Errorf("%s: taken for %s of %v", name, sheet.Layer, sheet.Layers)
		}
	}
}

func TestOutlinesFindTheirPlacesAndStandInForThem(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.put("village", nil, "code", "611002101202", "name", "新屋村", "county", "611002", "town", "611002101")
		path := file(t, "行政村界.geojson", outlines(
			`109.9 33.85 {"ZLDWDM":"6110020012010000000","ZLDWMC":"东店子村"}`,
			`109.72 33.71 {"ZLDWDM":"611002101202","ZLDWMC":"新屋村"}`,
			`109.95 33.9 {"ZLDWDM":"611002101299","ZLDWMC":"无此村"}`,
		))
		options := intake.Options{Mapping: intake.Mapping{Layer: "village_area"}, SkipBad: true}
		report, err := o.Import(t.Context(), path, options, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.Added != 2 || report.Bad != 1 {
			t.Errorf("%d added, %d bad: %+v", report.Added, report.Bad, report.Problems)
		}
		expectKinds(t, report, map[int64][]intake.Kind{2: {"*stood_in"}, 3: {intake.UnknownCode}})
		if _, ok := o.get("village_area", "611002001201", "geometry").(orb.Polygon); !ok {
			t.Error("the outline is not there")
		}
		at, by := o.get("village", "611002101202", "geometry"), o.get("village", "611002101202", layers.PlacedBy)
		if by != layers.ByOutline || !near(at, orb.Point{109.72, 33.71}) {
			t.Errorf("a village that was nowhere is at %v, by %v", at, by)
		}
		if by := o.get("village", "611002001201", layers.PlacedBy); by != nil {
			t.Errorf("a village that has a place is placed by %v", by)
		}
		// A place that is surveyed later takes over, and says so.
		later := file(t, "村.csv", "代码,名称,经度,纬度\n611002101202,新屋村,109.7215,33.7111\n")
		o.take(later, villages())
		at, by = o.get("village", "611002101202", "geometry"), o.get("village", "611002101202", layers.PlacedBy)
		if by != nil || !near(at, orb.Point{109.7215, 33.7111}) {
			t.Errorf("once surveyed it is at %v, by %v", at, by)
		}
	})
}

func near(g any, want orb.Point) bool {
	p, ok := g.(orb.Point)
	return ok && max(p[0]-want[0], want[0]-p[0]) < 1e-4 && max(p[1]-want[1], want[1]-p[1]) < 1e-4
}

func TestLedgersWithCoordinatesAndWithoutCodesFindTheirVillages(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.put("village_area", square(110.1, 33.85), "code", "611021001201")
		o.put("village_area", square(110.31, 33.71), "code", "611021101201")
		o.put("village_area", square(110.45, 33.9), "code", "611021101202")
		// Two villages are called 柳林村: the place tells which. One row has no name at all, one lies on nobody's land.
		ledger := file(t, "台账.csv", "村名,人口,经度,纬度\n柳林村,11,110.102,33.852\n柳林村,22,110.311,33.711\n,33,110.451,33.901\n柳林村,44,110.2,33.6\n")
		options := intake.Options{Mapping: intake.Mapping{Layer: "village", CRS: "EPSG:4490"}, SkipBad: true}
		report, err := o.Import(t.Context(), ledger, options, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		expectKinds(t, report, map[int64][]intake.Kind{
			2: {"*by_place"}, 3: {"*by_place"}, 4: {"*by_place"}, 5: {intake.Ambiguous},
		})
		for code, want := range map[string]any{"611021001201": int64(11), "611021101201": int64(22), "611021101202": int64(33)} {
			if got := o.get("village", code, "population"); got != want {
				t.Errorf("%s has %v people, not %v", code, got, want)
			}
		}
		// Of a layer without codes, whatever lies there is the village's, its town's and its county's.
		schools := file(t, "学校.csv", "设施名称,类型,乡镇,经度,纬度\n柳林小学,学校,,110.103,33.853\n别镇小学,学校,景村镇,110.104,33.854\n")
		report, err = o.Import(t.Context(), schools, intake.Options{Mapping: intake.Mapping{Layer: "facility", CRS: "EPSG:4490"}}, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		expectKinds(t, report, map[int64][]intake.Kind{2: {"*by_place"}, 3: {"*by_place"}})
		l, _ := o.Catalog.Layer("facility")
		for _, f := range o.state().features["facility"] {
			got := f.Values[l.Field("village")].Text() + " " + f.Values[l.Field("town")].Text() + " " + f.Values[l.Field("county")].Text()
			want := "611021001201 611021001 611021"
			if f.Values[l.Field("name")].Text() == "别镇小学" {
				want = " 611021101 611021" // who says another town is not overruled
			}
			if got != want {
				t.Errorf("%v is of %q, not %q", f.Values[l.Field("name")], got, want)
			}
		}
	})
}

func square(lon, lat float64) orb.Polygon {
	return orb.Bound{Min: orb.Point{lon - 0.01, lat - 0.01}, Max: orb.Point{lon + 0.01, lat + 0.01}}.ToPolygon()
}
