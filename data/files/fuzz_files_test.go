package files_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func fixtureF(f *testing.F, name string) []byte {
	f.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		f.Fatal(err)
	}
	return b
}

// addOdd seeds with the odd files whose names match.
func addOdd(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		names, err := filepath.Glob(filepath.Join("testdata/odd", pattern))
		if err != nil || len(names) == 0 {
			f.Fatalf("no file is %s: %v", pattern, err)
		}
		for _, name := range names {
			f.Add(fixtureF(f, filepath.Join("odd", filepath.Base(name))))
		}
	}
}

func zippedF(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// geopackage makes a file of one row, as QGIS might.
func geopackage(t *testing.T, geom []byte, text, org string, code int, wkt string) []byte {
	t.Helper()
	conn, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite|sqlite.OpenCreate|sqlite.OpenMemory)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = sqlitex.ExecuteScript(conn, `
		CREATE TABLE gpkg_spatial_ref_sys (srs_name, srs_id INTEGER PRIMARY KEY, organization, organization_coordsys_id, definition);
		CREATE TABLE gpkg_contents (table_name, data_type, srs_id);
		CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id);
		INSERT INTO gpkg_contents VALUES ('村', 'features', 7);
		INSERT INTO gpkg_geometry_columns VALUES ('村', 'geom', 'GEOMETRY', 7);
		CREATE TABLE 村 (fid INTEGER PRIMARY KEY, geom GEOMETRY, "a""b" TEXT, n INTEGER, yes BOOLEAN);`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for sql, args := range map[string][]any{
		"INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 7, ?, ?, ?)": {org, code, wkt},
		"INSERT INTO 村 VALUES (5, ?, ?, 'not a number', 1)":         {geom, text},
	} {
		if err := sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: args}); err != nil {
			t.Fatal(err)
		}
	}
	b, err := conn.Serialize("main")
	if err != nil {
		t.Fatal(err)
	}
	return b
}
