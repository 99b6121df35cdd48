package gpkg_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

// shell runs SQL in the sqlite3 shell, the plainest of foreign programs.
func shell(t *testing.T, path string, sql string) string {
	t.Helper()
	return tool(t, "sqlite3", "-cmd", ".timeout 10000", path, sql)
}

// tool runs a program that has nothing to complain about.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is not installed: run make test, which installs what is missing", name)
	}
	var out, complaints strings.Builder
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	if strings.Contains(complaints.String(), "No module named") {
		t.Fatalf("python3-gdal is not installed: run make test, which installs what is missing")
	}
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, complaints.String())
	}
	return out.String()
}

// filled is a closed file with some features of every layer.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "filled.gpkg")
	s, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	var edits []layers.Edit
	maker := storetest.NewMaker(1)
	for _, l := range layers.Builtin().Layers {
		for range 30 {
			edits = append(edits, layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: maker.Feature(l)})
		}
	}
	if _, err := s.Apply(t.Context(), data.Edits(edits...)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func count(t *testing.T, s *gpkg.Store) map[string]int {
	t.Helper()
	n := map[string]int{}
	if _, err := s.Load(t.Context(), func(l *layers.Layer, _ *layers.Feature) error { n[l.ID]++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrongFilesAreRefusedWithAdvice(t *testing.T) {
	truncated := filled(t)
	if err := os.Truncate(truncated, 100_000); err != nil {
		t.Fatal(err)
	}
	newer := filled(t)
	shell(t, newer, "UPDATE cuntu_meta SET value = '99' WHERE key = 'schema'")
	plain := filepath.Join(t.TempDir(), "plain.gpkg")
	shell(t, plain, "CREATE TABLE t (a)")
	other := filepath.Join(t.TempDir(), "other.gpkg")
	shell(t, other, "CREATE TABLE t (a); PRAGMA application_id = 252006673")
	foreign := filled(t)
	shell(t, foreign, "DROP TABLE river; CREATE TABLE river (fid INTEGER PRIMARY KEY, name TEXT)")

	for _, c := range []struct {
		name, path, says string
	}{
		{"no file", filepath.Join(t.TempDir(), "none.gpkg"), "cuntu demo"},
		{"an empty file", write(t, "empty.gpkg", ""), "the file is empty"},
		{"a directory", t.TempDir(), "directory"},
		{"a text", write(t, "text.gpkg", strings.Repeat("name,code\n", 100)), "not a GeoPackage"},
		{"a cut off file", truncated, "cut off"},
		{"a plain database", plain, "not a GeoPackage"},
		{"a database of another program", other, "not a GeoPackage"},
		{"a file of a newer version", newer, "newer cuntu"},
		{"a table of another form", foreign, "made by another program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			_, err := gpkg.Open(t.Context(), c.path, layers.Builtin(), gpkg.Options{})
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
				t.Fatalf("error %v does not say %q and the path", err, c.says)
			}
			for _, word := range []string{"SELECT", "PRAGMA", "CREATE", "sqlite_schema", "sqlite:"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("error %v shows SQL", err)
				}
			}
			if c.name == "no file" && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error %v is not fs.ErrNotExist", err)
			}
			if after, _ := os.ReadFile(c.path); string(after) != string(before) && c.name != "a table of another form" {
				t.Error("the file has changed")
			}
		})
	}
}

func TestCreateNeedsADirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "a.gpkg")
	_, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
	if err == nil || !strings.Contains(err.Error(), "directory exists") {
		t.Errorf("error %v", err)
	}
}

func TestCloseLeavesOneFile(t *testing.T) {
	path := filled(t)
	s, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	at, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- s.Follow(ctx, at, func(data.Batch) error { return nil }) }()
	if _, err := s.Apply(t.Context(), points(3)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the feed ended without an error")
	}
	cancel()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if mode := shell(t, path, "PRAGMA journal_mode"); strings.TrimSpace(mode) != "delete" {
		t.Errorf("the journal mode is %s", mode)
	}
}

func TestManyCanCreateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Apply(t.Context(),
				data.Edits(layers.Edit{Op: layers.Insert, Layer: "river", Feature: layers.Feature{Values: make([]layers.Value, 3)}})); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := count(t, open(t, path)); n["river"] != 4 {
		t.Errorf("%v", n)
	}
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	path := filled(t)
	before := shell(t, path, ".dump")
	s := open(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after := shell(t, path, ".dump"); after != before {
		t.Error("the file has changed")
	}
}

func TestWhatTheCatalogueAddsComesToTheFile(t *testing.T) {
	path := filled(t)
	catalog := layers.Builtin()
	road, _ := catalog.Layer("road")
	road.Fields = append(road.Fields, layers.Field{ID: "lanes", Type: layers.TypeInt, Title: layers.Words{Zh: "车道数", En: "Lanes"}})
	status := &road.Fields[road.Field("status")]
	status.Values = append(status.Values[1:], layers.Choice{Value: "closed", Title: layers.Words{Zh: "封闭", En: "Closed"}})
	water, _ := catalog.Layer("water")
	water.Title.Zh = "水厂"
	water.Fields = append(water.Fields, layers.Field{
		ID:       "code",
		Type:     layers.TypeCode,
		Required: true,
		Title:    layers.Words{Zh: "代码", En: "Code"},
	})
	catalog.Layers = append(catalog.Layers, &layers.Layer{
		ID:       "bridge",
		Title:    layers.Words{Zh: "桥", En: "Bridge"},
		Geometry: road.Geometry,
		Fields:   road.Fields,
	})

	s, err := gpkg.Open(t.Context(), path, catalog, gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := count(t, s); n["road"] != 30 || n["water"] != 30 || n["bridge"] != 0 {
		t.Errorf("%v", n)
	}
	work := layers.Feature{Values: make([]layers.Value, len(water.Fields))}
	work.Values[0], work.Values[len(work.Values)-1] = layers.Text("一"), layers.Text("611002")
	e := layers.Edit{Op: layers.Insert, Layer: "water", Feature: work}
	if _, err := s.Apply(t.Context(), data.Edits(e, e)); !errors.Is(err, data.ErrDuplicate) {
		t.Errorf("a code twice in an added column gave %v", err)
	}
	span := layers.Feature{Geometry: orb.LineString{{110, 33}, {110, 34}}, Values: make([]layers.Value, len(road.Fields))}
	span.Values[road.Field("lanes")] = layers.Int(2)
	if _, err := s.Apply(t.Context(),
		data.Edits(layers.Edit{Op: layers.Insert, Layer: "bridge", Feature: span},
			layers.Edit{Op: layers.Insert, Layer: "road", Feature: span})); err != nil {
		t.Fatal(err)
	}
	for want, sql := range map[string]string{
		"水厂":                        "SELECT identifier FROM gpkg_contents WHERE table_name = 'water'",
		"车道数":                       "SELECT title FROM gpkg_data_columns WHERE table_name = 'road' AND column_name = 'lanes'",
		"building\nclosed\nplanned": "SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = 'road_status' ORDER BY value",
	} {
		if got := strings.TrimSpace(shell(t, path, sql)); got != want {
			t.Errorf("%s gives %q, not %q", sql, got, want)
		}
	}
}

func TestCataloguesThatDoNotFitAreRefused(t *testing.T) {
	field := func(id string) []layers.Field { return []layers.Field{{ID: id, Type: layers.TypeText}} }
	for _, l := range []*layers.Layer{
		{ID: "gpkg_contents"},
		{ID: "cuntu_change"},
		{ID: "a", Fields: field("ID")},
		{ID: "a", Fields: field("geom")},
		{ID: "a", Fields: append(field("x"), field("X")...)},
	} {
		_, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), &layers.Catalog{Layers: []*layers.Layer{l}},
			gpkg.Options{Create: true})
		if err == nil || !strings.Contains(err.Error(), l.ID) {
			t.Errorf("layer %v gave %v", l, err)
		}
	}
}

func TestNamesAreQuoted(t *testing.T) {
	l := &layers.Layer{
		ID:       `or'd"er; --`,
		Title:    layers.Words{Zh: "'"},
		Geometry: layers.Builtin().Layers[0].Geometry,
		Fields:   []layers.Field{{ID: `gro"up'`, Type: layers.TypeText}, {ID: "select", Type: layers.TypeInt}},
	}
	s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), &layers.Catalog{Layers: []*layers.Layer{l}},
		gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := layers.Feature{Values: []layers.Value{layers.Text("a"), layers.Int(1)}}
	ids, err := s.Apply(t.Context(), data.Edits(layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: f}))
	if err != nil {
		t.Fatal(err)
	}
	f.ID = ids[0]
	if _, err := s.Apply(t.Context(),
		data.Edits(layers.Edit{Op: layers.Update, Layer: l.ID, Feature: f},
			layers.Edit{Op: layers.Delete, Layer: l.ID, Feature: f})); err != nil {
		t.Fatal(err)
	}
}

func TestBackup(t *testing.T) {
	path := filled(t)
	s := open(t, path)
	at, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	const secret = "王小明 610000199001010011"
	if err := s.AddJob(t.Context(), data.Job{ID: "1", Kind: "import", Params: []byte(secret)}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copied := filepath.Join(dir, "copy.gpkg")
	if err := s.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if bytes, err := os.ReadFile(copied); err != nil || strings.Contains(string(bytes), secret) {
		t.Errorf("the copy holds what a job was asked: %v", err)
	}
	if err := s.Backup(t.Context(), copied); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup over a file gave %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	c := open(t, copied)
	if got, want := count(t, c), count(t, s); len(got) != len(want) || got["village"] != want["village"] {
		t.Errorf("the copy has %v, not %v", got, want)
	}
	if jobs, err := c.ListJobs(t.Context()); err != nil || len(jobs) != 0 {
		t.Errorf("the copy has the jobs %v, %v", jobs, err)
	}
	if err := c.Follow(t.Context(), at, func(data.Batch) error { return nil }); !errors.Is(err, data.ErrExpired) {
		t.Errorf("the original's cursor in the copy gave %v", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "none", "copy.gpkg")); err == nil || strings.Contains(err.Error(), "VACUUM") {
		t.Errorf("a backup to nowhere gave %v", err)
	}
}
