package intake_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/project"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
)

// odd is what an odd file must come in as: features by name, and what is told by row.
type odd struct {
	file, layer string
	options     intake.Options
	features    map[string]feature
	kinds       map[int64][]intake.Kind // with a star those that are only told
	says        []string                // somewhere among the problems
}

// feature is what is checked of one: an orb.Point, or parts, holes and area in km².
type feature struct {
	point  orb.Point
	parts  int
	holes  int
	km2    float64
	values map[string]any
}

// box is the area in km² of a square of so many degrees whose southern edge is at lat.
func box(lat, degrees float64) float64 {
	return geo.Area(orb.Polygon{{{110, lat}, {110 + degrees, lat}, {110 + degrees, lat + degrees}, {110, lat + degrees}, {110, lat}}}) / 1e6
}

func at(lon, lat float64) feature { return feature{point: orb.Point{lon, lat}} }

var oddFiles = []odd{
	{
		file: "g06_nested.geojson", layer: "park",
		features: map[string]feature{"三园": {}},
		kinds:    map[int64][]intake.Kind{1: {intake.WrongGeometry}, 2: {intake.Unreadable}, 3: {"*no_place"}},
		says:     []string{"the geometry is a GeometryCollection; the layer takes points", "has null for a member"},
	},
	{
		file: "s01/both_wrong.shp", layer: "reserve",
		features: map[string]feature{"环向全反": {parts: 1, holes: 1, km2: box(33.85, 0.02) - box(33.855, 0.01)}},
		kinds:    map[int64][]intake.Kind{},
	},
	{
		file: "s02/edited.shp", layer: "reserve",
		features: map[string]feature{
			"甲": {parts: 1, km2: box(33.9, 0.01), point: orb.Point{109.95, 33.9}},
			"乙": {parts: 1, km2: box(33.85, 0.01), point: orb.Point{109.92, 33.85}},
		},
		kinds: map[int64][]intake.Kind{},
	},
	{
		file: "s03/nulllen.shp", layer: "reserve",
		features: map[string]feature{
			"甲": {parts: 1, km2: box(33.85, 0.01)}, "空": {}, "丙": {parts: 1, km2: box(33.85, 0.01), point: orb.Point{109.94, 33.85}},
		},
		kinds: map[int64][]intake.Kind{2: {"*no_place"}},
	},
	{
		file: "s05/nan.shp", layer: "park",
		features: map[string]feature{
			"一园": {point: orb.Point{109.93, 33.86}, values: map[string]any{"jobs": nil}}, "二园": at(109.94, 33.86), "三园": at(109.95, 33.86),
			"四园": at(109.96, 33.86), "五园": {point: orb.Point{109.97, 33.86}, values: map[string]any{"jobs": nil}},
		},
		kinds: map[int64][]intake.Kind{1: {"*no_value"}, 2: {"*no_value"}, 3: {"*no_value"}, 4: {"*no_value"}, 5: {"*no_value"}},
	},
	{
		file: "s09/pinch.shp", layer: "reserve",
		features: map[string]feature{"倒环": {parts: 1, holes: 1, km2: box(33.85, 0.02) - box(33.85, 0.01)/2}},
		kinds:    map[int64][]intake.Kind{1: {"*mended"}},
	},
	{
		file: "c01_cr.csv", layer: "park", options: intake.Options{Mapping: intake.Mapping{CRS: "EPSG:4326"}},
		features: map[string]feature{"一园": at(109.93, 33.86), "二园": at(109.94, 33.87)},
		kinds:    map[int64][]intake.Kind{},
	},
	{
		file: "c02_hexewkb.csv", layer: "park",
		features: map[string]feature{"一园": at(109.93, 33.86), "二园": at(109.94, 33.87)},
		kinds:    map[int64][]intake.Kind{},
	},
	{
		file: "c08_rare.csv", layer: "park", options: intake.Options{Mapping: intake.Mapping{CRS: "EPSG:4326"}},
		features: map[string]feature{
			"𠅤家园区": at(109.93, 33.86), "𰻝𰻝面园": at(109.94, 33.87), "绿略园": at(109.95, 33.88), "吕河園": at(109.96, 33.88),
		},
		kinds: map[int64][]intake.Kind{},
	},
	{
		file: "x01_dates.xlsx", layer: "park", options: intake.Options{Mapping: intake.Mapping{CRS: "EPSG:4326"}},
		features: map[string]feature{
			"一园": builtIn2017(109.93, 33.86), "二园": builtIn2017(109.94, 33.87), "三园": builtIn2017(109.95, 33.88),
			"四园": builtIn2017(109.96, 33.88), "五园": builtIn2017(109.97, 33.88),
		},
		kinds: map[int64][]intake.Kind{},
	},
	{
		file: "x02_merged.xlsx", layer: "village",
		features: map[string]feature{
			"杏树园村": {point: orb.Point{109.91, 33.86}, values: map[string]any{"population": int64(1500)}},
			"东店子村": {point: orb.Point{109.9, 33.85}, values: map[string]any{"population": int64(800), "town": "611002001"}},
		},
		kinds: map[int64][]intake.Kind{5: {"*total_row"}, 6: {"*total_row"}},
	},
	{
		file: "x04_errors.xlsx", layer: "park", options: intake.Options{Mapping: intake.Mapping{CRS: "EPSG:4326"}},
		features: map[string]feature{"三园": {point: orb.Point{109.95, 33.88}, values: map[string]any{"jobs": int64(12)}}},
		kinds:    map[int64][]intake.Kind{2: {intake.Unreadable}, 3: {intake.Unreadable}, 5: {intake.NotNumber}},
		says:     []string{"row 3: 岗位: is a formula that was never calculated", "row 2: 岗位: \"#N/A\" is the error of a formula"},
	},
	{
		file: "k01_holes.kml", layer: "reserve", options: intake.Options{Map: map[string]string{}},
		features: map[string]feature{"两洞": {parts: 1, holes: 2, km2: box(33.85, 0.03) - box(33.855, 0.005) - box(33.865, 0.005)}},
		kinds:    map[int64][]intake.Kind{},
	},
	{
		file: "k03_gbk_called_utf8.kml", layer: "park", options: intake.Options{Mapping: intake.Mapping{Encoding: "GBK"}},
		features: map[string]feature{"一园": at(109.93, 33.86)},
		kinds:    map[int64][]intake.Kind{},
	},
	{
		file: "k03_gbk_called_utf8.kml", layer: "park",
		features: map[string]feature{"һ԰": at(109.93, 33.86)},
		kinds:    map[int64][]intake.Kind{0: {"*suspect"}},
		says:     []string{`is "一园" in GBK`, "state the encoding GBK"},
	},
	{
		file: "g02_nullvertex.geojson", layer: "road",
		features: map[string]feature{},
		kinds:    map[int64][]intake.Kind{1: {intake.Unreadable}},
		says:     []string{"has null for a number of vertex 2"},
	},
	{
		file: "g02_nullcoord.geojson", layer: "park",
		features: map[string]feature{"三园": at(109.95, 33.88)},
		kinds:    map[int64][]intake.Kind{1: {intake.Unreadable}, 2: {intake.Unreadable}},
		says:     []string{"has null for a number of vertex 1"},
	},
	{
		file: "q01_badholes.geojson", layer: "reserve",
		features: map[string]feature{
			"洞套洞": {parts: 2, holes: 1, km2: box(33.9, 0.03) - box(33.905, 0.02) + box(33.91, 0.01)},
			"洞重复": {parts: 1, holes: 1, km2: box(33.9, 0.03) - box(33.91, 0.01)},
			"块重叠": {parts: 1, km2: 1.5 * box(33.9, 0.02)},
			"倒环":  {parts: 1, holes: 1, km2: box(33.85, 0.02) - box(33.85, 0.01)/2},
		},
		kinds: map[int64][]intake.Kind{
			1: {intake.BadGeometry}, 2: {"*mended"}, 3: {"*mended"}, 4: {"*mended"}, 5: {"*mended"}, 6: {intake.BadGeometry},
		},
		says: []string{"109.95", "a hole reaches out of its outer ring", "110.05"},
	},
	{
		file: "p01_case.gpkg", layer: "park",
		features: map[string]feature{"一园": {point: orb.Point{109.93, 33.86}, values: map[string]any{"jobs": int64(12)}}},
		kinds:    map[int64][]intake.Kind{},
	},
	{
		file: "p04_wal.zip", layer: "park",
		features: map[string]feature{"旧": {}, "新": {}},
	},
}

func builtIn2017(lon, lat float64) feature {
	return feature{point: orb.Point{lon, lat}, values: map[string]any{"year": int64(2017), "jobs": int64(12)}}
}

func TestOddFilesComeInAsTheyAreMeant(t *testing.T) {
	for _, c := range oddFiles {
		t.Run(strings.TrimSpace(c.file+" "+c.options.Encoding), func(t *testing.T) {
			o := inFile(t)
			c.options.Layer, c.options.SkipBad = c.layer, true
			report, err := o.Import(t.Context(), filepath.Join("../files/testdata/odd", c.file), c.options, "test", nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.kinds != nil {
				expectKinds(t, report, c.kinds)
			}
			var all []string
			for i := range report.Problems {
				all = append(all, report.Problems[i].String(false))
			}
			for i := range report.Problems {
				if zh := report.Problems[i].Message.Zh; strings.Contains(zh, "vertex") || strings.Contains(zh, "member") {
					t.Errorf("in Chinese: %s", zh)
				}
			}
			for _, s := range c.says {
				if !strings.Contains(strings.Join(all, "\n"), s) {
					t.Errorf("nothing says %q: %q", s, all)
				}
			}
			c.check(t, o, report)
		})
	}
}

// check holds the layer against what is wanted: as many features as are written, and
// each as it is meant.
func (c odd) check(t *testing.T, o *office, report *intake.Report) {
	l, _ := o.Catalog.Layer(c.layer)
	if n := int(report.Added + report.Changed); n != len(c.features) {
		t.Errorf("%d features were written, not %d", n, len(c.features))
	}
	found := 0
	for _, f := range o.state().features[c.layer] {
		name := f.Values[l.Field("name")].Text()
		want, ok := c.features[name]
		if !ok && c.layer == "village" {
			continue // was there
		}
		if found++; !ok {
			t.Errorf("there is a %s %q", c.layer, name)
			continue
		}
		for field, v := range want.values {
			if got := f.Values[l.Field(field)].Any(); got != v {
				t.Errorf("%s: %s is %v, not %v", name, field, got, v)
			}
		}
		if problem := want.lies(f.Geometry); problem != "" {
			t.Errorf("%s %s: %v", name, problem, f.Geometry)
		}
	}
	if found != len(c.features) {
		t.Errorf("%d features are in the layer, not %d", found, len(c.features))
	}
}

// lies says in what a geometry is not the one wanted.
func (f feature) lies(g orb.Geometry) string {
	var polygons orb.MultiPolygon
	switch g := g.(type) {
	case nil:
		if f.parts > 0 {
			return "has no place"
		}
		return ""
	case orb.Point:
		if f.point != (orb.Point{}) && geo.Distance(g, f.point) > 0.02 {
			return fmt.Sprintf("is not at %v", f.point)
		}
		return ""
	case orb.Polygon:
		polygons = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		polygons = g
	}
	holes, corner := 0, false
	for _, p := range polygons {
		holes += len(p) - 1
		corner = corner || slices.ContainsFunc(p[0], func(q orb.Point) bool { return geo.Distance(q, f.point) < 0.02 })
	}
	km2 := geo.Area(g) / 1e6
	switch {
	case len(polygons) != f.parts || holes != f.holes:
		return fmt.Sprintf("has %d parts and %d holes", len(polygons), holes)
	case math.Abs(km2-f.km2) > f.km2/1000:
		return fmt.Sprintf("has %v km², not %v", km2, f.km2)
	case f.point != (orb.Point{}) && !corner:
		return fmt.Sprintf("has no corner at %v", f.point)
	}
	return ""
}

func TestACoordinateSystemBehindTheFeaturesCounts(t *testing.T) {
	var places []orb.Geometry
	for _, file := range []string{"g01_crs_before.geojson", "g01_crs_after.geojson"} {
		o := inFile(t)
		options := intake.Options{Mapping: intake.Mapping{Layer: "park"}}
		if _, err := o.Import(t.Context(), filepath.Join("../files/testdata/odd", file), options, "test", nil); err != nil {
			t.Fatal(err)
		}
		for _, f := range o.state().features["park"] {
			places = append(places, f.Geometry)
		}
	}
	if len(places) != 2 || places[0] != places[1] || places[0] == (orb.Point{109.93, 33.86}) {
		t.Errorf("before and behind: %v", places)
	}
}

func TestArcGISJSONIsNamed(t *testing.T) {
	o := inFile(t)
	_, err := o.Check(t.Context(), "../files/testdata/odd/g04_esri.json", intake.Options{Mapping: intake.Mapping{Layer: "park"}}, nil)
	if err == nil || !strings.Contains(err.Error(), "is ArcGIS JSON, which is not GeoJSON: ask for GeoJSON instead") {
		t.Errorf("%v", err)
	}
}

// TestOddRoadsMakeOneNetwork imports lines that meet in every odd way: all hang together
// but the one that lies apart and the one that ends half a metre short; the one without
// length is refused.
func TestOddRoadsMakeOneNetwork(t *testing.T) {
	catalog := layers.Builtin()
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "roads.gpkg"), catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	im := intake.Importer{Store: store, Catalog: catalog}
	options := intake.Options{Mapping: intake.Mapping{Layer: "road"}, SkipBad: true}
	report, err := im.Import(t.Context(), "../files/testdata/odd/r01_roads.geojson", options, "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	expectKinds(t, report, map[int64][]intake.Kind{10: {intake.BadGeometry}})
	snap, _, err := data.Load(t.Context(), store, catalog, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	n := roads.Build(snap, 2020)
	together := map[int32][]string{}
	for e := range int32(n.Graph.Edges()) {
		edge := n.Graph.Edge(e)
		component, name := n.Graph.All().Component(edge.A), n.Table.Get(edge.Row, "name").Text()
		if !slices.Contains(together[component], name) {
			together[component] = append(together[component], name)
		}
	}
	var groups []string
	for _, names := range together {
		slices.Sort(names)
		groups = append(groups, strings.Join(names, " "))
	}
	slices.Sort(groups)
	if want := []string{"T字差半米", "T字无节点 主线 反向重复 平行长 折返 环 重合", "孤岛"}; !slices.Equal(groups, want) {
		t.Errorf("%q, not %q", groups, want)
	}
}

// TestVillagesOfTheStoreTellTheSystem imports villages whose places are those of the
// store in one system or another, which the file does not name.
func TestVillagesOfTheStoreTellTheSystem(t *testing.T) {
	o := inFile(t)
	villages := []string{"611002001201", "611002001202", "611002101201", "611021001201", "611021101201", "611021101202"}
	for _, c := range []struct {
		name, system, settled string
		villages              []string
		swapped               bool
	}{
		{"GCJ-02", "GCJ-02", "GCJ-02", villages, false},
		{"BD-09", "BD-09", "BD-09", villages, false},
		{"WGS 84", "EPSG:4326", "EPSG:4326", villages, false},
		{"a zone, north first", "EPSG:4525", "EPSG:4525", villages, true},
		{"too few villages", "GCJ-02", "", villages[:4], false},
	} {
		system, err := crs.Parse(c.system)
		if err != nil {
			t.Fatal(err)
		}
		text := "代码,总人口,X,Y\n"
		for _, code := range c.villages {
			p := system.FromWGS84(o.get("village", code, "geometry").(orb.Point))
			if c.swapped {
				p[0], p[1] = p[1], p[0]
			}
			text += fmt.Sprintf("%s,100,%.7f,%.7f\n", code, p[0], p[1])
		}
		path := filepath.Join(t.TempDir(), "villages.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		options := intake.Options{Mapping: intake.Mapping{Layer: "village"}}
		sheet, err := o.Inspect(t.Context(), path, options)
		if err != nil {
			t.Fatal(err)
		}
		if sheet.CRS != c.settled || c.settled != "" && sheet.Swap != c.swapped || len(sheet.Needs) > 0 != (c.settled == "") {
			t.Errorf("%s: settled as %q, swapped %v, needs %v", c.name, sheet.CRS, sheet.Swap, sheet.Needs)
		}
		if c.settled == "" {
			continue
		}
		report, err := o.Check(t.Context(), path, options, nil)
		if err != nil {
			t.Fatal(err)
		}
		expectKinds(t, report, map[int64][]intake.Kind{0: {"*suspect"}})
	}
}

// TestWhatWasSaidOfASystemIsRememberedForFilesOfTheSameColumns imports a file whose system somebody states, and then
// others.
func TestWhatWasSaidOfASystemIsRememberedForFilesOfTheSameColumns(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		system, err := crs.Parse("GCJ-02")
		if err != nil {
			t.Fatal(err)
		}
		file := func(name, headings string, at orb.Point) string {
			p := system.FromWGS84(at)
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, fmt.Appendf(nil, "%s\n%s,%.7f,%.7f\n", headings, name, p[0], p[1]), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		options := intake.Options{Mapping: intake.Mapping{Layer: "park"}}
		first, at := file("一园.csv", "名称,经度,纬度", orb.Point{109.93, 33.86}), orb.Point{109.94, 33.87}
		if sheet, err := o.Inspect(t.Context(), first, options); err != nil || sheet.CRS != "" || len(sheet.Needs) != 1 {
			t.Fatalf("nobody has said anything yet: %+v, %v", sheet, err)
		}
		stated := options
		stated.CRS = "GCJ-02"
		if _, err := o.Import(t.Context(), first, stated, "", nil); err != nil {
			t.Fatal(err)
		}
		sheet, err := o.Inspect(t.Context(), file("二园.csv", "名称,经度,纬度", at), options)
		if err != nil || sheet.CRS != "GCJ-02" || len(sheet.Needs) != 0 || !strings.Contains(sheet.CRSFrom, "一园.csv") {
			t.Errorf("the same columns: %q from %q, needs %v, %v", sheet.CRS, sheet.CRSFrom, sheet.Needs, err)
		}
		report, err := o.Import(t.Context(), file("三园.csv", "名称,经度,纬度", at), options, "", nil)
		if err != nil || report.Added != 1 || report.Problems[0].Kind != intake.Suspect {
			t.Fatalf("%+v, %v", report, err)
		}
		if sheet, err = o.Inspect(t.Context(), file("四园.csv", "名称,东经,北纬", at), options); err != nil || sheet.CRS != "" {
			t.Errorf("other columns: %q, %v", sheet.CRS, err)
		}
	})
}

// TestRoadsOfTheStoreTellTheSystemToo takes roads of the store in another system.
func TestRoadsOfTheStoreTellTheSystemToo(t *testing.T) {
	o := inFile(t)
	system, err := crs.Parse("GCJ-02")
	if err != nil {
		t.Fatal(err)
	}
	text := "路线编号,名称,WKT\n"
	for i := range 8 {
		line := orb.LineString{{109.9, 33.8 + float64(i)/100}, {109.95, 33.81 + float64(i)/100}}
		number := fmt.Sprintf("C%03d", i)
		o.put("road", line, "number", number, "name", "村道")
		shifted := project.LineString(line.Clone(), system.FromWGS84)
		text += fmt.Sprintf("%s,村道,%q\n", number, wkt.MarshalString(shifted))
	}
	path := filepath.Join(t.TempDir(), "roads.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sheet, err := o.Inspect(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "road"}})
	if err != nil || sheet.CRS != "GCJ-02" {
		t.Errorf("%q, needs %v, %v", sheet.CRS, sheet.Needs, err)
	}
}

func TestCoordinatesThatAreNoneAreSaidInBothTongues(t *testing.T) {
	o := inFile(t)
	for name, c := range map[string]struct{ coordinates, zh string }{
		"with a blank": {"109.93, 33.86", "坐标不是数字"},
		"NaN":          {"NaN,33.86", "第 1 个顶点的坐标不是数字"},
	} {
		path := filepath.Join(t.TempDir(), "a.kml")
		kml := "<kml><Placemark><name>一园</name><Point><coordinates>" + c.coordinates + "</coordinates></Point></Placemark></kml>"
		if err := os.WriteFile(path, []byte(kml), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := o.Check(t.Context(), path, intake.Options{Mapping: intake.Mapping{Layer: "park"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Problems) == 0 || report.Problems[0].Message.Zh != c.zh || report.Problems[0].Warning {
			t.Errorf("%s: %+v", name, report.Problems)
		}
	}
}

// TestNothingIsReplacedByAWorkbookOfWhichASheetIsLeftOut holds what the sheet may have held.
func TestNothingIsReplacedByAWorkbookOfWhichASheetIsLeftOut(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		book := excelize.NewFile()
		defer book.Close()
		for name, rows := range map[string][][]any{
			"甲": {{"代码", "名称"}, {"611002001201", "东店子村"}},
			"乙": {{"代码", "名称"}, {"611002001202", "杏树园村"}},
			"丙": {{"编码", "村"}, {"611002101201", "西荆村"}},
		} {
			if _, err := book.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			for n, row := range rows {
				if err := book.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &row); err != nil {
					t.Fatal(err)
				}
			}
		}
		path := filepath.Join(t.TempDir(), "各县.xlsx")
		if err := book.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		before := o.state()
		options := intake.Options{Mapping: intake.Mapping{Layer: "village", Sheet: read.AllSheets}, Replace: "county=611002"}
		if _, err := o.Import(t.Context(), path, options, "", nil); !isBad(err, intake.BadReplace) {
			t.Errorf("%v", err)
		}
		o.same(before)
		options.Replace = ""
		report, err := o.Import(t.Context(), path, options, "", nil)
		if err != nil || report.Rows != 2 {
			t.Fatalf("%+v, %v", report, err)
		}
		expectKinds(t, report, map[int64][]intake.Kind{0: {"*suspect"}})
	})
}
