package files_test

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
)

// openText opens a file made of text.
func openText(t *testing.T, name, content string, o read.Options) (*read.Source, error) {
	t.Helper()
	src, err := files.OpenFS(fstest.MapFS{name: {Data: []byte(content)}}, name, o)
	if err == nil {
		t.Cleanup(func() { src.Close() })
	}
	return src, err
}

func mustOpenText(t *testing.T, name, content string, o read.Options) *read.Source {
	t.Helper()
	src, err := openText(t, name, content, o)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestParseAngle(t *testing.T) {
	const d = 109 + 56./60 + 12./3600
	for _, row := range []struct {
		text string
		want float64 // NaN for an error
	}{
		{"109.9367", 109.9367},
		{" 109.9367 ", 109.9367},
		{"-33.5", -33.5},
		{"37512345.678", 37512345.678},
		{"1.099367e2", 109.9367},
		{"１０９．９３６７", 109.9367},
		{"109°56′12″", d},
		{"109°56'12\"", d},
		{"109º56’12”", d},
		{"109°56′12.0″E", d},
		{"E109°56′12″", d},
		{"东经109度56分12秒", d},
		{"109度56分12秒", d},
		{"东经：109°56′12″", d},
		{"109 56 12", d},
		{"109:56:12", d},
		{"109-56-12", d},
		{"109°56.2′", d},
		{"109.5°", 109.5},
		{"109°", 109},
		{"33°30′S", -33.5},
		{"南纬33°30′", -33.5},
		{"-33°30′", -33.5},
		{"w 10 30", -10.5},
		{"109°５６′１２″", d},
		{"", math.NaN()},
		{"无", math.NaN()},
		{"NaN", math.NaN()},
		{"Inf", math.NaN()},
		{"0x10", math.NaN()},
		{"109°66′12″", math.NaN()},
		{"109°56′72″", math.NaN()},
		{"109.5°56′", math.NaN()},
		{"109°56′12″3", math.NaN()},
		{"400°10′", math.NaN()},
		{"109,33", math.NaN()},
	} {
		got, err := record.ParseAngle(row.text)
		if (err != nil) != math.IsNaN(row.want) || err == nil && math.Abs(got-row.want) > 1e-12 {
			t.Errorf("%q is %v, %v, not %v", row.text, got, err, row.want)
		}
	}
}

func TestEncodingsOfTextAreTold(t *testing.T) {
	const body = "名称,经度,纬度\n商州区,109.9,33.9\n洛南县，城关,110.1,34.1\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	// So many rows of ASCII that the first Chinese lies beyond the sample.
	plain := "name,lon,lat\n" + strings.Repeat("village,109.5,33.5\n", 20000)
	for _, row := range []struct{ name, content, given, want, first string }{
		{"UTF-8", body, "", "UTF-8", "商州区"},
		{"UTF-8 with BOM", "\ufeff" + body, "", "UTF-8", "商州区"},
		{"GBK", gbk, "", "GB18030", "商州区"},
		{"UTF-16 with BOM", utf16, "", "UTF-16LE", "商州区"},
		{"GBK as told", gbk, "gbk", "GB18030", "商州区"},
		{"UTF-8 with BOM as told", "\ufeff" + body, "UTF-8", "UTF-8", "商州区"},
		{"ASCII", "name,lon,lat\na,109,33\n", "", "UTF-8", "a"},
		{"ASCII, then GBK", plain + gbk[strings.Index(gbk, "\n")+1:], "", "UTF-8", "village"},
	} {
		src := mustOpenText(t, "a.csv", row.content, read.Options{Encoding: row.given})
		if src.Encoding != row.want {
			t.Errorf("%s: %s", row.name, src.Encoding)
		}
		got := readAll(t, src)
		last := got[len(got)-1]
		if got[0].Values[0] != row.first {
			t.Errorf("%s: first is %v", row.name, got[0].Values)
		}
		if row.first == "商州区" && last.Values[0] != "洛南县，城关" || row.first == "village" && last.Values[0] != "洛南县，城关" {
			t.Errorf("%s: last is %v, %v", row.name, last.Values, last.Problems)
		}
	}
	if _, err := openText(t, "a.csv", body, read.Options{Encoding: "klingon"}); err == nil ||
		!strings.Contains(err.Error(), "allowed are UTF-8, GBK") {
		t.Errorf("unknown encoding: %v", err)
	}
}

func TestWrongEncodingIsSaidPerRow(t *testing.T) {
	src := mustOpenText(t, "a.csv", "名称,户数\n甲村,1\n\xb4\xe5,2\n", read.Options{Encoding: "UTF-8"})
	got := readAll(t, src)
	if len(got) != 2 || len(got[0].Problems) != 0 || len(got[1].Problems) != 1 {
		t.Fatalf("%v", got)
	}
	if e := got[1].Problems[0].Error(); !strings.Contains(e, "a.csv: row 3: 名称") || !strings.Contains(e, "state the encoding") {
		t.Error(e)
	}
}

func TestHeadingsAreFoundAmongTitles(t *testing.T) {
	for _, row := range []struct {
		name, content string
		o             read.Options
		headings      string
		header, first int64
		value         string
	}{
		{"plain", "名称,户数\n甲村,12\n", read.Options{}, "名称|户数", 1, 2, "甲村"},
		{"one column", "名称\n甲村\n乙村\n", read.Options{}, "名称", 1, 2, "甲村"},
		{"small numbers", "a,b,c\n1,2,3\n", read.Options{}, "a|b|c", 1, 2, "1"},
		{"years as headings", "县,2016,2017\n甲县,1,2\n", read.Options{}, "县|2016|2017", 1, 2, "甲县"},
		{"title and unit", "某市贫困村台账,,,\n填报单位：扶贫局,,,2017年5月\n\n序号,行政村名称,户数,人口\n1,甲村,12,40\n", read.Options{}, "序号|行政村名称|户数|人口", 4, 5, "1"},
		{
			"two rows of headings", "台账,,,,,\n序号,村名,人口情况,,饮水情况,\n,,户数,人数,普及率,年份\n1,甲村,12,40,90%,2017年\n",
			read.Options{},
			"序号|村名|户数|人数|普及率|年份", 3, 4, "1",
		},
		{
			"two groups with the same parts", "序号,村名,贫困户,,一般户,\n,,户数,人数,户数,人数\n1,甲村,12,40,9,20\n",
			read.Options{},
			"序号|村名|贫困户/户数|贫困户/人数|一般户/户数|一般户/人数", 2, 3, "1",
		},
		{
			"numbered columns", "台账,,,,,\n县,镇,村,户数,人数,年份\n1,2,3,4,5,6\n甲,乙,丙,4,5,2017\n",
			read.Options{},
			"县|镇|村|户数|人数|年份", 2, 4, "甲",
		},
		{"broken lines in a heading", "\"是否通\n硬化路\",名称\n是,甲村\n", read.Options{}, "是否通硬化路|名称", 1, 3, "是"},
		{"names twice and none", "名称,名称,\n甲,乙,丙\n", read.Options{}, "名称|名称_2|列3", 1, 2, "甲"},
		{"as told", "a,b\nc,d\n名称,户数\n甲村,12\n", read.Options{HeaderRow: 3}, "名称|户数", 3, 4, "甲村"},
		{"tabs", "名称\t户数\n甲,乙\t12\n", read.Options{}, "名称|户数", 1, 2, "甲,乙"},
		{"full-width commas", "名称，户数\n甲村，12\n乙村，13\n", read.Options{}, "名称|户数", 1, 2, "甲村"},
	} {
		src, err := openText(t, "a.csv", row.content, row.o)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if h := strings.Join(src.Headings(), "|"); h != row.headings || src.HeaderRow != row.header {
			t.Errorf("%s: headings %s in row %d, notes %q", row.name, h, src.HeaderRow, src.Notes)
		}
		got := readAll(t, src)
		if len(got) == 0 || got[0].Row != row.first || got[0].Values[0] != row.value {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
}

func TestGeometryOfTables(t *testing.T) {
	p := orb.Point{109.5, 33.25}
	for _, row := range []struct {
		name, content string
		o             read.Options
		from          string
		want          orb.Geometry
		problem       string
	}{
		{"degrees", "名称,经度,纬度\n甲,109.5,33.25\n", read.Options{}, "经度|纬度", p, ""},
		{"minutes", "名称,纬度（北纬）,经度（东经）\n甲,33°15′,109°30′0″\n", read.Options{}, "经度（东经）|纬度（北纬）", p, ""},
		{"English", "id,Longitude,Latitude\n1,109.5,33.25\n", read.Options{}, "Longitude|Latitude", p, ""},
		{"x and y", "id,X坐标,Y坐标\n1,109.5,33.25\n", read.Options{}, "X坐标|Y坐标", p, ""},
		{"as told", "id,a,b\n1,109.5,33.25\n", read.Options{Lon: "a", Lat: "b"}, "a|b", p, ""},
		{"WKT", "id,geom\n1,POINT (109.5 33.25)\n", read.Options{}, "geom", p, ""},
		{"EWKT with Z", "id,形状\n1,SRID=4326;POINT Z (109.5 33.25 800)\n", read.Options{}, "形状", p, ""},
		{"WKT, ZM in one word", "id,g\n1,\"LINESTRINGZM(1 2 3 4,5 6 7 8)\"\n", read.Options{}, "g", orb.LineString{{1, 2}, {5, 6}}, ""},
		{"empty WKT", "id,g\n1,POINT(1 2)\n2,POINT(1 2)\n3,POINT EMPTY\n", read.Options{}, "g", orb.Point{1, 2}, ""},
		{"none", "id,备注\n1,好\n", read.Options{}, "", nil, ""},
		{"both empty", "名称,经度,纬度\n甲,,\n", read.Options{}, "经度|纬度", nil, ""},
		{"one empty", "名称,经度,纬度\n甲,109.5,\n", read.Options{}, "经度|纬度", nil, "a.csv: row 2: 纬度: is empty, and the other coordinate is not"},
		{"no number", "名称,经度,纬度\n甲,不详,33\n", read.Options{}, "经度|纬度", nil, `a.csv: row 2: 经度: "不详": is not a coordinate; allowed are`},
		{
			"bad WKT", "id,g\n1,POINT(1 2)\n2,POINT(1 2)\n3,POINT(1)\n",
			read.Options{},
			"g",
			orb.Point{1, 2},
			`a.csv: row 4: g: "POINT(1)": is not a geometry`,
		},
		{
			"too many cells", "a,b\n1,2\n" + strings.Repeat("1,2\n", 40) + "1,2,3\n",
			read.Options{},
			"", nil,
			`row 43: "3": stands beyond the last of 2 columns`,
		},
	} {
		src, err := openText(t, "a.csv", row.content, row.o)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		got := readAll(t, src)
		if f := strings.Join(src.GeometryFrom, "|"); f != row.from {
			t.Errorf("%s: geometry from %s", row.name, f)
		}
		if g := got[0].Geometry; (g == nil) != (row.want == nil) || g != nil && apart(g, row.want) > 1e-12 {
			t.Errorf("%s: %v", row.name, g)
		}
		var problems []string
		for _, r := range got {
			for _, p := range r.Problems {
				problems = append(problems, p.Error())
			}
		}
		if all := strings.Join(problems, "\n"); !strings.Contains(all, row.problem) || (all == "") != (row.problem == "") {
			t.Errorf("%s: problems %s", row.name, all)
		}
	}
	for _, row := range []struct {
		o    read.Options
		want string
	}{
		{read.Options{Lon: "东"}, `has no column "东"; it has id, 备注`},
		{read.Options{Lon: "id"}, "both longitude and latitude"},
		{read.Options{HeaderRow: 9}, "row 9, said to hold the headings"},
	} {
		if _, err := openText(t, "a.csv", "id,备注\n1,好\n", row.o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%+v: %v", row.o, err)
		}
	}
}

func TestQuotedCellsKeepTheirLines(t *testing.T) {
	src := mustOpenText(t, "a.csv", "名称,备注\n甲,\"一\n二, \"\"三\"\"\"\n乙,x\"y\n", read.Options{})
	got := readAll(t, src)
	if len(got) != 2 || got[0].Values[1] != "一\n二, \"三\"" || got[1].Row != 4 || got[1].Values[1] != `x"y` {
		t.Errorf("%+v", got)
	}
}

func TestGeoJSONInAllItsForms(t *testing.T) {
	const f = `{"type":"Feature","id":7,"properties":{"a":"甲","n":3,"x":1.5,"b":true,"z":null,"o":{"k":[1]}},"geometry":{"type":"Point",` +
		`"coordinates":[109.5,33.25,800]}}`
	for _, row := range []struct {
		name, file, content, crs string
		rows                     []int64
	}{
		{"collection", "a.json", `{"type":"FeatureCollection","features":[` + f + `,` + f + `]}`, "EPSG:4326", []int64{1, 2}},
		{"members in another order", "a.json", `{"features":[` + f + `],"bbox":[1,2,3,4],"type":"FeatureCollection"}`, "EPSG:4326", []int64{1}},
		{"one feature", "a.geojson", f, "EPSG:4326", []int64{1}},
		{"a bare geometry", "a.geojson", `{"type":"Point","coordinates":[109.5,33.25]}`, "EPSG:4326", []int64{1}},
		{"a sequence called .json", "a.json", f + "\n" + f, "EPSG:4326", []int64{1, 2}},
		{"lines", "a.geojsonl", f + "\n\n" + f + "\n", "EPSG:4326", []int64{1, 3}},
		{"separators", "a.geojsons", "\x1e" + f + "\n\x1e" + f + "\n", "EPSG:4326", []int64{1, 2}},
		{"separators over lines", "a.geojsons", "\x1e" + strings.ReplaceAll(f, ",", ",\n") + "\n\x1e" + f + "\n", "EPSG:4326", []int64{1, 2}},
		{
			"with its system", "a.json",
			`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4525"}},"features":[` + f + `]}`,
			"EPSG:4525",
			[]int64{1},
		},
		{"with BOM", "a.json", "\ufeff" + f, "EPSG:4326", []int64{1}},
	} {
		src, err := openText(t, row.file, row.content, read.Options{})
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		got := readAll(t, src)
		var rows []int64
		for _, r := range got {
			rows = append(rows, r.Row)
			if len(r.Problems) > 0 || r.Geometry != (orb.Point{109.5, 33.25}) {
				t.Errorf("%s: %+v", row.name, r)
			}
		}
		if len(rows) != len(row.rows) || rows[len(rows)-1] != row.rows[len(rows)-1] || src.CRS.String() != row.crs {
			t.Errorf("%s: rows %v in %s", row.name, rows, src.CRS)
		}
		if row.name == "collection" {
			want := []any{"甲", int64(3), 1.5, true, nil, `{"k":[1]}`}
			for i, w := range want {
				if got[0].Values[i] != w {
					t.Errorf("%s is %#v, not %#v", src.Fields[i].Name, got[0].Values[i], w)
				}
			}
		}
	}
}

func TestBadFeaturesCostThemselvesAlone(t *testing.T) {
	const good = `{"type":"Feature","properties":{"a":1},"geometry":null}`
	for _, row := range []struct{ name, file, content, want string }{
		{"line that is no JSON", "a.geojsonl", good + "\n{\"type\":\n" + good, "a.geojsonl: row 2"},
		{
			"position of one number", "a.geojsonl", good + "\n" + `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1]}}`,
			"a.geojsonl: row 2: geometry: is empty or has a position of less than two numbers",
		},
		{
			"geometry of unknown type", "a.json",
			`{"type":"FeatureCollection","features":[` + good +
				`,{"type":"Feature","properties":{},"geometry":{"type":"Blob","coordinates":[1,2]}}]}`,
			"a.json: row 2: geometry: is no GeoJSON geometry",
		},
		{
			"not a feature", "a.json", `{"type":"FeatureCollection","features":[` + good + `,{"type":"Banana"}]}`,
			`a.json: row 2: type: "Banana": is not a Feature`,
		},
	} {
		got := readAll(t, mustOpenText(t, row.file, row.content, read.Options{}))
		if len(got) < 2 || len(got[0].Problems) != 0 || len(got[1].Problems) == 0 || !strings.Contains(got[1].Problems[0].Error(), row.want) {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
}
