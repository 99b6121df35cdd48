package gpkg

import (
	"errors"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

const (
	idColumn       = "id"
	geometryColumn = "geom"
)

// table is a layer's table and the statements that work on it.
type table struct {
	layer *layers.Layer
	name  string // quoted
	rtree string // quoted

	names   []string // id, geom, fields: what a reader reads, unquoted
	columns string   // the same, quoted and joined
	insert  string
	put     string
	remove  string
	find    string
}

func newTable(l *layers.Layer) (*table, error) {
	t := &table{layer: l, name: quote(l.ID), rtree: quote("rtree_" + l.ID + "_" + geometryColumn)}
	for _, prefix := range []string{"gpkg_", "rtree_", "sqlite_", "cuntu_"} {
		if strings.HasPrefix(strings.ToLower(l.ID), prefix) {
			return nil, fmt.Errorf("layer %s: a layer's id may not begin with %s in a GeoPackage", l.ID, prefix)
		}
	}
	taken := map[string]bool{idColumn: true, geometryColumn: true}
	names := []string{idColumn}
	if l.HasGeometry() {
		names = append(names, geometryColumn)
	}
	for _, f := range l.Fields {
		if lower := strings.ToLower(f.ID); taken[lower] {
			return nil, fmt.Errorf("layer %s: the column %s is there already", l.ID, f.ID)
		} else {
			taken[lower] = true
		}
		names = append(names, f.ID)
	}
	var columns, marks, sets []string
	for i, n := range names {
		columns = append(columns, quote(n))
		marks = append(marks, fmt.Sprintf("?%d", i+1))
		if i > 0 {
			sets = append(sets, fmt.Sprintf("%s = ?%d", quote(n), i+1))
		}
	}
	t.names, t.columns = names, strings.Join(columns, ", ")
	t.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", t.name, t.columns, strings.Join(marks, ", "))
	t.put = fmt.Sprintf("UPDATE %s SET %s WHERE id = ?1", t.name, strings.Join(sets, ", "))
	t.find = fmt.Sprintf("SELECT %s FROM %s WHERE id = ?1", t.columns, t.name)
	t.remove = fmt.Sprintf("DELETE FROM %s WHERE id = ?1", t.name)
	return t, nil
}

// prefixed are the columns of the table under an alias.
func (t *table) prefixed(alias string) string {
	columns := make([]string, len(t.names))
	for i, n := range t.names {
		columns[i] = alias + "." + quote(n)
	}
	return strings.Join(columns, ", ")
}

// quote writes an identifier, literal a text, as SQL has it.
func quote(id string) string     { return `"` + strings.ReplaceAll(id, `"`, `""`) + `"` }
func literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }

// columnType is a field's type in the words of the specification (table 1).
func columnType(f *layers.Field) string {
	switch f.Type {
	case layers.TypeInt:
		return "INTEGER"
	case layers.TypeYear:
		return "MEDIUMINT" // 32 bits, which QGIS shows as a plain integer
	case layers.TypeFloat:
		return "DOUBLE"
	case layers.TypeBool:
		return "BOOLEAN"
	}
	return "TEXT"
}

// ensure brings the table and all that the specification and the change record
// need for it into the file.
func (t *table) ensure(conn *sqlite.Conn) error {
	have, err := t.present(conn)
	if err != nil {
		return err
	}
	if len(have) == 0 {
		err = sqlitex.ExecuteTransient(conn, t.create(), nil)
	} else {
		err = t.extend(conn, have)
	}
	for _, step := range []func(*sqlite.Conn) error{t.register, t.describe, t.index, t.record} {
		if err == nil {
			err = step(conn)
		}
	}
	return err
}

// present lists the table's columns, with their place in the primary key.
func (t *table) present(conn *sqlite.Conn) (map[string]int, error) {
	columns := map[string]int{}
	err := sqlitex.Execute(conn, "SELECT name, pk FROM pragma_table_info(?)", &sqlitex.ExecOptions{
		Args: []any{t.layer.ID},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			columns[strings.ToLower(stmt.ColumnText(0))] = stmt.ColumnInt(1)
			return nil
		},
	})
	return columns, err
}

// create declares the geometry GEOMETRY whatever the layer: GDAL compares that
// word with gpkg_geometry_columns, where widen must be free to change it.
func (t *table) create() string {
	columns := []string{"id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"}
	if t.layer.HasGeometry() {
		columns = append(columns, "geom GEOMETRY")
	}
	for i := range t.layer.Fields {
		f := &t.layer.Fields[i]
		c := quote(f.ID) + " " + columnType(f)
		if f.Required || isKey(f) {
			c += " NOT NULL"
		}
		if isKey(f) {
			c += " UNIQUE"
		}
		columns = append(columns, c)
	}
	return fmt.Sprintf("CREATE TABLE %s (\n\t%s)", t.name, strings.Join(columns, ",\n\t"))
}

func isKey(f *layers.Field) bool { return f.Type == layers.TypeCode && f.ID == "code" }

// extend adds the columns that the table lacks. They take null, even where the
// catalogue requires a value, since the rows that are there have none.
func (t *table) extend(conn *sqlite.Conn, have map[string]int) error {
	geometry, placed := have[geometryColumn]
	if have[idColumn] != 1 || t.layer.HasGeometry() && (!placed || geometry != 0) {
		return errors.New("it was made by another program: it lacks the column id as primary key, or geom; rename the table and import it " +
			"with cuntu import")
	}
	for i := range t.layer.Fields {
		f := &t.layer.Fields[i]
		if _, ok := have[strings.ToLower(f.ID)]; ok {
			continue
		}
		sql := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t.name, quote(f.ID), columnType(f))
		if err := sqlitex.ExecuteTransient(conn, sql, nil); err != nil {
			return err
		}
		if isKey(f) {
			sql := fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (%s)", quote("cuntu_"+t.layer.ID+"_code"), t.name, quote(f.ID))
			if err := sqlitex.ExecuteTransient(conn, sql, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	registerContents = `
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
	VALUES (?1, ?2, CASE WHEN EXISTS (SELECT 1 FROM gpkg_contents WHERE identifier = ?3 AND table_name <> ?1) THEN ?1 ELSE ?3 END, ?4, ?5)
	ON CONFLICT (table_name) DO UPDATE SET identifier = excluded.identifier, description = excluded.description
	WHERE identifier IS NOT excluded.identifier OR description IS NOT excluded.description`
	registerGeometry = "INSERT OR IGNORE INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)"
)

// register lists the table in the file's contents.
func (t *table) register(conn *sqlite.Conn) error {
	kind, srs := "attributes", any(nil)
	if t.layer.HasGeometry() {
		kind, srs = "features", geometry.SRS
	}
	about := t.layer.Note.Zh
	if about == "" {
		about = t.layer.Title.En
	}
	err := sqlitex.Execute(conn, registerContents, &sqlitex.ExecOptions{
		Args: []any{t.layer.ID, kind, t.layer.Title.Zh, about, srs},
	})
	if err != nil || !t.layer.HasGeometry() {
		return err
	}
	return sqlitex.Execute(conn, registerGeometry, &sqlitex.ExecOptions{Args: []any{t.layer.ID, t.narrowest(), geometry.SRS}})
}

// narrowest is the geometry type of a layer that holds no multiple geometries,
// so that QGIS draws new features of the right type.
func (t *table) narrowest() string {
	if len(t.layer.Geometry) == 1 {
		switch t.layer.Geometry[0] {
		case geo.Points:
			return "POINT"
		case geo.Lines:
			return "LINESTRING"
		case geo.Polygons:
			return "POLYGON"
		}
	}
	return "GEOMETRY"
}

// widen lets the table hold more than its one geometry type, since the type on
// record must be that of every geometry (2.1.5.1.2) and the catalogue allows
// multiple ones everywhere.
func (t *table) widen(conn *sqlite.Conn) error {
	return sqlitex.Execute(conn, "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY' WHERE table_name = ?",
		&sqlitex.ExecOptions{Args: []any{t.layer.ID}})
}
