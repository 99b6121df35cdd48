package gpkg_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/layers"
)

// TestGDALReadsTheFileWithoutAWarning: tool fails on a single word of complaint.
func TestGDALReadsTheFileWithoutAWarning(t *testing.T) {
	path := filled(t)
	closed := tool(t, "ogrinfo", "-al", "-so", path)
	open(t, path) // write-ahead mode, as QGIS meets it
	opened := tool(t, "ogrinfo", "-ro", "-al", "-so", path)
	if closed != opened {
		t.Error("the open file reads differently")
	}
	for _, l := range layers.Builtin().Layers {
		if !strings.Contains(closed, "Layer name: "+l.ID+"\n") {
			t.Errorf("no layer %s", l.ID)
		}
	}
	if strings.Contains(closed, "cuntu_") {
		t.Error("our own tables are listed as layers")
	}
	for _, want := range []string{
		"Feature Count: 30", "FID Column = id", "Geometry Column = geom",
		"code: String (0.0) UNIQUE NOT NULL", "poverty: Integer(Boolean) (0.0)", "exit_year: Integer (0.0)",
		"income: Integer64 (0.0)", "mbps: Real (0.0)", "exit_status: String (0.0), domain name=village_exit_status",
	} {
		if !strings.Contains(closed, want) {
			t.Errorf("ogrinfo does not say %q:\n%s", want, closed)
		}
	}
	if domain := tool(t, "ogrinfo", "-fielddomain", "village_exit_status", path); !strings.Contains(domain, "已销号: 已销号") {
		t.Errorf("the field domain is %s", domain)
	}
}

// TestTheFileIsValid asks the checker that comes with GDAL, requirement by
// requirement.
func TestTheFileIsValid(t *testing.T) {
	// The system's own python, for which Debian packages it.
	tool(t, "/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", "-q", "-k", "--warning-as-error", "--extra", filled(t))
}

// TestGDALReadsTheSameFeatures compares every coordinate and value, to GDAL's
// digits.
func TestGDALReadsTheSameFeatures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	l, _ := layers.Builtin().Layer("site")
	want := map[int64]layers.Feature{}
	for i, g := range []orb.Geometry{
		nil,
		orb.Point{110.25, 33.5},
		orb.MultiPoint{{110.25, 33.5}, {111, 34}},
		orb.Polygon{{{110, 33}, {111, 33}, {111, 34}, {110, 33}}},
		orb.MultiPolygon{{{{110, 33}, {111, 33}, {111, 34}, {110, 33}}}, {{{112, 33}, {113, 33}, {113, 34}, {112, 33}}}},
	} {
		f := layers.Feature{ID: int64(i + 1), Geometry: g, Values: make([]layers.Value, len(l.Fields))}
		f.Values[l.Field("name")] = layers.Text("安置点'\"\n")
		f.Values[l.Field("year")] = layers.Int(int64(2016 + i))
		f.Values[l.Field("area_m2")] = layers.Float(1.0 / 3)
		want[f.ID] = f
		apply(t, s, layers.Edit{Op: layers.Insert, Layer: "site", Feature: f})
	}
	var got struct {
		Features []struct {
			Properties map[string]layers.Value
			Geometry   json.RawMessage
		}
	}
	raw := tool(t, "ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/", path, "site")
	if err := json.Unmarshal([]byte(raw), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Features) != len(want) {
		t.Fatalf("%d features", len(got.Features))
	}
	for i, f := range got.Features { // in the order of their ids
		id := int64(i + 1)
		w := want[id]
		for i := range l.Fields {
			if v := f.Properties[l.Fields[i].ID]; v != w.Values[i] {
				t.Errorf("%d: %s is %v, not %v", id, l.Fields[i].ID, v.Any(), w.Values[i].Any())
			}
		}
		is, err := geojson.UnmarshalGeometry(f.Geometry)
		if (w.Geometry == nil) != (string(f.Geometry) == "null") || w.Geometry != nil && (err != nil || !orb.Equal(is.Geometry(), w.Geometry)) {
			t.Errorf("%d: geometry is %s, not %v", id, f.Geometry, w.Geometry)
		}
	}
}

func TestGDALsEditsAreTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	apply(t, s, river(1, "a"), river(2, "b"))
	batches := feed(t, s)
	tool(t, "ogrinfo", "-q", path, "-sql", "UPDATE river SET name = 'c' WHERE id = 2")
	if got := next(t, batches); got != "river 2 c" {
		t.Errorf("%q", got)
	}

	// GDAL brings the functions of the R-tree's triggers, and takes an append of
	// many features through its own way of filling it.
	features := `{"type":"FeatureCollection","features":[` +
		strings.Repeat(`{"type":"Feature","properties":{"name":"新河"},"geometry":{"type":"LineString","coordinates":[[108,32],[108.5,32.5]]}},`,
			999)
	features += `{"type":"Feature","properties":{"name":"新河","level":3},"geometry":{"type":"LineString","coordinates":[[100,30],[101,31]]}}]}`
	tool(t, "ogr2ogr", "-f", "GPKG", "-append", "-update", "-nln", "river", path, write(t, "river.geojson", features))
	told := map[string]bool{}
	for len(told) < 1000 {
		for _, line := range strings.Split(next(t, batches), "\n") {
			told[line] = true
		}
	}
	if !told["river 1002 新河"] {
		t.Errorf("told of %d", len(told))
	}
	inBox := "SELECT count(*) FROM rtree_river_geom WHERE minx < 105"
	if got := strings.TrimSpace(shell(t, path, inBox)); got != "1" {
		t.Errorf("%s features lie in the west", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// Whatever GDAL left of the triggers, the next Open puts right.
	s = open(t, path)
	apply(t, s, layers.Edit{Op: layers.Delete, Layer: "river", Feature: layers.Feature{ID: 1002}})
	if got := strings.TrimSpace(shell(t, path, inBox)); got != "0" {
		t.Errorf("%s features lie in the west", got)
	}
	shell(t, path, "UPDATE river SET name = 'd'")
	tool(t, "ogrinfo", "-ro", "-al", "-so", path)
}

func TestAFileOfGDALBecomesAStore(t *testing.T) {
	source := write(t, "a.geojson", `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"名称":"一","n":1},"geometry":{"type":"Point","coordinates":[110,33]}}]}`)
	path := filepath.Join(t.TempDir(), "gdal.gpkg")
	tool(t, "ogr2ogr", "-f", "GPKG", path, source, "-nln", "地名")
	s := open(t, path)
	apply(t, s, river(1, "丹江"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info := tool(t, "ogrinfo", "-al", "-so", path)
	for _, want := range []string{"Layer name: 地名\n", "Layer name: river\n", "名称: String"} {
		if !strings.Contains(info, want) {
			t.Errorf("ogrinfo does not say %q", want)
		}
	}
}

// TestTablesOfGDALAreRead takes a whole layer written by GDAL, geometries of all
// its forms among it, where the catalogue's table would be.
func TestTablesOfGDALAreRead(t *testing.T) {
	source := write(t, "a.geojson", `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"name":"z"},"geometry":{"type":"LineString","coordinates":[[110,33,500],[111,34,600]]}},
		{"type":"Feature","properties":{"name":"many"},
			"geometry":{"type":"MultiLineString","coordinates":[[[110,33],[111,34]],[[112,33],[113,34]]]}},
		{"type":"Feature","properties":{"name":"none"},"geometry":null},
		{"type":"Feature","properties":{"name":"empty"},"geometry":{"type":"LineString","coordinates":[]}}]}`)
	path := filepath.Join(t.TempDir(), "gdal.gpkg")
	tool(t, "ogr2ogr", "-f", "GPKG", path, source, "-nln", "river", "-nlt", "GEOMETRY", "-lco", "FID=id", "-lco", "GEOMETRY_NAME=geom")
	s := open(t, path)
	want := map[string]orb.Geometry{
		"z": orb.LineString{{110, 33}, {111, 34}}, "many": orb.MultiLineString{{{110, 33}, {111, 34}}, {{112, 33}, {113, 34}}}, "none": nil,
		"empty": nil,
	}
	n := 0
	if _, err := s.Load(t.Context(), func(l *layers.Layer, f *layers.Feature) error {
		w, ok := want[f.Values[0].Text()]
		if n++; !ok || (w == nil) != (f.Geometry == nil) || w != nil && !orb.Equal(w, f.Geometry) {
			t.Errorf("%s has the geometry %v", f.Values[0], f.Geometry)
		}
		return nil
	}); err != nil || n != len(want) {
		t.Errorf("%d features, %v", n, err)
	}
}

// TestGeometryTypesOnRecordHold sees that a layer is of its narrow type, for
// QGIS to draw, until it holds another.
func TestGeometryTypesOnRecordHold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	geometryType := func() string {
		for _, line := range strings.Split(tool(t, "ogrinfo", "-ro", "-so", path, "river"), "\n") {
			if is, ok := strings.CutPrefix(line, "Geometry: "); ok {
				return is
			}
		}
		return ""
	}
	if is := geometryType(); is != "Line String" {
		t.Errorf("at first: %s", is)
	}
	apply(t, s, river(1, "丹江"))
	if is := geometryType(); is != "Line String" {
		t.Errorf("with a line: %s", is)
	}
	several := river(2, "洛河")
	several.Feature.Geometry = orb.MultiLineString{{{110, 33}, {110, 34}}}
	apply(t, s, several)
	if is := geometryType(); is != "Unknown (any)" {
		t.Errorf("with several: %s", is)
	}
}

func TestABackupIsAGeoPackage(t *testing.T) {
	s := open(t, filled(t))
	path := filepath.Join(t.TempDir(), "copy.gpkg")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	tool(t, "ogrinfo", "-ro", "-al", "-so", path)
	if verdict := shell(t, path, "PRAGMA integrity_check; SELECT rtreecheck('rtree_road_geom')"); verdict != "ok\nok\n" {
		t.Errorf("SQLite says %s", verdict)
	}
}
