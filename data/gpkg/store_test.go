package gpkg_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		path := filepath.Join(t.TempDir(), "store.gpkg")
		return func() data.Store {
			s, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true, Poll: 20 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	})
}
