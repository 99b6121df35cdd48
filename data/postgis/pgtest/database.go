// Package pgtest gives every test a PostGIS database of its own, and a connection to it that the test can cut.
//
// In flows CUNTU_TEST_DATABASE_URL, a superuser's URL of a running cluster; out flows the URL of an empty
// database with PostGIS in it. The package starts no server (.ci/with-postgis does that), knows nothing of
// Cuntu's schema, and is imported by tests only.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	environment = "CUNTU_TEST_DATABASE_URL"
	advice      = environment + " is not set: run `make test`, or `.ci/with-postgis go test ./…`"

	// templateLock is the key of the advisory lock under which one process at a time looks for the template.
	templateLock = 0x63756e7475 // "cuntu"

	// patience is how long setting up or dropping one database may take on a busy machine.
	patience = time.Minute
)

// URL creates an empty database with the postgis extension on the cluster that CUNTU_TEST_DATABASE_URL names, and
// returns its URL. When the test ends the database is dropped, along with any session still connected to it.
// It costs some 50 ms: the database is a copy of a template, which the first call on a cluster makes.
func URL(t testing.TB) string {
	t.Helper()
	cluster := os.Getenv(environment)
	if cluster == "" {
		t.Fatal(advice)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()

	name := "cuntu_test_" + strings.ToLower(rand.Text())
	if err := create(ctx, cluster, name); err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(cluster, name); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	database, err := withDatabase(cluster, name)
	if err != nil {
		t.Fatal(err)
	}
	return database
}

// create makes the database name as a copy of the template, and the template first where there is none.
func create(ctx context.Context, cluster, name string) error {
	conn, err := pgx.Connect(ctx, cluster)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	template, err := ensureTemplate(ctx, conn, cluster)
	if err != nil {
		return fmt.Errorf("the template: %w", err)
	}
	_, err = conn.Exec(ctx, "create database "+quote(name)+" template "+quote(template))
	return err
}

func drop(cluster, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, cluster)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "drop database if exists "+quote(name)+" with (force)")
	return err
}

// ensureTemplate returns the name of a database with postgis in it to which nobody can connect, as a copy
// needs. The name holds the version, so that a server whose PostGIS was upgraded gets a new one.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, cluster string) (string, error) {
	var version string
	err := conn.QueryRow(ctx, "select default_version from pg_available_extensions where name = 'postgis'").Scan(&version)
	if err != nil {
		return "", fmt.Errorf("the server has no postgis extension (apt-get install postgresql-15-postgis-3): %w", err)
	}
	template := "cuntu_test_template_" + strings.ReplaceAll(version, ".", "_")

	// The lock falls with the connection, whatever happens to this process.
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", templateLock); err != nil {
		return "", err
	}
	defer conn.Exec(ctx, "select pg_advisory_unlock($1)", templateLock)

	// Only a finished template is marked as one; what an interrupted process left is not, and goes.
	var finished bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1 and datistemplate)", template).Scan(&finished)
	if err != nil || finished {
		return template, err
	}
	for _, sql := range []string{
		"drop database if exists " + quote(template) + " with (force)",
		"create database " + quote(template) + " template template0 encoding 'UTF8' locale 'C.UTF-8'",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	if err := installPostGIS(ctx, cluster, template); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "alter database "+quote(template)+" with is_template true allow_connections false")
	return template, err
}

func installPostGIS(ctx context.Context, cluster, database string) error {
	target, err := withDatabase(cluster, database)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, target)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "create extension postgis")
	return err
}

// withDatabase returns the cluster's URL with another database in it.
func withDatabase(cluster, name string) (string, error) {
	u, err := parse(cluster)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// parse reads a postgres:// URL. Its errors do not repeat the URL, which may hold a password.
func parse(database string) (*url.URL, error) {
	u, err := url.Parse(database)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, fmt.Errorf("the database is to be given as a postgres:// URL (%s)", environment)
	}
	return u, nil
}

func quote(name string) string {
	return pgx.Identifier{name}.Sanitize()
}
