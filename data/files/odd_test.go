package files_test

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/wkb"
)

// The odd files themselves are read in data/intake; here are others of their kinds.

func TestAnEditedShapefileIsReadInTheOrderOfItsIndexInAZipToo(t *testing.T) {
	parts := map[string][]byte{}
	for _, ending := range []string{"shp", "shx", "dbf"} {
		parts["a."+ending] = fixture(t, "odd/s02/edited."+ending)
	}
	for _, c := range []struct {
		name   string
		change func(map[string][]byte)
		rows   int
		first  orb.Point
		note   string
	}{
		{"as it is", func(map[string][]byte) {}, 2, orb.Point{109.95, 33.9}, "in the order of the .shx"},
		{"without an index", func(p map[string][]byte) { delete(p, "a.shx") }, 3, orb.Point{109.9, 33.85}, ""},
		{
			"with one that points out of the file", func(p map[string][]byte) { p["a.shx"][100] = 0x7f },
			3,
			orb.Point{109.9, 33.85},
			"the .shx is not used: is no index of shapes",
		},
		{
			"with one of fewer shapes than the table has rows", func(p map[string][]byte) { p["a.shx"] = p["a.shx"][:108] },
			3,
			orb.Point{109.9, 33.85},
			"it has 1 shapes and the .dbf 2 rows",
		},
	} {
		changed := map[string][]byte{}
		for name, b := range parts {
			changed[name] = bytes.Clone(b)
		}
		c.change(changed)
		src, err := files.OpenFS(fstest.MapFS{"a.zip": {Data: zipped(t, changed)}}, "a.zip", read.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := readAll(t, src)
		notes := strings.Join(src.Notes, "\n")
		if len(got) != c.rows || got[0].Geometry.(orb.Polygon)[0][0] != c.first || !strings.Contains(notes, c.note) {
			t.Errorf("%s: %d rows, the first %v, notes %s", c.name, len(got), got[0].Geometry, notes)
		}
		src.Close()
	}
}

func TestRingsThatOverlapAreNoHolesOfEachOther(t *testing.T) {
	corner := []orb.Point{{0, 0}, {0, 10}, {10, 10}, {10, 8}, {2, 8}, {2, 0}, {0, 0}} // clockwise, as outer rings run
	src, err := files.OpenFS(fstest.MapFS{"a.shp": {Data: shp(corner, turned(square(1, 2, 5)))}}, "a.shp", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g, ok := readAll(t, src)[0].Geometry.(orb.MultiPolygon); !ok || len(g) != 2 {
		t.Errorf("two parts that overlap are %v", g)
	}
}

func TestGeometryOfEveryFormIsSoundOrSaid(t *testing.T) {
	ewkb := func(g orb.Geometry, srid uint16) string {
		b, err := wkb.Append(nil, g)
		if err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(append([]byte{b[0], b[1], b[2], b[3], b[4] | 0x20, byte(srid), byte(srid >> 8), 0, 0}, b[5:]...))
	}
	for _, c := range []struct {
		name, file, content string
		want                string // the geometry of the last row
		problem             string
		crs                 string
	}{
		{"EWKT", "a.csv", "n,geom\na,SRID=4490;POINT(109 33)\n", "[109 33]", "", "EPSG:4490"},
		{"EWKT in small letters", "a.csv", "n,geom\na,srid=4490;point(109 33)\n", "[109 33]", "", "EPSG:4490"},
		{"EWKT of two systems", "a.csv", "n,geom\na,SRID=4490;POINT(109 33)\nb,SRID=4326;POINT(109 33)\n", "<nil>", "SRID 4326", "EPSG:4490"},
		{"EWKB in hexadecimal", "a.csv", "n;g\na;" + ewkb(orb.Point{109, 33}, 4490) + "\n", "[109 33]", "", "EPSG:4490"},
		{
			"bytes in hexadecimal", "a.csv", "n;g\na;\\x" + ewkb(orb.LineString{{109, 33}, {110, 33}}, 4326) + "\n",
			"[[109 33] [110 33]]", "", "EPSG:4326",
		},
		{"NaN in WKT", "a.csv", "n,geom\na,\"LINESTRING(109 33,NaN 33)\"\n", "<nil>", "is not a geometry", "<nil>"},
		{
			"a collection with an empty member in WKT", "a.csv", "n,geom\na,\"GEOMETRYCOLLECTION(POINT(1 2),POINT EMPTY)\"\n",
			"<nil>", "is not a geometry", "<nil>",
		},
		{
			"GeoJSON in a column", "a.csv", `n,g` + "\n" + `a,"{""type"":""Point"",""coordinates"":[109,33]}"` + "\n",
			"[109 33]", "", "<nil>",
		},
		{
			"NaN among coordinates", "a.geojson",
			`{"type":"Feature","properties":{"NaN":"Infinity"},"geometry":{"type":"LineString","coordinates":[[109,33],[NaN,-Infinity]]}}`,
			"<nil>", "is no GeoJSON geometry", "EPSG:4326",
		},
		{
			"NaN among properties", "a.geojsonl",
			`{"type":"Feature","properties":{"a":NaN,"b":-Infinity,"c":-1},"geometry":{"type":"Point","coordinates":[109,33]}}`,
			"[109 33]", "", "EPSG:4326",
		},
		{"no number in columns", "a.csv", "n,lon,lat\na,-1.#IND,1.#QNAN\n", "<nil>", "", "<nil>"},
		{
			"NaN in KML", "a.kml", "<kml><Placemark><Point><coordinates>NaN,33</coordinates></Point></Placemark></kml>",
			"<nil>", "at vertex 1", "EPSG:4326",
		},
		{
			"a crs in the geometry", "a.geojson",
			`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[109,33],` +
				`"crs":{"type":"name","properties":{"name":"EPSG:4490"}}}}`,
			"[109 33]", "", "EPSG:4490",
		},
		{
			"features of two systems", "a.geojsonl",
			`{"type":"Feature","crs":{"properties":{"name":"EPSG:4490"}},"geometry":{"type":"Point","coordinates":[109,33]}}` + "\n" +
				`{"type":"Feature","crs":{"properties":{"name":"EPSG:4326"}},"geometry":{"type":"Point","coordinates":[109,33]}}`,
			"<nil>", "is another coordinate system than the file's", "EPSG:4490",
		},
		{
			"an empty part in GeoJSON", "a.geojson",
			`{"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[]]}}`,
			"<nil>", "is empty", "EPSG:4326",
		},
		{
			"a geometry of a text that says null", "a.geojson",
			`{"type":"Feature","properties":{},"geometry":{"note":"[null]","type":"Point","coordinates":[109,33],"bbox":null}}`,
			"[109 33]", "", "EPSG:4326",
		},
	} {
		src, err := openText(t, c.file, c.content, read.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		all := readAll(t, src)
		last := all[len(all)-1]
		problems := fmt.Sprint(last.Problems)
		if fmt.Sprint(last.Geometry) != c.want || !strings.Contains(problems, c.problem) || c.problem == "" && problems != "[]" {
			t.Errorf("%s: %v, problems %s", c.name, last.Geometry, problems)
		}
		if fmt.Sprint(src.CRS) != c.crs {
			t.Errorf("%s: in %v", c.name, src.CRS)
		}
	}
}

// A GeoPackage whose writer has stopped in the middle lies in a zip with its log, under
// names that differ in case.
func TestALogComesOutOfAZipWithItsGeoPackage(t *testing.T) {
	z, err := zip.OpenReader("testdata/odd/p04_wal.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
		parts[strings.Replace(f.Name, "p04_wal", "资料/P04", 1)] = b.Bytes()
	}
	src, err := files.OpenFS(fstest.MapFS{"a.zip": {Data: zipped(t, parts)}}, "a.zip", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if got := readAll(t, src); len(got) != 2 || !strings.Contains(strings.Join(src.Notes, "\n"), "-wal holds was taken in") {
		t.Errorf("%d rows, notes %q", len(got), src.Notes)
	}
	// On disk too, in a folder where nothing may be written.
	dir := t.TempDir()
	for name, b := range parts {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), b, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) }) //nolint:errcheck // the folder goes then
	if got := readAll(t, open(t, filepath.Join(dir, "P04.gpkg"), read.Options{})); len(got) != 2 {
		t.Errorf("on disk: %d rows", len(got))
	}
}

func TestMergedTextsAreRepeatedAndMergedSumsAreNot(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{
		{"县区", "村名", "总人口", "退出年份"}, {"商州区", "甲村", 1500, 2017}, {"", "乙村"}, {"", "丙村", 7}, {"", "商州区合计", 1507}, {"洛南县", "合计村", 12},
	} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, ref := range [][2]string{{"A2", "A5"}, {"C2", "C3"}, {"D2", "D4"}} {
		if err := f.MergeCell("Sheet1", ref[0], ref[1]); err != nil {
			t.Fatal(err)
		}
	}
	src := openBook(t, f)
	var got []string
	for _, r := range readAll(t, src) {
		warned := 0
		for _, p := range r.Problems {
			if e, ok := p.(*record.CellError); ok && e.Warning {
				warned++
			}
		}
		got = append(got, fmt.Sprint(r.Values, r.Total, len(r.Problems), warned))
	}
	want := []string{
		"[商州区 甲村 1500 2017] false 0 0", "[商州区 乙村 <nil> 2017] false 1 1", "[商州区 丙村 7 2017] false 0 0",
		"[商州区 商州区合计 1507 <nil>] true 0 0", "[洛南县 合计村 12 <nil>] false 0 0",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestDatesAreDatesInAnyFormat(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	formats := []struct {
		format string
		number float64
		want   string
	}{
		{"yyyy.m.d", 42886, "2017-05-31"},
		{"yyyy", 42886, "2017-05-31"},
		{`yyyy\.mm`, 42886, "2017-05-31"},
		{"mmm-yy", 42886, "2017-05-31"},
		{"m.d", 42886, "2017-05-31"},
		{`yyyy" "mm" "dd`, 42886, "2017-05-31"},
		{"d/m/yy", 42886, "2017-05-31"},
		{"yyyy.m.d h:mm", 42886.5, "2017-05-31 12:00:00"},
		{"#,##0", 42886, "42886"},
		{"0.00", 42015, "42015.00"},
		{`0.0,"千"`, 42886, "42886"},
		{"¥#,##0.00", 2017, "2017"},
		{"0000000", 2017, "2017"},
		{"0.00E+00", 42886, "42886"},
	}
	for i, c := range formats {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
		if err != nil {
			t.Fatal(err)
		}
		cell := fmt.Sprintf("A%d", i+2)
		if err := f.SetCellValue("Sheet1", cell, c.number); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetSheetRow("Sheet1", "A1", &[]any{"日期"}); err != nil {
		t.Fatal(err)
	}
	src := openBook(t, f)
	for i, r := range readAll(t, src) {
		if r.Values[0] != formats[i].want {
			t.Errorf("%v as %s is %v, not %s", formats[i].number, formats[i].format, r.Values[0], formats[i].want)
		}
	}
}

func TestTheBytesOfAKMLCountMoreThanItsDeclaration(t *testing.T) {
	kml := func(declared, name string) string {
		return `<?xml version="1.0" encoding="` + declared + `"?><kml><Placemark><name>` + name +
			`</name><Point><coordinates>109,33</coordinates></Point></Placemark></kml>`
	}
	for _, c := range []struct{ name, content, given, encoding, want, note string }{
		{"UTF-8", kml("UTF-8", "洛南县"), "", "UTF-8", "洛南县", ""},
		{"GBK", kml("GBK", gbk(t, "洛南县")), "", "GB18030", "洛南县", ""},
		{"GBK in single quotes", strings.ReplaceAll(kml("gb2312", gbk(t, "洛南县")), `"`, `'`), "", "GB18030", "洛南县", ""},
		{"GBK that says UTF-8", kml("UTF-8", gbk(t, "洛南县")), "", "GB18030", "洛南县", "the file says UTF-8, the text is GB18030"},
		{"UTF-8 that says GBK", kml("GBK", "洛南县"), "", "UTF-8", "洛南县", "the file says GB18030, the text is UTF-8"},
		{
			"GBK without a declaration", "<kml><Placemark><name>" + gbk(t, "洛南县") + "</name></Placemark></kml>", "",
			"GB18030", "洛南县", "the text is",
		},
		{"Big5, as told", kml("UTF-8", "\xac\xa5\xab\x6e"), "Big5", "Big5", "洛南", ""},
		{"Big5, as declared", kml("Big5", "\xac\xa5\xab\x6e"), "", "Big5", "洛南", ""},
	} {
		src, err := openText(t, "a.kml", c.content, read.Options{Encoding: c.given})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := readAll(t, src)
		notes := strings.Join(src.Notes, "\n")
		if got[0].Values[0] != c.want || src.Encoding != c.encoding || !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%s: %v in %s, notes %q", c.name, got[0].Values, src.Encoding, notes)
		}
	}
	_, err := openText(t, "a.kml", kml("EBCDIC", "a"), read.Options{})
	if err == nil || !strings.Contains(err.Error(), `"EBCDIC" is not known`) {
		t.Errorf("an encoding that is not known: %v", err)
	}
}

// openBook opens what a workbook is written as.
func openBook(t *testing.T, book *excelize.File) *read.Source {
	t.Helper()
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	src, err := files.OpenFS(fstest.MapFS{"a.xlsx": {Data: b.Bytes()}}, "a.xlsx", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() }) //nolint:errcheck // it is only read
	return src
}
