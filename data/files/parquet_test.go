package files_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
)

// readElsewhere is what geopandas and pyarrow read from a file.
type readElsewhere struct {
	Columns []string         `json:"columns"`
	Values  map[string][]any `json:"values"`
	EPSG    *int             `json:"epsg"` // 0 for none
	WKT     []*string        `json:"wkt"`
}

func elsewhere(t *testing.T) map[string]readElsewhere {
	t.Helper()
	b, err := os.ReadFile("testdata/columns/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var out map[string]readElsewhere
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// alike holds a value of ours against one of Python's in JSON.
func alike(got, want any) bool {
	switch w := want.(type) {
	case nil:
		return got == nil
	case bool:
		return got == w
	case json.Number:
		switch g := got.(type) {
		case int64, string:
			return fmt.Sprint(g) == w.String()
		case float64:
			f, err := w.Float64()
			return err == nil && (f == g || float32(f) == float32(g) && len(w.String()) > 16) // of half the digits
		}
		return false
	case string:
		switch g := got.(type) {
		case string:
			// Python writes the zone's hours, and all digits of a second or none.
			return g == w || strings.ReplaceAll(g, ".5", ".500000") == w || g == inUTC(w) || strings.TrimRight(w, "0") == g
		case float64, int64:
			return fmt.Sprint(g) == strings.TrimSuffix(strings.TrimRight(w, "0"), ".") || fmt.Sprint(g) == w || decimalText(g) == w
		}
	}
	return false
}

func decimalText(v any) string {
	f, _ := v.(float64)
	return fmt.Sprintf("%.2f", f)
}

// inUTC is 08:00 of a zone eight hours ahead.
func inUTC(s string) string {
	s, ok := strings.CutSuffix(s, "+08:00")
	if !ok {
		return ""
	}
	return strings.Replace(s, "T08:", "T00:", 1) + "Z"
}

func TestParquetIsReadAsOtherProgramsReadIt(t *testing.T) {
	for name, want := range elsewhere(t) {
		t.Run(name, func(t *testing.T) {
			src := open(t, "testdata/columns/"+name+".parquet", read.Options{})
			got := readAll(t, src)
			if src.Format != record.Parquet || src.CRSErr != nil {
				t.Errorf("%s, %v", src.Format, src.CRSErr)
			}
			if want.EPSG != nil {
				if system := fmt.Sprint(src.CRS); system != fmt.Sprintf("EPSG:%d", *want.EPSG) && (*want.EPSG != 0 || src.CRS != nil) {
					t.Errorf("the system is %s, not EPSG:%d", system, *want.EPSG)
				}
			}
			for _, c := range want.Columns {
				col := slices.Index(src.Headings(), c)
				if c == "geometry" {
					holdPlaces(t, got, want.WKT)
					continue
				}
				if col < 0 || len(got) != len(want.Values[c]) {
					t.Fatalf("%s of %v: %d rows, not %d", c, src.Headings(), len(got), len(want.Values[c]))
				}
				for i, r := range got {
					if !alike(r.Values[col], want.Values[c][i]) || r.Row != int64(i+1) || len(r.Problems) > 0 {
						t.Errorf("row %d: %s is %#v, not %#v; %v", r.Row, c, r.Values[col], want.Values[c][i], r.Problems)
					}
				}
			}
			if done, total := src.Progress(); done != total || total != int64(len(got)) {
				t.Errorf("%d of %d rows are read", done, total)
			}
		})
	}
}

func holdPlaces(t *testing.T, got []record.Record, want []*string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, not %d", len(got), len(want))
	}
	for i, r := range got {
		if want[i] == nil || r.Geometry == nil {
			if want[i] != nil || r.Geometry != nil {
				t.Errorf("row %d lies at %v, not %v", r.Row, r.Geometry, want[i])
			}
			continue
		}
		g, err := wkt.Unmarshal(*want[i])
		if err != nil {
			t.Fatal(err)
		}
		if d := apart(r.Geometry, g); !(d <= 1e-9*max(1, math.Abs(g.Bound().Max[0]))) {
			t.Errorf("row %d lies at %v, not %s", r.Row, r.Geometry, *want[i])
		}
	}
}

func TestTypesOfParquetAreThoseOfFields(t *testing.T) {
	src := open(t, "testdata/columns/snappy.parquet", read.Options{})
	want := []record.Field{
		{Name: "名称", Type: record.Text},
		{Name: "people", Type: record.Int},
		{Name: "code", Type: record.Int},
		{Name: "big", Type: record.Any},
		{Name: "small", Type: record.Int},
		{Name: "rate", Type: record.Float},
		{Name: "share", Type: record.Float},
		{Name: "poor", Type: record.Bool},
		{Name: "day", Type: record.Date},
		{Name: "clock", Type: record.Text},
		{Name: "at", Type: record.Any},
		{Name: "local", Type: record.Any},
		{Name: "money", Type: record.Float},
		{Name: "wide", Type: record.Any},
	}
	if d := cmp.Diff(want, src.Fields); d != "" {
		t.Error(d)
	}
	got := readAll(t, src)[1].Values
	values := []any{
		"洛南县四皓街道", int64(1237), int64(611000000001), "18446744073709551614", int64(199), 88.625, 0.1, false, "2014-09-05",
		"08:01:01.000001", "2017-05-31T00:01:00Z", "1969-12-31T23:01:59.5", -0.49, "-1000000000000000000000001",
	}
	if d := cmp.Diff(values, got); d != "" {
		t.Error(d)
	}
}

func TestWhatParquetSaysOfItsGeometryIsHeeded(t *testing.T) {
	for _, row := range []struct {
		file      string
		o         read.Options
		crs, from string
		places    int
		note      string
	}{
		{file: "plain", crs: "EPSG:4326", from: "GeoParquet is WGS 84", places: 10},
		{file: "unknown", crs: "<nil>", places: 10},
		{file: "nokey", crs: "<nil>", places: 10},
		{file: "marked", crs: "EPSG:4490", from: "column where", places: 10},
		{file: "polygons", crs: "EPSG:4547", from: "the CRS of column geometry", places: 3, note: "left out: bbox"},
		{file: "nested", crs: "EPSG:4490", from: "the CRS", places: 10, note: "left out: list, struct"},
		{file: "nested", crs: "EPSG:4490", from: "the CRS", places: 10, note: "columns of bytes are left out: bytes"},
		{file: "table", crs: "<nil>", places: 12},
		{file: "table", o: read.Options{Lon: "纬度", Lat: "经度"}, crs: "<nil>", places: 12},
	} {
		src := open(t, "testdata/columns/"+row.file+".parquet", row.o)
		places := 0
		for _, r := range readAll(t, src) {
			if r.Geometry != nil {
				places++
			}
		}
		if fmt.Sprint(src.CRS) != row.crs || !strings.HasPrefix(src.CRSFrom, row.from) || src.CRSErr != nil || places != row.places {
			t.Errorf("%s: %v from %q, %v, %d places", row.file, src.CRS, src.CRSFrom, src.CRSErr, places)
		}
		if !strings.Contains(strings.Join(src.Notes, "\n"), row.note) {
			t.Errorf("%s: notes are %q", row.file, src.Notes)
		}
	}
	src := open(t, "testdata/columns/table.parquet", read.Options{})
	if got := readAll(t, src); !slices.Equal(src.GeometryFrom, []string{"经度", "纬度"}) || got[1].Geometry != (orb.Point{109.51, 33.26}) {
		t.Errorf("%v: %v", src.GeometryFrom, got[1])
	}
	if _, err := files.Open("testdata/columns/native.parquet", read.Options{}); err == nil ||
		!strings.Contains(err.Error(), `the geometry geometry is encoded as "point"; allowed is WKB`) {
		t.Errorf("coordinates in columns of their own: %v", err)
	}
}

// withGeo is a file whose "geo" key says something else of the same length or less.
func withGeo(t *testing.T, change func(geo string) string) []byte {
	t.Helper()
	b := fixture(t, "columns/plain.parquet")
	at := bytes.Index(b, []byte(`{"version": "1.1.0"`))
	end := at + bytes.Index(b[at:], []byte(`}}}`)) + 3
	geo := string(b[at:end])
	changed := change(geo)
	if at < 0 || len(changed) > len(geo) {
		t.Fatalf("%q does not fit into %q", changed, geo)
	}
	out := slices.Clone(b)
	copy(out[at:end], changed+strings.Repeat(" ", len(geo)-len(changed)))
	return out
}

func TestOddMetadataOfGeoParquetAreSaid(t *testing.T) {
	const head, tail = `{"primary_column":"geometry","columns":{"geometry":{"encoding":"WKB"`, `}}}`
	for _, row := range []struct{ geo, want string }{
		{`no JSON`, "are no JSON that can be read"},
		{`{"primary_column":"x"}`, `name the geometry "x" and do not say of what kind it is`},
		{`{"primary_column":"a","columns":{"a":{"encoding":"WKB"}}}`, `"a", which the metadata of GeoParquet name, is no column of bytes`},
		{head + `,"crs":{"name":"NAD27"}` + tail, `"NAD27" is not known`},
		{head + `,"crs":{"name":"CGCS2000"}` + tail, "EPSG:4490"},
		{head + `,"crs":{"id":{"code":"CRS84"}}` + tail, "EPSG:4326"},
		{head + `,"crs":"EPSG:4547"` + tail, "EPSG:4547"},
		{head + `,"edges":"spherical"` + tail, "run along great circles"},
		{head + `,"epoch":2020.5` + tail, "epoch 2020.5"},
	} {
		b := withGeo(t, func(string) string { return row.geo })
		src, err := files.OpenFS(fstest.MapFS{"a.parquet": {Data: b}}, "a.parquet", read.Options{})
		said := fmt.Sprint(err)
		if err == nil {
			said += fmt.Sprint(src.CRS, src.CRSErr, src.Notes)
			src.Close()
		}
		if !strings.Contains(said, row.want) {
			t.Errorf("%s: %s", row.geo, said)
		}
	}
}

func TestParquetComesOutOfAZip(t *testing.T) {
	b := zipped(t, map[string][]byte{"县/村.parquet": fixture(t, "columns/zstd.parquet")})
	src, err := files.OpenFS(fstest.MapFS{"a.zip": {Data: b}}, "a.zip", read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if got := readAll(t, src); len(got) != 12 || src.File != "a.zip/村.parquet" {
		t.Errorf("%d rows of %s", len(got), src.File)
	}
}

func TestDamageOfParquetIsSaid(t *testing.T) {
	whole := fixture(t, "columns/snappy.parquet")
	size := len(whole)
	footer := size - 8 - int(binary.LittleEndian.Uint32(whole[size-8:]))
	for _, row := range []struct {
		name   string
		change func(b []byte) []byte
		want   string
	}{
		{"no end", func(b []byte) []byte { return b[:size-1] }, "its footer is missing"},
		{"nothing but the head", func(b []byte) []byte { return b[:4] }, "is cut off"},
		{"a footer larger than the file", func(b []byte) []byte { b[size-6] = 0xFF; return b }, "the footer is said to have"},
		{"a key", func(b []byte) []byte { copy(b[size-4:], "PARE"); return b }, "is encrypted"},
		{"a footer that breaks off", func(b []byte) []byte { b[footer+4] = 0x7F; return b }, "the footer"},
		{"pages overwritten", func(b []byte) []byte { clear(b[4:200]); return b }, "row 1: column 名称"},
		{"pages of noise", func(b []byte) []byte {
			for i := 4; i < footer; i++ {
				b[i] = byte(i * 37)
			}
			return b
		}, "row 1: column 名称"},
	} {
		src, err := files.OpenFS(fstest.MapFS{"a.parquet": {Data: row.change(slices.Clone(whole))}}, "a.parquet", read.Options{})
		for err == nil {
			_, err = src.Next()
		}
		if err == io.EOF || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}
