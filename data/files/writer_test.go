package files_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/geo/crs"
)

func TestDBFNamesAreShortAndDistinct(t *testing.T) {
	for _, row := range []struct{ in, want []string }{
		{[]string{"name", "population_a", "population_b", "POPULATION"}, []string{"name", "population", "populati_2", "POPULATI_3"}},
		{[]string{"行政村名称", "行政村代码", "村"}, []string{"行政村", "行政_2", "村"}},
		{[]string{"", "a\nb"}, []string{"field", "a_b"}},
		{[]string{"自来水普及率", "自来水水量", "自来水"}, []string{"自来水", "自来_2", "自来_3"}},
	} {
		got := record.DBFNames(row.in)
		if !slices.Equal(got, row.want) {
			t.Errorf("%q become %q, not %q", row.in, got, row.want)
		}
		for _, n := range got {
			if len(n) > 10 {
				t.Errorf("%q has %d bytes", n, len(n))
			}
		}
	}
}

func records(values ...[]any) (out []record.Record) {
	for _, v := range values {
		out = append(out, record.Record{Values: v, Geometry: orb.Point{109.5, 33.25}})
	}
	return out
}

func TestStreamsAreWrittenAsFiles(t *testing.T) {
	fields := []record.Field{
		{Name: "名称", Type: record.Text},
		{Name: "n", Type: record.Int},
		{Name: "x", Type: record.Float},
		{Name: "d", Type: record.Date},
		{Name: "b", Type: record.Bool},
	}
	in := records(
		[]any{"甲村", int64(7), 1.5, "2017-05-31", true},
		[]any{"=1+1", int64(-7), 1e-7, nil, false},
		[]any{nil, nil, nil, nil, nil},
		[]any{"a\"b,c\nd<e>&", int64(611002001001), -123456789.125, "1999-12-31", true},
	)
	for name, f := range map[string]string{
		"a.zip": record.Shapefile, "a.gpkg": record.GeoPackage, "a.geojson": record.GeoJSON, "a.geojsonl": record.GeoJSONSeq,
		"a.csv": record.CSV, "a.tsv": record.TSV, "a.xlsx": record.XLSX, "a.kml": record.KML,
	} {
		var b bytes.Buffer
		w, err := files.NewWriter(&b, f, write.Options{Layer: "村", Fields: fields, Lon: "经度", Lat: "纬度"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range in {
			if err := w.Write(r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		src, err := files.OpenFS(fstest.MapFS{name: {Data: b.Bytes()}}, name, read.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := readAll(t, src)
		if len(got) != len(in) {
			t.Fatalf("%s: %d records", name, len(got))
		}
		for i, r := range in {
			for k, v := range r.Values {
				want := v
				if s, ok := v.(string); ok && name == "a.csv" {
					want = strings.TrimSpace(s)
				}
				col := slices.Index(src.Headings(), fields[k].Name)
				if f, ok := v.(float64); ok {
					want = f
				}
				if !equal(got[i].Values[col], want) {
					t.Errorf("%s: record %d: %s is %#v, not %#v", name, i, fields[k].Name, got[i].Values[col], v)
				}
			}
			if got[i].Geometry == nil || apart(got[i].Geometry, r.Geometry) > 1e-9 {
				t.Errorf("%s: record %d lies at %v", name, i, got[i].Geometry)
			}
		}
		src.Close()
	}
}

func TestSeparatedTextHoldsNoFormula(t *testing.T) {
	for _, row := range []struct{ in, cell string }{
		{"=1+1", "'=1+1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"+86 914 2310000", "'+86 914 2310000"},
		{"-乙", "'-乙"},
		{"＝1+1", "'＝1+1"},
		{"-", "'-"},
		{"'=1", "''=1"},
		{"--1", "'--1"},
		{"-1+1", "'-1+1"},
		{"-12.5", "-12.5"},
		{"+7", "+7"},
		{"'-7", "'-7"},
		{"甲=乙", "甲=乙"},
		{"'", "'"},
		{"'甲'", "'甲'"},
		{"", ""},
	} {
		for _, f := range []string{record.CSV, record.TSV} {
			var b bytes.Buffer
			w, err := files.NewWriter(&b, f, write.Options{Fields: []record.Field{{Name: "=a"}, {Name: "b"}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(w.Write(record.Record{Values: []any{row.in, int64(-7)}}), w.Close()); err != nil {
				t.Fatal(err)
			}
			text, comma := b.String(), map[string]string{record.CSV: ",", record.TSV: "\t"}[f]
			if want := "\uFEFF'=a" + comma + "b\r\n" + row.cell + comma + "-7\r\n"; text != want {
				t.Errorf("%s: %q, not %q", f, text, want)
			}
			src, err := files.OpenFS(fstest.MapFS{"a": {Data: b.Bytes()}}, "a", read.Options{Format: f})
			if err != nil {
				t.Fatal(err)
			}
			got := readAll(t, src)
			if len(got) != 1 || cell(got[0].Values[0]) != row.in || src.Headings()[0] != "=a" {
				t.Errorf("%s: %q comes back as %v under %q", f, row.in, got, src.Headings())
			}
			src.Close()
		}
	}
}

// cell is a cell, "" for nil.
func cell(v any) string {
	s, _ := v.(string)
	return s
}

func TestTablesNameTheirCoordinateSystem(t *testing.T) {
	for heading, want := range map[string]string{
		"经度(GCJ-02),纬度(GCJ-02)": "GCJ-02", "东坐标（EPSG:4525）,北坐标（EPSG:4525）": "EPSG:4525",
		"经度(°),纬度(°)": "<nil>", "x(m),y(m)": "<nil>", "经度,纬度": "<nil>",
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.csv": {Data: []byte(heading + ",名称\n109.9,33.8,甲\n")}}, "a.csv", read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := str(src.CRS); got != want || len(src.GeometryFrom) != 2 {
			t.Errorf("%s: %s from %q, places from %v", heading, got, src.CRSFrom, src.GeometryFrom)
		}
		src.Close()
		given, err := crs.Parse("EPSG:4490")
		if err != nil {
			t.Fatal(err)
		}
		src, err = files.OpenFS(fstest.MapFS{"a.csv": {Data: []byte(heading + ",名称\n109.9,33.8,甲\n")}}, "a.csv", read.Options{CRS: given})
		if err != nil {
			t.Fatal(err)
		}
		if src.CRS != given {
			t.Errorf("%s overrules the option", heading)
		}
		src.Close()
	}
}

func TestWritersSayWhatAFormatCannotHold(t *testing.T) {
	km, err := crs.Parse("EPSG:4525")
	if err != nil {
		t.Fatal(err)
	}
	line := orb.LineString{{1, 2}, {3, 4}}
	for _, row := range []struct {
		name   string
		format string
		o      write.Options
		in     []record.Record
		want   string
	}{
		{
			"points and lines in a shapefile",
			record.Shapefile,
			write.Options{},
			[]record.Record{{Geometry: orb.Point{1, 2}}, {Geometry: line}},
			"record 2: a shapefile holds one kind of geometry: this one points, not a LineString",
		},
		{
			"a collection in a shapefile",
			record.Shapefile,
			write.Options{},
			[]record.Record{{Geometry: orb.Collection{line}}},
			"a shapefile cannot hold a GeometryCollection",
		},
		{
			"a line in two columns",
			record.CSV,
			write.Options{Lon: "x", Lat: "y"},
			[]record.Record{{Geometry: line}},
			"a LineString does not go into two columns; write WKT",
		},
		{
			"metres in KML",
			record.KML,
			write.Options{CRS: km},
			nil,
			"KML holds degrees",
		},
		{
			"an unknown format",
			"dwg",
			write.Options{},
			nil,
			`format "dwg" cannot be written`,
		},
		{
			"a value too many",
			record.CSV,
			write.Options{},
			[]record.Record{{Values: []any{1}}},
			"record 1 has 1 values, not 0",
		},
		{
			"a text in a column of numbers",
			record.Shapefile,
			write.Options{Fields: []record.Field{{Name: "n", Type: record.Int}}},
			[]record.Record{{Values: []any{"四"}}},
			`record 1: n: "四" is not a number`,
		},
	} {
		w, err := files.NewWriter(&bytes.Buffer{}, row.format, row.o)
		if err == nil {
			for _, r := range row.in {
				if err = w.Write(r); err != nil {
					break
				}
			}
			if e := w.Close(); err == nil {
				err = e
			}
		}
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	w, err := files.NewWriter(&bytes.Buffer{}, record.Shapefile, write.Options{Fields: []record.Field{{Name: "备注"}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Write(record.Record{Values: []any{strings.Repeat("村", 100)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !slices.Equal(w.Notes(), []string{"备注: texts were cut off at 254 bytes (2)"}) {
		t.Errorf("%v, notes %q", err, w.Notes())
	}
}

func TestAFileAppearsWholeOrNotAtAll(t *testing.T) {
	for _, name := range []string{"a.shp", "a.zip", "a.gpkg", "a.geojson", "a.geojsonl", "a.csv", "a.xlsx", "a.kml", "a.kmz"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		begin := func() *write.Writer {
			w, err := files.Create(path, write.Options{Fields: []record.Field{{Name: "a"}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(record.Record{Values: []any{"x"}, Geometry: orb.Point{1, 2}}); err != nil {
				t.Fatal(err)
			}
			return w
		}
		only := func(when string) {
			t.Helper()
			b, err := os.ReadFile(path)
			entries, _ := os.ReadDir(dir)
			if err != nil || string(b) != "old" || len(entries) != 1 {
				t.Errorf("%s %s: %v, %d files", name, when, err, len(entries))
			}
		}
		if err := begin().Abort(); err != nil {
			t.Fatal(err)
		}
		only("after Abort")
		w := begin()
		if err := w.Write(record.Record{}); err == nil {
			t.Errorf("%s: a record without values is written", name)
		}
		if err := w.Close(); err == nil {
			t.Errorf("%s: Close forgets the error", name)
		}
		only("after an error")
		w = begin()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := w.Abort(); err != nil {
			t.Errorf("%s: Abort after Close: %v", name, err)
		}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") {
				t.Errorf("%s leaves %s", name, e.Name())
			}
		}
		if got := readAll(t, open(t, path, read.Options{})); len(got) != 1 {
			t.Errorf("%s: %d records", name, len(got))
		}
	}
}

func TestSameRecordsGiveSameBytes(t *testing.T) {
	for _, f := range []string{record.Shapefile, record.GeoJSON, record.CSV, record.KML} {
		var both [2]bytes.Buffer
		for i := range both {
			w, err := files.NewWriter(&both[i], f, write.Options{Fields: []record.Field{{Name: "名"}}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records([]any{"甲"}, []any{"乙"}) {
				if err := w.Write(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(both[0].Bytes(), both[1].Bytes()) {
			t.Errorf("%s differs from run to run", f)
		}
	}
}

// A GCJ-02 file cannot say so in a .prj, but GeoJSON can for our own reader.
func TestGCJ02IsNamedWhereAFormatCan(t *testing.T) {
	c, err := crs.Parse("GCJ-02")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.geojson": "GCJ-02", "a.shp": "<nil>", "a.gpkg": "<nil>"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := files.Create(path, write.Options{CRS: c})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(record.Record{Geometry: orb.Point{109, 33}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		src := open(t, path, read.Options{})
		if got := name + " " + str(src.CRS); got != name+" "+want {
			t.Errorf("%s, %v", got, src.CRSErr)
		}
	}
}

func str(c *crs.CRS) string {
	if c == nil {
		return "<nil>"
	}
	return c.String()
}

func TestCoordinatesThatAreNoNumbersDoNotBreakJSON(t *testing.T) {
	var b bytes.Buffer
	w, err := files.NewWriter(&b, record.GeoJSON, write.Options{Fields: []record.Field{{Name: "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record.Record{Values: []any{math.Inf(1)}, Geometry: orb.Point{math.NaN(), 0}}); err == nil {
		t.Error("NaN is written as a place")
	}
}

func TestASheetHoldsNoHalfGeometry(t *testing.T) {
	long := make(orb.LineString, 2000)
	for i := range long {
		long[i] = orb.Point{109 + float64(i)/7777, 33}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	w, err := files.Create(path, write.Options{WKT: "WKT", Fields: []record.Field{{Name: "名称"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []orb.Geometry{long, long[:9]} {
		if err := w.Write(record.Record{Values: []any{"甲"}, Geometry: g}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || len(w.Notes()) != 1 || !strings.Contains(w.Notes()[0], "left out (1)") {
		t.Errorf("%v, %v", err, w.Notes())
	}
	got := readAll(t, open(t, path, read.Options{}))
	if len(got) != 2 || got[0].Geometry != nil || len(got[0].Problems) > 0 || got[1].Geometry == nil {
		t.Errorf("%v", got)
	}
}
