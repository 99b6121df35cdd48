package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"github.com/cuntu/cuntu/data/export"
	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// world has two counties, villages whose texts are hard to keep, and sites that are
// points, polygons and nowhere.
func world(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	c := layers.Builtin()
	b := snapshot.NewBuilder(c)
	add := func(layer string, id int64, g orb.Geometry, values map[string]any) {
		l, _ := c.Layer(layer)
		f := layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
		for name, v := range values {
			switch v := v.(type) {
			case string:
				f.Values[l.Field(name)] = layers.Text(v)
			case int:
				f.Values[l.Field(name)] = layers.Int(int64(v))
			case float64:
				f.Values[l.Field(name)] = layers.Float(v)
			case bool:
				f.Values[l.Field(name)] = layers.Bool(v)
			}
		}
		if err := l.Check(&f); err != nil {
			t.Fatal(err)
		}
		if err := b.Add(l, &f); err != nil {
			t.Fatal(err)
		}
	}
	square := func(w, s float64) orb.Polygon {
		return orb.Polygon{
			{{w, s}, {w + .1, s}, {w + .1, s + .1}, {w, s + .1}, {w, s}},
			{{w + .02, s + .02}, {w + .02, s + .04}, {w + .04, s + .04}, {w + .02, s + .02}},
		}
	}
	add("county", 1, square(109.9, 33.8), map[string]any{"code": "611002", "name": "商州区"})
	add("county", 2, square(110.3, 33.8), map[string]any{"code": "611021", "name": "洛南县"})
	add("town", 1, orb.Point{109.94, 33.87}, map[string]any{"code": "611002001", "name": "城关街道", "county": "611002", "kind": "county_seat"})
	add("village", 7, orb.Point{109.944399, 33.884457}, map[string]any{
		"code":           "611002001201",
		"name":           "东店子村",
		"county":         "611002",
		"town":           "611002001",
		"poverty":        true,
		"population":     1203,
		"income":         9500,
		"tap_water_rate": 97.25,
		"exit_year":      2018,
		"exit_status":    "已销号",
		"note":           "=HYPERLINK(\"http://x\")",
	})
	add("village", 3, orb.Point{110.35, 33.85}, map[string]any{
		"code":       "611021001201",
		"name":       "𠮷家坪村",
		"county":     "611021",
		"poverty":    false,
		"population": 0,
		"note":       "含\"引号\",逗号\n换行",
	})
	add("village", 5, nil, map[string]any{"code": "611021001202", "name": "无址村", "county": "611021", "note": "'+1"})
	add("road", 1, orb.LineString{{109.9, 33.9}, {110, 33.95}, {110.2, 33.9}}, map[string]any{
		"name":    "312国道",
		"county":  "611002",
		"surface": "沥青",
		"kind":    "road",
		"status":  "existing",
		"width_m": 8.5,
	})
	add("road", 2, orb.MultiLineString{{{109.9, 33.7}, {110, 33.7}}, {{110, 33.71}, {110.1, 33.75}}}, map[string]any{
		"name":   "新路",
		"county": "611002",
		"status": "planned",
		"year":   2019,
	})
	add("road", 3, orb.LineString{{109.5, 33.7}, {109.6, 33.7}}, map[string]any{"name": "远期", "status": "planned"})
	add("site", 1, orb.Point{109.95, 33.86}, map[string]any{
		"name":       "一期",
		"facilities": "school,clinic",
		"status":     "existing",
		"county":     "611002",
	})
	add("site", 2, square(109.97, 33.86), map[string]any{"name": "二期", "status": "building", "year": 2019})
	add("site", 3, nil, map[string]any{"name": "三期"})
	add("dataset", 1, nil, map[string]any{"name": "试验", "layers": "village,road", "synthetic": true})
	return b.Snapshot()
}

func ask(t *testing.T, snap *snapshot.Snapshot, r export.Request) *export.Export {
	t.Helper()
	e, err := export.New(snap, r)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// written is the stream, read again by our own reader.
func written(t *testing.T, e *export.Export) (*read.Source, []record.Record) {
	t.Helper()
	var b bytes.Buffer
	if _, err := e.Write(t.Context(), &b, nil); err != nil {
		t.Fatal(err)
	}
	src, err := files.OpenFS(fstest.MapFS{e.FileName(): {Data: b.Bytes()}}, e.FileName(), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	var all []record.Record
	for r, err := range src.All() {
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems) > 0 {
			t.Errorf("row %d: %v", r.Row, r.Problems)
		}
		all = append(all, r)
	}
	return src, all
}

func TestARequestNarrowsTheRows(t *testing.T) {
	snap := world(t)
	for _, c := range []struct {
		name string
		r    export.Request
		ids  string
	}{
		{"all, by id", export.Request{Layer: "village"}, "3 5 7"},
		{"a county", export.Request{Layer: "village", County: "611021"}, "3 5"},
		{"a town", export.Request{Layer: "village", Town: "611002001"}, "7"},
		{"a county of itself", export.Request{Layer: "county", County: "611021"}, "2"},
		{"a filter", export.Request{Layer: "village", Filter: "population > 1000 OR note LIKE '''%'"}, "5 7"},
		{"a filter and a county", export.Request{Layer: "village", County: "611021", Filter: "population >= 0"}, "3"},
		{"a box", export.Request{Layer: "village", BBox: "109.9,33.8,110,34"}, "7"},
		{"a box that a line passes through without a vertex", export.Request{Layer: "road", BBox: "110.09,33.9, 110.11,33.95"}, "1"},
		{"a box within a line's box that the line passes by", export.Request{Layer: "road", BBox: "109.9,33.94,109.91,33.95"}, ""},
		{"a year", export.Request{Layer: "road", Year: 2018}, "1"},
		{"the year of completion", export.Request{Layer: "road", Year: 2019}, "1 2"},
		{"a year of sites, one of unknown state", export.Request{Layer: "site", Year: 2018}, "1 3"},
	} {
		var ids []string
		_, rows := written(t, ask(t, snap, c.r))
		for _, r := range rows {
			ids = append(ids, fmt.Sprint(r.Values[0]))
		}
		if got := strings.Join(ids, " "); got != c.ids {
			t.Errorf("%s: %s, not %s", c.name, got, c.ids)
		}
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	snap := world(t)
	for _, c := range []struct {
		r    export.Request
		says []string
	}{
		{export.Request{Layer: "moon", Format: "dwg"}, []string{`layer: "moon"`, "village", `f: "dwg" is not one of geojson`}},
		{export.Request{
			Layer:    "village",
			CRS:      "EPSG:1",
			Headings: "de",
			Values:   "x",
		}, []string{"crs: ", "EPSG:4490", `headings: "de" is not one of id, zh, en`, `values: "x"`}},
		{export.Request{
			Layer:  "village",
			County: "999999",
			Town:   "1",
			BBox:   "1,2,3",
			Filter: "nothing = 1",
		}, []string{`county: "999999"`, `town: "1"`, "bbox: ", "filter: ", "nothing"}},
		{export.Request{Layer: "village", Filter: "population >"}, []string{"filter: ", "character"}},
		{export.Request{Layer: "village", Year: 2018}, []string{"year: layer village"}},
		{export.Request{Layer: "road", Year: 18}, []string{"year: 18"}},
		{export.Request{Layer: "river", County: "611002"}, []string{"county: features of layer river do not say"}},
		{export.Request{Layer: "dataset", BBox: "1,2,3,4"}, []string{"bbox: layer dataset"}},
		{export.Request{Layer: "village", BBox: "110,34,109,33"}, []string{"bbox: "}},
		{export.Request{Layer: "village", CRS: "EPSG:32601"}, []string{"crs: ", "out of the reach of"}},
		{export.Request{Layer: "village", Format: "kml", CRS: "EPSG:4525"}, []string{"crs: KML holds degrees"}},
	} {
		_, err := export.New(snap, c.r)
		if _, ok := errors.AsType[layers.Faults](err); !ok {
			t.Errorf("%+v: %v", c.r, err)
			continue
		}
		for _, word := range c.says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%+v: %v does not say %q", c.r, err, word)
			}
		}
	}
}

// Every layer comes back from every format in every kind of system: values equal,
// places within a centimetre.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	snap := world(t)
	for _, layer := range []string{"county", "village", "road", "site", "dataset"} {
		for _, format := range files.Written() {
			for _, system := range []string{
				"", "EPSG:4490", "GCJ-02", "BD-09", "EPSG:4525", "CGCS2000 3度带 中央经线111", "EPSG:2361", "EPSG:4214",
				"EPSG:3857",
			} {
				name := layer + " as " + format + " in " + system
				e, err := export.New(snap, export.Request{Layer: layer, Format: format, CRS: system})
				if err != nil {
					if format != "kml" {
						t.Errorf("%s: %v", name, err)
					}
					continue
				}
				if format == "shp" && layer == "site" {
					continue // several files: see below
				}
				src, rows := written(t, e)
				if len(rows) != e.Len() {
					t.Errorf("%s: %d rows, not %d", name, len(rows), e.Len())
					continue
				}
				table, _ := snap.Table(layer)
				for _, r := range rows {
					compare(t, name, table, src, r, system)
				}
			}
		}
	}
}

// compare holds a record against the feature with its id.
func compare(t *testing.T, name string, table *snapshot.Table, src *read.Source, r record.Record, system string) {
	t.Helper()
	var id int64
	at := slices.Index(src.Headings(), export.IDColumn)
	fmt.Sscan(fmt.Sprint(r.Values[at]), &id) //nolint:errcheck // an id of 0 is not found
	row, ok := table.Find(id)
	if !ok {
		t.Errorf("%s: no feature %d", name, id)
		return
	}
	f := table.Feature(row)
	var names []string
	for _, field := range table.Layer.Fields {
		names = append(names, field.ID)
	}
	if src.Format == record.Shapefile {
		names = record.DBFNames(append([]string{export.IDColumn}, names...))[1:]
	}
	for i, n := range names {
		col := slices.Index(src.Headings(), n)
		if col < 0 { // of GeoJSON and KML without any value
			if !f.Values[i].IsNull() {
				t.Errorf("%s: no column %s in %v", name, n, src.Headings())
			}
			continue
		}
		if got, want := fmt.Sprint(r.Values[col]), f.Values[i].String(); got != want && !(r.Values[col] == nil && want == "") &&
			!(f.Values[i].Kind() == layers.BoolKind && isTrue(got) == f.Values[i].Bool()) {
			t.Errorf("%s: %d: %s is %q, not %q", name, id, n, got, want)
		}
	}
	if system != "" && src.CRS == nil && src.Format != record.GeoJSONSeq && src.Format != record.KML && system != "GCJ-02" &&
		system != "BD-09" && f.Geometry != nil {
		t.Errorf("%s: the file does not say so: %v", name, src.CRSErr)
	}
	if r.Geometry == nil || f.Geometry == nil {
		if (r.Geometry == nil) != (f.Geometry == nil) {
			t.Errorf("%s: %d: %v, not %v", name, id, r.Geometry, f.Geometry)
		}
		return
	}
	c := src.CRS
	if c == nil || src.Format == record.GeoJSONSeq || src.Format == record.KML {
		c = parse(t, system)
	}
	got, want := vertices(r.Geometry), vertices(f.Geometry)
	if len(got) != len(want) {
		t.Errorf("%s: %d: %d vertices, not %d", name, id, len(got), len(want))
		return
	}
	for _, p := range got {
		p = c.ToWGS84(p)
		near := math.Inf(1)
		for _, q := range want {
			near = min(near, orbgeo.Distance(p, q))
		}
		if !(near < 0.005) {
			t.Errorf("%s: %d: a vertex is %.3f m away", name, id, near)
		}
	}
}

// isTrue knows how KML and Excel spell it.
func isTrue(s string) bool { return s == "1" || s == "TRUE" }

func TestHeadingsAndTitlesAreWhatLedgersUse(t *testing.T) {
	snap := world(t)
	var b bytes.Buffer
	e := ask(t, snap, export.Request{Layer: "village", Format: "csv", Headings: "zh", Values: "titles", County: "611002"})
	if _, err := e.Write(t.Context(), &b, nil); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, word := range []string{
		"\uFEFFid,区划代码,名称,", ",自来水普及率(%),", ",人均纯收入(元),", ",人均日供水量(升/天),", ",经度(WGS84),纬度(WGS84)\r\n", ",97.25,",
		",是,2018,已销号,", `"'=HYPERLINK(""http://x"")"`,
	} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is not in %s", word, text)
		}
	}
	if e.FileName() != "village-611002.csv" || e.Title() != "行政村-商州区.csv" {
		t.Errorf("called %s and %s", e.FileName(), e.Title())
	}
	src, rows := written(t, ask(t, snap, export.Request{Layer: "site", Format: "xlsx", Headings: "en", Values: "titles", CRS: "GCJ-02"}))
	if got := fmt.Sprint(src.Headings()); !strings.Contains(got, "Area (m2)") && !strings.Contains(got, "Area(m2)") ||
		!strings.Contains(got, "WKT(GCJ-02)") {
		t.Error(got)
	}
	if got := rows[0].Values[slices.Index(src.Headings(), "Facilities")]; got != "School,Clinic" {
		t.Error(got)
	}
	for _, l := range snap.Catalog.Layers {
		for _, headings := range export.HeadingChoices {
			var b bytes.Buffer
			if _, err := ask(t, snap, export.Request{Layer: l.ID, Format: "csv", Headings: headings}).Write(t.Context(), &b, nil); err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(b.String(), "\r\n")
			names, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(first, "\ufeff"))).Read()
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(names)
			if n := len(names); len(slices.Compact(names)) != n {
				t.Errorf("%s: two columns with one heading: %s", l.ID, first)
			}
		}
	}
}

func TestAShapefileOfSeveralKindsIsAZipOfSeveral(t *testing.T) {
	e := ask(t, world(t), export.Request{Layer: "site", Format: "shp"})
	dir := t.TempDir()
	if _, err := e.WriteFile(t.Context(), filepath.Join(dir, "a.shp"), nil); err == nil ||
		!strings.Contains(err.Error(), "point and polygon") || !strings.Contains(err.Error(), ".zip") {
		t.Errorf("%v", err)
	}
	path := filepath.Join(dir, "a.zip")
	if _, err := e.WriteFile(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	for layer, want := range map[string]int{"site_point": 2, "site_polygon": 1} { // what has no place is with the points
		src, err := files.Open(path, read.Options{Layer: layer})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range src.All() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		src.Close()
		if n != want {
			t.Errorf("%s has %d", layer, n)
		}
	}
	onlyFiles(t, dir, "a.zip")
}

func TestAnExportThatIsCutShortLeavesWhatWasThere(t *testing.T) {
	snap := world(t)
	for _, format := range files.Written() {
		for layer, name := range map[string]string{"village": "a." + format, "site": "a.zip"} {
			if layer == "site" && format != "shp" {
				continue
			}
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			_, err := ask(t, snap, export.Request{Layer: layer, Format: format}).WriteFile(ctx, path, func(int, int) { cancel() })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
			if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
				t.Errorf("%s: %v %q", name, err, b)
			}
			onlyFiles(t, dir, name)
		}
	}
}

func onlyFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("there are %v, not %v", names, want)
	}
}

func TestNotesTellWhatTheFileCannot(t *testing.T) {
	snap := world(t)
	for _, c := range []struct {
		r    export.Request
		says string
	}{
		{export.Request{Layer: "village", Format: "shp"}, "poor_house is poor_households"},
		{export.Request{Layer: "village", Format: "geojsonl", CRS: "GCJ-02"}, "cannot say that its coordinates are GCJ-02"},
		{export.Request{Layer: "village", Format: "shp", CRS: "BD-09"}, "cannot say"},
		{export.Request{Layer: "village", Format: "csv", CRS: "EPSG:4530"}, "right zone"},
		{export.Request{Layer: "village", Format: "csv", CRS: "EPSG:4610"}, "parameters"},
	} {
		notes, err := ask(t, snap, c.r).Write(t.Context(), &bytes.Buffer{}, nil)
		if err != nil || !strings.Contains(strings.Join(notes, "\n"), c.says) {
			t.Errorf("%+v: %v, %v", c.r, notes, err)
		}
	}
	notes, err := ask(t, snap, export.Request{Layer: "village", Format: "csv", CRS: "EPSG:4490"}).Write(t.Context(), &bytes.Buffer{}, nil)
	if err != nil || len(notes) > 0 {
		t.Errorf("EPSG:4490: %v, %v", notes, err)
	}
}
