package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

func TestALayerIsExportedToFilesAndTheStandardOutput(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	for name, says := range map[string]string{"a.xlsx": "", "a.zip": "note: ", "a.gpkg": "", "a.csv": ""} {
		path := filepath.Join(dir, name)
		out, code := run(
			t, nil, "export", "--store", store, "--layer", "village", "--county", "611002", "--filter", "poverty = TRUE", "--headings",
			"zh", path,
		)
		if code != 0 || !strings.Contains(out, "Wrote ") || !strings.HasPrefix(out, says) || says == "" && strings.Contains(out, "note: ") {
			t.Errorf("%s: %d %s", name, code, out)
		}
		if name == "a.zip" {
			path = "/vsizip/" + path
		}
		// Another program agrees on how many there are.
		if b, err := exec.Command("ogrinfo", "-al", "-so", path).CombinedOutput(); err != nil ||
			!strings.Contains(string(b), featureCount(t, out)) {
			t.Errorf("%s: %v %s, not %s", name, err, b, featureCount(t, out))
		}
	}
	lacking := filepath.Join(dir, "lacking.csv")
	out, code := run(
		t, nil, "export", "--store", store, "--layer", "village", "--filter", "cov_road = 'not'", "--states", "2017", "--headings",
		"zh", lacking,
	)
	b, err := os.ReadFile(lacking)
	if code != 0 || err != nil || !bytes.Contains(b, []byte("硬化路达标")) || bytes.Count(b, []byte(",not,")) < 10 {
		t.Errorf("by state: %d %s %v", code, out, err)
	}
	cmd := exec.Command(must(binary())(t), "export", "--store", store, "--layer", "county", "-f", "geojsonl", "-")
	var said bytes.Buffer
	cmd.Stderr = &said
	if b, err := cmd.Output(); err != nil || bytes.Count(b, []byte("\n")) != 7 || !bytes.HasPrefix(b, []byte(`{"type":"Feature"`)) {
		t.Errorf("%v, %d bytes: %s", err, len(b), said.String())
	}
	for _, c := range []struct{ args, says string }{
		{"--layer moon a.csv", "--layer: \"moon\""},
		{"--layer village --crs x --county 1 a.csv", "--crs: "},
		{"--layer village --crs x --county 1 a.csv", "--county: "},
		{"--layer village a.dwg", "give -f"},
		{"--layer site a.shp", ".zip"},
		{"--layer village -f kml --crs EPSG:4525 a.kml", "degrees"},
	} {
		args := append([]string{"export", "--store", store}, strings.Fields(c.args)...)
		args[len(args)-1] = filepath.Join(dir, "wrong-"+args[len(args)-1])
		if out, code := run(t, nil, args...); code != 1 || !strings.Contains(out, c.says) {
			t.Errorf("%s: %d %s", c.args, code, out)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "wrong-*")); err != nil || len(left) > 0 {
		t.Errorf("mistakes leave %v", left)
	}
}

// featureCount is what ogrinfo says of as many features as the command wrote.
func featureCount(t *testing.T, out string) string {
	t.Helper()
	_, after, ok := strings.Cut(out, "Wrote ")
	n, _, ok2 := strings.Cut(after, " features")
	if !ok || !ok2 {
		t.Fatal(out)
	}
	return "Feature Count: " + n + "\n"
}

func TestABackupIsRestoredToAnotherStore(t *testing.T) {
	store, dir := demoCopy(t), t.TempDir()
	url := pgtest.URL(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	if out, code := run(t, nil, "db", "backup", "--store", store, path("0.gpkg")); code != 0 {
		t.Fatal(out)
	}
	out, _ := run(t, nil, "db", "restore", "--store", path("00.gpkg"), path("0.gpkg"))
	features, documents, changes := 0, 0, 0
	_, said, _ := strings.Cut(out, "Restored ")
	n, _ := fmt.Sscanf(said, "%d features, %d documents and %d changes of the past", &features, &documents, &changes)
	if n != 3 || changes < features || features < 30_000 {
		t.Fatal(out)
	}
	all := fmt.Sprintf("%d features, %d documents", features, documents)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"backup", "--store", store, path("1.gpkg")}, 0, "Wrote "},
		{[]string{"backup", "--store", store, path("1.gpkg")}, 1, "--replace"},
		{[]string{"backup", "--store", store, path("1.gpkg"), "--replace"}, 0, "Wrote "},
		{[]string{"backup", "--store", store, path("1.zip")}, 1, ".gpkg"},
		{[]string{"restore", "--store", url, path("1.gpkg")}, 0, "Restored " + all},
		{[]string{"restore", "--store", url, path("1.gpkg")}, 1, "--replace"},
		{[]string{"restore", "--store", url, path("1.gpkg"), "--replace"}, 0, "Restored " + all},
		{[]string{"backup", "--store", url, path("2.gpkg")}, 0, "with " + all},
		{[]string{"restore", "--store", path("3.gpkg"), path("2.gpkg")}, 0, "Restored " + all},
		{[]string{"export", "--store", path("3.gpkg"), "--layer", "road", path("3.geojson")}, 0, "Wrote"},
		{[]string{"export", "--store", store, "--layer", "road", path("0.geojson")}, 0, "Wrote"},
	} {
		args := append([]string{"db"}, c.args...)
		if c.args[0] == "export" {
			args = c.args
		}
		if out, code := run(t, nil, args...); code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%v: %d %s", c.args, code, out)
		}
	}
	first, last := must(os.ReadFile(path("0.geojson")))(t), must(os.ReadFile(path("3.geojson")))(t)
	if len(first) < 1_000_000 || !bytes.Equal(first, last) {
		t.Errorf("the roads were %d bytes and are %d after three stores", len(first), len(last))
	}
	foreign := path("foreign.gpkg")
	if b, err := exec.Command("ogr2ogr", foreign, "../../data/files/testdata/points.geojson").CombinedOutput(); err != nil {
		t.Fatal(err, string(b))
	}
	before := must(os.ReadFile(foreign))(t)
	if out, code := run(t, nil, "db", "restore", "--store", path("new.gpkg"), foreign); code != 1 ||
		!strings.Contains(out, "no features or documents of Cuntu") {
		t.Errorf("%d %s", code, out)
	}
	if after := must(os.ReadFile(foreign))(t); !bytes.Equal(before, after) {
		t.Error("the file that was restored from is changed")
	}
	entries := must(os.ReadDir(dir))(t)
	for _, e := range entries {
		if strings.Contains(e.Name(), "part") || strings.HasPrefix(e.Name(), "new") {
			t.Errorf("it leaves %s", e.Name())
		}
	}
}
