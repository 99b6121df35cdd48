package files_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/geo/crs"
)

// sameInAnyOrder is same for files that put their features in an order of their own.
func sameInAnyOrder(t *testing.T, src *read.Source, got []record.Record, want []*geojson.Feature, tolerance float64) {
	t.Helper()
	name := slices.Index(src.Headings(), "name")
	slices.SortFunc(got, func(a, b record.Record) int { return cmp.Compare(a.Values[name].(string), b.Values[name].(string)) })
	slices.SortFunc(want, func(a, b *geojson.Feature) int {
		return cmp.Compare(a.Properties.MustString("name"), b.Properties.MustString("name"))
	})
	same(t, src, got, want, tolerance)
}

// placed are those with a place: GDAL leaves out the others.
func placed(features []*geojson.Feature) []*geojson.Feature {
	return slices.DeleteFunc(features, func(f *geojson.Feature) bool { return f.Geometry == nil })
}

func TestFlatGeobufOfGDALIsRead(t *testing.T) {
	for _, row := range []struct {
		in   string
		args []string
		crs  string
	}{
		{"points", nil, "EPSG:4326"},
		{"points", []string{"-lco", "SPATIAL_INDEX=NO"}, "EPSG:4326"},
		{"points", []string{"-dim", "XYZ"}, "EPSG:4326"},
		{"points", []string{"-nlt", "MULTIPOINT", "-dim", "XYM"}, "EPSG:4326"},
		{"lines", nil, "EPSG:4326"},
		{"lines", []string{"-nlt", "PROMOTE_TO_MULTI"}, "EPSG:4326"},
		{"lines", []string{"-dim", "XYZM", "-nlt", "GEOMETRY"}, "EPSG:4326"},
		{"polygons", nil, "EPSG:4326"},
		{"polygons", []string{"-lco", "SPATIAL_INDEX=NO"}, "EPSG:4326"},
		{"polygons", []string{"-nlt", "PROMOTE_TO_MULTI", "-dim", "XYZ"}, "EPSG:4326"},
		{"polygons", []string{"-a_srs", "none"}, "<nil>"},
		{"polygons", []string{"-a_srs", "EPSG:4490"}, "EPSG:4490"},
	} {
		t.Run(row.in+strings.Join(row.args, " "), func(t *testing.T) {
			fixture := "testdata/" + row.in + ".geojson"
			src := open(t, ogr(t, "a.fgb", fixture, row.args...), read.Options{})
			got := readAll(t, src)
			for i, r := range got {
				if m, ok := r.Geometry.(orb.MultiPoint); ok {
					got[i].Geometry = m[0]
				}
			}
			sameInAnyOrder(t, src, got, placed(wanted(t, fixture)), 0)
			if src.Format != record.FlatGeobuf || fmt.Sprint(src.CRS) != row.crs || src.CRSErr != nil {
				t.Errorf("%s in %v, %v", src.Format, src.CRS, src.CRSErr)
			}
			if done, total := src.Progress(); done != total {
				t.Errorf("%d of %d bytes are read", done, total)
			}
		})
	}
}

func TestSystemsOfGDALsFlatGeobufAreFound(t *testing.T) {
	for _, code := range []string{"4525", "4547", "4490", "32649", "3857"} {
		src := open(t, ogr(t, "a.fgb", "testdata/polygons.geojson", "-t_srs", "EPSG:"+code), read.Options{})
		if src.CRS == nil || src.CRS.String() != "EPSG:"+code {
			t.Errorf("EPSG:%s is found as %v from %q, %v", code, src.CRS, src.CRSFrom, src.CRSErr)
			continue
		}
		got := readAll(t, src)
		for i := range got {
			got[i].Geometry = toWGS84(src.CRS, got[i].Geometry)
		}
		sameInAnyOrder(t, src, got, placed(wanted(t, "testdata/polygons.geojson")), 1e-8)
	}
}

func TestGDALReadsTheWrittenFlatGeobuf(t *testing.T) {
	for _, system := range []string{"EPSG:4326", "EPSG:4490", "EPSG:4547"} {
		for _, in := range []string{"points", "lines", "polygons"} {
			if in != "points" && system != "EPSG:4326" {
				continue // only points are moved
			}
			c, err := crs.Parse(system)
			if err != nil {
				t.Fatal(err)
			}
			fixture := "testdata/" + in + ".geojson"
			path := filepath.Join(t.TempDir(), "a.fgb")
			writeAll(t, path, fixture, write.Options{CRS: c})
			back := ogr(t, "back.geojson", path, "-t_srs", "EPSG:4326", "-lco", "COORDINATE_PRECISION=12")
			src := open(t, back, read.Options{})
			sameInAnyOrder(t, src, readAll(t, src), wanted(t, fixture), 1e-8)
			again := open(t, path, read.Options{})
			if again.CRS == nil || again.CRS.String() != system {
				t.Errorf("read back as %v", again.CRS)
			}
			if system == "EPSG:4326" {
				sameInAnyOrder(t, again, readAll(t, again), wanted(t, fixture), 0)
			}
		}
	}
}

func TestGDALFindsByTheWrittenIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "grid.fgb")
	w, err := files.Create(path, write.Options{Fields: []record.Field{{Name: "n", Type: record.Int}, {Name: "day", Type: record.Date}}})
	if err != nil {
		t.Fatal(err)
	}
	const side = 40
	for i := range side * side {
		place := orb.Point{109 + float64(i*7%side)/side, 33 + float64(i*7/side%side)/side}
		if err := w.Write(record.Record{Values: []any{int64(i), "2017-05-31"}, Geometry: place}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	count := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("ogrinfo", append(args, "-al", "-so", path)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if !strings.Contains(string(out), "Extent: (109.000000, 33.000000) - (109.975000, 33.975000)") ||
			!strings.Contains(string(out), "n: Integer64") || !strings.Contains(string(out), "day: DateTime") {
			t.Errorf("GDAL finds %s", out)
		}
		_, rest, _ := strings.Cut(string(out), "Feature Count: ")
		n, _, _ := strings.Cut(rest, "\n")
		return n
	}
	for _, row := range []struct {
		box  []string
		want int // columns by rows
	}{
		{nil, side * side},
		{[]string{"-spat", "108.99", "32.99", "109.01", "33.01"}, 1},
		{[]string{"-spat", "109.2", "33.2", "109.4", "33.3"}, 9 * 5},
		{[]string{"-spat", "109.51", "33.51", "109.52", "33.52"}, 0},
		{[]string{"-spat", "100", "33.96", "120", "40"}, side},
	} {
		if got := count(row.box...); got != fmt.Sprint(row.want) {
			t.Errorf("%v: GDAL finds %s features, not %d", row.box, got, row.want)
		}
	}
}

func TestFeaturesOfFlatGeobufWithoutAPlaceAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.fgb")
	w, err := files.Create(path, write.Options{Fields: []record.Field{{Name: "name"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []record.Record{
		{Values: []any{"甲村"}, Geometry: orb.Point{109, 33}},
		{Values: []any{"乙村"}},
		{Values: []any{nil}, Geometry: orb.Collection{orb.Point{109, 34}, orb.LineString{{109, 33}, {110, 33}}}},
	} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ogrinfo", "-al", path).CombinedOutput()
	if err != nil || strings.Count(string(out), "OGRFeature(") != 3 || !strings.Contains(string(out), "乙村") ||
		!strings.Contains(string(out), "GEOMETRYCOLLECTION (POINT (109 34),LINESTRING (109 33,110 33))") {
		t.Errorf("GDAL reads %s, %v", out, err)
	}
	got := readAll(t, open(t, path, read.Options{}))
	if len(got) != 3 || got[1].Values[0] != "乙村" || got[1].Geometry != nil || got[2].Values[0] != nil || got[2].Row != 3 {
		t.Errorf("read back as %+v", got)
	}
}

func TestALayerWithoutFeaturesIsAFlatGeobuf(t *testing.T) {
	c, err := crs.Parse("CGCS2000 CM 109.5E") // which EPSG does not list
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "空.fgb")
	w, err := files.Create(path, write.Options{Fields: []record.Field{{Name: "名称"}}, CRS: c})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ogrinfo", "-al", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Feature Count: 0") || !strings.Contains(string(out), "名称: String") ||
		!strings.Contains(string(out), `"Longitude of natural origin",109.5`) {
		t.Errorf("GDAL reads %s, %v", out, err)
	}
	src := open(t, path, read.Options{})
	if got := readAll(t, src); len(got) != 0 || fmt.Sprint(src.CRS) != c.String() {
		t.Errorf("read back are %v in %v", got, src.CRS)
	}
}

func TestDamageOfFlatGeobufIsSaid(t *testing.T) {
	var b bytes.Buffer
	w, err := files.NewWriter(&b, record.FlatGeobuf, write.Options{Fields: []record.Field{{Name: "name"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"甲村", "乙村"} {
		if err := w.Write(record.Record{Values: []any{name}, Geometry: orb.Point{109, 33}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	header := 12 + int(binary.LittleEndian.Uint32(whole[8:]))
	first := header + 3*40 // the root and two leaves
	second := first + 4 + int(binary.LittleEndian.Uint32(whole[first:]))
	for _, row := range []struct {
		name   string
		change func(b []byte) []byte
		want   string
	}{
		{"a header larger than the file", func(b []byte) []byte { b[9] = 0xFF; return b }, "the header is said to have"},
		{"a header of gigabytes", func(b []byte) []byte { b[11] = 0xFF; return b }, "allowed are"},
		{"a header that points astray", func(b []byte) []byte { b[13] = 0xFF; return b }, "the header is damaged"},
		{"no end of the index", func(b []byte) []byte { return b[:first-1] }, "cut off in its index"},
		{"no end of a feature", func(b []byte) []byte { return b[:len(b)-1] }, "feature 2 is said to have"},
		{"no second feature", func(b []byte) []byte { return b[:second] }, "ends after 1 of 2 features"},
		{"a feature that points astray", func(b []byte) []byte { b[first+7] = 0x7F; return b }, "row 1: is damaged"},
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.fgb": {Data: row.change(slices.Clone(whole))}}, "a.fgb", read.Options{})
		said := fmt.Sprint(err)
		if err == nil {
			for r, err := range src.All() {
				said += fmt.Sprint(r.Problems, err)
			}
			src.Close()
		}
		if !strings.Contains(said, row.want) {
			t.Errorf("%s: %s", row.name, said)
		}
	}
}

func TestNothingIsLeftOfAFlatGeobufThatIsGivenUp(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	path := filepath.Join(dir, "a.fgb")
	w, err := files.Create(path, write.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record.Record{Geometry: orb.Point{109, 33}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
