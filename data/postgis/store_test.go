package postgis_test

import (
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		url := migrated(t)
		return func() data.Store { return open(t, url) }
	})
}

// migrated is the URL of a new database ready to be opened.
func migrated(t testing.TB) string {
	t.Helper()
	url := pgtest.URL(t)
	if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	return url
}

func open(t testing.TB, url string, opts ...postgis.Option) *postgis.Store {
	t.Helper()
	s, err := postgis.Open(t.Context(), url, layers.Builtin(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
