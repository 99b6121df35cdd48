package pgtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/jackc/pgx/v5"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var value T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

func TestDatabaseHasPostGISAndUTF8(t *testing.T) {
	conn := connect(t, pgtest.URL(t))
	if version := query[string](t, conn, "select postgis_lib_version()"); version == "" {
		t.Error("postgis has no version")
	}
	if text := query[string](t, conn, "select upper('村图 é')"); text != "村图 É" {
		t.Errorf("upper gave %q: the locale is not UTF-8", text)
	}
}

func TestDatabasesAreApart(t *testing.T) {
	one, other := connect(t, pgtest.URL(t)), connect(t, pgtest.URL(t))
	if _, err := one.Exec(t.Context(), "create table only_here ()"); err != nil {
		t.Fatal(err)
	}
	if query[bool](t, other, "select to_regclass('only_here') is not null") {
		t.Error("a table made in one test database stands in the other")
	}
}

func TestDatabasesAreMadeInParallel(t *testing.T) {
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			connect(t, pgtest.URL(t))
		})
	}
}

func TestDatabaseIsDroppedWithItsSessions(t *testing.T) {
	watcher := connect(t, pgtest.URL(t))
	var name string
	t.Run("a test that leaves a connection open", func(t *testing.T) {
		conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		name = query[string](t, conn, "select current_database()")
	})
	if query[bool](t, watcher, "select exists (select from pg_database where datname = $1)", name) {
		t.Errorf("database %s is still there after its test", name)
	}
}

func TestProxyPassesCutsAndRestores(t *testing.T) {
	proxy := pgtest.NewProxy(t, pgtest.URL(t))
	conn := connect(t, proxy.URL())
	query[int](t, conn, "select 1")

	waiting := make(chan error, 1)
	go func() {
		_, err := conn.Exec(context.Background(), "select pg_sleep(600)")
		waiting <- err
	}()
	waitUntilSleeping(t, proxy.URL())

	proxy.Cut()
	select {
	case err := <-waiting:
		if err == nil {
			t.Error("the query under way at the cut reports success")
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the query under way never learnt of the cut")
	}
	if _, err := pgx.Connect(t.Context(), proxy.URL()); err == nil {
		t.Error("a connection was made while the proxy was cut")
	}

	proxy.Restore()
	query[int](t, connect(t, proxy.URL()), "select 1")
}

func TestProxyClosesTwice(t *testing.T) {
	proxy := pgtest.NewProxy(t, pgtest.URL(t))
	proxy.Close()
	proxy.Close()
	if _, err := pgx.Connect(t.Context(), proxy.URL()); err == nil {
		t.Error("a connection was made through a closed proxy")
	}
}

// waitUntilSleeping returns when a session of the database runs pg_sleep.
func waitUntilSleeping(t *testing.T, url string) {
	t.Helper()
	conn := connect(t, url)
	sleeping := "select exists (select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database())"
	for !query[bool](t, conn, sleeping) {
		time.Sleep(10 * time.Millisecond)
	}
}
