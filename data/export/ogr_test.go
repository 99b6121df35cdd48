package export_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/geojson"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/export"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// The test in this file is the proof of both directions: what GDAL wrote, imported
// and exported again, is to GDAL what it was.

// things are what the files hold, in degrees of WGS 84.
var things = map[string][]*geojson.Feature{
	"village": {
		thing(orb.Point{109.944399465, 33.884457127}, "code", "611002001201", "name", "东店子村", "population", 1203.0, "tap_water_rate", 97.25,
			"note", "含,逗号与\"引号\""),
		thing(orb.Point{110.25, 33.5}, "code", "611002001202", "name", "镕家坪村", "population", 0.0, "tap_water_rate", 0.1, "note", "（全角）１２３"),
		thing(orb.Point{109.6, 34.1}, "code", "611002001203", "name", "村", "population", 9.0, "tap_water_rate", 100.0, "note", nil),
	},
	"road": {
		thing(orb.LineString{{109.9, 33.9}, {109.95, 33.93}, {110.2, 33.91}}, "number", "G312", "name", "沪霍线", "width_m", 8.5),
		thing(orb.LineString{{109.7, 33.5}, {109.70001, 33.50001}}, "number", "C001", "name", "短", "width_m", 3.0),
		thing(orb.MultiLineString{{{109.8, 33.6}, {109.81, 33.61}}, {{109.82, 33.62}, {109.83, 33.6}}}, "number", "X2", "name", "断头路", "width_m",
			4.5),
	},
	"hazard": {
		thing(orb.Polygon{
			{{109.9, 33.8}, {110, 33.8}, {110, 33.9}, {109.9, 33.9}, {109.9, 33.8}},
			{{109.92, 33.82}, {109.92, 33.84}, {109.94, 33.84}, {109.92, 33.82}},
		}, "name", "滑坡区", "people", 30.0),
		thing(orb.MultiPolygon{
			{{{109.6, 33.6}, {109.7, 33.6}, {109.65, 33.7}, {109.6, 33.6}}},
			{{{109.8, 33.6}, {109.85, 33.6}, {109.82, 33.65}, {109.8, 33.6}}},
		}, "name", "两处", "people", 0.0),
	},
}

func thing(g orb.Geometry, values ...any) *geojson.Feature {
	f := geojson.NewFeature(g)
	for i := 0; i < len(values); i += 2 {
		f.Properties[values[i].(string)] = values[i+1]
	}
	if p, ok := g.(orb.Point); ok { // for the formats that hold no geometry
		f.Properties["lon"], f.Properties["lat"] = p[0], p[1]
	}
	return f
}

func TestFilesOfGDALGoThroughTheStoreAndBack(t *testing.T) {
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Fatal("ogr2ogr is missing: run `make test`, which installs it")
	}
	for _, c := range []struct {
		layer, file, system string
		args                string            // of ogr2ogr
		after               func(path string) // what else happens to the file
		options             intake.Options
	}{
		{layer: "village", file: "utf8.shp", system: "EPSG:4490", args: "-lco ENCODING=UTF-8"},
		{layer: "village", file: "gbk.shp", system: "EPSG:4525", args: "-lco ENCODING=GBK"},
		{layer: "village", file: "gbk_without_cpg.shp", system: "EPSG:4546", args: "-lco ENCODING=GBK", after: remove(".cpg")},
		{
			layer:   "village",
			file:    "gbk_without_prj.shp",
			system:  "EPSG:4525",
			args:    "-lco ENCODING=GBK",
			after:   remove(".prj"),
			options: stated("EPSG:4525"),
		},
		{layer: "road", file: "qgis.shp", system: "EPSG:4546", args: "-lco ENCODING=UTF-8", after: likeQGIS},
		{layer: "road", file: "zone37.shp", system: "EPSG:4525", args: "-lco ENCODING=GBK"},
		{layer: "hazard", file: "xian80.shp", system: "EPSG:2361", args: "-lco ENCODING=GBK"},
		{layer: "road", file: "beijing54.shp", system: "EPSG:2413", args: "-lco ENCODING=GBK"},
		{layer: "hazard", file: "mercator.shp", system: "EPSG:3857", args: "-lco ENCODING=UTF-8"},
		{layer: "hazard", file: "zone19.shp", system: "EPSG:4497", args: "-lco ENCODING=UTF-8"}, // 6°
		{layer: "village", file: "a.gpkg", system: "EPSG:4546"},
		{layer: "hazard", file: "b.gpkg", system: "EPSG:4490"},
		{layer: "village", file: "a.geojson"},
		{layer: "road", file: "a.geojsonl", args: "-f GeoJSONSeq"},
		{layer: "village", file: "a.kml"},
		{layer: "hazard", file: "b.kml"},
		{layer: "village", file: "utf8.csv", options: stated("EPSG:4326")},
		{layer: "village", file: "gb18030.csv", after: inGB18030, options: stated("EPSG:4326")},
		{layer: "road", file: "wkt.csv", system: "EPSG:4546", args: "-lco GEOMETRY=AS_WKT", options: stated("EPSG:4546")},
		{layer: "village", file: "a.xlsx", options: stated("EPSG:4326")},
	} {
		// GDAL takes ".xlsx" in the name of a directory for a workbook.
		t.Run(strings.ReplaceAll(c.file, ".", " "), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first, second := filepath.Join(dir, c.file), filepath.Join(dir, "again"+filepath.Ext(c.file))
			system := c.system
			if system == "" {
				system = "EPSG:4326"
			}
			source := filepath.Join(dir, "things.json")
			writeThings(t, source, c.layer)
			ogr2ogr(t, append(strings.Fields(c.args), "-t_srs", system, first, source)...)
			if c.after != nil {
				c.after(first)
			}
			c.options.Layer = c.layer
			snap := imported(t, first, c.options)
			if !strings.HasPrefix(system, "EPSG:2") { // GDAL and we shift the old datums differently
				inPlace(t, snap, c.layer)
			}
			format := strings.TrimPrefix(filepath.Ext(c.file), ".")
			e, err := export.New(snap, export.Request{Layer: c.layer, Format: format, CRS: system})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.WriteFile(t.Context(), second, nil); err != nil {
				t.Fatal(err)
			}
			tolerance := 0.01 // m
			if e := parse(t, system); e.Geographic() {
				tolerance = 0.01 / 111_000 // m a degree
			}
			was, is := readByGDAL(t, first), readByGDAL(t, second)
			agree(t, was, is, things[c.layer], tolerance)
		})
	}
}

func stated(system string) intake.Options {
	return intake.Options{Mapping: intake.Mapping{CRS: system}}
}

func remove(ext string) func(string) {
	return func(path string) {
		os.Remove(strings.TrimSuffix(path, ".shp") + ext) //nolint:errcheck // the test fails where it is still there
	}
}

// likeQGIS puts beside a shapefile what QGIS does: the same system in another dialect,
// and a .cpg that ends in a line feed.
func likeQGIS(path string) {
	stem := strings.TrimSuffix(path, ".shp")
	prj, err := os.ReadFile(stem + ".prj")
	err = errors.Join(err, os.WriteFile(stem+".qpj", append(prj, '\n'), 0o644), os.WriteFile(stem+".cpg", []byte("UTF-8\n"), 0o644))
	if err != nil {
		panic(err)
	}
}

func inGB18030(path string) {
	b, err := os.ReadFile(path)
	if err == nil {
		b, err = simplifiedchinese.GB18030.NewEncoder().Bytes(b)
	}
	if err := errors.Join(err, os.WriteFile(path, b, 0o644)); err != nil {
		panic(err)
	}
}

func writeThings(t *testing.T, path, layer string) {
	t.Helper()
	c := geojson.NewFeatureCollection()
	c.Features = things[layer]
	b, err := c.MarshalJSON()
	if err := errors.Join(err, os.WriteFile(path, b, 0o644)); err != nil {
		t.Fatal(err)
	}
}

func ogr2ogr(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("ogr2ogr", args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", cmd, err, said.String())
	}
	return out
}

// imported is a store with a county around all things and the file.
func imported(t *testing.T, path string, o intake.Options) *snapshot.Snapshot {
	t.Helper()
	catalog := layers.Builtin()
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "store.gpkg"), catalog, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	county := catalog.Layers[0]
	f := layers.Feature{
		Geometry: orb.Polygon{{{109, 33}, {111, 33}, {111, 35}, {109, 35}, {109, 33}}},
		Values:   make([]layers.Value, len(county.Fields)),
	}
	f.Values[county.Field("code")], f.Values[county.Field("name")] = layers.Text("611002"), layers.Text("商州区")
	if _, err := store.Apply(t.Context(), data.Edits(layers.Edit{Op: layers.Insert, Layer: county.ID, Feature: f})); err != nil {
		t.Fatal(err)
	}
	report, err := intake.Importer{Store: store, Catalog: catalog}.Import(t.Context(), path, o, "test", nil)
	if err != nil {
		if bad, ok := errors.AsType[*intake.BadRowsError](err); ok {
			for _, p := range bad.Report.Problems {
				t.Log(p.String(false))
			}
		}
		t.Fatal(err)
	}
	if want := int64(len(things[o.Layer])); report.Added != want || report.Bad != 0 {
		t.Errorf("%d of %d added, %d bad", report.Added, want, report.Bad)
	}
	snap, _, err := data.Load(t.Context(), store, catalog, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// inPlace tells whether the snapshot has the things where they are.
func inPlace(t *testing.T, snap *snapshot.Snapshot, layer string) {
	t.Helper()
	table, _ := snap.Table(layer)
	for _, f := range things[layer] {
		for row := range table.Rows {
			if table.Get(row, "name").Text() != f.Properties["name"] {
				continue
			}
			for _, p := range vertices(table.Shape(row).Geometry()) {
				if d := nearest(p, vertices(f.Geometry), orbgeo.Distance); !(d < 0.01) {
					t.Errorf("%v: a vertex is %.3f m off", f.Properties["name"], d)
				}
			}
		}
	}
}

func nearest(p orb.Point, all []orb.Point, distance func(a, b orb.Point) float64) float64 {
	near := math.Inf(1)
	for _, q := range all {
		near = min(near, distance(p, q))
	}
	return near
}

// readByGDAL is what GDAL finds in a file, in the file's own coordinates, by name.
func readByGDAL(t *testing.T, path string) map[string]*geojson.Feature {
	t.Helper()
	if strings.HasPrefix(filepath.Base(path), "gb18030") { // which GDAL's CSV driver does not read
		b, err := os.ReadFile(path)
		if err == nil {
			b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		}
		path = filepath.Join(t.TempDir(), "utf8.csv")
		if err := errors.Join(err, os.WriteFile(path, b, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-f", "GeoJSON", "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=11", "/vsistdout/", path}
	switch filepath.Ext(path) {
	case ".csv":
		args = append(args, "-oo", "X_POSSIBLE_NAMES=lon,x*", "-oo", "Y_POSSIBLE_NAMES=lat,y*", "-oo", "GEOM_POSSIBLE_NAMES=WKT*")
	case ".shp":
		if _, err := os.Stat(strings.TrimSuffix(path, ".shp") + ".cpg"); err != nil {
			args = append(args, "-oo", "ENCODING=GBK")
		}
	}
	var c struct{ Features []json.RawMessage }
	if err := json.Unmarshal(ogr2ogr(t, args...), &c); err != nil {
		t.Fatal(err)
	}
	all := map[string]*geojson.Feature{}
	for _, raw := range c.Features {
		f, err := geojson.UnmarshalFeature(raw)
		if err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprint(property(f, "name"))] = f
	}
	return all
}

// property finds a value by name as the format has it: in any case, and cut off in a
// shapefile.
func property(f *geojson.Feature, name string) any {
	for k, v := range f.Properties {
		if strings.EqualFold(k, name) || strings.EqualFold(k, name[:min(len(name), 10)]) {
			return v
		}
	}
	return nil
}

// agree fails where two files do not hold the same things.
func agree(t *testing.T, was, is map[string]*geojson.Feature, want []*geojson.Feature, tolerance float64) {
	t.Helper()
	if a, b := slices.Sorted(maps.Keys(was)), slices.Sorted(maps.Keys(is)); !slices.Equal(a, b) || len(a) != len(want) {
		t.Fatalf("there were %v and are %v", a, b)
	}
	plane := func(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
	for _, w := range want {
		a, b := was[w.Properties["name"].(string)], is[w.Properties["name"].(string)]
		for name, value := range w.Properties {
			if name == "lon" || name == "lat" {
				continue // the place, compared below, or kept as such
			}
			for when, got := range map[string]any{"before": property(a, name), "after": property(b, name)} {
				if plainText(got) != plainText(value) {
					t.Errorf("%s: %s is %v %s, not %v", w.Properties["name"], name, got, when, value)
				}
			}
		}
		va, vb := placesOf(a), placesOf(b)
		if len(va) != len(vb) || len(va) == 0 {
			t.Errorf("%s: %d vertices became %d", w.Properties["name"], len(va), len(vb))
		}
		for _, p := range vb {
			if d := nearest(p, va, plane); !(d < tolerance) {
				t.Errorf("%s: a vertex moved by %g to %v", w.Properties["name"], d, p)
			}
		}
	}
}

// placesOf are the vertices, those of a workbook from its columns.
func placesOf(f *geojson.Feature) []orb.Point {
	if f.Geometry != nil {
		return vertices(f.Geometry)
	}
	lon, ok := property(f, "lon").(float64)
	lat, ok2 := property(f, "lat").(float64)
	if !ok || !ok2 {
		return nil
	}
	return []orb.Point{{lon, lat}}
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil && len(v) < 12 {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	return fmt.Sprint(v)
}
