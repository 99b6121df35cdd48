package gpkg

import (
	"fmt"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/data/gpkg/rtree"
)

// registerFunctions gives SQLite the functions that the R-tree's triggers call
// (annex F.3); GDAL and QGIS bring their own.
func registerFunctions(conn *sqlite.Conn) error {
	var r geometry.Reader
	number := func(pick func(orb.Bound) float64) func(sqlite.Context, []sqlite.Value) (sqlite.Value, error) {
		return func(_ sqlite.Context, args []sqlite.Value) (sqlite.Value, error) {
			b, ok := r.Bound(args[0].Blob())
			if !ok {
				return sqlite.Value{}, nil
			}
			return sqlite.FloatValue(pick(b)), nil
		}
	}
	for name, scalar := range map[string]func(sqlite.Context, []sqlite.Value) (sqlite.Value, error){
		"ST_MinX": number(func(b orb.Bound) float64 { return b.Min[0] }),
		"ST_MaxX": number(func(b orb.Bound) float64 { return b.Max[0] }),
		"ST_MinY": number(func(b orb.Bound) float64 { return b.Min[1] }),
		"ST_MaxY": number(func(b orb.Bound) float64 { return b.Max[1] }),
		"ST_IsEmpty": func(_ sqlite.Context, args []sqlite.Value) (sqlite.Value, error) {
			if _, ok := r.Bound(args[0].Blob()); ok {
				return sqlite.IntegerValue(0), nil
			}
			return sqlite.IntegerValue(1), nil
		},
	} {
		err := conn.CreateFunction(name, &sqlite.FunctionImpl{NArgs: 1, Scalar: scalar, Deterministic: true, AllowIndirect: true})
		if err != nil {
			return err
		}
	}
	return nil
}

const registerRtree = `
INSERT INTO gpkg_extensions
	SELECT ?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'
	WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions WHERE table_name = ?1 AND extension_name = 'gpkg_rtree_index')`

// index gives a layer with geometry its R-tree, filled, and the triggers that
// keep it.
func (t *table) index(conn *sqlite.Conn) error {
	if !t.layer.HasGeometry() {
		return nil
	}
	n, err := number(conn, "SELECT count(*) FROM sqlite_schema WHERE name = ?", "rtree_"+t.layer.ID+"_geom")
	if err != nil {
		return err
	}
	if n == 0 {
		if err := sqlitex.ExecuteTransient(conn, fmt.Sprintf("CREATE VIRTUAL TABLE %s USING rtree(id, minx, maxx, miny, maxy)", t.rtree),
			nil); err != nil {
			return err
		}
		if err := t.tree().Fill(conn); err != nil {
			return err
		}
		if err := sqlitex.Execute(conn, registerRtree, &sqlitex.ExecOptions{Args: []any{t.layer.ID}}); err != nil {
			return err
		}
	}
	return t.addTriggers(conn, t.rtreeTriggers())
}

// tree is the table's R-tree as something to fill.
func (t *table) tree() *rtree.Tree {
	behind := func(part string) string { return quote("rtree_" + t.layer.ID + "_geom_" + part) }
	return &rtree.Tree{Table: t.name, Nodes: behind("node"), Rows: behind("rowid"), Parents: behind("parent")}
}

// rtreeTriggers are those of the specification (F.3, in version 1.3), with two
// changes that mean the same. update3 and update4 fire on an update of id or geom
// instead of any column: no other changes a row's id, and as they stand there
// they keep the sqlite3 shell, which has no ST_IsEmpty, from updating so much as
// a name. And an update deletes before it inserts, since INSERT OR REPLACE obeys
// an upsert that it runs in and then fails. The line break in update3 is for GDAL,
// which takes "UPDATE OF" there for a mistake of version 1.0 and mends it.
func (t *table) rtreeTriggers() []trigger {
	const (
		full  = "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))"
		empty = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
	)
	const box = "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
	put := fmt.Sprintf("INSERT OR REPLACE INTO %s VALUES (NEW.id, %s);", t.rtree, box)
	remove := fmt.Sprintf("DELETE FROM %s WHERE id = OLD.id;", t.rtree)
	removeBoth := fmt.Sprintf("DELETE FROM %s WHERE id IN (OLD.id, NEW.id);", t.rtree)
	name := func(event string) string { return "rtree_" + t.layer.ID + "_geom_" + event }
	on := func(event, when, do string) string {
		return fmt.Sprintf("AFTER %s ON %s WHEN %s BEGIN %s END", event, t.name, when, do)
	}
	return []trigger{
		{name("insert"), on("INSERT", full, put)},
		{name("update1"), on("UPDATE OF geom", "OLD.id = NEW.id AND "+full, remove+" "+put)},
		{name("update2"), on("UPDATE OF geom", "OLD.id = NEW.id AND "+empty, remove)},
		{name("update3"), on("UPDATE\nOF id, geom", "OLD.id <> NEW.id AND "+full, removeBoth+" "+put)},
		{name("update4"), on("UPDATE OF id, geom", "OLD.id <> NEW.id AND "+empty, removeBoth)},
		{name("delete"), on("DELETE", "OLD.geom NOT NULL", remove)},
	}
}

// indexRows inserts boxes of the table's rows into the R-tree.
func (t *table) indexRows(which string) string {
	return fmt.Sprintf("INSERT INTO %s SELECT id, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom) FROM %s WHERE geom NOTNULL "+
		"AND NOT ST_IsEmpty(geom) %s",
		t.rtree, t.name, which)
}

const (
	touchContents = "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now'), min_x = ?2, min_y = ?3, max_x = ?4, " +
		"max_y = ?5 WHERE table_name = ?1"
)

// touch keeps the layer's line in the contents right after an edit.
func (t *table) touch(conn *sqlite.Conn) error {
	args := []any{t.layer.ID, nil, nil, nil, nil}
	if t.layer.HasGeometry() {
		b, ok, err := t.tree().Extent(conn)
		if err != nil {
			return err
		}
		if ok {
			args = []any{t.layer.ID, b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
		}
	}
	return sqlitex.Execute(conn, touchContents, &sqlitex.ExecOptions{Args: args})
}
