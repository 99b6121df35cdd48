package files_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

// TestFilesNameWhoseTheyAre writes each format that has a place for it with a credit, which the file's readers find, and
// which the import takes for no row.
func TestFilesNameWhoseTheyAre(t *testing.T) {
	const credit = "示例县 & 局 · 内部使用 | © 甲"
	for name, in := range map[string]func(t *testing.T, path string) string{
		"a.geojson": whole, "a.kml": whole, "a.kmz": unzipped, "a.zip": unzipped, "a.gpkg": described, "a.fgb": whole, "a.xlsx": lastSheet,
	} {
		path := filepath.Join(t.TempDir(), name)
		w, err := files.Create(path, write.Options{
			Layer: "村", Fields: []record.Field{{Name: "名称", Type: record.Text}}, Lon: "经度", Lat: "纬度", Credit: credit,
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := w.Write(record.Record{Values: []any{"甲"}, Geometry: orb.Point{110, 34}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if text := in(t, path); !strings.Contains(text, credit) && !strings.Contains(text, strings.ReplaceAll(credit, "&", "&amp;")) {
			t.Errorf("%s has no credit in %.300q", name, text)
		}
		src, err := files.Open(path, read.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if rows := readAll(t, src); len(rows) != 3 {
			t.Errorf("%s is read as %d rows", name, len(rows))
		}
		src.Close()
	}
}

func whole(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func unzipped(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all bytes.Buffer
	for _, f := range z.File {
		if ending := filepath.Ext(f.Name); !slices.Contains([]string{".txt", ".kml"}, ending) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// described is what GDAL says of a layer.
func described(t *testing.T, path string) string {
	t.Helper()
	said, err := exec.Command("ogrinfo", "-al", "-so", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return string(said)
}

// lastSheet is what is written on a workbook's last sheet, as long as the pages of the first have it at their foot.
func lastSheet(t *testing.T, path string) string {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if foot, err := book.GetHeaderFooter(sheets[0]); err != nil || !strings.Contains(foot.OddFooter, "示例县 && 局 · 内部使用") {
		t.Errorf("the foot of %s is %+v, %v", sheets[0], foot, err)
	}
	text, err := book.GetCellValue(sheets[len(sheets)-1], "A1")
	if err != nil {
		t.Fatal(err)
	}
	return text
}
