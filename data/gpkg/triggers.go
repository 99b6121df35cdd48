package gpkg

import (
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// trigger is a trigger's name and what follows it.
type trigger struct{ name, body string }

// addTriggers makes what is missing. GDAL drops the R-tree's triggers during a
// large insert of its own and makes them again in its own words: those are
// replaced.
func (t *table) addTriggers(conn *sqlite.Conn, triggers []trigger) error {
	have := map[string]string{}
	err := sqlitex.Execute(conn, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", &sqlitex.ExecOptions{
		Args:       []any{t.layer.ID},
		ResultFunc: func(stmt *sqlite.Stmt) error { have[stmt.ColumnText(0)] = stmt.ColumnText(1); return nil },
	})
	if err != nil {
		return err
	}
	for _, tr := range triggers {
		want := fmt.Sprintf("CREATE TRIGGER %s %s", quote(tr.name), tr.body)
		if have[tr.name] == want {
			continue
		}
		if have[tr.name] != "" {
			if err := dropTriggers(conn, []trigger{tr}); err != nil {
				return err
			}
		}
		if err := sqlitex.ExecuteTransient(conn, want, nil); err != nil {
			return err
		}
	}
	return nil
}

func dropTriggers(conn *sqlite.Conn, triggers []trigger) error {
	for _, tr := range triggers {
		if err := sqlitex.ExecuteTransient(conn, "DROP TRIGGER IF EXISTS "+quote(tr.name), nil); err != nil {
			return err
		}
	}
	return nil
}

// changeTriggers keep the change record, in SQL that every program can run. A
// row that INSERT OR REPLACE pushes out by its code is deleted without a delete
// trigger, so it is put on record before.
func (t *table) changeTriggers() []trigger {
	layer := literal(t.layer.ID)
	note := func(id string) string {
		return fmt.Sprintf("INSERT INTO cuntu_change (layer, id) VALUES (%s, %s);", layer, id)
	}
	name := func(event string) string { return "cuntu_" + t.layer.ID + "_" + event }
	list := []trigger{
		{name("insert"), fmt.Sprintf("AFTER INSERT ON %s BEGIN %s END", t.name, note("NEW.id"))},
		{name("update"), fmt.Sprintf("AFTER UPDATE ON %s BEGIN %s END", t.name, note("NEW.id"))},
		{name("move"), fmt.Sprintf("AFTER UPDATE OF id ON %s WHEN OLD.id <> NEW.id BEGIN %s END", t.name, note("OLD.id"))},
		{name("delete"), fmt.Sprintf("AFTER DELETE ON %s BEGIN %s END", t.name, note("OLD.id"))},
	}
	if t.layer.AppendOnly {
		says := literal(t.layer.ID + " is a record, which nothing overwrites: add another row")
		list = append(list, trigger{name("keep"), fmt.Sprintf("BEFORE UPDATE ON %s BEGIN SELECT RAISE(ABORT, %s); END", t.name, says)})
	}
	for i := range t.layer.Fields {
		if f := &t.layer.Fields[i]; isKey(f) {
			pushed := fmt.Sprintf("INSERT INTO cuntu_change (layer, id) SELECT %s, id FROM %s WHERE code = NEW.code AND id <> NEW.id;", layer,
				t.name)
			list = append(list,
				trigger{name("replace"), fmt.Sprintf("BEFORE INSERT ON %s BEGIN %s END", t.name, pushed)},
				trigger{name("recode"), fmt.Sprintf("BEFORE UPDATE OF code ON %s BEGIN %s END", t.name, pushed)})
		}
	}
	return list
}

func (t *table) record(conn *sqlite.Conn) error {
	var old []trigger
	for _, event := range strings.Fields("update5 update6 update7") { // of GeoPackage 1.4, where a newer GDAL put them
		old = append(old, trigger{name: "rtree_" + t.layer.ID + "_geom_" + event})
	}
	if err := dropTriggers(conn, old); err != nil {
		return err
	}
	return t.addTriggers(conn, append(t.changeTriggers(), t.historyTriggers()...))
}
