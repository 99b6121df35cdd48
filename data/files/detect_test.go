package files_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
)

// zipped makes a zip of files; a name in GBK is marked as Windows does, not at all.
func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, NonUTF8: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsNotReadIsSaid(t *testing.T) {
	for _, row := range []struct{ name, content, want string }{
		{"a.csv", "", "a.csv: the file is empty"},
		{"a.csv", "\n\n", "a.csv: there are no rows"},
		{"a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "the file is damaged"},
		{"a.xls", "<html><table>", "is a web page without a table"},
		{"a.xls", `<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, "is a workbook as XML of 2003"},
		{"a.fgb", "fgb\x02fgb\x00", "is no FlatGeobuf of version 3"},
		{"a.fgb", "fgb\x03fgb\x00", "cut off before its header"},
		{"a.gml", "<gml:FeatureCollection>", "is XML but not KML"},
		{"a.kml", "nonsense", "is no kml file inside"},
		{"a.shp", "nonsense", "is no shp file inside"},
		{"a.gpkg", "SQLite format 3\x00" + strings.Repeat("\x00", 200), "is no GeoPackage that can be read"},
		{"a.xlsx", "PK\x03\x04nonsense", "a.xlsx: zip:"},
		{"a.bin", "ab\x00\x01", "binary file of a kind that is not known"},
		{"a.rar", "Rar!\x1a\x07", "an archive that cannot be read"},
		{"a.geojson", "[1,2]", "is no geojson file inside"},
		{"a.json", `{"type":"Topology","objects":{}}`, `is JSON of type "Topology"; allowed are FeatureCollection and Feature`},
		{"a.json", `{"type":"FeatureCollection","features":7}`, `"features" is no array`},
		{"a.json", `{"type":"FeatureCollection","features":[{"type":`, "the file is cut off"},
		{"a.kml", `<kml><Placemark><name>`, "the file is cut off after placemark 1"},
		{"a.shp", "\x00\x00\x27\x0A", "the header of the .shp is cut off"},
		{"a.dbf", "\x03", "the header is cut off"},
	} {
		_, err := openText(t, row.name, row.content, read.Options{})
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.HasPrefix(err.Error(), row.name+": ") {
			t.Errorf("%s %q: %v", row.name, row.content, err)
		}
	}
	if _, err := files.Open(filepath.Join(t.TempDir(), "gone.csv"), read.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := files.OpenFS(fstest.MapFS{"d/a.csv": {}}, "d", read.Options{}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
}

func TestContentCountsMoreThanTheName(t *testing.T) {
	for _, row := range []struct {
		file, name string
		want       string
	}{
		{"points.geojson", "a.txt", record.GeoJSON},
		{"points.kml", "a.xml", record.KML},
		{"points.geojson", "noextension", record.GeoJSON},
	} {
		src := mustOpenText(t, row.name, string(fixture(t, row.file)), read.Options{})
		if src.Format != row.want || len(readAll(t, src)) != 9 {
			t.Errorf("%s as %s is %s", row.file, row.name, src.Format)
		}
	}
}

// The fixture is QGIS-like and old at once: GBK, no .cpg, a language driver of 0.
func TestShapefileInGBKWithoutCPG(t *testing.T) {
	want := wanted(t, "testdata/points.geojson")
	for _, name := range []string{"points.shp", "points.dbf", "points.shx"} {
		src := open(t, filepath.Join("testdata/gbk", name), read.Options{})
		if src.Encoding != "GB18030" || src.EncodingFrom != "by its bytes" || src.CRS.String() != "EPSG:4525" || src.CRSFrom != "points.prj" {
			t.Errorf("%s in %s %s, %s by %s", name, src.Encoding, src.EncodingFrom, src.CRS, src.CRSFrom)
		}
		got := readAll(t, src)
		for i := range got {
			if got[i].Row != int64(i+1) {
				t.Errorf("row %d is %d", i, got[i].Row)
			}
			got[i].Geometry = src.CRS.ToWGS84(got[i].Geometry.(orb.Point))
		}
		same(t, src, got, want, 1e-9)
	}
}

func TestZipsAreLookedInto(t *testing.T) {
	gbk := func(s string) string {
		out, err := simplifiedchinese.GBK.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	shp := func(stem string) map[string][]byte {
		return map[string][]byte{
			stem + ".SHP": fixture(t, "gbk/points.shp"), stem + ".dbf": fixture(t, "gbk/points.dbf"),
			stem + ".prj": fixture(t, "gbk/points.prj"), "__MACOSX/._x.shp": []byte("x"),
		}
	}
	both := shp("a/村")
	for n, b := range shp("a/路") {
		both[n] = b
	}
	for _, row := range []struct {
		name  string
		files map[string][]byte
		o     read.Options
		want  string // an error, or the layer
	}{
		{"Chinese names in UTF-8", shp("资料/村"), read.Options{}, "村"},
		{"Chinese names in GBK", shp(gbk("资料/贫困村")), read.Options{}, "贫困村"},
		{"two shapefiles", both, read.Options{Layer: "路"}, "路"},
		{"two shapefiles, none chosen", both, read.Options{}, "a.zip: holds several layers, choose one: "},
		{"one GeoJSON", map[string][]byte{"x/points.geojson": fixture(t, "points.geojson"), "readme.txt": []byte("hello")}, read.Options{}, ""},
		{"nothing", map[string][]byte{"a.doc": []byte("x")}, read.Options{}, "a.zip: the zip holds none of"},
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.zip": {Data: zipped(t, row.files)}}, "a.zip", row.o)
		if err != nil {
			if !strings.HasPrefix(err.Error(), row.want) || row.want == "" {
				t.Errorf("%s: %v", row.name, err)
			}
			continue
		}
		if got := readAll(t, src); len(got) != 9 || got[0].Values[0] != "商州区杨斜镇" || src.Layer != row.want {
			t.Errorf("%s: %d rows of %q", row.name, len(got), src.Layer)
		}
		src.Close()
	}
}

// Sizes that a file declares are never believed with memory.
func TestDeclaredSizesAreNotBelieved(t *testing.T) {
	dbf, shp := fixture(t, "gbk/points.dbf"), fixture(t, "gbk/points.shp")
	change := func(b []byte, f func([]byte)) []byte {
		b = bytes.Clone(b)
		f(b)
		return b
	}
	bomb := zipped(t, map[string][]byte{"a.csv": append([]byte("名称,户数\n"), bytes.Repeat([]byte("a"), 40<<20)...)})
	for _, row := range []struct {
		name, file string
		files      fstest.MapFS
		want       string
	}{
		{"a .dbf of 4 billion rows", "a.dbf", fstest.MapFS{"a.dbf": {Data: change(dbf, func(b []byte) {
			binary.LittleEndian.PutUint32(b[4:], 1<<32-1)
		})}}, ""},
		{"a .dbf whose columns are wider than its rows", "a.dbf", fstest.MapFS{"a.dbf": {Data: change(dbf, func(b []byte) {
			binary.LittleEndian.PutUint16(b[10:], 20)
		})}}, "bytes wide, the rows 20"},
		{"a shape of 4 GiB", "a.shp", fstest.MapFS{"a.shp": {Data: change(shp, func(b []byte) {
			binary.BigEndian.PutUint32(b[104:], 1<<31-1)
		})}}, "shape 1 is too large"},
		{"a shape of 100 MiB", "a.shp", fstest.MapFS{"a.shp": {Data: change(shp, func(b []byte) {
			binary.BigEndian.PutUint32(b[104:], 50<<20)
		})}}, "shape 1 is said to have 104857600 bytes and the file has 244 left"},
		{"a zip bomb", "a.zip", fstest.MapFS{"a.zip": {Data: bomb}}, "a quotation mark open?"},
		{
			"a zip that claims to unpack to a terabyte", "a.zip",
			fstest.MapFS{"a.zip": {Data: claiming(t, 1<<40)}},
			"a.csv, unpacked, is too large",
		},
		{
			"a zip that claims to unpack to a gigabyte", "a.zip",
			fstest.MapFS{"a.zip": {Data: claiming(t, 1<<30)}},
			"unpacks to more than 2000 times its size",
		},
		{
			"a row without end", "a.csv",
			fstest.MapFS{"a.csv": {Data: append([]byte("a,b\n1,\""), bytes.Repeat([]byte("x\n"), 10<<20)...)}},
			"a quotation mark open?",
		},
	} {
		src, err := files.OpenFS(row.files, row.file, read.Options{})
		if err == nil {
			for err == nil {
				_, err = src.Next()
			}
			src.Close()
		}
		if !strings.Contains(err.Error(), row.want) || row.want == "" && err.Error() != "EOF" {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

// claiming is a zip with a file that claims to be large.
func claiming(t *testing.T, size uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "a.csv", Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: size})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte{3, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
