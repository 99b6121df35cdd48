package write

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/wkb"
)

// The tables that a GeoPackage must have (OGC 12-128r17, annex C).
const gpkgSchema = `
CREATE TABLE gpkg_spatial_ref_sys (
	srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
	table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
	min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
	CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
	table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
	z TINYINT NOT NULL, m TINYINT NOT NULL,
	CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
	CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
	CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
	('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
	('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL);`

const insertSRS = "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)"

// customSRS is the id of a system that EPSG does not list.
const customSRS = 100000

type gpkgWriter struct {
	conn   *sqlite.Conn
	insert *sqlite.Stmt
	srs    int
	table  string
	credit string
	bound  orb.Bound
	some   bool
	types  map[string]bool
	buf    []byte
}

// GeoPackage writes a GeoPackage 1.3 of one layer with the columns fid, geom and one a
// field.
func GeoPackage(path string, o Options) (*Writer, error) {
	w := newWriter(o)
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	g := &gpkgWriter{conn: conn, types: map[string]bool{}, table: tableName(o.Layer), credit: o.Credit}
	closeConn := func() error {
		if g.conn == nil {
			return nil
		}
		err := g.finalize()
		err = errors.Join(err, g.conn.Close())
		g.conn = nil
		return err
	}
	w.drop = closeConn
	if err := g.create(o); err != nil {
		return nil, errors.Join(err, closeConn())
	}
	w.write = func(r record.Record) error { return g.write(r) }
	w.end = func() error {
		if err := g.finish(); err != nil {
			return err
		}
		return closeConn()
	}
	return w, nil
}

// GeoPackageStream writes a GeoPackage to a stream, through a temporary file.
func GeoPackageStream(out io.Writer, o Options) (*Writer, error) {
	return packed(o, "layer.gpkg", GeoPackage, func(dir string) error {
		return copyFile(out, filepath.Join(dir, "layer.gpkg"))
	})
}

// tableName keeps clear of the names that SQLite and the format keep for
// themselves.
func tableName(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if l := strings.ToLower(s); s == "" || strings.HasPrefix(l, "sqlite_") || strings.HasPrefix(l, "gpkg_") || strings.HasPrefix(l, "rtree_") {
		return "layer_" + s
	}
	return s
}

func (g *gpkgWriter) create(o Options) error {
	// Nothing is lost with a file that is not whole yet: it is removed.
	for _, sql := range []string{
		"PRAGMA application_id = 0x47504B47", "PRAGMA user_version = 10300",
		"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN",
	} {
		if err := sqlitex.ExecuteTransient(g.conn, sql, nil); err != nil {
			return err
		}
	}
	if err := sqlitex.ExecuteScript(g.conn, gpkgSchema, nil); err != nil {
		return err
	}
	w84, err := crs.ByCode(4326)
	if err != nil {
		return err
	}
	system := o.CRS
	if system == nil {
		system = w84
	}
	for _, c := range []*crs.CRS{w84, system} {
		g.srs = c.Code()
		org := "EPSG"
		if g.srs == 0 {
			g.srs, org = customSRS, "NONE"
		}
		definition := c.WKT()
		if definition == "" { // GCJ-02 and BD-09
			definition = "undefined"
		}
		if err := sqlitex.Execute(g.conn, insertSRS, &sqlitex.ExecOptions{Args: []any{c.Name(), g.srs, org, g.srs, definition}}); err != nil {
			return err
		}
	}
	columns := []string{`"fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL`, `"geom" GEOMETRY`}
	marks := "?"
	taken := map[string]bool{"fid": true, "geom": true}
	for _, f := range o.Fields {
		name := strings.ReplaceAll(f.Name, "\x00", "")
		for base, k := name, 2; taken[strings.ToLower(name)] || name == ""; k++ { // SQLite's names know no case
			name = fmt.Sprintf("%s_%d", base, k)
		}
		taken[strings.ToLower(name)] = true
		columns = append(columns, record.QuoteSQL(name)+" "+gpkgType(f.Type))
		marks += ",?"
	}
	sql := "CREATE TABLE " + record.QuoteSQL(g.table) + " (" + strings.Join(columns, ", ") + ")"
	if err := sqlitex.ExecuteTransient(g.conn, sql, nil); err != nil {
		return err
	}
	g.insert, _, err = g.conn.PrepareTransient("INSERT INTO " + record.QuoteSQL(g.table) + " VALUES (NULL," + marks + ")")
	return err
}

func gpkgType(t record.Type) string {
	switch t {
	case record.Bool:
		return "BOOLEAN"
	case record.Int:
		return "INTEGER"
	case record.Float:
		return "DOUBLE"
	case record.Date:
		return "DATE"
	}
	return "TEXT"
}

func (g *gpkgWriter) write(r record.Record) error {
	if err := g.insert.Reset(); err != nil {
		return err
	}
	if r.Geometry == nil {
		g.insert.BindNull(1)
	} else {
		b, err := g.geometry(r.Geometry)
		if err != nil {
			return err
		}
		g.insert.BindBytes(1, b)
	}
	for i, v := range r.Values {
		switch v := v.(type) {
		case nil:
			g.insert.BindNull(i + 2)
		case bool:
			g.insert.BindBool(i+2, v)
		case int64:
			g.insert.BindInt64(i+2, v)
		case float64:
			g.insert.BindFloat(i+2, v)
		default:
			g.insert.BindText(i+2, text(v))
		}
	}
	_, err := g.insert.Step()
	return err
}

// geometry makes the bytes of a geometry, and notes what the tables tell of all.
func (g *gpkgWriter) geometry(geom orb.Geometry) (b []byte, err error) {
	g.types[strings.ToUpper(geom.GeoJSONType())] = true
	box := geom.Bound()
	if g.some {
		g.bound = g.bound.Union(box)
	} else {
		g.bound, g.some = box, true
	}
	g.buf, err = wkb.AppendBlob(g.buf[:0], g.srs, geom)
	return g.buf, err
}

// finalize ends the inserting, without which the connection does not close.
func (g *gpkgWriter) finalize() error {
	if g.insert == nil {
		return nil
	}
	err := g.insert.Finalize()
	g.insert = nil
	return err
}

// finish writes what is known of the layer only at its end.
func (g *gpkgWriter) finish() error {
	if err := g.finalize(); err != nil {
		return err
	}
	kind := "GEOMETRY"
	if len(g.types) == 1 {
		for t := range g.types {
			kind = t
		}
	}
	box := []any{nil, nil, nil, nil}
	if g.some {
		box = []any{g.bound.Min[0], g.bound.Min[1], g.bound.Max[0], g.bound.Max[1]}
	}
	err := sqlitex.Execute(g.conn,
		"INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id, min_x, min_y, max_x, max_y) "+
			"VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?)",
		&sqlitex.ExecOptions{Args: append([]any{g.table, g.table, g.credit, g.srs}, box...)})
	if err != nil {
		return err
	}
	err = sqlitex.Execute(g.conn, "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
		&sqlitex.ExecOptions{Args: []any{g.table, kind, g.srs}})
	if err != nil {
		return err
	}
	return sqlitex.ExecuteTransient(g.conn, "COMMIT", nil)
}
