package files_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

// dbf makes a table of one text column of 8 bytes.
func dbf(driver byte, name string, rows ...string) []byte {
	b := make([]byte, 32, 256)
	b[0], b[29] = 3, driver
	binary.LittleEndian.PutUint32(b[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(b[8:], 65)
	binary.LittleEndian.PutUint16(b[10:], 9)
	field := make([]byte, 32)
	copy(field[:11], name)
	field[11], field[16] = 'C', 8
	b = append(append(b, field...), 0x0D)
	for _, r := range rows {
		mark := byte(' ')
		if rest, ok := strings.CutPrefix(r, "*"); ok {
			mark, r = '*', rest
		}
		b = append(append(b, mark), fmt.Sprintf("%-8s", r)[:8]...)
	}
	return append(b, 0x1A)
}

func gbk(t *testing.T, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodingsOfDBF(t *testing.T) {
	g := gbk(t, "洛南县")
	for _, row := range []struct {
		name          string
		table         []byte
		cpg, given    string
		want, first   string
		note, problem string
	}{
		{"GBK by its bytes", dbf(0, gbk(t, "名称"), g), "", "", "GB18030", "洛南县", "", ""},
		{"GBK by its language driver", dbf(0x4D, gbk(t, "名称"), g), "", "", "GB18030", "洛南县", "", ""},
		{"GBK by .cpg", dbf(0, gbk(t, "名称"), g), "936", "", "GB18030", "洛南县", "", ""},
		{"UTF-8 by .cpg", dbf(0, "名称", "村"), "UTF-8\r\n", "", "UTF-8", "村", "", ""},
		{"UTF-8 by its bytes", dbf(0, "名称", "村"), "", "", "UTF-8", "村", "", ""},
		{".cpg says UTF-8, bytes are GBK", dbf(0, gbk(t, "名称"), g), "UTF-8", "", "GB18030", "洛南县", ".cpg says UTF-8, the text is GB18030", ""},
		{
			".cpg says Latin 1, bytes are GBK", dbf(0x57, gbk(t, "名称"), g), "ISO-8859-1", "", "GB18030", "洛南县",
			".cpg says Windows-1252, the text is GB18030", "",
		},
		{".cpg says Latin 1, and is right", dbf(0x57, "name", "caf\xe9"), "ISO-8859-1", "", "Windows-1252", "café", "", ""},
		{"unknown .cpg", dbf(0, gbk(t, "名称"), g), "OEM-X", "", "GB18030", "洛南县", `the .cpg says "OEM-X", which is not known`, ""},
		{"as told", dbf(0, "name", "\xa4\xa4\xa4\xe5"), "", "Big5", "Big5", "中文", "", ""},
		{"as told, wrongly", dbf(0, "name", g), "", "UTF-8", "UTF-8", "", "", "cannot be read as UTF-8; state the encoding"},
		{"GBK to the last byte", dbf(0, "name", gbk(t, "洛南县城")), "", "", "GB18030", "洛南县城", "", ""},
		{"cut off within a character of UTF-8", dbf(0, "name", "贫困村"), "UTF-8", "", "UTF-8", "贫困", "", ""},
		{"cut off within a character of GBK", dbf(0, "name", g+"a"+gbk(t, "村")), "GBK", "", "GB18030", "洛南县a", "", ""},
	} {
		fsys := fstest.MapFS{"a.dbf": {Data: row.table}}
		if row.cpg != "" {
			fsys["a.CPG"] = &fstest.MapFile{Data: []byte(row.cpg)}
		}
		src, err := files.OpenFS(fsys, "a.dbf", read.Options{Encoding: row.given})
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		got := readAll(t, src)
		if src.Encoding != row.want || row.problem == "" && got[0].Values[0] != row.first ||
			!strings.Contains(strings.Join(src.Notes, "\n"), row.note) {
			t.Errorf("%s: %q in %s, notes %q", row.name, got[0].Values, src.Encoding, src.Notes)
		}
		if p := fmt.Sprint(got[0].Problems); !strings.Contains(p, row.problem) || row.problem == "" && p != "[]" {
			t.Errorf("%s: problems %s", row.name, p)
		}
	}
}

func TestDeletedRowsAreLeftOut(t *testing.T) {
	src, err := files.OpenFS(fstest.MapFS{"a.dbf": {Data: dbf(0, "name", "a", "*b", "c")}}, "a.dbf", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := readAll(t, src)
	if len(got) != 2 || got[1].Row != 3 || got[1].Values[0] != "c" {
		t.Errorf("%+v", got)
	}
}

// shp makes a file of one polygon.
func shp(rings ...[]orb.Point) []byte {
	b := make([]byte, 100)
	binary.BigEndian.PutUint32(b, 9994)
	c := binary.LittleEndian.AppendUint32(nil, 5)
	c = append(c, make([]byte, 32)...)
	n := 0
	for _, r := range rings {
		n += len(r)
	}
	c = binary.LittleEndian.AppendUint32(c, uint32(len(rings)))
	c = binary.LittleEndian.AppendUint32(c, uint32(n))
	n = 0
	for _, r := range rings {
		c = binary.LittleEndian.AppendUint32(c, uint32(n))
		n += len(r)
	}
	for _, r := range rings {
		for _, p := range r {
			c = binary.LittleEndian.AppendUint64(c, math.Float64bits(p[0]))
			c = binary.LittleEndian.AppendUint64(c, math.Float64bits(p[1]))
		}
	}
	b = binary.BigEndian.AppendUint32(b, 1)
	b = binary.BigEndian.AppendUint32(b, uint32(len(c)/2))
	return append(b, c...)
}

// square runs counter-clockwise.
func square(x, y, size float64) []orb.Point {
	return []orb.Point{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

func turned(r []orb.Point) []orb.Point {
	out := make([]orb.Point, len(r))
	for i, p := range r {
		out[len(r)-1-i] = p
	}
	return out
}

func TestRingsFindTheirPolygons(t *testing.T) {
	outer, hole, island, away := square(0, 0, 10), square(2, 2, 6), square(4, 4, 1), square(20, 0, 5)
	touching := []orb.Point{{0, 0}, {5, 1}, {1, 5}, {0, 0}} // a hole that touches the ring in a point
	for _, row := range []struct {
		name     string
		rings    [][]orb.Point
		polygons int
		area     float64
	}{
		{"one", [][]orb.Point{turned(outer)}, 1, 100},
		{"one, the wrong way", [][]orb.Point{outer}, 1, 100},
		{"with a hole", [][]orb.Point{turned(outer), hole}, 1, 64},
		{"the hole first", [][]orb.Point{hole, turned(outer)}, 1, 64},
		{"island in a lake, far part, in disorder", [][]orb.Point{hole, turned(away), turned(island), turned(outer)}, 3, 90},
		{"all the wrong way", [][]orb.Point{outer, hole, island, away}, 3, 90},
		{"a hole that touches", [][]orb.Point{turned(outer), touching}, 1, 88},
		{"a hole in nothing", [][]orb.Point{turned(outer), away}, 2, 125},
		{"not closed", [][]orb.Point{turned(outer)[:4]}, 1, 100},
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.shp": {Data: shp(row.rings...)}}, "a.shp", read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, src)
		m, ok := got[0].Geometry.(orb.MultiPolygon)
		if p, one := got[0].Geometry.(orb.Polygon); one {
			m, ok = orb.MultiPolygon{p}, true
		}
		if !ok || len(m) != row.polygons || math.Abs(planar.Area(m)-row.area) > 1e-9 {
			t.Errorf("%s: %v with area %v", row.name, got[0].Geometry, planar.Area(m))
		}
		for _, p := range m {
			for i, r := range p {
				if want := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; r.Orientation() != want || r[0] != r[len(r)-1] {
					t.Errorf("%s: ring %d runs the wrong way or is open", row.name, i)
				}
			}
		}
	}
}

func TestDamagedShapesCostThemselvesAlone(t *testing.T) {
	good := shp(turned(square(0, 0, 1)))
	for _, row := range []struct {
		name   string
		change func([]byte)
		want   string
	}{
		{"points that are not there", func(b []byte) { binary.LittleEndian.PutUint32(b[148:], 1<<30) }, "the shape is damaged"},
		{"parts that are not there", func(b []byte) { binary.LittleEndian.PutUint32(b[144:], 60000) }, "the shape is damaged"},
		{"too many parts", func(b []byte) { binary.LittleEndian.PutUint32(b[144:], 1<<31) }, "the number of parts of the shape is too large"},
		{"a part that begins behind the end", func(b []byte) { binary.LittleEndian.PutUint32(b[152:], 99) }, "the shape is damaged"},
		{"a multipatch", func(b []byte) { binary.LittleEndian.PutUint32(b[108:], 31) }, "is a multipatch"},
		{"an unknown type", func(b []byte) { binary.LittleEndian.PutUint32(b[108:], 99) }, "has shape type 99"},
	} {
		b := bytes.Clone(good)
		row.change(b)
		b = append(b, good[100:]...)
		src, err := files.OpenFS(fstest.MapFS{"a.shp": {Data: b}}, "a.shp", read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, src)
		if len(got) != 2 || len(got[0].Problems) != 1 || !strings.Contains(got[0].Problems[0].Error(), "a.shp: row 1: geometry: "+row.want) {
			t.Errorf("%s: %+v", row.name, got)
		} else if got[1].Geometry == nil {
			t.Errorf("%s: the next shape is lost", row.name)
		}
	}
}

func TestMissingCompanionsAreSaid(t *testing.T) {
	src, err := files.OpenFS(fstest.MapFS{"a.shp": {Data: shp(square(0, 0, 1))}}, "a.shp", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(src.Fields) != 0 || src.CRS != nil || !strings.Contains(strings.Join(src.Notes, "\n"), "no .dbf beside it") {
		t.Errorf("%+v, notes %q", src.Fields, src.Notes)
	}
	src, err = files.OpenFS(fstest.MapFS{
		"a.shp": {Data: append(shp(square(0, 0, 1)), shp(square(0, 0, 1))[100:]...)}, "a.dbf": {Data: dbf(0, "name", "x")},
		"a.prj": {Data: []byte("PROJCS[nonsense")},
	}, "a.shp", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if src.CRS != nil || src.CRSErr == nil {
		t.Errorf("a .prj that cannot be read gives %v, %v", src.CRS, src.CRSErr)
	}
	if got := readAll(t, src); len(got) != 2 || len(got[1].Problems) != 1 ||
		!strings.Contains(got[1].Problems[0].Error(), "the .dbf ends after 1 rows") {
		t.Errorf("%+v", got)
	}
}

func TestATableAloneHasItsPlacesInColumns(t *testing.T) {
	dir := t.TempDir()
	w, err := files.Create(filepath.Join(dir, "villages.shp"), write.Options{Layer: "villages", Fields: []record.Field{
		{Name: "NAME", Type: record.Text},
		{Name: "LON", Type: record.Float},
		{Name: "LAT", Type: record.Float},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range [][]any{{"甲", 109.93, 33.86}, {"乙", nil, nil}, {"丙", 109.94, nil}} {
		if err := w.Write(record.Record{Values: values, Geometry: orb.Point{1, 2}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile(filepath.Join(dir, "villages.dbf"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := files.OpenFS(fstest.MapFS{"villages.dbf": {Data: table}}, "villages.dbf", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	got := readAll(t, src)
	if len(got) != 3 || !orb.Equal(got[0].Geometry, orb.Point{109.93, 33.86}) || got[1].Geometry != nil || len(got[2].Problems) != 1 {
		t.Errorf("%+v", got)
	}
	if in := fmt.Sprint(src.GeometryFrom); in != "[LON LAT]" {
		t.Errorf("the places are in %s", in)
	}
}
