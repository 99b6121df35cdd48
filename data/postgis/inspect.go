package postgis

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// found is what schema cuntu holds, as far as layers are concerned.
type found struct {
	encoding string
	server   int    // version: 150004 is 15.4
	postgis  string // schema of the extension, "" where it is missing
	version  int64  // of the migrations, 0 where there were none
	hidden   bool   // the role may not read the version
	// lockedOut tells that the role may not read or write all of the accounts.
	lockedOut bool
	tables    map[string]*foundTable // by layer id
}

type foundTable struct {
	comment     string
	columns     map[string]foundColumn
	constraints map[string]foundConstraint
	triggers    map[string]bool // whether enabled always
	indexes     map[string]bool
	breaches    map[string]breach // by constraint; nil where nobody looked
	keeps       string            // the text of the function that writes its history
}

type foundColumn struct {
	kind     string
	required bool
	filled   bool // by a default, identity or generation
	comment  string
}

type foundConstraint struct {
	comment   string
	validated bool
}

const (
	extensionSQL = `SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'`

	columnsSQL = `SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), a.attname, format_type(a.atttypid, a.atttypmod),
       a.attnotnull, a.atthasdef OR a.attidentity <> '', coalesce(col_description(c.oid, a.attnum), '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = to_regnamespace('cuntu') AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`

	constraintsSQL = `SELECT c.relname, k.conname, coalesce(obj_description(k.oid, 'pg_constraint'), ''), k.convalidated
  FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE c.relnamespace = to_regnamespace('cuntu')`

	triggersSQL = `SELECT c.relname, g.tgname, g.tgenabled = 'A'
  FROM pg_class c JOIN pg_trigger g ON g.tgrelid = c.oid WHERE c.relnamespace = to_regnamespace('cuntu') AND NOT g.tgisinternal`

	indexesSQL = `SELECT c.relname, i.relname, x.indisvalid
  FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
 WHERE c.relnamespace = to_regnamespace('cuntu')`

	keepsSQL = `SELECT c.relname, p.prosrc FROM pg_proc p JOIN pg_class c ON p.proname = 'history_of_' || c.relname
 WHERE p.pronamespace = to_regnamespace('cuntu') AND c.relnamespace = p.pronamespace`

	serverSQL   = `SELECT current_setting('server_encoding'), current_setting('server_version_num')::int`
	migratedSQL = `SELECT to_regclass('cuntu.schema_version') IS NOT NULL, has_table_privilege(to_regclass('cuntu.schema_version'), 'SELECT')`
	versionSQL  = `SELECT coalesce(max(version_id), 0) FROM cuntu.schema_version WHERE is_applied`

	// lockedOutSQL looks into the catalogues, since a name in a schema that one may not use is an error.
	lockedOutSQL = `
SELECT NOT coalesce(bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
        AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')), true)
    FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r' WHERE n.nspname = 'cuntu_accounts'`
)

// inspect reads the system catalogues, which takes no privilege.
func inspect(ctx context.Context, db querier) (*found, error) {
	f := &found{tables: map[string]*foundTable{}}
	if err := db.QueryRow(ctx, serverSQL).Scan(&f.encoding, &f.server); err != nil {
		return nil, fmt.Errorf("ask for the server's version: %w", err)
	}
	if err := db.QueryRow(ctx, extensionSQL).Scan(&f.postgis); err != nil && err != pgx.ErrNoRows {
		return nil, fmt.Errorf("look for the extension postgis: %w", err)
	}
	err := each(ctx, db, columnsSQL, func(rows pgx.Rows) error {
		var table, comment, name string
		var c foundColumn
		if err := rows.Scan(&table, &comment, &name, &c.kind, &c.required, &c.filled, &c.comment); err != nil {
			return err
		}
		c.kind = strings.TrimPrefix(c.kind, f.postgis+".")
		t := f.tables[table]
		if t == nil {
			t = &foundTable{
				comment:     comment,
				columns:     map[string]foundColumn{},
				constraints: map[string]foundConstraint{},
				triggers:    map[string]bool{},
				indexes:     map[string]bool{},
			}
			f.tables[table] = t
		}
		t.columns[name] = c
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the columns of schema cuntu: %w", err)
	}
	err = each(ctx, db, constraintsSQL, func(rows pgx.Rows) error {
		var table, name string
		var c foundConstraint
		if err := rows.Scan(&table, &name, &c.comment, &c.validated); err != nil {
			return err
		}
		if t := f.tables[table]; t != nil {
			t.constraints[name] = c
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the constraints of schema cuntu: %w", err)
	}
	for sql, of := range map[string]func(*foundTable) map[string]bool{
		triggersSQL: func(t *foundTable) map[string]bool { return t.triggers },
		indexesSQL:  func(t *foundTable) map[string]bool { return t.indexes },
	} {
		err = each(ctx, db, sql, func(rows pgx.Rows) error {
			var table, name string
			var good bool
			if err := rows.Scan(&table, &name, &good); err != nil {
				return err
			}
			if t := f.tables[table]; t != nil {
				of(t)[name] = good
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read the triggers and indexes of schema cuntu: %w", err)
		}
	}
	err = each(ctx, db, keepsSQL, func(rows pgx.Rows) error {
		var table, text string
		if err := rows.Scan(&table, &text); err != nil {
			return err
		}
		if t := f.tables[table]; t != nil {
			t.keeps = text
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the functions of schema cuntu: %w", err)
	}
	return f, f.readVersion(ctx, db)
}

func (f *found) readVersion(ctx context.Context, db querier) error {
	var there bool
	var readable *bool // null where it is not there
	if err := db.QueryRow(ctx, migratedSQL).Scan(&there, &readable); err != nil {
		return fmt.Errorf("look for the version of schema cuntu: %w", err)
	}
	if f.hidden = there && !*readable; !there || f.hidden {
		return nil
	}
	if err := db.QueryRow(ctx, lockedOutSQL).Scan(&f.lockedOut); err != nil {
		return fmt.Errorf("look for privileges in schema cuntu_accounts: %w", err)
	}
	if err := db.QueryRow(ctx, versionSQL).Scan(&f.version); err != nil {
		return fmt.Errorf("read the version of schema cuntu: %w", err)
	}
	return nil
}

// querier is a connection, transaction or pool.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func each(ctx context.Context, db querier, sql string, row func(pgx.Rows) error) error {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
