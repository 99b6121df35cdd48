package gpkg_test

import (
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

func TestNoProgramOverwritesARecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.gpkg")
	s, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	do := func(sql string) error { return sqlitex.ExecuteTransient(conn, sql, nil) }
	if err := do(`INSERT INTO exit_step (village, step, date, by) VALUES ('611002001201', 'planned', '2016-03-01', '甲局')`); err != nil {
		t.Fatal(err)
	}
	if err := do(`UPDATE exit_step SET by = '乙局'`); err == nil || !strings.Contains(err.Error(), "is a record") {
		t.Errorf("an update: %v", err)
	}
	if err := do(`DELETE FROM exit_step`); err != nil {
		t.Errorf("taking an import back: %v", err)
	}
}
