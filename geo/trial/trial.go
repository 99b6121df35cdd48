// Package trial says how much of a random suite a test runs: a tenth, the same one every time, or all of it where the
// environment says CUNTU_PROVE=1, as `make prove` does; and it connects those that ask PostGIS. It is imported by tests only.
//
// Suites of rapid read RAPID_CHECKS and RAPID_SEED by themselves; .ci/check sets them to the same effect.
package trial

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Part is how many of n random cases to run: a tenth, at least one; all when everything is to be proved.
func Part(n int) int {
	if Whole() {
		return n
	}
	return max(1, n/10)
}

// Whole tells whether everything is to be proved, by programs as well that are dear to install.
func Whole() bool { return os.Getenv("CUNTU_PROVE") != "" }

// extension waits for whoever makes it at the same time: IF NOT EXISTS alone fails where two do.
const extension = `BEGIN; SELECT pg_advisory_xact_lock(4326); CREATE EXTENSION IF NOT EXISTS postgis; COMMIT`

// PostGIS is a connection to the throwaway database that tests are given, with PostGIS in it.
func PostGIS(t *testing.T) *pgx.Conn {
	t.Helper()
	url := os.Getenv("CUNTU_TEST_DATABASE_URL")
	if url == "" {
		t.Fatal("CUNTU_TEST_DATABASE_URL is not set: run `make test`, which makes a PostGIS of its own")
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) // t's own context has ended by then
	if _, err := conn.Exec(t.Context(), extension); err != nil {
		t.Fatal(err)
	}
	return conn
}
