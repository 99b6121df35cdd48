package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/office"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func isPostgres(store string) bool {
	return strings.HasPrefix(store, "postgres://") || strings.HasPrefix(store, "postgresql://")
}

// openStore opens a store that is there.
func openStore(ctx context.Context, store string, catalog *layers.Catalog, log *slog.Logger) (data.Store, error) {
	s, err := open(ctx, store, catalog, gpkg.Options{})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s; `cuntu demo --store %s` makes one with demo data", store, store)
	}
	return s, err
}

// serveStore opens a store to serve it. A GeoPackage that is not there is made, empty, and said to be.
func serveStore(ctx context.Context, store string, catalog *layers.Catalog, log *slog.Logger) (data.Store, error) {
	if isPostgres(store) || !strings.HasSuffix(store, ".gpkg") {
		return openStore(ctx, store, catalog, log)
	}
	if _, err := os.Stat(store); !errors.Is(err, fs.ErrNotExist) {
		return openStore(ctx, store, catalog, log)
	}
	dir := filepath.Dir(store)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no directory %s to make %s in: make it first, or give another path", dir, filepath.Base(store))
	}
	s, err := open(ctx, store, catalog, gpkg.Options{Create: true})
	if err == nil {
		fmt.Printf("There was no file %s: it is made, and empty. `cuntu demo --store FILE` makes one with demo data.\n", store)
	}
	return s, err
}

// makeStore opens a store and makes what is missing of it.
func makeStore(ctx context.Context, store string, catalog *layers.Catalog, log *slog.Logger) (data.Store, error) {
	if isPostgres(store) {
		if err := postgis.Migrate(ctx, store, catalog); err != nil {
			return nil, err
		}
	}
	return open(ctx, store, catalog, gpkg.Options{Create: true})
}

func open(ctx context.Context, store string, catalog *layers.Catalog, options gpkg.Options) (data.Store, error) {
	switch {
	case isPostgres(store):
		return postgis.Open(ctx, store, catalog)
	case strings.HasSuffix(store, ".gpkg"):
		return gpkg.Open(ctx, store, catalog, options)
	}
	return nil, fmt.Errorf("--store must be postgres://… or a path ending in .gpkg, not %q", redact(store))
}

// redact hides what may be a password in an address that is not one.
func redact(store string) string {
	if i := strings.LastIndex(store, "@"); i >= 0 {
		return "…" + store[i:]
	}
	return store
}

// warn logs the first rows that are left out.
func warn(log *slog.Logger) func(error) {
	n := 0
	return func(err error) {
		switch n++; {
		case n <= mostListed:
			log.Warn("left out a row", "error", err)
		case n == mostListed+1:
			log.Warn("left out more rows; `cuntu db check` counts them")
		}
	}
}

// catalog is the declaration of every layer; services add their states to the fields of villages.
func catalog() *layers.Catalog { return service.Builtin().Extend(layers.Builtin()) }

// whose says whose map the store is; it may be "".
func (f storeFlag) whose(ctx context.Context, log *slog.Logger) (string, error) {
	store, err := openStore(ctx, f.Store, catalog(), log)
	if err != nil {
		return "", err
	}
	defer store.Close()
	o, err := office.Read(ctx, store)
	return o.Line(), err
}

// snapshot loads the store for a command that only asks.
func (f storeFlag) snapshot(ctx context.Context, log *slog.Logger) (*snapshot.Snapshot, error) {
	catalog := catalog()
	store, err := openStore(ctx, f.Store, catalog, log)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	snap, _, err := data.Load(ctx, store, catalog, warn(log))
	return snap, err
}

// whole has a file made that is there in full or not at all: under the same name in a
// directory beside it, from which it is moved to its place at the end. However make
// fails, what was there before is still there and nothing else is left, whatever
// files make had beside its own. make must put its file on the disk itself before it
// returns.
func whole(path string, make func(temporary string) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	temporary := filepath.Join(dir, filepath.Base(path))
	err = make(temporary)
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
