package gpkg_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

// told are the changes after a number, the oldest first, a change a word: operation, layer, id and name after or before.
func told(t *testing.T, s *gpkg.Store, after int64) (string, int64) {
	t.Helper()
	var words []string
	err := s.Pasts(t.Context(), data.PastQuery{After: after, OldestFirst: true}, func(p *data.Past) error {
		name := p.After["name"].Text()
		if p.Op == layers.Delete {
			name = p.Before["name"].Text()
		}
		words = append(words, fmt.Sprintf("%s %s %d %s", data.OpName(p.Op), p.Layer, p.ID, name))
		if p.By.Actor != data.FileActor || p.By.Origin != data.FromOutside {
			t.Errorf("another program's change is by %+v", p.By)
		}
		after = p.Seq
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(words, "; "), after
}

func TestTheShellsEditsAreHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	apply(t, s, village(1, "611002001001", "一"), village(2, "611002001002", "二"), village(3, "611002001003", "三"))
	// The shell lacks the functions of the R-tree's triggers.
	for _, event := range []string{"insert", "update3", "update4"} {
		shell(t, path, "DROP TRIGGER rtree_village_geom_"+event)
	}
	_, at := told(t, s, 0)
	for _, c := range []struct{ sql, want string }{
		{"UPDATE village SET name = '甲' WHERE id = 1", "update village 1 甲"},
		{"UPDATE village SET name = name", ""},
		{"DELETE FROM village WHERE id = 2", "delete village 2 二"},
		{"INSERT OR REPLACE INTO village (id, code, name) VALUES (3, '611002001004', '丙')", "delete village 3 三; insert village 3 丙"},
		{
			"INSERT OR REPLACE INTO village (code, name) VALUES ('611002001001', '丁')",
			"delete village 1 甲; insert village 4 丁",
		},
		{"INSERT OR IGNORE INTO village (code, name) VALUES ('611002001001', '戊')", ""},
		{"UPDATE village SET name = '己' WHERE id = 4", "update village 4 己"},
		{
			"INSERT INTO village (code, name) VALUES ('611002001001', '庚') ON CONFLICT (code) DO UPDATE SET name = excluded.name",
			"update village 4 庚",
		},
		{"UPDATE OR IGNORE village SET code = '611002001001' WHERE id = 3", ""},
		{"UPDATE OR REPLACE village SET code = '611002001001' WHERE id = 3", "delete village 4 庚; update village 3 "},
		{"UPDATE village SET id = 9", "delete village 3 丙; insert village 9 丙"},
		{"INSERT INTO village (id, code, name) VALUES (8, '611002001008', '辛')", "insert village 8 辛"},
		{"UPDATE OR REPLACE village SET id = 9 WHERE id = 8", "delete village 9 丙; delete village 8 辛; insert village 9 辛"},
		{"UPDATE village SET population = 'many', income = x'00ff', elevation = 1e999, name = '子' || char(1)", "update village 9 子\x01"},
		{"UPDATE village SET population = 3, income = 1, elevation = 0.1 + 0.2, name = '丑\"\\'", `update village 9 丑"\`},
		{"DELETE FROM village", `delete village 9 丑"\`},
	} {
		shell(t, path, c.sql)
		var got string
		if got, at = told(t, s, at); got != c.want {
			t.Errorf("after %s the history tells %q, not %q", c.sql, got, c.want)
		}
	}
	var last *data.Past
	if err := s.Pasts(t.Context(), data.PastQuery{Most: 1}, func(p *data.Past) error { last = p; return nil }); err != nil {
		t.Fatal(err)
	}
	if last.Before["elevation"] != layers.Float(0.30000000000000004) {
		t.Errorf("0.1 + 0.2 is kept as %v", last.Before["elevation"])
	}
}

func TestTheFileRefusesToChangeItsHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	apply(t, s, river(1, "丹江"))
	for _, sql := range []string{
		"UPDATE cuntu_history SET id = 2", "DELETE FROM cuntu_history", "UPDATE cuntu_writing SET actor = 'u1'", "DELETE FROM cuntu_writing",
	} {
		out, err := exec.CommandContext(t.Context(), "sqlite3", path, sql).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "is a record") {
			t.Errorf("%s: %v %s", sql, err, out)
		}
	}
}
