package postgis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/cuntu/cuntu/data/postgis/address"
	"github.com/cuntu/cuntu/layers"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// migrateLock is the advisory lock under which one process at a time migrates.
	migrateLock = 0x63756e7475 // "cuntu"

	lockSQL         = `SELECT pg_advisory_lock($1)`
	schemaSQL       = `SELECT to_regnamespace('cuntu') IS NOT NULL`
	createSchemaSQL = `CREATE SCHEMA IF NOT EXISTS cuntu`
)

// Migrate brings the database at a URL up to this binary and the catalogue: the
// extension, the change feed, a table a layer. It adds and mends, and never
// drops a table or column. Done again it changes nothing; done by two processes
// at once, one waits for the other.
func Migrate(ctx context.Context, url string, catalog *layers.Catalog) error {
	c, err := address.Config(url)
	if err != nil {
		return err
	}
	if err := checkNames(catalog); err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, c.ConnConfig)
	if err != nil {
		return fmt.Errorf("migrate PostGIS: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) // which gives the lock back
	if _, err := conn.Exec(ctx, lockSQL, migrateLock); err != nil {
		return fmt.Errorf("migrate PostGIS: wait for another migration: %w", err)
	}
	f, err := inspect(ctx, conn)
	if err == nil {
		err = f.suits()
	}
	if err != nil {
		return fmt.Errorf("migrate PostGIS: %w", err)
	}
	if err := migrateFeed(ctx, conn, c.ConnConfig); err != nil {
		return fmt.Errorf("migrate PostGIS: change feed: %w", err)
	}
	if f, err = inspect(ctx, conn); err != nil {
		return fmt.Errorf("migrate PostGIS: %w", err)
	}
	for _, l := range catalog.Layers {
		t := tableOf(l, f.postgis)
		err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return f.tables[l.ID].become(ctx, tx, t) })
		if err != nil {
			return fmt.Errorf("migrate PostGIS: table of layer %s: %w", l.ID, err)
		}
	}
	return nil
}

func migrateFeed(ctx context.Context, conn *pgx.Conn, c *pgx.ConnConfig) error {
	// Looked for first, since even IF NOT EXISTS asks for the right to create.
	var there bool
	if err := conn.QueryRow(ctx, schemaSQL).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := conn.Exec(ctx, createSchemaSQL); err != nil {
			return err
		}
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*c)
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithTableName("cuntu.schema_version"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// own are tables in the schema that a layer's table would clash with.
var own = []string{
	"change", "document", "history", "horizon", "job", "receipt", "schema_version", "server_role",
	"writing", "writing_place",
}

// longestName leaves room in PostgreSQL's 63 bytes for "<layer>_<field>_allowed".
const longestName = 27

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func checkNames(catalog *layers.Catalog) error {
	for _, l := range catalog.Layers {
		if slices.Contains(own, l.ID) {
			return fmt.Errorf("layer %s needs another id: the change feed has a table of that name", l.ID)
		}
		if !plainName.MatchString(l.ID) || len(l.ID) > longestName {
			return fmt.Errorf("layer id %q is not made of a-z, 0-9 and _ or is longer than %d", l.ID, longestName)
		}
		for _, f := range l.Fields {
			if f.ID == idColumn || f.ID == geomColumn || !plainName.MatchString(f.ID) || len(f.ID) > longestName {
				return fmt.Errorf("layer %s: field id %q is not made of a-z, 0-9 and _, is longer than %d, or is id or geom", l.ID, f.ID, longestName)
			}
		}
	}
	return nil
}

// trigger is one of those that write the change feed.
type trigger struct{ name, clause string }

var triggers = []trigger{
	{"cuntu_insert", "AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows"},
	{"cuntu_update", "AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"},
	{"cuntu_delete", "AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows"},
	{"cuntu_truncate", "BEFORE TRUNCATE ON %s"},
}

// keeper is the trigger of layers that are records.
const keeper = "cuntu_keep"

// triggerNames are those that the table must have.
func (t *table) triggerNames() []string {
	var names []string
	for _, g := range slices.Concat(triggers, keepTriggers) {
		names = append(names, g.name)
	}
	if t.layer.AppendOnly {
		names = append(names, keeper)
	}
	return names
}

func (t *table) keys() []string {
	keys := []string{constraint(t.layer.ID, "pkey")}
	if t.unique {
		keys = append(keys, constraint(t.layer.ID, "code", "key"))
	}
	return keys
}

func (t *table) geometryIndex() (string, bool) {
	return constraint(t.layer.ID, geomColumn, "idx"), t.layer.HasGeometry()
}

// become makes the table, which is nil where it is missing, into what it should
// be. It touches only what differs, since each ALTER waits for all readers.
func (f *foundTable) become(ctx context.Context, tx pgx.Tx, t *table) error {
	if f == nil {
		f = &foundTable{}
		if _, err := tx.Exec(ctx, fmt.Sprintf("CREATE TABLE %s (id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT %s PRIMARY KEY)",
			t.name, quote(constraint(t.layer.ID, "pkey")))); err != nil {
			return err
		}
		f.columns = map[string]foundColumn{idColumn: {kind: "bigint", required: true}}
		f.constraints = map[string]foundConstraint{constraint(t.layer.ID, "pkey"): {}}
	}
	for _, step := range []func(context.Context, pgx.Tx, *table) error{
		f.addColumns, f.addConstraints, f.setRequired, f.addTriggers, f.addHistory, f.addComments,
	} {
		if err := step(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func (f *foundTable) addColumns(ctx context.Context, tx pgx.Tx, t *table) error {
	var adds []string
	for _, c := range t.columns {
		have, ok := f.columns[c.name]
		switch {
		case !ok:
			kind := c.kind
			if c.name == geomColumn {
				kind = quote(t.postgis) + "." + kind
			}
			adds = append(adds, "ADD COLUMN "+quote(c.name)+" "+kind)
		case have.kind != c.kind:
			return fmt.Errorf("column %s is of type %s, not %s; alter it by hand", c.name, have.kind, c.kind)
		}
	}
	if len(adds) > 0 {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+t.name+" "+strings.Join(adds, ", ")); err != nil {
			return err
		}
	}
	if name, ok := t.geometryIndex(); ok && !f.indexes[name] {
		_, err := tx.Exec(ctx, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s USING gist (geom)", quote(name), t.name))
		return err
	}
	return nil
}

// addConstraints replaces the checks that are not those of the catalogue any
// more; which they are stands in their comments, since PostgreSQL gives
// conditions back in words of its own. Rows that break a new check stay, and the
// check stays unvalidated, to bind only what is written from now on.
func (f *foundTable) addConstraints(ctx context.Context, tx pgx.Tx, t *table) error {
	for _, name := range t.keys()[1:] {
		if _, ok := f.constraints[name]; ok {
			continue
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (code)", t.name, quote(name))); err != nil {
			return err
		}
	}
	for _, c := range t.checks {
		have, ok := f.constraints[c.name]
		if ok && have.comment == c.condition && have.validated {
			continue
		}
		if !ok || have.comment != c.condition {
			for _, sql := range []string{
				fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", t.name, quote(c.name)),
				fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID", t.name, quote(c.name), c.condition),
				fmt.Sprintf("COMMENT ON CONSTRAINT %s ON %s IS %s", quote(c.name), t.name, literal(c.condition)),
			} {
				if _, err := tx.Exec(ctx, sql); err != nil {
					return err
				}
			}
		}
		err := pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error { // a savepoint
			_, err := inner.Exec(ctx, fmt.Sprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", t.name, quote(c.name)))
			return err
		})
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == checkViolation {
			continue
		} else if err != nil {
			return err
		}
	}
	return f.dropChecks(ctx, tx, t)
}

// dropChecks lifts what a field is not bound to any more.
func (f *foundTable) dropChecks(ctx context.Context, tx pgx.Tx, t *table) error {
	for _, c := range t.columns {
		name := constraint(t.layer.ID, c.name, allowed)
		if _, ok := f.constraints[name]; !ok || slices.ContainsFunc(t.checks, func(k check) bool { return k.name == name }) {
			continue
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", t.name, quote(name))); err != nil {
			return err
		}
	}
	return nil
}

// setRequired sets NOT NULL where no row has a null; where one has, the check
// constraint alone binds what is written from now on.
func (f *foundTable) setRequired(ctx context.Context, tx pgx.Tx, t *table) error {
	for _, c := range t.columns {
		if f.columns[c.name].required == c.required {
			continue
		}
		action := "DROP NOT NULL"
		if c.required {
			var nulls bool
			if err := tx.QueryRow(ctx,
				fmt.Sprintf("SELECT EXISTS (SELECT FROM %s WHERE %s IS NULL)", t.name, quote(c.name))).Scan(&nulls); err != nil {
				return err
			}
			if nulls {
				continue
			}
			action = "SET NOT NULL"
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s %s", t.name, quote(c.name), action)); err != nil {
			return err
		}
	}
	return nil
}

// ensureTriggers makes statement triggers that call a function, where they are missing.
func (f *foundTable) ensureTriggers(ctx context.Context, tx pgx.Tx, t *table, list []trigger, function string) error {
	for _, g := range list {
		if f.triggers[g.name] {
			continue
		}
		for _, sql := range []string{
			fmt.Sprintf("CREATE OR REPLACE TRIGGER %s "+g.clause+" FOR EACH STATEMENT EXECUTE FUNCTION %s()", g.name, t.name, function),
			// Also for rows that come by replication or from a restore of data alone.
			fmt.Sprintf("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", t.name, g.name),
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
	}
	return nil
}

// addHistory makes the function that writes the layer's history, and what calls it.
func (f *foundTable) addHistory(ctx context.Context, tx pgx.Tx, t *table) error {
	if f.keeps != t.keepBody() {
		if _, err := tx.Exec(ctx, t.keepFunction()); err != nil {
			return err
		}
	}
	return f.ensureTriggers(ctx, tx, t, keepTriggers, quote(schema, t.keepName()))
}

func (f *foundTable) addTriggers(ctx context.Context, tx pgx.Tx, t *table) error {
	if err := f.ensureTriggers(ctx, tx, t, triggers, "cuntu.record_change"); err != nil {
		return err
	}
	if !t.layer.AppendOnly || f.triggers[keeper] {
		return nil
	}
	_, err := tx.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TRIGGER %s BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION cuntu.keep_record()",
		keeper, t.name))
	if err == nil {
		_, err = tx.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", t.name, keeper))
	}
	return err
}

func (f *foundTable) addComments(ctx context.Context, tx pgx.Tx, t *table) error {
	var all []string
	if f.comment != t.comment {
		all = append(all, fmt.Sprintf("COMMENT ON TABLE %s IS %s", t.name, literal(t.comment)))
	}
	for _, c := range t.columns {
		if f.columns[c.name].comment != c.comment {
			all = append(all, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", t.name, quote(c.name), literal(c.comment)))
		}
	}
	for _, sql := range all {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}
