package gpkg_test

import (
	"encoding/binary"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func TestOneBadRowTakesOnlyItselfAway(t *testing.T) {
	storetest.RunSpoilt(t, func(t *testing.T, c *layers.Catalog) (storetest.Open, storetest.Spoil) {
		path := filepath.Join(t.TempDir(), "store.gpkg")
		open := func() data.Store {
			s, err := gpkg.Open(t.Context(), path, c, gpkg.Options{Create: true, Poll: 10 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		return open, storetest.Spoil{
			Exec:     func(sql string) { t.Helper(); otherProgram(t, path, sql) },
			Geometry: func(wkb []byte) string { return "x'" + hex.EncodeToString(blob(wkb)) + "'" },
			Infinite: "-9e999",
		}
	})
}

// blob is a geometry as a GeoPackage has it, without a box.
func blob(wkb []byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte{'G', 'P', 0, 1}, 4326), wkb...)
}

// otherProgram runs a statement as a program with the functions of the specification does.
func otherProgram(t *testing.T, path, sql string) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetBusyTimeout(time.Minute)
	if err := gpkg.RegisterFunctions(conn); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, sql, nil); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// TestWhatSQLiteLetsPassIsLeftOut has values that only a file can hold, which types values and not columns.
func TestWhatSQLiteLetsPassIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	apply(t, s, village(1, "611002001001", "一"), village(2, "611002001002", "二"), river(1, "丹江"), river(2, "洛河"))
	otherProgram(t, path, "UPDATE village SET income = 7.0, mbps = 3, name = 12, tv = 2, exit_year = 2018.0 WHERE id = 1")
	if bad := leftOut(t, s); len(bad) > 0 {
		t.Errorf("what can be read as the field's type is left out: %v", bad)
	}
	l, _ := layers.Builtin().Layer("village")
	for _, c := range []struct{ layer, set, field string }{
		{"village", "population = 'many'", "population"},
		{"village", "fibre = 'yes'", "fibre"},
		{"village", "note = x'00'", "note"},
		{"village", "note = CAST(x'b4e5' AS TEXT)", "note"},
		{"village", "income = 7.5", "income"},
		{"village", "mbps = 9e999", "mbps"},
		{"river", "geom = x'4750000100000000'", "geometry"},
		{"river", "geom = x'00'", "geometry"},
		{"river", "geom = 'LINESTRING(1 2, 3 4)'", "geometry"},
		{"river", "geom = x'" + hex.EncodeToString(blob([]byte{1, 2, 0, 0, 0, 255, 255, 255, 255})) + "'", "geometry"},
		{"river", "geom = x'" + hex.EncodeToString(blob(append([]byte{1, 2, 0, 0, 0, 1, 0, 0, 0}, make([]byte, 16)...))) + "'", "geometry"},
	} {
		otherProgram(t, path, "UPDATE "+c.layer+" SET "+c.set+" WHERE id = 2")
		bad := leftOut(t, s)
		if len(bad) != 1 || bad[0].Layer != c.layer || bad[0].ID != 2 || bad[0].Field != c.field {
			t.Errorf("after %s left out are %v", c.set, bad)
		} else if strings.Contains(bad[0].Error(), "many") {
			t.Errorf("the value is told: %v", bad[0])
		}
		apply(t, s, village(2, "611002001002", "二"), river(2, "洛河"))
	}
	if _, err := s.Load(t.Context(), func(layer *layers.Layer, f *layers.Feature) error {
		if layer.ID == "village" && f.ID == 1 {
			for field, want := range map[string]layers.Value{
				"income": layers.Int(7), "mbps": layers.Float(3), "name": layers.Text("12"), "tv": layers.Bool(true), "exit_year": layers.Int(2018),
			} {
				if got := f.Values[l.Field(field)]; got != want {
					t.Errorf("%s is %#v", field, got.Any())
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func leftOut(t *testing.T, s data.Store) (bad []data.LeftOut) {
	t.Helper()
	if err := data.FindLeftOut(t.Context(), s, func(out data.LeftOut) { bad = append(bad, out) }); err != nil {
		t.Fatal(err)
	}
	return bad
}
