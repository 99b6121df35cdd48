package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cuntu/cuntu/cmd/cuntu/progress"
	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

type backupCmd struct {
	storeFlag
	File    string `arg:"" help:"The GeoPackage to write, which is a store of its own."`
	Replace bool   `help:"Take the place of a file that is there."`
}

// Run writes the store as of now to a file.
func (c *backupCmd) Run(ctx context.Context, log *slog.Logger) error {
	if !strings.HasSuffix(c.File, ".gpkg") {
		return fmt.Errorf("a backup is a GeoPackage: give a name ending in .gpkg, not %q", c.File)
	}
	if _, err := os.Lstat(c.File); err == nil && !c.Replace {
		return fmt.Errorf("%s is there already; choose another name or give --replace", c.File)
	}
	began := time.Now()
	catalog := catalog()
	store, err := openStore(ctx, c.Store, catalog, log)
	if err != nil {
		return err
	}
	defer store.Close()
	said := ""
	leftOut := 0
	err = whole(c.File, func(temporary string) error {
		if file, ok := store.(*gpkg.Store); ok { // a copy page by page, with whatever else is in the file
			return file.Backup(ctx, temporary)
		}
		copied, err := copyInto(ctx, store, temporary, catalog, log)
		said, leftOut = " with "+count(copied), copied.LeftOut
		return err
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	fmt.Printf("Wrote %s%s, %.1f MB, in %v.\n", c.File, said, float64(info.Size())/1e6, time.Since(began).Round(time.Millisecond))
	return incomplete(leftOut)
}

// count is what was copied, in words.
func count(c data.Copied) string {
	said := fmt.Sprintf("%d features, %d documents and %d changes of the past", c.Features, c.Documents, c.Pasts)
	if c.Users > 0 {
		said += fmt.Sprintf(", and %d users who must sign in anew", c.Users)
	}
	return said
}

// incomplete is the error of a copy that lacks rows.
func incomplete(leftOut int) error {
	if leftOut == 0 {
		return nil
	}
	return fmt.Errorf("%d rows are not in it, since their layers cannot hold them; mend them, and `cuntu db check` lists them", leftOut)
}

// copyInto makes a GeoPackage of a store.
func copyInto(ctx context.Context, store data.Store, path string, catalog *layers.Catalog, log *slog.Logger) (data.Copied, error) {
	file, err := gpkg.Open(ctx, path, catalog, gpkg.Options{Create: true})
	if err != nil {
		return data.Copied{}, err
	}
	copied, err := copyAll(ctx, store, file, catalog, false, log)
	if errors.Is(err, data.ErrNothing) {
		err = nil // an empty store is worth a backup as well
	}
	return copied, errors.Join(err, file.Close())
}

func copyAll(ctx context.Context, from, to data.Store, catalog *layers.Catalog, replace bool, log *slog.Logger) (data.Copied, error) {
	bar := progress.New(os.Stderr, "features")
	defer bar.End()
	return data.Copy(ctx, from, to, catalog, data.CopyOptions{
		Replace:  replace,
		By:       data.Authorship{Name: author(), Origin: data.FromRestore},
		Progress: func(n int) { bar.Set(n, 0) },
		LeftOut:  warn(log),
	})
}

type restoreCmd struct {
	storeFlag
	File    string `arg:"" type:"existingfile" help:"The backup: a GeoPackage that db backup wrote, or any other store in one."`
	Replace bool   `help:"Put it in the place of all that the store holds."`
}

// Run puts a backup into a store, whole or not at all.
func (c *restoreCmd) Run(ctx context.Context, log *slog.Logger) (err error) {
	began := time.Now()
	catalog := catalog()
	backup, err := openCopy(ctx, c.File, catalog, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, backup.Close()) }()
	made := !isPostgres(c.Store) && !exists(c.Store)
	store, err := makeStore(ctx, c.Store, catalog, log)
	if err != nil {
		return err
	}
	copied, err := copyAll(ctx, backup, store, catalog, c.Replace, log)
	err = errors.Join(err, store.Close())
	if err != nil && made {
		err = errors.Join(err, os.Remove(c.Store))
	}
	switch {
	case errors.Is(err, data.ErrNotEmpty):
		return errors.New(
			"the store holds data already; restore into an empty one, or give --replace to put the backup in the place of all of it",
		)
	case errors.Is(err, data.ErrNothing):
		return fmt.Errorf("%s holds no features or documents of Cuntu", c.File)
	case err != nil:
		return fmt.Errorf("restore %s: %w", c.File, err)
	}
	fmt.Printf("Restored %s in %v.\n", count(copied), time.Since(began).Round(time.Millisecond))
	return incomplete(copied.LeftOut)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// copiedStore is a store in a directory of its own, which goes with it.
type copiedStore struct {
	data.Store
	dir string
}

// Close closes and removes it.
func (s copiedStore) Close() error { return errors.Join(s.Store.Close(), os.RemoveAll(s.dir)) }

// openCopy opens a copy of a GeoPackage: opening adds to a file what an older one
// lacks, and a backup must stay as it is.
func openCopy(ctx context.Context, path string, catalog *layers.Catalog, log *slog.Logger) (data.Store, error) {
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf(
			"%s is open in another program, which has not written all of it back: close that first, or make a backup of it by db backup",
			path,
		)
	}
	dir, err := os.MkdirTemp("", "cuntu-restore-")
	if err != nil {
		return nil, err
	}
	copied := filepath.Join(dir, filepath.Base(path))
	if err = copyFile(copied, path); err == nil {
		var store data.Store
		if store, err = gpkg.Open(ctx, copied, catalog, gpkg.Options{}); err == nil {
			return copiedStore{store, dir}, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), os.RemoveAll(dir))
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
