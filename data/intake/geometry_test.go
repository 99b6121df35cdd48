package intake_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
)

var geometryDirt = map[int64][]intake.Kind{
	2:  {"*mended"},
	3:  {"*mended"},
	5:  {"*mended"},
	6:  {intake.BadGeometry},
	7:  {intake.BadGeometry},
	8:  {intake.WrongGeometry},
	9:  {intake.ZeroPlace},
	10: {intake.SwappedPlace},
	11: {intake.FarPlace},
	12: {"*duplicate"},
	13: {intake.NotChoice},
	14: {"*no_place"},
}

func TestDirtyGeometryIsMendedOrReported(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		before := o.state()
		options := intake.Options{Mapping: intake.Mapping{Layer: "reserve"}}
		report, err := o.Check(t.Context(), "testdata/reserves.geojson", options, nil)
		if err != nil {
			t.Fatal(err)
		}
		expectKinds(t, report, geometryDirt)
		o.same(before)

		options.SkipBad = true
		if report, err = o.Import(t.Context(), "testdata/reserves.geojson", options, "test", nil); err != nil {
			t.Fatal(err)
		}
		areas := map[string]float64{}
		l, _ := o.Catalog.Layer("reserve")
		for _, f := range o.state().features["reserve"] {
			areas[f.Values[l.Field("name")].Text()] = geo.Area(f.Geometry) / 1e6
		}
		whole := geo.Area(orb.Polygon{{{109.6, 33.5}, {109.61, 33.5}, {109.61, 33.51}, {109.6, 33.51}, {109.6, 33.5}}}) / 1e6
		for name, want := range map[string]float64{"完好": whole, "蝴蝶结": whole / 2, "小结": whole, "尖刺": whole, "没有几何": 0, "五角星": 0.91446} {
			if got, ok := areas[name]; !ok || got < want-whole/1000 || got > want+whole/1000 {
				t.Errorf("%s has %v km², not %v", name, got, want)
			}
		}
		if len(areas) != 6 {
			t.Errorf("written were %v", areas)
		}
		again, err := o.Import(t.Context(), "testdata/reserves.geojson", options, "test", nil)
		if err != nil || again.Added != 0 || again.Changed != 0 {
			t.Errorf("imported again: %d added, %d changed, %v", again.Added, again.Changed, err)
		}
		if _, err := o.Undo(t.Context(), report.Import.ID, "test", nil); err != nil {
			t.Fatal(err)
		}
		o.same(before)
	})
}

// TestAShapefileComesInByItsProjection makes a shapefile in a zone of CGCS2000, once
// with its .prj, once without.
func TestAShapefileComesInByItsProjection(t *testing.T) {
	o := inFile(t)
	zone, err := crs.Parse("EPSG:4525") // 3° zone 37, the number in the easting
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sites.shp")
	w, err := files.Create(path, write.Options{CRS: zone, Fields: []record.Field{{Name: "名称", Type: record.Text}}})
	if err != nil {
		t.Fatal(err)
	}
	place := orb.Point{110.2, 33.7}
	if err := w.Write(record.Record{Values: []any{"甲安置点"}, Geometry: zone.FromWGS84(place)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	options := intake.Options{Mapping: intake.Mapping{Layer: "site"}}
	report, err := o.Import(t.Context(), path, options, "test", nil)
	if err != nil || report.Added != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	for _, f := range o.state().features["site"] {
		if d := geo.Distance(f.Geometry.(orb.Point), place); d > 0.01 {
			t.Errorf("the site is %v m away", d)
		}
	}

	if err := os.Remove(strings.TrimSuffix(path, ".shp") + ".prj"); err != nil {
		t.Fatal(err)
	}
	need := needs(t, o, path, options)
	if p := need.Sheet.Proposals; len(p) == 0 || p[0].CRS != "EPSG:4525" || p[0].Swap || p[0].Reason.Zh == "" {
		t.Errorf("proposed: %+v", p)
	}
	options.CRS = need.Sheet.Proposals[0].CRS
	if report, err = o.Import(t.Context(), path, options, "test", nil); err != nil || report.Unchanged != 1 {
		t.Errorf("as proposed: %+v, %v", report, err)
	}

	if err := os.WriteFile(strings.TrimSuffix(path, ".shp")+".prj",
		[]byte(`GEOGCS["GCS_New_Beijing",DATUM["D_New_Beijing",SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],`+
			`UNIT["Degree",0.0174532925199433]]`), 0o644); err != nil {
		t.Fatal(err)
	}
	if need := needs(t, o, path, intake.Options{Mapping: intake.Mapping{Layer: "site"}}); !strings.Contains(need.Sheet.CRSProblem,
		"New Beijing") {
		t.Errorf("New Beijing: %+v", need.Sheet)
	}
}

// needs imports what must be refused until something is settled.
func needs(t *testing.T, o *office, path string, options intake.Options) *intake.NeedError {
	t.Helper()
	before := o.state()
	_, err := o.Import(t.Context(), path, options, "test", nil)
	need, ok := err.(*intake.NeedError)
	if !ok || len(need.Sheet.Needs) == 0 {
		t.Fatalf("nothing is needed: %v", err)
	}
	o.same(before)
	return need
}
