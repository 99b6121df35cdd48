package files_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

// exhaust reads a file as far as it goes and holds what every reader promises: a
// value for each field, rows that are counted, text that is UTF-8, an end.
func exhaust(t *testing.T, fsys fstest.MapFS, name string, o read.Options) {
	src, err := files.OpenFS(fsys, name, o)
	if err != nil {
		return
	}
	defer src.Close()
	seen := map[string]bool{}
	for _, h := range src.Headings() {
		if seen[h] {
			t.Errorf("two columns are called %q", h)
		}
		seen[h] = true
	}
	for range 20000 {
		r, err := src.Next()
		if err != nil {
			if _, again := src.Next(); again != err {
				t.Errorf("after %v comes %v", err, again)
			}
			if err != io.EOF && err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		if len(r.Values) != len(src.Fields) {
			t.Errorf("row %d has %d values for %d fields", r.Row, len(r.Values), len(src.Fields))
		}
		if src.Format != record.GeoPackage && r.Row < 1 {
			t.Errorf("row %d", r.Row)
		}
		for _, v := range r.Values {
			switch v.(type) {
			case nil, bool, int64, float64, string:
			default:
				t.Errorf("row %d has a %T", r.Row, v)
			}
		}
		for _, p := range r.Problems {
			_ = p.Error()
		}
		if r.Geometry != nil {
			r.Geometry.Bound()
		}
	}
}

func FuzzShapefile(f *testing.F) {
	points := fixtureF(f, "gbk/points.shp")
	f.Add(points, fixtureF(f, "gbk/points.shx"), fixtureF(f, "gbk/points.dbf"), "GBK", string(fixtureF(f, "gbk/points.prj")))
	f.Add(shp(turned(square(0, 0, 9)), square(1, 1, 2)), []byte{}, dbf(0x4D, "name", "a", "*b"), "", "")
	for _, name := range []string{"s01/both_wrong", "s02/edited", "s03/nulllen", "s05/nan", "s09/pinch"} {
		f.Add(fixtureF(f, "odd/"+name+".shp"), fixtureF(f, "odd/"+name+".shx"), fixtureF(f, "odd/"+name+".dbf"), "UTF-8", "")
	}
	f.Fuzz(func(t *testing.T, shp, shx, dbf []byte, cpg, prj string) {
		files := fstest.MapFS{
			"a.shp": {Data: shp},
			"a.dbf": {Data: dbf},
			"a.cpg": {Data: []byte(cpg)},
			"a.prj": {Data: []byte(prj)},
		}
		exhaust(t, files, "a.shp", read.Options{})
		files["a.shx"] = &fstest.MapFile{Data: shx}
		exhaust(t, files, "a.shp", read.Options{})
		exhaust(t, fstest.MapFS{"a.dbf": {Data: dbf}}, "a.dbf", read.Options{Encoding: "GBK"})
	})
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(fixtureF(f, "points.geojson"))
	f.Add(fixtureF(f, "polygons.geojson"))
	addOdd(f, "*.geojson", "*.json")
	f.Add([]byte("\x1e{\"type\":\"Feature\",\"properties\":{\"a\":[1]},\"geometry\":null}\n"))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		exhaust(t, fstest.MapFS{"a.json": {Data: b}}, "a.json", read.Options{Format: record.GeoJSON})
		exhaust(t, fstest.MapFS{"a.geojsonl": {Data: b}}, "a.geojsonl", read.Options{})
	})
}

func FuzzCSV(f *testing.F) {
	addOdd(f, "*.csv")
	f.Add([]byte("\xef\xbb\xbf名称,经度,纬度\n甲村,109°56′12″,33.5\n"))
	f.Add([]byte("台账,,\n序号,人口,\n,户数,人数\n1,2,3\n"))
	f.Add([]byte("\xc3\xfb\xb3\xc6\tgeom\n\"x\"\tPOINT Z (1 2 3)\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		exhaust(t, fstest.MapFS{"a.csv": {Data: b}}, "a.csv", read.Options{Format: record.CSV})
	})
}

func FuzzKML(f *testing.F) {
	f.Add(fixtureF(f, "points.kml"))
	addOdd(f, "*.kml")
	f.Add([]byte(`<kml><Placemark><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>1,2 3,4 5,` +
		`6</coordinates></LinearRing></outerBoundaryIs></Polygon><Point><coordinates>1,2,` +
		`3</coordinates></Point></MultiGeometry></Placemark></kml>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		exhaust(t, fstest.MapFS{"a.kml": {Data: b}}, "a.kml", read.Options{Format: record.KML})
	})
}

// FuzzXLSX puts a sheet and shared strings of any content into a sound workbook.
func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><f>1+2</f></c></row><row r="3"><c `+
		`r="A3"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A3"/></mergeCells><sheetData>`, "")
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c><c r="B1" t="s"><v>0</v></c></row><row r="9"><c `+
		`r="A9"><v>1.5</v></c></row>`, `<si><t>户数</t></si>`)
	f.Fuzz(func(t *testing.T, rows, strings string) {
		book := zippedF(t, map[string]string{
			"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override ` +
				`PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override ` +
				`PartName="/xl/worksheets/sheet1.xml" ` +
				`ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
			"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship ` +
				`Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ` +
				`Target="xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
				`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" ` +
				`r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship ` +
				`Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" ` +
				`Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows +
				`</sheetData></worksheet>`,
			"xl/sharedStrings.xml": `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + strings + `</sst>`,
		})
		exhaust(t, fstest.MapFS{"a.xlsx": {Data: book}}, "a.xlsx", read.Options{})
	})
}

// FuzzGeoPackage fuzzes the geometries and values in a sound file: SQLite's own
// pages have SQLite's own fuzzers.
func FuzzGeoPackage(f *testing.F) {
	f.Add([]byte("GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00\x40"), "甲",
		"EPSG", 4490, `GEOGCS["x"]`)
	f.Add([]byte("GP\x00\x13\xe6\x10\x00\x00"), "", "NONE", 100000, "")
	f.Fuzz(func(t *testing.T, geom []byte, text, org string, code int, wkt string) {
		exhaust(t, fstest.MapFS{"a.gpkg": {Data: geopackage(t, geom, text, org, code, wkt)}}, "a.gpkg", read.Options{})
	})
}

// FuzzAnything lets the content decide.
func FuzzFlatGeobuf(f *testing.F) {
	for _, name := range []string{"points", "lines", "polygons"} {
		f.Add(fixtureF(f, "columns/"+name+".fgb"))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		exhaust(t, fstest.MapFS{"a.fgb": {Data: b}}, "a.fgb", read.Options{})
	})
}

func FuzzParquet(f *testing.F) {
	names, err := filepath.Glob("testdata/columns/*.parquet")
	if err != nil || len(names) == 0 {
		f.Fatalf("no file of Parquet: %v", err)
	}
	for _, name := range names {
		f.Add(fixtureF(f, "columns/"+filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		exhaust(t, fstest.MapFS{"a.parquet": {Data: b}}, "a.parquet", read.Options{})
	})
}

func FuzzAnything(f *testing.F) {
	var b bytes.Buffer
	book := excelize.NewFile()
	book.SetSheetRow("Sheet1", "A1", &[]any{"a", 1.5}) //nolint:errcheck // a seed
	book.Write(&b)                                     //nolint:errcheck // a seed
	f.Add(b.Bytes(), "a.xlsx", "")
	f.Add([]byte("PK\x05\x06"+string(make([]byte, 18))), "a.zip", "b")
	f.Add(fixtureF(f, "points.kml"), "a.kmz", "")
	for _, name := range []string{"x01_dates.xlsx", "x02_merged.xlsx", "x04_errors.xlsx", "p01_case.gpkg", "p04_wal.zip"} {
		f.Add(fixtureF(f, "odd/"+name), name, "")
	}
	f.Fuzz(func(t *testing.T, b []byte, name, layer string) {
		exhaust(t, fstest.MapFS{name: {Data: b}}, name, read.Options{Layer: layer})
	})
}

func FuzzParseAngle(f *testing.F) {
	for _, s := range []string{"109°56′12″", "东经１０９度", "-33.5", "N 33 30 15.5", "1e5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := record.ParseAngle(s); err == nil && v != v {
			t.Errorf("%q is NaN", s)
		}
	})
}

// FuzzWKT fuzzes the column of well-known text that tables may have.
func FuzzWKT(f *testing.F) {
	for _, s := range []string{
		"POINT Z (1 2 3)", "SRID=4326;LINESTRING(1 2,3 4)", "MULTIPOLYGON(((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)))",
		"GEOMETRYCOLLECTION(POINT(1 2),POINT EMPTY)", "MULTIPOINT(1 2,(3 4))", "POLYGON EMPTY", "POINT(NaN 1)", "srid=4490;POINT(1 2)",
		"0101000020E6100000EC51B81E857B5B40AE47E17A14EE4040", `\x0101000000000000000000f07f000000000000f03f`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.WriteAll([][]string{{"名称", "WKT"}, {"甲", "POINT(1 2)"}, {"乙", s}}) //nolint:errcheck // a buffer takes everything
		exhaust(t, fstest.MapFS{"a.csv": {Data: b.Bytes()}}, "a.csv", read.Options{WKT: "WKT"})
	})
}

// FuzzRoundTrip writes any text and number as every format that streams, and reads
// them again. No store keeps a NUL.
func FuzzRoundTrip(f *testing.F) {
	f.Add("甲村", "=1+1", int64(-7), 109.5, 33.25)
	f.Add("a\"b,c\r\nd", "'-x", int64(1)<<62, -180.0, 90.0)
	f.Add("\u2028<&>", "\t", int64(0), 0.0, 0.0)
	f.Fuzz(func(t *testing.T, first, second string, n int64, x, y float64) {
		if !utf8.ValidString(first+" "+second) || strings.ContainsAny(first+second, "\x00\uFFFD") || math.IsNaN(x-x+y-y) ||
			math.Abs(x)+math.Abs(y) > 1e7 {
			return
		}
		in := record.Record{Values: []any{first, second, n}, Geometry: orb.Point{x, y}}
		for _, format := range []string{record.GeoJSON, record.GeoJSONSeq, record.CSV, record.TSV} {
			var b bytes.Buffer
			w, err := files.NewWriter(&b, format,
				write.Options{Fields: []record.Field{{Name: "名称"}, {Name: "b"}, {Name: "n"}}, Lon: "经度", Lat: "纬度"})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(w.Write(in), w.Close()); err != nil {
				t.Fatal(err)
			}
			src, err := files.OpenFS(fstest.MapFS{"a": {Data: b.Bytes()}}, "a", read.Options{Format: format, Encoding: "UTF-8"})
			if err != nil {
				t.Fatalf("%s: %v: %q", format, err, b.Bytes())
			}
			r, err := src.Next()
			if err != nil {
				t.Fatalf("%s: %v: %q", format, err, b.Bytes())
			}
			for i, want := range []string{first, second, strconv.FormatInt(n, 10)} {
				got, table := fmt.Sprint(r.Values[i]), format == record.CSV || format == record.TSV
				if table { // which trim, have no empty text, and know one end of a line
					want = strings.TrimSpace(strings.ReplaceAll(want, "\r", ""))
				}
				if r.Values[i] == nil {
					got = ""
				}
				if got != want {
					t.Errorf("%s: %q comes back as %q: %q", format, want, got, b.Bytes())
				}
			}
			if g, ok := r.Geometry.(orb.Point); !ok || math.Abs(g[0]-x) > 1e-9 || math.Abs(g[1]-y) > 1e-9 {
				t.Errorf("%s: %v, %v comes back as %v", format, x, y, r.Geometry)
			}
			src.Close()
		}
	})
}
