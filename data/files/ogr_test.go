package files_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/geo/crs"
)

// The tests in this file hold readers and writers against GDAL.

// ogr runs ogr2ogr in a directory of its own, gives the path of what it made there.
func ogr(t *testing.T, out, in string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Fatal("ogr2ogr is missing: run `make test`, which installs it")
	}
	path := filepath.Join(t.TempDir(), out)
	cmd := exec.Command("ogr2ogr", append(args, path, in)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", cmd, err, text)
	}
	return path
}

// wanted are the features of a fixture, read by another reader than ours.
func wanted(t *testing.T, path string) []*geojson.Feature {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Features []json.RawMessage }
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	out := make([]*geojson.Feature, len(c.Features))
	for i, raw := range c.Features {
		if out[i], err = geojson.UnmarshalFeature(raw); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func open(t *testing.T, path string, o read.Options) *read.Source {
	t.Helper()
	src, err := files.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func readAll(t *testing.T, src *read.Source) (out []record.Record) {
	t.Helper()
	for {
		r, err := src.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
}

// same holds what was read against what is wanted: texts equal, numbers equal,
// coordinates within tolerance in their own unit.
func same(t *testing.T, src *read.Source, got []record.Record, want []*geojson.Feature, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d records, not %d", len(got), len(want))
	}
	for i, r := range got {
		if len(r.Problems) > 0 {
			t.Errorf("record %d: %v", i, r.Problems)
		}
		for name, v := range want[i].Properties {
			col := slices.IndexFunc(src.Fields, func(f record.Field) bool { return strings.EqualFold(f.Name, name) })
			if col < 0 {
				t.Fatalf("no column %s in %v", name, src.Headings())
			}
			if !equal(r.Values[col], v) {
				t.Errorf("record %d: %s is %#v, not %#v", i, name, r.Values[col], v)
			}
		}
		if d := apart(r.Geometry, want[i].Geometry); !(d <= tolerance) {
			t.Errorf("record %d: %v lies %g from %v", i, r.Geometry, d, want[i].Geometry)
		}
	}
}

func equal(got, want any) bool {
	switch w := want.(type) {
	case nil:
		return got == nil || got == ""
	case bool:
		s := strings.ToLower(fmt.Sprint(got))
		return s == strconv.FormatBool(w) || s == strconv.FormatBool(w)[:1] || // what GDAL makes of DBF's T and F
			s == map[bool]string{true: "1", false: "0"}[w]
	case float64:
		f, err := strconv.ParseFloat(fmt.Sprint(got), 64)
		return err == nil && f == w
	}
	return fmt.Sprint(got) == fmt.Sprint(want)
}

// apart is how far the vertices of two geometries lie apart at most; infinite
// where their structure differs. Rings may begin anywhere and run either way.
func apart(a, b orb.Geometry) float64 {
	pa, pb := plain(a), plain(b)
	if len(pa) != len(pb) {
		return math.Inf(1)
	}
	worst := 0.
	for i := range pa {
		if len(pa[i]) != len(pb[i]) {
			return math.Inf(1)
		}
		for k := range pa[i] {
			worst = max(worst, math.Hypot(pa[i][k][0]-pb[i][k][0], pa[i][k][1]-pb[i][k][1]))
		}
	}
	return worst
}

// plain is a geometry as sorted lists of vertices.
func plain(g orb.Geometry) (out [][]orb.Point) {
	switch g := g.(type) {
	case orb.Point:
		return [][]orb.Point{{g}}
	case orb.LineString:
		return [][]orb.Point{g}
	case orb.MultiLineString:
		for _, l := range g {
			out = append(out, l)
		}
	case orb.MultiPoint:
		for _, p := range g {
			out = append(out, []orb.Point{p})
		}
	case orb.Polygon:
		return plain(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		for _, p := range g {
			for i, r := range p {
				if r[0] != r[len(r)-1] {
					return [][]orb.Point{nil} // not closed
				}
				pts := slices.Clone(r[1:])
				slices.SortFunc(pts, byXY)
				// A hole is told from a ring by one vertex more.
				if i > 0 {
					pts = append(pts, orb.Point{1, 1})
				}
				out = append(out, pts)
			}
		}
	}
	slices.SortFunc(out, func(a, b []orb.Point) int { return byXY(a[0], b[0]) })
	return out
}

func byXY(a, b orb.Point) int {
	return cmp.Or(cmp.Compare(math.Round(a[0]*1e6), math.Round(b[0]*1e6)), cmp.Compare(math.Round(a[1]*1e6), math.Round(b[1]*1e6)))
}

func TestFilesOfGDALAreRead(t *testing.T) {
	for _, row := range []struct {
		name, out, in string
		args          []string
		o             read.Options
		format        string
		encoding, crs string
	}{
		{"shapefile in UTF-8", "a.shp", "points", []string{"-lco", "ENCODING=UTF-8"}, read.Options{}, record.Shapefile, "UTF-8", "EPSG:4326"},
		{"shapefile in GBK", "a.shp", "points", []string{"-lco", "ENCODING=GBK"}, read.Options{}, record.Shapefile, "GB18030", "EPSG:4326"},
		{"shapefile of lines", "a.shp", "lines", []string{"-lco", "ENCODING=GBK"}, read.Options{}, record.Shapefile, "GB18030", "EPSG:4326"},
		{
			"shapefile of polygons", "a.shp", "polygons",
			[]string{"-lco", "ENCODING=UTF-8"},
			read.Options{},
			record.Shapefile, "UTF-8",
			"EPSG:4326",
		},
		{
			"shapefile of points with Z", "a.shp", "points",
			[]string{"-dim", "XYZ", "-lco", "ENCODING=UTF-8"},
			read.Options{},
			record.Shapefile,
			"UTF-8", "EPSG:4326",
		},
		{
			"shapefile of lines with Z and M", "a.shp", "lines",
			[]string{"-dim", "XYZM", "-lco", "ENCODING=UTF-8"},
			read.Options{},
			record.Shapefile, "UTF-8", "EPSG:4326",
		},
		{
			"shapefile of polygons with M", "a.shp", "polygons",
			[]string{"-dim", "XYM", "-lco", "ENCODING=UTF-8"},
			read.Options{},
			record.Shapefile,
			"UTF-8", "EPSG:4326",
		},
		{
			"shapefile in a zip", "a.shz", "polygons",
			[]string{"-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8"},
			read.Options{},
			record.Shapefile,
			"UTF-8", "EPSG:4326",
		},
		{"GeoJSON", "a.geojson", "points", nil, read.Options{}, record.GeoJSON, "UTF-8", "EPSG:4326"},
		{
			"GeoJSON of polygons with height", "a.geojson", "polygons",
			[]string{"-dim", "XYZ", "-lco", "RFC7946=YES"},
			read.Options{},
			record.GeoJSON, "UTF-8", "EPSG:4326",
		},
		{
			"GeoJSONSeq", "a.geojsonl", "points",
			[]string{"-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=12"},
			read.Options{},
			record.GeoJSONSeq,
			"UTF-8", "EPSG:4326",
		},
		{
			"GeoJSONSeq with separators", "a.geojsons", "polygons",
			[]string{"-f", "GeoJSONSeq", "-lco", "RS=YES"},
			read.Options{},
			record.GeoJSONSeq, "UTF-8", "EPSG:4326",
		},
		{"GeoPackage of points", "a.gpkg", "points", nil, read.Options{}, record.GeoPackage, "", "EPSG:4326"},
		{"GeoPackage of lines with Z", "a.gpkg", "lines", []string{"-dim", "XYZ"}, read.Options{}, record.GeoPackage, "", "EPSG:4326"},
		{"GeoPackage of polygons", "a.gpkg", "polygons", []string{"-dim", "XYZM"}, read.Options{}, record.GeoPackage, "", "EPSG:4326"},
		{"CSV with columns", "a.csv", "points", []string{"-lco", "GEOMETRY=AS_XY"}, read.Options{}, record.CSV, "UTF-8", ""},
		{
			"CSV with WKT and BOM", "a.csv", "polygons",
			[]string{"-lco", "GEOMETRY=AS_WKT", "-lco", "WRITE_BOM=YES"},
			read.Options{},
			record.CSV,
			"UTF-8", "",
		},
		{
			"CSV with tabs, WKT and Z", "a.csv", "lines",
			[]string{"-f", "CSV", "-dim", "XYZ", "-lco", "GEOMETRY=AS_WKT", "-lco", "SEPARATOR=TAB"},
			read.Options{},
			record.CSV, "UTF-8", "",
		},
		{
			"CSV with semicolons", "a.csv", "points",
			[]string{"-lco", "GEOMETRY=AS_XY", "-lco", "SEPARATOR=SEMICOLON"},
			read.Options{},
			record.CSV,
			"UTF-8", "",
		},
		{"KML", "a.kml", "points", nil, read.Options{}, record.KML, "UTF-8", "EPSG:4326"},
		{"KML of polygons", "a.kml", "polygons", nil, read.Options{}, record.KML, "UTF-8", "EPSG:4326"},
		{"KML by LIBKML", "a.kml", "polygons", []string{"-f", "LIBKML"}, read.Options{}, record.KML, "UTF-8", "EPSG:4326"},
		{"KMZ", "a.kmz", "lines", []string{"-f", "LIBKML"}, read.Options{}, record.KML, "UTF-8", "EPSG:4326"},
		{
			"XLSX", "a.xlsx", "points",
			[]string{"-f", "XLSX", "-sql", "SELECT *, ST_X(geometry) AS lon, ST_Y(geometry) AS lat FROM points", "-dialect", "SQLite"},
			read.Options{},
			record.XLSX, "", "",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			fixture := "testdata/" + row.in + ".geojson"
			src := open(t, ogr(t, row.out, fixture, row.args...), row.o)
			got := readAll(t, src)
			same(t, src, got, wanted(t, fixture), 1e-9)
			if src.Format != row.format || src.Encoding != row.encoding {
				t.Errorf("%s in %q, notes %q", src.Format, src.Encoding, src.Notes)
			}
			if have := fmt.Sprint(src.CRS); (src.CRS != nil || row.crs != "") && have != row.crs || src.CRSErr != nil {
				t.Errorf("coordinate system %s, %v", have, src.CRSErr)
			}
		})
	}
}

func TestSystemsOfGDALsFilesAreFound(t *testing.T) {
	for _, row := range []struct {
		out  string
		args []string
	}{
		{"a.shp", []string{"-lco", "ENCODING=UTF-8"}},
		{"a.geojson", nil},
		{"a.gpkg", nil},
	} {
		for _, code := range []string{"4525", "4546", "4490", "32649", "3857"} {
			t.Run(row.out+" "+code, func(t *testing.T) {
				src := open(t, ogr(t, row.out, "testdata/polygons.geojson", append(row.args, "-t_srs", "EPSG:"+code)...), read.Options{})
				if src.CRS == nil || src.CRS.String() != "EPSG:"+code {
					t.Fatalf("found %v from %q, %v", src.CRS, src.CRSFrom, src.CRSErr)
				}
				got := readAll(t, src)
				for i := range got {
					got[i].Geometry = toWGS84(src.CRS, got[i].Geometry)
				}
				same(t, src, got, wanted(t, "testdata/polygons.geojson"), 1e-7) // GDAL's GeoJSON has 7 decimals
			})
		}
	}
}

func toWGS84(c *crs.CRS, g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Polygon:
		for _, r := range g {
			for i := range r {
				r[i] = c.ToWGS84(r[i])
			}
		}
	case orb.MultiPolygon:
		for _, p := range g {
			toWGS84(c, p)
		}
	}
	return g
}

// typed gives the fields of the fixtures their types, for the formats that have some.
func typed(src *read.Source) []record.Field {
	out := slices.Clone(src.Fields)
	for i, f := range out {
		out[i].Type = map[string]record.Type{"people": record.Int, "rate": record.Float, "poor": record.Bool}[f.Name]
	}
	return out
}

func writeAll(t *testing.T, path, fixture string, o write.Options) {
	t.Helper()
	src := open(t, fixture, read.Options{})
	o.Fields = typed(src)
	w, err := files.Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		if o.CRS != nil {
			r.Geometry = fromWGS84(o.CRS, r.Geometry)
		}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(w.Notes()) > 0 {
		t.Errorf("notes %q", w.Notes())
	}
}

func fromWGS84(c *crs.CRS, g orb.Geometry) orb.Geometry {
	if p, ok := g.(orb.Point); ok {
		return c.FromWGS84(p)
	}
	return g
}

func TestGDALReadsWhatIsWritten(t *testing.T) {
	for _, row := range []struct {
		out, in string
		o       write.Options
		args    []string
	}{
		{"a.shp", "points", write.Options{}, nil},
		{"a.shp", "lines", write.Options{}, nil},
		{"a.shp", "polygons", write.Options{}, nil},
		{"a.zip", "polygons", write.Options{}, nil},
		{"a.geojson", "points", write.Options{}, nil},
		{"a.geojson", "polygons", write.Options{}, nil},
		{"a.geojsonl", "lines", write.Options{}, nil},
		{"a.gpkg", "points", write.Options{}, nil},
		{"a.gpkg", "lines", write.Options{}, nil},
		{"a.gpkg", "polygons", write.Options{}, nil},
		{
			"a.csv", "points",
			write.Options{Lon: "经度", Lat: "纬度"},
			[]string{"-oo", "X_POSSIBLE_NAMES=经度", "-oo", "Y_POSSIBLE_NAMES=纬度", "-oo", "AUTODETECT_TYPE=YES"},
		},
		{"a.csv", "polygons", write.Options{WKT: "WKT"}, nil},
		{"a.kml", "points", write.Options{}, nil},
		{"a.kml", "polygons", write.Options{}, nil},
		{"a.kmz", "lines", write.Options{}, nil},
	} {
		t.Run(row.out+" of "+row.in, func(t *testing.T) {
			fixture := "testdata/" + row.in + ".geojson"
			path := filepath.Join(t.TempDir(), row.out)
			writeAll(t, path, fixture, row.o)
			in := path
			if strings.HasSuffix(row.out, ".zip") {
				in = "/vsizip/" + path
			}
			// Through GDAL into GeoJSON, and from there as the fixtures are read.
			back := ogr(t, "back.geojson", in, append(row.args, "-lco", "COORDINATE_PRECISION=12")...)
			src := open(t, back, read.Options{})
			got := readAll(t, src)
			want := wanted(t, fixture)
			same(t, src, got, want, 1e-9)
			// And by our own reader.
			again := open(t, path, read.Options{})
			same(t, again, readAll(t, again), want, 1e-9)
		})
	}
}

func TestGDALFindsTheWrittenSystem(t *testing.T) {
	for _, out := range []string{"a.shp", "a.gpkg", "a.geojson"} {
		for _, system := range []string{"EPSG:4490", "EPSG:4525", "EPSG:3857", "EPSG:32649"} {
			t.Run(out+" "+system, func(t *testing.T) {
				c, err := crs.Parse(system)
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), out)
				writeAll(t, path, "testdata/points.geojson", write.Options{CRS: c})
				back := ogr(t, "back.geojson", path, "-t_srs", "EPSG:4326", "-lco", "COORDINATE_PRECISION=12")
				src := open(t, back, read.Options{})
				same(t, src, readAll(t, src), wanted(t, "testdata/points.geojson"), 1e-8)
				again := open(t, path, read.Options{})
				if again.CRS == nil || again.CRS.String() != system {
					t.Errorf("read back as %v", again.CRS)
				}
			})
		}
	}
}

func TestXLSXComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	writeAll(t, path, "testdata/points.geojson", write.Options{Lon: "经度", Lat: "纬度"})
	src := open(t, path, read.Options{})
	same(t, src, readAll(t, src), wanted(t, "testdata/points.geojson"), 1e-9)
	back := ogr(t, "back.csv", path, "-f", "CSV")
	src = open(t, back, read.Options{})
	same(t, src, readAll(t, src), wanted(t, "testdata/points.geojson"), 1e-9)
}
