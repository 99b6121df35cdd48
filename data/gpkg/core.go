package gpkg

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// What PRAGMA application_id and user_version say of a GeoPackage (2.1.1):
// "GPKG", and version 1.3. GDAL before 3.7, as in Debian 12, warns of 1.4, which
// has nothing that we need.
const (
	applicationID  = 0x47504b47
	applicationV10 = 0x47503130 // "GP10", before user_version had a meaning
	applicationV11 = 0x47503131
	userVersion    = 10300
)

// setUp makes the tables that the file lacks, in one transaction, so that two
// programs can do so at once and a crash leaves nothing half made. Where nothing
// is lacking it writes nothing.
func (s *Store) setUp(ctx context.Context) error {
	if err := s.inspect(ctx); err != nil {
		return err
	}
	return s.writes(ctx, func(conn *sqlite.Conn) error {
		if err := sqlitex.ExecuteScript(conn, coreTables, nil); err != nil {
			return err
		}
		if err := s.upgrade(conn); err != nil {
			return err
		}
		for _, t := range s.tables {
			if err := t.ensure(conn); err != nil {
				return fmt.Errorf("table %s: %w", t.layer.ID, err)
			}
		}
		return s.prune(conn)
	})
}

// inspect sees that the file is one that we may write to, before anything in it
// changes, marks a new one as a GeoPackage and puts it into write-ahead mode.
func (s *Store) inspect(ctx context.Context) error {
	conn, err := s.writer.Take(ctx)
	if err != nil {
		return err
	}
	defer s.writer.Put(conn)
	id, err := number(conn, "PRAGMA application_id")
	if err != nil {
		return err
	}
	tables, err := number(conn, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return err
	}
	if id == 0 && tables > 0 {
		known, err := number(conn, "SELECT count(*) FROM sqlite_schema WHERE name = 'gpkg_contents'")
		if err != nil {
			return err
		}
		if known == 0 {
			return fmt.Errorf("it is an SQLite database but not a GeoPackage; give a file made by cuntu, QGIS or GDAL")
		}
	} else if id != 0 && id != applicationID && id != applicationV10 && id != applicationV11 {
		return fmt.Errorf("it is a database of another program, not a GeoPackage; give a file made by cuntu, QGIS or GDAL")
	}
	version, err := schemaVersion(conn)
	if err != nil {
		return err
	}
	if version > int64(len(versions)) {
		return fmt.Errorf("it was written by a newer cuntu (version %d of its tables, this one knows %d); update cuntu", version, len(versions))
	}
	if id == 0 && tables == 0 {
		// Into the file itself, before there is a log: GDAL reads the first page
		// past SQLite.
		if err := sqlitex.ExecuteScript(conn, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, userVersion),
			nil); err != nil {
			return err
		}
	}
	mode := ""
	err = sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode = WAL", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error { mode = stmt.ColumnText(0); return nil },
	})
	if err == nil && mode != "wal" {
		err = fmt.Errorf("this file system has no memory shared between programs; move the file to a local disk")
	}
	return err
}

// The tables of the specification, annex C: core, features, extensions and the
// schema extension (F.9), which titles columns and lists allowed values.
const coreTables = `
CREATE TABLE IF NOT EXISTS gpkg_spatial_ref_sys (
	srs_name TEXT NOT NULL,
	srs_id INTEGER NOT NULL PRIMARY KEY,
	organization TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL,
	definition TEXT NOT NULL,
	description TEXT);
INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES
	('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
	('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
	('WGS 84', 4326, 'EPSG', 4326,
		'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],' ||
		'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],' ||
		'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
		'longitude and latitude in degrees on the WGS 84 ellipsoid');
CREATE TABLE IF NOT EXISTS gpkg_contents (
	table_name TEXT NOT NULL PRIMARY KEY,
	data_type TEXT NOT NULL,
	identifier TEXT UNIQUE,
	description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
	min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
	srs_id INTEGER,
	CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE IF NOT EXISTS gpkg_geometry_columns (
	table_name TEXT NOT NULL,
	column_name TEXT NOT NULL,
	geometry_type_name TEXT NOT NULL,
	srs_id INTEGER NOT NULL,
	z TINYINT NOT NULL,
	m TINYINT NOT NULL,
	CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
	CONSTRAINT uk_gc_table_name UNIQUE (table_name),
	CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
	CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
	table_name TEXT,
	column_name TEXT,
	extension_name TEXT NOT NULL,
	definition TEXT NOT NULL,
	scope TEXT NOT NULL,
	CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
	table_name TEXT NOT NULL,
	column_name TEXT NOT NULL,
	name TEXT,
	title TEXT,
	description TEXT,
	mime_type TEXT,
	constraint_name TEXT,
	CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
	CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
	constraint_name TEXT NOT NULL,
	constraint_type TEXT NOT NULL,
	value TEXT,
	min NUMERIC,
	min_is_inclusive BOOLEAN,
	max NUMERIC,
	max_is_inclusive BOOLEAN,
	description TEXT,
	CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions
	SELECT column1, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'
	FROM (VALUES ('gpkg_data_columns'), ('gpkg_data_column_constraints'))
	WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions WHERE table_name = column1 AND extension_name = 'gpkg_schema');
`

// versions are the steps of our own tables' schema, oldest first; a file at
// version n has taken the first n. They are a list and not goose's files, as
// with PostGIS, because here the steps, the catalogue's tables and those of the
// specification must come to be in one transaction, which goose has no way to
// lend, and because user_version belongs to the GeoPackage.
var versions = []string{`
CREATE TABLE cuntu_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE cuntu_change (seq INTEGER PRIMARY KEY AUTOINCREMENT, layer TEXT NOT NULL, id INTEGER NOT NULL);
INSERT INTO cuntu_meta VALUES ('horizon', '0');
INSERT INTO gpkg_extensions VALUES
	('cuntu_meta', NULL, 'cuntu_change_record', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'write-only'),
	('cuntu_change', NULL, 'cuntu_change_record', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'write-only');
`, createDocuments, createJobs, createAudit, createAccounts, createHistory, createReceipts}

func (s *Store) upgrade(conn *sqlite.Conn) error {
	version, err := schemaVersion(conn)
	if err != nil {
		return err
	}
	if version == int64(len(versions)) {
		return nil
	}
	for _, step := range versions[min(int(version), len(versions)):] {
		if err := sqlitex.ExecuteScript(conn, step, nil); err != nil {
			return err
		}
	}
	if err := setMeta(conn, "schema", strconv.Itoa(len(versions))); err != nil {
		return err
	}
	if version == 0 {
		return setMeta(conn, "file", rand.Text())
	}
	return nil
}

func schemaVersion(conn *sqlite.Conn) (int64, error) {
	n, err := number(conn, "SELECT count(*) FROM sqlite_schema WHERE name = 'cuntu_meta'")
	if err != nil || n == 0 {
		return 0, err
	}
	return number(conn, "SELECT ifnull(max(CAST(value AS INTEGER)), 0) FROM cuntu_meta WHERE key = 'schema'")
}

func setMeta(conn *sqlite.Conn, key, value string) error {
	return sqlitex.Execute(conn, "INSERT INTO cuntu_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		&sqlitex.ExecOptions{Args: []any{key, value}})
}

// number is the one whole number that a query gives.
func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
		Args:       args,
		ResultFunc: func(stmt *sqlite.Stmt) error { n = stmt.ColumnInt64(0); return nil },
	})
	return n, err
}

func text(conn *sqlite.Conn, query string, args ...any) (s string, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
		Args:       args,
		ResultFunc: func(stmt *sqlite.Stmt) error { s = stmt.ColumnText(0); return nil },
	})
	return s, err
}
