package read

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/wkb"
)

// GeoPackage reads a table of features or of attributes (OGC 12-128r17). The file
// is opened for reading only, and nothing in its schema is trusted to run.
func (j *Job) GeoPackage() error {
	conn, err := j.openGeoPackage()
	if err != nil {
		return fmt.Errorf("cannot be opened: %w", err)
	}
	j.src.closes = append(j.src.closes, conn)
	conn.Limit(sqlite.LimitLength, maxRecord)
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA trusted_schema = OFF", nil); err != nil {
		return err
	}
	layers, err := gpkgLayers(conn)
	if err != nil {
		return fmt.Errorf("is no GeoPackage that can be read: %w", err)
	}
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = l.table
	}
	if len(layers) == 0 {
		return fmt.Errorf("the GeoPackage holds no layer of features or attributes")
	}
	i, err := pick(j.src.File, j.o.Layer, names)
	if err != nil {
		return err
	}
	l := layers[i]
	j.src.Layer, j.src.Layers = l.table, names
	if l.geometry != "" {
		c, from, err := l.crs()
		j.setCRS(c, from, err)
	}
	return j.readTable(conn, l)
}

// openGeoPackage opens the file for reading. What programs have written and not yet
// put into it lies beside it, in a log (-wal) or a journal, and comes along; a copy of
// our own may be recovered from them.
func (j *Job) openGeoPackage() (*sqlite.Conn, error) {
	if path := j.folder.disk(j.name); path != "" {
		conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
		if err != nil {
			return nil, err
		}
		// A log can only be read with a file of locks beside it, which not every folder takes.
		err = sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM sqlite_schema", nil)
		if code := sqlite.ErrCode(err).ToPrimary(); code != sqlite.ResultCantOpen && code != sqlite.ResultReadOnly {
			return conn, nil // another error comes again, where it is told better
		}
		_ = conn.Close() // was only read
	}
	path, err := j.copyToDisk(j.name)
	if err != nil {
		return nil, err
	}
	all, err := j.folder.names()
	if err != nil {
		return nil, err
	}
	for _, ending := range []string{"-wal", "-journal"} {
		if i := slices.IndexFunc(all, func(n string) bool { return strings.EqualFold(n, j.name+ending) }); i >= 0 {
			if err := j.copyTo(path+ending, all[i]); err != nil {
				return nil, err
			}
			j.src.note("what %s holds was taken in", all[i])
		}
	}
	return sqlite.OpenConn(path, sqlite.OpenReadWrite)
}

// copyToDisk puts a file into a folder of its own, until the source is closed.
func (j *Job) copyToDisk(name string) (string, error) {
	dir, err := os.MkdirTemp("", "cuntu-import-")
	if err != nil {
		return "", err
	}
	j.src.closes = append(j.src.closes, closer(func() error { return os.RemoveAll(dir) }))
	path := filepath.Join(dir, "file"+extension(name))
	return path, j.copyTo(path, name)
}

func (j *Job) copyTo(path, name string) error {
	r, _, err := j.folder.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

type gpkgLayer struct {
	table, geometry string
	srs             int
	org             string
	code            int
	definition      string
}

// gpkgLayers lists the layers. SQLite takes no notice of case in names, and the
// catalogues of some files are not of one mind about it.
func gpkgLayers(conn *sqlite.Conn) ([]gpkgLayer, error) {
	const sql = `SELECT c.table_name, coalesce(g.column_name, ''), coalesce(g.srs_id, 0),
			coalesce(s.organization, ''), coalesce(s.organization_coordsys_id, 0), coalesce(s.definition, '')
		FROM gpkg_contents c
		LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name COLLATE NOCASE
		LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
		WHERE lower(c.data_type) IN ('features', 'attributes', 'aspatial')
		ORDER BY c.rowid LIMIT 10000`
	var out []gpkgLayer
	// A file without layers need not have the table of geometry columns.
	err := sqlitex.ExecuteTransient(conn, sql, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		out = append(out, gpkgLayer{
			row.ColumnText(0), row.ColumnText(1), row.ColumnInt(2),
			row.ColumnText(3), row.ColumnInt(4), row.ColumnText(5),
		})
		return nil
	}})
	return out, err
}

// crs goes by the definition, where the code is not known or is the writer's own.
func (l gpkgLayer) crs() (*crs.CRS, string, error) {
	const from = "the layer's spatial reference system"
	if l.srs == 0 || l.srs == -1 { // "undefined", geographic or cartesian
		return nil, "", nil
	}
	if strings.EqualFold(l.org, "EPSG") {
		if c, err := crs.ByCode(l.code); err == nil {
			return c, from, nil
		}
	}
	c, err := crs.FromWKT(l.definition)
	return c, from, err
}

func (j *Job) readTable(conn *sqlite.Conn, l gpkgLayer) error {
	id := ""
	var columns []string
	err := sqlitex.ExecuteTransient(conn, "SELECT name, type, pk FROM pragma_table_info(?)", &sqlitex.ExecOptions{
		Args: []any{l.table},
		ResultFunc: func(row *sqlite.Stmt) error {
			name, kind := row.ColumnText(0), strings.ToUpper(row.ColumnText(1))
			switch {
			case strings.EqualFold(name, l.geometry):
			case row.ColumnInt(2) == 1 && id == "" && strings.HasPrefix(kind, "INT"):
				id = name
			default:
				columns = append(columns, name)
				j.src.Fields = append(j.src.Fields, record.Field{Name: name, Type: sqliteType(kind)})
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	selected := []string{"0", "NULL"}
	if id != "" {
		selected[0] = record.QuoteSQL(id)
	}
	if l.geometry != "" {
		selected[1] = record.QuoteSQL(l.geometry)
	}
	for _, c := range columns {
		selected = append(selected, record.QuoteSQL(c))
	}
	err = sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM "+record.QuoteSQL(l.table), &sqlitex.ExecOptions{
		ResultFunc: func(row *sqlite.Stmt) error { j.src.size = row.ColumnInt64(0); return nil },
	})
	if err != nil {
		return err
	}
	stmt, _, err := conn.PrepareTransient("SELECT " + strings.Join(selected, ", ") + " FROM " + record.QuoteSQL(l.table))
	if err != nil {
		return err
	}
	j.src.closes = append(j.src.closes, closer(stmt.Finalize))
	var row int64
	j.src.next = func() (record.Record, error) {
		more, err := stmt.Step()
		if err != nil {
			return record.Record{}, err
		}
		if !more {
			return record.Record{}, io.EOF
		}
		row++
		j.src.done.Store(row)
		rec := record.Record{Row: row, Values: make([]any, len(columns))}
		if id != "" {
			rec.Row = stmt.ColumnInt64(0)
		}
		for i := range columns {
			rec.Values[i] = sqliteValue(stmt, i+2, j.src.Fields[i].Type)
		}
		if stmt.ColumnType(1) == sqlite.TypeBlob {
			b := make([]byte, stmt.ColumnLen(1))
			stmt.ColumnBytes(1, b)
			g, err := readBlob(b)
			if err != nil {
				rec.Problems = append(rec.Problems, &record.CellError{File: j.src.File, Row: rec.Row, Column: l.geometry, Want: err.Error()})
			} else {
				rec.Geometry = g
			}
		}
		return rec, nil
	}
	return nil
}

// readBlob reads the geometry of a feature; nil where it has none.
func readBlob(b []byte) (orb.Geometry, error) {
	if len(b) == 0 {
		return nil, nil
	}
	blob, err := wkb.SplitBlob(b)
	if err != nil {
		return nil, err
	}
	var r wkb.Reader // the record keeps the vertices
	g, err := r.Read(blob.WKB)
	if err != nil || blob.Empty {
		return nil, err
	}
	return shape.Sound(g)
}

// sqliteType reads the type that a column of a GeoPackage is declared with.
func sqliteType(declared string) record.Type {
	name, _, _ := strings.Cut(declared, "(")
	switch strings.TrimSpace(name) {
	case "BOOLEAN":
		return record.Bool
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER":
		return record.Int
	case "FLOAT", "DOUBLE", "REAL":
		return record.Float
	case "TEXT":
		return record.Text
	case "DATE":
		return record.Date
	}
	return record.Any
}

func sqliteValue(stmt *sqlite.Stmt, col int, t record.Type) any {
	switch stmt.ColumnType(col) {
	case sqlite.TypeInteger:
		if t == record.Bool {
			return stmt.ColumnInt64(col) != 0
		}
		return stmt.ColumnInt64(col)
	case sqlite.TypeFloat:
		return finite(stmt.ColumnFloat(col))
	case sqlite.TypeText:
		return strings.ToValidUTF8(stmt.ColumnText(col), "\uFFFD")
	}
	return nil // null, or bytes, which no ledger has
}
